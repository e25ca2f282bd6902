"""Registrations, their parties, bookings, answers, consents and tickets."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Editable, Id, Model, Moment, OutwardId, Texts, enum_type
from registrations.rules import BookingState, ConsentKind, PartyKind, Source


class Registration(Editable, Model):
    """What one contact person asked for. Erasing blanks the personal columns; the row and its ids stay."""

    __tablename__ = "registration"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    link: Mapped[str] = mapped_column(String(40), unique=True)
    form_key: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(10))
    source: Mapped[Source] = mapped_column(enum_type(Source, "source"))
    party_kind: Mapped[PartyKind] = mapped_column(enum_type(PartyKind, "party_kind"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    contact_name: Mapped[str | None] = mapped_column(String(200))
    contact_reading: Mapped[str | None] = mapped_column(String(200))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    contact_phone: Mapped[str | None] = mapped_column(String(40))
    group_name: Mapped[str | None] = mapped_column(String(200))
    group_grade: Mapped[str | None] = mapped_column(String(40))
    group_class: Mapped[str | None] = mapped_column(String(40))
    needs: Mapped[str | None] = mapped_column(Text)
    expected_at: Mapped[datetime | None]
    numbers_confirmed_at: Mapped[datetime | None]
    mail_confirmed_at: Mapped[datetime | None]
    no_photo: Mapped[bool] = mapped_column(default=False, server_default=false())
    sought_as: Mapped[str | None] = mapped_column(String(800))
    staff_note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Moment]
    cancelled_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("form_key"),
        Index("ix_registration_event_created", "event_id", "created_at"),
        Index("ix_registration_contact_email", "contact_email"),
        Index(
            "ix_registration_event_expected",
            "event_id",
            "expected_at",
            sqlite_where=text("expected_at IS NOT NULL"),
            postgresql_where=text("expected_at IS NOT NULL"),
        ),
        Index(
            "ix_registration_event_organisation",
            "event_id",
            "organisation_id",
            sqlite_where=text("organisation_id IS NOT NULL"),
            postgresql_where=text("organisation_id IS NOT NULL"),
        ),
        Index(
            "ix_registration_team",
            "event_id",
            sqlite_where=text("party_kind = 'team'"),
            postgresql_where=text("party_kind = 'team'"),
        ),
    )


class PartyNumber(Model):
    """How many of one category belong to a party."""

    __tablename__ = "party_number"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    number: Mapped[int]

    __table_args__ = (CheckConstraint("number > 0", "number_positive"),)


class Attendee(Editable, Model):
    """One named person of a party; nobody has to be named."""

    __tablename__ = "attendee"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    name: Mapped[str | None] = mapped_column(String(200))
    reading: Mapped[str | None] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[datetime | None]


class Booking(Editable, Model):
    """A registration's places in one event session; the states stand on its lines.

    What became of a party on the waiting list stays when it is over, each the first time: waited_at, when it joined;
    promoted_at, when it got places; offered_at and lapsed_at, when it was offered some and did not take them in time.
    """

    __tablename__ = "booking"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id"))
    created_at: Mapped[Moment]
    joined_waiting_at: Mapped[datetime | None]
    passed_over: Mapped[int] = mapped_column(default=0)
    offer_ends_at: Mapped[datetime | None]
    draw_position: Mapped[int | None]
    waited_at: Mapped[datetime | None]
    promoted_at: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]
    lapsed_at: Mapped[datetime | None]
    change_number: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("registration_id", "session_id"),
        Index("ix_booking_session_waiting", "session_id", "joined_waiting_at"),
        Index("ix_booking_session_registration", "session_id", "registration_id"),
    )


class BookingLine(Model):
    """Places of one category (or of one named attendee) in one state."""

    __tablename__ = "booking_line"

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"))
    number: Mapped[int]
    state: Mapped[BookingState] = mapped_column(enum_type(BookingState, "state"))
    state_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("number > 0", "number_positive"),
        CheckConstraint("attendee_id IS NULL OR number = 1", "one_place_an_attendee"),
        Index("ix_booking_line_booking_state_number", "booking_id", "state", "number"),
    )


class Ticket(Model):
    """A code for one attendee or for a whole party; a re-issued one replaces, attendance stays with the person."""

    __tablename__ = "ticket"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"))
    code: Mapped[str] = mapped_column(String(26), unique=True)
    rid: Mapped[bytes] = mapped_column(LargeBinary(12))
    number: Mapped[str] = mapped_column(String(7))
    issued_at: Mapped[Moment]
    replaced_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    change_number: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        UniqueConstraint("event_id", "rid"),
        Index("ix_ticket_event_change", "event_id", "change_number"),
        Index(
            "ix_ticket_event_replaced",
            "event_id",
            sqlite_where=text("replaced_by_id IS NOT NULL"),
            postgresql_where=text("replaced_by_id IS NOT NULL"),
        ),
        CheckConstraint("length(code) = 26", "code_has_26_characters"),
    )


class Consent(Model):
    """Who agreed to which version of what, when, in which language; withdrawn, never deleted."""

    __tablename__ = "consent"

    id: Mapped[Id]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(enum_type(ConsentKind, "kind"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("privacy_notice.id"))
    language: Mapped[str] = mapped_column(String(10))
    given_by: Mapped[str] = mapped_column(String(20))
    given: Mapped[bool] = mapped_column(default=True, server_default=true())
    given_at: Mapped[Moment]
    withdrawn_at: Mapped[datetime | None]


class Question(Editable, Model):
    """A question that an organiser switched on; a changed one is a new row, old answers keep the old."""

    __tablename__ = "question"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("event_session.id"))
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    kind: Mapped[str] = mapped_column(String(30))
    label: Mapped[Texts]
    support: Mapped[Texts]
    choices: Mapped[list[Any]]
    audience: Mapped[list[str]]
    required: Mapped[bool] = mapped_column(default=False)
    shown_if: Mapped[dict[str, Any] | None]
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]


class Answer(Model):
    """What somebody answered to one question; blanked on erasure."""

    __tablename__ = "answer"

    id: Mapped[Id]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    value: Mapped[dict[str, Any] | None]

    __table_args__ = (UniqueConstraint("registration_id", "attendee_id", "question_id"),)


class Lottery(Model):
    """The draw of one event session: its seed is kept secret, only its hash shown, until it is drawn.

    places: how many there were to give out, None without a limit. result: the applications in the order of the draw,
    `[id of the booking, places, won]` each. Both kept as drawn.
    """

    __tablename__ = "lottery"

    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"), primary_key=True)
    seed: Mapped[bytes] = mapped_column(LargeBinary(32))
    opened_at: Mapped[Moment]
    drawn_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    result: Mapped[list[Any]] = mapped_column(default=list)
    places: Mapped[int | None]


class LetterText(Editable, Model):
    """The organiser's own words for one kind of letter in one language; without a row the built-in words speak."""

    __tablename__ = "letter_text"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("event_id", "kind", "language"),)
