"""A small keep-alive HTTP client that measures; bounded in count, on this machine only."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """Status, header lines in lower case, and body of one response."""

    status: int
    headers: dict[str, str]
    body: bytes


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


class Connection:
    """One keep-alive connection."""

    def __init__(self, base: str) -> None:
        self.parts = urlsplit(base)
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send one request and read its whole answer; header names with underscores for hyphens."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.parts.hostname, self.parts.port)
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.parts.netloc}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        return await self._read()

    async def _read(self) -> Answer:
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(":", 1) for line in head[1:] if ":" in line)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(int(head[0].split()[1]), headers, body)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


Work = Callable[[Connection, int], Awaitable[bool]]


def measure(base: str, work: Work, *, connections: int, count: int) -> Measured:
    """Do `work(connection, i)` for i below `count` over so many connections; work says whether it went well."""
    return asyncio.run(_measure(base, work, connections, count))


async def _measure(base: str, work: Work, connections: int, count: int) -> Measured:
    result, numbers = Measured(), iter(range(count))

    async def worker() -> None:
        connection = Connection(base)
        for number in numbers:
            started = time.perf_counter()
            result.failures += not await work(connection, number)
            result.milliseconds.append((time.perf_counter() - started) * 1000)
        connection.close()

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(connections)))
    result.seconds = time.perf_counter() - started
    return result
