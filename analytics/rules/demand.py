"""How registrations came in, and how many places were asked for against those that there were.

Teams ask for no places of the audience and are in none of these figures.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

LONGEST = timedelta(days=400)


@dataclass(frozen=True)
class Queue:
    """Parties on the waiting list of one session, whatever became of them: who ever joined; who got places at once, and
    who was offered some; whose offer ran out; who left without either; and who waits now. Each party once in each."""

    joined: int = 0
    promoted: int = 0
    offered: int = 0
    lapsed: int = 0
    left: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Move:
    """Somebody asked for places on one day; `left`: the day on which these were given back or refused."""

    asked: date
    number: int
    left: date | None = None


@dataclass(frozen=True)
class CurveDay:
    """One day of the curve. standing: asked for so far and not given back until its end; days_to_go: to the first day
    of the event, negative afterwards."""

    day: date
    days_to_go: int
    asked: int
    left: int
    asked_so_far: int
    standing: int


@dataclass(frozen=True)
class Demand:
    """Places of one session asked for. asked: by everybody, whatever became of it, = given + waiting + undecided +
    refused + cancelled. drawn: places that won a lottery, None where none was drawn. passed_over: parties that others
    have passed on the waiting list."""

    code: str
    capacity: int | None
    given: int = 0
    waiting: int = 0
    undecided: int = 0
    refused: int = 0
    cancelled: int = 0
    drawn: int | None = None
    passed_over: int = 0
    queue: Queue = field(default=Queue())

    @property
    def asked(self) -> int:
        return self.given + self.waiting + self.undecided + self.refused + self.cancelled

    @property
    def per_cent(self) -> float | None:
        """Places asked for, in per cent of those that there are; without a limit there is no such share."""
        return round(self.asked * 100 / self.capacity, 1) if self.capacity else None


def curve(moves: Iterable[Move], first_day: date) -> tuple[CurveDay, ...]:
    """Every day from the first registration to the last change, days without any too. Of a
    curve that is longer than 400 days the end."""
    found = list(moves)
    if not found:
        return ()
    asked, left = Counter[date](), Counter[date]()
    for one in found:
        asked[one.asked] += one.number
        if one.left is not None:
            left[max(one.left, one.asked)] += one.number
    last = max([*asked, *left])
    days, day, so_far, gone = list[CurveDay](), min(asked), 0, 0
    while day <= last:
        so_far, gone = so_far + asked[day], gone + left[day]
        days.append(CurveDay(day, (first_day - day).days, asked[day], left[day], so_far, so_far - gone))
        day += timedelta(days=1)
    return tuple(one for one in days if last - one.day <= LONGEST)
