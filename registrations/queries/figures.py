"""Figures for the organiser: what is booked."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

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
    held = (
        select(
            Booking.registration_id.label("who"), EventSession.id.label("session"), EventSession.code.label("code"),
            EventSession.starts_at.label("starts_at"),
        )
        .distinct()
        .join(EventSession, EventSession.id == Booking.session_id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(EventSession.event_id == event_id, BookingLine.state.in_(HOLDING))
    )  # fmt: skip
    one, other = held.cte("one"), held.cte("other")
    later = or_(
        one.c.starts_at < other.c.starts_at,
        and_(one.c.starts_at == other.c.starts_at, one.c.session < other.c.session),
    )
    query = (
        select(one.c.code, other.c.code, func.count())
        .join(other, and_(one.c.who == other.c.who, later))
        .group_by(one.c.code, other.c.code)
    )
    return {(first, second): int(number) for first, second, number in db.session.execute(query)}
