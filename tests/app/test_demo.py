"""The demonstration: what is published stays what it is; the made-up event comes to the same figures in full."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from analytics.models import IssuedForecast
from analytics.queries import figures_of
from analytics.queries.closing import closing_days
from analytics.queries.forecasts import forecasts_of
from analytics.rules.figures import Count
from analytics.rules.scoring import Held, Worth, score
from app import demo
from app.clock import frozen
from app.db import db
from app.programme.models import Event, EventSession, SessionPlaces
from checkin.models import Entry, Place
from checkin.queries.closing import still_open
from checkin.rules import Direction
from registrations.models import Booking, Lottery, Registration
from tests.make import Make

pytestmark = pytest.mark.slow

MORNING = datetime(2026, 10, 2, 23, 0, tzinfo=UTC)
"""Eight in the morning in Japan on the third of October."""
PUBLISHED = {"organisation": 62, "spectator": 412, "student": 485, "guardian": 101, "related": 101}
CIRCLES = [(7, 11), (6, 10), (5, 11), (7, 10), (8, 12), (7, 10), (3, 12), (9, 12)]
"""Who came to the small circles of both days, and who had a place."""


def load() -> None:
    with frozen(MORNING):
        demo.load()


def event(slug: str) -> Event:
    return db.session.scalars(select(Event).filter_by(slug=slug)).one()


def people(slug: str) -> dict[str, int]:
    figures = figures_of(event(slug), at=MORNING)
    counted = {one.category.key: one.people for one in figures.categories}
    return {key: count.number for key, count in counted.items() if isinstance(count, Count) and count.number}


def test_the_published_event_has_its_published_attendance(app: Flask) -> None:
    load()
    assert people("yocolab-2023") == PUBLISHED


def test_the_made_up_event_runs_today_and_was_attended_only_on_the_days_before(app: Flask) -> None:
    load()
    practice = event("practice")
    assert practice.starts_on <= MORNING.date() <= practice.ends_on
    days = set(db.session.scalars(select(Entry.day).filter_by(event_id=practice.id)))
    assert days == {practice.starts_on, practice.starts_on + timedelta(1)}


def test_the_made_up_event_played_to_its_end_comes_to_1161(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "day_start", lambda *_: MORNING + timedelta(days=9))
    load()
    assert people("practice") == PUBLISHED
    assert sum(PUBLISHED.values()) == 1161


def test_the_days_before_were_closed_and_their_forecasts_can_be_judged(app: Flask) -> None:
    load()
    practice = event("practice")
    found = {one.code: one for one in forecasts_of(practice, at=MORNING)}
    assert {code: (one.given.came, one.given.expected) for code, one in found.items() if one.given} == {
        "finding-treasure": (32, 46),
        "working-together": (39, 62),
        "housing-estate": (22, 38),
        "first-step": (34, 55),
    } | {f"small-circle-{number}": came for number, came in enumerate(CIRCLES, start=1)}
    learnt = {one.now.past for one in found.values() if one.now}
    assert learnt == {46 + 62 + 38 + 55 + sum(expected for _came, expected in CIRCLES)}
    closed = {day: still_open(places, at=MORNING)["not_closed"] for day, places in closing_days(practice).items()}
    assert [closed[practice.starts_on + timedelta(days)] for days in (0, 1)] == [0, 0]
    assert min(closed[practice.starts_on + timedelta(days)] for days in (2, 3, 4, 5)) > 0


def test_the_demonstration_has_enough_past_sessions_for_a_verdict_on_its_forecasts(app: Flask) -> None:
    """One of twelve missed, as one of ten should: to a circle in the rain came three of twelve."""
    load()
    given = {one.code: one.given for one in forecasts_of(event("practice"), at=MORNING) if one.given}
    found = score(given.values())
    assert (found.judged, found.inside, found.worth, found.too_few_held) == (12, 11, Worth.ALIKE, False)
    assert [code for code, one in given.items() if one.held is Held.BELOW] == ["small-circle-7"]


def test_a_forecast_of_the_demonstration_knew_nothing_of_its_day(app: Flask) -> None:
    """Given before anybody came, with those who had a place by then; the day before was closed by then."""
    load()
    given = db.session.scalars(select(IssuedForecast).order_by(IssuedForecast.id)).all()
    assert {one.issued_at for one in given} == {MORNING - timedelta(hours=52), MORNING - timedelta(hours=28)}
    for one in given:
        place = select(Place.id).where(Place.session_id == one.session_id)
        came = select(func.min(Entry.at)).where(Entry.place_id.in_(place))
        booked = select(func.max(Booking.created_at)).where(Booking.session_id == one.session_id)
        newest, first = db.session.scalar(booked), db.session.scalar(came)
        assert newest is not None
        assert first is not None
        assert newest < one.issued_at < first
    assert {(one.day - event("practice").starts_on, one.past) for one in given} == {
        (timedelta(0), 0),
        (timedelta(1), 46 + 62 + sum(expected for _came, expected in CIRCLES[:4])),
    }


def test_no_forecast_is_written_for_another_event(app: Flask, make: Make) -> None:
    """A real event that stands in the same database has none of days before the demonstration was loaded."""
    fair = make.event()
    talk = make.session(fair, starts_at=MORNING - timedelta(hours=20))
    make.registration(fair, talk, at=MORNING - timedelta(days=20))
    load()
    assert db.session.scalar(select(func.count()).where(IssuedForecast.session_id == talk.id)) == 0


def test_nobody_is_promised_more_than_there_is(app: Flask) -> None:
    load()
    over = select(func.count()).where(SessionPlaces.promised > SessionPlaces.capacity)
    assert db.session.scalar(over) == 0


def test_loading_again_changes_nothing(app: Flask) -> None:
    load()
    counts = [db.session.scalar(select(func.count()).select_from(kind)) for kind in (Entry, Registration, Event)]
    load()
    assert counts == [
        db.session.scalar(select(func.count()).select_from(kind)) for kind in (Entry, Registration, Event)
    ]


def test_exits_a_waiting_list_and_a_drawn_lottery_are_there_to_be_seen(app: Flask) -> None:
    load()
    practice = event("practice")
    left = select(EventSession.code).join(Place, Place.session_id == EventSession.id)
    left = left.join(Entry, Entry.place_id == Place.id).where(Entry.direction == Direction.OUT)
    assert set(db.session.scalars(left)) == {"working-together", "housing-estate"}
    queued = select(EventSession.code).join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
    queued = queued.where(EventSession.event_id == practice.id, SessionPlaces.waiting > 0)
    assert set(db.session.scalars(queued)) == {"disaster-game", "outline-meeting"}
    drawn = select(EventSession.code).join(Lottery).where(Lottery.drawn_at.is_not(None))
    assert list(db.session.scalars(drawn)) == ["outline-meeting"]
