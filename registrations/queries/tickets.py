"""The tickets of a registration that open doors, each with the name it is for."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from registrations.models import Attendee, Registration, Ticket
from registrations.queries.people import sessions_by_person


@dataclass(frozen=True)
class PaperTicket:
    """One code. `name`: of whom it is, or None on paper that must name nobody. `attendee_id`: of one person alone.
    `sessions`: the codes of those that this ticket is booked for; None: all that the party is."""

    number: str
    code: str
    name: str | None = None
    attendee_id: int | None = None
    sessions: frozenset[str] | None = None


def tickets_in_use(registration_id: int) -> list[PaperTicket]:
    """In order of issue: of the party under its contact's name, of named attendees under theirs."""
    query = (
        select(Ticket.number, Ticket.code, Ticket.attendee_id, Attendee.name, Registration.contact_name)
        .join(Registration, Registration.id == Ticket.registration_id)
        .outerjoin(Attendee, Attendee.id == Ticket.attendee_id)
        .where(Ticket.registration_id == registration_id, Ticket.replaced_at.is_(None))
        .order_by(Ticket.id)
    )
    rows = db.session.execute(query).all()
    places = sessions_by_person(registration_id) if any(row.attendee_id for row in rows) else {}
    return [
        PaperTicket(number, code, contact if who is None else name, who, booked_by(who, places))
        for number, code, who, name, contact in rows
    ]


def booked_by(attendee_id: int | None, places: Mapping[int | None, frozenset[str]]) -> frozenset[str] | None:
    """The sessions that the ticket of this person is good for: theirs, and where the party's places are nobody's by
    name; None for the ticket of a whole party."""
    if attendee_id is None:
        return None
    return places.get(attendee_id, frozenset()) | places.get(None, frozenset())
