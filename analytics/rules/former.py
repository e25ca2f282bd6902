"""Former years beside this one: each figure with its own measure and method, and what may be compared with what."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from analytics.rules.suppression import LEAST, hide_list


class YearMeasure(StrEnum):
    """What a figure of a former year counted, as far as its source says."""

    PEOPLE = "people"
    PEOPLE_BY_DAY = "people_by_day"
    VISITS = "visits"
    UNSTATED = "unstated"


@dataclass(frozen=True)
class YearFigures:
    """Attendance of one year. methods: how it was counted, empty if nobody says. numbers: by category's id; what is not
    in it is unknown. total: empty if unknown."""

    year: int
    measure: YearMeasure
    methods: frozenset[str]
    numbers: Mapping[int, int]
    total: int | None
    source: str = ""
    provenance: str = ""
    note: str = ""


@dataclass(frozen=True)
class Change:
    """From one total to the next."""

    since: int
    number: int
    per_cent: float | None


def comparable(one: YearFigures, other: YearFigures) -> bool:
    """Only the same measure, counted in the same known way."""
    if YearMeasure.UNSTATED in (one.measure, other.measure):
        return False
    return one.measure is other.measure and bool(one.methods) and one.methods == other.methods


def change_to(one: YearFigures, years: Iterable[YearFigures]) -> Change | bool:
    """The change from the last year before this one with the same measure. False: there is one, and it cannot be
    compared; True: there is nothing before to compare with."""
    before = sorted((other for other in years if other.year < one.year), key=lambda other: other.year)
    if not before:
        return True
    same = [other for other in before if other.measure is one.measure]
    last = same[-1] if same else before[-1]
    if not comparable(one, last) or one.total is None or last.total is None:
        return False
    number = one.total - last.total
    return Change(last.year, number, round(number * 100 / last.total, 1) if last.total else None)


def gaps(years: Iterable[YearFigures]) -> list[int]:
    """Years between the first and the last of which nothing is known."""
    known = {one.year for one in years}
    return [year for year in range(min(known), max(known)) if year not in known] if known else []


Hidden = Set[tuple[int, int | None]]
"""Years with the category, or (None) the total, that is not shown of them."""


def hidden_years(
    years: Iterable[YearFigures], before: Iterable[tuple[Iterable[YearFigures], Hidden]] = ()
) -> frozenset[tuple[int, int | None]]:
    """What is not shown where years leave the house: small numbers, and what would give them away. Two figures of one
    year can be the same people, so what is hidden of one measure is hidden of the others.

    before: years as earlier editions had them, with what these hid: it stays hidden, and what they showed is known.
    """
    earlier = [(tuple(of), hidden) for of, hidden in before]
    ordered = sorted(years, key=lambda one: one.year)
    return frozenset(
        (year, key)
        for year, group in groupby(ordered, key=lambda one: one.year)
        for key in _hidden(list(group), earlier)
    )


Earlier = list[tuple[tuple[YearFigures, ...], Hidden]]


def _hidden(same_year: list[YearFigures], earlier: Earlier) -> set[int | None]:
    once = {key for _years, gone in earlier for year, key in gone if year == same_year[0].year}
    hidden = set(once)
    while True:
        now = set(hidden)
        for one in same_year:
            now |= _hidden_of(one, now, once, _known(one, earlier))
        if now == hidden:
            return hidden
        hidden = now


def _known(one: YearFigures, earlier: Earlier) -> set[int | None]:
    """What an edition before has shown of this year, where it is still so."""
    return {
        key
        for years, hidden in earlier
        for other in years
        if (other.year, other.measure) == (one.year, one.measure)
        for key, number in ((None, other.total), *other.numbers.items())
        if (one.year, key) not in hidden and number == (one.total if key is None else one.numbers.get(key))
    }


def _hidden_of(
    one: YearFigures, also: Set[int | None], once: Set[int | None], known: Set[int | None]
) -> set[int | None]:
    """Of one year. What its total has beside its categories is a number too, though nobody prints it."""
    if one.total is None:
        small = {key for key, number in one.numbers.items() if 0 < number < LEAST}
        return small | (set(also) & set(one.numbers))
    rest = one.total - sum(one.numbers.values())
    if rest < 0:
        return {*one.numbers, None} if also or any(0 < number < LEAST for number in one.numbers.values()) else set()
    names = {str(key): key for key in one.numbers}
    numbers = {name: one.numbers[key] for name, key in names.items()} | {"rest": rest}
    found = hide_list(numbers, also=_named(also), known=_named(known), before=_named(once))
    return {None if name is None else names[name] for name in found if name != "rest"}


def _named(keys: Set[int | None]) -> set[str | None]:
    return {None if key is None else str(key) for key in keys}
