"""A real server has one painter for all its workers, none left behind however it ends, and draws no picture twice."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask

from app.accounts.operations import begin_sign_in
from app.clock import now
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Role
from tests.analytics.ledger import Ledger
from tests.analytics.test_easel import soon
from tests.analytics.test_views import places_of
from tests.app.server import Server, serving
from tests.make import Make

pytestmark = pytest.mark.slow

CHARTS = "/console/events/fair/attendance/charts"


class Fair:
    """A fair with figures on a real server, seen by who organises it."""

    def __init__(self, server: Server, sign_in: str) -> None:
        self.server, self._cookie = server, f"uketsuke={sign_in}"

    def picture(self, address: str = "people.svg") -> tuple[int, str | None]:
        """Status and name of the content, asked for on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.request("GET", f"{CHARTS}/{address}", headers={"Cookie": self._cookie})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.headers["ETag"]

    def pictures(self, *addresses: str) -> set[tuple[int, str | None]]:
        """The same of several, asked for at once."""
        with ThreadPoolExecutor(len(addresses)) as together:
            return set(together.map(self.picture, addresses))

    def painters(self) -> list[int]:
        return [one for one, said in self.processes().items() if "analytics.charts.painter" in said]

    def workers(self) -> list[int]:
        return [one for one in self.processes() if one not in (self.server.process.pid, *self.painters())]

    def processes(self) -> dict[int, str]:
        """Of this server, with what each was begun with."""
        all_here = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
        return {one: said for one in all_here if (said := words(one)) and session(one) == self.server.process.pid}


def words(process: int) -> str:
    """None for one that has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def session(process: int) -> int:
    try:
        return os.getsid(process)
    except OSError:
        return 0


@pytest.fixture
def fair(app: Flask, make: Make, tmp_path: Path, database_url: str) -> Iterator[Fair]:
    event: Event = make.event("fair")
    make.session(event, "talk")
    ledger = Ledger(event)
    ledger.tap(places_of(event)["talk"], {ledger.categories()[0]: 7})
    ledger.write()
    olga = make.account("Olga", Role.OWNER, event)
    with transaction():
        cookie = begin_sign_in(olga.id, at=now())
    db.session.remove()
    with serving(tmp_path / "data", DATABASE_URL=database_url) as server:
        yield Fair(server, cookie)
        if server.process.poll() is None:
            server.end()


def test_all_workers_of_a_server_have_one_painter_and_one_picture(fair: Fair) -> None:
    assert fair.painters() == []
    ((status, _name),) = fair.pictures(*["people.svg"] * 12)
    assert status == 200
    assert len(fair.painters()) == 1
    assert {
        one for one, _ in fair.pictures(*(f"{name}.png" for name in ("people", "days", "sessions", "arrivals")))
    } == {200}
    assert len(fair.painters()) == 1


def test_the_painter_goes_on_when_a_worker_dies(fair: Fair) -> None:
    fair.picture()
    (painter,) = fair.painters()
    before = fair.workers()
    for worker in before:
        os.kill(worker, signal.SIGKILL)
        assert soon(lambda: len(fair.workers()) == len(before) and answers(fair))
    assert not set(before) & set(fair.workers())
    assert fair.picture("days.svg")[0] == 200
    assert fair.painters() == [painter]


def test_no_painter_is_left_when_the_server_ends(fair: Fair) -> None:
    fair.picture()
    room = room_of(fair)
    assert fair.server.end() == 0
    assert soon(lambda: not fair.processes())
    assert not room.exists()


def test_no_painter_is_left_when_all_of_the_server_is_killed(fair: Fair) -> None:
    fair.picture()
    workers = fair.workers()
    fair.server.process.kill()
    fair.server.process.wait()
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    assert soon(lambda: not fair.processes())


def room_of(fair: Fair) -> Path:
    (painter,) = fair.painters()
    return Path(next(one for one in words(painter).split() if "workroom" in one))


def answers(fair: Fair) -> bool:
    try:
        return fair.server.ask("GET", "/healthz")[0] == 200
    except OSError:
        return False
