"""Sums kept in memory notice what another process wrote, and whatever they cannot follow."""

import pytest
from flask import Flask
from sqlalchemy import text

from analytics.queries import figures_of
from analytics.queries.crossing import crossing_of
from analytics.queries.facts import facts_of
from analytics.rules import Measure
from analytics.rules.crossing import Crossing, Dimension
from analytics.rules.figures import Count
from app.clock import now
from app.config import Settings
from app.db import close_db, db, transaction
from app.factory import create_app
from app.programme.models import Event
from checkin.operations.rebuilding import rebuild
from tests.checkin.doorside import Doorside
from tests.make import Make


def people(app: Flask, event_id: int) -> int:
    """As this process tells them."""
    with app.app_context():
        found = figures_of(db.session.get_one(Event, event_id), at=now()).people
        assert isinstance(found, Count)
        return found.number


@pytest.mark.parametrize("at_once", [1000, 1])
def test_another_process_is_told_of_a_scan_in_the_next_answer(
    app: Flask, make: Make, settings: Settings, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Also where more came than is followed line by line."""
    monkeypatch.setattr("checkin.queries.moved.WINDOW", at_once)
    door, other = Doorside(app, make), create_app(settings)
    talk = make.session(door.event, "talk")
    door.scan(talk, door.ticket())
    assert [people(one, door.event.id) for one in (app, other)] == [1, 1]
    for _ in range(2):
        door.scan(talk, door.ticket())
    assert [people(one, door.event.id) for one in (app, other)] == [3, 3]
    close_db(other)


def test_roll_ups_made_anew_are_read_anew(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    door.scan(make.session(door.event, "talk"), door.ticket())
    with transaction():
        db.session.execute(text("UPDATE roll_up SET number = 5 WHERE cut = 'once'"))
    assert people(app, door.event.id) == 5
    rebuild(door.event.id)
    assert people(app, door.event.id) == 1


def test_a_line_that_arrives_late_with_a_smaller_id_is_followed_too(
    app: Flask, make: Make, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where two write at once and the first is the last to finish; nothing is read anew for it."""
    door, other = Doorside(app, make), create_app(settings)
    talk = make.session(door.event, "talk")
    next_line_is(500)
    door.scan(talk, door.ticket())
    assert [people(one, door.event.id) for one in (app, other)] == [1, 1]
    with monkeypatch.context() as patched:
        patched.setattr("analytics.queries.running.load", read_anew)
        for so_far, number in enumerate((400, 600, 450), 2):
            next_line_is(number)
            door.scan(talk, door.ticket())
            assert [people(one, door.event.id) for one in (app, other)] == [so_far, so_far]
    close_db(other)


def next_line_is(number: int) -> None:
    """On SQLite, where one writes at a time, ids rise whatever one does."""
    if db.engine.dialect.name == "postgresql":
        with transaction():
            db.session.execute(text(f"ALTER SEQUENCE entry_id_seq RESTART WITH {number}"))


def read_anew(*_asked: object, **_how: object) -> None:
    raise AssertionError("all sums were read anew")


def test_what_is_crossed_is_the_same_while_nothing_came_and_another_after_a_scan_elsewhere(
    app: Flask, make: Make, settings: Settings
) -> None:
    """Of roll-ups and of lines alike."""
    door, other = Doorside(app, make), create_app(settings)
    talk = make.session(door.event, "talk")
    door.scan(talk, door.ticket())
    for rows in (Dimension.CATEGORY, Dimension.PARTY):
        first = crossed_there(other, door.event.id, rows)
        assert crossed_there(other, door.event.id, rows) is first
        door.scan(talk, door.ticket())
        assert crossed_there(other, door.event.id, rows).total == first.total + 1
    close_db(other)


def crossed_there(app: Flask, event_id: int, rows: Dimension) -> Crossing:
    """As this process tells it."""
    with app.app_context():
        event = db.session.get_one(Event, event_id)
        return crossing_of(event, facts_of(event), rows=rows, columns=Dimension.METHOD, measure=Measure.VISITS)
