"""A clock that is wrong is told: doors set theirs by it."""

import logging
from datetime import timedelta

import pytest
from flask import Flask

from app.audit import record
from app.clock import Watch, frozen
from app.db import transaction
from app.health import is_behind
from app.outbox.worker import Worker
from app.serve import tell_of_the_clock
from app.web.actors import ANONYMOUS
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make
from tests.outbox.test_worker import Post, compose

HOUR = timedelta(hours=1)


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of a clock that nobody can set."""
    seconds = [0.0]
    monkeypatch.setattr("app.clock.time.monotonic", lambda: seconds[0])
    return seconds


def test_a_clock_that_is_set_moves_apart_from_the_one_that_counts_on(steady: list[float]) -> None:
    with frozen(NOON):
        watch = Watch()
    steady[0] = 60
    with frozen(NOON + timedelta(seconds=60)):
        assert watch.jump() == timedelta(0)
    steady[0] = 120
    with frozen(NOON + timedelta(seconds=120) - HOUR):
        assert watch.jump() == -HOUR
        assert watch.jump() == timedelta(0), "once"


@pytest.mark.parametrize(("jump", "said"), [(-HOUR, "set back by 3600 seconds"), (HOUR, "set forward by 3600 seconds")])
def test_the_server_says_that_its_clock_was_set(
    app: Flask, steady: list[float], caplog: pytest.LogCaptureFixture, jump: timedelta, said: str
) -> None:
    with frozen(NOON):
        worker = Worker(app, compose=compose, transport=Post(), chores=(lambda _at: 0,))
    steady[0] += 60
    caplog.set_level(logging.WARNING, "uketsuke")
    logging.getLogger("uketsuke").propagate = True
    with frozen(NOON + timedelta(seconds=61)):
        worker._tell_of_the_clock()
    assert caplog.messages == []
    with frozen(NOON + timedelta(seconds=61) + jump):
        worker._tell_of_the_clock()
    assert [said in one and "NTP" in one for one in caplog.messages] == [True]


def test_what_is_still_to_come_by_the_clock_shows_that_it_is_wrong(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    door.scan(make.session(door.event, "talk"), door.ticket())
    assert is_behind(NOON) is None
    assert is_behind(NOON - HOUR) == NOON
    with transaction():
        record(ANONYMOUS, "event.release", "event", at=NOON + HOUR)
    assert is_behind(NOON) == NOON + HOUR
    assert is_behind(NOON + HOUR - timedelta(seconds=30)) is None


def test_a_start_under_a_wrong_clock_says_so(app: Flask, make: Make, caplog: pytest.LogCaptureFixture) -> None:
    door = Doorside(app, make)
    door.scan(make.session(door.event, "talk"), door.ticket())
    caplog.set_level(logging.WARNING, "uketsuke")
    logging.getLogger("uketsuke").propagate = True
    caplog.clear()
    with frozen(NOON):
        tell_of_the_clock(app)
    assert caplog.messages == []
    with frozen(NOON - HOUR):
        tell_of_the_clock(app)
    (said,) = caplog.messages
    assert said == (
        "the clock of this machine says 2026-10-03T02:00:00+00:00,"
        " but something was written at 2026-10-03T03:00:00+00:00: set it right before doors open"
    )
