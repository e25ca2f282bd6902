"""A lost ticket is replaced at a door: its code opens no door any more, a new one does, and attendance stays.

A replacement made by mistake is taken back the same way round: the new code then stands for the old one again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

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


@dataclass(frozen=True)
class Replacement:
    """A ticket in use and the one whose place it took, both locked with their registration."""

    registration: Registration
    lost: Ticket
    new: Ticket


def replace_ticket(event_id: int, number: str, *, at: datetime) -> Replaced:
    """A new code and number for the ticket with this short number. Raises NotFound; a Refusal, and Refused if it was
    replaced already, so that pressing twice makes no third one."""
    found = db.session.execute(
        select(Ticket.id, Ticket.registration_id).where(Ticket.event_id == event_id, Ticket.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    registration = _live(found.registration_id)
    (old,) = lock(Ticket, [found.id])
    if old.replaced_at is not None:
        raise Refused("replaced")
    change_number = raise_change_number(event_id)
    issue_ticket(live_event(event_id), registration.id, at=at, change_number=change_number, attendee_id=old.attendee_id)
    newest = select(Ticket).where(Ticket.registration_id == registration.id).order_by(Ticket.id.desc()).limit(1)
    new = db.session.scalars(newest).one()
    old.replaced_at, old.replaced_by_id, old.change_number = at, new.id, change_number
    db.session.flush()
    return Replaced(registration, new.code, new.number)


def hold_replacement(event_id: int, number: str) -> Replacement:
    """The replacement that made the ticket with this short number. Raises NotFound for no ticket; a Refusal; Refused if
    it took no other's place, or is in use no more."""
    old, new = aliased(Ticket), aliased(Ticket)
    found = db.session.execute(
        select(new.id, new.registration_id, old.id.label("lost"))
        .outerjoin(old, _took_the_place(old, new, event_id))
        .where(new.event_id == event_id, new.number == number)
    ).first()
    if found is None:
        raise NotFound
    registration = _live(found.registration_id)
    if found.lost is None:
        raise Refused("no_replacement")
    lost, made = lock(Ticket, [found.lost, found.id])
    if made.replaced_at is not None or lost.replaced_by_id != made.id or lost.registration_id != registration.id:
        raise Refused("replaced")
    return Replacement(registration, lost, made)


def take_back_replacement(replacement: Replacement, *, at: datetime) -> None:
    """The old ticket is good again, and the new one is answered as old tickets are."""
    lost, new = replacement.lost, replacement.new
    change_number = raise_change_number(new.event_id)
    lost.replaced_at, lost.replaced_by_id, lost.change_number = None, None, change_number
    new.replaced_at, new.replaced_by_id, new.change_number = at, lost.id, change_number
    db.session.flush()


def _took_the_place(old: type[Ticket], new: type[Ticket], event_id: int) -> ColumnElement[bool]:
    """The index on replaced tickets is by event."""
    return and_(old.event_id == event_id, old.replaced_by_id == new.id, old.replaced_at == new.issued_at)


def _live(registration_id: int) -> Registration:
    """Locked, and neither stopped nor cancelled."""
    (registration,) = lock(Registration, [registration_id])
    if registration.blocked_at is not None:
        raise StoppedByOrganiser
    if registration.cancelled_at is not None or registration.erased_at is not None:
        raise AlreadyCancelled
    return registration
