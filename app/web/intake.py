"""Between the server and the application: a body arrives whole, and only then is the request worked on.

Who sends slowly, or not at all, keeps a waiting thread and never one of those that work; and no network keeps many.
Pages are worked on a few at a time, because each needs memory; the quick ones of a rush take turns. Scans need little
and wait for the disk together: they never wait for a page, and who waits for the disk makes room for the next.
"""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from app.turns import Places

WAITING_THREADS = 56
"""Threads that may wait for bodies, beside those that work."""
SLOW_SECONDS = 3
SLOW_BODIES_EACH = 16
"""Bodies slower than that, from one address at a time; a further one is turned away."""
SCANS = re.compile(r"/api/v1/events/[^/]+/scans")
QUICK = re.compile(r"/events/[^/]+/register(/[^/]+)?|/r/[^/]+(/(change|cancel))?|/[tT]/[^/]+")
"""Pages that a rush asks for, each a few milliseconds of work: they take turns among themselves. Measured at 64
connections on SQLite: one after the other 151 whole registrations a second, eight at once 93."""
QUICK_AT_ONCE = 3
"""Of them in each process on PostgreSQL, where one draws while others wait for the database. Measured at 64
connections: eight at once cost 15.3 ms of processor time for a whole registration, three 13.9, two 14.9."""
SCANS_AT_ONCE = 4
"""Scans that are read, decided or answered at once on SQLite; those that wait for the commit they share do not count.
Threads that all want to run wake each other a thousand times a second: without a limit, 64 connections cost 1.4 ms of
work for each scan, with this one 1.0."""

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Intake:
    """A WSGI application around another one. `quick`, `scans`: so many of the quick pages and of the scans at once.
    `trusted`: says whether an address is a proxy's, which sends for many."""

    def __init__(
        self,
        inner: Application,
        *,
        at_work: int,
        largest: int,
        trusted: Callable[[str], bool],
        quick: int = 1,
        scans: int = SCANS_AT_ONCE,
    ) -> None:
        self.inner = inner
        self.places = Places(at_work)
        self.quick = Places(min(quick, at_work))
        self.scans = Places(scans)
        self.largest = largest
        self.trusted = trusted
        self.mutex = threading.Lock()
        self.arriving: defaultdict[str, list[float]] = defaultdict(list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length or "HTTP_TRANSFER_ENCODING" in environ:
            refusal = self._take_in(environ, int(length) if length.isdigit() else None)
            if refusal:
                return _refuse(start_response, refusal)
        path = environ.get("PATH_INFO", "")
        with self._lane(path):
            return self.inner(environ, start_response)

    def _lane(self, path: str) -> Places:
        if SCANS.fullmatch(path):
            return self.scans
        return self.quick if QUICK.fullmatch(path) else self.places

    def _take_in(self, environ: dict[str, Any], length: int | None) -> str:
        """Read the body into memory; what is too long is left to the application, which says so."""
        if length is not None and length > self.largest:
            return ""
        with self._counted(environ.get("REMOTE_ADDR", "")) as welcome:
            if not welcome:
                return "503 Service Unavailable"
            body = environ["wsgi.input"].read(self.largest + 1)
        if length is not None and len(body) < length:
            return "400 Bad Request"
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return ""

    @contextmanager
    def _counted(self, address: str) -> Iterator[bool]:
        """Whether this address may send a body now; counted as long as it sends."""
        started = time.monotonic()
        with self.mutex:
            slow = sum(started - since > SLOW_SECONDS for since in self.arriving.get(address, ()))
            welcome = slow < SLOW_BODIES_EACH or self.trusted(address)
            self.arriving[address].append(started)
        try:
            yield welcome
        finally:
            with self.mutex:
                self.arriving[address].remove(started)
                if not self.arriving[address]:
                    del self.arriving[address]


def _refuse(start_response: Callable[..., Any], status: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "0"), ("Connection", "close")])
    return [b""]
