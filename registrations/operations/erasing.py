"""A person is erased: everything that tells who it was goes, every row, id and figure stays."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from app.audit import record
from app.db import db, lock
from app.outbox.models import Letter
from app.outbox.operations import forget
from app.programme.models import Event, EventSession
from app.programme.rules import EventStatus
from app.web.actors import Actor
from registrations.models import Answer, Attendee, Booking, BookingLine, Consent, Registration
from registrations.operations.changing import cancel
from registrations.operations.refusals import RegistrationClosed
from registrations.operations.tickets import tell_doors
from registrations.queries import live_event
from registrations.rules.bookings import LIVE

PERSONAL = (
    "contact_name", "contact_reading", "contact_email", "contact_phone", "group_name", "group_grade", "group_class",
    "needs", "expected_at", "sought_as", "staff_note",
)  # fmt: skip
LINK_AGAIN = "link_again"


def erase(registration_id: int, *, at: datetime) -> Registration:
    """Empty what is personal, give back what is still to come, withdraw every letter; a second time changes nothing.

    What was booked and taken stays as it was counted; once the event is over that is everything, so that nobody counts
    as having cancelled who was only erased. A block is lifted: nobody is left whom it could keep out, and without it
    the places go to others.
    """
    (registration,) = lock(Registration, [registration_id])
    if registration.erased_at is not None:
        return registration
    for column in PERSONAL:
        setattr(registration, column, None)
    registration.no_photo = False
    registration.blocked_at = None
    db.session.flush()
    if not live_event(registration.event_id).ended(at):
        with suppress(RegistrationClosed):  # it is archived: its bookings are history, and history stays
            cancel(registration_id, at=at)
    registration.erased_at = at
    db.session.flush()
    forget_people(registration_id)
    forget_letters(registration)
    tell_doors(registration)
    return registration


def erase_by_staff(registration_id: int, *, at: datetime, actor: Actor) -> bool:
    """The same for somebody who asked for it by telephone or post, or when the event's time is over. False: it was
    erased already."""
    (registration,) = lock(Registration, [registration_id])
    if registration.erased_at is not None:
        return False
    erase(registration_id, at=at)
    record(actor, "registration.erase", f"registration:{registration.uuid}", at=at, event_id=registration.event_id)
    return True


def give_back(registration_id: int, *, at: datetime) -> bool:
    """Give back what is to come again of somebody who was erased: the event was over then, and was moved on afterwards.
    False: there is nothing of the kind."""
    (registration,) = lock(Registration, [registration_id])
    erased_at = registration.erased_at
    if erased_at is None or registration.cancelled_at is not None:
        return False
    registration.erased_at = None  # who is erased changes nothing; within this transaction nobody sees it
    db.session.flush()
    with suppress(RegistrationClosed):
        cancel(registration_id, at=at)
    registration.erased_at = erased_at
    db.session.flush()
    tell_doors(registration)
    return registration.cancelled_at is not None


def to_give_back(at: datetime, *, most: int) -> Sequence[int]:
    """Erased registrations that hold, or wait for, places in what is still to come; a read."""
    query = (
        select(Registration.id)
        .join(Booking, Booking.registration_id == Registration.id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.erased_at.is_not(None),
            Registration.cancelled_at.is_(None),
            Registration.blocked_at.is_(None),
            Event.status == EventStatus.PUBLISHED,
            EventSession.door_opens_at > at,
            BookingLine.state.in_(LIVE),
        )
        .distinct()
        .order_by(Registration.id)
        .limit(most)
    )
    return db.session.scalars(query).all()


def forget_people(registration_id: int, *, answers: bool = True) -> None:
    """No named person, no answer unless it is said to stay, nobody who consented; that something was agreed to, and
    when, stays."""
    blanks: list[tuple[Any, dict[str, Any]]] = [
        (Attendee, {"name": None, "reading": None}),
        (Consent, {"given_by": ""}),
        *([(Answer, {"value": None})] if answers else []),
    ]
    for kind, blank in blanks:
        row = update(kind).where(kind.registration_id == registration_id).values(blank)
        db.session.execute(row.execution_options(synchronize_session=False))


def forget_letters(registration: Registration) -> None:
    """Every letter to or about the registration, and those in which its link stands beside others of its address."""
    again = select(Letter.id, Letter.facts).where(
        Letter.event_id == registration.event_id, Letter.kind == LINK_AGAIN, Letter.to_address != ""
    )
    beside = [one for one, facts in db.session.execute(again) if registration.id in facts.get("registrations", ())]
    forget(or_(Letter.registration_id == registration.id, Letter.id.in_(beside)))
