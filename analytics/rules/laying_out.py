"""The figures of an event laid out: what its tally says of categories, sessions, days, venues, time, and what not."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from analytics.rules import Known, Missing
from analytics.rules.arrivals import arrivals_of
from analytics.rules.facts import Facts, Session, Venue, provenance
from analytics.rules.figures import CategoryFigures, Count, DayFigures, Figures, SessionFigures, VenueFigures
from analytics.rules.ledger import Head, Split, Tally
from analytics.rules.places import NOBODY_CAME, Came, Ground, How, Together, When, ground_of
from checkin.rules import CountingState, Method

Cell = TypeVar("Cell")
Key = TypeVar("Key")


def figures(facts: Facts, tally: Tally, *, at: datetime, newest_at: datetime | None) -> Figures:
    """Lay a tally out over the event as it stands at the moment `at`. Nothing that nobody counted becomes zero."""
    return laid_out(facts, ground_of(tally), at=at, newest_at=newest_at)


class LaidSession(NamedTuple):
    """A session as it was laid out last, and what that rests on."""

    facts: Facts
    mine: Came
    returned: int
    missing: Missing | None
    made: SessionFigures


@dataclass
class Layout:
    """Sums and sessions as they were laid out last, of which only what changed is made anew."""

    visited: Together = field(default_factory=Together)
    passed: Together = field(default_factory=Together)
    sessions: dict[int, "LaidSession"] = field(default_factory=dict)


def laid_out(
    facts: Facts, ground: Ground, *, at: datetime, newest_at: datetime | None, layout: Layout | None = None
) -> Figures:
    """The same from what was summed up place by place. layout: that of the last time."""
    layout = layout or Layout()
    visited = {one: came for one, came in ground.came.items() if one is None or facts.places[one].session is not None}
    passed = {one: came for one, came in ground.came.items() if one not in visited}
    layout.visited.become(visited)
    layout.passed.become(passed)
    visits, passages = layout.visited.how, layout.passed.how
    missing = Missing.NOT_YET if facts.day_of(at) < facts.starts_on else Missing.UNKNOWN
    per_session = tuple(_session(one, facts, ground, at, layout) for one in facts.sessions)
    counted = any(isinstance(one.visits, int) for one in per_session)
    methods = {key.method for key in ground.people} | {method for _, method, _ in (*visits, *passages)}
    return Figures(
        facts=facts,
        people=_count_people(ground.people) if ground.people else missing,
        visits=_count(visits) if visits or counted else missing,
        passages=_count(passages) if passages else missing,
        reentries=sum(ground.reentries.values()),
        categories=_categories(facts, ground.people, visits, missing),
        sessions=per_session,
        days=_days(facts, ground.people_by_day, layout, at),
        venues=_venues(facts, ground, visited, passed, missing),
        arrivals=arrivals_of(
            layout.visited.slots, layout.passed.slots, zone=facts.zone, day_ends_at=facts.day_ends_at
        ),
        provenance=provenance(facts, methods),
        newest_at=newest_at,
    )  # fmt: skip


def _count_people(people: Mapping[Head, int]) -> Count:
    return _count({(key.category, key.method, key.anonymous): number for key, number in people.items()})


def _count(cells: Mapping[How, int]) -> Count:
    return Count(
        number=sum(cells.values()),
        anonymous=sum(number for (_, _, anonymous), number in cells.items() if anonymous),
        methods=_ways((method, number) for (_, method, _), number in cells.items()),
    )


def _ways(cells: Iterable[tuple[str, int]]) -> dict[Method, int]:
    """How many are known by which method, in the order of the methods."""
    sums: dict[Method, int] = defaultdict(int)
    for method, number in cells:
        sums[_METHODS[method]] += number
    return {method: sums[method] for method in Method if sums.get(method)}


def _categories(
    facts: Facts, people: Mapping[Head, int], visits: Mapping[How, int], missing: Missing
) -> tuple[CategoryFigures, ...]:
    """Every category; the one for who was not asked only where it holds somebody."""
    people_of = _grouped(people, lambda key: key.category)
    visits_of = _grouped(visits, lambda key: key[0])
    return tuple(
        CategoryFigures(
            category=category,
            people=_count_people(people_of.get(category.id, {})) if people else missing,
            visits=_count(visits_of.get(category.id, {})) if visits else missing,
        )
        for category in facts.categories
        if not category.unknown or category.id in people_of or category.id in visits_of
    )


def _session(session: Session, facts: Facts, ground: Ground, at: datetime, layout: Layout) -> SessionFigures:
    mine = ground.came.get(session.place, NOBODY_CAME) if session.place is not None else NOBODY_CAME
    returned = ground.reentries.get(session.place, 0) if session.place is not None else 0
    missing, before = _why_missing(session, at), layout.sessions.get(session.id)
    if before is None or before.facts is not facts or before.mine is not mine or before[2:4] != (returned, missing):
        made = _session_made(session, facts, mine, returned, missing)
        before = layout.sessions[session.id] = LaidSession(facts, mine, returned, missing, made)
    return before.made


def _session_made(session: Session, facts: Facts, mine: Came, returned: int, missing: Missing | None) -> SessionFigures:

    def here(number: int) -> Known:
        return number if mine.how or missing is None else missing

    return SessionFigures(
        session=session,
        registered=_bookings(session, facts, session.registered),
        confirmed=_bookings(session, facts, session.confirmed),
        visits=here(mine.number),
        booked=here(mine.booked),
        walk_in=here(mine.walk_in),
        unclear=here(mine.unclear),
        anonymous=here(mine.anonymous),
        by_category=mine.by_category(),
        reentries=returned,
        partly=bool(mine.how) and session.closed in (CountingState.PARTLY, CountingState.NOT_COUNTED),
        by_day=mine.days,
        methods=_ways((method, number) for (_, method), number in mine.ways.items()),
    )


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


def _days(facts: Facts, people: Mapping[Split, int], layout: Layout, at: datetime) -> tuple[DayFigures, ...]:
    today = facts.day_of(at)
    visits_of = _grouped(layout.visited.days, lambda key: key[0])
    ways_of = _grouped(layout.visited.ways, lambda key: key[0])
    passages_of = _grouped(layout.passed.days, lambda key: key[0])
    people_of = _grouped(people, lambda key: key.where)
    closed = (session for session in facts.sessions if session.closed is CountingState.COUNTED)
    counted = {facts.last_day_of(session) for session in closed}
    length = (facts.ends_on - facts.starts_on).days + 1
    days = {facts.starts_on + timedelta(offset) for offset in range(length)}
    days |= {day for day in [*visits_of, *passages_of, *people_of] if isinstance(day, date)}
    return tuple(
        _day(
            day,
            visits_of.get(day, {}),
            passages_of.get(day, {}),
            people_of.get(day, {}),
            methods=_ways((method, number) for (_, method), number in ways_of.get(day, {}).items()),
            counted=day in counted,
            missing=Missing.NOT_YET if day >= today else Missing.UNKNOWN,
        )
        for day in sorted(days)
    )


def _day(
    day: date,
    visits: Mapping[When, int],
    passages: Mapping[When, int],
    people: Mapping[Split, int],
    *,
    methods: Mapping[Method, int],
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
        by_category={category: number for (_, category), number in visits.items()},
        people_by_category=_sums(people, lambda key: key.category),
        methods=methods,
    )


def _venues(
    facts: Facts,
    ground: Ground,
    visited: Mapping[int | None, Came],
    passed: Mapping[int | None, Came],
    missing: Missing,
) -> tuple[VenueFigures, ...]:
    """Every venue; online only where somebody was counted there."""
    visits_of, passages_of = (_per_venue(facts, of) for of in (visited, passed))
    ways_of = _ways_per_venue(facts, visited)
    people_of = _grouped(ground.people_by_venue, lambda key: key.where)
    online: tuple[Venue | None, ...] = (None,) if None in visits_of else ()
    found = []
    for venue in facts.venues + online:
        key = venue.id if venue else None
        people = people_of.get(key, {})
        anybody = key in visits_of or key in passages_of
        found.append(
            VenueFigures(
                venue=venue,
                visits=visits_of.get(key, missing),
                passages=passages_of.get(key, missing),
                people=sum(people.values()) if anybody else missing,
                anonymous=sum(n for cell, n in people.items() if cell.anonymous) if anybody else missing,
                methods=_ways(ways_of.get(key, ())),
            )
        )
    return tuple(found)


def _per_venue(facts: Facts, of: Mapping[int | None, Came]) -> dict[int | None, int]:
    sums: dict[int | None, int] = defaultdict(int)
    for place, came in of.items():
        if place is not None and came.how:
            sums[facts.places[place].venue] += came.number
    return sums


def _ways_per_venue(facts: Facts, of: Mapping[int | None, Came]) -> dict[int | None, list[tuple[str, int]]]:
    cells: dict[int | None, list[tuple[str, int]]] = defaultdict(list)
    for place, came in of.items():
        if place is not None:
            cells[facts.places[place].venue] += [(method, number) for (_, method), number in came.ways.items()]
    return cells


_METHODS = {method.value: method for method in Method}


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
