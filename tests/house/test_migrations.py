"""The schema: migrations make exactly what the models say, hold the ledger, and come to one end."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from app.db import Model, db, transaction
from app.migrations import FOLDER, HEAD, NewerDatabase, OlderDatabase, refuse_newer, refuse_older, upgrade
from app.migrations.append_only import TABLES
from app.migrations.checks import spell_out


@pytest.fixture
def connection(app: Flask) -> Connection:
    return db.session.connection()


ON_POSTGRESQL_ALONE = {"ix_entry_event_newest"}
"""Alembic does not ask what an index is for."""


def test_models_equal_migrations(connection: Connection) -> None:
    left_out = ON_POSTGRESQL_ALONE if connection.dialect.name == "sqlite" else set[str]()
    opts: dict[str, Any] = {"compare_type": True, "compare_server_default": True}
    opts["include_object"] = lambda _made, name, *_: name not in left_out
    context = MigrationContext.configure(connection, opts=opts)
    assert compare_metadata(context, Model.metadata) == []


def test_every_check_of_the_models_is_in_the_database(connection: Connection) -> None:
    """Alembic compares no check constraints, so this does."""
    there = {
        (table, check["name"]) for table in inspect(connection).get_table_names()
        for check in inspect(connection).get_check_constraints(table)
    }  # fmt: skip
    ours = {
        (table.name, str(constraint.name))
        for table in Model.metadata.tables.values()
        for constraint in table.constraints
        if type(constraint).__name__ == "CheckConstraint"
    }
    assert ours - there == set()
    assert {pair for pair in there if pair[0] != "alembic_version"} - ours == set()


def test_checks_of_a_list_of_words_are_quick_on_sqlite(connection: Connection, database: str) -> None:
    """`IN` fills a table of words with every row that is written; see app/migrations/checks.py."""
    if database == "sqlite":
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%CHECK%'")).all()
        assert {name for name, sql in found if " IN (" in sql} == set()
        assert any("verdict = 'admitted' OR verdict = 'readmitted'" in sql for _, sql in found)


@pytest.mark.parametrize("column", ["kind", "direction", "method", "party_kind"])
def test_a_word_that_is_none_of_the_list_is_refused(app: Flask, column: str) -> None:
    row = {"kind": "'import'", "direction": "'in'", "method": "'imported'", "party_kind": "'person'", column: "'oops'"}
    words = ", ".join(row.values())
    statement = f"""INSERT INTO entry (event_id, place_id, uuid, received_at, at, reentry, {", ".join(row)})
        VALUES (1, 1, '0190aaaaaaaa7aaa8aaaaaaaaaaaaaaa', '2026-01-01', '2026-01-01', false, {words})"""
    with pytest.raises(DBAPIError, match=f"ck_entry_{column}"), transaction():
        db.session.execute(text(statement))


def test_where_the_schema_cannot_be_written_the_checks_stay(tmp_path: Path) -> None:
    """Some builds of SQLite refuse it: the upgrade goes on, with the checks as they were."""
    import sqlite3

    from sqlalchemy import create_engine

    def guard(act: int, table: str | None, *_: object) -> int:
        return sqlite3.SQLITE_DENY if (act, table) == (sqlite3.SQLITE_UPDATE, "sqlite_master") else sqlite3.SQLITE_OK

    engine = create_engine(f"sqlite:///{tmp_path / 'held.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (b TEXT CONSTRAINT c CHECK (b IN ('x', 'y')))"))
        wire: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
        wire.set_authorizer(guard)
        spell_out(connection)
        assert "IN ('x', 'y')" in connection.execute(text("SELECT sql FROM sqlite_master")).scalar_one()
        connection.execute(text("INSERT INTO a VALUES ('x')"))
    engine.dispose()


def test_every_constraint_has_a_name_of_its_own() -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in Model.metadata.tables.values()
        for constraint in table.constraints
        if not constraint.name
    ]
    names = [str(one.name) for table in Model.metadata.tables.values() for one in table.constraints]
    assert (nameless, sorted({name for name in names if names.count(name) > 1})) == ([], [])
    assert [name for name in names if len(name) > 63] == [], "PostgreSQL would cut it"


def test_there_is_one_newest_revision_and_it_is_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_ledger_is_held_by_triggers(connection: Connection, database: str) -> None:
    query = {
        "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT event_object_table, trigger_name FROM information_schema.triggers",
    }[database]
    held = {tuple(row) for row in connection.execute(text(query))}
    endings = {"sqlite": ("update", "delete", "replace"), "postgresql": ("change",)}[database]
    assert held >= {(table, f"{table}_refuses_{ending}") for table in TABLES for ending in endings}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("table", TABLES)
def test_every_ledger_table_exists(table: str) -> None:
    assert table in Model.metadata.tables


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    assert upgrade(database_url) is False


def test_an_upgrade_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All steps stand in one transaction, tables of SQLite included."""
    from sqlalchemy import create_engine

    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.migrations._refuse_orphans", fail)
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    with pytest.raises(ZeroDivisionError):
        upgrade(url)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_revision_that_we_do_not_know_is_refused() -> None:
    refuse_newer(HEAD)
    refuse_newer(None)
    with pytest.raises(NewerDatabase, match="revision 9999"):
        refuse_newer("9999")
    with pytest.raises(OlderDatabase, match="db upgrade"):
        refuse_older(None)


def test_a_refused_statement_never_shows_what_was_in_it(app: Flask) -> None:
    """A crash is logged; a mail address or a code in a statement must not be."""
    with pytest.raises(DBAPIError) as refused, transaction():
        db.session.execute(text("SELECT * FROM no_such_table WHERE a = :mail"), {"mail": "ana@example.jp"})
    assert "ana@example.jp" not in str(refused.value)
