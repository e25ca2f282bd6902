"""The ledger of a whole event added up quickly: persons who came one by one, each on one ticket, which is nearly all of
them. Everybody else is left to the rules of `rollup`; both give the same, and the tests compare them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from checkin.rules import Cut
from checkin.rules.rollup import Cell, Cells

PERSON = "person"
Line = tuple[Any, ...]
"""Registration, ticket, person, kind of the party, place, category, number, method, day as it is stored, slot, booked,
whether a return, when, id, device, whether a correction: as `checkin/queries/rollups.py` reads them."""
by_time = itemgetter(12, 13)


class Summing:
    """Cells while they are being added up. Keys are short: of each cut only what divides it."""

    def __init__(self) -> None:
        self.people: dict[tuple[int, str, int], int] = defaultdict(int)
        self.days: dict[tuple[int, int, int], int] = defaultdict(int)
        self.venues: dict[tuple[int, int, int], int] = defaultdict(int)
        self.returns: dict[tuple[int, int], int] = defaultdict(int)
        self.entries: dict[tuple[int, int, int, int, str, int, int], int] = defaultdict(int)

    def take(self, lines: Sequence[Line], venues: Mapping[int, int], ordinal: Callable[[Any], int]) -> bool:
        """The lines of one registration, if they are of one person on one ticket who was never corrected; False: they
        are not, and nothing was added."""
        _, ticket, person, *_ = lines[0]
        places: dict[int, list[Line]] = {}
        ids = set()
        for line in lines:
            if (
                line[1] != ticket or line[2] != person or line[15] or line[6] <= 0
                or not (person or line[3] == PERSON)
            ):  # fmt: skip
                return False
            ids.add(line[13])
            if line[4] in places:
                places[line[4]].append(line)
            else:
                places[line[4]] = [line]
        if len(ids) < len(lines):
            return False
        _, _, _, _, _, category, _, method, *_, device, _ = max(lines, key=by_time) if len(lines) > 1 else lines[0]
        self.people[category, method, device] += 1
        for day in {line[8] for line in lines}:
            self.days[ordinal(day), category, device] += 1
        for venue in {venues[place] for place in places}:
            self.venues[venue, category, device] += 1
        for place, here in places.items():
            self._add_visit(place, here, ordinal)
        return True

    def _add_visit(self, place: int, here: list[Line], ordinal: Callable[[Any], int]) -> None:
        """It began with the first line, and is what the newest says, best one that is no return."""
        began = speaks = here[0]
        if len(here) > 1:
            began = min(here, key=by_time)
            speaks = max(here, key=lambda line: (not line[11], line[12], line[13]))
        _, _, _, _, _, category, _, method, _, _, booked, _, _, _, device, _ = speaks
        self.entries[place, ordinal(began[8]), began[9], category, method, booked, device] += 1
        for line in here:
            if line[11]:
                self.returns[place, line[14]] += line[6]

    def add_to(self, cells: Cells) -> None:
        """All of it."""
        for (category, method, device), number in self.people.items():
            cells[Cell(Cut.PEOPLE.value, category=category, method=method, device=device)] += number
        for (day, category, device), number in self.days.items():
            cells[Cell(Cut.DAYS.value, day=day, category=category, device=device)] += number
        for (venue, category, device), number in self.venues.items():
            cells[Cell(Cut.VENUES.value, venue=venue, category=category, device=device)] += number
        for (place, device), number in self.returns.items():
            cells[Cell(Cut.RETURNS.value, place, device=device)] += number
        for (place, day, slot, category, method, booked, device), number in self.entries.items():
            cells[Cell(Cut.ENTRIES.value, place, 0, day, slot, category, method, booked, device=device)] += number
