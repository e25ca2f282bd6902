"""People who were counted with the short number of a ticket that nobody could read become that ticket's: by the word of
somebody who has looked at both, for a number proves nothing.

The tap is taken back and the ticket judged as if it had been read then, so figures are those of a door that could.
"""

from datetime import datetime

from app.audit import record
from app.db import db
from app.errors import Refused
from app.programme.models import Event
from app.values import replace
from app.web.actors import Actor, DeviceActor
from checkin.models import Scan
from checkin.operations.answers import Answer
from checkin.operations.by_hand import NO_DEVICE, with_desk
from checkin.operations.doorway import Doorway, open_doorway
from checkin.operations.judging import Judge
from checkin.operations.linking import claim_again, keep_what_follows, open_findings, settle_findings
from checkin.operations.sent import Sent
from checkin.operations.settling import held
from checkin.operations.taking_back import take_lines_back
from checkin.queries import door
from checkin.queries.rows import DoorEvent, DoorTicket, Written
from checkin.rules import Act, ConflictKind, DeviceRight, Verdict
from checkin.rules.claims import Batch, Claim
from checkin.rules.people import NOBODY, plus, renamed
from checkin.rules.settling import Settlement
from registrations.rules import read_code

FITS = (None, ConflictKind.OVER_CAPACITY.value)
"""What may be found of them then: a full room is full whether or not their ticket was read."""


def tie(event: Event, conflict_id: int, number: str, *, at: datetime, actor: Actor) -> None:
    """The people of this tap have the ticket with this number. Raises NotFound; Refused where it is settled, nobody of
    them is counted any more, or the ticket would not have let them in: the tap then stays as it is."""
    conflict = held(event, conflict_id)
    if conflict.resolved_at is not None:
        raise Refused("settled")
    if conflict.kind is not ConflictKind.UNREAD_TICKET:
        raise Refused("not_possible")
    scan = db.session.get_one(Scan, conflict.scan_id)
    left = settle_findings(open_findings(scan.id), Settlement.TIED, at, by=actor.account_id)
    ticket = _put_on_ticket(event, scan, number, at)
    for one in (conflict, *left):
        one.ticket_id = ticket.id
    db.session.flush()
    about = {"kind": conflict.kind.value, "resolution": Settlement.TIED.value}
    record(actor, "conflict.settle", f"conflict:{conflict.uuid}", at=at, event_id=event.id, **about)


def _put_on_ticket(event: Event, scan: Scan, number: str, at: datetime) -> DoorTicket:
    bind, reading = door.connection(), read_code(number).number
    numbers = {reading} if reading else set()
    opened, _known, tickets, _parties = door.opening(
        bind, event.slug, event.id, ids=(), codes=(), numbers=numbers, undone=()
    )
    ticket = next((one for one in tickets if one.event_id == event.id), None)
    if ticket is None:
        raise Refused("no_such_number")
    facts = with_desk(opened)
    claim = _as_read(scan, ticket, facts)
    device = DeviceActor(scan.device_id or NO_DEVICE, event.id, scan.gate_id, (DeviceRight.SEARCH,))
    sent = Sent(device, Batch(at, (claim,)), at, kept_since=scan.received_at)
    undoing = replace(claim, act=Act.UNDO, undoes=scan.id)
    doorway = open_doorway(bind, facts, [undoing, claim], tickets, first=sent)
    lines = [one for one in door.written_by(bind, facts, [scan.id]) if doorway.may_undo(one) and not one.undone]
    _become(doorway, ticket, claim, lines)
    scan.ticket_id, scan.code_kind = ticket.id, "number"
    scan.facts = {name: value for name, value in scan.facts.items() if name != "number"}
    keep_what_follows(scan, doorway, at)
    return ticket


def _as_read(scan: Scan, ticket: DoorTicket, event: DoorEvent) -> Claim:
    """The scan as if the ticket had been read: they are in, and take a free place if they have none."""
    return replace(claim_again(scan, ticket.number, event), act=Act.WALK_IN, shown=Verdict.COUNTED)


def _become(doorway: Doorway, ticket: DoorTicket, claim: Claim, lines: list[Written]) -> None:
    """Whatever category they were tapped under, they are of those of the ticket."""
    people = NOBODY
    for line in lines:
        people = plus(people, line.people)
    if not people:
        raise Refused("nothing_to_tie")
    take_lines_back(doorway, claim, lines, claim.at)
    people = renamed(people, doorway.party_of(ticket))
    why_not = _why_not(claim, Judge(doorway, doorway.passing).judge(replace(claim, people=people)))
    if why_not:
        raise Refused(why_not)


def _why_not(claim: Claim, answer: Answer) -> str | None:
    """A ticket that came in there later, once it could be read, came in by this: what follows is told in the order of
    time, as after a late upload."""
    if answer.verdict is Verdict.ALREADY_IN:
        return None if datetime.fromisoformat(answer.facts["first"][0]) > claim.at else "already_in"
    fits = answer.verdict in (Verdict.ADMITTED, Verdict.READMITTED) and answer.facts.get("conflict") in FITS
    return None if fits else "ticket_not_admitted"
