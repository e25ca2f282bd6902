"""The figures of an event: what its tally says of categories, sessions, days, venues and time, and what it does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from analytics.rules import Known, Missing, Provenance
from analytics.rules.arrivals import Arrivals
from analytics.rules.facts import Category, Facts, Session, Venue
from checkin.rules import Method

Cell = TypeVar("Cell")
Key = TypeVar("Key")


@dataclass(frozen=True)
class Count:
    """A figure and how it is known: `anonymous` of it without a ticket, and how many by which method."""

    number: int = 0
    anonymous: int = 0
    methods: Mapping[Method, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CategoryFigures:
    """One category: people and visits."""

    category: Category
    people: Count | Missing
    visits: Count | Missing


@dataclass(frozen=True)
class SessionFigures:
    """One event session. visits = booked + walk_in + unclear (a ticket of which nobody noted whether it was booked).
    Who comes without a ticket is a walk-in; `anonymous` says how many of the visits are known without a ticket.
    by_day: visits by day and category; methods: how they are known."""

    session: Session
    registered: Known
    confirmed: Known
    visits: Known
    booked: Known
    walk_in: Known
    unclear: Known
    anonymous: Known
    by_category: Mapping[int, int]
    reentries: int
    partly: bool
    by_day: Mapping[tuple[date | None, int], int] = field(default_factory=dict)
    methods: Mapping[Method, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DayFigures:
    """One day. people: of this day; over the days they do not add up. by_category: visits; methods: how these are
    known."""

    day: date
    visits: Known
    passages: Known
    people: Known
    anonymous: Known
    by_category: Mapping[int, int]
    people_by_category: Mapping[int, int] = field(default_factory=dict)
    methods: Mapping[Method, int] = field(default_factory=dict)


@dataclass(frozen=True)
class VenueFigures:
    """One venue; `venue` empty: online. people: at this venue; over the venues they do not add up. methods: how its
    visits are known."""

    venue: Venue | None
    visits: Known
    passages: Known
    people: Known
    anonymous: Known
    methods: Mapping[Method, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """All figures of an event, from one tally: for page, chart, file, API. edition: of which; None: preliminary."""

    facts: Facts
    people: Count | Missing
    visits: Count | Missing
    passages: Count | Missing
    reentries: int
    categories: tuple[CategoryFigures, ...]
    sessions: tuple[SessionFigures, ...]
    days: tuple[DayFigures, ...]
    venues: tuple[VenueFigures, ...]
    arrivals: tuple[Arrivals, ...]
    provenance: tuple[Provenance, ...]
    newest_at: datetime | None
    edition: int | None = None


def share(number: int, total: int) -> float | None:
    """Per cent of a total, to one place; of nothing there is no share."""
    return round(number * 100 / total, 1) if total else None
