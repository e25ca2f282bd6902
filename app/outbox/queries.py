"""What is asked about letters; reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, select

from app.db import db
from app.direct import Direct, asking, here
from app.outbox.models import Letter
from app.outbox.rules import LEASE, LetterState


@dataclass(frozen=True)
class LetterLine:
    """A letter as the organiser's list shows it; the text itself is `letter_in`."""

    uuid: UUID
    kind: str
    language: str
    to_address: str
    state: LetterState
    created_at: datetime
    sent_at: datetime | None
    due_at: datetime | None
    attempts: int
    subject: str | None
    last_error: str | None


def letters_of(event_id: int, *, state: LetterState | None = None, limit: int = 50, skip: int = 0) -> list[LetterLine]:
    """An event's letters, newest first; `state` shows only those."""
    query = (
        select(
            Letter.uuid,
            Letter.kind,
            Letter.language,
            Letter.to_address,
            Letter.state,
            Letter.created_at,
            Letter.sent_at,
            Letter.due_at,
            Letter.attempts,
            Letter.subject,
            Letter.last_error,
        )
        .where(Letter.event_id == event_id, *([Letter.state == state] if state else []))
        .order_by(Letter.created_at.desc(), Letter.id.desc())
        .limit(limit)
        .offset(skip)
    )
    return [LetterLine(*row) for row in db.session.execute(query)]


def letter_in(event_id: int, uuid: UUID) -> Letter | None:
    """One letter of this event, with subject and body."""
    return db.session.scalars(select(Letter).filter_by(event_id=event_id, uuid=uuid)).one_or_none()


def letter_counts(event_id: int) -> Mapping[LetterState, int]:
    """How many letters of this event are in which state."""
    return dict(LETTERS_BY_STATE.rows(here(), {"event_id": event_id}))


def is_due(at: datetime | BindParameter[Any], forsaken_at: datetime | BindParameter[Any]) -> ColumnElement[bool]:
    """Letters whose time has come, and those whose worker has not been heard of since `forsaken_at`."""
    unsent = or_(Letter.state == LetterState.QUEUED, Letter.state == LetterState.PERHAPS_SENT)
    waiting = and_(unsent, Letter.due_at <= at)
    forsaken = and_(Letter.state == LetterState.CLAIMED, Letter.claimed_at <= forsaken_at)
    return or_(waiting, forsaken)


LETTERS_BY_STATE = Direct(
    select(Letter.state, func.count().label("number"))
    .where(Letter.event_id == bindparam("event_id"))
    .group_by(Letter.state)
)
_DUE = Direct(select(Letter.id).where(is_due(bindparam("at"), bindparam("forsaken_at"))).limit(1))


def anything_due(at: datetime) -> bool:
    """Whether a worker would find a letter to send. Asked all the time, and after each registration of a rush."""
    with asking() as wire:
        return bool(_DUE.rows(wire, {"at": at, "forsaken_at": at - LEASE}))
