"""What becomes of a letter after each kind of answer."""

from datetime import timedelta

import pytest

from app.outbox.rules import MOST_ATTEMPTS, WAITS, LetterState, NextStep, Outcome, next_step

CASES = [
    # outcome, attempts, answer lost before → state, wait
    (Outcome.ACCEPTED, 1, False, LetterState.SENT, None),
    (Outcome.ACCEPTED, 3, True, LetterState.SENT, None),
    (Outcome.LATER, 1, False, LetterState.QUEUED, WAITS[0]),
    (Outcome.LATER, 2, False, LetterState.QUEUED, WAITS[1]),
    (Outcome.LATER, MOST_ATTEMPTS, False, LetterState.FAILED, None),
    (Outcome.LATER, MOST_ATTEMPTS + 1, False, LetterState.FAILED, None),
    (Outcome.LATER, 2, True, LetterState.PERHAPS_SENT, WAITS[1]),
    (Outcome.REFUSED, 1, False, LetterState.FAILED, None),
    (Outcome.REFUSED, 2, True, LetterState.PERHAPS_SENT, None),
    (Outcome.ANSWER_LOST, 1, False, LetterState.PERHAPS_SENT, WAITS[0]),
    (Outcome.ANSWER_LOST, MOST_ATTEMPTS, False, LetterState.PERHAPS_SENT, None),
    (Outcome.NOTHING_TO_SAY, 1, False, LetterState.WITHDRAWN, None),
    (Outcome.NOTHING_TO_SAY, 2, True, LetterState.PERHAPS_SENT, None),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case[0]} at try {case[1]} {case[2]}" for case in CASES])
def test_next_step_after(case: tuple[Outcome, int, bool, LetterState, timedelta | None]) -> None:
    outcome, attempts, lost, state, wait = case
    assert next_step(outcome, attempts=attempts, answer_lost=lost) == NextStep(state, wait)


def test_tries_go_on_for_more_than_a_day_and_ever_slower() -> None:
    assert list(WAITS) == sorted(WAITS)
    assert timedelta(days=1) < sum(WAITS, timedelta()) < timedelta(days=3)
