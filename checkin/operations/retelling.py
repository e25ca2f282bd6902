"""What a scan of a party comes to hangs on who of it came before, and where one may come back only after going out, on
who had gone out. When something is told late, whoever was let in afterwards is judged again: a double admission may
have been a return, or a return a double admission. The ledger gets further lines, and what is listed is settled by
itself or found now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.values import Value
from checkin.operations.answers import ALL_CAME, ALL_LEFT
from checkin.operations.booked import booking_of
from checkin.operations.doorway import Doorway, Late
from checkin.operations.ledger import columns_of, dimensions_of
from checkin.operations.listing import list_uncounted
from checkin.queries import door
from checkin.queries.let_in import Listed, PassedScan, listed_of, scans_of
from checkin.queries.rows import DoorPlace, DoorTicket, Written
from checkin.rules import Direction, EntryKind, Method, Verdict
from checkin.rules.decision import MOVED
from checkin.rules.facts import NewLine
from checkin.rules.moving import AllOut, Came, LetIn, Rule, who_came
from checkin.rules.people import NOBODY, Numbers, beyond, named_as, plus, total, turned
from checkin.rules.settling import Settlement
from checkin.rules.stay import Line
from registrations.rules import PartyKind

EARLIER = "earlier_scan"
"""The reason on lines that say anew what a scan comes to, because of one that was told later and happened before."""
AFTER_ALL_LINES = 1 << 63
"""Where the order of scans begins: what stands of the same moment was before."""


class _Passing(Value, frozen=True):
    """A scan that let somebody in, or all of a party out, what stands of it, and what is listed."""

    scan: PassedScan
    lines: Sequence[Written]
    listed: Listed | None

    @property
    def all_left(self) -> bool:
        """Whether those who were there left by it, however many."""
        return bool(self.scan.facts.get(ALL_LEFT) and self.lines)

    @property
    def uncounted(self) -> Numbers:
        """Whom nobody has counted; who was counted without a ticket is no longer of this ticket."""
        found: Numbers = {} if self.is_counted else self.scan.facts.get("uncounted", {})
        return found

    @property
    def is_counted(self) -> bool:
        """By people, as those whom the scan let in and nobody counted."""
        return self.listed is not None and self.listed.resolution == Settlement.COUNTED

    @property
    def came(self) -> Came:
        """What stands of it."""
        ways: dict[str, Numbers] = defaultdict(dict)
        for line in self.lines:
            way, people = _way(line)
            ways[way] = plus(ways[way], people)
        return Came(
            booked=ways["booked"],
            unbooked=ways["unbooked"],
            back=ways["back"],
            besides=ways["besides"],
            left=ways["left"],
            over=self.uncounted,
        )

    @property
    def let_in(self) -> Numbers:
        came = self.came
        counted = plus(plus(came.booked, came.unbooked), plus(came.back, came.besides))
        return plus(counted, came.over)


def retell(doorway: Doorway, late: Late) -> None:
    """Judge again what this ticket's people did from that moment on. What was judged is written already."""
    standing = _standing(doorway, late.ticket)
    passings = _passings(doorway, late.ticket, standing)
    came = _who_came(doorway, late.ticket, standing, passings)
    for one, now in zip(passings, came, strict=True):
        if one.scan.at >= late.at:
            _tell(doorway, late, one, now)
    doorway.flush()


def _standing(doorway: Doorway, ticket: DoorTicket) -> dict[int, Written]:
    """What stands of this ticket's people where this door holds the place."""
    history = doorway.lines.get(ticket.person, {})
    ids = [line.order for place_id, lines in history.items() if place_id in doorway.by_id for line in lines]
    return {line.id: line for line in door.numbered(doorway.bind, doorway.event, ids)} if ids else {}


def _passings(doorway: Doorway, ticket: DoorTicket, standing: Mapping[int, Written]) -> list[_Passing]:
    """In the order of their time."""
    scans = scans_of(doorway.bind, doorway.event.id, ticket.registration_id)
    mine = [one for one in scans.values() if one.attendee_id == ticket.attendee_id and one.place_id in doorway.by_id]
    listed = listed_of(doorway.bind, doorway.event.id, [one.id for one in mine])
    besides = _without_ticket(doorway, ticket, mine)
    found = []
    for scan in sorted(mine, key=lambda one: (one.at, one.id)):
        lines = [line for line in standing.values() if _is_of(line, scan)]
        one = _Passing(scan, lines, listed.get(scan.id))
        if not one.is_counted:
            one = _Passing(scan, [*lines, *besides.get(scan.id, ())], listed.get(scan.id))
        if one.all_left or total(one.let_in):
            found.append(one)
    return found


def _without_ticket(
    doorway: Doorway, ticket: DoorTicket, scans: Sequence[PassedScan]
) -> Mapping[UUID, Sequence[Written]]:
    """Who came in beyond the party, by the scans that let them in; nobody is beyond one person by one scan."""
    if total(doorway.party_of(ticket)) == 1:
        return {}
    found: dict[UUID, list[Written]] = {}
    for line in door.written_by(doorway.bind, doorway.event, [one.id for one in scans]):
        if line.columns["ticket_id"] is None and not line.undone:
            found.setdefault(line.columns["scan_id"], []).append(line)
    return found


def _is_of(line: Written, scan: PassedScan) -> bool:
    """Whether the line says whom the scan let in or out; a supervisor's word that somebody comes back is as it is."""
    columns = line.columns
    if columns["scan_id"] != scan.id or columns["place_id"] != scan.place_id:
        return False
    if columns["direction"] is Direction.OUT:
        return bool(scan.facts.get(ALL_LEFT)) and columns["reason"] != MOVED
    return not (scan.forced and columns["reentry"])


