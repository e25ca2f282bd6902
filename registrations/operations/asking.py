"""An organiser's questions: added, changed, put in another order, retired. Who answered keeps the question answered.

All of them lock the event's standing questions first, in ascending id, so that nobody answers a question while its
words change, and no condition loses what it names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, update

from app.audit import record
from app.db import Texts, db
from app.errors import NotFound, Refused
from app.programme.models import Event, EventSession
from app.programme.operations import ChangedMeanwhile
from app.web.actors import Actor
from registrations.models import Answer, Question
from registrations.rules.questions import (
    MOST_QUESTIONS,
    OWN_CHOICES,
    Audience,
    Condition,
    QuestionKind,
    choices_of,
    means_the_same,
    rekeyed,
)


class TooManyQuestions(Refused):
    """An event asks so much at most."""

    def __init__(self) -> None:
        super().__init__("too_many_questions", f"At most {MOST_QUESTIONS} questions.")


class ConditionMissing(Refused):
    """The question or the answers that a condition names are not there, or do not stand before it."""

    def __init__(self) -> None:
        super().__init__("condition_missing", "What the condition names is not there any more.")


class NeededByOthers(Refused):
    """Other questions are shown by an answer to this one. `labels`: of those."""

    def __init__(self, labels: list[Texts]) -> None:
        self.labels = labels
        super().__init__("needed_by_others", "Other questions depend on this one.")


@dataclass(frozen=True)
class QuestionDraft:
    """What a question shall be. `choices`: lines of texts where its kind has the organiser's own; `session`: a code."""

    kind: QuestionKind
    label: Texts
    support: Texts = field(default_factory=dict)
    choices: Sequence[Texts] = ()
    audience: frozenset[Audience] = frozenset({Audience.ADULT})
    required: bool = False
    session: str | None = None
    condition: Condition | None = None


def add_question(event: Event, draft: QuestionDraft, *, at: datetime, actor: Actor) -> Question:
    """A new question, after all others. Raises TooManyQuestions, ConditionMissing, NotFound for no such session."""
    standing = _held(event)
    if len(standing) >= MOST_QUESTIONS:
        raise TooManyQuestions
    _refuse_condition(draft.condition, standing)
    columns = _columns(event, draft, ())
    position = 1 + max((one.position for one in standing), default=-1)
    question = Question(event_id=event.id, kind=draft.kind.value, position=position, **columns)
    db.session.add(question)
    db.session.flush()
    record(actor, "question.add", _subject(question), at=at, event_id=event.id, kind=question.kind, **columns)
    return question


def change_question(
    event: Event, uuid: UUID, draft: QuestionDraft, *, version: int, at: datetime, actor: Actor
) -> Question:
    """Make the question what the form says. Once somebody answered, other words make a new question in its place, and
    the old one is retired with its answers. Raises NotFound, ChangedMeanwhile, ConditionMissing, NeededByOthers."""
    standing = _held(event)
    question = _one(standing, uuid)
    if question.version != version:
        raise ChangedMeanwhile(question.version)
    _refuse_condition(draft.condition, standing[: standing.index(question)])
    columns = _columns(event, draft, question.choices)
    _refuse_lost_answers(question, columns["choices"], standing)
    before = {name: getattr(question, name) for name in columns}
    changed = {name: [before[name], columns[name]] for name in columns if before[name] != columns[name]}
    if not changed:
        return question
    if means_the_same(before, columns) or not _answered(question):
        for name in changed:
            setattr(question, name, columns[name])
        db.session.flush()
        record(actor, "question.change", _subject(question), at=at, event_id=event.id, changed=changed)
        return question
    new = _in_its_place(question, columns, standing, at)
    facts = {"instead_of": str(question.uuid), "changed": changed}
    record(actor, "question.replace", _subject(new), at=at, event_id=event.id, **facts)
    return new


