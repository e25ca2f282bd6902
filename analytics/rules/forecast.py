"""How many of those with a place will come: a beta-binomial forecast by party, given as an interval, scored afterwards.

A party comes or stays away together. So the unit that the chance is drawn for is the party, not the person, and what is
forecast is a sum of party sizes: a class of 32 that stays away takes 32 people with it, and widens the interval as one
throw of a coin for 32 does, not as 32 throws do.

The chance is drawn once a session from what is believed of it (`belief`): that is the beta of the beta-binomial.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import exp, lgamma, log, log1p, sqrt
from typing import NamedTuple

from analytics.rules.belief import Belief, Party, learn, moved
from analytics.rules.waves import NEGLIGIBLE, Waves

COVERS, SAFE = 0.90, 0.95
NODES, REACH = 24, 4.5
ALIKE = 20
"""Of so many parties of which the same is known, on average, waves are reckoned sooner than rows of chances."""


@dataclass(frozen=True)
class Forecast:
    """Of `expected` people with a place `low` to `high` come with a chance of 90 %."""

    expected: int
    parties: int
    low: int
    high: int
    past: int
    spread: "Waves | Sums"

    @property
    def chances(self) -> tuple[float, ...]:
        """chances[n]: that n come."""
        return tuple(after - before for before, after in pairwise(map(self.at_most, range(-1, self.expected + 1))))

    @property
    def mean(self) -> float:
        return sum(number * chance for number, chance in enumerate(self.chances))

    def at_most(self, number: int) -> float:
        """The chance that no more than so many come."""
        return 0.0 if number < 0 else self.spread.at_most(min(number, self.expected))

    def safe_walk_ins(self, capacity: int | None) -> int | None:
        """How many people without a booking fit with a chance of 95 %; None: there is no limit."""
        if capacity is None:
            return None
        return max(0, capacity - _quantile(self.spread, self.expected, SAFE))


def forecast(parties: Iterable[Party], belief: Belief | None = None) -> Forecast:
    """How many people of these parties come. parties: one by one, or how many there are of each."""
    belief = belief or learn([])
    found = Counter(parties)
    expected = sum(one.size * number for one, number in found.items())
    groups: dict[tuple[int, float], int] = defaultdict(int)
    for one, number in found.items():
        groups[one.size, round(one.shift, 3)] += number
    spread = _spread(groups, nodes(belief), expected)
    return Forecast(
        expected=expected,
        parties=found.total(),
        low=_quantile(spread, expected, (1 - COVERS) / 2),
        high=_quantile(spread, expected, 1 - (1 - COVERS) / 2),
        past=belief.past,
        spread=spread,
    )


def more_than_half(made: Forecast) -> float:
    """The chance that more than half of those with a place come."""
    return 1 - made.at_most(made.expected // 2)


def nodes(belief: Belief) -> list[tuple[float, float]]:
    """The beta distribution as so many chances, close where it is narrow, with weights that sum to one."""
    came, stayed, mean = belief.came, belief.stayed, belief.mean
    reach = REACH * sqrt(mean * (1 - mean) / (came + stayed + 1))
    first, last = max(0.0, mean - reach), min(1.0, mean + reach)
    points = [first + (last - first) * (n + 0.5) / NODES for n in range(NODES)]
    logs = [(came - 1) * log(x) + (stayed - 1) * log1p(-x) for x in points]
    highest = max(logs)
    densities = [exp(one - highest) for one in logs]
    total = sum(densities)
    return [(x, density / total) for x, density in zip(points, densities, strict=True) if density / total > NEGLIGIBLE]


class Sums(NamedTuple):
    """The chances of no more than each number."""

    reached: tuple[float, ...]

    def at_most(self, number: int) -> float:
        return self.reached[number]


def _spread(groups: Mapping[tuple[int, float], int], chances: list[tuple[float, float]], most: int) -> Waves | Sums:
    if sum(groups.values()) >= ALIKE * max(1, len(groups)):
        draws = ((weight, {one: (number, moved(chance, one[1])) for one, number in groups.items()})
                 for chance, weight in chances)  # fmt: skip
        return Waves.of(draws, most)
    found = [0.0] * (most + 1)
    for chance, weight in chances:
        row = _sums(groups, chance)
        for number, probability in enumerate(row.chances, row.first):
            found[number] += weight * probability
    return Sums(tuple(accumulate(found)))


def _sums(groups: Mapping[tuple[int, float], int], chance: float) -> "_Row":
    """The distribution of how many people come when each party comes as a whole or not at all. Parties of one size are
    counted first, whatever is known of them: their numbers are smaller than those of people."""
    coming: dict[int, _Row] = defaultdict(lambda: _Row(0, [1.0]))
    for (size, shift), number in sorted(groups.items()):
        coming[size] = _added(coming[size], 1, _binomial(number, moved(chance, shift)))
    found = _Row(0, [1.0])
    for size, parties in coming.items():
        found = _added(found, size, parties)
    return found


class _Row(NamedTuple):
    """Chances of consecutive numbers from `first` on; what is less likely than one in a billion is left out."""

    first: int
    chances: list[float]


def _added(before: _Row, size: int, coming: _Row) -> _Row:
    if size == 1 and len(coming.chances) > len(before.chances):
        before, coming = coming, before
    width = len(before.chances)
    after = [0.0] * (width + size * (len(coming.chances) - 1))
    for start, probability in enumerate(coming.chances):
        there = slice(size * start, size * start + width)
        after[there] = [sum_ + one * probability for sum_, one in zip(after[there], before.chances, strict=True)]
    return _trimmed(before.first + size * coming.first, after)


def _binomial(number: int, chance: float) -> _Row:
    yes, no = log(chance), log1p(-chance)
    return _trimmed(0, [exp(way + n * yes + (number - n) * no) for n, way in enumerate(_ways(number))])


@lru_cache(maxsize=256)
def _ways(number: int) -> tuple[float, ...]:
    """In how many ways none to all of them come, as logarithms."""
    whole = lgamma(number + 1)
    return tuple(whole - lgamma(n + 1) - lgamma(number - n + 1) for n in range(number + 1))


def _trimmed(first: int, chances: list[float]) -> _Row:
    kept = [number for number, chance in enumerate(chances) if chance > NEGLIGIBLE]
    return _Row(first + kept[0], chances[kept[0] : kept[-1] + 1])


def _quantile(spread: Waves | Sums, most: int, part: float) -> int:
    """The smallest number that is not exceeded with at least this chance."""
    return bisect_left(range(most), part - 1e-9, key=spread.at_most)
