"""What happens at the waiting lists without anybody asking: offers run out, places that became free are given on.

Each chore looks without a lock, and takes one session at a time in a transaction of its own.
"""

from datetime import datetime

from sqlalchemy import Select, or_, select

from app.db import db, transaction
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.rules import EventStatus, SessionStatus
from registrations.models import Booking, BookingLine
from registrations.operations.confirming import drop_unconfirmed, unconfirmed
from registrations.operations.erasing import give_back, to_give_back
from registrations.operations.waiting import expire_offers, promote
from registrations.rules import BookingState


def end_offers(at: datetime) -> int:
    """Offers that nobody took in time are over; how many ended."""
    due = (
        select(Booking.session_id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.offer_ends_at <= at, BookingLine.state == BookingState.OFFERED)
        .distinct()
        .order_by(Booking.session_id)
    )
    ended = 0
    for session_id in db.session.scalars(due).all():
        db.session.rollback()
        with transaction():
            ended += expire_offers(session_id, at=at)
    db.session.rollback()
    return ended


def move_up(at: datetime) -> int:
    """Places that became free without anybody giving them back (a larger room, a stopped registration) are given to
    those who wait; how many parties got some."""
    moved = 0
    for session_id in db.session.scalars(_waited_for(at)).all():
        db.session.rollback()
        with transaction():
            moved += promote(session_id, at=at)
    db.session.rollback()
    return moved


def end_unconfirmed(at: datetime) -> int:
    """Registrations whose address nobody confirmed within a day are cancelled; how many."""
    due = unconfirmed(at, most=1)
    db.session.rollback()
    if not due:
        return 0
    with transaction():
        return drop_unconfirmed(at)


def give_back_of_erased(at: datetime) -> int:
    """Places that nobody can come to any more are free for others when the event of somebody erased is moved on."""
    ids = to_give_back(at, most=50)
    given = 0
    for one in ids:
        db.session.rollback()
        with transaction():
            given += give_back(one, at=at)
    db.session.rollback()
    return given


def _waited_for(at: datetime) -> Select[int]:
    """Sessions with a queue and room for somebody in it, before their lists end."""
    smallest = (
        select(BookingLine.number)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .where(Booking.session_id == SessionPlaces.session_id, BookingLine.state == BookingState.WAITING)
        .order_by(BookingLine.number)
        .limit(1)
        .correlate(SessionPlaces)
        .scalar_subquery()
    )
    return (
        select(SessionPlaces.session_id)
        .join(EventSession, EventSession.id == SessionPlaces.session_id)
        .join(Event, Event.id == EventSession.event_id)
        .where(
            SessionPlaces.waiting > 0,
            or_(EventSession.one_party.is_(False), SessionPlaces.promised == 0),
            EventSession.starts_at > at,
            EventSession.status == SessionStatus.PLANNED,
            Event.status == EventStatus.PUBLISHED,
            or_(SessionPlaces.capacity.is_(None), SessionPlaces.promised + smallest <= SessionPlaces.capacity),
        )
        .order_by(SessionPlaces.session_id)
    )
