"""Bookings that ask for the organiser's yes: approved as far as there are places, or declined."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.audit import record
from app.db import db
from app.programme.models import EventSession, SessionPlaces
from app.web.actors import Actor
from registrations.models import Booking, BookingLine, Registration
from registrations.operations.lines import move_lines
from registrations.operations.places import free_places, hold_places
from registrations.operations.tickets import raise_change_number
from registrations.operations.waiting import write_letters
from registrations.rules import BookingState


def approve(event_id: int, booking_ids: Iterable[int], *, at: datetime, actor: Actor) -> list[int]:
    """Confirm these pending bookings of the event, in the order they were made, while places are free; the ids of those
    that did not fit, which stay pending. What is not pending (any more) is left alone."""
    pending = _pending(event_id, booking_ids)
    held = hold_places({session_id for _, session_id, _ in pending})
    approved, too_many = [], []
    for booking_id, session_id, number in _pending(event_id, booking_ids):
        places = held[session_id]
        free = free_places(places)
        if free is not None and number > free:
            too_many.append(booking_id)
            continue
        places.promised += number
        approved.append(booking_id)
    _settle(event_id, approved, BookingState.CONFIRMED, at=at, actor=actor)
    return too_many


def decline(event_id: int, booking_ids: Iterable[int], *, at: datetime, actor: Actor) -> int:
    """Decline these pending bookings of the event; how many were pending still."""
    pending = _pending(event_id, booking_ids)
    hold_places({session_id for _, session_id, _ in pending})
    declined = [booking_id for booking_id, _, _ in _pending(event_id, booking_ids)]
    _settle(event_id, declined, BookingState.DECLINED, at=at, actor=actor)
    return len(declined)


def _pending(event_id: int, booking_ids: Iterable[int]) -> Sequence[tuple[int, int, int]]:
    """Booking, session, and places that wait for a yes; cancelled and stopped registrations left out."""
    found = db.session.execute(
        select(Booking.id, Booking.session_id, func.sum(BookingLine.number))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(SessionPlaces, SessionPlaces.session_id == Booking.session_id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(
            Booking.id.in_(sorted(booking_ids)),
            BookingLine.state == BookingState.PENDING,
            EventSession.event_id == event_id,
            Registration.cancelled_at.is_(None),
            Registration.blocked_at.is_(None),
        )
        .group_by(Booking.id, Booking.session_id, Booking.created_at)
        .order_by(Booking.created_at, Booking.id)
    )
    return [(booking_id, session_id, int(number)) for booking_id, session_id, number in found]


def _settle(event_id: int, booking_ids: list[int], state: BookingState, *, at: datetime, actor: Actor) -> None:
    if not booking_ids:
        return
    db.session.flush()
    kind = "approved" if state is BookingState.CONFIRMED else "declined"
    number = raise_change_number(event_id)
    move_lines(booking_ids, before=BookingState.PENDING, after=state, at=at, change_number=number)
    write_letters(event_id, booking_ids, kind, at=at, change_number=number)
    uuids = db.session.scalars(select(Booking.uuid).where(Booking.id.in_(booking_ids)))
    for uuid in uuids:
        record(actor, f"booking.{kind}", f"booking:{uuid}", at=at, event_id=event_id)
