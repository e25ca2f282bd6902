"""An installation of an earlier revision, full, comes to the newest one with everything it had."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import Column, Connection, MetaData, Table, inspect, select, text
from sqlalchemy.exc import DBAPIError

from app import demo
from app.clock import frozen
from app.db import Model, db
from app.migrations import ALONE, FOLDER, HEAD, migration_engine, revision_at, upgrade
from checkin.queries.kept import kept
from checkin.queries.summed import summed_from_ledger
from registrations.models import Booking
from tests.conftest import on_postgres, on_server

pytestmark = pytest.mark.slow

EARLIER = ("0001", "0003", "0009", "0029")
STALE = """
    INSERT INTO roll_up
    SELECT id, 'people', 0, 0, 0, 0, 1, 'scanned', -1, :no, :no, 0, 7 FROM event WHERE id = (SELECT min(id) FROM event)
"""
"""A sum as a former revision had it."""
LEDGER = ("entry", "entry_number")
MORNING = datetime(2026, 10, 2, 23, 0, tzinfo=UTC)
Rows = dict[str, list[Any]]


@pytest.fixture(params=EARLIER)
def earlier(request: pytest.FixtureRequest) -> str:
    """A revision that somebody may still have."""
    return str(request.param)


@pytest.fixture
def old_url(database: str, earlier: str, tmp_path: Path) -> Iterator[str]:
    """An empty database at an earlier revision."""
    if database == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
        bring_to(earlier, url)
        yield url
        return
    name = f"old_{uuid4().hex}"
    on_server(f"CREATE DATABASE {name}")
    bring_to(earlier, on_postgres(name))
    yield on_postgres(name)
    on_server(f"DROP DATABASE {name} WITH (FORCE)")


def bring_to(revision: str, url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    engine = migration_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql(ALONE[engine.dialect.name])
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
    engine.dispose()


def tables_in(connection: Connection) -> list[Table]:
    """Our tables with those columns that this database has, parents first; without defaults of ours, and without the
    sums, which an upgrade makes anew."""
    there = inspect(connection)
    known = {name: {one["name"] for one in there.get_columns(name)} for name in there.get_table_names()}
    return [
        Table(table.name, MetaData(), *(Column(one.name, one.type) for one in table.c if one.name in known[table.name]))
        for table in Model.metadata.sorted_tables
        if table.name in known and table.name != "roll_up"
    ]


def rows_of(connection: Connection, tables: list[Table]) -> Rows:
    """Everything in these columns, in an order of its own."""
    return {
        table.name: sorted((tuple(row) for row in connection.execute(select(*table.c))), key=repr) for table in tables
    }


def fill(url: str) -> tuple[list[Table], Rows]:
    """Put the demonstration, as the newest revision has it, into the old tables."""
    engine = migration_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        tables = tables_in(connection)
        for table in tables:
            found = [dict(row._mapping) for row in db.session.execute(select(*table.c))]
            if found:
                connection.execute(table.insert(), found)
        if "roll_up" in inspect(connection).get_table_names():
            connection.execute(text(STALE), {"no": False})
        rows = rows_of(connection, tables)
    engine.dispose()
    return tables, rows


def test_a_full_database_of_an_earlier_revision_keeps_every_row_and_its_ledger(
    app: Flask, earlier: str, old_url: str
) -> None:
    with frozen(MORNING):
        demo.load()
    tables, before = fill(old_url)
    assert revision_at(old_url) == earlier
    assert all(before[name] for name in (*LEDGER, "event", "event_session", "booking_line", "release"))
    assert upgrade(old_url) is True
    assert revision_at(old_url) == HEAD
    engine = migration_engine(old_url)
    with engine.connect() as connection:
        assert rows_of(connection, tables) == before
        assert [table.name for table in tables_in(connection)] == [
            one.name for one in Model.metadata.sorted_tables if one.name != "roll_up"
        ]
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).fetchall() == []
        assert orphans(connection) == []
        assert_rolled_up(connection)
    for name in LEDGER:
        for act in (f"UPDATE {name} SET event_id = event_id", f"DELETE FROM {name}"):
            statement = act.replace("event_id = event_id", "number = number") if name == "entry_number" else act
            with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("earlier", ["0014"], indirect=True)
def test_what_letters_know_of_the_waiting_list_is_kept(app: Flask, old_url: str) -> None:
    with frozen(MORNING):
        demo.load()
    fill(old_url)
    engine = migration_engine(old_url)
    with engine.begin() as connection:
        tables = {table.name: table for table in tables_in(connection)}
        booking, letter = tables["booking"], tables["letter"]
        waits = select(booking.c.id).where(booking.c.joined_waiting_at.is_not(None)).order_by(booking.c.id)
        waiting = set(connection.scalars(waits))
        not_waiting = select(booking.c.id, booking.c.uuid).where(booking.c.joined_waiting_at.is_(None))
        served, other = connection.execute(not_waiting.order_by(booking.c.id).limit(2)).all()
        event_id = connection.scalar(select(tables["event"].c.id))
        written: dict[str, Any] = {"event_id": event_id, "facts": {}, "language": "ja", "to_address": "ana@example.jp",
                                   "state": "sent", "attempts": 1, "answer_lost": False}  # fmt: skip
        for kind, change in (("promoted", 8), ("promoted", 7), ("offer", 3)):
            told = {"kind": kind, "cause": f"{kind}:{served.uuid}:{change}", "uuid": uuid4()}
            at = MORNING + timedelta(hours=change)
            connection.execute(letter.insert(), {**written, **told, "created_at": at})
    assert upgrade(old_url) is True
    with engine.connect() as connection:
        names = ("id", "waited_at", "promoted_at", "offered_at", "lapsed_at")
        found = {row.id: row for row in connection.execute(select(*(Booking.__table__.c[name] for name in names)))}
    engine.dispose()
    assert {one for one, row in found.items() if row.waited_at} == waiting | {served.id}
    assert found[served.id].promoted_at == MORNING + timedelta(hours=7), "the first time"
    assert found[served.id].offered_at == MORNING + timedelta(hours=3)
    assert (found[served.id].lapsed_at, found[other.id].promoted_at) == (None, None)


def assert_rolled_up(connection: Connection) -> None:
    """The ledger that was there has its roll-ups."""
    events = connection.scalars(text("SELECT DISTINCT event_id FROM entry")).all()
    assert len(events) == 2
    for event_id in events:
        assert kept(connection, event_id) == summed_from_ledger(connection, event_id)
        assert sum(kept(connection, event_id).cells.values()) > 0


def orphans(connection: Connection) -> list[str]:
    """Foreign keys, as the models know them, that point to no row; looked up one by one, on either engine."""
    found = []
    for table in Model.metadata.sorted_tables:
        for key in table.foreign_keys:
            child, parent = table.alias("child"), key.column.table.alias("parent")
            here, there = child.c[key.parent.name], parent.c[key.column.name]
            lost = select(here).where(here.is_not(None), ~select(there).where(there == here).exists()).limit(1)
            if connection.execute(lost).first():
                found.append(f"{table.name}.{key.parent.name}")
    return found


def test_the_look_for_orphans_would_notice(app: Flask, old_url: str) -> None:
    """Otherwise an upgrade that loses parents would pass."""
    with frozen(MORNING):
        demo.load()
    fill(old_url)
    upgrade(old_url)
    engine = migration_engine(old_url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("DELETE FROM venue"))
        assert "room.venue_id" in orphans(connection)
        connection.rollback()
    engine.dispose()
