"""People settle what a door listed: figures change by further lines of the ledger, never by changing one."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.accounts.models import Device, DeviceGate
from app.audit import record
from app.db import db, lock
from app.direct import Bound
from app.errors import NotFound, Refused
from app.programme.models import Event
from app.web.actors import Actor, DeviceActor
from checkin.models import Conflict, Scan
from checkin.operations.answers import ALL_CAME, ALL_LEFT
from checkin.operations.by_hand import DESK, NO_DEVICE, scan_by_hand, with_desk
from checkin.operations.doorway import Doorway, open_doorway
from checkin.operations.judging import Judge
from checkin.operations.moving import mend_moves
from checkin.operations.overfull import list_overfull
from checkin.operations.sent import Sent
from checkin.operations.taking_back import take_back as take_back_scan
from checkin.operations.taking_back import to_undo
from checkin.queries import door
from checkin.queries.conflicts import place_code
from checkin.queries.rows import DoorEvent, DoorTicket
from checkin.rules import Act, ConflictKind, Direction, EntryKind, Method, Verdict
from checkin.rules.claims import Batch, Claim
from checkin.rules.facts import Decision, NewLine
from checkin.rules.following import with_following
from checkin.rules.people import total
from checkin.rules.settling import ACCEPTED, DISMISSED, REVOCABLE, Settlement
from registrations.models import Ticket

TO_SETTLE = ("first", "refused_as", "uncounted", "number", ALL_CAME, ALL_LEFT)
"""Facts of a claim that was accepted, for who settles what follows from it."""


def settle(event: Event, conflict_id: int, *, accept: bool, at: datetime, actor: Actor) -> Settlement:
    """Accept or dismiss one of them. Raises NotFound; Refused if it is settled, or there is nothing to count."""
    conflict = held(event, conflict_id)
    if conflict.resolved_at is not None:
        raise Refused("settled")
    chosen = (ACCEPTED if accept else DISMISSED).get(conflict.kind)
    scan = db.session.get(Scan, conflict.scan_id) if conflict.scan_id else None
    if chosen is None or (scan and scan.act is Act.UNDO and chosen is Settlement.TAKEN_OFF):
        raise Refused("not_possible")
    if chosen in (Settlement.COUNTED, Settlement.TAKEN_OFF):
        if scan is None:
            raise Refused("nothing_to_count")
        _Settling(event, scan, at, actor).do(conflict.kind, chosen)
    conflict.resolved_at, conflict.resolved_by_id, conflict.resolution = at, actor.account_id, chosen.value
    db.session.flush()
    about = {"kind": conflict.kind.value, "resolution": chosen.value}
    record(actor, "conflict.settle", f"conflict:{conflict.uuid}", at=at, event_id=event.id, **about)
    return chosen


def reopen(event: Event, conflict_id: int, *, at: datetime, actor: Actor) -> None:
    """Take back the word on one of them, where it left every figure as it was. Raises NotFound; Refused otherwise."""
    conflict = held(event, conflict_id)
    if conflict.resolution not in REVOCABLE:
        raise Refused("not_possible")
    about = {"kind": conflict.kind.value, "resolution": conflict.resolution}
    conflict.resolved_at = conflict.resolved_by_id = conflict.resolution = None
    db.session.flush()
    record(actor, "conflict.reopen", f"conflict:{conflict.uuid}", at=at, event_id=event.id, **about)


def held(event: Event, conflict_id: int) -> Conflict:
    """One of this event, locked. Raises NotFound."""
    held = lock(Conflict, [conflict_id])
    if not held or held[0].event_id != event.id:
        raise NotFound
    return held[0]


def take_back(event: Event, scan: Scan, *, at: datetime, actor: Actor) -> None:
    """Undo what a scan wrote, as a supervisor would; what was undone before stays so."""
    _Settling(event, scan, at, actor).take_off()
    record(actor, "undo", f"scan:{scan.id}", at=at, event_id=event.id)


class _Settling:
    """One scan with its door, opened again for the person who settles."""

    def __init__(self, event: Event, scan: Scan, at: datetime, actor: Actor) -> None:
        self.event, self.scan, self.at, self.actor = event, scan, at, actor
        self.bind: Bound = door.connection()

    def do(self, kind: ConflictKind, chosen: Settlement) -> None:
        if chosen is Settlement.TAKEN_OFF:
            self.take_off()
        elif kind is ConflictKind.QUARANTINED:
            self._accept_claim()
        else:
            self._count_the_rest()

    def take_off(self) -> None:
        """What the scan wrote is undone, as a supervisor would."""
        undo = self._claim(uuid4(), Act.UNDO, undoes=self.scan.id)
        doorway = self._open(undo, self.at, undone={self.scan.id})
        undone = to_undo(doorway, self.scan.id)
        whose: dict[str, Any] = {
            "event_id": self.event.id,
            "place_id": self.scan.place_id,
            "account_id": self.actor.account_id,
        }
        about: dict[str, Any] = {"gate_id": self.scan.gate_id, "ticket_id": self.scan.ticket_id}
        doorway.pending.scans.append(scan_by_hand(undo, Verdict.UNDONE, at=self.at, **whose, **about))
        if undone:
            take_back_scan(doorway, undo, undone, self.at)
        for row in doorway.pending.entries:
            if row["scan_id"] == undo.id:
                row |= {"device_id": None, "account_id": self.actor.account_id}
        mend_moves(doorway)
        doorway.pending.write(self.bind)

    def _count_the_rest(self) -> None:
        """People whom the scan let in and nobody counted come without a ticket, at the time of the scan."""
        claim = self._claim(self.scan.id, self.scan.act)
        doorway = self._open(claim, self.at, codes=self._codes())
        db.session.refresh(self.scan, ["facts"])  # an upload may have explained some of them until the ticket was held
        numbers: dict[str, int] = self.scan.facts.get("uncounted") or {}
        if not total(numbers):
            raise Refused("nothing_to_count")
        place, gate = doorway.places.get(claim.place), doorway.event.gates[claim.gate]
        if place is None:
            raise Refused("nothing_to_count")
        method = Method.SCANNED if total(numbers) == 1 else Method.GROUP_CONFIRMED
        line = NewLine(EntryKind.ENTRY, numbers, method, on_ticket=False, new_today=gate.new_today)
        for row in doorway.take(claim, Decision(Verdict.COUNTED, (line,)), place, None, self.scan.at):
            row |= {"device_id": None, "account_id": self.actor.account_id}
        doorway.note_told_late(place.id, self.scan.at)
        list_overfull(doorway)
        doorway.pending.write(self.bind)

    def _codes(self) -> list[str]:
        """The ticket's, whose registration is held by it."""
        ticket = db.session.get(Ticket, self.scan.ticket_id) if self.scan.ticket_id else None
        return [ticket.code] if ticket else []

    def _accept_claim(self) -> None:
        """What a revoked device claimed is judged as it came; whoever it let in is a fact, known from now on: after the
        day was closed it is a late line."""
        ticket = db.session.get(Ticket, self.scan.ticket_id) if self.scan.ticket_id else None
        said: dict[str, Any] = self.scan.facts.get("claim", {})
        direction = Direction(said.get("direction", Direction.IN))
        shown = self.scan.shown or (Verdict.ADMITTED if direction is Direction.IN else None)
        claim = self._claim(
            self.scan.id,
            self.scan.act,
            code=ticket.code if ticket else "?" if self.scan.code_kind else None,
            direction=direction,
            people=said.get("people"),
            new_today=said.get("new_today"),
            undoes=_uuid(said.get("undoes")),
            number=said.get("number"),
            shown=shown if self.scan.act is not Act.UNDO else None,
        )
        undone = {claim.undoes} if claim.undoes else set()
        codes, kept_since = [ticket.code] if ticket else [], self.scan.received_at
        doorway = self._open(claim, self.at, codes=codes, undone=undone, kept_since=kept_since)
        Judge(doorway, doorway.passing).judge(claim)
        pending = doorway.pending
        scans = pending.take_scans()
        if not pending.entries and not pending.conflicts:
            raise Refused("nothing_to_count")
        found = {name: value for row in scans for name, value in row["facts"].items() if name in TO_SETTLE}
        self.scan.facts = {**self.scan.facts, **found}
        for row in pending.entries:
            row["account_id"] = self.actor.account_id
        for row in pending.conflicts:
            row["found_at"] = self.at
        db.session.flush()
        mend_moves(doorway)
        pending.write(self.bind)

    def _open(
        self,
        claim: Claim,
        received_at: datetime,
        *,
        codes: Any = (),
        undone: Any = frozenset(),
        kept_since: datetime | None = None,
    ) -> Doorway:
        """The door with everything that this scan touches, locked in the order in which doors lock."""
        opened = door.opening(
            self.bind, self.event.slug, self.event.id, ids=(), codes=codes, numbers=(), undone=with_following(undone)
        )
        event: DoorEvent = with_desk(opened[0])
        tickets: list[DoorTicket] = opened[2]
        sent = Sent(self._device(), Batch(received_at, (claim,)), received_at, kept_since=kept_since)
        return open_doorway(self.bind, event, [claim], tickets, first=sent)

    def _device(self) -> DeviceActor:
        """The device that made the scan, with the rights it had and the gates it is bound to."""
        device = db.session.get(Device, self.scan.device_id) if self.scan.device_id else None
        if device is None:
            return DeviceActor(NO_DEVICE, self.event.id, self.scan.gate_id, ())
        mine = select(DeviceGate.gate_id).where(DeviceGate.device_id == device.id)
        gates = frozenset(db.session.scalars(mine)) if device.paired else None
        return DeviceActor(device.id, self.event.id, self.scan.gate_id, tuple(device.rights), gates=gates)

    def _claim(self, scan_id: Any, act: Act, **more: Any) -> Claim:
        """The scan as if it were sent now: its corrected time is the time."""
        at = self.at if act is Act.UNDO and scan_id != self.scan.id else self.scan.at
        where = place_code(self.scan.place_id)
        gates = {gate.id: gate.code for gate in self._gates()}
        gate = gates.get(self.scan.gate_id or NO_DEVICE) or next(iter(gates.values()), DESK)
        if where is None:
            raise Refused("no_such_place")
        return Claim(id=scan_id, body=self.scan.body_hash, act=act, at=at, gate=gate, place=where, **more)

    def _gates(self) -> list[Any]:
        return list(door.door_event(self.bind, self.event.slug, self.event.id).gates.values())


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