def _who_came(
    doorway: Doorway, ticket: DoorTicket, standing: Mapping[int, Written], passings: Sequence[_Passing]
) -> list[Came]:
    again = {line.id for one in passings for line in one.lines}
    kept = {line.id for line in standing.values() if line.columns["reason"] != MOVED} - again
    history: Mapping[int, list[Line]] = doorway.lines.get(ticket.person, {})
    lines = {place_id: [one for one in here if one.order in kept] for place_id, here in history.items()}
    lines = {place_id: here for place_id, here in lines.items() if here}
    scans: dict[int, list[LetIn | AllOut]] = {}
    booked: dict[int, Numbers] = {}
    for number, one in enumerate(passings, start=AFTER_ALL_LINES):
        at, place_id = one.scan.at, one.scan.place_id
        people = None if one.scan.facts.get(ALL_CAME) else one.let_in
        let_in = LetIn(at, number, people, _may_be_besides(doorway, ticket, one))
        scans.setdefault(place_id, []).append(AllOut(at, number) if one.all_left else let_in)
        booked[place_id] = plus(booked.get(place_id, NOBODY), one.came.booked)
    ends = {place_id: end for place_id in {*lines, *scans} if (end := doorway.by_id[place_id].ends_at)}
    rules = {place_id: _rule(doorway, ticket, doorway.by_id[place_id], booked[place_id]) for place_id in scans}
    came = who_came(lines, ends, doorway.party_of(ticket), scans, rules)
    return [came[number] for number, _ in enumerate(passings, start=AFTER_ALL_LINES)]


def _rule(doorway: Doorway, ticket: DoorTicket, place: DoorPlace, taken: Numbers) -> Rule:
    """Places are kept that were taken before the booking changed; those of a scan that was taken back are free."""
    whose, party = doorway.parties[ticket.registration_id], doorway.party_of(ticket)
    places = booking_of(ticket, whose, place.session_id, party)[1]
    booked = plus(taken, beyond(places, named_as(taken, places)))
    return Rule(place.reentry or doorway.event.reentry, booked)


def _may_be_besides(doorway: Doorway, ticket: DoorTicket, one: _Passing) -> bool:
    """Whether those beyond the party may come in without a ticket: they did, or it was only because somebody was in
    twice that they did not. How full it was plays no part: they are in."""
    surplus = total(beyond(one.let_in, doorway.party_of(ticket)))
    if not surplus or total(one.came.besides):
        return bool(surplus)
    place = doorway.place_facts(doorway.by_id[one.scan.place_id])
    may = ticket.party_kind is PartyKind.TEAM or place.takes_walk_ins
    entitled = one.scan.facts.get("refused_as") in (None, Verdict.FULL)
    return may and entitled and total(one.uncounted) > surplus


def _tell(doorway: Doorway, late: Late, one: _Passing, now: Came) -> None:
    before = one.came
    moved = any(line.at != one.scan.at for line in one.lines)
    if moved or _counted(before) != _counted(now):
        for line in one.lines:
            doorway.undo(late.claim, line, late.at, reason=EARLIER)
        _write(doorway, late.ticket, one, now)
    if now.over != one.uncounted or (one.listed and one.listed.kind is not now.kind):
        list_uncounted(doorway, one.scan, one.listed, now)


def _counted(came: Came) -> tuple[Numbers, ...]:
    return came.booked, came.unbooked, came.back, came.besides, came.left


def _write(doorway: Doorway, ticket: DoorTicket, one: _Passing, now: Came) -> None:
    """By the scan that let them in or out, at its time. An exit says why by itself: it tells that exits are counted."""
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
    }
    whose = {**dimensions_of(ticket, day, doorway.event), "ticket_id": scan.ticket_id}
    method = _method(doorway, ticket, one)
    of_session = place.session_id is not None
    for line in (
        NewLine(EntryKind.ENTRY, now.booked, method, booked=True, reason=EARLIER),
        NewLine(EntryKind.ENTRY, now.unbooked, method, booked=False if of_session else None, reason=EARLIER),
        NewLine(EntryKind.ENTRY, now.back, method, reentry=True, reason=EARLIER),
        NewLine(EntryKind.ENTRY, now.besides, method, on_ticket=False, new_today=_new(doorway, one), reason=EARLIER),
        NewLine(EntryKind.EXIT, turned(now.left), method),
    ):
        if total(line.people):
            mine = whose if line.on_ticket else {}
            doorway.add({**made, **mine, **columns_of(line)}, line.people)
            doorway.move_on(line, place, ticket if line.on_ticket else None, scan.at, made["gate_id"])


def _way(line: Written) -> tuple[str, Numbers]:
    if line.columns["ticket_id"] is None:
        return "besides", line.people
    if line.columns["direction"] is Direction.OUT:
        return "left", turned(line.people)
    if line.columns["reentry"]:
        return "back", line.people
    return "booked" if line.columns["booked"] else "unbooked", line.people


def _new(doorway: Doorway, one: _Passing) -> bool:
    """Whether whoever comes without a ticket is new today: as it was said, or as the gate says."""
    said = [line.columns["new_today"] for line in one.lines if line.columns["ticket_id"] is None]
    gates = [gate.new_today for gate in doorway.event.gates.values() if gate.id == one.scan.gate_id]
    return bool((said or gates or [False])[0])


def _method(doorway: Doorway, ticket: DoorTicket, one: _Passing) -> Method:
    """As they were counted, or would have been."""
    if one.lines:
        return Method(one.lines[0].columns["method"])
    if total(doorway.party_of(ticket)) > 1:
        return Method.GROUP_CONFIRMED
    return Method.TYPED if one.scan.account_id is not None or one.scan.code_kind == "number" else Method.SCANNED
