"""Corrections of what was counted: which are possible for which reason, and the lines that they write."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

from checkin.rules import EntryKind, Method
from checkin.rules.facts import NewLine
from checkin.rules.people import Numbers, total

Known = Mapping[tuple[str, Method], int]
"""What is counted without a ticket, by category and method."""


class CorrectionReason(StrEnum):
    """Why a figure is corrected: one of a list, because the ledger holds no free text."""

    WRONG_CATEGORY = "wrong_category"
    COUNTED_TWICE = "counted_twice"
    FOUND_LATER = "found_later"
    ESTIMATED = "estimated"


def differences(before: Numbers, after: Numbers) -> dict[str, int]:
    """What has to be added or taken off per category."""
    keys = [*before, *(key for key in after if key not in before)]
    found = {key: after.get(key, 0) - before.get(key, 0) for key in keys}
    return {key: number for key, number in found.items() if number}


def is_possible(reason: CorrectionReason, changes: Numbers, *, unknown: str) -> bool:
    """Whether these changes are what the reason says. unknown: the category of who was not asked, which alone an
    estimate distributes."""
    if reason is CorrectionReason.COUNTED_TWICE:
        return all(number < 0 for number in changes.values())
    if reason is CorrectionReason.FOUND_LATER:
        return all(number > 0 for number in changes.values())
    less = {key for key, number in changes.items() if number < 0}
    return total(changes) == 0 and (reason is CorrectionReason.WRONG_CATEGORY or less == {unknown})


def not_covered(changes: Numbers, known: Known) -> dict[str, int]:
    """Where more would be taken off than is known without a ticket: the category, and how many are."""
    most: dict[str, int] = defaultdict(int)
    for (key, _method), number in known.items():
        most[key] += max(0, number)
    return {key: most[key] for key, number in changes.items() if -number > most[key]}


def correction_lines(reason: CorrectionReason, changes: Numbers, known: Known, *, new_today: bool) -> list[NewLine]:
    """The lines that make the changes, of which all that is taken off is covered. It is taken off the methods by which
    it is known, most first; who moves to another category is known as before, an estimate is marked as one, and a sheet
    found later as paper."""
    more = {key: number for key, number in changes.items() if number > 0}
    methods: dict[Method, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, number in changes.items():
        for method, part in _taken_off(key, -number, known):
            methods[method][key] -= part
    if reason is CorrectionReason.WRONG_CATEGORY:
        _move(methods, more)
    elif more:
        added = Method.ESTIMATED if reason is CorrectionReason.ESTIMATED else Method.PAPER
        for key, number in more.items():
            methods[added][key] += number
    return [
        NewLine(EntryKind.CORRECTION, dict(numbers), method, on_ticket=False, new_today=new_today, reason=reason.value)
        for method, numbers in methods.items()
    ]


def _taken_off(key: str, number: int, known: Known) -> Iterable[tuple[Method, int]]:
    """From which methods."""
    of_key = sorted(((n, method) for (one, method), n in known.items() if one == key and n > 0), reverse=True)
    for most, method in of_key:
        part = min(most, number)
        if part > 0:
            yield method, part
            number -= part


def _move(methods: Mapping[Method, dict[str, int]], more: Mapping[str, int]) -> None:
    """Whoever was taken off comes back in another category, known by the same method."""
    left = dict(more)
    for numbers in methods.values():
        free = -total(numbers)
        for key, wanted in left.items():
            part = min(free, wanted)
            if part:
                numbers[key] = numbers.get(key, 0) + part
                left[key] -= part
                free -= part
