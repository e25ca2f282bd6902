"""Writing: only inside a transaction, never in a GET, never nested; the ledger refuses change."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask, g
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import pool
from app.accounts.models import Host
from app.db import TransactionMisuse, db, lock, savepoint, transaction
from app.direct import Direct, here
from checkin.models import Entry, EntryNumber
from checkin.rules import EntryKind, Method
from tests.make import NOON, Make


def new_host(slug: str) -> Host:
    return Host(slug=slug, name={"ja": slug}, created_at=NOON)


def test_a_write_outside_a_transaction_raises(app: Flask) -> None:
    db.session.add(new_host("a"))
    with pytest.raises(TransactionMisuse):
        db.session.flush()


def test_a_transaction_inside_a_get_raises(app: Flask) -> None:
    with app.test_request_context("/", method="GET"), pytest.raises(TransactionMisuse), transaction():
        pass


def test_a_nested_transaction_raises_and_the_outer_one_is_undone(app: Flask, make: Make) -> None:
    with pytest.raises(TransactionMisuse), transaction():
        db.session.add(new_host("a"))
        with transaction():
            pass
    assert db.session.scalars(db.select(Host)).all() == []


def test_a_savepoint_needs_a_transaction(app: Flask) -> None:
    with pytest.raises(TransactionMisuse), savepoint():
        pass


def test_a_failed_item_leaves_the_batch_standing(app: Flask) -> None:
    with transaction():
        with savepoint():
            db.session.add(new_host("good"))
        with pytest.raises(ValueError), savepoint():
            db.session.add(new_host("bad"))
            db.session.flush()
            raise ValueError
    assert db.session.scalars(db.select(Host.slug)).all() == ["good"]


def test_what_a_page_loaded_before_is_read_again_under_the_lock(app: Flask, make: Make) -> None:
    stale = make.host("old")
    loaded = db.session.get_one(Host, stale.id)
    with db.engine.connect() as other:
        other.execute(text("SELECT 1"))
    _elsewhere(app, stale.id, "new")
    with transaction():
        (locked,) = lock(Host, [loaded.id])
        assert locked.slug == "new"
        assert loaded.slug == "new"


def _elsewhere(app: Flask, host_id: int, slug: str) -> None:
    """Another browser's write, in a thread of its own."""
    import threading

    def write() -> None:
        with app.app_context(), transaction():
            db.session.get_one(Host, host_id).slug = slug

    db.session.rollback()
    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


def test_a_moment_without_a_zone_is_refused_and_one_with_a_zone_comes_back_in_utc(app: Flask, make: Make) -> None:
    host = make.host()
    with pytest.raises(Exception, match="time zone"), transaction():
        db.session.get_one(Host, host.id).created_at = datetime(2026, 1, 1)  # noqa: DTZ001
        db.session.flush()
    tokyo = datetime(2026, 1, 1, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    with transaction():
        db.session.get_one(Host, host.id).created_at = tokyo
    db.session.expire_all()
    assert db.session.get_one(Host, host.id).created_at == datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)


def test_what_is_read_without_a_session_is_the_newest_and_ends_before_a_write(app: Flask, make: Make) -> None:
    host = make.host()
    first = host.slug
    slug = Direct(db.select(Host.slug).where(Host.id == host.id))
    before = slug.rows(here(), {})
    with transaction():
        assert not g.get("uketsuke_reading")
        db.session.get_one(Host, host.id).slug = "new"
        assert slug.rows(here(), {}) == [("new",)]
    assert (before, slug.rows(here(), {})) == ([(first,)], [("new",)])


def test_a_connection_cut_off_while_it_rested_is_made_anew(
    app: Flask, make: Make, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = make.host()
    db.session.rollback()
    monkeypatch.setattr(pool, "RESTED_SECONDS", -1)
    if database == "postgresql":  # a file is not cut off
        connection = db.engine.raw_connection()
        connection.driver_connection.close()  # type: ignore[union-attr]
        connection.close()
    assert db.session.scalar(db.select(Host.id)) == host.id


CHANGES = {
    "sqlite": ["UPDATE entry SET reentry = NOT reentry", "DELETE FROM entry", "UPDATE entry_number SET number = 9",
               "DELETE FROM entry_number"],
}  # fmt: skip
CHANGES["postgresql"] = [*CHANGES["sqlite"], "TRUNCATE entry CASCADE", "TRUNCATE entry_number"]
CHANGES["sqlite"] = [
    *CHANGES["sqlite"],
    "REPLACE INTO entry SELECT * FROM entry",
    "REPLACE INTO entry_number SELECT entry_id, category_id, 9 FROM entry_number",
]


def refuses_a_stranger(file: str) -> None:
    """Another program's connection runs no triggers for rows that a new one takes the place of."""
    with closing(sqlite3.connect(file)) as connection:
        for statement in (one for one in CHANGES["sqlite"] if one.startswith("REPLACE")):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


@pytest.mark.ledger_by_hand
def test_the_ledger_refuses_change(app: Flask, make: Make, database: str) -> None:
    event = make.event()
    category = make.categories(event)["student"]
    with transaction():
        entry = Entry(event_id=event.id, kind=EntryKind.IMPORT, method=Method.IMPORTED, received_at=NOON, at=NOON)
        db.session.add(entry)
        db.session.flush()
        db.session.add(EntryNumber(entry_id=entry.id, category_id=category.id, number=3))
    for statement in CHANGES[database]:
        with pytest.raises(DBAPIError, match="append-only"), transaction():
            db.session.execute(text(statement))
    if database == "sqlite":
        refuses_a_stranger(str(db.engine.url.database))
    assert db.session.scalar(db.select(EntryNumber.number)) == 3
