"""Numbers of people per category: sums and differences. A category that would be zero is not there.

Numbers are never changed in place, so what stays as it is may be given back itself: nearly every scan is of somebody
who came once, under the category that was booked.
"""

from collections.abc import Mapping

Numbers = Mapping[str, int]
NOBODY: Numbers = {}


def total(numbers: Numbers) -> int:
    """All categories together."""
    return sum(numbers.values()) if numbers else 0


def plus(one: Numbers, other: Numbers) -> Numbers:
    """Both together, signed."""
    if not other:
        return one
    if not one and 0 not in other.values():
        return other
    both = dict(one)
    for category, number in other.items():
        both[category] = both.get(category, 0) + number
    return {category: number for category, number in both.items() if number}


def turned(numbers: Numbers) -> dict[str, int]:
    """Every sign turned: what leaves, or takes back."""
    return {category: -number for category, number in numbers.items()}


def beyond(numbers: Numbers, limit: Numbers) -> Numbers:
    """What of these is over the limit, per category."""
    if not limit or not numbers:
        return numbers
    over = {}
    for category, number in numbers.items():
        held = limit.get(category, 0)
        more = number - held if held > 0 else number
        if more > 0:
            over[category] = more
    return over


def first(numbers: Numbers, most: int) -> Numbers:
    """At most so many of these, in the order of their categories."""
    taken: dict[str, int] = {}
    for category, number in numbers.items():
        taken[category] = max(0, min(number, most))
        most -= taken[category]
    return {category: number for category, number in taken.items() if number > 0}


def named_as(numbers: Numbers, limit: Numbers) -> Numbers:
    """The same people by the categories of `limit`, as far as it has room for them: who is in none of them, or over
    one, is of another, for categories can be corrected and nobody becomes two by that."""
    kept = within(numbers, limit)
    if kept is numbers or not numbers:
        return numbers
    others = total(numbers) - total(kept)
    return plus(kept, first(beyond(limit, kept), others)) if others else numbers


def renamed(numbers: Numbers, limit: Numbers) -> Numbers:
    """The same people by the categories of `limit`; those whom it has no room for stay as they are."""
    named = named_as(numbers, limit)
    others = total(numbers) - total(named)
    return plus(named, first(beyond(numbers, named), others)) if others else named


def within(numbers: Numbers, limit: Numbers) -> Numbers:
    """What of these is not over the limit, per category."""
    if not limit or not numbers:
        return NOBODY
    held, all_of_them = {}, True
    for category, number in numbers.items():
        most = limit.get(category, 0)
        if number > most:
            number, all_of_them = most, False  # noqa: PLW2901
        if number > 0:
            held[category] = number
        else:
            all_of_them = False
    return numbers if all_of_them else held
