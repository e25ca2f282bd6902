"""Scans that came before the ticket that they are of: as soon as it is here, they are of that ticket.

Who was let in without a category is taken back, and the scan is judged again as a fact, so that figures and conflicts
are those of the other order. Done right after the uploads that may bring it about, and once a minute for what was
missed.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from app.db import db, lock, transaction
from app.programme.models import Event
from app.values import replace
from app.web.actors import DeviceActor
from checkin.models import AwaitedTicket, Conflict, Scan
from checkin.operations.by_hand import DESK, NO_DEVICE, with_desk
from checkin.operations.doorway import Doorway, open_doorway
from checkin.operations.judging import Judge
from checkin.operations.moving import mend_moves
from checkin.operations.sent import Sent
from checkin.operations.settling import TO_SETTLE
from checkin.queries import door
from checkin.queries.conflicts import place_code
from checkin.queries.given import Arrived, arrived
from checkin.queries.let_in import TAKEN_BACK
from checkin.queries.rows import DoorEvent
from checkin.rules import Act, ConflictKind, Direction, Verdict
from checkin.rules.claims import Batch, Claim
from checkin.rules.settling import Settlement
from registrations.models import Ticket

LINKED = "linked"
"""The reason on lines that are taken back because the same people have a ticket."""
OF_THE_UPLOAD = (ConflictKind.LATE_UPLOAD, ConflictKind.CLOCK, ConflictKind.OTHER_GATE)
"""Conflicts that say how a scan came, not what it was."""


def link_tickets(at: datetime) -> int:
    """Every scan whose ticket is here now, each in a transaction of its own; how many."""
    found = arrived()
    db.session.rollback()
    for one in found:
        with transaction():
            _link(one, at)
    return len(found)


def _link(one: Arrived, at: datetime) -> None:
    found = open_findings(one.scan_id)  # held before what is awaited, as by whoever settles one of them
    awaited = delete(AwaitedTicket).where(AwaitedTicket.scan_id == one.scan_id).returning(AwaitedTicket.scan_id)
    if not db.session.scalars(awaited).all():
        return  # somebody else was faster
    scan, ticket = db.session.get_one(Scan, one.scan_id), db.session.get_one(Ticket, one.ticket_id)
    event, bind = db.session.get_one(Event, one.event_id), door.connection()
    taken_back = TAKEN_BACK in scan.facts
    for conflict in settle_findings(found, Settlement.TAKEN_OFF if taken_back else Settlement.LINKED, at):
        conflict.ticket_id = ticket.id
    opened, _known, tickets, _parties = door.opening(
        bind, event.slug, event.id, ids=(), codes=[ticket.code], numbers=(), undone=()
    )
    facts = with_desk(opened)
    claim = claim_again(scan, ticket.code, facts)
    device = DeviceActor(scan.device_id or NO_DEVICE, event.id, scan.gate_id, ())
    sent = Sent(device, Batch(at, (claim,)), at, kept_since=scan.received_at)
    undoing = replace(claim, act=Act.UNDO, undoes=scan.id)
    doorway = open_doorway(bind, facts, [undoing, claim], tickets, first=sent)
    lines = [one for one in door.written_by(bind, facts, [scan.id]) if doorway.may_undo(one) and not one.undone]
    scan.ticket_id = ticket.id
    if taken_back or (scan.verdict is Verdict.PROVISIONAL and not lines):
        return
    for line in lines:
        doorway.undo(claim, line, scan.at, reason=LINKED)
    Judge(doorway, sent).judge(claim)
    keep_what_follows(scan, doorway, at)


def claim_again(scan: Scan, code: str, event: DoorEvent) -> Claim:
    """The scan as if it were sent now: its corrected time is the time, and whoever is in is a fact."""
    gates = {gate.id: gate.code for gate in event.gates.values()}
    leaving = Verdict.LEFT in (scan.verdict, scan.shown)
    return Claim(
        id=scan.id,
        body=scan.body_hash,
        act=Act.SCAN,
        at=scan.at,
        gate=gates.get(scan.gate_id, DESK),
        place=place_code(scan.place_id) or "",
        code=code,
        direction=Direction.OUT if leaving else Direction.IN,
        shown=None if leaving else Verdict.PROVISIONAL,
    )


def keep_what_follows(scan: Scan, doorway: Doorway, at: datetime) -> None:
    """Write what follows from it; the scan itself is kept already, with the answer that it got."""
    pending = doorway.pending
    scans = pending.take_scans()
    found = scans[0]["facts"] if scans else {}
    scan.facts = {**scan.facts, **{name: found[name] for name in TO_SETTLE if name in found}}
    pending.conflicts = [row | {"found_at": at} for row in pending.conflicts if row["kind"] not in OF_THE_UPLOAD]
    db.session.flush()
    mend_moves(doorway)
    pending.write(doorway.bind)


def open_findings(scan_id: UUID) -> list[Conflict]:
    """What is listed of a scan and not settled, locked."""
    chosen = select(Conflict.id).where(Conflict.scan_id == scan_id, Conflict.resolved_at.is_(None))
    return [conflict for conflict in lock(Conflict, db.session.scalars(chosen).all()) if conflict.resolved_at is None]


def settle_findings(found: list[Conflict], how: Settlement, at: datetime, *, by: int | None = None) -> list[Conflict]:
    """What was found of a scan while nobody knew its ticket is settled with that; by: whose word it was. The others,
    which tell how it came, are given back: they are of the ticket from then on."""
    for conflict in found:
        if conflict.kind not in OF_THE_UPLOAD:
            conflict.resolved_at, conflict.resolved_by_id, conflict.resolution = at, by, how.value
    return [conflict for conflict in found if conflict.kind in OF_THE_UPLOAD]
