"""The roll-ups of an event made from its ledger in columns: who came on one ticket, which is nearly all, is added up
for all at once; everybody else by the rules of the door (`checkin/rules/rollup.py`).

Doors move the roll-ups on another way, line by line: what one of them gets wrong, the comparison of both finds. numpy
takes its time to load, so whoever counts anew loads this module then.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.direct import Bound
from checkin.queries import columns
from checkin.queries.rollups import VENUES_OF_EVENT, RolledUp, add_rooms, lines_in
from checkin.rules import Cut, arrays
from checkin.rules.columns import Lines, Numbers, lines_of, numbers_of
from checkin.rules.rollup import NOTHING_APART, Cell, Told, of_registration
from checkin.rules.said import ADMITS, CORRECTED, METHODS, NEW_TODAY, PERSON, RETURNS

AT_ONCE, TURNS = 1_200_000, 4
"""Lines of one part, held in memory in some fifty bytes each; and in how many turns those of tickets are put in order,
which takes a hundred more each."""
ID, AT, REGISTRATION = (Lines._fields.index(name) for name in ("id", "at", "registration"))
EVERY = slice(None)


def summed_from_ledger(
    bind: Bound,
    event_id: int,
    *,
    at_once: int = AT_ONCE,
    readers: Sequence[Bound] = (),
    told_of: Callable[[int], None] = lambda _lines: None,
) -> RolledUp:
    """What the roll-ups of an event have to be. at_once: so many lines are one part; readers: see `columns.pieces`;
    `told_of`: how many lines more were read."""
    venues = {row.id: row.venue for row in VENUES_OF_EVENT.rows(bind, {"event_id": event_id})}
    made = RolledUp(cells=defaultdict(int))
    (undone,) = map(numbers_of, columns.undone(bind))
    tickets, theirs = map(numbers_of, columns.persons(bind, event_id))
    order = np.argsort(tickets)
    summing = _Summing(made, np.sort(undone), (tickets[order], theirs[order]), venues)
    for part in range(parts := max(1, -(-lines_in(bind, event_id) // at_once))):
        sent = columns.pieces(bind, event_id, parts=parts, part=part, readers=readers)
        summing.add(map(lines_of, sent), told_of)
    made.places = {
        cell.place: (venues[cell.place], None) for cell in made.cells if cell.cut == Cut.LINES and cell.place
    }
    add_rooms(made, bind, event_id, venues)
    made.cells = {cell: number for cell, number in made.cells.items() if number}
    return made


class _Summing:
    """What is added up, and what has to be known for it beside the lines: which were undone, the tickets of named
    persons and whose they are, the venue of each place."""

    def __init__(
        self, made: RolledUp, undone: Numbers, persons: tuple[Numbers, Numbers], venues: Mapping[int, int]
    ) -> None:
        self.made, self.undone, self.persons, self.venues = made, undone, persons, venues
        self.places = np.array(sorted(venues), np.int64)
        self.venue_of_place = np.array([venues[place] for place in sorted(venues)], np.int64)

    def add(self, pieces: Iterator[Lines], told_of: Callable[[int], None]) -> None:
        """Some pieces of the ledger; what belongs to one registration is in them all."""
        tickets, nobodys = [], []
        for piece in pieces:
            _, first = np.unique(piece.id, return_index=True)  # a line of several categories is one
            self._sum(Cut.LINES, None, place=piece.place[first], device=piece.device[first])
            told_of(len(first))
            standing = piece.chosen(piece.says(ADMITS) & ~arrays.among(piece.id, self.undone))
            of_ticket = standing.ticket > 0
            tickets.append([arrays.small(column[of_ticket]) for column in standing])
            nobodys.append([arrays.small(column[~of_ticket]) for column in standing])
        if tickets:
            self._add_nobodys(Lines(*arrays.joined(nobodys)))
            columns_of = arrays.joined(tickets)
            for turn in range(TURNS):
                now = columns_of[REGISTRATION] % TURNS == turn
                self._add_tickets([column[now] for column in columns_of])

    def _add_nobodys(self, lines: Lines) -> None:
        back = lines.chosen(lines.says(RETURNS))
        self._sum(Cut.RETURNS, back.number, place=back.place, corrected=back.says(CORRECTED), device=back.device)
        came = lines.chosen(~lines.says(RETURNS))
        new, known = came.chosen(came.says(NEW_TODAY)), came.chosen(~came.says(NEW_TODAY))
        self._entered(known, EVERY, EVERY, known.number, anonymous=True)
        self._entered(new, EVERY, EVERY, new.number, anonymous=True, once=True)

    def _add_tickets(self, columns: list[Numbers]) -> None:
        """The columns are given up."""
        lines = arrays.picked(columns, np.lexsort((columns[ID], columns[AT], columns[REGISTRATION])))
        person = arrays.found(lines.ticket, *self.persons)
        who, first = arrays.groups(lines.registration)
        other = (lines.ticket != lines.ticket[first][who]) | (person != person[first][who]) | lines.says(CORRECTED)
        other |= (lines.number <= 0) | ~(lines.says(PERSON) | (person > 0))
        other[1:] |= lines.id[1:] == lines.id[:-1]
        slow = np.bincount(who[other], minlength=len(first))[who] > 0
        self._add_slowly(lines.chosen(slow), person[slow])
        columns = [*lines]
        del lines, person, other, who
        self._add_persons(arrays.picked(columns, ~slow))

    def _add_slowly(self, lines: Lines, person: Numbers) -> None:
        of_each: dict[int, list[Told]] = defaultdict(list)
        said = (
            lines.ticket, person, ~lines.says(PERSON), lines.place, self._venue(lines.place), lines.category,
            lines.number, np.array(METHODS, object)[lines.method], lines.day, lines.slot, lines.booked,
            lines.says(RETURNS), lines.at, lines.id, lines.device, lines.says(CORRECTED),
        )  # fmt: skip
        rows = map(Told._make, zip(*(column.tolist() for column in said), strict=True))
        for registration, told in zip(lines.registration.tolist(), rows, strict=True):
            of_each[registration].append(told)
        for registration, of_one in of_each.items():
            cells, apart = of_registration(of_one)
            for cell, number in cells.items():
                self.made.cells[cell] += number
            if apart != NOTHING_APART:
                self.made.apart[registration] = apart

    def _add_persons(self, lines: Lines) -> None:
        """Each registration is one person on one ticket; its lines are together, in the order of time."""
        who, first = arrays.groups(lines.registration)
        once = (np.diff(np.append(first, len(who))) == 1)[who] & ~lines.says(RETURNS)
        self._entered(lines.chosen(once), EVERY, EVERY, None, once=True)
        self._add_often(lines.chosen(~once))

    def _add_often(self, lines: Lines) -> None:
        """The same of those who came more than once."""
        who, first = arrays.groups(lines.registration)
        last = np.append(first[1:], len(who))[: len(first)] - 1
        newest = lines.chosen(last)
        self._sum(Cut.PEOPLE, None, category=newest.category, method=newest.method, device=newest.device)
        for cut, name, within in ((Cut.DAYS, "day", lines.day), (Cut.VENUES, "venue", self._venue(lines.place))):
            once = np.unique(arrays.key_of([who, within])[0], return_index=True)[1]
            spoken = newest.chosen(who[once])
            by: dict[str, Any] = {name: within[once], "category": spoken.category, "device": spoken.device}
            self._sum(cut, None, **by)
        self._add_visits(lines, who)
        back = lines.chosen(lines.says(RETURNS))
        self._sum(Cut.RETURNS, back.number, place=back.place, device=back.device)

    def _add_visits(self, lines: Lines, who: Numbers) -> None:
        """A visit began with its first line, and is what the newest says, best one that is no return."""
        key = arrays.key_of([who, lines.place])[0]
        order = np.argsort(key, kind="stable")
        visit, began = arrays.groups(key[order])
        if not len(began):
            return
        count = len(visit)
        weight = np.arange(count) + np.where(lines.says(RETURNS)[order], 0, count)
        speaks = np.maximum.reduceat(weight, began) % count
        del key, weight, visit
        self._entered(lines, order[began], order[speaks], None)

    def _entered(
        self, lines: Lines, began: Any, speaks: Any, number: Numbers | None, *, anonymous: bool = False,
        once: bool = False,
    ) -> None:  # fmt: skip
        """Visits, each of which began with one of these lines and is what another one says. once: of who came no
        other time."""
        by: dict[str, Any] = {"venue": self._venue(lines.place)} if once else {}
        self._sum(
            Cut.ONCE if once else Cut.ENTRIES, number, place=lines.place[speaks], day=lines.day[began],
            slot=lines.slot[began], category=lines.category[speaks], method=lines.method[speaks],
            booked=lines.booked[speaks], corrected=lines.says(CORRECTED)[speaks], device=lines.device[speaks],
            anonymous=anonymous, **by,
        )  # fmt: skip

    def _venue(self, place: Numbers) -> Numbers:
        return arrays.found(place, self.places, self.venue_of_place)

    def _sum(self, cut: Cut, number: Numbers | None, *, anonymous: bool = False, **by: NDArray[Any]) -> None:
        """Add the numbers (1 where there are none) of rows which are in all of these columns the same."""
        first, sums = arrays.sums([*by.values()], number)
        found = {name: column[first].tolist() for name, column in by.items()}
        if "method" in found:
            found["method"] = [METHODS[one] for one in found["method"]]
        if "corrected" in found:
            found["corrected"] = [bool(one) for one in found["corrected"]]
        shared = Cell(cut.value, anonymous=anonymous)
        dims = [found.get(name) or [value] * len(first) for name, value in zip(Cell._fields, shared, strict=True)]
        for cell, more in zip(map(Cell._make, zip(*dims, strict=True)), sums.tolist(), strict=True):
            self.made.cells[cell] += more
