"""A lost ticket is replaced at a door: its code opens no door any more, a new one does, and attendance stays."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import db, lock
from app.errors import NotFound, Refused
from registrations.models import Registration, Ticket
from registrations.operations.refusals import AlreadyCancelled, StoppedByOrganiser
from registrations.operations.tickets import issue_ticket, raise_change_number
from registrations.queries import live_event


@dataclass(frozen=True)
class Replaced:
    """The ticket that took the place of another one of this registration."""

    registration: Registration
    code: str
    number: str


def replace_ticket(event_id: int, number: str, *, at: datetime) -> Replaced:
    """A new code and number for the ticket with this short number. Raises NotFound; a Refusal, and Refused if it was
    replaced already, so that pressing twice makes no third one."""
    found = db.session.execute(
        select(Ticket.id, Ticket.registration_id).where(Ticket.event_id == event_id, Ticket.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    (registration,) = lock(Registration, [found.registration_id])
    (old,) = lock(Ticket, [found.id])
    if registration.blocked_at is not None:
        raise StoppedByOrganiser
    if registration.cancelled_at is not None or registration.erased_at is not None:
        raise AlreadyCancelled
    if old.replaced_at is not None:
        raise Refused("replaced")
    change_number = raise_change_number(event_id)
    issue_ticket(live_event(event_id), registration.id, at=at, change_number=change_number, attendee_id=old.attendee_id)
    newest = select(Ticket).where(Ticket.registration_id == registration.id).order_by(Ticket.id.desc()).limit(1)
    new = db.session.scalars(newest).one()
    old.replaced_at, old.replaced_by_id, old.change_number = at, new.id, change_number
    db.session.flush()
    return Replaced(registration, new.code, new.number)
