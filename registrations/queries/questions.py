"""The organiser's questions, and what was answered to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from app.db import Texts, db
from app.direct import Direct, here
from app.errors import NotFound
from app.programme.models import EventSession
from registrations.models import Answer, Question
from registrations.rules.choices import Choice
from registrations.rules.questions import Audience, Condition, QuestionFacts, QuestionKind, Value, choices_of

IN_ORDER = (Question.position, Question.id)
_STANDING = (
    select(Question, EventSession.code)
    .outerjoin(EventSession, EventSession.id == Question.session_id)
    .where(Question.event_id == bindparam("event_id"), Question.retired_at.is_(None))
    .order_by(*IN_ORDER)
)
_ASKED = Direct(
    select(Question.id, Question.version)
    .where(Question.event_id == bindparam("event_id"), Question.retired_at.is_(None))
    .order_by(*IN_ORDER)
)


@dataclass(frozen=True)
class QuestionLine:
    """A question in the organiser's list. `answers`: how many were given, erased ones too; `session`: title of the one
    whose visitors alone are asked."""

    facts: QuestionFacts
    answers: int
    retired_at: datetime | None
    session: Texts | None


@dataclass(frozen=True)
class AskedOnce:
    """A question as a column of files: one that stands, or one of earlier that somebody answered."""

    id: int
    label: Texts
    choices: tuple[Choice, ...]
    retired_at: datetime | None


def asked_now(event_id: int) -> tuple[tuple[int, int], ...]:
    """Ids and versions of what is asked now, in its order: equal ones ask the same."""
    return tuple((row.id, row.version) for row in _ASKED.rows(here(), {"event_id": event_id}))


def standing_questions(event_id: int) -> tuple[QuestionFacts, ...]:
    """What is asked now, in its order."""
    rows = db.session.execute(_STANDING, {"event_id": event_id})
    return tuple(facts_of(question, code) for question, code in rows)


def facts_of(row: Question, session: str | None) -> QuestionFacts:
    """A row as rules take it."""
    kind, shown_if = QuestionKind(row.kind), row.shown_if
    return QuestionFacts(
        id=row.id,
        uuid=row.uuid,
        version=row.version,
        kind=kind,
        label=row.label,
        support=row.support,
        choices=choices_of(kind, row.choices),
        audience=frozenset(Audience(one) for one in row.audience),
        required=row.required,
        condition=Condition(UUID(shown_if["question"]), frozenset(shown_if["answers"])) if shown_if else None,
        session=session,
    )


def question_lines(event_id: int) -> list[QuestionLine]:
    """Everything that is or was asked, what stands first, in its order; each with the number of its answers."""
    answers = select(func.count(Answer.id)).where(Answer.question_id == Question.id).correlate(Question)
    query = (
        select(Question, EventSession.code, EventSession.title, answers.scalar_subquery())
        .outerjoin(EventSession, EventSession.id == Question.session_id)
        .where(Question.event_id == event_id)
        .order_by(Question.retired_at.is_not(None), *IN_ORDER)
    )
    return [
        QuestionLine(facts_of(row, code), number, row.retired_at, title)
        for row, code, title, number in db.session.execute(query)
    ]


def question_in(event_id: int, uuid: UUID) -> Question:
    """A question of this event that stands. Raises NotFound."""
    query = select(Question).where(Question.event_id == event_id, Question.uuid == uuid, Question.retired_at.is_(None))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def answers_given(registration_id: int) -> dict[int, Value]:
    """Values by id of the question; what was erased is not there."""
    query = select(Answer.question_id, Answer.value).where(
        Answer.registration_id == registration_id, Answer.attendee_id.is_(None), Answer.value.is_not(None)
    )
    return {row.question_id: row.value for row in db.session.execute(query)}


def given_to(questions: Iterable[QuestionFacts], answers: Mapping[int, Value]) -> dict[UUID, Value]:
    """The same by what conditions name: the outward id of a question."""
    return {one.uuid: answers[one.id] for one in questions if one.id in answers}


def asked_once(event_id: int) -> list[AskedOnce]:
    """What files have a column for, in order; what stands no more after what does."""
    answered = select(Answer.id).where(Answer.question_id == Question.id).exists()
    query = (
        select(Question.id, Question.kind, Question.label, Question.choices, Question.retired_at)
        .where(Question.event_id == event_id, or_(Question.retired_at.is_(None), answered))
        .order_by(Question.retired_at.is_not(None), *IN_ORDER)
    )
    return [
        AskedOnce(ident, label, choices_of(QuestionKind(kind), choices), retired_at)
        for ident, kind, label, choices, retired_at in db.session.execute(query)
    ]


def answers_of_many(registration_ids: Iterable[int]) -> dict[int, dict[int, Any]]:
    """Values by registration and question."""
    query = select(Answer.registration_id, Answer.question_id, Answer.value).where(
        Answer.registration_id.in_(list(registration_ids)), Answer.value.is_not(None)
    )
    found: dict[int, dict[int, Any]] = {}
    for registration_id, question_id, value in db.session.execute(query):
        found.setdefault(registration_id, {})[question_id] = value
    return found
