"""Letters: written in the transaction that caused them, sent after it, at least once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model, Moment, OutwardId, Texts, enum_type
from app.outbox.rules import LetterState


class Letter(Model):
    """One message to one person. `cause` is unique: the same cause never writes twice.

    `uuid` makes its Message-ID, the same at every try. `due_at` empty: there will be no further try. `answer_lost`:
    a server took the whole letter and never answered, so it may have arrived. Subject and body are kept as last sent.
    """

    __tablename__ = "letter"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    cause: Mapped[str] = mapped_column(String(200), unique=True)
    language: Mapped[str] = mapped_column(String(10))
    to_address: Mapped[str] = mapped_column(String(254))
    facts: Mapped[dict[str, Any]]
    state: Mapped[LetterState] = mapped_column(enum_type(LetterState, "state"), default=LetterState.QUEUED)
    created_at: Mapped[Moment]
    due_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    answer_lost: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[str | None] = mapped_column(String(300))
    body: Mapped[str | None] = mapped_column(Text)
    last_error: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (
        Index("ix_letter_state_due", "state", "due_at"),
        Index("ix_letter_event_created", "event_id", "created_at"),
        Index("ix_letter_event_state", "event_id", "state"),
    )


class Mailing(Model):
    """One text that an organiser sends to many; its letters go out at `per_minute`, and no more of them once stopped.

    subject, body: per language. addressees: the filter as it was chosen, for the record.
    """

    __tablename__ = "mailing"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    subject: Mapped[Texts]
    body: Mapped[Texts]
    addressees: Mapped[dict[str, Any]]
    letters: Mapped[int] = mapped_column(default=0)
    per_minute: Mapped[int]
    created_at: Mapped[Moment]
    stopped_at: Mapped[datetime | None]
