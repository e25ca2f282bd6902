"""A letter's way: written with its cause, claimed by one worker, settled with the server's answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, case, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db import db
from app.outbox.models import Letter
from app.outbox.queries import is_due
from app.outbox.rules import LEASE, Answer, LetterState, Outcome, next_step

OTHER_WORKERS = 20
"""How many letters may be lost to other workers between looking and taking, and still one is found."""


@dataclass(frozen=True)
class ClaimedLetter:
    """What a worker holds while it composes and sends: no row, so that nothing stays open meanwhile."""

    id: int
    uuid: UUID
    event_id: int
    registration_id: int | None
    kind: str
    language: str
    to_address: str
    facts: dict[str, Any]
    created_at: datetime
    claimed_at: datetime
    attempts: int
    answer_lost: bool
    mailing_id: int | None = None


@dataclass(frozen=True)
class Draft:
    """One of many letters that the same act causes; `due_at`: when it is to be sent, if not at once."""

    registration_id: int
    cause: str
    language: str
    to_address: str
    facts: dict[str, Any] = field(default_factory=dict)
    mailing_id: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class Wording:
    """What was written, as the organiser reads it."""

    subject: str
    body: str


def enqueue(
    event_id: int,
    *,
    registration_id: int | None,
    kind: str,
    cause: str,
    language: str,
    to_address: str,
    at: datetime,
    **facts: Any,
) -> None:
    """Write a letter inside the transaction that causes it; a cause that has its letter writes none."""
    if db.session.scalar(select(Letter.id).where(Letter.cause == cause)) is not None:
        return
    letter = Letter(
        event_id=event_id,
        registration_id=registration_id,
        kind=kind,
        cause=cause,
        language=language,
        to_address=to_address,
        facts=facts,
        created_at=at,
        due_at=at,
    )
    db.session.add(letter)
    db.session.flush()


def enqueue_all(event_id: int, drafts: Iterable[Draft], *, kind: str, at: datetime) -> None:
    """Write many letters of one kind in one statement; causes that have their letter write none."""
    rows = [{"event_id": event_id, "kind": kind, "created_at": at, **vars(one)} for one in drafts]
    rows = [row | {"due_at": row["due_at"] or at} for row in rows]
    if not rows:
        return
    dialect = db.session.get_bind().dialect.name
    table: Any = Letter.__table__
    new = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    db.session.execute(new.on_conflict_do_nothing(index_elements=[Letter.cause]), rows)


def replace_queued(event_id: int, kind: str, registration_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Letters of this kind that nobody has tried to send are withdrawn for newer ones: registration id to their facts.

    What a worker or another transaction holds at this moment is left to it; nobody is waited for.
    """
    waiting = select(Letter.id, Letter.registration_id, Letter.facts).where(
        Letter.event_id == event_id, Letter.kind == kind, Letter.state == LetterState.QUEUED, Letter.attempts == 0
    )
    wanted = set(registration_ids)
    held = db.session.execute(waiting.with_for_update(skip_locked=True))
    mine = {row.id: (row.registration_id, row.facts) for row in held if row.registration_id in wanted}
    if mine:
        never = update(Letter).where(Letter.id.in_(mine)).values(state=LetterState.WITHDRAWN, due_at=None)
        db.session.execute(never.execution_options(synchronize_session=False))
    return dict(mine.values())


def claim(*, at: datetime, most: int = 20) -> list[ClaimedLetter]:
    """Up to `most` due letters, now this worker's alone: whoever changes the row first has it."""
    soonest = select(Letter.id).where(is_due(at, at - LEASE)).order_by(Letter.due_at, Letter.id)
    due = db.session.scalars(soonest.limit(most + OTHER_WORKERS)).all()
    mine = list(islice((letter_id for letter_id in due if _taken(letter_id, at)), most))
    rows = db.session.scalars(
        select(Letter).where(Letter.id.in_(mine)).order_by(Letter.id).execution_options(populate_existing=True)
    )
    return [_claimed(row) for row in rows]


def settle(letter: ClaimedLetter, answer: Answer, *, wording: Wording | None, at: datetime) -> None:
    """Write down what a try came to; nothing if another worker has taken the letter over meanwhile."""
    step = next_step(answer.outcome, attempts=letter.attempts, answer_lost=letter.answer_lost)
    values: dict[str, Any] = {
        "state": step.state,
        "due_at": at + step.wait if step.wait else None,
        "sent_at": at if step.state is LetterState.SENT else None,
        "answer_lost": letter.answer_lost or answer.outcome is Outcome.ANSWER_LOST,
        "last_error": answer.reason[:300] or None,
    }
    if wording is not None:
        values |= {"subject": wording.subject[:300], "body": wording.body}
    held = (Letter.id == letter.id, Letter.state == LetterState.CLAIMED, Letter.claimed_at == letter.claimed_at)
    db.session.execute(update(Letter).where(*held).values(values))


def withdraw(registration_id: int) -> set[str]:
    """Letters of a registration that no worker holds are not sent any more; the kinds of those that never were.

    What has perhaps arrived stays perhaps sent, and is not tried again.
    """
    of_it = Letter.registration_id == registration_id
    never = update(Letter).where(of_it, Letter.state == LetterState.QUEUED)
    kinds = db.session.scalars(never.values(state=LetterState.WITHDRAWN, due_at=None).returning(Letter.kind))
    db.session.execute(update(Letter).where(of_it, Letter.state == LetterState.PERHAPS_SENT).values(due_at=None))
    return set(kinds)


def forget(letters: ColumnElement[bool]) -> None:
    """Nothing personal stays of these letters: no address, no words, no error that may quote them.

    What was not sent yet is not sent; what a worker holds now is perhaps sent, its answer is not written down."""
    state = case(
        (Letter.state == LetterState.QUEUED, literal(LetterState.WITHDRAWN, Letter.state.type)),
        (Letter.state == LetterState.CLAIMED, literal(LetterState.PERHAPS_SENT, Letter.state.type)),
        else_=Letter.state,
    )
    blank: dict[str, Any] = {"to_address": "", "subject": None, "body": None, "last_error": None, "facts": {}}
    values = {**blank, "state": state, "due_at": None, "claimed_at": None}
    db.session.execute(update(Letter).where(letters).values(values).execution_options(synchronize_session=False))


def _taken(letter_id: int, at: datetime) -> bool:
    perhaps = case((Letter.state == LetterState.CLAIMED, True), else_=Letter.answer_lost)
    changed = (
        update(Letter)
        .where(Letter.id == letter_id, is_due(at, at - LEASE))
        .values(answer_lost=perhaps, state=LetterState.CLAIMED, claimed_at=at, attempts=Letter.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    result = db.session.execute(changed)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _claimed(row: Letter) -> ClaimedLetter:
    assert row.claimed_at is not None
    return ClaimedLetter(
        id=row.id,
        uuid=row.uuid,
        event_id=row.event_id,
        registration_id=row.registration_id,
        kind=row.kind,
        language=row.language,
        to_address=row.to_address,
        facts=row.facts,
        created_at=row.created_at,
        claimed_at=row.claimed_at,
        attempts=row.attempts,
        answer_lost=row.answer_lost,
        mailing_id=row.mailing_id,
    )
