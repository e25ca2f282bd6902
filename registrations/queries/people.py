"""The named people of a party: who they are, which ticket is theirs, to which sessions they come."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from app.db import Texts, db
from app.direct import Direct, here
from app.programme.models import Category, EventSession
from registrations.models import Attendee, Booking, BookingLine, Ticket
from registrations.rules.bookings import LIVE, Seat


@dataclass(frozen=True)
class Person:
    """One person of a party for whom somebody typed a name once; `name` None: it was taken away or erased again.
    ticket_id, number, code: of the ticket of their own, where everybody has one."""

    id: int
    uuid: UUID
    category_id: int
    category: str
    label: Texts
    name: str | None
    reading: str | None
    ticket_id: int | None
    number: str | None
    code: str | None


_PEOPLE = Direct(
    select(
        Attendee.id,
        Attendee.uuid,
        Attendee.category_id,
        Category.key,
        Category.label,
        Attendee.name,
        Attendee.reading,
        Ticket.id,
        Ticket.number,
        Ticket.code,
    )
    .join(Category, Category.id == Attendee.category_id)
    .outerjoin(Ticket, and_(Ticket.attendee_id == Attendee.id, Ticket.replaced_at.is_(None)))
    .where(Attendee.registration_id == bindparam("registration_id"), Attendee.removed_at.is_(None))
    .order_by(Category.position, Ticket.id.is_(None), Attendee.name.is_(None), Attendee.position, Attendee.id)
)


def people_of(registration_id: int) -> list[Person]:
    """Who of the party has a name, by category; who left it is not among them."""
    return [Person(*row) for row in _PEOPLE.rows(here(), {"registration_id": registration_id})]


def has_own_tickets(people: Iterable[Person]) -> bool:
    """Whether everybody has a ticket of their own."""
    return any(one.ticket_id for one in people)


def seats_by_name(people: Iterable[Person]) -> dict[Seat, int] | None:
    """One seat for each person where everybody has a ticket of their own; None: the party has one ticket for all."""
    people = list(people)
    if not has_own_tickets(people):
        return None
    return {(one.category_id, one.id): 1 for one in people if one.ticket_id}


def was_dropped(ticket: Ticket) -> bool:
    """Whether this ticket ended because its person left the party."""
    if ticket.attendee_id is None:
        return False
    query = select(Attendee.removed_at).where(Attendee.id == ticket.attendee_id)
    return db.session.scalar(query) is not None


def sessions_by_person(registration_id: int) -> Mapping[int | None, frozenset[str]]:
    """Codes of the sessions in which each person of the party has a place or may still get one, by the person's id;
    under None those in which the party has places that are nobody's by name."""
    query = (
        select(BookingLine.attendee_id, EventSession.code)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .where(Booking.registration_id == registration_id, BookingLine.state.in_(LIVE))
    )
    found: dict[int | None, set[str]] = defaultdict(set)
    for attendee_id, code in db.session.execute(query):
        found[attendee_id].add(code)
    return {one: frozenset(codes) for one, codes in found.items()}


def category_ids(event_id: int) -> dict[str, int]:
    """Ids of the categories that one can choose, by key."""
    query = select(Category.key, Category.id).where(Category.event_id == event_id, Category.unknown.is_(False))
    return {row.key: row.id for row in db.session.execute(query)}
