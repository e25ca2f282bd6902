"""Figures and lists for the organiser: what is booked, and by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from app.db import db
from app.programme.models import Category, EventSession
from registrations.models import Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.rules import BookingState, PartyKind, Source, read_code

HOLDING = [state for state in BookingState if state.holds_places]


@dataclass(frozen=True)
class BookedCount:
    """Places of one category in one event session, in one state."""

    session_code: str
    category_key: str
    state: BookingState
    number: int


@dataclass(frozen=True)
class RegistrationLine:
    """A registration as the organiser's list shows it."""

    uuid: UUID
    number: str
    contact_name: str | None
    contact_email: str | None
    party_kind: PartyKind
    people: int
    sessions: int
    language: str
    source: Source
    created_at: datetime
    cancelled_at: datetime | None
    blocked_at: datetime | None


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


def registration_count(event_id: int, *, sought: str = "") -> int:
    """How many registrations the list would show."""
    query = select(func.count()).select_from(Registration).where(Registration.event_id == event_id)
    return int(db.session.scalar(_sought(query, event_id, sought)) or 0)


def registration_lines(event_id: int, *, sought: str = "", limit: int = 50, skip: int = 0) -> list[RegistrationLine]:
    """Registrations, newest first; `sought`: part of the name, of the mail address, or the short number."""
    people = (
        select(func.coalesce(func.sum(PartyNumber.number), 0))
        .where(PartyNumber.registration_id == Registration.id)
        .correlate(Registration)
        .scalar_subquery()
    )
    sessions = (
        select(func.count(Booking.id.distinct()))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id == Registration.id, BookingLine.state != BookingState.CANCELLED)
        .correlate(Registration)
        .scalar_subquery()
    )
    number = (
        select(func.min(Ticket.number))
        .where(Ticket.registration_id == Registration.id, Ticket.replaced_at.is_(None))
        .correlate(Registration)
        .scalar_subquery()
    )
    query = select(
        Registration.uuid,
        number,
        Registration.contact_name,
        Registration.contact_email,
        Registration.party_kind,
        people,
        sessions,
        Registration.language,
        Registration.source,
        Registration.created_at,
        Registration.cancelled_at,
        Registration.blocked_at,
    ).where(Registration.event_id == event_id)
    page = _sought(query, event_id, sought).order_by(Registration.created_at.desc(), Registration.id.desc())
    return [RegistrationLine(*row) for row in db.session.execute(page.limit(limit).offset(skip))]


def _sought(query: Any, event_id: int, sought: str) -> Any:
    if not sought.strip():
        return query
    reading = read_code(sought)
    if reading.number:
        numbered = select(Ticket.registration_id).where(Ticket.event_id == event_id, Ticket.number == reading.number)
        return query.where(Registration.id.in_(numbered))
    name = Registration.contact_name.icontains(sought.strip(), autoescape=True)
    address = Registration.contact_email.icontains(sought.strip(), autoescape=True)
    return query.where(or_(name, address))
