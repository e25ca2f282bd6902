"""Connections of the pool are asked whether they still live, when they have rested: who asks every time, as
`pool_pre_ping` does, waits for the server once more with every request."""

import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

RESTED_SECONDS = 1.0
_RESTS_SINCE = "rests_since"


def keep_alive(engine: Engine) -> None:
    """Let no request have a connection that the server closed while it rested: it gets a new one, as do all others."""
    dialect = engine.dialect

    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get(_RESTS_SINCE)
        if since is None or time.monotonic() - since < RESTED_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError("the server closed the connection") from error

    def note(_connection: Any, record: Any) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    event.listen(engine, "checkout", ask)
    event.listen(engine, "checkin", note)
