"""Figures for the organiser: what is booked."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.programme.models import Category, EventSession
from registrations.models import Booking, BookingLine
from registrations.rules import BookingState

HOLDING = [state for state in BookingState if state.holds_places]


@dataclass(frozen=True)
class BookedCount:
    """Places of one category in one event session, in one state."""

    session_code: str
    category_key: str
    state: BookingState
    number: int


def booked_counts(event_id: int) -> list[BookedCount]:
    """Places by event session, category and state; cancelled bookings left out."""
    query = (
        select(EventSession.code, Category.key, BookingLine.state, func.sum(BookingLine.number))
        .join(Booking, Booking.session_id == EventSession.id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(Category, Category.id == BookingLine.category_id)
        .where(EventSession.event_id == event_id, BookingLine.state != BookingState.CANCELLED)
        .group_by(
            EventSession.code,
            EventSession.starts_at,
            Category.key,
            Category.position,
            BookingLine.state,
        )
        .order_by(EventSession.starts_at, EventSession.code, Category.position, BookingLine.state)
    )
    return [BookedCount(code, key, state, int(number)) for code, key, state, number in db.session.execute(query)]


def booked_both(event_id: int) -> dict[tuple[str, str], int]:
    """How many registrations hold places in both of two event sessions, by their codes in order of time."""
    one, other = aliased(Booking), aliased(Booking)
    both = and_(other.registration_id == one.registration_id, other.session_id > one.session_id)
    query = (
        select(one.session_id, other.session_id, func.count())
        .join(EventSession, EventSession.id == one.session_id)
        .join(other, both)
        .where(EventSession.event_id == event_id, _holds(one), _holds(other))
        .group_by(one.session_id, other.session_id)
    )
    sessions = select(EventSession.starts_at, EventSession.id, EventSession.code)
    known = {row.id: row for row in db.session.execute(sessions.where(EventSession.event_id == event_id))}
    found = {}
    for first, second, number in db.session.execute(query):
        earlier, later = sorted((known[first], known[second]), key=lambda row: (row.starts_at, row.id))
        found[earlier.code, later.code] = int(number)
    return found


def _holds(booking: type[Booking]) -> ColumnElement[bool]:
    """Asked of lines one booking at a time: all of this is found in indexes alone."""
    return exists().where(BookingLine.booking_id == booking.id, BookingLine.state.in_(HOLDING))
