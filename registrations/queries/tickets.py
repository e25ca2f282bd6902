"""The tickets of a registration that open doors, each with the name it is for."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from registrations.models import Attendee, Registration, Ticket


@dataclass(frozen=True)
class PaperTicket:
    """One code. `name`: of whom it is, or None on paper that must name nobody."""

    number: str
    code: str
    name: str | None = None


def tickets_in_use(registration_id: int) -> list[PaperTicket]:
    """In order of issue: of the party under its contact's name, of named attendees under theirs."""
    query = (
        select(Ticket.number, Ticket.code, Ticket.attendee_id, Attendee.name, Registration.contact_name)
        .join(Registration, Registration.id == Ticket.registration_id)
        .outerjoin(Attendee, Attendee.id == Ticket.attendee_id)
        .where(Ticket.registration_id == registration_id, Ticket.replaced_at.is_(None))
        .order_by(Ticket.id)
    )
    return [
        PaperTicket(number, code, contact if attendee_id is None else name)
        for number, code, attendee_id, name, contact in db.session.execute(query)
    ]
