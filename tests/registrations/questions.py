"""Questions for tests: asked in one line, found and answered by name."""

from typing import Any

from app.clock import now
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Actor
from registrations.models import Answer, Question
from registrations.operations.asking import QuestionDraft, add_question
from registrations.queries.questions import standing_questions
from registrations.rules.questions import Audience, Condition, QuestionFacts, QuestionKind
from tests.make import both


def question(event: Event, kind: str = "short", label: str = "Question", **given: Any) -> QuestionFacts:
    """A question of the event as it stands; `choices` are given in English."""
    draft = drafted(kind, label, **given)
    with transaction():
        row = add_question(db.session.get_one(Event, event.id), draft, at=now(), actor=Actor())
    return standing(row)


def drafted(kind: str = "short", label: str = "Question", **given: Any) -> QuestionDraft:
    """The same as a draft."""
    facts = dict(given)
    if "choices" in facts:
        facts["choices"] = [both(f"{one}（日）", one) for one in facts["choices"]]
    if "audience" in facts:
        facts["audience"] = frozenset(Audience(one) for one in facts["audience"])
    return QuestionDraft(kind=QuestionKind(kind), label=both(f"{label}（日）", label), **facts)


def standing(row: Question) -> QuestionFacts:
    """What stands of a question now, by its row."""
    db.session.rollback()
    found = next(one for one in standing_questions(row.event_id) if one.id == row.id)
    db.session.rollback()
    return found


def after(other: QuestionFacts, *answers: str) -> Condition:
    """Shown if the other one is answered so."""
    return Condition(other.uuid, frozenset(answers))


def answers() -> dict[int, Any]:
    """Everything that is answered, by question."""
    db.session.rollback()
    return {row.question_id: row.value for row in db.session.scalars(db.select(Answer).order_by(Answer.id))}
