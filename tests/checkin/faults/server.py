"""The real server with what a bad day brings, told from outside: its time, its end around a commit, its memory.

None of this is a switch of the product: this entry changes the modules of its own process and then serves as always.
"""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask

import app.clock
from app import serve
from app.config import Settings, read_settings
from app.values import replace
from app.writer import Writer
from checkin import api
from checkin.api import lane
from checkin.api.verdicts import verdicts as real_verdicts
from checkin.forms import read_batch as real_read_batch
from checkin.rules.claims import Batch, Claim
from tests.processes import children

AHEAD = "FAULTS_SECONDS_AHEAD"
FORGETFUL = "FAULTS_FORGETFUL"
DEATHS = "FAULTS_DEATHS"
"""A file to which every death is written, so that whoever asked for it need not ask again."""
TOLD_BY = "HTTP_FAULT"
"""`Fault: before 1`, `Fault: after 2` in a request: the server dies before, or after, the next commit of a door."""

real_application = serve.load_application
real_connected = Writer.connected
armed: list[str] = []


def main() -> None:
    """Serve with these faults. The worker is loaded by ours, which changes its modules first, however it is started."""
    serve.load_application = load_application
    serve.serve(read_settings(), demo=False)


def load_application(settings: Settings, room: Path, shared: Flask | None = None) -> Any:
    del shared  # it was loaded before the modules were changed
    at_another_time(timedelta(seconds=float(os.environ[AHEAD])))
    Writer.connected = connected  # type: ignore[method-assign, assignment]
    if FORGETFUL in os.environ:
        without_idempotency()
    application = real_application(settings, room)

    def told(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if TOLD_BY in environ:
            armed.append(environ[TOLD_BY])
        answer: Iterable[bytes] = application(environ, start_response)
        return answer

    return told


def at_another_time(ahead: timedelta) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + ahead

    app.clock.datetime = Clock  # type: ignore[attr-defined]


@contextmanager
def connected(writer: Writer) -> Iterator[Any]:
    """The door's connection, whose commit may be the last that this server does, or the first that it does not."""
    with real_connected(writer) as connection:
        yield Deadly(connection)


class Deadly:
    """A connection that otherwise is as the one it stands before."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def commit(self) -> None:
        fault = armed.pop() if armed else ""
        if fault.startswith("before"):
            everybody_dies(fault)
        self._connection.commit()
        if fault.startswith("after"):
            everybody_dies(fault)


def everybody_dies(fault: str) -> None:
    """No farewell: the other workers, the supervisor, ourselves."""
    with Path(os.environ[DEATHS]).open("a") as deaths:
        deaths.write(f"{fault}\n")
    end_at_once(os.getppid(), last=os.getpid())


def end_at_once(supervisor: int, *, last: int | None = None) -> None:
    """A supervisor and its workers, with no time left to start another one; the worker `last` after all others."""
    os.kill(supervisor, signal.SIGSTOP)
    workers = [child for child in children(supervisor) if child != last]
    for one in [*workers, supervisor, *([last] if last else [])]:
        os.kill(one, signal.SIGKILL)


def without_idempotency() -> None:
    """Every scan that arrives is a new one; the device hears its own ids."""
    given: dict[str, str] = {}

    def read_batch(body: bytes) -> Batch:
        batch = real_read_batch(body)
        return replace(batch, scans=tuple(renamed(scan) if isinstance(scan, Claim) else scan for scan in batch.scans))

    def renamed(scan: Claim) -> Claim:
        new = uuid4()
        given[str(new)] = str(scan.id)
        newest[scan.id] = new
        return replace(scan, id=new, undoes=newest.get(scan.undoes) if scan.undoes else None)

    def verdicts(answers: list[Any]) -> list[dict[str, Any]]:
        return [{**one, "id": given.get(one["id"], one["id"])} for one in real_verdicts(answers)]

    newest: dict[UUID, UUID] = {}
    for module in (api, lane):
        vars(module).update(read_batch=read_batch, verdicts=verdicts, as_told=verdicts)
