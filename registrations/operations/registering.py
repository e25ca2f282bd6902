"""A registration is taken: its party, consent, places, ticket and letter, whole or not at all."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from app.db import db
from app.outbox.operations import enqueue
from registrations.models import Booking, BookingLine, Consent, Registration
from registrations.operations.parties import numbers_by_category, refuse_overlaps, write_party
from registrations.operations.places import Bookable, move_places, sessions_by_code
from registrations.operations.refusals import RegistrationClosed, SessionsNotBookable
from registrations.operations.tickets import issue_ticket, raise_change_number
from registrations.queries import live_event, registration_by_form_key
from registrations.rules import (
    Application,
    BookingState,
    ConsentKind,
    Hand,
    Source,
    Window,
    party_kind,
    party_total,
    sought_as,
)


def register(
    event_id: int,
    application: Application,
    *,
    at: datetime,
    form_key: str | None = None,
    notice_id: int | None = None,
    source: Source = Source.WEB,
    hand: Hand = Hand.PUBLIC,
) -> Registration:
    """Take a registration; the same `form_key` again gives the first one back. The staff's hand is not bound by the
    dates of registration, and no consent is written down that nobody gave. Raises a Refusal, and Invalid for a
    category that the event does not have."""
    event = live_event(event_id)
    if (first := _first_of(form_key)) is not None:
        return first
    if hand is Hand.PUBLIC and event.window(at) is not Window.OPEN:
        raise RegistrationClosed
    numbers = numbers_by_category(event, application.numbers)
    sessions = _wanted(event_id, application.sessions, at)
    refuse_overlaps([(session, numbers) for session in sessions], numbers)
    registration = _kept(
        {
            "event_id": event_id,
            "link": secrets.token_urlsafe(24),
            "form_key": form_key,
            "language": application.language,
            "source": source,
            "party_kind": party_kind(numbers),
            "contact_name": application.name,
            "contact_email": application.email,
            "sought_as": sought_as(name=application.name),
            "created_at": at,
        }
    )
    if registration is None:
        return _the_first_of(form_key)
    write_party(registration.id, numbers)
    if hand is Hand.PUBLIC:
        _write_consent(registration, notice_id, at)
    write_letter(registration, "confirmed", at=at)
    move_places(
        {session.id: party_total(numbers) for session in sessions},
        sessions={session.id: session for session in sessions},
        own={},
    )
    change_number = raise_change_number(event_id)
    write_bookings(registration.id, sessions, numbers, at=at, change_number=change_number)
    issue_ticket(event, registration.id, at=at, change_number=change_number)
    return registration


def write_bookings(
    registration_id: int, sessions: Iterable[Bookable], numbers: Mapping[int, int], *, at: datetime, change_number: int
) -> None:
    """Confirmed places of the whole party in each of these event sessions, in two statements however many they are."""
    rows = [
        {
            "registration_id": registration_id,
            "session_id": session.id,
            "created_at": at,
            "change_number": change_number,
        }
        for session in sessions
    ]
    if not rows:
        return
    booking_ids = db.session.scalars(insert(Booking).returning(Booking.id), rows).all()
    lines = [
        {
            "booking_id": booking_id,
            "category_id": category_id,
            "number": number,
            "state": BookingState.CONFIRMED,
            "state_at": at,
        }
        for booking_id in booking_ids
        for category_id, number in numbers.items()
    ]
    db.session.execute(insert(BookingLine), lines)


def write_letter(registration: Registration, kind: str, *, at: datetime) -> None:
    """A letter about what just happened, if there is an address. One for each state of the registration."""
    if registration.contact_email is None:
        return
    enqueue(
        registration.event_id,
        registration_id=registration.id,
        kind=kind,
        cause=f"registration:{registration.uuid}:{registration.version}:{kind}",
        language=registration.language,
        to_address=registration.contact_email,
        at=at,
    )


def _first_of(form_key: str | None) -> Registration | None:
    return registration_by_form_key(form_key) if form_key is not None else None


def _the_first_of(form_key: str | None) -> Registration:
    first = _first_of(form_key)
    assert first is not None
    return first


def _wanted(event_id: int, codes: frozenset[str], at: datetime) -> list[Bookable]:
    found = sessions_by_code(event_id, codes)
    wrong = sorted(code for code in codes if code not in found or not found[code].takes_bookings(at))
    if wrong:
        raise SessionsNotBookable(wrong)
    return sorted(found.values(), key=lambda session: session.id)


def _kept(row: dict[str, Any]) -> Registration | None:
    """The new registration. None if the same form was sent twice at the same moment and the other one came first."""
    dialect = db.session.get_bind().dialect.name
    new = postgresql.insert(Registration) if dialect == "postgresql" else sqlite.insert(Registration)
    once = new.on_conflict_do_nothing(index_elements=[Registration.form_key]).returning(Registration)
    return db.session.scalars(once, [row]).one_or_none()


def _write_consent(registration: Registration, notice_id: int | None, at: datetime) -> None:
    row = {
        "registration_id": registration.id,
        "kind": ConsentKind.PRIVACY,
        "notice_id": notice_id,
        "language": registration.language,
        "given_by": "contact",
        "given_at": at,
    }
    db.session.execute(insert(Consent), [row])
