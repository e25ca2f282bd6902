"""Workers that part from one process which loads for them: the supervisor ends and replaces them as its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.analytics.test_easel import soon
from tests.app.server import ROOT, free_port
from tests.processes import children

PROGRAM = """
import os, sys, time
from app.parting import Parting

def load():
    print("loading", os.getpid(), flush=True)
    time.sleep(float(sys.argv[2]))
    if sys.argv[3] == "fails":
        sys.exit(7)
    return os.getpid()

def begin(shared=None):
    loaded_by = shared or load()
    def answer(_environ, start):
        start("200 OK", [])
        return [f"{os.getpid()} {loaded_by}".encode()]
    return answer

Parting(
    "test", port=int(sys.argv[1]), interface="wsgi", workers=2, load=load,
    respawn_failed_workers=True, workers_kill_timeout=20, log_level="critical",
).serve(target_loader=begin, wrap_loader=False)
"""


class Parted:
    """A server of two workers that tell their own number and that of the process that loaded for them."""

    def __init__(self, *, seconds: str = "0", how: str = "works") -> None:
        self.port = free_port()
        self.supervisor = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(self.port), seconds, how],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def said(self) -> str:
        assert self.supervisor.stdout
        return self.supervisor.stdout.readline()

    def answer(self) -> tuple[int, int] | None:
        """Who answers, and who loaded for it."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/")
            worker, loaded_by = connection.getresponse().read().split()
        except OSError:
            return None
        finally:
            connection.close()
        return int(worker), int(loaded_by)

    def answers(self) -> dict[int, int]:
        return dict(filter(None, (self.answer() for _ in range(30))))

    def left(self) -> list[int]:
        """Processes of it that are still there."""
        every = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
        return [one for one in every if one != self.supervisor.pid and _session(one) == self.supervisor.pid]


def _session(process: int) -> int:
    try:
        return os.getsid(process)
    except ProcessLookupError:
        return 0


@contextmanager
def parted(**how: str) -> Iterator[Parted]:
    server = Parted(**how)
    try:
        yield server
    finally:
        if server.supervisor.poll() is None:
            server.supervisor.terminate()
        server.supervisor.communicate(timeout=60)
    assert server.left() == []


def both(server: Parted) -> Callable[[], bool]:
    return lambda: len(server.answers()) == 2


def test_workers_part_from_one_process_that_ends_and_are_children_of_the_supervisor() -> None:
    with parted() as server:
        assert soon(both(server))
        loader = int(server.said().split()[1])
        answers = server.answers()
        assert set(answers) == set(children(server.supervisor.pid)) == set(server.left())
        assert set(answers.values()) == {loader}
        server.supervisor.terminate()
        assert server.supervisor.wait(60) == 0


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced_by_one_that_loads_for_itself_while_the_other_goes_on() -> None:
    with parted() as server:
        assert soon(both(server))
        loader = next(iter(server.answers().values()))
        killed, stays = server.answers()
        os.kill(killed, signal.SIGKILL)
        assert soon(lambda: killed not in children(server.supervisor.pid))
        assert soon(both(server))
        answers = server.answers()
        assert answers[stays] == loader
        assert [answers[one] == one for one in answers if one != stays] == [True]


def test_where_nothing_can_be_loaded_the_server_ends_and_does_not_try_again_and_again() -> None:
    with parted(how="fails") as server:
        assert server.supervisor.wait(60) == 7
        assert len(server.supervisor.communicate()[0].splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["the supervisor", "all, as a terminal does"])
def test_a_server_that_is_told_to_end_while_it_loads_leaves_nobody_behind(whom: str) -> None:
    with parted(seconds="1") as server:
        assert server.said().startswith("loading")
        if whom == "the supervisor":
            server.supervisor.terminate()
        else:
            os.killpg(server.supervisor.pid, signal.SIGINT)
        assert server.supervisor.wait(60) == 0


def test_where_the_process_that_loads_is_killed_the_server_ends() -> None:
    with parted(seconds="60") as server:
        os.kill(int(server.said().split()[1]), signal.SIGKILL)
        assert server.supervisor.wait(60) == 9
