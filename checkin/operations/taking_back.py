"""Lines of the ledger are taken back with what rests on them: who was there stays, and nobody is less than nobody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from app.direct import Direct
from app.values import Value, asdict
from checkin.models import Conflict
from checkin.operations.booked import admission_by_return
from checkin.operations.covering import uncovered
from checkin.operations.doorway import Doorway, Late
from checkin.operations.ledger import columns_of
from checkin.operations.listing import withdraw
from checkin.operations.sent import Sent
from checkin.queries import door
from checkin.queries.let_in import TAKEN_BACK, ScanToUndo, scan_to_undo
from checkin.queries.rows import Written
from checkin.rules import Act, ConflictKind, EntryKind, Method
from checkin.rules.claims import Claim
from checkin.rules.facts import NewLine
from checkin.rules.people import NOBODY, Numbers, beyond, plus
from checkin.rules.settling import Settlement
from checkin.rules.stay import Line, returns_alone
from checkin.rules.taps import Undoable


class ToUndo(Value, frozen=True):
    """A scan that somebody wants to take back, with the lines it wrote, undone ones too."""

    scan: ScanToUndo
    lines: Sequence[Written]

    @property
    def standing(self) -> list[Written]:
        return [line for line in self.lines if not line.undone]

    def judged(self, sent: Sent) -> Undoable:
        """As it looks to those who sent the undo. Whom it let in uncounted can be taken back as well."""
        whose = self.lines[0].columns if self.lines else asdict(self.scan)
        stands = bool(self.standing) or (self.scan.let_in and TAKEN_BACK not in self.scan.facts)
        had_for = sent.arrived_at - self.scan.received_at
        return Undoable(sent.made(whose), self.scan.at, had_for, wrote=True, stands=stands)


def to_undo(doorway: Doorway, scan_id: UUID) -> ToUndo | None:
    """What there is to take back of that scan, while nothing else waits to be written; None: nothing. Of a ticket whose
    registration we hold nobody else has written meanwhile."""
    scan = scan_to_undo(doorway.bind, doorway.event.id, scan_id)
    if scan is None:
        return None
    held = scan.ticket_id is None or any(one.id == scan.ticket_id for one in doorway.tickets.values())
    written = door.written_by(doorway.bind, doorway.event, [scan_id])
    lines = [line for line in written if (held and scan.ticket_id is not None) or doorway.may_undo(line)]
    return ToUndo(scan, lines) if lines or (held and scan.let_in) else None


def take_back(doorway: Doorway, claim: Claim, undone: ToUndo, at: datetime) -> None:
    """Undo what stands of a scan, while nothing else waits to be written."""
    take_lines_back(doorway, claim, undone.standing, at)
    if undone.scan.let_in:
        withdraw(doorway, undone.scan)


def take_lines_back(doorway: Doorway, claim: Claim, lines: Sequence[Written], at: datetime) -> None:
    """Undo these lines, while nothing else waits to be written. Who came back after an admission that falls away was
    there: the return admits them. Who was taken off of those who fall away is not taken off a second time."""
    admissions: dict[int, tuple[list[Line], Numbers]] = {}
    less = uncovered(doorway, lines)
    for line in lines:
        history = doorway.history_of(line)
        booked = line.people if line.columns["booked"] and not line.columns["reentry"] else NOBODY
        admissions[id(history)] = history, plus(admissions.get(id(history), (history, NOBODY))[1], booked)
        doorway.undo(claim, line, at)
    for history, booked in admissions.values():
        _admit_by_return(doorway, claim, history, booked, at)
    for line, left in less:
        _take_off_less(doorway, claim, line, left, at)
    if claim.act is Act.UNDO and any(_may_be_unread(line) for line in lines):
        _leave_untied(doorway, claim)
    for ticket in doorway.tickets.values():
        moments = [line.at for line in lines if line.columns["ticket_id"] == ticket.id]
        if moments:
            doorway.late.append(Late(claim, ticket, min(moments)))


def _admit_by_return(doorway: Doorway, claim: Claim, history: list[Line], booked: Numbers, at: datetime) -> None:
    """Lines of who came back that have lost their admission are written anew as one, by the scans that made them;
    whose admission took one of the `booked` places takes it now."""
    alone = returns_alone(history)
    ids = [one.order for one, _ in alone]
    lines = {line.id: line for line in door.numbered(doorway.bind, doorway.event, ids)} if ids else {}
    for one, people in alone:
        line, place = lines[one.order], doorway.by_id.get(lines[one.order].columns["place_id"])
        doorway.undo(claim, line, at)
        for new in admission_by_return(line, people, booked, place=place):
            columns = {**line.columns, **columns_of(new), "received_at": doorway.passing.received_at}
            doorway.add(columns, new.people)
            if place:
                ticket = next(one for one in doorway.tickets.values() if one.id == line.columns["ticket_id"])
                doorway.move_on(new, place, ticket, one.at, line.columns["gate_id"])
        booked = beyond(booked, people)


def _take_off_less(doorway: Doorway, claim: Claim, line: Written, left: Numbers, at: datetime) -> None:
    """The line is written anew with what is left of it, by the scan that made it."""
    doorway.undo(claim, line, at)
    place = doorway.by_id.get(line.columns["place_id"])
    if left and place:
        kind, method = EntryKind(line.columns["kind"]), Method(line.columns["method"])
        doorway.add({**line.columns, "received_at": doorway.passing.received_at}, left)
        again = NewLine(kind, left, method, on_ticket=False, reason=line.columns["reason"])
        doorway.move_on(again, place, None, line.columns["at"], line.columns["gate_id"])


def _may_be_unread(line: Written) -> bool:
    return line.columns["ticket_id"] is None and line.columns["method"] is Method.TAPPED


def _leave_untied(doorway: Doorway, claim: Claim) -> None:
    """Of people who are taken back nobody has to find the ticket any more."""
    settled = {"resolved_at": doorway.passing.received_at, "resolution": Settlement.TAKEN_OFF.value}
    _SETTLE.write(doorway.bind, [{"event_id": doorway.event.id, "scan": claim.undoes, **settled}])


_UNREAD = (
    select(Conflict.id)
    .where(Conflict.event_id == bindparam("event_id"), Conflict.resolved_at.is_(None))
    .where(Conflict.scan_id == bindparam("scan"), Conflict.kind == ConflictKind.UNREAD_TICKET)
    .with_for_update(skip_locked=True)
)
"""Whoever settles it at this moment has the word."""
_SETTLE = Direct(
    update(Conflict)
    .where(Conflict.id.in_(_UNREAD))
    .values(resolved_at=bindparam("resolved_at"), resolution=bindparam("resolution"))
)
