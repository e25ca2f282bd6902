"""What a scan of a party comes to hangs on who of it came before, and where one may come back only after going out, on
who had gone out. When something is told late, whoever was let in afterwards is judged again: a double admission may
have been a return, or a return a double admission. The ledger gets further lines, and what is listed is settled by
itself or found now."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from app.direct import Direct
from app.programme.rules import Reentry
from app.values import Value
from checkin.models import Conflict, Scan
from checkin.operations.doorway import Doorway, Late
from checkin.operations.earlier import EARLIER
from checkin.operations.ledger import columns_of, conflict_row, dimensions_of
from checkin.queries import door
from checkin.queries.let_in import Listed, PassedScan, listed_of, scans_of
from checkin.queries.rows import DoorPlace, DoorTicket, Written
from checkin.rules import Direction, EntryKind, Method
from checkin.rules.decision import MOVED
from checkin.rules.facts import NewLine
from checkin.rules.moving import Came, LetIn, Rule, who_came
from checkin.rules.people import NOBODY, Numbers, plus, total
from checkin.rules.settling import Settlement
from checkin.rules.stay import Line

AFTER_ALL_LINES = 1 << 63
"""Where the order of scans begins: what stands of the same moment was before."""


class _Passing(Value, frozen=True):
    """A scan that let somebody in where it is judged again, what stands of it, and what is listed."""

    scan: PassedScan
    lines: Sequence[Written]
    listed: Listed | None

    @property
    def uncounted(self) -> Numbers:
        """Whom nobody has counted; who was counted without a ticket is no longer of this ticket."""
        counted = self.listed is not None and self.listed.resolution == Settlement.COUNTED
        found: Numbers = {} if counted else self.scan.facts.get("uncounted", {})
        return found

    @property
    def booked(self) -> Numbers:
        return _people(line for line in self.lines if line.columns["booked"])

    @property
    def unbooked(self) -> Numbers:
        return _people(line for line in self.lines if not (line.columns["booked"] or line.columns["reentry"]))

    @property
    def back(self) -> Numbers:
        return _people(line for line in self.lines if line.columns["reentry"])

    @property
    def let_in(self) -> Numbers:
        return plus(_people(self.lines), self.uncounted)


def retell(doorway: Doorway, late: Late) -> None:
    """Judge again what this ticket's people did from that moment on. What was judged is written already."""
    places = {place.id for place in doorway.by_id.values() if is_judged_again(doorway, late.ticket, place)}
    if not places:
        return
    written = _written(doorway, late.ticket)
    passings = _passings(doorway, late.ticket, places, written)
    came = _who_came(doorway, late.ticket, written, passings)
    for one, now in zip(passings, came, strict=True):
        if one.scan.at >= late.at:
            _tell(doorway, late, one, now)
    doorway.flush()


def may_change(doorway: Doorway, ticket: DoorTicket) -> bool:
    """Whether anything is judged again when something is told late of this ticket."""
    history = doorway.lines.get(ticket.person, {})
    known = (doorway.by_id.get(place_id) for place_id in history)
    return any(place and is_judged_again(doorway, ticket, place) for place in known)


def is_judged_again(doorway: Doorway, ticket: DoorTicket, place: DoorPlace) -> bool:
    """Of one person, where going out or not changes nothing, only the time of the entry can be wrong."""
    return _reentry(doorway, place) is Reentry.AFTER_EXIT or total(doorway.party_of(ticket)) > 1


def _reentry(doorway: Doorway, place: DoorPlace) -> Reentry:
    return place.reentry or doorway.event.reentry


def _written(doorway: Doorway, ticket: DoorTicket) -> dict[int, Written]:
    """What stands of this ticket's people where this door holds the place."""
    history = doorway.lines.get(ticket.person, {})
    ids = [line.order for place_id, lines in history.items() if place_id in doorway.by_id for line in lines]
    return {line.id: line for line in door.numbered(doorway.bind, doorway.event, ids)} if ids else {}


def _passings(doorway: Doorway, ticket: DoorTicket, places: set[int], written: Mapping[int, Written]) -> list[_Passing]:
    """In the order of their time."""
    scans = scans_of(doorway.bind, doorway.event.id, ticket.registration_id)
    mine = [one for one in scans.values() if one.attendee_id == ticket.attendee_id and one.place_id in places]
    listed = listed_of(doorway.bind, doorway.event.id, [one.id for one in mine])
    found = []
    for scan in sorted(mine, key=lambda one: (one.at, one.id)):
        lines = [line for line in written.values() if _is_of(line, scan)]
        one = _Passing(scan, lines, listed.get(scan.id))
        if total(one.let_in):
            found.append(one)
    return found


def _is_of(line: Written, scan: PassedScan) -> bool:
    """Whether the line says whom the scan let in; a supervisor's word that somebody comes back is as it is."""
    columns = line.columns
    mine = columns["scan_id"] == scan.id and columns["place_id"] == scan.place_id
    return mine and columns["direction"] is Direction.IN and not (scan.forced and columns["reentry"])


