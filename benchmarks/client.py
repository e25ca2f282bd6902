"""A small keep-alive HTTP client that measures; bounded in count, on this machine only.

It costs as little as it can, for it runs on the cores of the server: a connection that is alone is an ordinary socket
that waits, without an event loop; several share one loop, and an answer is taken apart only as far as somebody asks.
"""

import asyncio
import re
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
AT_ONCE = 1 << 16


@dataclass
class Answer:
    """Status, header lines in lower case, and body of one response."""

    head: bytes
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head.split(b" ", 2)[1])

    @cached_property
    def headers(self) -> dict[str, str]:
        pairs = (line.split(":", 1) for line in self.head.decode("latin-1").split("\r\n")[1:])
        return {name.strip().lower(): value.strip() for name, value in pairs}


@dataclass
class Measured:
    """How long each unit of work took, in milliseconds, and how long all of it."""

    milliseconds: list[float] = field(default_factory=list)
    failures: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """The smallest time within which `share` of the work was done."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class _Arriving:
    """What has come of one answer: its end is known as soon as its head is there."""

    def __init__(self) -> None:
        self.kept = bytearray()
        self.head = self.end = 0

    def add(self, more: bytes) -> Answer | None:
        """The answer, once it is whole."""
        self.kept += more
        if not self.head and (found := self.kept.find(END_OF_HEAD)) >= 0:
            self.head = found
            length = LENGTH.search(self.kept, 0, found)
            self.end = found + len(END_OF_HEAD) + (int(length[1]) if length else 0)
        if not self.head or len(self.kept) < self.end:
            return None
        answer = Answer(bytes(self.kept[: self.head]), bytes(self.kept[self.head + len(END_OF_HEAD) : self.end]))
        self.__init__()  # type: ignore[misc]
        return answer


class _Coming(asyncio.Protocol):
    """Answers on a connection that shares an event loop with others."""

    def __init__(self) -> None:
        self.arriving = _Arriving()
        self.answered: asyncio.Future[Answer] | None = None

    def data_received(self, more: bytes) -> None:
        answer = self.arriving.add(more)
        if answer is not None and self.answered is not None:
            self.answered.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        if self.answered is not None and not self.answered.done():
            self.answered.set_exception(error or ConnectionResetError("the server hung up"))


class Connection:
    """One keep-alive connection."""

    def __init__(self, base: str, *, alone: bool = False) -> None:
        parts = urlsplit(base)
        self.where, self.address = parts.netloc, (parts.hostname or "", parts.port or 80)
        self.alone = alone
        self.socket: socket.socket | None = None
        self.transport: asyncio.Transport | None = None
        self.coming = _Coming()

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send one request and read its whole answer; header names with underscores for hyphens."""
        more = "".join([f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()])
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.where}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        if self.alone:
            return self._ask_alone(head.encode() + body)
        loop = asyncio.get_running_loop()
        if self.transport is None:
            self.transport, _ = await loop.create_connection(lambda: self.coming, *self.address)
        answered: asyncio.Future[Answer] = loop.create_future()
        self.coming.answered = answered
        self.transport.write(head.encode() + body)
        return await answered

    def _ask_alone(self, request: bytes) -> Answer:
        if self.socket is None:
            self.socket = socket.create_connection(self.address)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        while True:
            more = self.socket.recv(AT_ONCE)
            if not more:
                raise ConnectionResetError("the server hung up")
            answer = self.coming.arriving.add(more)
            if answer is not None:
                return answer

    def close(self) -> None:
        for one in (self.socket, self.transport):
            if one is not None:
                one.close()


Work = Callable[[Connection, int], Awaitable[bool]]


def measure(base: str, work: Work, *, connections: int, count: int) -> Measured:
    """Do `work(connection, i)` for i below `count` over so many connections; work says whether it went well."""
    return asyncio.run(_measure(base, work, connections, count))


async def _measure(base: str, work: Work, connections: int, count: int) -> Measured:
    result, numbers = Measured(), iter(range(count))

    async def worker() -> None:
        connection = Connection(base, alone=connections == 1)
        for number in numbers:
            started = time.perf_counter()
            result.failures += not await work(connection, number)
            result.milliseconds.append((time.perf_counter() - started) * 1000)
        connection.close()

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(connections)))
    result.seconds = time.perf_counter() - started
    return result
