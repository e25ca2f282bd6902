"""How many of those with a place will come: a beta-binomial forecast by party, given as an interval, scored afterwards.

A party comes or stays away together. So the unit that the chance is drawn for is the party, not the person, and what is
forecast is a sum of party sizes: a class of 32 that stays away takes 32 people with it, and widens the interval as one
throw of a coin for 32 does, not as 32 throws do.

The chance of one party: the prior says that 40 to 60 per cent of those who register for free events come (Beta(12, 12),
of which 95 % lies between 0.31 and 0.69 and two thirds between 0.40 and 0.60). Its middle is moved, on the scale of
log-odds, by what is known of the party: how long before it registered, what kind of party it is, whether it was
reminded. The moves are judgements written down before any event was seen, and are kept small; the event's own sessions
that were closed as counted speak louder: their parties, came or stayed away, are added to the prior as so many throws.
A session shares its chance among its parties (the weather, a train that stands still), so the chance is drawn once a
session: that is the beta of the beta-binomial.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log, log1p
from typing import NamedTuple

PRIOR_CAME, PRIOR_STAYED = 12.0, 12.0
MOST_OWN = 60.0
"""However many parties are past, the chance is known no better than after so many throws: the next session of the same
event is alike, but not the same."""
COVERS, SAFE = 0.90, 0.95
NODES = 24
NEGLIGIBLE = 1e-9
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
    """A beta distribution of the chance that a party without anything special comes."""

    came: float = PRIOR_CAME
    stayed: float = PRIOR_STAYED
    past: int = 0

    @property
    def mean(self) -> float:
        return self.came / (self.came + self.stayed)


@dataclass(frozen=True)
class Forecast:
    """Of `expected` people with a place `low` to `high` come with a chance of 90 %. chances[n]: that n come."""

    expected: int
    parties: int
    low: int
    high: int
    past: int
    chances: tuple[float, ...]

    @property
    def mean(self) -> float:
        return sum(number * chance for number, chance in enumerate(self.chances))

    def at_most(self, number: int) -> float:
        """The chance that no more than so many come."""
        return sum(self.chances[: max(0, number + 1)])

    def safe_walk_ins(self, capacity: int | None) -> int | None:
        """How many people without a booking fit with a chance of 95 %; None: there is no limit."""
        if capacity is None:
            return None
        return max(0, capacity - _quantile(self.chances, SAFE))


class Held(StrEnum):
    """What became of a forecast: the number that came lay in its interval, below or above it, or is not known."""

    INSIDE = "inside"
    BELOW = "below"
    ABOVE = "above"
    OPEN = "open"


@dataclass(frozen=True)
class Issued:
    """A forecast as it was given, and what came of it (None: not known yet, or never). half: the chance that it gave to
    more than half of those with a place coming."""

    expected: int
    low: int
    high: int
    half: float
    came: int | None

    @property
    def held(self) -> Held:
        if self.came is None:
            return Held.OPEN
        if self.came < self.low:
            return Held.BELOW
        return Held.ABOVE if self.came > self.high else Held.INSIDE

    @property
    def brier(self) -> float | None:
        """The square of how far the chance of "more than half come" was from what happened; 0.25 is a guess."""
        if self.came is None:
            return None
        return (self.half - (1.0 if 2 * self.came > self.expected else 0.0)) ** 2


@dataclass(frozen=True)
class Score:
    """How good forecasts were: how many could be judged, how many of them held, and their mean Brier score."""

    judged: int
    inside: int
    brier: float | None

    @property
    def coverage(self) -> float | None:
        return self.inside / self.judged if self.judged else None


def learn(past: Iterable[Past]) -> Belief:
    """What the event's own sessions say, each party counted as its kind, lead and reminder let expect. past: parties
    one by one, or how many there are of each.

    A party that was likely to come anyway says less by coming than one that was not: the middle is found where as many
    parties as came are expected to, the prior among them; how sure that is grows up to a bound.
    """
    found = Counter(past)
    if not found:
        return Belief()
    throws: dict[float, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one, number in found.items():
        throws[round(one.party.shift, 3)][0 if one.came else 1] += number
    middle = _middle(dict(sorted(throws.items())))
    total = PRIOR_CAME + PRIOR_STAYED + min(MOST_OWN, found.total())
    return Belief(total * middle, total * (1 - middle), found.total())


def forecast(parties: Iterable[Party], belief: Belief | None = None) -> Forecast:
    """How many people of these parties come. parties: one by one, or how many there are of each."""
    belief = belief or Belief()
    found = Counter(parties)
    expected = sum(one.size * number for one, number in found.items())
    groups: dict[tuple[int, float], int] = defaultdict(int)
    for one, number in found.items():
        groups[one.size, round(one.shift, 3)] += number
    chances = [0.0] * (expected + 1)
    for chance, weight in nodes(belief):
        row = _sums(groups, chance)
        for number, probability in enumerate(row.chances, row.first):
            chances[number] += weight * probability
    return Forecast(
        expected=expected,
        parties=found.total(),
        low=_quantile(chances, (1 - COVERS) / 2),
        high=_quantile(chances, 1 - (1 - COVERS) / 2),
        past=belief.past,
        chances=tuple(chances),
    )


def score(issued: Iterable[Issued]) -> Score:
    """Coverage and Brier score of the forecasts whose outcome is known."""
    judged = [one for one in issued if one.came is not None]
    briers = [one.brier for one in judged if one.brier is not None]
    inside = sum(one.held is Held.INSIDE for one in judged)
    return Score(len(judged), inside, sum(briers) / len(briers) if briers else None)


def half_or_more(made: Forecast) -> float:
    """The chance that more than half of those with a place come."""
    return 1 - made.at_most(made.expected // 2)


def nodes(belief: Belief) -> list[tuple[float, float]]:
    """The beta distribution as so many chances with weights that sum to one."""
    came, stayed = belief.came, belief.stayed
    points = [(n + 0.5) / NODES for n in range(NODES)]
    constant = lgamma(came + stayed) - lgamma(came) - lgamma(stayed)
    densities = [exp(constant + (came - 1) * log(x) + (stayed - 1) * log1p(-x)) for x in points]
    total = sum(densities)
    return [(x, density / total) for x, density in zip(points, densities, strict=True) if density / total > NEGLIGIBLE]


def _sums(groups: Mapping[tuple[int, float], int], chance: float) -> "_Row":
    """The distribution of how many people come when each party comes as a whole or not at all."""
    found = _Row(0, [1.0])
    for (size, shift), number in sorted(groups.items()):
        found = _added(found, size, _binomial(number, moved(chance, shift)))
    return found


class _Row(NamedTuple):
    """Chances of consecutive numbers from `first` on; what is less likely than one in a billion is left out."""

    first: int
    chances: list[float]


def _added(before: _Row, size: int, coming: _Row) -> _Row:
    after = [0.0] * (len(before.chances) + size * (len(coming.chances) - 1))
    for parties, probability in enumerate(coming.chances):
        for number, already in enumerate(before.chances, size * parties):
            after[number] += already * probability
    return _trimmed(before.first + size * coming.first, after)


def _binomial(number: int, chance: float) -> _Row:
    whole = lgamma(number + 1)
    yes, no = log(chance), log1p(-chance)
    ways = (whole - lgamma(n + 1) - lgamma(number - n + 1) for n in range(number + 1))
    return _trimmed(0, [exp(way + n * yes + (number - n) * no) for n, way in enumerate(ways)])


def _trimmed(first: int, chances: list[float]) -> _Row:
    kept = [number for number, chance in enumerate(chances) if chance > NEGLIGIBLE]
    return _Row(first + kept[0], chances[kept[0] : kept[-1] + 1])


def moved(chance: float, shift: float) -> float:
    """A chance after a move in log-odds."""
    odds = chance / (1 - chance) * exp(shift)
    return min(max(odds / (1 + odds), 1e-6), 1 - 1e-6)


def _middle(throws: Mapping[float, Sequence[float]]) -> float:
    """The chance at which as many come as came, the prior's throws among them; found by halving."""
    seen = PRIOR_CAME + sum(came for came, _ in throws.values())
    low, high = 1e-4, 1 - 1e-4
    for _ in range(40):
        middle = (low + high) / 2
        likely = (PRIOR_CAME + PRIOR_STAYED) * middle
        likely += sum((came + stayed) * moved(middle, shift) for shift, (came, stayed) in throws.items())
        low, high = (middle, high) if likely < seen else (low, middle)
    return (low + high) / 2


def _quantile(chances: Sequence[float], part: float) -> int:
    """The smallest number that is not exceeded with at least this chance."""
    reached = 0.0
    for number, chance in enumerate(chances):
        reached += chance
        if reached >= part - 1e-9:
            return number
    return len(chances) - 1
