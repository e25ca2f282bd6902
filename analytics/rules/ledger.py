"""People and visits from the lines of the ledger: every measure is written here and nowhere else.

People: a ticket of one person counts 1 if it has a standing entry anywhere, in the category and method of its newest
one. A party's ticket counts, per category, the largest net number admitted at any one place, and never more than the
party together. To these come the anonymous lines marked new today. Visits: each person once per event session, summed;
a party's and anonymous numbers as they stand. Re-entries are apart. Figures that a source gives without any place count
as the measure it states.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

from analytics.rules import Measure
from analytics.rules.parties import Group, Parties, net_numbers
from registrations.rules import PartyKind

Cell = TypeVar("Cell")


class Line(NamedTuple):
    """What one standing line of the ledger (no exit, no room count, not undone) says of one category. `at` and `id`
    put lines in order; `at` may be anything that compares."""

    ticket: int | None
    party_kind: str | None
    place: int
    category: int
    number: int
    method: str
    day: date | None
    slot: int | None
    new_today: bool | None
    booked: bool | None
    reentry: bool
    at: Any
    id: int


class Imported(NamedTuple):
    """A sum of lines that a source gives for the whole event: they have no place."""

    category: int
    number: int
    method: str
    measure: Measure


class Place(NamedTuple):
    """What one enters: an event session, or (session empty) a venue's entrance. Online sessions have no venue."""

    session: int | None
    venue: int | None


class Head(NamedTuple):
    """Of whom people are counted. `anonymous`: known without a ticket."""

    category: int
    method: str
    anonymous: bool


class Admission(NamedTuple):
    """Of which coming-in admissions are counted; `place` empty: a source that does not say where."""

    place: int | None
    category: int
    method: str
    day: date | None
    booked: bool | None
    anonymous: bool


class Split(NamedTuple):
    """Of whom people are counted within one day or one venue (`where`; empty: not known)."""

    where: date | int | None
    category: int
    anonymous: bool


@dataclass(frozen=True)
class Tally:
    """A ledger counted. Cells that would be zero are not there, so two equal ledgers give equal tallies."""

    people: dict[Head, int] = field(default_factory=dict)
    people_by_day: dict[Split, int] = field(default_factory=dict)
    people_by_venue: dict[Split, int] = field(default_factory=dict)
    admissions: dict[Admission, int] = field(default_factory=dict)
    arrivals: dict[tuple[int, int], int] = field(default_factory=dict)
    reentries: dict[int, int] = field(default_factory=dict)


def tally(
    lines: Iterable[Line],
    *,
    places: Mapping[int, Place],
    singles: Set[int] = frozenset(),
    sizes: Mapping[int, int] | None = None,
    reissued: Mapping[int, int] | None = None,
    rooms: Mapping[int, Iterable[Line]] | None = None,
    imports: Iterable[Imported] = (),
) -> Tally:
    """Count a ledger.

    lines: in any order. singles: tickets of one named person of a larger party. sizes: how many a ticket is for.
    reissued: old tickets and the one that stands for the same person now.
    rooms: per place with a room count, what takes the place of its anonymous visits.
    """
    books = _Books(places)
    anonymous, single, party = _by_holder(lines, singles, reissued or {})
    books.count_anonymous(anonymous, rooms or {})
    books.count_single(single)
    books.count_parties(party, sizes or {})
    for figure in imports:
        books.count_import(figure)
    return books.closed()


def _by_holder(
    lines: Iterable[Line], singles: Set[int], reissued: Mapping[int, int]
) -> tuple[list[Line], list[Line], list[Line]]:
    """Lines without a ticket, of one person, of a party. A ticket that was a party's once is a party's throughout."""
    anonymous: list[Line] = []
    single: list[Line] = []
    party: list[Line] = []
    for line in lines:
        ticket = line[0]
        if ticket is None:
            anonymous.append(line)
            continue
        if ticket in reissued:
            line = Line(reissued[ticket], *line[1:])  # noqa: PLW2901
        if line[1] == PartyKind.PERSON or line[0] in singles:
            single.append(line)
        else:
            party.append(line)
    parties = {line[0] for line in party}
    grown = [line for line in single if line[0] in parties]
    if grown:
        single = [line for line in single if line[0] not in parties]
    return anonymous, single, party + grown


