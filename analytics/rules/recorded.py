"""Lines as they are crossed, and how many of a party were at different places together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from registrations.rules import PartyKind

PERSON = PartyKind.PERSON.value


class Recorded(NamedTuple):
    """What a standing line that let somebody in says of one category and of its party. person: the attendee whose
    ticket it is, 0 for who has no name; `day` and `at` as the database gives them."""

    registration: int | None
    ticket: int | None
    person: int
    party: str | None
    place: int
    category: int
    number: int
    method: str
    day: Any
    reentry: Any
    at: Any
    id: int
    organisation: str | None
    language: str | None
    lead: str | None
    new_today: Any = None


def most_together(lines: Iterable[Recorded]) -> int:
    """How many of a party were at different places together at most; 0: at one of those they came to there always were
    as many, so it makes no difference how many the party is."""
    tickets: dict[int | None, dict[tuple[int, Any], dict[int, int]]] = defaultdict(dict)
    negative = False
    for one in lines:
        if not (one.reentry or one.person or one.party == PERSON):
            there = tickets[one.ticket].setdefault((one.place, one.day), {})
            there[one.category] = there.get(one.category, 0) + max(0, one.number)
            negative = negative or one.number < 0
    return max((_together_of(there, negative=negative) for there in tickets.values()), default=0)


def _together_of(there: Mapping[tuple[int, Any], Mapping[int, int]], *, negative: bool) -> int:
    ordered = sorted(there.values(), key=lambda one: sum(one.values()))
    one_day_each = len({place for place, _ in there}) == len(there)
    if not negative and one_day_each and all(_within(less, more) for less, more in pairwise(ordered)):
        return 0
    most: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (place, _), numbers in there.items():
        for category, number in numbers.items():
            most[category][place] += number
    return sum(max(places.values()) for places in most.values())


def _within(less: Mapping[int, int], more: Mapping[int, int]) -> bool:
    return all(number <= more.get(category, 0) for category, number in less.items())
