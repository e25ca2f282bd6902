"""Answers that staff type for somebody, on the telephone or from paper: recorded without what was answered."""

from collections.abc import Collection, Iterable
from datetime import datetime

from app.audit import record
from app.web.actors import Actor
from registrations.models import Registration
from registrations.operations.answering import change_answers
from registrations.rules import Hand
from registrations.rules.questions import Answered


def answer_by_staff(
    registration_id: int,
    answers: Iterable[Answered],
    *,
    asked: Collection[int],
    read: str,
    at: datetime,
    actor: Actor,
) -> Registration:
    """Of all that is `asked` these are the answers from now on, also after the last day of changes. Raises a Refusal
    like `change_answers`."""
    changed = change_answers(registration_id, answers, asked=asked, read=read, at=at, hand=Hand.STAFF)
    record(actor, "registration.answers", f"registration:{changed.uuid}", at=at, event_id=changed.event_id)
    return changed
