"""Editions: numbered, unchangeable reports of attendance."""

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
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
