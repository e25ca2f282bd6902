"""Events, their categories, notices and releases."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Editable, Id, Model, Moment, OutwardId, Texts, enum_type
from app.programme.rules import (
    EventStatus,
    Reentry,
)


class Event(Editable, Model):
    """Several days, several venues, one programme, one set of categories, one time zone, one host."""

    __tablename__ = "event"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Texts]
    reading: Mapped[str | None] = mapped_column(String(300))
    summary: Mapped[Texts]
    description: Mapped[Texts]
    purpose: Mapped[list[Any]]
    fee: Mapped[Texts]
    how_to_take_part: Mapped[Texts]
    access: Mapped[Texts]
    contact: Mapped[dict[str, Any]]
    source: Mapped[dict[str, Any]]
    licence: Mapped[str | None] = mapped_column(String(200))
    licence_url: Mapped[str | None] = mapped_column(String(500))
    municipality_code: Mapped[str | None] = mapped_column(String(6))
    municipality: Mapped[str | None] = mapped_column(String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(64))
    day_ends_at: Mapped[time] = mapped_column(default=time(4))
    languages: Mapped[list[str]]
    status: Mapped[EventStatus] = mapped_column(enum_type(EventStatus, "status"))
    fictional: Mapped[bool] = mapped_column(default=False)
    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    reentry: Mapped[Reentry] = mapped_column(enum_type(Reentry, "reentry"), default=Reentry.FREE)
    held_minutes_after_start: Mapped[int] = mapped_column(default=5)
    full_is_final: Mapped[bool] = mapped_column(default=False, server_default=false())
    party_first_words: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    party_limit: Mapped[int] = mapped_column(default=50)
    people_measure: Mapped[str | None] = mapped_column(String(20))
    scan_salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    change_number: Mapped[int] = mapped_column(default=0)
    changes_close_at: Mapped[datetime | None]
    party_kinds: Mapped[list[str]] = mapped_column(
        default=lambda: ["person", "family"], server_default='["person", "family"]'
    )
    class_categories: Mapped[Texts] = mapped_column(default=dict, server_default="{}")
    class_numbers_due_at: Mapped[datetime | None]
    waiting_mode: Mapped[str] = mapped_column(String(10), default="promote", server_default="promote")
    offer_minutes: Mapped[int] = mapped_column(default=1440, server_default="1440")
    waiting_ends_minutes: Mapped[int] = mapped_column(default=120, server_default="120")
    guardian_age: Mapped[int] = mapped_column(default=16, server_default="16")
    asks_photo: Mapped[bool] = mapped_column(default=False, server_default=false())
    confirms_mail: Mapped[bool] = mapped_column(default=False, server_default=false())
    address_limit: Mapped[int | None]
    reminder_days: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    thanks_days: Mapped[int | None]
    feedback_url: Mapped[str | None] = mapped_column(String(500))
    deleted_at: Mapped[datetime | None]
    not_in_source: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[Moment]

    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", "days_in_order"),
        CheckConstraint("change_number >= 0", "change_number_not_negative"),
    )


class Category(Editable, Model):
    """How an event counts people: data, ordered, with one sentence who belongs here. `first_words`: what the door says
    when they come for the first time."""

    __tablename__ = "category"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    key: Mapped[str] = mapped_column(String(40))
    label: Mapped[Texts]
    belongs: Mapped[Texts]
    first_words: Mapped[Texts] = mapped_column(default=dict, server_default="{}")
    position: Mapped[int]
    unknown: Mapped[bool] = mapped_column(default=False)
    minor: Mapped[bool] = mapped_column(default=False)
    not_in_source: Mapped[list[str]] = mapped_column(default=list)

    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        Index(
            "uq_category_one_unknown",
            "event_id",
            unique=True,
            sqlite_where=text("unknown"),
            postgresql_where=text("unknown"),
        ),
    )


class PrivacyNotice(Model):
    """One version of a text that people consent to (kind: privacy or photo); versions are only added."""

    __tablename__ = "privacy_notice"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str] = mapped_column(String(20), default="privacy", server_default="privacy")
    number: Mapped[int]
    text: Mapped[Texts]
    created_at: Mapped[Moment]

    __table_args__ = (UniqueConstraint("event_id", "kind", "number"),)


class Release(Model):
    """A state of the programme as the public sees it: a stored snapshot and what changed since the last one."""

    __tablename__ = "release"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int]
    released_at: Mapped[Moment]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[Texts]
    snapshot: Mapped[dict[str, Any]]
    changes: Mapped[list[Any]]

    __table_args__ = (UniqueConstraint("event_id", "number"),)
