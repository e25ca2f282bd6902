"""One writer at a time on SQLite: in this process by a mutex, beside it by a lock file next to the database."""

import fcntl
import os
import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect

from app.config import Settings
from app.refusals import Refusals
from app.turns import aside
from app.values import Value, field


class Wire(Value, frozen=True):
    """A driver's own connection and its dialect: for statements that need no session, see app.direct. remembered: what
    was read before and nobody has changed since, if it `keeps` anything for the next one: see `Writer.remembered`."""

    connection: Any
    dialect: Dialect
    remembered: dict[Hashable, Any] = field(default_factory=dict)
    keeps: bool = False


class Writer:
    """One writer at a time on SQLite, in this process and beside it; PostgreSQL needs no such lock."""

    def __init__(self, settings: Settings) -> None:
        self.mutex = threading.Lock()
        self.refusals = Refusals()
        self.path = _lock_path(settings)
        self.engine: Any = None
        self.file: int | None = None
        self.connection: Any = None
        self.version: Any = None
        self.memory: dict[Hashable, Any] = {}

    @contextmanager
    def held(self) -> Iterator[None]:
        if self.path is None:
            yield
            return
        if not self.mutex.acquire(blocking=False):
            with aside():
                self.mutex.acquire()
        try:
            if self.file is None:
                self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
            _lock(self.file)
            try:
                yield
            finally:
                fcntl.flock(self.file, fcntl.LOCK_UN)
        finally:
            self.mutex.release()

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """A connection for who holds this: on SQLite always the same one, because only the one that wrote last still
        knows what it read."""
        if self.path is None:
            connection = self.engine.raw_connection()
            try:
                yield connection
            finally:
                connection.close()
            return
        if self.connection is None:
            self.connection = self.engine.raw_connection()
        yield self.connection

    def remembered(self) -> dict[Hashable, Any]:
        """What was read with that connection before and holds still: empty as soon as any other one has written, or
        something of this one was undone. What is put in must be read under the lock; whoever changes it with this
        connection changes it here as well, or takes it out."""
        if self.connection is None:
            return {}
        version = self.connection.cursor().execute("PRAGMA data_version").fetchone()
        if version != self.version:
            self.version, self.memory = version, {}
        return self.memory

    def forget(self) -> None:
        """What was put in may be of a transaction that is being undone."""
        self.memory.clear()

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection, self.version = None, None
        if self.file is not None:
            os.close(self.file)
            self.file = None


def _lock(file: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with aside():
            fcntl.flock(file, fcntl.LOCK_EX)


def _lock_path(settings: Settings) -> Path | None:
    path = settings.database_url.removeprefix("sqlite:///")
    if not settings.on_sqlite or path in ("", ":memory:"):
        return None
    return Path(path + ".writer")
