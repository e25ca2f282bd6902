"""What a server summed up, the next one recalls and follows up: the same figures, without reading every line."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from analytics.models import KeptSum
from analytics.operations.keeping import keep_sums
from analytics.queries import crossing, recalling, recorded
from analytics.queries.doors import gates_of
from analytics.queries.forecasts import forecasts_of
from analytics.queries.keeping import Shelved
from analytics.queries.registering import demand_of, moves_of, parties_of
from analytics.rules.crossed import Crossed
from app.db import close_db, db, transaction
from app.factory import chores, close
from app.programme.models import Event
from checkin.operations.rebuilding import rebuild
from checkin.rules import CountingState
from tests.analytics.eventful import ACTS, SENT, Act, Eventful
from tests.checkin.doorside import Doorside
from tests.checkin.rolled import assert_rolled_up
from tests.make import NOON, Make

KEPT = (
    "uketsuke_crossings", "uketsuke_gates", "uketsuke_followed", "uketsuke_touched",
    "uketsuke_reminders", "uketsuke_sums", "uketsuke_figures",
)  # fmt: skip
STATES = st.sampled_from((None, CountingState.COUNTED))


@pytest.fixture(autouse=True)
def _everything_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And even a small ledger is read in pieces."""
    monkeypatch.setattr(recorded, "STRETCH", 3)
    monkeypatch.setattr("analytics.queries.unwritten.FEWEST_LINES", 0)
    monkeypatch.setattr("analytics.queries.unwritten.LEAST_SECONDS", 0)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    """Two came to a talk, and what they come to was read."""
    door = Doorside(app, make)
    talk = make.session(door.event, "talk")
    for _ in range(2):
        door.scan(talk, door.ticket())
    read(door.event)
    return door


def read(event: Event) -> list[Any]:
    """Everything that is kept between requests; of crossings see `assert_rolled_up`."""
    event = db.session.get_one(Event, event.id)
    assert_rolled_up(event.id)
    found = [
        gates_of(event), sorted(parties_of(event), key=repr), forecasts_of(event, at=SENT - timedelta(days=9)),
        forecasts_of(event, at=SENT), sorted(moves_of(event), key=repr), demand_of(event),
    ]  # fmt: skip
    db.session.rollback()
    return found


def start_again(app: Flask) -> None:
    for name in KEPT:
        app.extensions.pop(name, None)


def names() -> set[str]:
    found = set(db.session.scalars(select(KeptSum.what)))
    db.session.rollback()
    return found


@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    acts=st.lists(ACTS, min_size=6, max_size=16),
    later=st.lists(ACTS, min_size=1, max_size=8),
    ends=st.booleans(),
    closed=st.tuples(STATES, STATES, STATES, STATES, STATES),
)
@pytest.mark.slow
def test_the_next_server_says_what_one_says_that_read_all(
    app: Flask, make: Make, acts: list[Act], later: list[Act], ends: bool, closed: tuple[CountingState | None, ...]
) -> None:  # fmt: skip
    """Whether the one before ended in order, or was cut off after it last wrote down what it had."""
    told = Eventful(app, make, closed)
    told.happen(acts)
    read(told.event)
    assert keep_sums(NOON, ending=True) > 0
    told.happen(later)
    if ends:
        read(told.event)
        keep_sums(NOON, ending=True)
    start_again(app)
    recalled = read(told.event)
    with transaction():
        db.session.execute(delete(KeptSum))
    start_again(app)
    assert recalled == read(told.event)


def test_a_server_that_ends_leaves_what_the_next_one_needs(
    app: Flask, door: Doorside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads no more than came since."""
    assert names() == set()
    close(app)
    assert {"gates", "followed", "touched", "demand", "moves", "crossed/day/room/people"} <= names()
    start_again(app)
    door.scan(door.make.session(door.event, "walk"), door.ticket())
    monkeypatch.setattr(crossing.Kept, "_summed", _refused)
    monkeypatch.setattr(recorded, "stretches", _refused)
    monkeypatch.setattr("analytics.queries.doors.stretches", _refused)
    assert sum(sum(one.slots.values()) for one in read(door.event)[0]) == 3
    close_db(app)


def test_about_once_a_minute_it_is_written_down_if_enough_is_new(app: Flask, door: Doorside) -> None:
    assert keep_sums in chores()
    assert keep_sums(NOON) > 0
    while keep_sums(NOON):  # a chore is done in pieces
        pass
    door.scan(door.make.session(door.event, "walk"), door.ticket())
    read(door.event)
    assert keep_sums(NOON) < 4, "places and demand changed with the new session; a line more is soon followed up"
    assert keep_sums(NOON, ending=True) >= 4
    assert keep_sums(NOON, ending=True) == 0


def test_what_other_code_made_or_nobody_can_read_is_made_anew(app: Flask, door: Doorside) -> None:
    keep_sums(NOON, ending=True)
    before = read(door.event)
    for change in ({"made_by": "0"}, {"body": b"?"}, {"body": pickle.dumps(print)}, {"body": pickle.dumps(Crossed)}):
        with transaction():
            db.session.execute(update(KeptSum).values(**change))
        start_again(app)
        assert recalling.recalled(db.session.connection(), door.event.id, "gates") is None
        assert read(door.event) == before
        with transaction():
            db.session.execute(update(KeptSum).values(made_by=recalling.made_by()))


def test_roll_ups_made_anew_are_not_followed_from_before(app: Flask, door: Doorside) -> None:
    keep_sums(NOON, ending=True)
    rebuild(door.event.id)
    start_again(app)
    read(door.event)
    assert keep_sums(NOON) > 0


def _refused(*_: Any) -> Iterator[Any]:
    raise AssertionError("every line would be read")


def test_code_that_comes_while_a_server_runs_did_not_make_its_sums() -> None:
    """An update is put in place before the old server ends, and that one writes its sums down last of all."""
    program = (
        "from pathlib import Path\n"
        "from analytics.queries import recalling\n"
        "recalling.ROOT = Path('elsewhere')\n"
        "print(recalling.made_by())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == recalling.made_by()


def test_sums_of_an_event_that_was_deleted_meanwhile_hold_up_no_others(app: Flask, door: Doorside) -> None:
    nowhere = door.event.id + 1
    shelf: dict[Any, Any] = app.extensions["uketsuke_sums"]
    name, of = next((one, held) for one, held in shelf.items() if one[1] == door.event.id)
    shelf[name[0], nowhere, *name[2:]] = Shelved(of.found, took=1.0, is_new=True)
    assert keep_sums(NOON) > 0
    assert set(db.session.scalars(select(KeptSum.event_id))) == {door.event.id}


def test_sums_that_could_not_be_written_are_written_the_next_time(
    app: Flask, door: Doorside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken, pytest.raises(OSError, match="no disk"):
        broken.setattr("analytics.operations.keeping.write_down", _no_disk)
        keep_sums(NOON)
    db.session.rollback()
    assert names() == set()
    assert keep_sums(NOON) > 0
    assert names() != set()


def _no_disk(*_given: Any) -> None:
    raise OSError("no disk")
