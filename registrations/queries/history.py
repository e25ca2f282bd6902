"""Everything that is known of one registration, for the organiser's page about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import Account, Membership
from app.audit import AuditEntry
from app.db import Texts, db
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import Category, EventSession
from app.programme.rules import SessionStatus
from registrations.models import Answer, Attendee, Booking, BookingLine, Question, Registration, Ticket
from registrations.rules import BookingState
from registrations.rules.questions import QuestionKind, choices_of, said

MOST_LINES = 200
"""So many letters, answers or acts of one registration are shown."""


@dataclass(frozen=True)
class BookedLine:
    """Places in one event session in one state, as the staff's own programme has the session."""

    code: str
    title: Texts
    starts_at: datetime
    ends_at: datetime
    takes_place: bool
    state: BookingState
    number: int
    since: datetime
    offer_ends_at: datetime | None


@dataclass(frozen=True)
class AnswerLine:
    """What was answered to one question; `whose`: the named person it is about. `parts`: maps of languages for what was
    chosen, texts, numbers, days. `retired_at`: since when the question is not asked any more, or not in these words."""

    question: Texts
    whose: str | None
    parts: tuple[Any, ...]
    retired_at: datetime | None


@dataclass(frozen=True)
class LetterLine:
    """A letter about the registration."""

    uuid: UUID
    kind: str
    subject: str | None
    state: LetterState
    created_at: datetime


@dataclass(frozen=True)
class Act:
    """What staff did to the registration; `who` as their host calls them."""

    at: datetime
    verb: str
    who: str | None
    facts: dict[str, Any]


@dataclass(frozen=True)
class TicketLine:
    """A ticket of the registration, one replaced by a newer one too."""

    code: str
    number: str
    name: str | None
    issued_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True)
class NamedPerson:
    """A named person of the party; `removed_at`: when they left it."""

    uuid: UUID
    name: str | None
    reading: str | None
    category: Texts
    removed_at: datetime | None


def bookings_of(registration_id: int) -> list[BookedLine]:
    """Every booking, cancelled ones too, in order of time."""
    query = (
        select(
            EventSession.code,
            EventSession.title,
            EventSession.starts_at,
            EventSession.ends_at,
            EventSession.status,
            BookingLine.state,
            func.sum(BookingLine.number),
            func.max(BookingLine.state_at),
            Booking.offer_ends_at,
        )
        .join(Booking, Booking.session_id == EventSession.id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id == registration_id)
        .group_by(EventSession.id, Booking.id, BookingLine.state)
        .order_by(EventSession.starts_at, EventSession.code, BookingLine.state)
    )
    return [
        BookedLine(code, title, starts, ends, status is SessionStatus.PLANNED, state, int(number), since, offer)
        for code, title, starts, ends, status, state, number, since, offer in db.session.execute(query)
    ]


def tickets_of(registration_id: int) -> list[TicketLine]:
    """The tickets in use first."""
    query = (
        select(Ticket.code, Ticket.number, Attendee.name, Ticket.issued_at, Ticket.replaced_at)
        .outerjoin(Attendee, Attendee.id == Ticket.attendee_id)
        .where(Ticket.registration_id == registration_id)
        .order_by(Ticket.replaced_at.is_not(None), Ticket.id)
    )
    return [TicketLine(*row) for row in db.session.execute(query)]


def attendees_of(registration_id: int) -> list[NamedPerson]:
    """The people of the party who were named, those who left it last."""
    query = (
        select(Attendee.uuid, Attendee.name, Attendee.reading, Category.label, Attendee.removed_at)
        .join(Category, Category.id == Attendee.category_id)
        .where(Attendee.registration_id == registration_id)
        .order_by(Attendee.removed_at.is_not(None), Attendee.position, Attendee.id)
        .limit(MOST_LINES)
    )
    return [NamedPerson(*row) for row in db.session.execute(query)]


def answers_of(registration_id: int) -> list[AnswerLine]:
    """What was answered, in the order of the questions; erased answers are left out."""
    query = (
        select(Question.label, Attendee.name, Question.kind, Question.choices, Answer.value, Question.retired_at)
        .join(Question, Question.id == Answer.question_id)
        .outerjoin(Attendee, Attendee.id == Answer.attendee_id)
        .where(Answer.registration_id == registration_id, Answer.value.is_not(None))
        .order_by(Question.retired_at.is_not(None), Question.position, Question.id, Answer.id)
        .limit(MOST_LINES)
    )
    return [
        AnswerLine(label, name, tuple(said(choices_of(QuestionKind(kind), choices), value)), retired_at)
        for label, name, kind, choices, value, retired_at in db.session.execute(query)
    ]


def letters_about(registration_id: int) -> list[LetterLine]:
    """Its letters, newest first."""
    query = (
        select(Letter.uuid, Letter.kind, Letter.subject, Letter.state, Letter.created_at)
        .where(Letter.registration_id == registration_id)
        .order_by(Letter.created_at.desc(), Letter.id.desc())
        .limit(MOST_LINES)
    )
    return [LetterLine(*row) for row in db.session.execute(query)]


def acts_on(registration: Registration, *, host_id: int) -> list[Act]:
    """What staff did to it, newest first."""
    here = select(func.min(Membership.known_as)).where(
        Membership.account_id == AuditEntry.account_id, Membership.host_id == host_id
    )
    name = func.coalesce(here.correlate(AuditEntry).scalar_subquery(), Account.name)
    query = (
        select(AuditEntry.at, AuditEntry.verb, name, AuditEntry.facts)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(AuditEntry.event_id == registration.event_id, AuditEntry.subject == f"registration:{registration.uuid}")
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(MOST_LINES)
    )
    return [Act(*row) for row in db.session.execute(query)]
