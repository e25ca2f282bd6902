"""Small numbers hidden before figures leave the house, with as many others as it takes that no sum gives them away.

A table holds numbers by day, row (what took place on that day) and column (category), and all their totals. Every
number from 1 to 4 is hidden, totals too; 0 is shown as 0. Rows belong to one day each, so the sums form a network: each
number flows along one arc, and what flows into a knot flows out of it. What a reader can work out of a hidden number is
then exactly what can be sent around it along hidden arcs, each of which carries at least 1, for a 0 would be shown.
While this leaves less than five possible values, the cheapest way around is looked for, and the shown numbers on it are
hidden too: small ones first, totals last. Everything may be hidden up to the grand total, so there is always a way,
unless the reader knows more than this table (see `Reader`).

Guaranteed: for a reader who adds and subtracts whatever is shown, and knows that what is hidden is whole and not 0, any
hidden number may have at least five values in a row (from least to most it spans 4 or more), its true one among them.
Not guaranteed: what somebody knows from elsewhere.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf
from typing import Any

LEAST = 5
"""Smaller numbers are hidden; 0 is none."""
WIDTH = 4
"""How far apart the least and the most possible value of a hidden number are, at least."""
Line = tuple[str, str, str]
"""Day, row and column of a number."""
Cell = tuple[str | None, str | None, str | None]
"""The same for a number or a total; None: over all of them."""
TOTAL: Cell = (None, None, None)

_Step = tuple[Cell, bool]
"""An arc, and whether it is gone along its direction."""


class Uncovered(Exception):
    """However much is hidden, what the reader knows besides leaves less than five values."""


def _limitless(_focus: Cell, _cell: Cell) -> float:
    return inf


def _nothing(_cell: Cell, _hidden: Set[Cell]) -> bool:
    return False


@dataclass(frozen=True)
class Reader:
    """What a reader knows besides the table. known: numbers that were shown once and are still the same; before: those
    that were hidden once, which stay hidden, even as 0; most: how much a number can be while another one (the first) is
    looked at; covers: whether another table gives a number of this one enough values, with these unknown; dear: numbers
    that are hidden for the sake of others only if nothing but the total of all is left."""

    known: Set[Cell] = frozenset()
    before: Set[Cell] = frozenset()
    most: Callable[[Cell, Cell], float] = _limitless
    covers: Callable[[Cell, Set[Cell]], bool] = _nothing
    dear: Set[Cell] = frozenset()


NOTHING = Reader()


def totals(numbers: Mapping[Line, int]) -> dict[Cell, int]:
    """Every number and every total of a table. Raises ValueError for less than nobody."""
    sums: dict[Cell, int] = defaultdict(int)
    for line, number in numbers.items():
        if number < 0:
            raise ValueError("a number of people is not negative")
        for cell in _over(line):
            sums[cell] += number
    return dict(sums)


def hide(numbers: Mapping[Line, int], *, also: Set[Cell] = frozenset(), reader: Reader = NOTHING) -> frozenset[Cell]:
    """Which numbers and totals are not shown. also: those that must not be for another reason; this hides no 0.

    Raises Uncovered.
    """
    network = _Network(totals(numbers), reader)
    small = {cell for cell, value in network.values.items() if 0 < value < LEAST}
    network.hidden = small | {cell for cell in also if network.values.get(cell)} | network.before
    done: set[Cell] = set()
    while left := sorted(network.hidden - done, key=lambda cell: (network.values[cell], _order(cell))):
        network.cover(left[0])
        done.add(left[0])
    return frozenset(network.hidden)


def possible(
    numbers: Mapping[Line, int], hidden: Set[Cell], *, reader: Reader = NOTHING
) -> dict[Cell, tuple[int, float]]:
    """What a reader who sees all but `hidden` can work out of it: the least and the most of each; inf: no limit."""
    network = _Network(totals(numbers), reader)
    network.hidden = set(hidden)
    return {cell: network.bounds(cell) for cell in hidden}


def hide_list(
    numbers: Mapping[str, int],
    *,
    also: Set[str | None] = frozenset(),
    known: Set[str | None] = frozenset(),
    before: Set[str | None] = frozenset(),
    dear: Set[str] = frozenset(),
) -> frozenset[str | None]:
    """The same for one column of numbers and its total (None). If it cannot be done, all of it is hidden."""
    lines = {("", "", column): number for column, number in numbers.items()}
    reader = Reader(known=_heads(known), before=_heads(before), dear=_heads(dear))
    try:
        hidden = hide(lines, also=_heads(also), reader=reader)
    except Uncovered:
        hidden = frozenset(cell for cell, value in totals(lines).items() if value or cell in reader.before)
    return frozenset(column for day, _row, column in hidden if day is None)


def _heads(columns: Set[str] | Set[str | None]) -> frozenset[Cell]:
    return frozenset((None, None, column) for column in columns)


@dataclass
class _Side:
    """The ways along which a number becomes larger, or smaller: how far it could, and how far it was seen to."""

    start: Any
    end: Any
    most: float
    sent: float = 0
    change: dict[Cell, float] = field(default_factory=lambda: defaultdict(int))


class _Network:
    """The numbers of a table as flows, of which the shown ones are fixed."""

    def __init__(self, values: dict[Cell, int], reader: Reader) -> None:
        self.values = values
        self.reader = reader
        self.before = {cell for cell in reader.before if cell in values}
        self.hidden: set[Cell] = set()
        self.focus: Cell = TOTAL
        self.arcs: dict[Any, list[tuple[_Step, Any]]] = defaultdict(list)
        for cell in sorted(values, key=_order):
            if values[cell] or cell in self.before:
                start, end = _ends(cell)
                self.arcs[start].append(((cell, True), end))
                self.arcs[end].append(((cell, False), start))

    def bounds(self, cell: Cell) -> tuple[int, float]:
        """The least and the most that a hidden number can be."""
        start, end = self._look_at(cell)
        down, up = self._room((cell, False), {}), self._room((cell, True), {})
        less = self._send(start, end, down, cell, defaultdict(int))
        return self.values[cell] - int(less), self.values[cell] + self._send(end, start, up, cell, defaultdict(int))

    def cover(self, cell: Cell) -> None:
        """Hide more, until this number can be enough different ones. Raises Uncovered."""
        if cell in self.reader.known or self.reader.covers(cell, self.hidden - self.reader.known):
            return
        start, end = self._look_at(cell)
        sides = [_Side(end, start, self._room((cell, True), {})), _Side(start, end, self._room((cell, False), {}))]
        for side in reversed(sides):
            side.sent = self._send(side.start, side.end, min(WIDTH, side.most), cell, side.change)
        for side in sides:
            while (wanted := WIDTH - sum(one.sent for one in sides)) > 0 and side.sent < side.most:
                way = self._way(side.start, side.end, cell, side.change, opening=True)
                if way is None:
                    break
                self.hidden |= {step for step, _along in way}
                more = min(wanted, side.most - side.sent)
                side.sent += self._send(side.start, side.end, more, cell, side.change)
        if sum(one.sent for one in sides) < WIDTH:
            raise Uncovered

    def _look_at(self, cell: Cell) -> tuple[Any, Any]:
        self.focus = cell
        return _ends(cell)

    def _send(self, start: Any, goal: Any, most: float, around: Cell, change: dict[Cell, float]) -> float:
        """How much more can go from one knot to another over hidden arcs but this one, up to `most`."""
        sent: float = 0
        while sent < most and (way := self._way(start, goal, around, change)) is not None:
            amount = min(most - sent, *(self._room(step, change) for step in way))
            if amount == inf:
                return inf
            for cell, along in way:
                change[cell] += amount if along else -amount
            sent += amount
        return sent

    def _room(self, step: _Step, change: Mapping[Cell, float]) -> float:
        """A hidden number can grow up to its most, and fall to 1; what is known does neither."""
        cell, along = step
        if cell in self.reader.known:
            return 0
        value = self.values[cell]
        if along:
            return max(value, self.reader.most(self.focus, cell)) - value - change.get(cell, 0)
        return value + change.get(cell, 0) - min(value, 1)

    def _way(
        self, start: Any, goal: Any, around: Cell, change: Mapping[Cell, float], *, opening: bool = False
    ) -> list[_Step] | None:
        """The cheapest way over arcs that can change; opening: over shown ones too, to be hidden then."""
        queue: list[tuple[float, int, Any]] = [(0, 0, start)]
        came: dict[Any, tuple[_Step, Any]] = {}
        costs: dict[Any, float] = {start: 0}
        tie = 0
        while queue:
            cost, _tie, knot = heappop(queue)
            if knot == goal:
                return list(_back(came, start, goal))
            if cost > costs[knot]:
                continue
            for step, there in self.arcs[knot]:
                price = self._price(step[0]) if opening else 0
                if step[0] == around or not (opening or step[0] in self.hidden) or self._room(step, change) < 1:
                    continue
                if cost + price < costs.get(there, inf):
                    costs[there], came[there], tie = cost + price, (step, knot), tie + 1
                    heappush(queue, (cost + price, tie, there))
        return None

    def _price(self, cell: Cell) -> float:
        """What it costs to hide a number: its size, for totals many times as much."""
        if cell in self.hidden:
            return 0
        dear = cell in self.reader.dear
        dearest = TOTAL if dear else cell
        price = self.values[dearest] * 4.0 ** dearest.count(None)
        return max(0, price - 1 / (1 + self.values[cell])) if dear else price


def _over(line: Line) -> tuple[Cell, ...]:
    """A number and the totals that it is part of."""
    day, row, column = line
    return (line, (day, row, None), (day, None, column), (day, None, None), (None, None, column), TOTAL)


def _ends(cell: Cell) -> tuple[Any, Any]:
    """The knots that a number flows between: the total into columns, those into days, those into rows, and back."""
    day, row, column = cell
    if day is None:
        return ("", ("column", column)) if column is not None else ("all", "")
    if column is not None:
        inside = ("column", day, column)
        return (("column", column), inside) if row is None else (inside, ("row", day, row))
    return (("day", day), "all") if row is None else (("row", day, row), ("day", day))


def _back(came: Mapping[Any, tuple[_Step, Any]], start: Any, goal: Any) -> Iterator[_Step]:
    knot = goal
    while knot != start:
        step, knot = came[knot]
        yield step


def _order(cell: Cell) -> tuple[tuple[bool, str], ...]:
    return tuple((part is None, part or "") for part in cell)
