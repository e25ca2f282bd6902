"""An installation moves to another database whole: every row, the ledger under its seals; or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.pool import NullPool

from app import demo
from app.alone import InUse, serving
from app.clock import frozen
from app.config import Settings
from app.copying import NotCopied, carrying
from app.db import Model, close_db, db, transaction
from app.migrations import revision_at
from checkin.cli import verified
from checkin.operations.sealing import seal_lines
from checkin.queries.sealed import chain
from registrations.models import Ticket
from tests.app.server import run
from tests.checkin.doorside import Doorside
from tests.conftest import on_postgres, on_server, whole_application
from tests.house.test_upgrade import MORNING, rows_of
from tests.make import Make


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where there is a PostgreSQL, to both and from it."""
    if "target" in metafunc.fixturenames:
        has_one = metafunc.config.getoption("--database") == "postgresql"
        metafunc.parametrize("target", ["sqlite", "postgresql"] if has_one else ["sqlite"], indirect=True)


@pytest.fixture
def target(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """An empty database to move to."""
    if request.param == "sqlite":
        yield replace(settings, database_url=f"sqlite:///{tmp_path / 'there' / 'there.sqlite3'}")
        return
    name = f"there_{uuid4().hex}"
    on_server(f"CREATE DATABASE {name}")
    yield replace(settings, database_url=on_postgres(name))
    on_server(f"DROP DATABASE {name} WITH (FORCE)")


def moved(source: Settings, target: Settings) -> tuple[int, list[int]]:
    """All of it; how many rows, and how many were told of at a time."""
    told: list[int] = []
    with carrying(source, target) as (plan, carry):
        carry(told.append)
    return plan.total, told


def everything(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    engine = create_engine(settings.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        return rows_of(connection, Model.metadata.sorted_tables)


@pytest.mark.slow
def test_the_demonstration_moves_with_every_row_and_lives_on_there(
    app: Flask, make: Make, settings: Settings, target: Settings, templates: FileSystemBytecodeCache
) -> None:
    with frozen(MORNING):
        demo.load()
    door = Doorside(app, make, make.event("fair"))
    talk = make.session(door.event, "talk")
    lost, found = door.ticket(), door.ticket()
    door.change(lost, replaced_by_id=found.id)
    door.scan(talk, found)
    while seal_lines(MORNING):
        pass
    digests = chain().digests
    assert digests
    newest = db.session.scalar(select(func.max(Ticket.id)))
    with transaction():
        pass  # lets go of the connection that this test has read with
    close_db(app)
    before = everything(settings)
    total, told = moved(settings, target)
    assert sum(told) == total == sum(len(rows) for rows in before.values())
    assert everything(target) == before
    with whole_application(target, templates) as there:
        assert chain().digests == digests
        assert verified(None, None)
        doors = Doorside(there, Make(there), Make(there).event("second"))
        assert newest is not None
        assert doors.ticket().id > newest
        assert doors.scan(Make(there).session(doors.event, "hall"), doors.ticket())["verdict"] == "admitted"


def test_a_target_that_is_not_empty_stays_as_it_is(
    app: Flask, make: Make, settings: Settings, target: Settings
) -> None:
    make.event("fair")
    close_db(app)
    moved(settings, target)
    before = everything(target)
    with pytest.raises(NotCopied, match=r"The target is not empty \(host, event"):
        moved(settings, target)
    assert everything(target) == before
    with pytest.raises(NotCopied, match="This is the database in use"):
        moved(settings, settings)


def test_a_database_of_somebody_else_is_not_touched(app: Flask, settings: Settings, target: Settings) -> None:
    close_db(app)
    if target.on_sqlite:
        target.sqlite_file.parent.mkdir()
    engine = create_engine(target.database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mine (id INTEGER)"))
    with pytest.raises(NotCopied, match="The target holds tables already"):
        moved(settings, target)
    assert revision_at(target.database_url) is None


def test_what_the_target_refuses_leaves_it_empty(
    app: Flask, make: Make, settings: Settings, target: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.event("fair")
    close_db(app)
    with monkeypatch.context() as broken:
        broken.setattr("app.copying._writer", lambda *_: lambda _value: None)
        with pytest.raises(NotCopied, match=r"The target refused: .*Nothing was kept"):
            moved(settings, target)
    assert moved(settings, target)[0] > 0


def test_rows_that_do_not_arrive_are_noticed_before_anything_is_kept(
    app: Flask, make: Make, settings: Settings, target: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.event("fair")
    close_db(app)
    with monkeypatch.context() as broken:
        broken.setattr("app.copying.pour", lambda _new, _table, _columns, rows: list(rows))
        with pytest.raises(NotCopied, match="Not every row arrived in host, event"):
            moved(settings, target)
    assert moved(settings, target)[0] > 0


def test_nothing_moves_under_a_server(app: Flask, settings: Settings, target: Settings) -> None:
    if settings.on_sqlite:
        close_db(app)
        with serving(settings), pytest.raises(InUse, match="A server runs on this database already"):
            moved(settings, target)
        return
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(NotCopied, match="Somebody else is connected"):
            moved(settings, target)


@pytest.mark.slow
def test_the_command_says_what_it_did_and_what_to_do_next(tmp_path: Path, target: Settings) -> None:
    folder = tmp_path / "here"
    assert run(folder, "db", "copy", "--to", target.database_url).stderr == (
        "uketsuke: The database is not ready for this version. Run `uketsuke db upgrade` first.\n"
    )
    assert run(folder, "demo", "load").returncode == 1
    run(folder, "db", "upgrade")
    run(folder, "demo", "load")
    url = target.database_url
    wrong = run(folder, "db", "copy", "--to", "mysql://there")
    assert wrong.stderr == "uketsuke: --to must look like sqlite:///a/file or postgresql://user@host/name.\n"
    done = run(folder, "db", "copy", "--to", url)
    assert done.returncode == 0, done.stderr
    assert "everything is right." in done.stdout
    assert "Now set UKETSUKE_DATABASE_URL" in done.stdout
    listed = run(folder, "user", "list", DATABASE_URL=url)
    assert listed.stdout == run(folder, "user", "list").stdout
    assert run(folder, "ledger", "verify", DATABASE_URL=url).returncode == 0
    assert "is not empty" in run(folder, "db", "copy", "--to", url).stderr
