"""What letters fall due by the clock: small pieces, each read without a lock and written in a short transaction.

The worker does them about once a minute, in every process that has one: causes are unique, so each letter is written
once.
"""

from collections.abc import Callable
from datetime import datetime

from app.db import transaction
from registrations.operations.due import write_due
from registrations.operations.mailings import next_letters
from registrations.queries.due import DueLetter, class_numbers_due, reminders_due, thanks_due
from registrations.queries.mailings import unfinished

PIECE = 200


def remind(at: datetime) -> int:
    """Reminders before the day and on its morning."""
    return _written(reminders_due(at, most=PIECE), at)


def ask_for_numbers(at: datetime) -> int:
    """Classes that have to confirm how many come."""
    return _written(class_numbers_due(at, most=PIECE), at)


def thank(at: datetime) -> int:
    """Thanks, and the question how it was."""
    return _written(thanks_due(at, most=PIECE), at)


def go_on_with_mailings(at: datetime) -> int:
    """Letters of a mailing whose process ended before all were written."""
    found = unfinished(at)
    if found is None:
        return 0
    with transaction():
        return next_letters(found)


CHORES: tuple[Callable[[datetime], int], ...] = (remind, ask_for_numbers, thank, go_on_with_mailings)


def _written(letters: list[DueLetter], at: datetime) -> int:
    if not letters:
        return 0
    with transaction():
        write_due(letters, at=at)
    return len(letters)
