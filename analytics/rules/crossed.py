"""Two dimensions crossed as sums that are kept: what each registration adds, what lines without a ticket add by place.

Sums over registrations are the sums of the event, so who comes again changes only what their own registration adds. A
person on one ticket, which is nearly everybody, is added up in a short way; everybody else by the rules of `crossing`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from analytics.rules import Measure
from analytics.rules.crossing import (
    NO_ORGANISATION,
    OF_THE_PARTY,
    WHERE_AND_WHEN,
    Attributes,
    Crossing,
    Dimension,
    Ground,
    Key,
    Read,
    Value,
    pieces,
)
from analytics.rules.ledger import Line
from analytics.rules.recorded import PERSON, Recorded, most_together

Cut = tuple[Dimension, ...]
Cells = dict[Key, int]
ONE, ASIDE, EVERYWHERE = 1, 10_000, 0
by_time = itemgetter(10, 11)


FIELD = {
    Dimension.PARTY: 3, Dimension.CATEGORY: 5, Dimension.METHOD: 7, Dimension.DAY: 8, Dimension.ORGANISATION: 12,
    Dimension.LANGUAGE: 13, Dimension.LEAD: 14,
}  # fmt: skip


class Crossed:
    """The sums of one crossing of one event. sized: registrations whose people may depend on how many the party is, and
    how many at most were at different places together. owed: registrations whose lines are yet to be taken."""

    def __init__(self, ground: Ground, rows: Dimension, columns: Dimension, measure: Measure) -> None:
        self.ground, self.measure = ground, measure
        self.both: Cut = (rows, columns)
        self.cuts = cuts_of(rows, columns, measure)
        self.whole = self._nothing()
        self.taps: dict[int, dict[Cut, Cells]] = defaultdict(self._nothing)
        self.sized: dict[int, int] = {}
        self.owed: set[int] = set()
        self.slow: list[Recorded] = []
        self._look_up()

    @classmethod
    def unpacked(cls, which: tuple[Dimension, Dimension, Measure], packed: Sequence[Any]) -> "Crossed":
        """From what `packed` gave."""
        ground, whole, taps, sized, owed = packed
        sums = cls(ground, *which)
        sums._add(sums.whole, whole)
        for place, cells in taps.items():
            sums._add(sums.taps[place], cells)
        sums.sized, sums.owed = sized, owed
        return sums

    def packed(self) -> tuple[Any, ...]:
        """All of it as plain values."""
        self.settle()
        taps = {place: _plain(cells) for place, cells in self.taps.items()}
        return self.ground, _plain(self.whole), taps, self.sized, self.owed

    def stand_on(self, ground: Ground) -> bool:
        """Whether all that is summed up stands where it did; places that came since do."""
        if any(ground.places.get(one) != there for one, there in self.ground.places.items()):
            return False
        if any(ground.rooms.get(one) != there for one, there in self.ground.rooms.items()):
            return False
        if ground != self.ground:
            self.ground = ground
            self._look_up()
        return True

    def take(self, lines: Sequence[tuple[Any, ...]], sign: int = ONE) -> None:
        """All lines of one registration's tickets; sign -1: they are taken off again."""
        if not lines:
            return
        if _is_one_person(lines):
            ordered = sorted(lines, key=by_time) if len(lines) > 1 else lines
            for cut in self.quick:
                cut.add(self.whole[cut.cut], ordered, sign)
            return
        recorded = [Recorded(*line) for line in lines]
        if sign == ONE:
            self._put_aside(recorded)
        else:
            self.sized.pop(lines[0][0], None)
            self._add(self.whole, self.counted(recorded), sign)

    def settle(self) -> None:
        """What was put aside for the long way is added up, all together: it is quicker so."""
        if self.slow:
            self._add(self.whole, self.counted(self.slow))
            self.slow = []

    def _put_aside(self, recorded: list[Recorded]) -> None:
        self.slow += recorded
        if bound := most_together(recorded):
            self.sized[recorded[0].registration or 0] = bound
        if len(self.slow) >= ASIDE:
            self.settle()

    def tap(self, lines: Iterable[Recorded]) -> None:
        """Lines without a ticket: a visit each, and where it says so somebody new."""
        people = self.measure is Measure.PEOPLE
        for one in lines:
            if one.reentry or not (one.new_today if people else one.place in self.sessions):
                continue
            taps = self.taps[EVERYWHERE if people else one.place]
            for cut in self.quick:
                taps[cut.cut][cut.key(one, one, one)] += one.number

    def counted(self, lines: Sequence[Recorded]) -> dict[Cut, Cells]:
        """By the rules, as far as the lines alone say it."""
        read = Read([line_of(one) for one in lines], singles={one.ticket for one in lines if one.ticket and one.person})
        return self.of(read, {one.id: words_of(one) for one in lines})

    def of(self, read: Read, said: Mapping[int, Attributes]) -> dict[Cut, Cells]:
        """By the rules."""
        return {cut: pieces(read, said, self.ground, cut, self.measure) for cut in self.cuts}

    def crossing(self, counted: Set[int], beside: Iterable[tuple[dict[Cut, Cells], int]]) -> Crossing:
        """counted: places whose room was counted, where no visit without a ticket is taken from here. beside: what else
        there is to add (1) or to take off (-1)."""
        self.settle()
        sums = self._nothing()
        self._add(sums, self.whole)
        for place, cells in self.taps.items():
            if self.measure is Measure.PEOPLE or place not in counted:
                self._add(sums, cells)
        for cells, sign in beside:
            self._add(sums, cells, sign)
        found = {cut: {key: number for key, number in sums[cut].items() if number} for cut in self.cuts}
        across = found[self.both]
        rows, columns = (
            _side(found[one,], 0) if (one,) in found else _side(across, part) for part, one in enumerate(self.both)
        )
        adds_up = self.both[0].adds_up or self.measure is Measure.VISITS
        total = sum(found[()].values()) if () in found else sum((rows if adds_up else columns).values())
        return Crossing({(key[0], key[1]): number for key, number in across.items()}, rows, columns, total)

    def _nothing(self) -> dict[Cut, Cells]:
        return {cut: defaultdict(int) for cut in self.cuts}

    def _look_up(self) -> None:
        self.sessions = {place for place, there in self.ground.places.items() if there.session is not None}
        self.quick = [_Quick(self.ground, cut, self.measure, self.sessions) for cut in self.cuts]

    @staticmethod
    def _add(sums: dict[Cut, Cells], more: Mapping[Cut, Cells], sign: int = ONE) -> None:
        for cut, cells in more.items():
            mine = sums[cut]
            for key, number in cells.items():
                mine[key] += sign * number


