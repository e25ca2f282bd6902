"""What is hidden where two tables of the same people leave the house, edition after edition.

The one figure says how many people came, by category; the other table says how many visits, by day, session and
category. Who comes to a session is one of the people, and counts there once: so no session has more of a category than
there are people of it, and who reads both tables may compare them. Two things are therefore looked at besides what
`suppression` does for each of them:

- A hidden number of visits has at least five possible values that nobody of a category exceeds. They need not be in a
  row: where all of a category came to two sessions, its visits are twice its people.
- A hidden number of people has at least five possible values while visits stay as they are; or while, in every session
  that all but a few of a category came to, as many visits move to another hidden category as people do.

If this cannot be had by hiding another category of people, visits are withheld as a whole: there is nothing to compare.
If an edition before has shown visits that are still the same, they are compared all the same: where they would tell,
people that have changed are withheld too, or else all; and all, if that edition named another measure.

Of an edition before, what it showed and what is still the same is known: it covers nothing. What it hid stays hidden,
even if it is 0 now, for the difference would say what it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

from analytics.rules.suppression import LEAST, WIDTH, Cell, Line, Reader, Uncovered, hide, hide_list, totals

Head = str | None
"""A category, or (None) all of them."""


@dataclass(frozen=True)
class Before:
    """What an edition before showed and hid. people: only if it named the same measure."""

    visits: Mapping[Cell, int] = field(default_factory=dict)
    people: Mapping[Head, int] = field(default_factory=dict)
    hidden_visits: frozenset[Cell] = frozenset()
    hidden_people: frozenset[Head] = frozenset()


@dataclass(frozen=True)
class Tables:
    """Visits, and people by category. each_day: people are summed over days; same: the one figure is visits itself, so
    there is nothing to compare; unsplit: the row of visits that are in no session."""

    visits: Mapping[Line, int]
    people: Mapping[str, int]
    each_day: bool = False
    same: bool = False
    unsplit: str = ""


@dataclass(frozen=True)
class Hidden:
    """What is not shown of both."""

    visits: frozenset[Cell]
    people: frozenset[Head]


def hide_both(tables: Tables, before: Iterable[Before] = ()) -> Hidden:
    """What is hidden of visits and of people. before: all editions that there were."""
    earlier = tuple(before)
    visit_sums = totals(tables.visits)
    people_sums: Mapping[Head, int] = dict([(None, sum(tables.people.values())), *tables.people.items()])
    known = frozenset(cell for one in earlier for cell, number in one.visits.items() if visit_sums.get(cell) == number)
    known_people = frozenset(key for one in earlier for key, number in one.people.items() if people_sums[key] == number)
    visits = frozenset(cell for one in earlier for cell in one.hidden_visits if cell in visit_sums)
    people = frozenset(key for one in earlier for key in one.hidden_people if key in people_sums)
    once, once_people = visits, people
    dear = {key for key in tables.people if not tables.same and _Together(tables).spare(key) < WIDTH}
    while True:
        heads = {key for day, _row, key in visits if day is None}
        people_now = hide_list(tables.people, also=people | heads, known=known_people, before=once_people, dear=dear)
        together = _Together(tables, people_now, known_people)
        reader = Reader(known=known, before=once, most=together.most, covers=together.covers)
        also = visits | together.full | {(None, None, key) for key in people_now}
        try:
            visits_now = hide(tables.visits, also=also, reader=reader)
            enough = together.enough(visits_now - known)
        except Uncovered:
            visits_now, enough = visits, False
        if not enough:
            another = together.another()
            if another is None:
                return _withheld(tables, earlier, once, known, known_people)
            people_now |= {another}
        if (visits_now, people_now) == (visits, people):
            return Hidden(visits, people)
        visits, people = visits_now, people_now


def _withheld(
    tables: Tables,
    before: tuple[Before, ...],
    once: frozenset[Cell],
    known: frozenset[Cell],
    known_people: frozenset[Head],
) -> Hidden:
    """No visits at all; zeros are shown only of a category of which nobody came.

    Visits that an edition before has shown, and that are still the same, stand beside people all the same: where these
    tell too much then, those are hidden that have changed, or else all of them.
    """
    cells = once | {cell for cell, value in totals(tables.visits).items() if value or _anybody(tables, cell[2])}
    everybody = frozenset[Head]({None, *tables.people})
    hidden = frozenset(key for one in before for key in one.hidden_people if key in everybody)
    other = not tables.same and any(one.visits and not one.people for one in before)
    for also in () if other else (hidden, hidden | (everybody - known_people)):
        people = hide_list(tables.people, also=also, known=known_people, before=hidden)
        if not known or _hold(_Together(tables, people, known_people), cells, known):
            return Hidden(cells, people)
    return Hidden(cells, everybody)


def _hold(together: "_Together", hidden: frozenset[Cell], known: frozenset[Cell]) -> bool:
    """Whether hidden numbers of visits have enough values beside people, and people beside known visits."""
    reader = Reader(known=known, before=hidden, most=together.most, covers=together.covers)
    try:
        hide(together.tables.visits, also=hidden, reader=reader)
    except Uncovered:
        return False
    return together.enough(hidden - known)


def _anybody(tables: Tables, key: Head) -> bool:
    return key is None or bool(tables.people.get(key, 1))


@dataclass(frozen=True)
class _Together:
    """Both tables as a reader sees them who knows that nobody is counted twice in a session."""

    tables: Tables
    hidden: frozenset[Head] = frozenset()
    known: frozenset[Head] = frozenset()

    def most(self, focus: Cell, cell: Cell) -> float:
        """How much a number of visits can be, while `focus` is looked at and people are shared out for its sake."""
        day, row, key = cell
        if day is None or key is None or row in (None, self.tables.unsplit):
            return inf
        if key not in self.tables.people or self._free(key):
            return inf
        part, spare = self._part(day), 0
        if part == self._part(focus[0] or self._busiest):
            if key not in self._moving or focus[2] not in self._moving:
                spare = self.spare(key)
            elif key == focus[2]:
                spare = sum(self.spare(one) for one in self._moving)
        return self._tops[part, key] + spare

    def covers(self, cell: Cell, visits: Set[Cell]) -> bool:
        """Whether a number of visits has enough values by moving with people of its category to and from others."""
        key = cell[2]
        if key not in self._moving or self._free(key) or not self._one_part:
            return False
        lines = [line for line in self.tables.visits if line[2] == key and all(
            mine in (None, its) for mine, its in zip(cell, line, strict=True))]  # fmt: skip
        ways = [(line, other) for line in lines for other in self._moving - {key} if self._moves(line, other, visits)]
        up = [min(self._moved(to, key, visits), self._number((*line[:2], to)) - 1) for line, to in ways]
        down = [min(self._moved(key, to, visits), self._number(line) - 1) for line, to in ways]
        return max(up, default=0) + max(down, default=0) >= WIDTH

    @cached_property
    def full(self) -> frozenset[Cell]:
        """Visits to hide where all but a few of a category came to one session, so that they can move with people."""
        if not self._one_part or (None in self.hidden and None not in self.known) or self.tables.same:
            return frozenset()
        rows = {
            (day, row)
            for day, row, key, number in self._sessions()
            if key in self._moving and number > max(LEAST - 1, self.tables.people[key] - WIDTH)
        }
        return frozenset(
            cell for day, row in rows for key in self._moving for cell in ((day, row, key), (day, None, key))
        )

    def enough(self, visits: Set[Cell]) -> bool:
        """Whether all hidden numbers of people have enough values."""
        return all(self._free(key) or self._width(key, visits) >= WIDTH for key in self._moving)

    def spare(self, key: str) -> int:
        """How many people of a category can be taken away while its visits stay."""
        needed = sum(top for (_part, of), top in self._tops.items() if of == key)
        return max(0, self.tables.people[key] - max(1, needed))

    def _free(self, key: Head) -> bool:
        """Whether there is no limit to these people as far as a reader knows."""
        return self.tables.same or (key in self._moving and None in self.hidden and None not in self.known)

    def _width(self, key: str, visits: Set[Cell]) -> float:
        """How far apart the least and the most of these people can be."""
        others = self._moving - {key}
        down = max((self._moved(key, other, visits) for other in others), default=0)
        up = max((self._moved(other, key, visits) for other in others), default=0)
        return down + max(up, sum(self.spare(other) for other in others))

    def _moved(self, key: str, to: str, visits: Set[Cell]) -> int:
        """How many people can go from one category to another, with their visits where these are hidden."""
        if not self._one_part:
            return self.spare(key)
        people = self.tables.people[key]
        most = people - 1
        for day, row, of, number in self._sessions():
            if of == key and number:
                moves = self._moves((day, row, of), to, visits)
                most = min(most, max(people - number, number - 1) if moves else people - number)
        return max(0, most)

    def _moves(self, line: Line, to: str, visits: Set[Cell]) -> bool:
        """Whether visits can go from one category to another within a session."""
        day, row, key = line
        return {line, (day, row, to), (day, None, key), (day, None, to)} <= visits

    def _number(self, line: Line) -> int:
        return self.tables.visits.get(line, 0)

    def another(self) -> str | None:
        """The smallest category that gives more values to those that are hidden, if there is one."""
        found = [key for key in self.tables.people if key not in self.hidden | self.known and self.spare(key) >= WIDTH]
        return None if self.tables.same else min(found, key=lambda key: (self.tables.people[key], key), default=None)

    def _part(self, day: str) -> str:
        return day if self.tables.each_day else ""

    @cached_property
    def _one_part(self) -> bool:
        return not self.tables.each_day or len({day for day, *_rest in self._sessions()}) < 2

    @cached_property
    def _moving(self) -> frozenset[str]:
        """Categories of which a reader does not know how many people there are."""
        return frozenset(key for key in self.hidden - self.known if key is not None and self.tables.people.get(key))

    @cached_property
    def _tops(self) -> Mapping[tuple[str, str], int]:
        """The most of each category that any session (of a day) had."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for day, _row, key, number in self._sessions():
            found[self._part(day), key] = max(found[self._part(day), key], number)
        return found

    @cached_property
    def _busiest(self) -> str:
        """The day with most visits."""
        sums: dict[str, int] = defaultdict(int)
        for day, _row, _key, number in self._sessions():
            sums[day] += number
        return max(sorted(sums), key=sums.__getitem__, default="")

    def _sessions(self) -> Iterator[tuple[str, str, str, int]]:
        return ((*line, number) for line, number in self.tables.visits.items() if line[1] != self.tables.unsplit)
