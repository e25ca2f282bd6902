"""Who came into a session's room when it had no place left for them: found from everything that stands there, in the
order of time, so that it makes no difference which door was heard of first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from app.programme.rules import CapacityKind
from app.values import Value, replace
from checkin.rules import Direction, EntryKind
from checkin.rules.people import NOBODY, plus, total
from checkin.rules.rooms import Counted, Moved, Room
from checkin.rules.space import Space
from checkin.rules.stay import NEVER_CAME, Line, Stay, stay_after

Holder = tuple[int, int | None]


class Passed(Value, frozen=True):
    """A line that stands at the place, and its scan. holder: whose ticket; None: nobody's, as a tap is. fact: the door
    had let them in before it asked. may_be_booked: they have a ticket that nobody could read. team: they take no place.
    scan None: no door saw them."""

    line: Line
    kind: EntryKind
    scan: UUID | None = None
    holder: Holder | None = None
    team: bool = False
    fact: bool = False
    may_be_booked: bool = False


def beyond_the_room(space: Space, unknown: str, passed: Iterable[Passed]) -> list[UUID]:
    """The scans whose people found no place, in the order of time. A fact may take no held place either; what a door
    asked for was judged by what was promised then, so of that only the seats are looked at. unknown: the key of
    区分不明. Room counts say by themselves whether they are too many."""
    filling, found = _Filling(space, unknown), []
    for (_, scan), lines in groupby(sorted(passed, key=_by_time), key=_scan_of):
        together = list(lines)
        if scan and not filling.takes(together):
            found.append(scan)
        for one in together:
            filling.add(one)
    return list(dict.fromkeys(found))


class _Filling:
    """A room, empty at first, while those who passed its door come and go."""

    def __init__(self, space: Space, unknown: str) -> None:
        self.space = replace(space, arrived=0, present=0, anonymous=0)
        self.room = Room(space.kind, unknown)
        self.lines: dict[Holder, list[Line]] = {}
        self.stays: dict[Holder, Stay] = {}

    def takes(self, together: Sequence[Passed]) -> bool:
        """Whether there is a place for all whom one scan brings. A head count is too many where it fills the room; what
        it counts when the room is full already was told before."""
        counted = sum(total(one.line.people) for one in together if one.kind is EntryKind.COUNT)
        seats = self.space.seats_left()
        if seats is not None and counted > seats >= 0:
            return False
        booked = others = 0
        for one in together:
            number = total(one.line.people)
            if one.kind is not EntryKind.ENTRY or one.team:
                continue
            if one.line.reentry:
                booked += self._back(one) if self.space.kind is CapacityKind.AT_ONCE else 0
            elif one.line.booked or one.may_be_booked or not one.fact:
                booked += number
            else:
                others += number
        return self.space.takes(booked + others, others, together[0].line.at)

    def _back(self, one: Passed) -> int:
        """How many of those who come back had been out: whoever shows a ticket again inside takes no further place."""
        if one.holder is None:
            return total(one.line.people)
        before = self.stays.get(one.holder, NEVER_CAME)
        after = stay_after(before, [*self.lines.get(one.holder, ()), one.line])
        return total(after.inside) - total(before.inside)

    def add(self, one: Passed) -> None:
        line = one.line
        if one.kind is EntryKind.ROOM_COUNT:
            holders = NOBODY
            for stay in self.stays.values():
                holders = plus(holders, stay.inside)
            self._holds(
                replace(self.room, counts=(*self.room.counts, Counted(line.at, line.people, line.order, holders)))
            )
        elif one.holder is None:
            self._holds(self.room.with_moved(Moved(line.at, line.people, line.direction is Direction.OUT)))
        elif not one.team:
            before, lines = self.stays.get(one.holder, NEVER_CAME), self.lines.setdefault(one.holder, [])
            lines.append(line)
            after = self.stays[one.holder] = stay_after(before, lines)
            self.space = self.space.with_stay(before, after)

    def _holds(self, room: Room) -> None:
        self.room = room
        self.space = self.space.holding(total(room.without_ticket()))


def _by_time(one: Passed) -> tuple[datetime, bool, int, int]:
    """Of the same moment those first for whom a door asked: there was room for them."""
    return one.line.at, one.fact, one.scan.int if one.scan else 0, one.line.order


def _scan_of(one: Passed) -> tuple[datetime, UUID | None]:
    return one.line.at, one.scan
