"""What a door remembers is what stands, whoever else wrote, whatever was put back, and where a commit failed."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from analytics.queries import figures_of
from analytics.rules.figures import Count
from app.db import db
from app.programme.models import Event, EventSession
from app.programme.rules import AdmissionRule
from app.writer import Wire
from checkin import api
from checkin.models import Entry, Scan
from checkin.operations import record_scans
from checkin.queries.recount import recounted
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

TAP: dict[str, Any] = {"act": "walk_in", "people": {"spectator": 1}}


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, rights=EVERY_RIGHT)


@pytest.fixture
def talk(door: Doorside, make: Make) -> EventSession:
    return make.session(door.event, "talk", capacity=9, admission=AdmissionRule.WALK_IN)


def visits(door: Doorside) -> int:
    """As the report has them, which keeps its sums in memory."""
    db.session.rollback()
    db.session.expire_all()
    found = figures_of(db.session.get_one(Event, door.event.id), at=NOON).visits
    return found.number if isinstance(found, Count) else 0


def test_another_process_closed_the_room(door: Doorside, talk: EventSession, database_url: str) -> None:
    assert [door.scan(talk, **TAP)["room_left"] for _ in range(2)] == [8, 7]
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE session_places SET capacity = 3"))
    engine.dispose()
    assert [door.scan(talk, **TAP)["verdict"] for _ in range(2)] == ["counted", "full"]
    assert recounted(door.event.id).wrong == []


def test_a_copy_was_put_back_meanwhile(door: Doorside, talk: EventSession, database: str, tmp_path: Path) -> None:
    """With SQLite's own way of copying, which needs nobody to stop; on PostgreSQL a copy is another database."""
    kept = door.claim(talk, **TAP)
    door.send(kept)
    put_back = copied(tmp_path) if database == "sqlite" else lambda: None
    lost = [door.claim(talk, **TAP) for _ in range(2)]
    door.send(*lost)
    assert visits(door) == 3
    put_back()
    assert [one["verdict"] for one in door.send(kept, *lost)] == ["counted"] * 3
    assert (visits(door), door.places(talk).present, door.count(Entry), door.count(Scan)) == (3, 3, 3, 3)
    assert recounted(door.event.id).wrong == []


def test_a_commit_failed(door: Doorside, talk: EventSession, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert door.scan(talk, **TAP)["room_left"] == 8
    claims, real = [door.claim(talk, **TAP) for _ in range(api.GOES_ALONG + 1)], record_scans

    def refused_at_last(wire: Wire, *given: Any, **named: Any) -> Any:
        answers = real(wire, *given, **named)
        if len(answers) > 1:
            doom(wire, database)
        return answers

    monkeypatch.setattr("checkin.api.record_scans", refused_at_last)
    answers = door.send(*claims)
    assert [one["verdict"] for one in answers] == ["counted"] * 8 + ["full"] * 3
    assert [one["room_left"] for one in answers] == [7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0]
    assert (door.places(talk).present, door.count(Entry)) == (9, 9)
    assert [one["verdict"] for one in door.send(*claims)] == [one["verdict"] for one in answers]
    assert recounted(door.event.id).wrong == []


def doom(wire: Wire, database: str) -> None:
    """This transaction is refused, and not before it ends."""
    with closing(wire.connection.cursor()) as cursor:
        if database == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            cursor.execute("UPDATE gate SET event_id = 123456789")
            return
        cursor.execute(
            "CREATE FUNCTION pg_temp.no() RETURNS trigger AS 'BEGIN RAISE check_violation; END' LANGUAGE plpgsql"
        )
        cursor.execute(
            "CREATE CONSTRAINT TRIGGER no AFTER UPDATE ON gate DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION pg_temp.no()"
        )
        cursor.execute("UPDATE gate SET code = code")


def copied(folder: Path) -> Callable[[], None]:
    """A copy of the database, and how to put it back."""
    live, copy = folder / "uketsuke.sqlite3", folder / "copy.sqlite3"
    _copy(live, copy)
    return lambda: _copy(copy, live)


def _copy(source: Path, target: Path) -> None:
    db.session.rollback()
    with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(target)) as to:
        from_.backup(to)
