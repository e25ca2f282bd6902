"""Editions: numbered, unchangeable reports of attendance. Forecasts, kept as they were given."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model, Moment


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
