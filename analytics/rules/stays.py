"""Time in a room and who is in it over time, where its door counts who leaves. Unknown is never zero.

A stay is known when a ticket's last line at the place is an exit; times outside in between are not part of it. Of a
party it is known while all of it come and go together, because nobody notes who of it left.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import quantiles
from typing import NamedTuple

SLOT = timedelta(minutes=5)


class Step(NamedTuple):
    """What a standing line at one place says of one category: people in (or, `out`, out), or with `counted` who was
    found in the room; category None: not asked."""

    at: datetime
    ticket: int | None
    number: int
    out: bool = False
    counted: bool = False
    reentry: bool = False
    category: int | None = None
    line: int = 0


@dataclass(frozen=True)
class Stays:
    """Of how many people of all who came the stay is known, and its quartiles in minutes; None: of nobody."""

    known: int
    people: int
    lower: int | None = None
    median: int | None = None
    upper: int | None = None


@dataclass(frozen=True)
class Filled:
    """Who was inside at the end of five minutes."""

    at: datetime
    inside: int


@dataclass(frozen=True)
class Occupancy:
    """Who was inside over time. throughout: exits are counted, so it is known between the moments too; otherwise the
    moments are those of room counts, and between them nothing is known."""

    points: tuple[Filled, ...]
    throughout: bool

    @property
    def most(self) -> Filled | None:
        return max(self.points, key=lambda one: (one.inside, -one.at.timestamp()), default=None)


def stays(steps: Sequence[Step]) -> Stays:
    """Of the lines of one place. Whoever is counted without a ticket cannot be recognised when leaving."""
    of_ticket: dict[int, list[Step]] = defaultdict(list)
    people = 0
    for one in sorted(merged(one for one in steps if not one.counted), key=lambda one: one.at):
        if one.ticket is not None:
            of_ticket[one.ticket].append(one)
        elif not one.out and not one.reentry:
            people += one.number
    minutes: list[float] = []
    for lines in of_ticket.values():
        number = sum(one.number for one in lines if not one.out and not one.reentry)
        people += max(0, number)
        length = _length(lines)
        if length is not None:
            minutes += [length.total_seconds() / 60] * number
    if not minutes:
        return Stays(0, people)
    cuts = quantiles(minutes, n=4, method="inclusive") if len(minutes) > 1 else minutes * 3
    lower, median, upper = (round(one) for one in cuts)
    return Stays(len(minutes), people, lower, median, upper)


def _length(lines: list[Step]) -> timedelta | None:
    """How long all of a ticket were inside together; None if they did not come and go as one, or are not out again."""
    comings, goings = lines[::2], lines[1::2]
    as_one = len({one.number for one in lines}) == 1 and lines[0].number > 0
    in_turn = not any(one.out for one in comings) and all(one.out for one in goings)
    if not as_one or not in_turn or len(comings) != len(goings):
        return None
    return sum((left.at - came.at for came, left in zip(comings, goings, strict=True)), timedelta())


def occupancy(steps: Sequence[Step]) -> Occupancy:
    """Of the lines of one place: tickets that are in, of a party its people, and others as many as came in and have not
    left. A room count says how many others there are, after the ticket holders inside are taken off, of one that is
    split by category those of each; of two of one moment the one that finds more."""
    room = _Room()
    throughout = any(one.out for one in steps)
    points: dict[datetime, int] = {}
    for (at, counted), group in groupby(sorted(steps, key=_by_time), key=_by_time):
        rows = list(group)
        room.count(rows) if counted else room.take(rows)
        if throughout or counted:
            points[_slot_end(at)] = room.inside
    return Occupancy(tuple(Filled(at, inside) for at, inside in sorted(points.items())), throughout)


def _by_time(one: Step) -> tuple[datetime, bool]:
    return one.at, one.counted


class _Room:
    """A room while its lines pass. now: who is inside, of each ticket by category."""

    def __init__(self) -> None:
        self.admitted: dict[int, int] = defaultdict(int)
        self.now: dict[int, Counter[int | None]] = defaultdict(Counter)
        self.others = 0

    @property
    def inside(self) -> int:
        return self._holders() + max(0, self.others)

    def count(self, rows: Iterable[Step]) -> None:
        found: Counter[int] = Counter()
        for one in rows:
            found[one.line] += max(0, one.number - self._holders(one.category))
        self.others = max(found.values())

    def take(self, rows: Iterable[Step]) -> None:
        for one in rows:
            if one.ticket is None:
                self.others += -one.number if one.out else one.number
            elif one.out:
                self._leave(self.now[one.ticket], one)
            else:
                self._enter(one.ticket, one)

    def _enter(self, ticket: int, one: Step) -> None:
        """As many of a ticket are inside as were admitted, at most; what is taken back leaves again."""
        self.admitted[ticket] += 0 if one.reentry else one.number
        within = max(self.admitted[ticket], one.number)
        inside = self.now[ticket]
        more = min(one.number, within - inside.total())
        if more < 0:
            self._leave(inside, one._replace(number=-more))
        else:
            inside[one.category] += more

    def _leave(self, inside: Counter[int | None], one: Step) -> None:
        """Who leaves under a category that was corrected meanwhile is one of those inside."""
        left = one.number
        for category in sorted(inside, key=lambda of: of != one.category):
            taken = min(left, inside[category])
            inside[category] -= taken
            left -= taken

    def _holders(self, category: int | None = None) -> int:
        """Ticket holders inside, of one category or of all."""
        return sum(one.total() if category is None else one[category] for one in self.now.values())


def _slot_end(at: datetime) -> datetime:
    whole = at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)
    return whole + SLOT


def merged(steps: Iterable[Step]) -> list[Step]:
    """Lines of one moment, ticket and direction as one: the categories of a party come and go together."""
    found: dict[tuple[datetime, int | None, bool, bool, bool], int] = defaultdict(int)
    for one in steps:
        found[one.at, one.ticket, one.out, one.counted, one.reentry] += one.number
    return [Step(at, ticket, n, out, count, again) for (at, ticket, out, count, again), n in found.items()]