def _plain(sums: Mapping[Cut, Cells]) -> dict[Cut, Cells]:
    return {cut: dict(cells) for cut, cells in sums.items()}


class _Quick:
    """One person on one ticket, or a line without one, by some dimensions."""

    def __init__(self, ground: Ground, cut: Cut, measure: Measure, sessions: Set[int]) -> None:
        self.cut, self.visits, self.sessions = cut, measure is Measure.VISITS, sessions
        values = [_value(ground, one, visits=self.visits) for one in cut]
        self.key = _together(values)
        self.where = _together([get for one, get in zip(cut, values, strict=True) if one in WHERE_AND_WHEN])
        self.anywhere = not any(one in WHERE_AND_WHEN for one in cut)

    def add(self, cells: Cells, lines: Sequence[tuple[Any, ...]], sign: int) -> None:
        """lines: in order of time."""
        newest = lines[-1]
        if self.visits:
            self._add_visits(cells, lines, sign)
        elif self.anywhere or len(lines) == 1:
            cells[self.key(newest, newest, newest)] += sign
        else:
            where = self.where
            for last in {where(line, line, newest): line for line in lines}.values():
                cells[self.key(last, last, newest)] += sign

    def _add_visits(self, cells: Cells, lines: Sequence[tuple[Any, ...]], sign: int) -> None:
        """A visit began with the first line, and is what the newest says, best one that is no return."""
        visits: dict[int, tuple[tuple[Any, ...], tuple[Any, ...]]] = {}
        for line in lines:
            if line[4] in self.sessions:
                first, speaks = visits.get(line[4], (line, line))
                visits[line[4]] = first, (speaks if line[9] and not speaks[9] else line)
        for first, speaks in visits.values():
            cells[self.key(first, speaks, lines[-1])] += sign


def cuts_of(rows: Dimension, columns: Dimension, measure: Measure) -> tuple[Cut, ...]:
    """What has to be counted: a side of its own only where the numbers across do not add up to it."""
    if measure is Measure.VISITS or (rows.adds_up and columns.adds_up):
        return ((rows, columns),)
    if columns.adds_up:
        return (rows, columns), (columns,)
    if rows.adds_up:
        return (rows, columns), (rows,)
    return (rows, columns), (rows,), (columns,), ()


def line_of(one: Recorded) -> Line:
    """As the measures want it."""
    return Line(
        one.ticket, one.party, one.place, one.category, one.number, one.method, _day(one.day), None,
        bool(one.new_today), None, bool(one.reentry), one.at, one.id,
    )  # fmt: skip


def words_of(one: Recorded) -> Attributes:
    """What the line says of the party."""
    return Attributes(one.party, one.organisation, one.language, one.lead)


def _is_one_person(lines: Sequence[tuple[Any, ...]]) -> bool:
    """Whether they are of one person on one ticket."""
    ticket = lines[0][1]
    ids = {line[11] for line in lines}
    return len(ids) == len(lines) and all(
        line[1] == ticket and (line[2] or line[3] == PERSON) and line[6] > 0 for line in lines
    )


def _value(ground: Ground, dimension: Dimension, *, visits: bool) -> Callable[[Any, Any, Any], Value]:
    """Of a first line, one that speaks for where it is, and the newest of all."""
    if dimension is Dimension.DAY:
        return lambda first, _speaks, _newest: _day(first[8])
    if dimension in WHERE_AND_WHEN:
        there = {place: ground.value(dimension, place) for place in ground.places}
        return lambda first, _speaks, _newest: there[first[4]]
    field = FIELD[dimension]
    if dimension is Dimension.ORGANISATION:
        return lambda _first, _speaks, newest: newest[field] or (NO_ORGANISATION if newest[1] is not None else None)
    if dimension in OF_THE_PARTY or (dimension is Dimension.CATEGORY and not visits):
        return lambda _first, _speaks, newest: newest[field]
    return lambda _first, speaks, _newest: speaks[field]


def _together(values: Sequence[Callable[[Any, Any, Any], Value]]) -> Callable[[Any, Any, Any], Key]:
    if len(values) == 2:
        one, other = values
        return lambda first, speaks, newest: (one(first, speaks, newest), other(first, speaks, newest))
    return lambda first, speaks, newest: tuple(value(first, speaks, newest) for value in values)


@lru_cache(maxsize=1000)
def _day(day: date | str | None) -> date | None:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _side(cells: Mapping[Key, int], part: int) -> dict[Value, int]:
    sums: dict[Value, int] = defaultdict(int)
    for key, number in cells.items():
        sums[key[part]] += number
    return dict(sums)
