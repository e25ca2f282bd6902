"""What people may ask about their own registration, and what stands between them and it."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, select

from app.db import db
from app.direct import Direct, here
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import Category, Event, EventSession
from registrations.models import Answer, Attendee, Booking, BookingLine, Consent, Question, Registration, Ticket
from registrations.queries.entered import door_lines
from registrations.queries.sheets import Sheet, consents_of, party_of
from registrations.rules import ConsentKind, Source
from registrations.rules.questions import QuestionKind, choices_of, said

CONFIRM, HANDED_OVER = "confirm-mail:", "handed-over:"
"""How the causes of these letters begin: they are asked for by their unique cause."""


@dataclass(frozen=True)
class Threshold:
    """What a private link opens at this moment. `agreement`: who it was handed over to has not agreed to the notice;
    `confirmation`: nobody has opened the letter yet that was sent to find out whether the address is right."""

    registration_id: int
    slug: str
    erased: bool
    agreement: bool
    confirmation: bool


AWAITS_AGREEMENT = exists().where(
    Consent.registration_id == Registration.id,
    Consent.kind == ConsentKind.PRIVACY,
    Consent.given.is_(False),
    Consent.withdrawn_at.is_(None),
)
ASKED_TO_CONFIRM = exists().where(Letter.registration_id == Registration.id, Letter.cause.startswith(CONFIRM))


_THRESHOLD = Direct(
    select(
        Registration.id,
        Event.slug,
        Registration.erased_at,
        Registration.cancelled_at,
        Registration.mail_confirmed_at,
        AWAITS_AGREEMENT,
        ASKED_TO_CONFIRM,
    )
    .join(Event, Event.id == Registration.event_id)
    .where(Registration.link == bindparam("link"))
)


def threshold_of(link: str) -> Threshold | None:
    """What stands before the registration that this link opens."""
    found = _THRESHOLD.rows(here(), {"link": link})
    if not found:
        return None
    one, slug, erased_at, cancelled_at, confirmed_at, agreement, asked = found[0]
    waits = asked and confirmed_at is None and cancelled_at is None
    return Threshold(one, slug, erased_at is not None, agreement and cancelled_at is None, waits)


def handed_over_slug(link: str) -> str | None:
    """The event of a registration that this link opened until it was handed over; None: it never opened one."""
    of_letter = select(Event.slug).join(Letter, Letter.event_id == Event.id)
    return db.session.scalar(of_letter.where(Letter.cause == handed_over_cause(link)))


def handed_over_cause(old_link: str) -> str:
    """The cause of the letter to whom a registration was handed over; of the link only a digest is kept."""
    return HANDED_OVER + hashlib.sha256(old_link.encode()).hexdigest()


def standing_with_address(event_id: int, address: str) -> list[Registration]:
    """Registrations of the event with this address that still stand, oldest first."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.contact_email == address, Registration.event_id == event_id)
            .where(Registration.cancelled_at.is_(None), Registration.blocked_at.is_(None))
            .where(Registration.erased_at.is_(None))
            .order_by(Registration.id)
        )
    )


def my_data(sheet: Sheet) -> dict[str, Any]:
    """Everything kept about one registration, for the person: names and states in plain words, times in the event's
    zone."""
    row = sheet.registration
    since = _held_since(row.id)
    return {
        "event": {"title": sheet.event.title, "address": sheet.event.slug},
        "registration": {
            "contact_name": row.contact_name,
            "contact_reading": row.contact_reading,
            "contact_email": row.contact_email,
            "contact_phone": row.contact_phone,
            "group": {"name": row.group_name, "grade": row.group_grade, "class": row.group_class},
            "needs": row.needs,
            "no_photo": row.no_photo,
            "language": row.language,
            "source": Source(row.source).value,
            "party_kind": row.party_kind.value,
            "note_of_the_organiser": row.staff_note,
            "ticket_number": sheet.ticket.number,
            "registered_at": _when(row.created_at, sheet),
            "expected_at": _when(row.expected_at, sheet),
            "numbers_confirmed_at": _when(row.numbers_confirmed_at, sheet),
            "mail_confirmed_at": _when(row.mail_confirmed_at, sheet),
            "cancelled_at": _when(row.cancelled_at, sheet),
            "blocked_at": _when(row.blocked_at, sheet),
        },
        "party": [{"category": one.label, "number": one.number} for one in party_of(row.id)],
        "named_people": _named(sheet),
        "bookings": _bookings(sheet),
        "answers": _answers(row.id),
        "consents": _consents(sheet, since),
        "letters": _letters(sheet),
        "at_the_doors": [
            {
                "at": _when(line.at, sheet),
                "where": line.place,
                "direction": line.direction,
                "people": line.people,
                "taken_back": line.taken_back,
            }
            for line in door_lines(row.id)
        ],
    }


