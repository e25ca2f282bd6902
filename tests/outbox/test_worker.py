"""The worker: composes and sends outside any transaction, survives faults, can be woken and stopped."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask

from app.clock import frozen, now
from app.db import db, transaction
from app.outbox.models import Letter
from app.outbox.operations import ClaimedLetter, enqueue
from app.outbox.rules import WAITS, Answer, LetterState, Outcome
from app.outbox.worker import HANDFUL, MOST_PIECES, REST, Worker, wake
from app.programme.models import Event
from tests.make import NOON, Make


@dataclass
class Post:
    """A transport that keeps what it is given and answers what it is told to."""

    answers: list[Answer] = field(default_factory=list)
    sent: list[tuple[EmailMessage, str, str]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    rests: int = 0

    def send(self, message: EmailMessage, *, sender: str, to: str) -> Answer:
        self.meanwhile()
        self.sent.append((message, sender, to))
        return self.answers.pop(0) if self.answers else Answer(Outcome.ACCEPTED)

    def rest(self) -> None:
        self.rests += 1


def compose(letter: ClaimedLetter) -> EmailMessage | None:
    message = EmailMessage()
    message["Subject"] = f"{letter.kind} in {letter.language}"
    message.set_content(f"for {letter.to_address}")
    return message


@pytest.fixture
def event(make: Make) -> Event:
    return make.event()


def write(event_id: int, cause: str = "c") -> None:
    with transaction():
        enqueue(event_id, registration_id=None, kind="confirmed", cause=cause, language="ja",
                to_address="a..b@docomo.ne.jp", at=now())  # fmt: skip


def row() -> Letter:
    db.session.rollback()
    found: Letter = db.session.scalars(db.select(Letter).execution_options(populate_existing=True)).one()
    return found


def test_a_due_letter_is_sent_and_its_wording_kept(app: Flask, event: Event) -> None:
    post = Post()
    worker = Worker(app, compose=compose, transport=post)
    write(event.id)
    assert (worker.once(), worker.once()) == (1, 0)
    (message, sender, to) = post.sent[0]
    assert (sender, to) == ("uketsuke@localhost", "a..b@docomo.ne.jp")
    kept = row()
    assert (kept.state, kept.subject, kept.body) == (
        LetterState.SENT,
        "confirmed in ja",
        "for a..b@docomo.ne.jp\n",
    )
    assert message["Message-ID"] == f"<{kept.uuid}@localhost>"
    assert b'To: "a..b"@docomo.ne.jp' in message.as_bytes()
    assert message["Auto-Submitted"] == "auto-generated"


def test_every_try_is_the_same_letter(app: Flask, event: Event) -> None:
    post = Post([Answer(Outcome.ANSWER_LOST, "gone"), Answer(Outcome.ACCEPTED)])
    worker = Worker(app, compose=compose, transport=post)
    with frozen(NOON):
        write(event.id)
        worker.once()
        assert (row().state, row().last_error) == (LetterState.PERHAPS_SENT, "gone")
        assert worker.once() == 0
    with frozen(NOON + WAITS[0]):
        worker.once()
    assert (row().state, row().attempts, row().last_error) == (LetterState.SENT, 2, None)
    first, second = (message for message, _, _ in post.sent)
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


def test_while_a_letter_is_sent_others_can_write(app: Flask, event: Event) -> None:
    def register_meanwhile() -> None:
        def elsewhere() -> None:
            with app.app_context():
                write(event_id, "another")

        other = threading.Thread(target=elsewhere)
        other.start()
        other.join(5)
        finished.append(not other.is_alive())

    finished: list[bool] = []
    event_id = event.id
    write(event_id)
    assert Worker(app, compose=compose, transport=Post(meanwhile=register_meanwhile)).once() == 2
    assert finished == [True, True]


def test_a_letter_that_cannot_be_composed_does_not_stop_the_others(
    app: Flask, event: Event, caplog: pytest.LogCaptureFixture
) -> None:
    def fails_once(letter: ClaimedLetter) -> EmailMessage | None:
        if letter.id == 1:
            raise ValueError
        return compose(letter)

    post = Post()
    write(event.id, "first")
    write(event.id, "second")
    Worker(app, compose=fails_once, transport=post).once()
    states = db.session.scalars(db.select(Letter.state).order_by(Letter.id)).all()
    assert states == [LetterState.QUEUED, LetterState.SENT]
    assert "cannot be composed" in caplog.text


def test_a_letter_with_nothing_to_say_any_more_is_withdrawn(app: Flask, event: Event) -> None:
    post = Post()
    write(event.id)
    Worker(app, compose=lambda _letter: None, transport=post).once()
    assert (row().state, post.sent) == (LetterState.WITHDRAWN, [])


def test_the_log_names_no_address_and_no_subject(app: Flask, event: Event, caplog: pytest.LogCaptureFixture) -> None:
    write(event.id)
    with caplog.at_level("DEBUG"):
        Worker(app, compose=compose, transport=Post()).once()
    assert str(row().uuid) in caplog.text
    assert [word for word in ("docomo", "confirmed in ja") if word in caplog.text] == []


def test_a_fault_of_the_database_is_logged_without_what_it_was_about(
    app: Flask, event: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "".join(("nobody", "@", "docomo"))

    def broken(**_given: object) -> list[ClaimedLetter]:
        db.session.execute(db.text("SELECT :address FROM nowhere"), {"address": secret})
        return []

    write(event.id)
    monkeypatch.setattr("app.outbox.worker.claim", broken)
    worker = Worker(app, compose=compose, transport=Post())
    worker.start()
    until(lambda: "the outbox rests" in caplog.text)
    worker.stop()
    assert secret not in caplog.text


def test_a_thread_sends_what_is_written_and_ends_when_told(app: Flask, event: Event) -> None:
    post = Post()
    worker = Worker(app, compose=compose, transport=post)
    worker.start()
    try:
        write(event.id)
        wake()
        until(lambda: len(post.sent) == 1)
    finally:
        worker.stop()
    assert worker.thread is not None
    assert not worker.thread.is_alive()
    assert post.rests >= 1


def test_a_worker_that_is_stopped_finishes_the_letter_in_hand_and_leaves_the_others_untouched(
    app: Flask, event: Event
) -> None:
    post = Post()
    worker = Worker(app, compose=compose, transport=post)
    post.meanwhile = worker.stopping.set
    with frozen(NOON):
        for number in range(3):
            write(event.id, f"c{number}")
        assert worker.once() == 1
    assert letters() == [(LetterState.SENT, 1), (LetterState.QUEUED, 0), (LetterState.QUEUED, 0)]
    assert worker.once() == 0


def test_a_worker_that_dies_had_only_the_letter_in_hand(app: Flask, event: Event) -> None:
    def die() -> None:
        raise SystemExit

    post = Post(meanwhile=die)
    for number in range(2):
        write(event.id, f"c{number}")
    with pytest.raises(SystemExit):
        Worker(app, compose=compose, transport=post).once()
    assert letters() == [(LetterState.CLAIMED, 1), (LetterState.QUEUED, 0)]


def test_a_worker_rests_after_a_handful(app: Flask, event: Event) -> None:
    for number in range(HANDFUL + 1):
        write(event.id, f"c{number}")
    worker = Worker(app, compose=compose, transport=Post())
    assert [worker.once() for _ in range(3)] == [HANDFUL, 1, 0]


def test_letters_are_sent_while_a_chore_has_much_to_do_and_what_is_left_comes_right_after(
    app: Flask, event: Event
) -> None:
    pieces, sent_after, left = [0], [-1], MOST_PIECES + 3

    def has_much_to_do(_at: datetime) -> int:
        pieces[0] += 1
        return int(pieces[0] <= left)

    post = Post(meanwhile=lambda: sent_after.append(pieces[0]))
    write(event.id)
    worker = Worker(app, compose=compose, transport=post, chores=(has_much_to_do,))
    worker.start()
    until(lambda: pieces[0] > left)
    worker.stop()
    assert sent_after[1:] == [MOST_PIECES]


def test_after_each_piece_of_a_chore_others_have_the_processor(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [0.0]
    rested: list[float] = []
    worker = Worker(app, compose=compose, transport=Post(), chores=(lambda _at: int(takes_two_seconds() <= 4),))

    def takes_two_seconds() -> float:
        seconds[0] += 2
        return seconds[0]

    monkeypatch.setattr("app.outbox.worker.time.monotonic", lambda: seconds[0])
    monkeypatch.setattr(worker.stopping, "wait", rested.append)
    worker.do_chores()
    assert rested == [2 * REST, 2 * REST]


def letters() -> list[tuple[LetterState, int]]:
    """State and tries of each letter."""
    db.session.rollback()
    return [
        (row[0], row[1]) for row in db.session.execute(db.select(Letter.state, Letter.attempts).order_by(Letter.id))
    ]


def test_without_a_worker_in_this_process_waking_does_nothing(app: Flask) -> None:
    wake()


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_old_letter_and_a_new_one_are_both_sent(app: Flask, event: Event) -> None:
    post = Post()
    with frozen(NOON - timedelta(days=3)):
        write(event.id, "old")
    write(event.id, "new")
    assert Worker(app, compose=compose, transport=post).once() == 2
