"""Room counts: "63 here at 11:20" takes the place of everybody counted there before without a ticket.

Ticket holders inside at that moment are taken off first; whoever comes or goes afterwards is added to it. In an
at-once room the newest count speaks; where each admission takes a seat until the end, the one that comes to most
people, for who has left keeps the seat. "Before" is by corrected time, so the order in which lines arrive makes no
difference.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.programme.rules import CapacityKind
from app.values import Value, field, replace
from checkin.rules import Direction
from checkin.rules.people import NOBODY, Numbers, first, plus, total, turned
from checkin.rules.stay import Line, stay


class Moved(Value, frozen=True):
    """People without a ticket who came or left, signed, as one line tells it."""

    at: datetime
    people: Numbers
    leaving: bool = False


class Counted(Value, frozen=True):
    """One room count. holders: ticket holders inside then; since: who came later without a ticket, less who left. `id`:
    of its line, 0 while it has none."""

    at: datetime
    people: Numbers
    id: int = 0
    holders: Numbers = field(default_factory=dict)
    since: Numbers = field(default_factory=dict)

    def found(self, unknown: str) -> Numbers:
        """People without a ticket. From one that is undivided (`unknown`) holders of every category are taken off."""
        left = (
            (category, number - (total(self.holders) if category == unknown else self.holders.get(category, 0)))
            for category, number in self.people.items()
        )
        return {category: number for category, number in left if number > 0}


class Standing(Value, frozen=True):
    """What stands at a place: its counts, the lines of each ticket holder there, and those of all others."""

    counts: Sequence[Counted] = ()
    holders: Sequence[Sequence[Line]] = ()
    moved: Sequence[Moved] = ()


class Room(Value, frozen=True):
    """A session's room with its standing counts. moved: everybody without a ticket, as if nobody had counted."""

    kind: CapacityKind
    unknown: str
    moved: Numbers = field(default_factory=dict)
    counts: tuple[Counted, ...] = ()

    def without_ticket(self) -> Numbers:
        """Whom the figures hold without a ticket, signed."""
        if not self.counts:
            return self.moved
        return max(((one, plus(one.found(self.unknown), one.since)) for one in self.counts), key=self._speaks)[1]

    def present(self) -> Numbers:
        """The same by category, nobody counted less than not at all: more left than came is nobody."""
        people = self.without_ticket()
        came = {category: number for category, number in sorted(people.items()) if number > 0}
        return first(came, total(people))

    def visits(self) -> Numbers:
        """Who came without a ticket by its counts: the one that finds most people, and no taps beside it."""
        found = (one.found(self.unknown) for one in sorted(self.counts, key=lambda one: (one.at, one.id)))
        return max(found, key=total, default=NOBODY)

    def with_moved(self, line: Moved) -> "Room":
        """The same room after that line, which may be older than a count."""
        if line.leaving and self.kind is CapacityKind.SEATS:
            return self
        counts = (replace(one, since=plus(one.since, line.people)) if line.at > one.at else one for one in self.counts)
        return replace(self, moved=plus(self.moved, line.people), counts=tuple(counts))

    def with_holder(self, before: Sequence[Line], after: Sequence[Line]) -> "Room":
        """The same room after the lines of one ticket holder there have become others."""
        counts = (
            replace(one, holders=plus(plus(one.holders, _inside(after, one.at)), turned(_inside(before, one.at))))
            for one in self.counts
        )
        return replace(self, counts=tuple(counts))

    def without_count(self, line_id: int) -> "Room":
        """The same room as if nobody had made that count."""
        return replace(self, counts=tuple(one for one in self.counts if one.id != line_id))

    def _speaks(self, counted: tuple[Counted, Numbers]) -> tuple[object, ...]:
        """What decides between counts; the last two only so that the same ledger always gives the same figures."""
        one, people = counted
        first_ask = (total(people), one.at) if self.kind is CapacityKind.SEATS else (one.at, total(people))
        return (*first_ask, sorted(people.items()))


def room_of(kind: CapacityKind, unknown: str, standing: Standing) -> Room:
    """A room from its standing lines, in any order."""
    room = Room(kind, unknown, counts=tuple(_counted(one, standing.holders) for one in standing.counts))
    for line in standing.moved:
        room = room.with_moved(line)
    return room


def _counted(count: Counted, holders: Iterable[Sequence[Line]]) -> Counted:
    inside = NOBODY
    for lines in holders:
        inside = plus(inside, _inside(lines, count.at))
    return replace(count, holders=inside, since=NOBODY)


def _inside(lines: Sequence[Line], at: datetime) -> Numbers:
    """Who of a ticket was inside then. Who came back at an earlier time than the admission that stands was let in by
    that return."""
    until = [line for line in lines if line.at <= at]
    admissions = [line for line in lines if line.direction is Direction.IN and not line.reentry]
    if admissions and min(line.at for line in admissions) > at:
        returns = [line for line in until if line.direction is Direction.IN]
        earliest = min(returns, key=lambda line: (line.at, line.order), default=None)
        until = [replace(line, reentry=False) if line is earliest else line for line in until]
    return stay(until).inside
