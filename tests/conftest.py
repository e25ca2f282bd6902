"""The ground every test stands on: an application on a real database, fresh for each test."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from weakref import WeakSet

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from psycopg import Connection
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.pool import Pool

from app.config import Settings, read_settings
from app.db import close_db
from app.factory import create_app
from app.migrations import upgrade
from tests.checkin.rolled import assert_rolled_up
from tests.make import Make
from tests.strict import StrictClient

hypothesis.settings.register_profile("hunt", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("same", parent=hypothesis.settings.get_profile("hunt"), derandomize=True)
# The same examples in every run, so that it says of a change what the change did; `make hunt` draws others.
hypothesis.settings.load_profile("same")

opened: WeakSet[Connection[Any]] = WeakSet()
"""Connections to PostgreSQL that nobody closed yet, whoever's pool they belong to."""


@event.listens_for(Pool, "connect")
def remember(connection: Any, _record: object) -> None:
    """So that what a thread hands back after its pool was let go is closed before its database goes."""
    if isinstance(connection, Connection):
        opened.add(connection)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """Which engine this run is on."""
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def migrated(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with the newest schema, to be copied, never used."""
    if database == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'template.sqlite3'}"
        upgrade(url)
        with create_engine(url).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        yield url
        return
    name = f"template_{uuid4().hex}"
    on_server(f"CREATE DATABASE {name}")
    upgrade(on_postgres(name))
    yield on_postgres(name)
    on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(database: str, migrated: str, tmp_path: Path) -> Iterator[str]:
    """A fresh database with the newest schema."""
    with fresh_database(database, migrated, tmp_path) as url:
        yield url


@contextmanager
def fresh_database(database: str, migrated: str, folder: Path) -> Iterator[str]:
    """A copy of the database with the newest schema, for as long as it is needed."""
    if database == "sqlite":
        copy = folder / "uketsuke.sqlite3"
        shutil.copy(migrated.removeprefix("sqlite:///"), copy)
        yield f"sqlite:///{copy}"
        return
    name = f"test_{uuid4().hex}"
    on_server(f"CREATE DATABASE {name} TEMPLATE {make_url(migrated).database}")
    yield on_postgres(name)
    for connection in [one for one in opened if not one.closed and one.info.dbname == name]:
        connection.close()
    on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings as at a first start, on the fresh database."""
    return first_settings(database_url, tmp_path)


def first_settings(database_url: str, folder: Path) -> Settings:
    """The same for any database and folder."""
    plain = read_settings({"UKETSUKE_DATA_DIR": str(folder / "data")})
    return replace(plain, database_url=database_url, secret_key="a secret for tests only, nowhere else used")


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once, not for each test's application again."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(request: pytest.FixtureRequest, settings: Settings, templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The whole application, with an open context."""
    by_hand = request.node.get_closest_marker("ledger_by_hand") is not None
    with whole_application(settings, templates, compared=not by_hand) as application:
        yield application


@contextmanager
def whole_application(
    settings: Settings, templates: FileSystemBytecodeCache, *, compared: bool = True
) -> Iterator[Flask]:  # fmt: skip
    """The same for any settings. `compared`: at its end the roll-ups have to equal a recount of the ledger."""
    application = create_app(settings)
    application.jinja_env.bytecode_cache = templates
    application.test_client_class = StrictClient
    try:
        with application.app_context():
            yield application
            if compared:
                assert_rolled_up()
    finally:
        finish_errands()
        close_db(application)


def finish_errands() -> None:
    """Wait for errands that a test began and did not follow: their connections are to be closed with the others."""
    for thread in threading.enumerate():
        if thread.name == "errand":
            thread.join(60)


@pytest.fixture(autouse=True)
def nobody_is_too_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests send a form in the moment they open it; the trap for robots that do has tests of its own."""
    monkeypatch.setattr("registrations.views.traps.QUICKEST", timedelta(0))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody signed in with; every HTML page it opens is checked."""
    return app.test_client()


@pytest.fixture
def make(app: Flask) -> Make:
    """Builds the things a test is about."""
    return Make(app)


def on_postgres(name: str) -> str:
    """The address of a database on the throw-away server."""
    url = os.environ["UKETSUKE_TEST_POSTGRES"]
    return url.replace("/postgres?", f"/{name}?")


def on_server(statement: str) -> None:
    """Run one statement outside any transaction on the throw-away server."""
    engine = create_engine(os.environ["UKETSUKE_TEST_POSTGRES"], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
