"""Sums of roll-ups that move on with the ledger, place by place, and whatever has to be put beside them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from analytics.rules.ledger import Admission, Head, Split, Tally
from analytics.rules.places import Came, Ground, came_of
from analytics.rules.rolled import BOOKED, Sums, day_of
from checkin.rules import Cut
from checkin.rules.rollup import Cell, spelled_out

Key = TypeVar("Key")
Slots = dict[tuple[int, bool], int]
"""By slot, and whether without a ticket."""


@dataclass
class AtPlace:
    """Sums of one place; `came`: what was made of them last, and for what."""

    admissions: dict[Admission, int] = field(default_factory=lambda: defaultdict(int))
    slots: Slots = field(default_factory=lambda: defaultdict(int))
    came: tuple[object, Came] | None = None


@dataclass
class Running:
    """All sums of an event."""

    people: dict[Head, int] = field(default_factory=lambda: defaultdict(int))
    people_by_day: dict[Split, int] = field(default_factory=lambda: defaultdict(int))
    people_by_venue: dict[Split, int] = field(default_factory=lambda: defaultdict(int))
    reentries: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    places: dict[int, AtPlace] = field(default_factory=lambda: defaultdict(AtPlace))

    def take(self, cells: Iterable[tuple[Cell, int]]) -> None:
        """Rows of the roll-ups, of all devices together."""
        for cell, number in ((said, number) for one, number in cells for said in spelled_out(one)):
            anonymous = bool(cell.anonymous)
            if cell.cut == Cut.ENTRIES:
                at_place = self.places[cell.place]
                booked = BOOKED[cell.booked]
                admission = Admission(
                    cell.place, cell.category, cell.method, day_of(cell.day), booked, anonymous=anonymous
                )
                at_place.admissions[admission] += number
                if cell.slot:
                    at_place.slots[cell.slot, anonymous] += number
                at_place.came = None
            elif cell.cut == Cut.PEOPLE:
                self.people[Head(cell.category, cell.method, anonymous=anonymous)] += number
            elif cell.cut == Cut.DAYS:
                self.people_by_day[Split(day_of(cell.day), cell.category, anonymous=anonymous)] += number
            elif cell.cut == Cut.VENUES:
                self.people_by_venue[Split(cell.venue or None, cell.category, anonymous=anonymous)] += number
            elif cell.cut == Cut.RETURNS:
                self.reentries[cell.place] += number

    def ground(self, counted: Set[int], beside: Tally) -> Ground:
        """counted: places whose room was counted, where nobody without a ticket is taken from here. beside: what else
        there is, room counts among it."""
        extra, late = _by_place(beside)
        places = {*self.places, *extra, *late}
        came = {one: self._came(one, _Beside(one in counted, extra.get(one, {}), late.get(one, {}))) for one in places}
        return Ground(
            people=_sum(self.people, beside.people),
            people_by_day=_sum(self.people_by_day, beside.people_by_day),
            people_by_venue=_sum(self.people_by_venue, beside.people_by_venue),
            came={one: made for one, made in came.items() if made.how or made.slots},
            reentries=_sum(self.reentries, beside.reentries),
        )

    def tally(self, counted: Set[int], beside: Tally, *, arrivals: bool = True) -> Tally:
        """The same as a tally. arrivals: with when they came, which is most of it."""
        sums = Sums()
        for place, at_place in self.places.items():
            here = at_place.admissions
            left_out = place in counted
            sums.admissions.update({one: n for one, n in here.items() if not one.anonymous} if left_out else here)
            for (slot, anonymous), number in at_place.slots.items() if arrivals else ():
                if not (anonymous and left_out):
                    sums.arrivals[place, slot] += number
        sums.add(Tally(self.people, self.people_by_day, self.people_by_venue, reentries=self.reentries))
        sums.add(beside if arrivals else replace(beside, arrivals={}))
        return sums.closed()

    def _came(self, place: int | None, beside: "_Beside") -> Came:
        at_place = None if place is None else self.places.get(place)
        if at_place is None:
            return _made(AtPlace(), beside)
        if at_place.came is None or at_place.came[0] != beside:
            at_place.came = beside, _made(at_place, beside)
        return at_place.came[1]


class _Beside(NamedTuple):
    """What a place has beside its sums, and whether its room was counted."""

    counted: bool
    admissions: Mapping[Admission, int]
    slots: Mapping[int, int]


def _made(at_place: AtPlace, beside: _Beside) -> Came:
    slots: dict[int, int] = defaultdict(int, beside.slots)
    for (slot, anonymous), number in at_place.slots.items():
        if not (anonymous and beside.counted):
            slots[slot] += number
    taken = {one: number for one, number in at_place.admissions.items() if not (beside.counted and one.anonymous)}
    cells = _sum(taken, beside.admissions)
    return came_of(cells.items(), {slot: number for slot, number in slots.items() if number})


def _by_place(beside: Tally) -> tuple[dict[int | None, dict[Admission, int]], dict[int | None, dict[int, int]]]:
    extra: dict[int | None, dict[Admission, int]] = defaultdict(dict)
    for admission, number in beside.admissions.items():
        extra[admission.place][admission] = number
    late: dict[int | None, dict[int, int]] = defaultdict(dict)
    for (place, slot), number in beside.arrivals.items():
        late[place][slot] = number
    return extra, late


def _sum(cells: Mapping[Key, int], more: Mapping[Key, int]) -> dict[Key, int]:
    """Both together, without zeroes."""
    if not more:
        return {key: number for key, number in cells.items() if number}
    keys = dict.fromkeys((*cells, *more))
    return {key: number for key in keys if (number := cells.get(key, 0) + more.get(key, 0))}
