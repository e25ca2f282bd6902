"""A reader of open data who wants the hidden numbers back: takes all editions, adds, subtracts and compares.

Known to this reader: totals are sums; what is hidden is not 0, unless an edition before hid it or visits are withheld;
what an edition before showed is still so, if it is, in whatever measure; nobody counts twice in a session, so that no
session had more of a category than there are people of it; of people summed over days, each day had at least as many as
its fullest session, and no day more than there were different people, who are no more than those of each day summed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from math import ceil, floor

Key = tuple[str, ...]
"""A number that may be hidden: its measure, day, session and category as the CSV has them, `total` for all of them."""
MOST = 400
ABOVE = 10
"""How far above the largest true number one is looked for."""
PATIENCE = 200
TOTAL = "total"


@dataclass(frozen=True)
class Sum:
    """So many of these, from least to most."""

    parts: Mapping[Key, int]
    least: int
    most: int


def numbers_of(rows: Iterable[Mapping[str, str]]) -> dict[Key, str]:
    """What a CSV of open data says, by what it says it of."""
    return {(one["指標"], one["日"], one["プログラム"], one["区分"]): one["人数"] for one in rows}


def values_of(
    editions: list[dict[Key, str]], truth: Mapping[Key, int], targets: Iterable[Key], most: int
) -> dict[Key, list[int]]:
    """Of each target values that it can have for who reads all of these editions (the newest is last), those nearest to
    the true one, which is among them; no more than `most`."""
    sums = [*_sums(editions, truth), *_compared({key: "" for one in editions for key in one})]
    top = max(truth.values()) + ABOVE
    known = _narrowed(sums, {part: (0, top) for one in sums for part in one.parts})
    assert known is not None, "the truth itself agrees with what is shown"
    found = {}
    for target in targets:
        values, parts = [truth[target]], _parts(editions[-1], target)
        least, above = (sum(known[part][end] for part in parts) for end in (0, 1))
        others = sorted({*range(least, above + 1)} - {truth[target]}, key=lambda one: abs(one - truth[target]))
        for value in others:
            if len(values) < most and _search([*sums, Sum(parts, value, value)], known, truth, count()):
                values.append(value)
        found[target] = sorted(values)
    return found


def _sums(editions: list[dict[Key, str]], truth: Mapping[Key, int]) -> Iterator[Sum]:
    *before, newest = editions
    hidden_before = {key for one in before for key, number in one.items() if number == "–"}
    withheld = all(number in ("–", "0") for key, number in newest.items() if key[0] == "visits")
    everything = {key: "–" for one in before for key in one} | newest
    for key, number in everything.items():
        parts = _parts(everything, key)
        shown = {one[key] for one in (*before, newest) if one.get(key, "–") != "–"}
        if number != "–" or str(truth[key]) in shown:
            yield Sum(parts, truth[key], truth[key])
        else:
            may_be_0 = key in hidden_before or key not in newest or (withheld and key[0] == "visits")
            yield Sum(parts, 0 if may_be_0 else 1, MOST)


def _parts(edition: Mapping[Key, str], key: Key) -> dict[Key, int]:
    """The numbers that this one is the sum of."""
    return {
        one: 1
        for one in edition
        if one[0] == key[0] and one[3] != TOTAL and (one[0] != "visits" or one[2] != TOTAL)
        if all(mine in (TOTAL, its) for mine, its in zip(key[1:], one[1:], strict=True))
    }


def _compared(edition: Mapping[Key, str]) -> Iterator[Sum]:
    """Visits beside people. A day's people are a number that nobody prints."""
    people = [key for key in edition if key[0] != "visits" and key[3] != TOTAL]
    for head in people:
        days = set()
        for key in edition:
            if key[0] == "visits" and key[2] != TOTAL and key[3] == head[3]:
                day = ("of a day", key[1] if head[0] == "people_by_day" else "", "", key[3])
                days.add(day)
                yield Sum({key: 1, day: -1}, -MOST, 0)
        yield Sum({**dict.fromkeys(days, 1), head: -1}, -MOST, 0)
        other = ("people", *head[1:])
        if head[0] == "people_by_day" and other in edition:
            yield Sum({other: 1, head: -1}, -MOST, 0)
            yield from (Sum({day: 1, other: -1}, -MOST, 0) for day in days)


def _search(sums: list[Sum], known: dict[Key, tuple[int, int]], truth: Mapping[Key, int], tries: Iterator[int]) -> bool:
    """Whether whole numbers can be found that agree with all of this; near the truth they are found soonest. Who finds
    no contradiction in so many tries gives up, and excludes nothing."""
    if next(tries) > PATIENCE:
        return True
    narrowed = _narrowed(sums, known)
    if narrowed is None:
        return False
    open_now = [(most - least, part) for part, (least, most) in narrowed.items() if most > least]
    if not open_now:
        return True
    _size, part = min(open_now)
    least, most = narrowed[part]
    middle = (least + most) // 2
    halves = sorted(
        ((least, middle), (middle + 1, most)), key=lambda half: not half[0] <= truth.get(part, 0) <= half[1]
    )
    return any(_search(sums, narrowed | {part: half}, truth, tries) for half in halves)


def _narrowed(sums: list[Sum], known: Mapping[Key, tuple[int, int]]) -> dict[Key, tuple[int, int]] | None:
    """What follows for each number from the others; None: a contradiction."""
    found, again = dict(known), True
    while again:
        again = False
        for one in sums:
            ends = {part: _ends(times, found[part]) for part, times in one.parts.items()}
            least, most = sum(low for low, _high in ends.values()), sum(high for _low, high in ends.values())
            if least > one.most or most < one.least:
                return None
            for part, times in one.parts.items():
                low, high = ends[part]
                room = (one.least - (most - high)) / times, (one.most - (least - low)) / times
                mine = max(found[part][0], ceil(min(room))), min(found[part][1], floor(max(room)))
                if mine[0] > mine[1]:
                    return None
                again = again or mine != found[part]
                found[part] = mine
                ends[part] = _ends(times, mine)
                least, most = sum(low for low, _high in ends.values()), sum(high for _low, high in ends.values())
    return found


def _ends(times: int, between: tuple[int, int]) -> tuple[int, int]:
    both = (times * between[0], times * between[1])
    return min(both), max(both)
