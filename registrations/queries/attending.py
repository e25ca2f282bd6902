"""Who of a party comes to one session."""

from sqlalchemy import func, select

from app.db import db
from app.programme.models import Category, EventSession
from registrations.models import Booking, BookingLine
from registrations.rules.bookings import LIVE


def seats_in(registration_id: int, code: str) -> dict[str, int]:
    """How many of each category, by its key, have a place in this session or wait for one."""
    query = (
        select(Category.key, func.sum(BookingLine.number))
        .join(BookingLine, BookingLine.category_id == Category.id)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .where(Booking.registration_id == registration_id, EventSession.code == code, BookingLine.state.in_(LIVE))
        .group_by(Category.key)
    )
    return {key: int(number) for key, number in db.session.execute(query)}
