"""The way of a letter through the outbox: one cause, one worker at a time, one answer."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.outbox.models import Letter
from app.outbox.operations import ClaimedLetter, Wording, claim, enqueue, settle, withdraw
from app.outbox.queries import anything_due, letter_counts, letter_in, letters_of
from app.outbox.rules import LEASE, WAITS, Answer, LetterState, Outcome
from app.programme.models import Event
from tests.make import NOON, Make

SECOND = timedelta(seconds=1)


@pytest.fixture
def event(make: Make) -> Event:
    return make.event()


def write(event: Event, cause: str = "c", **given: Any) -> None:
    facts: dict[str, Any] = {"registration_id": None, "kind": "confirmed", "language": "ja",
                             "to_address": "ana@example.jp", "at": NOON, **given}  # fmt: skip
    with transaction():
        enqueue(event.id, cause=cause, **facts)


def take(at: Any = NOON, most: int = 20) -> list[ClaimedLetter]:
    with transaction():
        return claim(at=at, most=most)


def answer(letter: ClaimedLetter, outcome: Outcome, at: Any = NOON, wording: Wording | None = None) -> Letter:
    with transaction():
        settle(letter, Answer(outcome, "why"), wording=wording, at=at)
    row: Letter = db.session.get_one(Letter, letter.id, populate_existing=True)
    return row


def test_a_cause_writes_one_letter(event: Event) -> None:
    for _ in range(2):
        write(event, "same cause")
    assert len(letters_of(event.id)) == 1


def test_the_database_keeps_one_letter_a_cause(event: Event) -> None:
    write(event, "same cause")
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Letter(event_id=event.id, kind="k", cause="same cause", language="ja", to_address="a@x.jp",
                              facts={}, created_at=NOON))  # fmt: skip


def test_a_letter_is_written_with_its_cause_or_not_at_all(event: Event) -> None:
    with pytest.raises(RuntimeError), transaction():
        enqueue(event.id, registration_id=None, kind="k", cause="c", language="ja", to_address="a@x.jp", at=NOON)
        raise RuntimeError
    assert not anything_due(NOON)


def test_a_claimed_letter_is_nobody_elses(event: Event) -> None:
    write(event)
    assert [letter.attempts for letter in take()] == [1]
    assert (take(), anything_due(NOON)) == ([], False)


def test_nothing_is_claimed_before_it_is_due(event: Event) -> None:
    write(event)
    assert (take(NOON - SECOND), anything_due(NOON - SECOND)) == ([], False)


def test_letters_are_claimed_in_order_a_few_at_a_time(event: Event) -> None:
    for number in range(3):
        write(event, f"c{number}", kind=f"k{number}", at=NOON - number * SECOND)
    assert [letter.kind for letter in take(most=2)] == ["k1", "k2"]
    assert [letter.kind for letter in take()] == ["k0"]


def test_eight_workers_never_hold_the_same_letter(app: Flask, event: Event) -> None:
    for number in range(40):
        write(event, f"c{number}")
    held: list[int] = []
    start = threading.Barrier(8)

    def work() -> None:
        with app.app_context():
            start.wait(30)
            while letters := take(most=3):
                held.extend(letter.id for letter in letters)

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert (len(held), len(set(held))) == (40, 40)


def test_a_worker_that_wants_one_letter_takes_no_other(event: Event) -> None:
    for number in range(3):
        write(event, f"c{number}")
    assert len(take(most=1)) == 1
    assert letter_counts(event.id) == {LetterState.CLAIMED: 1, LetterState.QUEUED: 2}


def test_an_accepted_letter_is_sent_and_keeps_its_wording(event: Event) -> None:
    write(event)
    (letter,) = take()
    row = answer(letter, Outcome.ACCEPTED, NOON + SECOND, Wording("Subject", "Body"))
    assert (row.state, row.sent_at, row.due_at) == (LetterState.SENT, NOON + SECOND, None)
    assert (row.subject, row.body) == ("Subject", "Body")
    assert take(NOON + timedelta(days=30)) == []


def test_a_letter_for_later_rests_and_is_tried_again(event: Event) -> None:
    write(event)
    (letter,) = take()
    row = answer(letter, Outcome.LATER)
    assert (row.state, row.due_at, row.last_error) == (LetterState.QUEUED, NOON + WAITS[0], "why")
    assert take(NOON + WAITS[0] - SECOND) == []
    (again,) = take(NOON + WAITS[0])
    assert (again.id, again.uuid, again.attempts, again.answer_lost) == (letter.id, letter.uuid, 2, False)


def test_a_letter_whose_answer_was_lost_is_perhaps_sent_and_tried_again_as_the_same_letter(event: Event) -> None:
    write(event)
    (letter,) = take()
    assert answer(letter, Outcome.ANSWER_LOST).state is LetterState.PERHAPS_SENT
    (again,) = take(NOON + WAITS[0])
    assert (again.uuid, again.answer_lost) == (letter.uuid, True)
    assert answer(again, Outcome.LATER).state is LetterState.PERHAPS_SENT
    (third,) = take(NOON + WAITS[1])
    assert answer(third, Outcome.ACCEPTED).state is LetterState.SENT


def test_a_letter_refused_for_good_is_not_tried_again(event: Event) -> None:
    write(event)
    (letter,) = take()
    assert answer(letter, Outcome.REFUSED).state is LetterState.FAILED
    assert take(NOON + timedelta(days=30)) == []


def test_tries_end(event: Event) -> None:
    write(event)
    at, tries = NOON, 0
    while letters := take(at):
        tries += 1
        answer(letters[0], Outcome.LATER, at)
        at += timedelta(days=2)
    assert (tries, letter_counts(event.id)) == (len(WAITS) + 1, {LetterState.FAILED: 1})


def test_the_letter_of_a_worker_that_died_is_taken_over_as_perhaps_sent(event: Event) -> None:
    write(event)
    (letter,) = take()
    assert take(NOON + LEASE - SECOND) == []
    (over,) = take(NOON + LEASE)
    assert (over.id, over.attempts, over.answer_lost) == (letter.id, 2, True)


def test_a_worker_that_comes_back_too_late_changes_nothing(event: Event) -> None:
    write(event)
    (first,) = take()
    (second,) = take(NOON + LEASE)
    assert answer(first, Outcome.ACCEPTED).state is LetterState.CLAIMED
    assert answer(second, Outcome.LATER, NOON + LEASE).state is LetterState.PERHAPS_SENT


def test_letters_of_a_registration_are_withdrawn_unless_a_worker_holds_them(event: Event, make: Make) -> None:
    made = make.registration(event, email="ana@example.jp")
    write(event, "second", registration_id=made.id)
    take(most=1)
    with transaction():
        withdraw(made.id)
    assert letter_counts(event.id) == {LetterState.CLAIMED: 1, LetterState.WITHDRAWN: 1}


def test_the_organiser_reads_an_events_letters_newest_first(event: Event, make: Make) -> None:
    write(event, "a", kind="old", at=NOON - SECOND)
    write(event, "b", kind="new")
    write(make.event("other"), "c", kind="foreign")
    lines = letters_of(event.id)
    assert [line.kind for line in lines] == ["new", "old"]
    assert [line.kind for line in letters_of(event.id, limit=1, skip=1)] == ["old"]
    assert letters_of(event.id, state=LetterState.SENT) == []
    found = letter_in(event.id, lines[0].uuid)
    assert found is not None
    assert (found.kind, letter_in(event.id + 1, lines[0].uuid)) == ("new", None)
