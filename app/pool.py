"""Connections to the database: how they are made, kept, and given out again."""

import time
from functools import partial
from typing import Any

from sqlalchemy import Dialect, Engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError

from app.config import Settings

BUSY_TIMEOUT_SECONDS = 15
PLANNED = "-c jit=off -c random_page_cost=1.1"
"""PostgreSQL compiles what it thinks is costly, which takes longer than our longest question: a page of the list of
20,000 registrations took 260 ms instead of 40. It also takes looking up for as costly as on a turning disk: for a
hundred scans it read whole tables, which took 80 ms."""
RESTED_SECONDS = 1.0
"""How long a connection may rest before it is asked whether it still lives."""
USED_AT = "uketsuke_used_at"
PREPARED_AFTER, PREPARED_MOST = 1, 400
"""A statement that was asked this often on a connection before is taken apart and planned there once and for all;
so many at most, those that were asked last."""


def prepare_pool(engine: Engine) -> None:
    """Give each new connection its pragmas (SQLite), and make sure that a rested one still lives (PostgreSQL)."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    else:
        event.listen(engine, "connect", _prepare_soon)
        engine.dialect.do_rollback = partial(_roll_back, engine.dialect.loaded_dbapi.pq)  # type: ignore[method-assign]
        event.listen(engine, "checkin", _put_back)
        event.listen(engine, "checkout", partial(_ask_for_life, engine.dialect))


def engine_options(settings: Settings) -> dict[str, Any]:
    """The connection used last is used next: what it holds of the database in memory is the newest. A page may need
    two at a time, one of a session and one beside it."""
    most = settings.threads + 4
    pool = {"pool_size": most, "max_overflow": most, "pool_use_lifo": True, "hide_parameters": True}
    if settings.on_sqlite:
        return {
            **pool,
            "connect_args": {
                "isolation_level": None,
                "timeout": BUSY_TIMEOUT_SECONDS,
                "check_same_thread": False,
            },
        }
    own = make_url(settings.database_url).query.get("options", PLANNED)
    return {**pool, "connect_args": {"options": own}}


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # without it a REPLACE deletes rows behind the triggers that hold the ledger
        "secure_delete=ON",  # who was erased is not left in free pages of the file; not every SQLite does so by itself
        "temp_store=MEMORY",
        "cache_size=-8000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_soon(connection: Any, _record: Any) -> None:
    connection.prepare_threshold, connection.prepared_max = PREPARED_AFTER, PREPARED_MOST


def _roll_back(pq: Any, connection: Any) -> None:
    """A page ends what it read with a rollback. The driver would have the server forget with it all that it prepared,
    for what was made in a transaction is gone then; but ours make no tables. So it is not told, unless there was a
    failure."""
    server = connection.pgconn
    if (server.transaction_status, server.pipeline_status) == (pq.TransactionStatus.INTRANS, pq.PipelineStatus.OFF):
        server.exec_(b"ROLLBACK")
    connection.rollback()


def _put_back(connection: Any, record: Any) -> None:
    """However it was used, and whoever forgot it: the next one has it with transactions."""
    record.info[USED_AT] = time.monotonic()
    if connection is not None and not connection.closed and connection.autocommit:
        connection.autocommit = False


def _ask_for_life(dialect: Dialect, connection: Any, record: Any, _lent: Any) -> None:
    """A connection that rested may have been cut off meanwhile; one just used is not asked, which takes as long as a
    question of ours. Raises InvalidatePoolError: the pool makes new ones."""
    used_at = record.info.get(USED_AT)
    if used_at is None or time.monotonic() - used_at < RESTED_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError("the server closed the connection") from error
