"""What becomes of a letter after a mail server's answer: plain values in and out."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(WAITS) + 1
LEASE = timedelta(minutes=10)
"""How long a worker may hold a letter; after that it is taken for dead and the letter for perhaps sent."""


class LetterState(StrEnum):
    """Where a letter is on its way."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    PERHAPS_SENT = "perhaps_sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What a try to send came to."""

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"
    ANSWER_LOST = "answer_lost"
    NOTHING_TO_SAY = "nothing_to_say"


@dataclass(frozen=True)
class Answer:
    """The outcome of one try, and why, without any address."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class NextStep:
    """The state a letter is in now, and how long it rests before the next try; None: there is none."""

    state: LetterState
    wait: timedelta | None = None


def next_step(outcome: Outcome, *, attempts: int, answer_lost: bool) -> NextStep:
    """What follows after try number `attempts`; `answer_lost`: this try or an earlier one may have arrived."""
    if outcome is Outcome.ACCEPTED:
        return NextStep(LetterState.SENT)
    perhaps = answer_lost or outcome is Outcome.ANSWER_LOST
    if outcome is Outcome.NOTHING_TO_SAY:
        return NextStep(LetterState.PERHAPS_SENT if perhaps else LetterState.WITHDRAWN)
    wait = WAITS[attempts - 1] if attempts <= len(WAITS) and outcome is not Outcome.REFUSED else None
    if perhaps:
        return NextStep(LetterState.PERHAPS_SENT, wait)
    return NextStep(LetterState.QUEUED if wait else LetterState.FAILED, wait)
