"""The organiser's own words for a kind of letter: written, taken back, tried on oneself."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.audit import record
from app.db import db
from app.errors import Refused
from app.outbox.operations import enqueue
from app.programme.models import Event
from app.web.actors import Actor
from registrations.models import LetterText


class WordsChanged(Refused):
    """Somebody else wrote these words meanwhile."""

    def __init__(self) -> None:
        super().__init__("words_changed")


def write_words(
    event: Event, kind: str, language: str, *, subject: str, body: str, version: int, at: datetime, actor: Actor
) -> None:
    """These words speak from now on. `version`: that of the words that were on the page, 0 for the built-in ones.
    Raises WordsChanged."""
    named = {"event_id": event.id, "kind": kind, "language": language}
    row = db.session.scalars(select(LetterText).filter_by(**named).with_for_update()).one_or_none()
    if (row.version if row else 0) != version:
        raise WordsChanged
    if row is None:
        _write_first(named | {"subject": subject, "body": body, "version": 1})
    else:
        row.subject, row.body = subject, body
        db.session.flush()
    record(actor, "letter_words_written", f"event:{event.uuid}", at=at, event_id=event.id, kind=kind, language=language)


def forget_words(event: Event, kind: str, language: str, *, at: datetime, actor: Actor) -> None:
    """The built-in words speak again."""
    named = (LetterText.event_id == event.id, LetterText.kind == kind, LetterText.language == language)
    gone = db.session.scalars(delete(LetterText).where(*named).returning(LetterText.id)).all()
    if gone:
        subject = f"event:{event.uuid}"
        record(actor, "letter_words_forgotten", subject, at=at, event_id=event.id, kind=kind, language=language)


def write_test(
    event: Event, kind: str, language: str, *, subject: str, body: str, to_address: str, at: datetime, actor: Actor
) -> None:
    """One letter of these words to the person who wrote them, about a made-up registration."""
    key = uuid4()
    enqueue(
        event.id,
        registration_id=None,
        kind="test",
        cause=f"test:{key}",
        language=language,
        to_address=to_address,
        at=at,
        of=kind,
        subject=subject,
        body=body,
    )
    record(actor, "letter_tested", f"letter:{key}", at=at, event_id=event.id, kind=kind, language=language)


def _write_first(row: dict[str, Any]) -> None:
    dialect = db.session.get_bind().dialect.name
    new = postgresql.insert(LetterText) if dialect == "postgresql" else sqlite.insert(LetterText)
    columns = [LetterText.event_id, LetterText.kind, LetterText.language]
    once = new.on_conflict_do_nothing(index_elements=columns).returning(LetterText.id)
    if db.session.execute(once, [row]).one_or_none() is None:
        raise WordsChanged
