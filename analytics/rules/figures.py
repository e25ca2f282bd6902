"""The figures of an event: what its tally says of categories, sessions, days, venues and time, and what it does not."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from analytics.rules import Known, Missing, Provenance
from analytics.rules.arrivals import Arrivals, arrivals_of
from analytics.rules.facts import Category, Facts, Session, Venue, provenance
from analytics.rules.ledger import Admission, Head, Split, Tally
from checkin.rules import CountingState, Method

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
    by_day: visits by day and category."""

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


@dataclass(frozen=True)
class DayFigures:
    """One day. people: of this day; over the days they do not add up. by_category: visits."""

    day: date
    visits: Known
    passages: Known
    people: Known
    anonymous: Known
    by_category: Mapping[int, int]
    people_by_category: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class VenueFigures:
    """One venue; `venue` empty: online. people: at this venue; over the venues they do not add up."""

    venue: Venue | None
    visits: Known
    passages: Known
    people: Known
    anonymous: Known


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


def figures(facts: Facts, tally: Tally, *, at: datetime, newest_at: datetime | None) -> Figures:
    """Lay a tally out over the event as it stands at the moment `at`. Nothing that nobody counted becomes zero."""
    sessions = {place: where.session for place, where in facts.places.items() if where.session is not None}
    visits = {key: n for key, n in tally.admissions.items() if key.place is None or key.place in sessions}
    passages = {key: n for key, n in tally.admissions.items() if key.place is not None and key.place not in sessions}
    missing = Missing.NOT_YET if facts.day_of(at) < facts.starts_on else Missing.UNKNOWN
    of_place = _grouped(visits, lambda key: key.place or _NOWHERE)
    per_session = tuple(_session(one, facts, of_place.get(one.place or 0, {}), tally, at) for one in facts.sessions)
    counted = any(isinstance(one.visits, int) for one in per_session)
    return Figures(
        facts=facts,
        people=_count(tally.people) if tally.people else missing,
        visits=_count(visits) if visits or counted else missing,
        passages=_count(passages) if passages else missing,
        reentries=sum(tally.reentries.values()),
        categories=_categories(facts, tally, visits, missing),
        sessions=per_session,
        days=_days(facts, tally, visits=visits, passages=passages, at=at),
        venues=_venues(facts, tally, visits, passages, missing),
        arrivals=arrivals_of(tally.arrivals, facts.places, zone=facts.zone, day_ends_at=facts.day_ends_at),
        provenance=provenance(facts, {key.method for key in tally.people} | {key.method for key in tally.admissions}),
        newest_at=newest_at,
    )


def share(number: int, total: int) -> float | None:
    """Per cent of a total, to one place; of nothing there is no share."""
    return round(number * 100 / total, 1) if total else None


def _count(cells: Mapping[Head, int] | Mapping[Admission, int]) -> Count:
    methods: dict[Method, int] = defaultdict(int)
    for key, number in cells.items():
        methods[Method(key.method)] += number
    return Count(
        number=sum(cells.values()),
        anonymous=sum(number for key, number in cells.items() if key.anonymous),
        methods={method: methods[method] for method in Method if methods.get(method)},
    )


def _categories(
    facts: Facts, tally: Tally, visits: Mapping[Admission, int], missing: Missing
) -> tuple[CategoryFigures, ...]:
    """Every category; the one for who was not asked only where it holds somebody."""
    people_of = _grouped(tally.people, lambda key: key.category)
    visits_of = _grouped(visits, lambda key: key.category)
    return tuple(
        CategoryFigures(
            category=category,
            people=_count(people_of.get(category.id, {})) if tally.people else missing,
            visits=_count(visits_of.get(category.id, {})) if visits else missing,
        )
        for category in facts.categories
        if not category.unknown or category.id in people_of or category.id in visits_of
    )


def _session(
    session: Session, facts: Facts, mine: Mapping[Admission, int], tally: Tally, at: datetime
) -> SessionFigures:
    missing = _why_missing(session, at)

    def here(cells: Mapping[Admission, int]) -> Known:
        return sum(cells.values()) if mine or missing is None else missing

    return SessionFigures(
        session=session,
        registered=_bookings(session, facts, session.registered),
        confirmed=_bookings(session, facts, session.confirmed),
        visits=here(mine),
        booked=here({key: number for key, number in mine.items() if key.booked is True}),
        walk_in=here({key: number for key, number in mine.items() if _walked_in(key)}),
        unclear=here({key: number for key, number in mine.items() if not (key.booked or _walked_in(key))}),
        anonymous=here({key: number for key, number in mine.items() if key.anonymous}),
        by_category=_sums(mine, lambda key: key.category),
        reentries=tally.reentries.get(session.place, 0) if session.place is not None else 0,
        partly=bool(mine) and session.closed in (CountingState.PARTLY, CountingState.NOT_COUNTED),
        by_day=_sums(mine, lambda key: (key.day, key.category)),
    )


