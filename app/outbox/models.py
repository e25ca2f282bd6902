"""Letters: written in the transaction that caused them, sent after it, at least once."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model, Moment, OutwardId, enum_type


class LetterState(StrEnum):
    """Where a letter is on its way."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    PERHAPS_SENT = "perhaps_sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Letter(Model):
    """One message to one person. `cause` is unique: the same cause never writes twice."""

    __tablename__ = "letter"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    cause: Mapped[str] = mapped_column(String(200), unique=True)
    language: Mapped[str] = mapped_column(String(10))
    to_address: Mapped[str] = mapped_column(String(254))
    facts: Mapped[dict[str, Any]]
    state: Mapped[LetterState] = mapped_column(enum_type(LetterState, "state"), default=LetterState.QUEUED)
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    subject: Mapped[str | None] = mapped_column(String(300))
    body: Mapped[str | None] = mapped_column(Text)
    last_error: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (
        Index("ix_letter_state_due", "state", "due_at"),
        Index("ix_letter_event_created", "event_id", "created_at"),
    )
