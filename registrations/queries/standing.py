"""In which state each of a registration's bookings is, and where it stands in waiting lists; reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.programme.models import EventSession
from registrations.models import Booking, BookingLine, Registration
from registrations.queries.waiting import positions_of
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
    """Every state of every booking, in order of time."""
    positions = positions_of(registration_id)
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
            position=positions.get(booking.session_id) if state is BookingState.WAITING else None,
        )
        for booking, code, state, number in rows
    ]


def standing_registrations(ids: Iterable[int]) -> dict[int, Registration]:
    """Those of these registrations that were neither cancelled nor erased."""
    chosen = select(Registration).where(
        Registration.id.in_(list(ids)), Registration.cancelled_at.is_(None), Registration.erased_at.is_(None)
    )
    return {one.id: one for one in db.session.scalars(chosen)}
