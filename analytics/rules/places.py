"""What came at each place, summed up once for every figure that is laid out from it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from analytics.rules.arrivals import settled
from analytics.rules.ledger import Admission, Head, Split, Tally

Key = TypeVar("Key")
How = tuple[int, str, bool]
"""Category, method, whether without a ticket."""
When = tuple[date | None, int]
"""Day and category."""
Way = tuple[date | None, str]
"""Day and method."""


@dataclass(frozen=True, slots=True)
class Came:
    """Admissions at one place. number = booked + walk_in + unclear; slots: arrivals, none of them negative; cells that
    come to nothing stay, for somebody was counted there."""

    how: Mapping[How, int] = field(default_factory=dict)
    days: Mapping[When, int] = field(default_factory=dict)
    number: int = 0
    booked: int = 0
    walk_in: int = 0
    anonymous: int = 0
    slots: Mapping[int, int] = field(default_factory=dict)
    ways: Mapping[Way, int] = field(default_factory=dict)

    @property
    def unclear(self) -> int:
        """Of a ticket of which nobody noted whether it was booked."""
        return self.number - self.booked - self.walk_in

    def by_category(self) -> dict[int, int]:
        """How many of each category."""
        return _summed(((category, number) for (_, category), number in self.days.items()))


NOBODY_CAME = Came()


@dataclass(frozen=True)
class Ground:
    """A ledger counted, place by place; None: a source that does not say where. Nothing in it is zero."""

    people: Mapping[Head, int]
    people_by_day: Mapping[Split, int]
    people_by_venue: Mapping[Split, int]
    came: Mapping[int | None, Came]
    reentries: Mapping[int, int]


def ground_of(tally: Tally) -> Ground:
    """The same of a tally."""
    admissions: dict[int | None, list[tuple[Admission, int]]] = defaultdict(list)
    for cell, number in tally.admissions.items():
        admissions[cell.place].append((cell, number))
    slots: dict[int | None, dict[int, int]] = defaultdict(dict)
    for (place, slot), number in tally.arrivals.items():
        slots[place][slot] = number
    return Ground(
        people=tally.people,
        people_by_day=tally.people_by_day,
        people_by_venue=tally.people_by_venue,
        came={one: came_of(admissions.get(one, ()), slots.get(one, {})) for one in admissions.keys() | slots.keys()},
        reentries=tally.reentries,
    )


def came_of(admissions: Iterable[tuple[Admission, int]], slots: Mapping[int, int]) -> Came:
    """What came at one place, from its cells, none of which is zero."""
    how: dict[How, int] = defaultdict(int)
    days: dict[When, int] = defaultdict(int)
    ways: dict[Way, int] = defaultdict(int)
    all_of_them = booked = walk_in = anonymous = 0
    for cell, number in admissions:
        how[cell.category, cell.method, cell.anonymous] += number
        days[cell.day, cell.category] += number
        ways[cell.day, cell.method] += number
        all_of_them += number
        if cell.booked:
            booked += number
        elif cell.booked is False or cell.anonymous:
            walk_in += number
        if cell.anonymous:
            anonymous += number
    return Came(dict(how), dict(days), all_of_them, booked, walk_in, anonymous, settled(slots), dict(ways))


_Sums = dict[Key, list[int]]
"""A number, and how many places it is from: what comes to nothing stays as long as it is from somewhere."""


class Together:
    """What came to several places together; of places that are the same as before nothing is added up again."""

    def __init__(self) -> None:
        self.of: Mapping[int | None, Came] = {}
        self.hows: _Sums[How] = defaultdict(_nothing)
        self.whens: _Sums[When] = defaultdict(_nothing)
        self.wayed: _Sums[Way] = defaultdict(_nothing)
        self.arrived: _Sums[int] = defaultdict(_nothing)

    def become(self, of: Mapping[int | None, Came]) -> None:
        """These places, and no others."""
        for place in self.of.keys() | of.keys():
            before, now = self.of.get(place), of.get(place)
            if before is not now:
                self._take(before, -1)
                self._take(now, 1)
        self.of = of

    @property
    def how(self) -> dict[How, int]:
        """How they came."""
        return {key: number for key, (number, _) in self.hows.items()}

    @property
    def days(self) -> dict[When, int]:
        """On which days."""
        return {key: number for key, (number, _) in self.whens.items()}

    @property
    def ways(self) -> dict[Way, int]:
        """On which days, by which method."""
        return {key: number for key, (number, _) in self.wayed.items()}

    @property
    def slots(self) -> dict[int, int]:
        """In which slots."""
        return {key: number for key, (number, _) in self.arrived.items()}

    def _take(self, came: Came | None, sign: int) -> None:
        if came is not None:
            _add(self.hows, came.how, sign)
            _add(self.whens, came.days, sign)
            _add(self.wayed, came.ways, sign)
            _add(self.arrived, came.slots, sign)


def _nothing() -> list[int]:
    return [0, 0]


def _add(sums: "_Sums[Key]", cells: Mapping[Key, int], sign: int) -> None:
    for key, number in cells.items():
        one = sums[key]
        one[0] += sign * number
        one[1] += sign
        if not one[1]:
            del sums[key]


def _summed(cells: Iterable[tuple[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for key, number in cells:
        sums[key] += number
    return dict(sums)