def _walked_in(admission: Admission) -> bool:
    return not admission.booked and (admission.booked is False or admission.anonymous)


def _why_missing(session: Session, at: datetime) -> Missing | None:
    """Why a session without any line has no figure; None: the organiser says it was counted, so nobody came."""
    if session.closed is CountingState.COUNTED:
        return None
    if session.cancelled:
        return Missing.CANCELLED
    return Missing.NOT_YET if at < session.ends_at else Missing.UNKNOWN


def _bookings(session: Session, facts: Facts, number: int) -> Known:
    if number or session.takes_bookings:
        return number if facts.has_registrations else Missing.UNKNOWN
    return Missing.NO_BOOKING if facts.has_registrations else Missing.UNKNOWN


def _days(
    facts: Facts,
    tally: Tally,
    *,
    visits: Mapping[Admission, int],
    passages: Mapping[Admission, int],
    at: datetime,
) -> tuple[DayFigures, ...]:
    today = facts.day_of(at)
    visits_of = _grouped(visits, lambda key: key.day)
    passages_of = _grouped(passages, lambda key: key.day)
    people_of = _grouped(tally.people_by_day, lambda key: key.where)
    closed = (session for session in facts.sessions if session.closed is CountingState.COUNTED)
    counted = {facts.day_of(session.starts_at) for session in closed}
    length = (facts.ends_on - facts.starts_on).days + 1
    days = {facts.starts_on + timedelta(offset) for offset in range(length)}
    days |= {day for day in [*visits_of, *passages_of, *people_of] if isinstance(day, date)}
    return tuple(
        _day(
            day,
            visits_of.get(day, {}),
            passages_of.get(day, {}),
            people_of.get(day, {}),
            counted=day in counted,
            missing=Missing.NOT_YET if day >= today else Missing.UNKNOWN,
        )
        for day in sorted(days)
    )


def _day(
    day: date,
    visits: Mapping[Admission, int],
    passages: Mapping[Admission, int],
    people: Mapping[Split, int],
    *,
    counted: bool,
    missing: Missing,
) -> DayFigures:
    anybody = bool(visits or passages or people)
    return DayFigures(
        day=day,
        visits=sum(visits.values()) if visits or counted else missing,
        passages=sum(passages.values()) if passages else missing,
        people=sum(people.values()) if anybody else missing,
        anonymous=sum(number for key, number in people.items() if key.anonymous) if anybody else missing,
        by_category=_sums(visits, lambda key: key.category),
        people_by_category=_sums(people, lambda key: key.category),
    )


def _venues(
    facts: Facts,
    tally: Tally,
    visits: Mapping[Admission, int],
    passages: Mapping[Admission, int],
    missing: Missing,
) -> tuple[VenueFigures, ...]:
    """Every venue; online only where somebody was counted there."""

    def venue_of(key: Admission) -> int | None:
        return facts.places[key.place].venue if key.place is not None else _NOWHERE

    visits_of = _grouped(visits, venue_of)
    passages_of = _grouped(passages, venue_of)
    people_of = _grouped(tally.people_by_venue, lambda key: key.where)
    online: tuple[Venue | None, ...] = (None,) if None in visits_of else ()
    found = []
    for venue in facts.venues + online:
        key = venue.id if venue else None
        mine, past, people = visits_of.get(key, {}), passages_of.get(key, {}), people_of.get(key, {})
        anybody = bool(mine or past)
        found.append(
            VenueFigures(
                venue=venue,
                visits=sum(mine.values()) if mine else missing,
                passages=sum(past.values()) if past else missing,
                people=sum(people.values()) if anybody else missing,
                anonymous=sum(n for cell, n in people.items() if cell.anonymous) if anybody else missing,
            )
        )
    return tuple(found)


_NOWHERE = -1


def _sums(cells: Mapping[Cell, int], key_of: Callable[[Cell], Key]) -> dict[Key, int]:
    sums: dict[Key, int] = defaultdict(int)
    for cell, number in cells.items():
        sums[key_of(cell)] += number
    return dict(sums)


def _grouped(cells: Mapping[Cell, int], key_of: Callable[[Cell], Key]) -> dict[Key, dict[Cell, int]]:
    groups: dict[Key, dict[Cell, int]] = defaultdict(dict)
    for cell, number in cells.items():
        groups[key_of(cell)][cell] = number
    return groups
