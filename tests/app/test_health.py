"""Whether the server may get requests: a probe hears of a disk or a database that keeps nothing, and writes nothing."""

import errno
import os
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from app.db import db, transaction, wired_transaction
from app.health import LEAST_FREE
from app.refusals import NO_ROOM, REMEMBERED_SECONDS, Refusals
from tests.app.server import environment, run
from tests.make import Make

Disk = namedtuple("Disk", "f_bavail f_frsize f_flag")
NOT_YOURS = """
import os
from app.config import read_settings
from app.factory import create_app
client = create_app(read_settings()).test_client()
client.get("/readyz")
os.geteuid() == 0 and os.seteuid(65534)
answer = client.get("/readyz")
print(answer.status_code, answer.get_data(as_text=True), end="")
"""


def ready(client: FlaskClient) -> tuple[int, str]:
    answer = client.get("/readyz")
    return answer.status_code, answer.get_data(as_text=True)


def test_it_is_ready_where_it_can_write(client: FlaskClient) -> None:
    assert ready(client) == (200, "ok\n")


def test_asking_writes_nothing_and_asks_the_database_once(app: Flask, client: FlaskClient) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, said, *_more: asked.append(said.split()[0]))
    assert ready(client) == (200, "ok\n")
    assert asked == ["SELECT"]


@pytest.mark.parametrize(
    ("disk", "said"),
    [
        (Disk(LEAST_FREE // 4096 - 1, 4096, 0), "disk: 31 MiB left, expected at least 32"),
        (Disk(0, 4096, 0), "disk: 0 MiB left, expected at least 32"),
        (Disk(LEAST_FREE, 4096, os.ST_RDONLY), "disk: read-only"),
    ],
    ids=["nearly full", "full", "read-only"],
)
def test_a_disk_without_room_is_said(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, disk: Disk, said: str
) -> None:
    monkeypatch.setattr("app.health.os.statvfs", lambda _folder: disk)
    assert ready(client) == (503, f"{said}\n")


def test_a_write_that_the_database_refused_is_said_for_a_minute(
    app: Flask, client: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.event()
    with pytest.raises(DBAPIError), transaction(), nothing_is_kept():
        db.session.execute(text("UPDATE event SET slug = slug"))
    assert ready(client) == (503, "database: a write was refused within the last minute, read-only\n")
    refusals: Refusals = app.extensions["uketsuke_writer"].refusals
    monkeypatch.setattr(refusals, "clock", lambda: (refusals.last or ("", 0))[1] + REMEMBERED_SECONDS)
    assert ready(client) == (200, "ok\n")


def test_a_scan_that_the_database_refused_is_said_too(app: Flask, client: FlaskClient, make: Make) -> None:
    make.event()
    with pytest.raises(Exception, match=r"read-?only"), wired_transaction() as wire:
        cursor = wire.connection.cursor()
        with read_only(cursor.execute):
            cursor.execute("UPDATE event SET slug = slug")
    assert ready(client)[0] == 503


def test_a_write_that_a_rule_refused_says_nothing_of_the_next(client: FlaskClient, make: Make) -> None:
    make.event()
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text("UPDATE event SET slug = NULL"))
    assert ready(client) == (200, "ok\n")


@pytest.mark.parametrize(("number", "word"), [(errno.ENOSPC, NO_ROOM), (errno.ENOENT, None)])
def test_of_a_file_only_the_want_of_room_counts(number: int, word: str | None) -> None:
    refusals = Refusals()
    refusals.note(OSError(number, "file"))
    assert refusals.lately == word


def test_a_database_that_takes_no_writes_is_said_before_the_first_is_lost(
    client: FlaskClient, database: str, open_to_all: Path
) -> None:
    if database == "sqlite":
        assert run(open_to_all, "db", "upgrade").returncode == 0
        (open_to_all / "uketsuke.sqlite3").chmod(0o444)
        ended = subprocess.run(
            [sys.executable, "-c", NOT_YOURS], env=environment(open_to_all, 8000), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert ended.stdout == "503 database: read-only\n", ended.stderr
        return
    name = db.engine.url.database
    with elsewhere(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'):
        db.session.remove()
        db.engine.dispose()
        assert ready(client) == (503, "database: read-only\n")
    db.session.remove()
    db.engine.dispose()
    assert ready(client) == (200, "ok\n")


@contextmanager
def elsewhere(setting: str) -> Iterator[None]:
    """A setting of the whole database, until the end of this."""
    autocommit = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with autocommit.connect() as connection:
        connection.execute(text(setting))
        try:
            yield
        finally:
            connection.execute(text(setting.replace(" SET ", " RESET ").split(" =")[0]))


@contextmanager
def nothing_is_kept() -> Iterator[None]:
    with read_only(lambda said: db.session.execute(text(said))):
        yield


@contextmanager
def read_only(execute: Any) -> Iterator[None]:
    """This transaction may read only, by the database's own word."""
    if db.engine.dialect.name == "postgresql":
        execute("SET TRANSACTION READ ONLY")
        yield
        return
    execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        execute("PRAGMA query_only = OFF")
