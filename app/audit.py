"""The record of who did what to what, by opaque ids; operations call `record` inside their transaction."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model, Moment, OutwardId, db
from app.web.actors import Actor


class AuditEntry(Model):
    """One act of a person on the staff; only ever added."""

    __tablename__ = "audit_entry"

    id: Mapped[Id]
    uuid: Mapped[OutwardId]
    at: Mapped[Moment]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    verb: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    facts: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_audit_entry_event_at", "event_id", "at"),)


def entry(actor: Actor, verb: str, subject: str, *, at: datetime, event_id: int | None, **facts: Any) -> dict[str, Any]:
    """The same line as a row, for who writes rows and not objects."""
    who = {"account_id": actor.account_id, "event_id": event_id, "verb": verb, "subject": subject}
    return {"uuid": uuid4(), "at": at, **who, "facts": facts}


def record(actor: Actor, verb: str, subject: str, *, at: datetime, event_id: int | None = None, **facts: Any) -> None:
    """Add a line: `verb` done by `actor` to `subject` (kind:outward-id); facts: before and after."""
    entry = AuditEntry(at=at, account_id=actor.account_id, event_id=event_id, verb=verb, subject=subject, facts=facts)
    db.session.add(entry)
