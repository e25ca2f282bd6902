"""Every figure of an event, against a second reading of its raw tables by other means: SQL in an engine of its own."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from analytics.exports.registering import no_show_table
from analytics.queries import figures_of
from analytics.queries.crossing import crossing_of
from analytics.queries.doors import watched_of
from analytics.queries.rolled import people_on_day
from analytics.rules import Measure, Missing
from analytics.rules.absence import no_show
from analytics.rules.arrivals import STEPS, every
from analytics.rules.crossing import Dimension
from analytics.rules.figures import Count, Figures
from analytics.rules.stays import occupancy, stays
from app.db import db
from app.programme.models import Event
from checkin.queries.counts import inside_at
from checkin.queries.people_today import people_on
from checkin.rules import CountingState
from tests.analytics.eventful import ACTS, SENT, Act, Eventful
from tests.analytics.recount import Recount, Rows
from tests.analytics.recounted_registering import registering
from tests.make import NOON, Make

pytestmark = pytest.mark.slow

STATES = st.sampled_from((None, None, CountingState.COUNTED, CountingState.PARTLY))
AFTER = SENT + timedelta(days=7)
COLUMNS = {
    Dimension.CATEGORY: "category", Dimension.SESSION: "session", Dimension.DAY: "day",
    Dimension.SITE: "coalesce(CAST(venue AS TEXT), 'online')", Dimension.METHOD: "method", Dimension.PARTY: "party",
    Dimension.ORGANISATION: "organisation", Dimension.LANGUAGE: "language", Dimension.LEAD: "lead",
}  # fmt: skip
WHERE_AND_WHEN = {Dimension.DAY: "day", Dimension.SITE: "venue", Dimension.SESSION: "session"}
GROUPS = ("organisations", "schools", "departments")
AT: dict[str, Any] = {"who": "ana", "minute": 0, "category": "spectator", "number": 1, "yes": True}
CORRECTED_BETWEEN_TWO_DAYS = [
    Act("scan", 0, **AT | {"minute": -1440}),
    Act("change", 0, **AT),
    Act("scan", 1, **AT),
]
"""One person, who is a pupil on both days: the newest line says it."""
NEW_IN_A_COUNTED_ROOM = [Act("room_count", 1, **AT), Act("correct", 1, **AT)]
"""Two people were there on a day on which nobody visited anything."""
PAPER_FOR_BOTH_AND_ONE_OF_THEIR_OWN = [
    Act("offline", 0, **AT | {"who": "named", "number": 0}),
    Act("offline", 1, **AT | {"who": "named", "number": 1}),
]
"""Two people: whoever came with a ticket of their own is one of the two that the paper stands for."""
Figure = tuple[str, Any, Any]
"""What it is, what the product says, what the second reading says."""


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # an event takes too long to be made smaller step by step
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(acts=CORRECTED_BETWEEN_TWO_DAYS, closed=(None,) * 5)
@example(acts=NEW_IN_A_COUNTED_ROOM, closed=(None,) * 5)
@example(acts=PAPER_FOR_BOTH_AND_ONE_OF_THEIR_OWN, closed=(None,) * 5)
@given(acts=st.lists(ACTS, min_size=12, max_size=50), closed=st.tuples(STATES, STATES, STATES, STATES, STATES))
def test_every_measure_equals_an_independent_recount_whatever_happened(
    app: Flask, make: Make, acts: list[Act], closed: tuple[CountingState | None, ...]
) -> None:
    told = Eventful(app, make, closed)
    told.happen(acts)
    event = db.session.get_one(Event, told.event.id)
    assert [one for one in measures(event, Recount(event)) if one[1] != one[2]] == []


def measures(event: Event, recount: Recount) -> Iterator[Figure]:
    """Every measure in both readings; None: there is no figure."""
    figures = figures_of(event, at=AFTER)
    yield from _whole(figures, recount)
    yield from _sessions(figures, recount)
    yield from _days(figures, recount)
    yield from _venues(figures, recount)
    yield from _arrivals(figures, recount)
    yield from _organisations(figures, recount)
    yield from _crossed(event, figures, recount)
    yield from _here_now(event, figures, recount)
    yield from _over_time(event, figures, recount)
    yield from registering(event, figures, recount)


def _whole(figures: Figures, recount: Recount) -> Iterator[Figure]:
    for name, count, numbers in (
        ("people", figures.people, partial(recount.people, "all")),
        ("visits", figures.visits, recount.visits),
        ("passages", figures.passages, recount.passages),
    ):
        counted = count if isinstance(count, Count) else Count()
        yield f"{name} known", isinstance(count, Count) or not numbers("category"), True
        yield name, counted.number, sum(numbers("category").values())
        yield f"{name} without a ticket", counted.anonymous, sum(numbers("category", "anonymous").values())
        methods = numbers("method")
        if "limited" not in methods:
            yield f"{name} by method", dict(counted.methods), methods
    people = {one.category.id: _number(one.people) for one in figures.categories}
    visits = {one.category.id: _number(one.visits) for one in figures.categories}
    yield "people by category", _not_zero(people), recount.people("all", "category")
    yield "visits by category", _not_zero(visits), recount.visits("category")
    yield "re-entries", figures.reentries, sum(recount.reentries().values())


def _sessions(figures: Figures, recount: Recount) -> Iterator[Figure]:
    is_closed = "SELECT session_id FROM place_close JOIN place ON place.id = place_id WHERE state = 'counted'"
    closed = {row[0] for row in recount.rows(is_closed)}
    counted = closed | {row[0] for row in recount.rows("SELECT session FROM visited WHERE of_session")}
    bookings = {session: (int(asked), int(held)) for session, asked, held in recount.rows("FROM wanted")}
    visits, booked, anonymous = (recount.visits("session", where) for where in ("TRUE", "booked", "anonymous"))
    walked = recount.visits("session", "booked IS NOT TRUE AND (booked IS FALSE OR anonymous)")
    by_category, by_day = recount.visits("session, category"), recount.visits("session, day, category")
    again = recount.reentries()
    for one in figures.sessions:
        key, code = one.session.id, one.session.code
        known = key in counted
        asked, held = bookings.get(key, (0, 0))
        for name, found, numbers in (
            ("visits", one.visits, visits), ("booked", one.booked, booked), ("walk-ins", one.walk_in, walked),
            ("without a ticket", one.anonymous, anonymous),
        ):  # fmt: skip
            yield f"{code} {name}", _number(found), numbers.get(key, 0) if known else None
        unclear = visits.get(key, 0) - booked.get(key, 0) - walked.get(key, 0)
        yield f"{code} unclear", _number(one.unclear), unclear if known else None
        if not isinstance(one.confirmed, Missing):
            yield f"{code} registered and confirmed", (one.registered, one.confirmed), (asked, held)
            absent = max(0, held - booked.get(key, 0)) if key in closed else None
            yield f"{code} no-show", _number(no_show(one)), absent
        yield f"{code} by category", _not_zero(one.by_category), _part(by_category, key)
        yield f"{code} by day", _not_zero(one.by_day), _part(by_day, key)
        yield f"{code} re-entries", one.reentries, again.get(key, 0)


def _days(figures: Figures, recount: Recount) -> Iterator[Figure]:
    people, categories = recount.people("day", "value"), recount.people("day", "value, category")
    anonymous = recount.people("day", "value", "anonymous")
    visits, passages = recount.visits("day, category"), recount.passages("day")
    for one in figures.days:
        key = str(one.day)
        yield f"{key} people", _number(one.people) or 0, people.get(key, 0)
        yield f"{key} people by category", _not_zero(one.people_by_category), _part(categories, key)
        yield f"{key} without a ticket", _number(one.anonymous) or 0, anonymous.get(key, 0)
        yield f"{key} visits by category", _not_zero(one.by_category), _part(visits, one.day)
        yield f"{key} visits", _number(one.visits) or 0, sum(_part(visits, one.day).values())
        yield f"{key} passages", _number(one.passages) or 0, passages.get(one.day, 0)
    yield "days", {str(one.day) for one in figures.days} >= {key for key in people if key is not None}, True


def _venues(figures: Figures, recount: Recount) -> Iterator[Figure]:
    people, visits, passages = recount.people("venue", "value"), recount.visits("venue"), recount.passages("venue")
    for one in figures.venues:
        key = one.venue.id if one.venue else None
        yield f"venue {key} people", _number(one.people) or 0, people.get(_text(key) or "online", 0)
        yield f"venue {key} visits", _number(one.visits) or 0, visits.get(key, 0)
        yield f"venue {key} passages", _number(one.passages) or 0, passages.get(key, 0)


def _arrivals(figures: Figures, recount: Recount) -> Iterator[Figure]:
    for minutes in STEPS:
        steps = every(minutes, figures.arrivals)
        visits = {int(one.at.timestamp()): one.visits for one in steps if one.visits}
        passages = {int(one.at.timestamp()): one.passages for one in steps if one.passages}
        yield f"arrivals per {minutes} minutes", visits, recount.arrivals(minutes, of_session=True)
        yield f"passages per {minutes} minutes", passages, recount.arrivals(minutes, of_session=False)


def _organisations(figures: Figures, recount: Recount) -> Iterator[Figure]:
    confirmed = recount.sums("SELECT kind, count(*) FROM part WHERE confirmed GROUP BY ALL")
    proposed = recount.sums("SELECT kind, count(*) FROM part WHERE NOT confirmed AND NOT denied GROUP BY ALL")
    found = {one.group: (one.confirmed, one.proposed) for one in figures.facts.took_part}
    yield "took part", found, {one: (confirmed.get(one, 0), proposed.get(one, 0)) for one in GROUPS}


def _crossed(event: Event, figures: Figures, recount: Recount) -> Iterator[Figure]:
    """Visits by any two dimensions; people by category and where or when they came."""
    for rows, columns in combinations(COLUMNS, 2):
        found = crossing_of(event, figures.facts, rows=rows, columns=columns, measure=Measure.VISITS)
        yield (
            f"visits {rows} by {columns}",
            _texts(found.cells),
            _texts(recount.visits(f"{COLUMNS[rows]}, {COLUMNS[columns]}")),
        )
    for dimension, cut in WHERE_AND_WHEN.items():
        found = crossing_of(event, figures.facts, rows=Dimension.CATEGORY, columns=dimension, measure=Measure.PEOPLE)
        yield f"people by category and {cut}", _texts(found.cells), _texts(recount.people(cut, "category, value"))
        yield f"people over {cut}", found.total, sum(recount.people("all", "category").values())


def _here_now(event: Event, figures: Figures, recount: Recount) -> Iterator[Figure]:
    """Who is inside, wherever the lines of each person leave no doubt."""
    doubtful = {row[0] for row in recount.rows("FROM doubtful")}
    inside = recount.sums("SELECT place, sum(number) FROM inside_now GROUP BY ALL")
    for place in sorted(set(figures.facts.places) - doubtful):
        yield f"place {place} here now", inside_at(event.id, place), inside.get(place, 0)
    people = recount.people("day", "value")
    for day in {NOON.date() + timedelta(days=one) for one in (-1, 0, 1)}:
        yield f"{day} people today", people_on_day(db.session.connection(), event.id, day), people.get(str(day), 0)
        yield f"{day} people today at the door", people_on(event.id, day), people.get(str(day), 0)


def _over_time(event: Event, figures: Figures, recount: Recount) -> Iterator[Figure]:
    """Who was inside at the end of each five minutes, how long people stayed, and how full a session was."""
    doubtful = {row[0] for row in recount.rows("FROM doubtful")}
    codes = {one.id: one.code for one in figures.facts.sessions}
    over_time, known = defaultdict[int, dict[int, int]](dict), dict[int, list[tuple[float, int]]]()
    for place, slot, number in recount.rows("SELECT place, slot, number FROM occupancy"):
        over_time[place][slot] = int(number)
    for place, minutes, people in recount.rows("SELECT place, minutes, people FROM stay WHERE people > 0"):
        known.setdefault(place, []).append((float(minutes), int(people)))
    places = {codes[one.session]: place for place, one in figures.facts.places.items() if one.session is not None}
    for watched in watched_of(event):
        place = places[watched.code]
        found = {int(one.at.timestamp()) // 300 - 1: one.inside for one in occupancy(watched.steps).points}
        if place not in doubtful:
            yield f"{watched.code} inside over time", found, over_time[place]
        stayed = [minutes for minutes, people in known.get(place, []) for _ in range(people)]
        told = stays(watched.steps)
        yield f"{watched.code} stays known", told.known, len(stayed)
        if stayed:
            lower, middle, upper = np.percentile(stayed, (25, 50, 75))
            yield (
                f"{watched.code} stay",
                (told.lower, told.median, told.upper),
                (round(lower), round(middle), round(upper)),
            )
    capacities = dict(recount.rows("SELECT session_id, capacity FROM session_places WHERE capacity > 0"))
    visits = recount.visits("session")
    table = {
        row.key: row.cells[-1]
        for row in no_show_table(figures, {codes[one]: of for one, of in capacities.items()}).rows
    }
    for session, capacity in capacities.items():
        if codes[session] in table and session in visits:
            share = visits[session] / capacity * 100
            yield f"{codes[session]} fill", table[codes[session]], round(share, 1)


def _number(known: Count | int | Missing) -> int | None:
    if isinstance(known, Count):
        return known.number
    return None if isinstance(known, Missing) else known


def _not_zero(numbers: Any) -> dict[Any, int]:
    return {key: number for key, number in numbers.items() if number}


def _part(numbers: Rows, first: Any) -> dict[Any, int]:
    """The cells under one value of the first column, by the rest of the key."""
    found: dict[Any, int] = defaultdict(int)
    for key, number in numbers.items():
        if key[0] == first:
            found[key[1] if len(key) == 2 else key[1:]] += number
    return dict(found)


def _text(value: Any) -> str | None:
    """A value of a dimension as both readings can say it."""
    return None if value is None else str(value)


def _texts(cells: Any) -> dict[tuple[str | None, ...], int]:
    return {tuple(map(_text, key)): number for key, number in cells.items()}
