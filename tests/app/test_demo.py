"""The demonstration: what is published stays what it is; the made-up event comes to the same figures in full."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from analytics.queries import figures_of
from analytics.rules.figures import Count
from app import demo
from app.clock import frozen
from app.db import db
from app.programme.models import Event, EventSession, SessionPlaces
from checkin.models import Entry, Place
from checkin.rules import Direction
from registrations.models import Lottery, Registration

pytestmark = pytest.mark.slow

MORNING = datetime(2026, 10, 2, 23, 0, tzinfo=UTC)
"""Eight in the morning in Japan on the third of October."""
PUBLISHED = {"organisation": 62, "spectator": 412, "student": 485, "guardian": 101, "related": 101}


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
