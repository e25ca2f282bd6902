"""Whom the room counts of one place find without a ticket, for the roll-ups: from what stands there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple


class Moving(NamedTuple):
    """What one standing line at a counted place says of one category. counted: it is a room count. holder: whose ticket
    it is; None: nobody's."""

    id: int
    counted: bool
    out: bool
    holder: Any
    category: int
    number: int
    day: int
    slot: int
    reentry: bool


class Found(NamedTuple):
    """People without a ticket, by category, and when they were counted."""

    day: int
    slot: int
    people: dict[int, int]


def found_in(lines: Iterable[Moving], *, undivided: int | None) -> Found | None:
    """Of several counts the one that finds most people, of equals the first; None: nobody counted.

    lines: in the order of time. undivided: the category of counts that name none; ticket holders of every category are
    taken off it.
    """
    best: Found | None = None
    holders = _Holders()
    for _, group in groupby(lines, key=lambda line: line.id):
        of_line = list(group)
        if not of_line[0].counted:
            for line in of_line:
                holders.move(line)
            continue
        found = _found(of_line, holders, undivided)
        if best is None or sum(found.people.values()) > sum(best.people.values()):
            best = found
    return best


def _found(count: Sequence[Moving], holders: "_Holders", undivided: int | None) -> Found:
    people = {
        line.category: max(0, line.number - holders.inside(None if line.category == undivided else line.category))
        for line in count
    }
    return Found(count[0].day, count[0].slot, {category: number for category, number in people.items() if number})


class _Holders:
    """Ticket holders of one place: by person and category how many came, and how many are in now."""

    def __init__(self) -> None:
        self.came: dict[tuple[Any, int], int] = defaultdict(int)
        self.now: dict[tuple[Any, int], int] = defaultdict(int)

    def move(self, line: Moving) -> None:
        if line.holder is None:
            return
        who = line.holder, line.category
        if line.out:
            self.now[who] = max(0, self.now[who] - abs(line.number))
            return
        if not line.reentry:
            self.came[who] += line.number
        self.now[who] = min(self.came[who] or line.number, self.now[who] + line.number)

    def inside(self, category: int | None) -> int:
        return sum(number for (_, of), number in self.now.items() if category in (None, of))
