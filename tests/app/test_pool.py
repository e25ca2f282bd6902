"""A connection that the server closed while it rested is nobody's trouble."""

import gc

import pytest
from flask import Flask, g
from sqlalchemy import Connection, Integer, bindparam, inspect, literal_column, select, text
from sqlalchemy.exc import DBAPIError

from app import pool
from app.db import READING, db, reading


def close_all() -> None:
    """As if the server had been started anew: every connection of the pool is closed from its side."""
    own = db.engine.raw_connection()
    kept = own.driver_connection
    assert kept is not None
    kept.autocommit = True
    kept.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    kept.autocommit = False
    own.invalidate()


def test_who_asks_after_the_server_came_back_notices_nothing(
    app: Flask, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "RESTED_SECONDS", 0.0)
    db.session.rollback()
    for one in several():
        one.close()
    if database == "postgresql":  # a file has no other side that closes
        close_all()
    for one in several():
        one.close()


def test_a_connection_read_over_is_given_out_with_transactions_even_if_it_was_forgotten(app: Flask) -> None:
    db.session.rollback()
    reading()
    g.pop(READING)
    gc.collect()
    for one in several():
        one.execute(text("CREATE TABLE half (id INTEGER)"))
        one.rollback()
        one.close()
    assert "half" not in inspect(db.engine).get_table_names()


def several() -> list[Connection]:
    """As many connections at once as rest in the pool, each of which is asked something."""
    connections = [db.engine.connect() for _ in range(3)]
    assert [one.scalar(text("SELECT 1")) for one in connections] == [1, 1, 1]
    return connections


def test_what_one_page_asked_is_ready_for_the_next(app: Flask, database: str) -> None:
    for _ in range(3):
        assert db.session.scalar(ASKED, {"number": 1}) == 2
        db.session.rollback()
    if database == "postgresql":  # a file has no other side that makes ready
        assert "SELECT $1::INTEGER + 1" in prepared()


def test_after_a_failure_everything_is_made_ready_anew(app: Flask, database: str) -> None:
    for _ in range(3):
        db.session.scalar(ASKED, {"number": 1})
        db.session.rollback()
    with pytest.raises(DBAPIError):
        db.session.scalar(text("SELECT nothing FROM nowhere"))
    db.session.rollback()
    assert database == "sqlite" or "SELECT $1::INTEGER + 1" not in prepared()
    assert db.session.scalar(ASKED, {"number": 2}) == 3


ASKED = select(bindparam("number", type_=Integer) + literal_column("1"))


def prepared() -> set[str]:
    """What the server keeps ready for the connection that was used last."""
    found = db.session.scalars(text("SELECT split_part(statement, ' AS ', 1) FROM pg_prepared_statements"))
    return set(found)