class _Books:
    """The tally while it is being made."""

    def __init__(self, places: Mapping[int, Place]) -> None:
        self.places = places
        self.people: dict[Head, int] = defaultdict(int)
        self.days: dict[Split, int] = defaultdict(int)
        self.venues: dict[Split, int] = defaultdict(int)
        self.admissions: dict[Admission, int] = defaultdict(int)
        self.arrivals: dict[tuple[int, int], int] = defaultdict(int)
        self.reentries: dict[int, int] = defaultdict(int)

    def count_anonymous(self, lines: list[Line], rooms: Mapping[int, Iterable[Line]]) -> None:
        """Taps, counts, paper, estimates: as they stand; people only where new today."""
        sums: dict[tuple[int, int, str, date | None, int | None, bool | None, bool | None], int] = defaultdict(int)
        for _, _, place, category, number, method, day, slot, new_today, booked, reentry, _at, _id in lines:
            if reentry:
                self.reentries[place] += number
            else:
                sums[place, category, method, day, slot, new_today, booked] += number
        for (place, category, method, day, slot, new_today, booked), number in sums.items():
            if place not in rooms:
                self._admit(Admission(place, category, method, day, booked, anonymous=True), slot, number)
            if new_today:
                self.people[Head(category, method, anonymous=True)] += number
                self.days[Split(day, category, anonymous=True)] += number
                self.venues[Split(self.places[place].venue, category, anonymous=True)] += number
        for line in (line for replaced in rooms.values() for line in replaced):
            where = Admission(line.place, line.category, line.method, line.day, line.booked, anonymous=True)
            self._admit(where, line.slot, line.number)

    def count_single(self, lines: list[Line]) -> None:
        """Tickets of one person: once anywhere, once a day, once a venue, once a place."""
        newest: dict[int | None, Line] = {}
        visits: dict[tuple[int | None, int], list[Line]] = {}
        days: set[tuple[int | None, date | None]] = set()
        for line in lines:
            ticket, _, place, _, number, _, day, _, _, _, reentry, at, line_id = line
            if number <= 0:
                continue
            before = newest.get(ticket)
            if before is None or before[11] < at or (before[11] == at and before[12] < line_id):
                newest[ticket] = line
            days.add((ticket, day))
            if (ticket, place) in visits:
                visits[ticket, place].append(line)
            else:
                visits[ticket, place] = [line]
            if reentry:
                self.reentries[place] += number
        self._place_single({ticket: (line[3], line[5]) for ticket, line in newest.items()}, days, visits)

    def _place_single(
        self,
        newest: dict[int | None, tuple[int, str]],
        days: set[tuple[int | None, date | None]],
        visits: dict[tuple[int | None, int], list[Line]],
    ) -> None:
        for (category, method), number in Counter(newest.values()).items():
            self.people[Head(category, method, anonymous=False)] += number
        for (day, category), number in Counter((day, newest[ticket][0]) for ticket, day in days).items():
            self.days[Split(day, category, anonymous=False)] += number
        venues = {(ticket, self.places[place].venue) for ticket, place in visits}
        for (venue, category), number in Counter((venue, newest[ticket][0]) for ticket, venue in venues).items():
            self.venues[Split(venue, category, anonymous=False)] += number
        for (admission, slot), number in Counter(map(_visit, visits.values())).items():
            self._admit(Admission(*admission, anonymous=False), slot, number)

    def count_parties(self, lines: list[Line], sizes: Mapping[int, int]) -> None:
        """Tickets of several: visits as they stand; people by the fullest place."""
        by_method: dict[tuple[int, int, int, str], int] = defaultdict(int)
        by_day: dict[tuple[int, int, int, date | None], int] = defaultdict(int)
        newest: dict[Any, tuple[Any, int]] = {}
        for ticket, _, place, category, number, method, day, slot, _new, booked, reentry, at, line_id in lines:
            if reentry:
                self.reentries[place] += number
                continue
            self._admit(Admission(place, category, method, day, booked, anonymous=False), slot, number)
            by_method[ticket, category, place, method] += number  # type: ignore[index]
            by_day[ticket, category, place, day] += number  # type: ignore[index]
            if number > 0:
                newest[ticket, category] = max((at, line_id), newest.get((ticket, category), (at, line_id)))
        net = net_numbers(
            (ticket, category, place, number) for (ticket, category, place, _), number in by_method.items()
        )
        people = Parties(newest, sizes)
        counted = people.within(((ticket, category, None), place, n) for (ticket, category, place), n in net.items())
        self._head(by_method, net, counted)
        for (_, category, day), (_, number) in people.within(
            ((ticket, category, day), place, number) for (ticket, category, place, day), number in by_day.items()
        ).items():
            self.days[Split(day, category, anonymous=False)] += number
        for (_, category, venue), (_, number) in people.within(
            ((ticket, category, self.places[place].venue), place, number)
            for (ticket, category, place), number in net.items()
        ).items():
            self.venues[Split(venue, category, anonymous=False)] += number

    def _head(
        self,
        by_method: Mapping[tuple[int, int, int, str], int],
        net: Mapping[tuple[int, int, int], int],
        counted: Mapping[Group, tuple[int, int]],
    ) -> None:
        """People of parties by method, as their fullest place knows them; what is too much there is left out."""
        over = {key: net[key[0], key[1], place] - number for key, (place, number) in counted.items()}
        for (ticket, category, place, method), number in by_method.items():
            key = (ticket, category, None)
            if counted.get(key, (None, 0))[0] == place:
                left_out = min(over[key], max(0, number))
                over[key] -= left_out
                self.people[Head(category, method, anonymous=False)] += number - left_out

    def count_import(self, figure: Imported) -> None:
        """A source's figure for the whole event: no day, no venue, no place."""
        category, number, method, measure = figure
        if measure is Measure.VISITS:
            self.admissions[Admission(None, category, method, None, None, anonymous=False)] += number
            return
        self.people[Head(category, method, anonymous=False)] += number
        self.days[Split(None, category, anonymous=False)] += number
        self.venues[Split(None, category, anonymous=False)] += number

    def closed(self) -> Tally:
        """The tally, without zeroes."""
        return Tally(
            people=_not_zero(self.people),
            people_by_day=_not_zero(self.days),
            people_by_venue=_not_zero(self.venues),
            admissions=_not_zero(self.admissions),
            arrivals=_not_zero(self.arrivals),
            reentries=_not_zero(self.reentries),
        )

    def _admit(self, admission: Admission, slot: int | None, number: int) -> None:
        self.admissions[admission] += number
        if slot is not None and admission.place is not None:
            self.arrivals[admission.place, slot] += number


def _visit(lines: list[Line]) -> tuple[tuple[int, int, str, date | None, bool | None], int | None]:
    """One ticket's lines at one place as one visit: it began with the first, and is what the newest says, best one
    that is no re-entry."""
    first = speaks = lines[0]
    if len(lines) > 1:
        ordered = sorted(lines, key=lambda line: (line[11], line[12]))
        first = ordered[0]
        speaks = max(ordered, key=lambda line: (not line[10], line[11], line[12]))
    return (speaks[2], speaks[3], speaks[5], first[6], speaks[9]), first[7]


def _not_zero(cells: dict[Cell, int]) -> dict[Cell, int]:
    return {key: number for key, number in cells.items() if number}
