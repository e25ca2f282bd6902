"""The questions of an event are made equal to those of a file; what somebody answered keeps the question answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from app.db import db
from app.programme.models import Event
from app.web.actors import Actor
from registrations.models import Question
from registrations.operations.asking import QuestionDraft, add_question, change_question, retire_question
from registrations.queries.questions import standing_questions
from registrations.rules.filed import FiledQuestion, filed, paired, written_of
from registrations.rules.questions import Condition, QuestionFacts


def import_questions(event: Event, wanted: Sequence[FiledQuestion], *, at: datetime, actor: Actor) -> int:
    """Ask exactly these, in this order; how many came, changed or went. One that stands in the same words, of the same
    kind, is taken to be the same question. What is equal is not touched."""
    before = _standing(event)
    if filed(written_of(list(before.values()))) == list(wanted):
        return 0
    pairs = paired(wanted, before.values())
    for one, same in pairs:
        if same is not None and same.condition is not None and not _keeps_condition(one, same, pairs):
            _write(event, same, _draft_of(same), at=at, actor=actor)
    stays = {same.uuid for _one, same in pairs if same is not None}
    for uuid in reversed([uuid for uuid in before if uuid not in stays]):
        retire_question(event, uuid, version=_standing(event)[uuid].version, at=at, actor=actor)
    uuids = [
        same.uuid if same else add_question(event, _draft(one, None), at=at, actor=actor).uuid for one, same in pairs
    ]
    _put_in_order(uuids)
    for place, (one, _same) in enumerate(pairs):
        standing = _standing(event)
        draft = _draft(one, _condition(one, uuids, standing))
        uuids[place] = _write(event, standing[uuids[place]], draft, at=at, actor=actor)
    return _changes(list(before.values()), list(_standing(event).values()))


def _keeps_condition(
    one: FiledQuestion, same: QuestionFacts, pairs: Sequence[tuple[FiledQuestion, QuestionFacts | None]]
) -> bool:
    """Whether it is shown by the very same answers to a question that stays as it is; others are tied anew at the end,
    for nothing that is named may change or go."""
    if one.shown_if is None or same.condition is None:
        return False
    wanted, other = pairs[one.shown_if[0]]
    if other is None or other.uuid != same.condition.question:
        return False
    if wanted.choices and [dict(choice.label) for choice in other.choices] != [dict(text) for text in wanted.choices]:
        return False
    return _keys(one.shown_if[1], other) == same.condition.answers


def _changes(before: Sequence[QuestionFacts], after: Sequence[QuestionFacts]) -> int:
    """How many came, went or are not what they were, and one more if those that stayed changed places."""
    old = {one.uuid: replace(one, version=0) for one in before}
    new = {one.uuid: replace(one, version=0) for one in after}
    both = [uuid for uuid in old if uuid in new]
    moved = both != [uuid for uuid in new if uuid in old]
    return len(old) + len(new) - 2 * len(both) + sum(old[uuid] != new[uuid] for uuid in both) + moved


def _standing(event: Event) -> dict[UUID, QuestionFacts]:
    return {one.uuid: one for one in standing_questions(event.id)}


def _write(event: Event, one: QuestionFacts, draft: QuestionDraft, *, at: datetime, actor: Actor) -> UUID:
    return change_question(event, one.uuid, draft, version=one.version, at=at, actor=actor).uuid


def _put_in_order(uuids: Sequence[UUID]) -> None:
    """Their places are no part of their versions: who fills in the form just now is asked nothing again."""
    db.session.flush()
    for position, uuid in enumerate(uuids):
        place = update(Question).where(Question.uuid == uuid, Question.position != position).values(position=position)
        db.session.execute(place.execution_options(synchronize_session=False))


def _condition(one: FiledQuestion, uuids: Sequence[UUID], standing: dict[UUID, QuestionFacts]) -> Condition | None:
    if one.shown_if is None:
        return None
    place, answers = one.shown_if
    return Condition(uuids[place], _keys(answers, standing[uuids[place]]))


def _keys(answers: frozenset[str | int], question: QuestionFacts) -> frozenset[str]:
    """Answers as the question here calls them; own choices stand by their place."""
    known = dict(enumerate(one.key for one in question.choices))
    return frozenset(known.get(name, "") if isinstance(name, int) else name for name in answers)


def _draft(one: FiledQuestion, condition: Condition | None) -> QuestionDraft:
    return QuestionDraft(
        kind=one.kind,
        label=dict(one.label),
        support=dict(one.support),
        choices=[dict(choice) for choice in one.choices],
        audience=one.audience,
        required=one.required,
        session=one.session,
        condition=condition,
    )


def _draft_of(one: QuestionFacts) -> QuestionDraft:
    """As it stands, without its condition."""
    return QuestionDraft(
        kind=one.kind,
        label=dict(one.label),
        support=dict(one.support),
        choices=[dict(choice.label) for choice in one.choices],
        audience=one.audience,
        required=one.required,
        session=one.session,
    )
