"""A tally put together from sums that were kept ready, instead of from lines."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from analytics.rules.ledger import Admission, Head, Split, Tally
from checkin.rules import Cut, Method
from checkin.rules.found import Found
from checkin.rules.rollup import Cell, spelled_out

Key = TypeVar("Key")
BOOKED = {1: True, 0: False, -1: None}


@dataclass
class Sums:
    """The tally while it is being put together."""

    people: dict[Head, int] = field(default_factory=lambda: defaultdict(int))
    people_by_day: dict[Split, int] = field(default_factory=lambda: defaultdict(int))
    people_by_venue: dict[Split, int] = field(default_factory=lambda: defaultdict(int))
    admissions: dict[Admission, int] = field(default_factory=lambda: defaultdict(int))
    arrivals: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    reentries: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, cell: Cell, number: int) -> None:
        """One row of the roll-ups; of entries both when and how they came."""
        for said in spelled_out(cell):
            self._take(said, number)

    def _take(self, cell: Cell, number: int) -> None:
        anonymous, category = bool(cell.anonymous), cell.category
        if cell.cut == Cut.PEOPLE:
            self.people[Head(category, cell.method, anonymous)] += number
        elif cell.cut == Cut.DAYS:
            self.people_by_day[Split(day_of(cell.day), category, anonymous)] += number
        elif cell.cut == Cut.VENUES:
            self.people_by_venue[Split(cell.venue or None, category, anonymous)] += number
        elif cell.cut == Cut.RETURNS:
            self.reentries[cell.place] += number
        elif cell.cut == Cut.ENTRIES:
            self.admissions[admission_of(cell)] += number
            if cell.slot:
                self.arrivals[cell.place, cell.slot] += number

    def take_rooms(self, rooms: Mapping[int, Found]) -> None:
        """Whom room counts found, in place of who was counted without a ticket there."""
        for place, found in rooms.items():
            for category, number in found.people.items():
                method, day = Method.ROOM_COUNT.value, day_of(found.day)
                self.admissions[Admission(place, category, method, day, None, anonymous=True)] += number
                if found.slot:
                    self.arrivals[place, found.slot] += number

    def add(self, more: Tally) -> None:
        """All of another tally."""
        _add(self.people, more.people)
        _add(self.people_by_day, more.people_by_day)
        _add(self.people_by_venue, more.people_by_venue)
        _add(self.admissions, more.admissions)
        _add(self.arrivals, more.arrivals)
        _add(self.reentries, more.reentries)

    def closed(self) -> Tally:
        """The tally, without zeroes."""
        return Tally(
            people=_not_zero(self.people),
            people_by_day=_not_zero(self.people_by_day),
            people_by_venue=_not_zero(self.people_by_venue),
            admissions=_not_zero(self.admissions),
            arrivals=_not_zero(self.arrivals),
            reentries=_not_zero(self.reentries),
        )


def _add(cells: dict[Key, int], more: Mapping[Key, int]) -> None:
    for key, number in more.items():
        cells[key] += number


def _not_zero(cells: Mapping[Key, int]) -> dict[Key, int]:
    return {key: number for key, number in cells.items() if number}


def admission_of(cell: Cell) -> Admission:
    """What a row of entries says beside the time of day."""
    return Admission(
        cell.place, cell.category, cell.method, day_of(cell.day), BOOKED[cell.booked], anonymous=bool(cell.anonymous)
    )


def day_of(number: int) -> date | None:
    """A day from its number; 0 is none."""
    return date.fromordinal(number) if number else None
