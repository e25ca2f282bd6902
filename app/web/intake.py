"""Between the server and the application: a body arrives whole, and only then is the request worked on.

Who sends slowly, or not at all, keeps a waiting thread and never one of those that work; and no network keeps many.
Pages are worked on a few at a time, because each needs memory. Scans need little and wait for the disk together: they
queue nowhere before that.
"""

import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

WAITING_THREADS = 56
"""Threads that may wait for bodies, beside those that work."""
SLOW_SECONDS = 3
SLOW_BODIES_EACH = 16
"""Bodies slower than that, from one address at a time; a further one is turned away."""
SCANS = re.compile(r"/api/v1/events/[^/]+/scans")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Places:
    """So many may work at once; who waits longest is next, and nobody who just came goes before."""

    def __init__(self, number: int) -> None:
        self.free = number
        self.mutex = threading.Lock()
        self.waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self.mutex:
            if self.free:
                self.free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self.waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_raised: object) -> None:
        with self.mutex:
            if self.waiting:
                self.waiting.popleft().release()  # the place is handed over: it is free for nobody else meanwhile
            else:
                self.free += 1


class Intake:
    """A WSGI application around another one. `trusted`: says whether an address is a proxy's, which sends for many."""

    def __init__(self, inner: Application, *, at_work: int, largest: int, trusted: Callable[[str], bool]) -> None:
        self.inner = inner
        self.places = Places(at_work)
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
        if SCANS.fullmatch(environ.get("PATH_INFO", "")):
            return self.inner(environ, start_response)
        with self.places:
            return self.inner(environ, start_response)

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
