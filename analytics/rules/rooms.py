"""Room counts: "63 here at 11:20" replaces a session's anonymous visits, after the ticket holders inside are taken off.

Of several counts of one session the one that finds most people without a ticket speaks: at least so many were there.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import NamedTuple

from analytics.rules.ledger import Line
from checkin.rules import EntryKind, Method


class Movement(NamedTuple):
    """What one standing line says of one category where a room was counted: in, out, or how many are here."""

    id: int
    kind: str
    out: bool
    ticket: int | None
    place: int
    category: int
    number: int
    day: date | None
    slot: int | None
    reentry: bool


def room_visits(movements: Iterable[Movement], *, undivided: int | None) -> dict[int, list[Line]]:
    """Per place the anonymous visits that its room counts find, as lines of the method "room count".

    movements: of these places, in the order of time. undivided: the category of counts that name none; from it
    ticket holders of every category are taken off.
    """
    found: dict[int, list[Line]] = {}
    inside: dict[int, _Inside] = defaultdict(_Inside)
    for _, group in groupby(movements, key=lambda movement: movement.id):
        numbers = list(group)
        place = numbers[0].place
        if numbers[0].kind == EntryKind.ROOM_COUNT:
            without = [_without_ticket(one, inside[place], undivided) for one in numbers]
            if place not in found or _total(without) > _total(found[place]):
                found[place] = without
        else:
            for movement in numbers:
                inside[place].move(movement)
    return {place: [line for line in lines if line.number] for place, lines in found.items()}


class _Inside:
    """Ticket holders in one place: per ticket and category how many were admitted and how many are in now."""

    def __init__(self) -> None:
        self.admitted: dict[tuple[int, int], int] = defaultdict(int)
        self.now: dict[tuple[int, int], int] = defaultdict(int)

    def move(self, movement: Movement) -> None:
        if movement.ticket is None:
            return
        who = (movement.ticket, movement.category)
        if movement.out:
            self.now[who] = max(0, self.now[who] - abs(movement.number))
            return
        if not movement.reentry:
            self.admitted[who] += movement.number
        self.now[who] = min(self.admitted[who] or movement.number, self.now[who] + movement.number)

    def of(self, category: int | None) -> int:
        return sum(number for (_, held), number in self.now.items() if category in (None, held))


def _without_ticket(counted: Movement, inside: _Inside, undivided: int | None) -> Line:
    holders = inside.of(None if counted.category == undivided else counted.category)
    return Line(
        ticket=None,
        party_kind=None,
        place=counted.place,
        category=counted.category,
        number=max(0, counted.number - holders),
        method=Method.ROOM_COUNT,
        day=counted.day,
        slot=counted.slot,
        new_today=None,
        booked=None,
        reentry=False,
        at=None,
        id=counted.id,
    )


def _total(lines: list[Line]) -> int:
    return sum(line.number for line in lines)
