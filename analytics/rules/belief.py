"""The chance that a party comes: what is believed before anything is known of an event, and what its sessions teach.

The chance of one party: the prior says that at free events 40 to 60 per cent of those who register come (Beta(12, 12),
of which 95 % lies between 0.31 and 0.69 and two thirds between 0.40 and 0.60). Its middle is moved, on the scale of
log-odds, by what is known of the party: how long before it registered, what kind of party it is, whether it was
reminded. The moves are judgements written down before any event was seen, and are kept small; the event's own sessions
that were closed as counted speak louder.
A session shares its chance among its parties (the weather, a train that stands still), so sessions of one event differ
more than throws of a coin would let them: by SPREAD in log-odds, as long as the event's own sessions do not show how
much. The chance is drawn once a session.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log1p
from typing import NamedTuple

OF_EVENTS = 0.16
"""The variance of the chance between events in log-odds, about that of Beta(12, 12); the middle is one half."""
SPREAD = 0.25
"""How far sessions of one event lie apart, a standard deviation in log-odds: about six of a hundred people."""
SPREAD_KNOWN, LEAST_SPREAD, ROUNDS = 2.0, 0.1, 3
"""As much as so many large sessions count for SPREAD; and no event's sessions are taken to be more alike."""
STEPS, CLOSE = 20, 1e-4
LEAD = {"same_day": 1.2, "1-3": 0.5, "4-7": 0.2, "8-14": 0.0, "15-30": -0.2, "31+": -0.3}
KIND = {"person": 0.0, "family": 0.1, "class": 1.6, "delegation": 1.2}
REMINDED = 0.25


@dataclass(frozen=True)
class Party:
    """One party with a place: people it booked for, and what is known of it before."""

    size: int
    kind: str = "person"
    lead: str | None = None
    reminded: bool = False

    @property
    def shift(self) -> float:
        """What is known of it, in log-odds."""
        return KIND.get(self.kind, 0.0) + LEAD.get(self.lead or "", 0.0) + (REMINDED if self.reminded else 0.0)


@dataclass(frozen=True)
class Past:
    """One party in a session that was closed as counted: whether it came."""

    party: Party
    came: bool


@dataclass(frozen=True)
class Belief:
    """A beta distribution of the chance that in one session a party without anything special comes."""

    came: float
    stayed: float
    past: int = 0

    @property
    def mean(self) -> float:
        return self.came / (self.came + self.stayed)

    @property
    def rounded(self) -> "Belief":
        """To a ten-thousandth, and three digits of how sure it is: of 4,000 people with a place that is less than one,
        and one party more or less among thousands that are past is mostly the same belief."""
        mean, total = round(self.mean, 4), float(f"{self.came + self.stayed:.3g}")
        return Belief(total * mean, total * (1 - mean))


def learn(sessions: Iterable[Iterable[Past]]) -> Belief:
    """What the event's own closed sessions say. sessions: of each its parties, one by one or how many of each.

    A party that was likely to come anyway says less by coming than one that was not, and the hundredth party of one
    session less than the first of another. The middle is found where as many came as could be expected, each session
    weighed by how well it can know; how far sessions differ among themselves stays in doubt however many are past.
    """
    found = [one for one in map(_gathered, sessions) if one]
    spread, middle = SPREAD**2, 0.5
    for _ in range(ROUNDS):
        middle = _middle(found, spread, middle)
        spread = _spread(found, middle, spread)
    middle = _middle(found, spread, middle)
    even = middle * (1 - middle)
    known = 1 / OF_EVENTS + sum(1 / (spread + 1 / _seen(one, middle).variance) for one in found)
    total = 1 / ((1 / known + spread) * even) - 1
    return Belief(total * middle, total * (1 - middle), sum(int(sum(pair)) for one in found for pair in one.values()))


def moved(chance: float, shift: float) -> float:
    """A chance after a move in log-odds."""
    odds = chance / (1 - chance) * exp(shift)
    return min(max(odds / (1 + odds), 1e-6), 1 - 1e-6)


_Throws = Mapping[float, Sequence[float]]
"""Of one session by move in log-odds: how many parties came and how many stayed away."""


def _gathered(parties: Iterable[Past]) -> _Throws:
    throws: dict[float, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one, number in Counter(parties).items():
        throws[round(one.party.shift, 3)][0 if one.came else 1] += number
    return dict(sorted(throws.items()))


class _Seen(NamedTuple):
    """How many more parties of a session came than were likely to at a chance, and the variance of throws alone."""

    more: float
    variance: float


def _seen(throws: _Throws, middle: float) -> _Seen:
    more = variance = 0.0
    for shift, (came, stayed) in throws.items():
        chance = moved(middle, shift)
        more += came - (came + stayed) * chance
        variance += (came + stayed) * chance * (1 - chance)
    return _Seen(more, variance)


def _middle(sessions: Sequence[_Throws], spread: float, start: float) -> float:
    """The chance that fits prior and sessions best when these lie apart with this variance; found from `start` on by
    steps of Newton's method in log-odds."""
    odds = log(start) - log1p(-start)
    for _ in range(STEPS):
        seen = [_seen(one, 1 / (1 + exp(-odds))) for one in sessions]
        pull = sum(one.more / (1 + spread * one.variance) for one in seen) - odds / OF_EVENTS
        step = pull / (sum(one.variance / (1 + spread * one.variance) for one in seen) + 1 / OF_EVENTS)
        odds += max(-1.5, min(1.5, step))
        if abs(step) < CLOSE:
            break
    return 1 / (1 + exp(-odds))


def _spread(sessions: Sequence[_Throws], middle: float, before: float) -> float:
    """The variance between sessions in log-odds: what they show beyond the variance of throws, SPREAD beside it. A
    session of few parties shows little of it. before: what it was thought to be."""
    weight, sum_ = SPREAD_KNOWN, SPREAD_KNOWN * SPREAD**2
    for one in sessions:
        more, variance = _seen(one, middle)
        part = before * variance
        shows = (part / (1 + part)) ** 2
        weight += shows
        sum_ += shows * (more**2 - variance) / variance**2
    return max(LEAST_SPREAD**2, sum_ / weight)