def _who_came(
    doorway: Doorway, ticket: DoorTicket, written: Mapping[int, Written], passings: Sequence[_Passing]
) -> list[Came]:
    again = {line.id for one in passings for line in one.lines}
    kept = {line.id for line in written.values() if line.columns["reason"] != MOVED} - again
    history: Mapping[int, list[Line]] = doorway.lines.get(ticket.person, {})
    lines = {place_id: [one for one in here if one.order in kept] for place_id, here in history.items()}
    lines = {place_id: here for place_id, here in lines.items() if here}
    let_in: dict[int, list[LetIn]] = {}
    booked: dict[int, Numbers] = {}
    for number, one in enumerate(passings, start=AFTER_ALL_LINES):
        let_in.setdefault(one.scan.place_id, []).append(LetIn(one.scan.at, number, one.let_in))
        booked[one.scan.place_id] = plus(booked.get(one.scan.place_id, NOBODY), one.booked)
    ends = {place_id: end for place_id in {*lines, *let_in} if (end := doorway.by_id[place_id].ends_at)}
    rules = {place_id: Rule(_reentry(doorway, doorway.by_id[place_id]), booked[place_id]) for place_id in let_in}
    came = who_came(lines, ends, doorway.party_of(ticket), let_in, rules)
    return [came[number] for number, _ in enumerate(passings, start=AFTER_ALL_LINES)]


def _tell(doorway: Doorway, late: Late, one: _Passing, now: Came) -> None:
    moved = any(line.at != one.scan.at for line in one.lines)
    if moved or (one.booked, one.unbooked, one.back) != (now.booked, now.unbooked, now.back):
        for line in one.lines:
            doorway.undo(late.claim, line, late.at, reason=EARLIER)
        _write(doorway, late.ticket, one, now)
    if now.over != one.uncounted or (one.listed and one.listed.kind is not now.kind):
        _list(doorway, one, now)


def _write(doorway: Doorway, ticket: DoorTicket, one: _Passing, now: Came) -> None:
    """By the scan that let them in, at its time."""
    scan, place = one.scan, doorway.by_id[one.scan.place_id]
    day, slot = doorway.days.of(scan.at)
    made: dict[str, Any] = {
        "event_id": doorway.event.id,
        "place_id": place.id,
        "gate_id": scan.gate_id,
        "scan_id": scan.id,
        "device_id": scan.device_id,
        "account_id": scan.account_id,
        "device_at": scan.device_at,
        "received_at": doorway.passing.received_at,
        "at": scan.at,
        "day": day,
        "slot": slot,
        **dimensions_of(ticket, day, doorway.event),
        "ticket_id": scan.ticket_id,
    }
    method = _method(doorway, ticket, one)
    of_session = place.session_id is not None
    for line in (
        NewLine(EntryKind.ENTRY, now.booked, method, booked=True, reason=EARLIER),
        NewLine(EntryKind.ENTRY, now.unbooked, method, booked=False if of_session else None, reason=EARLIER),
        NewLine(EntryKind.ENTRY, now.back, method, reentry=True, reason=EARLIER),
    ):
        if total(line.people):
            doorway.add({**made, **columns_of(line)}, line.people)
            doorway.move_on(line, place, ticket, scan.at, made["gate_id"])


def _method(doorway: Doorway, ticket: DoorTicket, one: _Passing) -> Method:
    """As they were counted, or would have been."""
    if one.lines:
        return Method(one.lines[0].columns["method"])
    if total(doorway.party_of(ticket)) > 1:
        return Method.GROUP_CONFIRMED
    return Method.TYPED if one.scan.account_id is not None or one.scan.code_kind == "number" else Method.SCANNED


def _list(doorway: Doorway, one: _Passing, now: Came) -> None:
    """Whom nobody has counted is listed, under what it is; whoever is counted now is not any more. What people have
    settled stays so."""
    scan, listed = one.scan, one.listed
    facts = {name: value for name, value in scan.facts.items() if name != "uncounted"}
    if total(now.over):
        facts["uncounted"] = dict(now.over)
        if now.first:
            first_at, gate_id = now.first
            facts["first"] = [first_at.isoformat(), gate_id]
    _SET_FACTS.write(doorway.bind, [{"scan": scan.id, "facts": facts}])
    if listed and listed.resolution is None:
        if total(now.over):
            _NAME.write(doorway.bind, [{"conflict": listed.id, "kind": now.kind}])
        else:
            settled = {"resolved_at": doorway.passing.received_at, "resolution": Settlement.RETOLD.value}
            _SETTLE.write(doorway.bind, [{"conflict": listed.id, **settled}])
    elif total(now.over) and not (listed and listed.resolution in _BY_PEOPLE):
        found = {"scan_id": scan.id, "ticket_id": scan.ticket_id, "place_id": scan.place_id, "kind": now.kind}
        row = conflict_row(event_id=doorway.event.id, found_at=doorway.passing.received_at, **found)
        doorway.pending.conflicts.append(row)


def _people(lines: Iterable[Written]) -> Numbers:
    together: Numbers = NOBODY
    for line in lines:
        together = plus(together, line.people)
    return together


_BY_PEOPLE = (Settlement.COUNTED, Settlement.LEFT_OUT)
_OPEN = (
    select(Conflict.id)
    .where(Conflict.id == bindparam("conflict"), Conflict.resolved_at.is_(None))
    .with_for_update(skip_locked=True)
)
"""Whoever settles it at this moment has the word."""
_SETTLE = Direct(
    update(Conflict)
    .where(Conflict.id.in_(_OPEN))
    .values(resolved_at=bindparam("resolved_at"), resolution=bindparam("resolution"))
)
_NAME = Direct(update(Conflict).where(Conflict.id.in_(_OPEN)).values(kind=bindparam("kind")))
_SET_FACTS = Direct(update(Scan).where(Scan.id == bindparam("scan")).values(facts=bindparam("facts")))
