"""Numbers of people per category: sums and differences. A category that would be zero is not there."""

from collections.abc import Mapping

Numbers = Mapping[str, int]
NOBODY: Numbers = {}


def total(numbers: Numbers) -> int:
    """All categories together."""
    return sum(numbers.values())


def plus(one: Numbers, other: Numbers) -> Numbers:
    """Both together, signed."""
    if not other:
        return one
    both = dict(one)
    for category, number in other.items():
        both[category] = both.get(category, 0) + number
    return {category: number for category, number in both.items() if number}


def turned(numbers: Numbers) -> dict[str, int]:
    """Every sign turned: what leaves, or takes back."""
    return {category: -number for category, number in numbers.items()}


def beyond(numbers: Numbers, limit: Numbers) -> Numbers:
    """What of these is over the limit, per category."""
    if not limit:
        return numbers
    over = ((category, number - max(0, limit.get(category, 0))) for category, number in numbers.items())
    return {category: number for category, number in over if number > 0}


def within(numbers: Numbers, limit: Numbers) -> Numbers:
    """What of these is not over the limit, per category."""
    if not limit:
        return NOBODY
    held = ((category, min(number, limit.get(category, 0))) for category, number in numbers.items())
    return {category: number for category, number in held if number > 0}
