"""Editions, numbered and unchangeable, and which were withdrawn; forecasts, kept as they were given; figures of former
years; the organiser's words for the report; sums that a server made, for the next one."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from analytics.rules.editions import WhyWithdrawn
from analytics.rules.former import YearMeasure
from app.db import Editable, Id, Model, Moment, OutwardId, Texts, enum_type


class Edition(Model):
    """A report issued by a person with the right; only editions feed public figures. Append-only."""

    __tablename__ = "edition"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int]
    measure: Mapped[str] = mapped_column(String(20))
    issued_at: Mapped[Moment]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    figures: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("event_id", "number"),)


class EditionWithdrawal(Model):
    """That an edition was found wrong: the public no longer reads it. Append-only, so it comes back in no way but by
    the next edition."""

    __tablename__ = "edition_withdrawal"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    withdrawn_at: Mapped[Moment]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[WhyWithdrawn] = mapped_column(enum_type(WhyWithdrawn, "reason"))


class FormerYear(Editable, Model):
    """Attendance of a former year, typed in from paper: with its own measure, method and source. A total that is empty
    is unknown."""

    __tablename__ = "former_year"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    year: Mapped[int]
    measure: Mapped[YearMeasure] = mapped_column(enum_type(YearMeasure, "measure"))
    methods: Mapped[list[str]]
    total: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(300))
    url: Mapped[str | None] = mapped_column(String(500))
    provenance: Mapped[str] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[Moment]

    __table_args__ = (
        UniqueConstraint("event_id", "year", "measure"),
        CheckConstraint("total >= 0", "total_not_negative"),
    )


class FormerNumber(Model):
    """One category of a former year. Without a row it is unknown."""

    __tablename__ = "former_number"

    former_year_id: Mapped[int] = mapped_column(ForeignKey("former_year.id", ondelete="CASCADE"), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int]

    __table_args__ = (CheckConstraint("number >= 0", "number_not_negative"),)


class ReportComment(Editable, Model):
    """What the organiser adds to the report, by language."""

    __tablename__ = "report_comment"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    words: Mapped[Texts]


class IssuedForecast(Model):
    """How many of the people with a place were forecast to come to an event session, as it was said on one day.

    low to high: with a chance of 90 %. half: the chance that more than half come. safe_walk_ins: with a chance of 95 %;
    empty: no limit. past: parties of the event's own closed sessions that it was learnt from. Never changed.
    """

    __tablename__ = "forecast"

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"))
    day: Mapped[date]
    issued_at: Mapped[Moment]
    parties: Mapped[int]
    expected: Mapped[int]
    low: Mapped[int]
    high: Mapped[int]
    half: Mapped[float]
    safe_walk_ins: Mapped[int | None]
    past: Mapped[int]

    __table_args__ = (
        UniqueConstraint("session_id", "day"),
        CheckConstraint("low <= high", "low_not_above_high"),
        CheckConstraint("high <= expected", "high_within_expected"),
    )


class KeptSum(Model):
    """Sums of an event as a server had them, and the state of the ledger that they are of: the next start reads only
    what came since. They may be deleted at any time. made_by: what tells the code that made them from any other."""

    __tablename__ = "kept_sum"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    what: Mapped[str] = mapped_column(String(200), primary_key=True)
    made_by: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
