"""The ground a measurement stands on: a fresh data folder, an application to fill it, a real server beside it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

from flask import Flask
from sqlalchemy import create_engine, make_url, text

from app.config import read_settings
from app.db import close_db
from app.factory import create_app
from app.migrations import upgrade

PATIENCE = 60
"""Seconds in which a server starts or ends on a machine that has other work."""
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Ground:
    """A data folder with a migrated database; `app` fills it, `serving()` measures it."""

    app: Flask
    environment: dict[str, str]
    base_url: str
    database: str

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        """A real server on this ground, ready to answer, stopped afterwards."""
        command = [str(Path(sys.executable).with_name("uketsuke")), "serve"]
        server = subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            self._wait(server)
            yield server
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(PATIENCE)

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with urlopen(f"{self.base_url}/readyz", timeout=5):
                    return
            except (URLError, OSError):
                assert server.poll() is None, "the server ended"
                time.sleep(0.02)
        raise TimeoutError("the server did not answer")


@contextmanager
def ground(database: str = "sqlite") -> Iterator[Ground]:
    """Fresh ground on `sqlite` or `postgresql` (whose address is in UKETSUKE_TEST_POSTGRES)."""
    with tempfile.TemporaryDirectory(prefix="uketsuke-bench-") as folder:
        port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("UKETSUKE_")}
        environment.pop(
            "PYTHONDONTWRITEBYTECODE", None
        )  # an installation keeps what Python compiled: a third of its start
        environment |= {
            "UKETSUKE_DATA_DIR": folder,
            "UKETSUKE_PORT": str(port),
            "UKETSUKE_RATE_LIMITS": "off",
            "UKETSUKE_LOG_LEVEL": "warning",
        }
        if database == "postgresql":
            environment["UKETSUKE_DATABASE_URL"] = _fresh_postgresql()
        settings = read_settings(environment)
        upgrade(settings.database_url)
        app = create_app(settings)
        with app.app_context():
            yield Ground(app, environment, f"http://127.0.0.1:{port}", database)
        close_db(app)


def memory_mib(pid: int) -> float:
    """What a process and its children hold together, in MiB (Linux). What several of them share is counted once, for it
    is in memory once: of each page every process is told its part."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        held = Path(f"/proc/{one}/smaps_rollup").read_text()
        total += int(held.split("\nPss:")[1].split()[0])
        for task in Path(f"/proc/{one}/task").iterdir():
            waiting += [int(child) for child in (task / "children").read_text().split()]
    return total / 1024


@contextmanager
def watching_memory(pid: int) -> Iterator[list[float]]:
    """What they held together, looked at again and again while something is done."""
    seen, done = [memory_mib(pid)], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            with suppress(OSError, IndexError):  # one of them ended while it was looked at
                seen.append(memory_mib(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fresh_postgresql() -> str:
    url = make_url(os.environ["UKETSUKE_TEST_POSTGRES"])
    name = f"bench_{uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)
