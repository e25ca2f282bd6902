"""What falls due by the clock: each letter once, only to who still stands, and never because a process began again."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask

from app.clock import frozen
from app.db import db, transaction
from app.factory import chores
from app.outbox.models import Letter
from app.outbox.operations import ClaimedLetter
from app.outbox.worker import Worker
from app.programme.models import Event, EventSession
from app.programme.rules import EventStatus
from registrations.letters.chores import CHORES, ask_for_numbers, remind, thank
from registrations.models import Booking, BookingLine, Registration
from registrations.operations import cancel
from registrations.queries.due import classes_without_numbers
from registrations.rules import BookingState, PartyKind
from tests.make import NOON, Make
from tests.outbox.test_worker import Post, compose
from tests.registrations.test_letters import session

DAY = timedelta(days=1)
MORNING = NOON - timedelta(hours=4)
"""08:00 on the day of the talk."""


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event(reminder_days=[3, 0], thanks_days=1, class_numbers_due_at=NOON - 10 * DAY)
    make.session(made, "talk")
    make.session(made, "next-day", starts_at=NOON + DAY)
    return make.release(made)


@pytest.fixture(autouse=True)
def nothing_else(event: Event, make: Make) -> None:
    """Ana comes on two days; others no letter is due to: without address, cancelled, stopped, waiting, no session."""
    talk, later = session("talk"), session("next-day")
    make.registration(event, talk, later, email="ana@example.jp", name="Ana")
    make.registration(event, talk)
    gone = make.registration(event, talk, email="gone@example.jp")
    stopped = make.registration(event, talk, email="stopped@example.jp")
    waits = make.registration(event, talk, email="waits@example.jp")
    make.registration(event, email="none@example.jp")
    with transaction():
        cancel(gone.id, at=NOON - 20 * DAY)
        db.session.get_one(Registration, stopped.id).blocked_at = NOON - 20 * DAY
        booking = db.session.scalars(db.select(Booking).filter_by(registration_id=waits.id)).one()
        db.session.scalars(db.select(BookingLine).filter_by(booking_id=booking.id)).one().state = BookingState.WAITING
        db.session.execute(db.text("DELETE FROM letter"))


def written() -> list[tuple[str, str]]:
    """Kind and address of every letter."""
    return [(row.kind, row.to_address) for row in db.session.scalars(db.select(Letter).order_by(Letter.id))]


def test_a_reminder_goes_out_days_before_and_on_the_morning_and_each_once(event: Event) -> None:
    reminder = ("reminder", "ana@example.jp")
    early = datetime(2026, 9, 29, 23, 0, tzinfo=UTC)
    assert remind(early) == 0
    assert remind(early + timedelta(hours=2)) == 1
    assert remind(early + timedelta(hours=3)) == 0
    assert written() == [reminder]
    assert [remind(MORNING - DAY), remind(MORNING - timedelta(hours=2))] == [0, 0]
    assert [remind(MORNING), remind(MORNING), remind(NOON)] == [1, 0, 0]
    assert written() == [reminder, reminder]


def test_on_the_second_day_nobody_is_reminded_again(event: Event) -> None:
    assert remind(MORNING + DAY) == 0


def test_what_has_begun_needs_no_reminder(event: Event) -> None:
    assert remind(NOON + timedelta(minutes=1)) == 0


def test_who_registered_today_has_had_a_letter(event: Event, make: Make) -> None:
    make.registration(event, session("talk"), email="late@example.jp", at=MORNING - timedelta(hours=1))
    remind(MORNING)
    assert ("reminder", "late@example.jp") not in written()


def test_a_session_called_off_is_not_reminded_of(event: Event) -> None:
    with transaction():
        db.session.execute(db.update(EventSession).values(status="cancelled"))
    assert remind(MORNING) == 0


def test_thanks_follow_the_last_day_and_not_for_ever(event: Event) -> None:
    after = NOON + 2 * DAY
    assert thank(after - timedelta(hours=3)) == 0
    with transaction():
        db.session.get_one(Event, event.id).status = EventStatus.CLOSED
    assert thank(after + 20 * DAY) == 0
    assert [thank(after), thank(after)] == [1, 0]
    assert written() == [("thanks", "ana@example.jp")]


def test_a_class_is_asked_once_and_after_the_date_the_organiser_is_told(event: Event, make: Make) -> None:
    due = NOON - 10 * DAY
    some = [make.registration(event, session("talk"), email=f"{one}@example.jp") for one in ("tomo", "done")]
    with transaction():
        for one in some:
            db.session.get_one(Registration, one.id).party_kind = PartyKind.CLASS
        db.session.get_one(Registration, some[1].id).numbers_confirmed_at = due - 5 * DAY
        db.session.execute(db.text("DELETE FROM letter"))
    assert ask_for_numbers(due - 4 * DAY) == 0
    assert [ask_for_numbers(due - 2 * DAY), ask_for_numbers(due - DAY), ask_for_numbers(due)] == [1, 0, 0]
    assert written() == [("class_due", "tomo@example.jp")]
    assert classes_without_numbers([event.id], at=due - DAY) == {}
    assert classes_without_numbers([event.id], at=due) == {event.id: 1}


def test_two_processes_that_look_at_the_same_moment_write_one_letter(event: Event) -> None:
    from registrations.operations.due import write_due
    from registrations.queries.due import reminders_due

    both = [reminders_due(MORNING, most=10), reminders_due(MORNING, most=10)]
    for found in both:
        with transaction():
            write_due(found, at=MORNING)
    assert written() == [("reminder", "ana@example.jp")]


def test_nothing_due_takes_no_lock(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError

    monkeypatch.setattr("registrations.letters.chores.transaction", refuse)
    assert [one(NOON - 60 * DAY) for one in CHORES] == [0] * len(CHORES)


def test_the_roof_hands_the_chores_in_and_the_worker_does_them(app: Flask, event: Event) -> None:
    post = Post()
    worker = Worker(app, compose=compose, transport=post, chores=chores())
    with frozen(MORNING):
        assert worker.do_chores() >= 1, "every department's, the reminder among them"
        assert worker.once() == 1
        assert (worker.do_chores(), worker.once()) == (0, 0)
    assert [to for _message, _sender, to in post.sent] == ["ana@example.jp"]


def test_a_chore_that_fails_stops_neither_the_others_nor_the_letters(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    left = [3]

    def fails(_at: datetime) -> int:
        raise ValueError

    def counts_down(_at: datetime) -> int:
        left[0] -= 1
        return max(left[0], 0)

    def nothing(_letter: ClaimedLetter) -> EmailMessage | None:
        return None

    worker = Worker(app, compose=nothing, transport=Post(), chores=(fails, counts_down))
    assert worker.do_chores() == 3
    assert "the chore fails failed" in caplog.text
