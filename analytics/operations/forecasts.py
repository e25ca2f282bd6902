"""Forecasts are written down as they are given, once a session and day, so that they can be judged afterwards."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql, sqlite

from analytics.models import IssuedForecast
from analytics.queries.forecasts import SessionForecast, forecasts_of
from analytics.rules.forecast import more_than_half
from app.db import db, transaction
from app.programme.models import Event, EventSession
from app.programme.rules import EventStatus, SessionStatus
from checkin.rules.times import event_day
from registrations.models import Booking, BookingLine, Registration
from registrations.rules import BookingState, PartyKind

AHEAD = timedelta(days=7)
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def issue_forecasts(at: datetime) -> int:
    """Write down today's forecasts of the sessions of one event that begin within a week; how many. A chore."""
    event = _next_event(at)
    if event is None:
        db.session.rollback()
        return 0
    return issue_for(event, at)


def issue_for(event: Event, at: datetime) -> int:
    """Write down the forecasts of the day of `at` of this event's sessions that begin within a week; how many.

    It is reckoned outside the transaction, and what another process wrote meanwhile stays.
    """
    day = event_day(at, ZoneInfo(event.timezone), event.day_ends_at)
    rows = [
        _row(one, day, at) for one in forecasts_of(event, at=at) if one.now is not None and one.starts_at <= at + AHEAD
    ]
    db.session.rollback()
    with transaction():
        return keep_forecasts(rows)


def keep_forecasts(rows: Iterable[dict[str, Any]]) -> int:
    """Add those of a session and day that are not there yet; how many rows were given."""
    given = list(rows)
    if given:
        insert = _INSERT[db.engine.dialect.name]
        statement = insert(IssuedForecast).on_conflict_do_nothing(index_elements=["session_id", "day"])
        db.session.execute(statement, given)
    return len(given)


def _next_event(at: datetime) -> Event | None:
    """A published event with a session that begins within a week and parties, not forecast yet today."""
    for event in db.session.scalars(
        select(Event)
        .where(Event.status == EventStatus.PUBLISHED)
        .where(
            exists().where(
                EventSession.event_id == Event.id, EventSession.starts_at > at, EventSession.starts_at <= at + AHEAD
            )
        )
        .order_by(Event.id)
    ):
        day = event_day(at, ZoneInfo(event.timezone), event.day_ends_at)
        done = select(IssuedForecast.session_id).where(IssuedForecast.day == day)
        due = exists().where(
            EventSession.event_id == event.id, EventSession.starts_at > at, EventSession.starts_at <= at + AHEAD,
            EventSession.status == SessionStatus.PLANNED, EventSession.id.not_in(done),
            EventSession.id.in_(_with_parties()),
        )  # fmt: skip
        if db.session.scalar(select(due)):
            return event
    return None


def _with_parties() -> Any:
    return (
        select(Booking.session_id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(BookingLine.state == BookingState.CONFIRMED, BookingLine.number > 0)
        .where(Registration.party_kind != PartyKind.TEAM)
    )


def _row(one: SessionForecast, day: date, at: datetime) -> dict[str, Any]:
    assert one.now is not None
    return {
        "session_id": one.session_id,
        "day": day,
        "issued_at": at,
        "parties": one.now.parties,
        "expected": one.now.expected,
        "low": one.now.low,
        "high": one.now.high,
        "half": more_than_half(one.now),
        "safe_walk_ins": one.safe_walk_ins,
        "past": one.now.past,
    }
