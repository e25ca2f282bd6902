"""Answers to the organiser's questions are kept: with a new registration, and when its person changes them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.db import db
from registrations.models import Answer, Question, Registration
from registrations.operations.holding import held_registration
from registrations.operations.refusals import ChangesClosed, Refusal
from registrations.queries.questions import answers_given
from registrations.rules import Hand
from registrations.rules.meanwhile import fingerprint
from registrations.rules.questions import Answered


class QuestionsChanged(Refusal):
    """A question is not any more as it was read and answered."""

    def __init__(self) -> None:
        super().__init__("questions_changed", "The questions were changed just now.")


class AnswersChanged(Refusal):
    """The answers are not any more as the form showed them."""

    def __init__(self) -> None:
        super().__init__("answers_changed", "The answers were changed meanwhile.")


def write_answers(registration_id: int, answers: Iterable[Answered]) -> None:
    """Keep what a new registration answers. A question that was retired meanwhile keeps its answer. Raises
    QuestionsChanged."""
    given = list(answers)
    if not given:
        return
    _refuse_changed(given)
    rows = [{"registration_id": registration_id, "question_id": one.question_id, "value": one.value} for one in given]
    db.session.execute(insert(Answer), rows)


def change_answers(
    registration_id: int,
    answers: Iterable[Answered],
    *,
    asked: Collection[int],
    read: str,
    at: datetime,
    hand: Hand = Hand.PUBLIC,
) -> Registration:
    """Of all that is `asked` (ids of questions that stand), these are the answers from now on; what was answered to
    earlier questions stays. `read`: the fingerprint of the answers that the form showed. The staff's hand is not bound
    by the last day of changes. Raises a Refusal, AnswersChanged among them."""
    registration, event = held_registration(registration_id)
    if hand is Hand.PUBLIC and event.changes_closed(at):
        raise ChangesClosed
    standing = {ident: value for ident, value in answers_given(registration_id).items() if ident in asked}
    if fingerprint(standing) != read:
        raise AnswersChanged
    mine = (Answer.registration_id == registration_id, Answer.attendee_id.is_(None))
    replaced = delete(Answer).where(*mine, Answer.question_id.in_(asked))
    db.session.execute(replaced.execution_options(synchronize_session=False))
    write_answers(registration_id, answers)
    return registration


def _refuse_changed(answers: Iterable[Answered]) -> None:
    """Holds the questions as they are until the end: who edits one waits, and then finds it answered."""
    read = {one.question_id: one.version for one in answers}
    query = select(Question.id, Question.version, Question.retired_at).where(Question.id.in_(read))
    held = query.order_by(Question.id).with_for_update(read=True, key_share=True)
    now = {ident: (version, retired_at) for ident, version, retired_at in db.session.execute(held)}
    for ident, version in read.items():
        stands_as, retired_at = now.get(ident, (0, None))
        if retired_at is None and stands_as != version:
            raise QuestionsChanged