def retire_question(event: Event, uuid: UUID, *, version: int, at: datetime, actor: Actor) -> None:
    """Ask it no more. What was answered stays with it; one that nobody answered is gone. Raises NotFound,
    ChangedMeanwhile, NeededByOthers."""
    standing = _held(event)
    question = _one(standing, uuid)
    if question.version != version:
        raise ChangedMeanwhile(question.version)
    if needing := [one.label for one in standing if _names(one, question)]:
        raise NeededByOthers(needing)
    answered = _answered(question)
    if answered:
        question.retired_at = at
    else:
        db.session.delete(question)
    db.session.flush()
    record(actor, "question.retire", _subject(question), at=at, event_id=event.id, answered=answered)


def move_question(event: Event, uuid: UUID, *, later: bool, at: datetime, actor: Actor) -> None:
    """One place up or down; at an end it stays. Raises NotFound, or NeededByOthers if a condition would stand before
    what it names."""
    standing = _held(event)
    here = standing.index(_one(standing, uuid))
    there = here + 1 if later else here - 1
    if not 0 <= there < len(standing):
        return
    first, second = standing[min(here, there)], standing[max(here, there)]
    if _names(second, first):
        raise NeededByOthers([second.label])
    standing[here], standing[there] = standing[there], standing[here]
    for position, one in enumerate(standing):
        # Its place is no part of a question's version: who fills in the form just now is asked nothing again.
        place = update(Question).where(Question.id == one.id).values(position=position)
        db.session.execute(place.execution_options(synchronize_session=False))
    record(actor, "question.move", f"question:{uuid}", at=at, event_id=event.id, position=there)


def _held(event: Event) -> list[Question]:
    """The questions that stand, in their order, locked even against being answered."""
    query = select(Question).where(Question.event_id == event.id, Question.retired_at.is_(None)).order_by(Question.id)
    found = db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return sorted(found, key=lambda one: (one.position, one.id))


def _one(standing: list[Question], uuid: UUID) -> Question:
    for one in standing:
        if one.uuid == uuid:
            return one
    raise NotFound


def _columns(event: Event, draft: QuestionDraft, before: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    condition = draft.condition
    return {
        "label": dict(draft.label),
        "support": dict(draft.support),
        "choices": rekeyed(draft.choices, before) if draft.kind in OWN_CHOICES else [],
        "audience": [one.value for one in Audience if one in draft.audience],
        "required": draft.required,
        "session_id": _session(event, draft.session),
        "shown_if": {"question": str(condition.question), "answers": sorted(condition.answers)} if condition else None,
    }


def _session(event: Event, code: str | None) -> int | None:
    if code is None:
        return None
    found = db.session.scalar(select(EventSession.id).filter_by(event_id=event.id, code=code))
    if found is None:
        raise NotFound
    return found


def _answered(question: Question) -> bool:
    return bool(db.session.scalar(select(exists().where(Answer.question_id == question.id))))


def _names(one: Question, other: Question) -> bool:
    """Whether the condition of one is about the other."""
    return bool(one.shown_if and one.shown_if["question"] == str(other.uuid))


def _refuse_condition(condition: Condition | None, above: list[Question]) -> None:
    if condition is None:
        return
    named = next((one for one in above if one.uuid == condition.question), None)
    keys = {one.key for one in choices_of(QuestionKind(named.kind), named.choices)} if named else set()
    if not condition.answers or not condition.answers <= keys:
        raise ConditionMissing


def _refuse_lost_answers(question: Question, choices: list[dict[str, Any]], standing: list[Question]) -> None:
    """No condition loses the answers that it names."""
    kept = {one.key for one in choices_of(QuestionKind(question.kind), choices)}
    lost = [one.label for one in standing if _names(one, question) and not set((one.shown_if or {})["answers"]) <= kept]
    if lost:
        raise NeededByOthers(lost)


def _in_its_place(question: Question, columns: dict[str, Any], standing: list[Question], at: datetime) -> Question:
    """A new row after the old one, which is retired; conditions that named the old one name the new one."""
    of = {"event_id": question.event_id, "kind": question.kind, "position": question.position}
    new = Question(**of, previous_id=question.id, **columns)
    question.retired_at = at
    db.session.add(new)
    db.session.flush()
    for one in standing:
        if _names(one, question):
            one.shown_if = {**(one.shown_if or {}), "question": str(new.uuid)}
    db.session.flush()
    return new


def _subject(question: Question) -> str:
    return f"question:{question.uuid}"
