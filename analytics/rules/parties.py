"""People of parties: per category the fullest place, and all categories together never more than the party.

Who is corrected to another category after coming is still the same person, so a party is at most the people it has, or
who came to one place; if its categories say more, those whose newest line is newest count first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

Group = tuple[int, int, Any]
"""Ticket, category, and the day or venue that is looked at; empty: everything."""


@dataclass(frozen=True)
class Parties:
    """sizes: how many people a ticket is for, where known. newest: the last line of a ticket's category."""

    newest: Mapping[tuple[int, int], tuple[Any, int]]
    sizes: Mapping[int, int]

    def within(self, numbers: Iterable[tuple[Group, int, int]]) -> dict[Group, tuple[int, int]]:
        """Per group the fullest place and its number, never more together than the party has or came to one place."""
        numbers = list(numbers)
        best = fullest(numbers)
        together: dict[tuple[int, Any], int] = defaultdict(int)
        for (ticket, _, where), (_, number) in best.items():
            together[ticket, where] += number
        over = {key for key, number in together.items() if number > self.sizes.get(key[0], number)}
        return self._limited(best, self._at_one_place(numbers, over)) if over else best

    def _at_one_place(
        self, numbers: Iterable[tuple[Group, int, int]], over: Set[tuple[int, Any]]
    ) -> dict[tuple[int, Any], int]:
        """The size of these parties; more only where more of it came to one place."""
        there: dict[tuple[int, Any, int], int] = defaultdict(int)
        for (ticket, _, where), place, number in numbers:
            if (ticket, where) in over:
                there[ticket, where, place] += max(0, number)
        most = {key: self.sizes[key[0]] for key in over}
        for (ticket, where, _), number in there.items():
            most[ticket, where] = max(most[ticket, where], number)
        return most

    def _limited(
        self, best: dict[Group, tuple[int, int]], left: dict[tuple[int, Any], int]
    ) -> dict[Group, tuple[int, int]]:
        limited = (key for key in best if (key[0], key[2]) in left)
        ordered = sorted(limited, key=lambda key: (self.newest[key[:2]], key[1]))
        for key in reversed(ordered):
            place, number = best[key]
            best[key] = place, min(number, left[key[0], key[2]])
            left[key[0], key[2]] -= best[key][1]
        return best


def fullest(numbers: Iterable[tuple[Group, int, int]]) -> dict[Group, tuple[int, int]]:
    """Per key the place with the largest number above zero (of equals the first by id), and that number."""
    best: dict[Group, tuple[int, int]] = {}
    for key, place, number in numbers:
        if number > 0 and (key not in best or (-number, place) < (-best[key][1], best[key][0])):
            best[key] = (place, number)
    return best


def net_numbers(numbers: Iterable[tuple[int, int, int, int]]) -> dict[tuple[int, int, int], int]:
    """Together per ticket, category and place."""
    sums: dict[tuple[int, int, int], int] = defaultdict(int)
    for ticket, category, place, number in numbers:
        sums[ticket, category, place] += number
    return sums
