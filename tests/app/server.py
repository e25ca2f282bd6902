"""The real server as a process, for tests of starting, ending, logs and the wire."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

COMMAND = str(Path(sys.executable).with_name("uketsuke"))
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, port: int, **settings: str) -> dict[str, str]:
    """Only our own settings, whatever the shell around has."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("UKETSUKE_")}
    ours = {"UKETSUKE_DATA_DIR": str(folder), "UKETSUKE_PORT": str(port)}
    return {**rest, **ours, **{f"UKETSUKE_{name}": value for name, value in settings.items()}}


def run(folder: Path, *arguments: str, port: int = 8000, **settings: str) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    return subprocess.run(
        [COMMAND, *arguments],
        env=environment(folder, port, **settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int
    folder: Path
    secure: bool = False
    said: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """Status and body of one request on a connection of its own."""
        connection = self._connection()
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if not self.secure:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        trust = ssl.create_default_context(cafile=str(self.folder / "tls" / "ca.crt"))
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=trust)

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end, as a supervisor does; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        return self.process.wait(60)

    def interrupt(self) -> int:
        """Ctrl-C: the terminal tells every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)

    def welcome(self) -> str:
        """All that it prints once it listens."""
        assert _soon(lambda: any("Ctrl-C" in line for line in self.said), 20)
        return "".join(self.said)

    def logs(self, part: str, seconds: float = 10) -> bool:
        """Whether a line with this part is logged soon."""
        return _soon(lambda: any(part in line for line in self.logged), seconds)


@contextmanager
def serving(folder: Path, *options: str, **settings: str) -> Iterator[Server]:
    """`uketsuke serve` until the end of this context."""
    port = free_port()
    process = subprocess.Popen(
        [COMMAND, "serve", *options],
        env=environment(folder, port, **settings),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    server = Server(process, port, folder, secure="TLS_CERT" in settings)
    readers = [
        threading.Thread(target=_keep, args=(process.stdout, server.said), daemon=True),
        threading.Thread(target=_keep, args=(process.stderr, server.logged), daemon=True),
    ]
    for reader in readers:
        reader.start()
    try:
        assert _soon(lambda: _answers(server), 180), "".join(server.logged)
        yield server
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
        for reader in readers:
            reader.join(5)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _keep(pipe: IO[str] | None, lines: list[str]) -> None:
    for line in pipe or ():
        lines.append(line)  # noqa: PERF402


def _answers(server: Server) -> bool:
    assert server.process.poll() is None, "".join(server.logged)
    try:
        return server.ask("GET", "/healthz")[0] == 200
    except OSError:
        return False


def _soon(check: object, seconds: float) -> bool:
    assert callable(check)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.03)
    return bool(check())
