"""Figures for the organiser: what is booked."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
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


def booked_beside(sessions: Collection[int]) -> dict[int, dict[int, int]]:
    """Of each of these event sessions: how many registrations that hold places in it hold some in each other one, too.
    Two of these are looked through together, once."""
    one, other = aliased(Booking), aliased(Booking)
    once = or_(other.session_id > one.session_id, other.session_id.not_in(sessions))
    query = (
        select(one.session_id, other.session_id, func.count())
        .join(other, and_(other.registration_id == one.registration_id, once))
        .where(one.session_id.in_(sessions), _holds(one), _holds(other))
        .group_by(one.session_id, other.session_id)
    )
    found: dict[int, dict[int, int]] = {session_id: {} for session_id in sessions}
    for first, second, number in db.session.execute(query):
        found[first][second] = int(number)
        if second in found:
            found[second][first] = int(number)
    return found


def _holds(booking: type[Booking]) -> ColumnElement[bool]:
    """Asked of lines one booking at a time: all of this is found in indexes alone."""
    return exists().where(BookingLine.booking_id == booking.id, BookingLine.state.in_(HOLDING))
