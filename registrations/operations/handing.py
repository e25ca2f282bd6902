"""A registration passes to another person, or its tickets get new codes: the old ones open no door any more."""

import secrets
from datetime import datetime

from sqlalchemy import insert, select, update

from app.db import db, lock
from app.outbox.operations import enqueue
from app.programme.models import Event
from app.programme.rules import EventStatus
from registrations.models import Consent, Registration, Ticket
from registrations.operations.consents import Answered, write_guardian
from registrations.operations.erasing import forget_letters, forget_people
from registrations.operations.finding import send_again
from registrations.operations.naming import take_together
from registrations.operations.refusals import AlreadyCancelled, RegistrationClosed, SomebodyCame, StoppedByOrganiser
from registrations.operations.tickets import issue_ticket, raise_change_number, tell_doors
from registrations.queries import LiveEvent, live_event
from registrations.queries.entered import somebody_came
from registrations.queries.own import handed_over_cause
from registrations.queries.people import has_own_tickets, people_of
from registrations.rules import ConsentKind, PartyKind

OF_A_GROUP = (PartyKind.CLASS, PartyKind.DELEGATION, PartyKind.TEAM)


def hand_over(registration_id: int, *, name: str, address: str, at: datetime) -> Registration:
    """Places, sessions and numbers pass to another contact, who gets a letter with a new link; the old link, the old
    ticket and all that was known of the person before end at once.

    Until the new one agrees to the privacy notice the link shows nothing else. A class, a delegation or a team stays
    what it is: its school, its needs, its answers. Raises a Refusal: once somebody was let in, it stays with whom it
    is.
    """
    registration, tickets, event = _held(registration_id)
    if somebody_came(registration_id):
        raise SomebodyCame
    cause = handed_over_cause(registration.link)
    _forget(registration)
    registration.link = secrets.token_urlsafe(24)
    registration.contact_name, registration.contact_email = name, address
    registration.mail_confirmed_at = None
    _ask_for_agreement(registration, at)
    db.session.flush()
    enqueue(
        registration.event_id,
        registration_id=registration.id,
        kind="handed_over",
        cause=cause,
        language=registration.language,
        to_address=address,
        at=at,
    )
    if has_own_tickets(people_of(registration_id)):
        take_together(registration, event, at=at)
    else:
        _replace(event, registration_id, tickets, at)
    return registration


def agree(
    registration_id: int, *, notice_id: int | None, language: str, at: datetime, answered_by: str | None = None
) -> Registration:
    """The new holder agrees to the notice, and says who answers for children of the party: from now on the link shows
    everything. A second time changes nothing."""
    (registration,) = lock(Registration, [registration_id])
    asked = update(Consent).where(
        Consent.registration_id == registration_id, Consent.given.is_(False), Consent.withdrawn_at.is_(None),
        Consent.kind == ConsentKind.PRIVACY,
    )  # fmt: skip
    if not db.session.scalars(asked.values(withdrawn_at=at).returning(Consent.id)).all():
        return registration
    registration.language = language
    registration.mail_confirmed_at = at
    db.session.execute(insert(Consent), [_consent(registration, given=True, notice_id=notice_id, at=at)])
    if answered_by is not None:
        write_guardian(registration, Answered(answered_by, notice_id), at=at)
    db.session.flush()
    tell_doors(registration)
    return registration


def reissue(registration_id: int, *, at: datetime) -> Registration:
    """New codes for every ticket of the registration, because others have seen the old ones; who is in stays in."""
    registration, tickets, event = _held(registration_id)
    send_again(registration, at=at)
    _replace(event, registration_id, tickets, at)
    return registration


def _held(registration_id: int) -> tuple[Registration, list[Ticket], LiveEvent]:
    """The registration and its tickets in use, locked, and its event."""
    (registration,) = lock(Registration, [registration_id])
    if registration.blocked_at is not None:
        raise StoppedByOrganiser
    if registration.cancelled_at is not None or registration.erased_at is not None:
        raise AlreadyCancelled
    in_use = select(Ticket.id).where(Ticket.registration_id == registration_id, Ticket.replaced_at.is_(None))
    tickets = lock(Ticket, db.session.scalars(in_use).all())
    event = live_event(registration.event_id)
    if event.status is not EventStatus.PUBLISHED:
        raise RegistrationClosed
    return registration, [one for one in tickets if one.replaced_at is None], event


def _forget(registration: Registration) -> None:
    """What is known of the person who hands over; a group keeps its name, its needs and its answers."""
    registration.contact_reading = registration.contact_phone = registration.sought_as = registration.staff_note = None
    if registration.party_kind not in OF_A_GROUP:
        registration.group_name = registration.group_grade = registration.group_class = registration.needs = None
    if db.session.scalar(select(Event.asks_photo).where(Event.id == registration.event_id)):
        registration.no_photo = True  # nobody has asked the new one
    forget_people(registration.id, answers=registration.party_kind not in OF_A_GROUP)
    forget_letters(registration)


def _ask_for_agreement(registration: Registration, at: datetime) -> None:
    """What the one before agreed to ends; the new one has not agreed yet, and that is written down."""
    ended = update(Consent).where(Consent.registration_id == registration.id, Consent.withdrawn_at.is_(None))
    db.session.execute(ended.values(withdrawn_at=at).execution_options(synchronize_session=False))
    db.session.execute(insert(Consent), [_consent(registration, given=False, notice_id=None, at=at)])


def _consent(registration: Registration, *, given: bool, notice_id: int | None, at: datetime) -> dict[str, object]:
    return {
        "registration_id": registration.id,
        "kind": ConsentKind.PRIVACY,
        "notice_id": notice_id,
        "language": registration.language,
        "given_by": "contact",
        "given": given,
        "given_at": at,
    }


def _replace(event: LiveEvent, registration_id: int, tickets: list[Ticket], at: datetime) -> None:
    """A new code for each ticket in use. The event's row is locked from here on; scanners hear of both codes."""
    change_number = raise_change_number(event.id)
    for old in tickets:
        issue_ticket(event, registration_id, at=at, change_number=change_number)
        newest = select(Ticket).where(Ticket.registration_id == registration_id).order_by(Ticket.id.desc()).limit(1)
        new = db.session.scalars(newest).one()
        new.attendee_id = old.attendee_id
        old.replaced_at, old.replaced_by_id, old.change_number = at, new.id, change_number
    db.session.flush()
