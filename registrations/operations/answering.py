"""Answers to the organiser's questions are kept: with a new registration, and when its person changes them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.db import db
from registrations.models import Answer, Question, Registration
from registrations.operations.holding import held_registration
from registrations.operations.refusals import ChangesClosed, Refusal
from registrations.rules import Hand
from registrations.rules.questions import Answered


class QuestionsChanged(Refusal):
    """A question is not any more as it was read and answered."""

    def __init__(self) -> None:
        super().__init__("questions_changed", "The questions were changed just now.")


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
    registration_id: int, answers: Iterable[Answered], *, asked: Iterable[int], at: datetime, hand: Hand = Hand.PUBLIC
) -> Registration:
    """Of all that is `asked` (ids of questions that stand), these are the answers from now on; what was answered to
    earlier questions stays. The staff's hand is not bound by the last day of changes. Raises a Refusal."""
    registration, event = held_registration(registration_id)
    if hand is Hand.PUBLIC and event.changes_closed(at):
        raise ChangesClosed
    mine = (Answer.registration_id == registration_id, Answer.attendee_id.is_(None))
    replaced = delete(Answer).where(*mine, Answer.question_id.in_(list(asked)))
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
