"""Former years beside this one: each figure with its own measure and method, and what may be compared with what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


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