def _when(moment: datetime | None, sheet: Sheet) -> str | None:
    return moment.astimezone(sheet.event.zone).isoformat(timespec="seconds") if moment else None


def _held_since(registration_id: int) -> datetime | None:
    """When it was handed over to whoever holds it now."""
    asked = select(db.func.max(Consent.given_at)).where(
        Consent.registration_id == registration_id, Consent.given.is_(False), Consent.kind == ConsentKind.PRIVACY
    )
    found: datetime | None = db.session.scalar(asked)
    return found


def _named(sheet: Sheet) -> list[dict[str, Any]]:
    """Those who left the party too, as long as their name is kept."""
    newest = select(Ticket.number).where(Ticket.attendee_id == Attendee.id).order_by(Ticket.id.desc()).limit(1)
    query = (
        select(Attendee.name, Attendee.reading, Category.label, Attendee.removed_at, newest.scalar_subquery())
        .join(Category, Category.id == Attendee.category_id)
        .where(Attendee.registration_id == sheet.registration.id, Attendee.name.is_not(None))
        .order_by(Category.position, Attendee.position, Attendee.id)
    )
    return [
        {
            "name": name,
            "reading": reading,
            "category": label,
            "ticket_number": number,
            "left_at": _when(left_at, sheet),
        }
        for name, reading, label, left_at, number in db.session.execute(query)
    ]


def _bookings(sheet: Sheet) -> list[dict[str, Any]]:
    lines = db.session.execute(
        select(
            EventSession.title, EventSession.starts_at, Booking.created_at, BookingLine.number, BookingLine.state,
            BookingLine.state_at,
        )
        .join(Booking, Booking.id == BookingLine.booking_id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .where(Booking.registration_id == sheet.registration.id)
        .order_by(EventSession.starts_at, BookingLine.id)
    )  # fmt: skip
    return [
        {
            "session": title,
            "starts_at": _when(starts_at, sheet),
            "places": number,
            "state": state.value,
            "since": _when(state_at, sheet),
            "booked_at": _when(created_at, sheet),
        }
        for title, starts_at, created_at, number, state, state_at in lines
    ]


def _answers(registration_id: int) -> list[dict[str, Any]]:
    answers = (
        select(Question.label, Question.kind, Question.choices, Answer.value)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.registration_id == registration_id, Answer.value.is_not(None))
        .order_by(Question.position, Answer.id)
    )
    return [
        {"question": label, "answer": [str(part) if isinstance(part, date) else part for part in said(choices, value)]}
        for label, choices, value in (
            (label, choices_of(QuestionKind(kind), own), value)
            for label, kind, own, value in db.session.execute(answers)
        )
    ]


def _consents(sheet: Sheet, since: datetime | None) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.kind.value,
            "version": version,
            "given": one.given,
            "by": one.given_by,
            "at": _when(one.given_at, sheet),
            "withdrawn_at": _when(one.withdrawn_at, sheet),
        }
        for one, version in consents_of(sheet.registration.id)
        if since is None or one.given_at > since
    ]


def _letters(sheet: Sheet) -> list[dict[str, Any]]:
    query = select(Letter).where(Letter.registration_id == sheet.registration.id, Letter.to_address != "")
    return [
        {
            "kind": one.kind,
            "to": one.to_address,
            "subject": one.subject,
            "written_at": _when(one.created_at, sheet),
            "sent_at": _when(one.sent_at, sheet),
            "perhaps_sent": one.state is LetterState.PERHAPS_SENT,
        }
        for one in db.session.scalars(query.order_by(Letter.id))
    ]
