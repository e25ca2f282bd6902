"""How many people come of a large session, by the waves that the distribution is made of.

What is added up independently is multiplied in waves, so all parties alike are one power, and no row of chances is laid
over another one. Of thousands of numbers some hundred waves are more than negligible.
"""

import cmath
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log, tau
from typing import NamedTuple

NEGLIGIBLE = 1e-9
Draw = tuple[float, Mapping[tuple[int, float], tuple[int, float]]]
"""How likely it is; and by size and what else is known of them: how many parties there are, the chance of each."""


class Waves(NamedTuple):
    """The distribution of a sum from none to fewer than `length`. steps: how often a wave swings over the length;
    parts: what it adds to the chance of numbers up to one."""

    length: int
    steps: tuple[int, ...]
    parts: tuple[complex, ...]

    @classmethod
    def of(cls, draws: Iterable[Draw], most: int) -> "Waves":
        """Of parties that come as a whole or not at all, `most` people together; one of the draws holds for all."""
        length = (most + 1) | 1  # odd: no wave is its own mirror image
        turn = [cmath.rect(1, tau * step / length) for step in range(length)]
        heights: dict[int, complex] = defaultdict(complex)
        for weight, groups in draws:
            steps = _steps(groups, log(weight / NEGLIGIBLE), turn)
            turns = {size: [turn[step * size % length] for step in steps] for size, _ in groups}
            row = [complex(weight)] * len(steps)
            for (size, _), (number, yes) in groups.items():
                no = 1 - yes
                row = [one * (no + yes * there) ** number for one, there in zip(row, turns[size], strict=True)]
            for step, one in zip(steps, row, strict=True):
                heights[step] += one
        parts = (2 / length * height / (1 - turn[-step]) for step, height in heights.items())
        return cls(length, tuple(heights), tuple(parts))

    def at_most(self, number: int) -> float:
        """The chance of a sum no greater than this."""
        angle = tau * (number + 1) / self.length
        waves = (part * (1 - cmath.rect(1, -angle * step)) for step, part in zip(self.steps, self.parts, strict=True))
        return (number + 1) / self.length + sum(waves).real


def _steps(groups: Mapping[tuple[int, float], tuple[int, float]], enough: float, turn: Sequence[complex]) -> list[int]:
    """The waves of which more than a negligible part is left. One throw leaves at most exp(-variance (1 - cos)) of one,
    so all parties as much as the sum of these says; those of the commonest size alone rule most waves out."""
    variances: dict[int, float] = defaultdict(float)
    for (size, _), (number, yes) in groups.items():
        variances[size] += number * yes * (1 - yes)
    found: Sequence[int] = range(1, len(turn) // 2 + 1)
    lost = [0.0] * len(found)
    for size, variance in sorted(variances.items(), key=lambda one: -one[1]):
        sums = [sum_ + variance * (1 - turn[n * size % len(turn)].real) for n, sum_ in zip(found, lost, strict=True)]
        found = [step for step, sum_ in zip(found, sums, strict=True) if sum_ < enough]
        lost = [sum_ for sum_ in sums if sum_ < enough]
    return list(found)
