"""In which state each of a registration's bookings is, and where it stands in waiting lists; reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.programme.models import EventSession
from registrations.models import Booking, BookingLine
from registrations.rules import BookingState


@dataclass(frozen=True)
class Standing:
    """Places in one event session in one state. `until`: the end of an offer; `position`: on the waiting list."""

    code: str
    state: BookingState
    number: int
    until: datetime | None = None
    position: int | None = None


def standing_of(registration_id: int) -> list[Standing]:
    """Every state of every booking, in order of time. One query, and one for each waiting list."""
    rows = db.session.execute(
        select(Booking, EventSession.code, BookingLine.state, func.sum(BookingLine.number))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .where(Booking.registration_id == registration_id)
        .group_by(Booking.id, EventSession.id, BookingLine.state)
        .order_by(EventSession.starts_at, EventSession.code, BookingLine.state)
    )
    return [
        Standing(
            code,
            state,
            int(number),
            until=booking.offer_ends_at if state is BookingState.OFFERED else None,
            position=position_of(booking) if state is BookingState.WAITING else None,
        )
        for booking, code, state, number in rows
    ]


def position_of(booking: Booking) -> int:
    """Where a booking stands in its session's waiting list, counted from 1: by the moment of joining, then as drawn."""
    other = aliased(Booking)
    joined, mine = func.coalesce(other.joined_waiting_at, other.created_at), booking.joined_waiting_at
    drawn = func.coalesce(other.draw_position, 0)
    my_draw = booking.draw_position or 0
    mine = mine or booking.created_at
    before = or_(
        joined < mine,
        and_(joined == mine, drawn < my_draw),
        and_(joined == mine, drawn == my_draw, other.id < booking.id),
    )
    waits = exists().where(BookingLine.booking_id == other.id, BookingLine.state == BookingState.WAITING)
    query = select(func.count()).select_from(other).where(other.session_id == booking.session_id, waits, before)
    return int(db.session.scalar(query) or 0) + 1
