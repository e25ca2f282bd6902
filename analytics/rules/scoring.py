"""What forecasts were worth, once it is known who came: whether intervals held, and the Brier score."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import comb, sqrt
from statistics import mean, stdev

ENOUGH = 10
"""Of fewer judged sessions nothing is said."""
GUESS, HELD = 0.25, 0.90
"""The Brier score of always saying one half; how many intervals should hold."""
BEYOND_CHANCE = 1.645


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


class Worth(StrEnum):
    """What the chances of "more than half come" were worth, beside always saying one half."""

    NOT_JUDGED = "not_judged"
    TOO_FEW = "too_few"
    BETTER = "better"
    ALIKE = "alike"
    WORSE = "worse"


@dataclass(frozen=True)
class Score:
    """How good forecasts were: how many could be judged, how many of them held, and their mean Brier score with its
    standard error."""

    judged: int
    inside: int
    brier: float | None
    error: float = 0.0

    @property
    def coverage(self) -> float | None:
        return self.inside / self.judged if self.judged else None

    @property
    def worth(self) -> Worth:
        """Better or worse only where chance alone would hardly show it (one in twenty)."""
        if self.brier is None:
            return Worth.NOT_JUDGED
        if self.judged < ENOUGH:
            return Worth.TOO_FEW
        apart = self.brier - GUESS
        if abs(apart) <= BEYOND_CHANCE * self.error:
            return Worth.ALIKE
        return Worth.BETTER if apart < 0 else Worth.WORSE

    @property
    def enough(self) -> int:
        """From so many judged sessions on there is a verdict."""
        return ENOUGH

    @property
    def too_few_held(self) -> bool:
        """Whether so few intervals would hold less than once in twenty times if nine of ten did."""
        ways = (comb(self.judged, n) * HELD**n * (1 - HELD) ** (self.judged - n) for n in range(self.inside + 1))
        return sum(ways) < 1 / 20


def score(issued: Iterable[Issued]) -> Score:
    """Coverage and Brier score of the forecasts whose outcome is known."""
    judged = [one for one in issued if one.came is not None]
    briers = [one.brier for one in judged if one.brier is not None]
    inside = sum(one.held is Held.INSIDE for one in judged)
    error = stdev(briers) / sqrt(len(briers)) if len(briers) > 1 else 0.0
    return Score(len(judged), inside, mean(briers) if briers else None, error)
