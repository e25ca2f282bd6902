"""Charts are drawn by a process of their own, one for all that serve, which may die or hang without a reader being left
without a picture."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import AuthenticationError, get_context
from multiprocessing.connection import Client, Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from analytics.charts import Bars, draw
from analytics.charts.easel import Easel
from app.workroom import end_holder, enter, workroom
from tests.analytics.pictures import CHARTS, FRAME

pytestmark = pytest.mark.slow

BARS = CHARTS["bars"]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    with workroom(spare=tmp_path) as one:
        yield one


@pytest.fixture
def easel(room: Path) -> Easel:
    return Easel(room)


def drawn(easel: Easel) -> bytes:
    return easel.draw(BARS, FRAME, shape="wide", form="svg")


def painter_in(room: Path) -> int:
    """The number of its process."""
    return int((room / "painter").read_text())


def soon(is_so: Callable[[], bool]) -> bool:
    for _ in range(500):
        if is_so():
            return True
        time.sleep(0.02)
    return False


def gone(process: int) -> bool:
    """Ended, and nobody has to be told any more."""
    return soon(lambda: not Path(f"/proc/{process}").exists())


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_picture_is_the_one_that_is_drawn_here(easel: Easel, form: str) -> None:
    apart = easel.draw(BARS, FRAME, shape="sheet", form=form)  # type: ignore[arg-type]
    assert apart == draw(BARS, FRAME, shape="sheet", form=form)  # type: ignore[arg-type]


def test_one_process_draws_all_pictures(easel: Easel, room: Path) -> None:
    drawn(easel)
    first = painter_in(room)
    drawn(easel)
    assert painter_in(room) == first


def test_whoever_needs_its_memory_ends_it_and_the_next_picture_has_another(easel: Easel, room: Path) -> None:
    expected, first = drawn(easel), painter_in(room)
    end_holder(room / "painter")
    assert gone(first)
    end_holder(room / "painter")  # whose number may be another process's by now
    assert drawn(easel) == expected
    assert painter_in(room) != first


class Worker:
    """Another process of the same server."""

    def __init__(self, room: Path) -> None:
        there = get_context("spawn")
        self._wishes, theirs = there.Pipe()
        self.process: SpawnProcess = there.Process(target=work, args=(room, theirs))
        self.process.start()
        assert self._wishes.recv() == "ready"

    def begin(self, name: str = "bars") -> None:
        self._wishes.send(name)

    def drawn(self) -> bytes:
        assert self._wishes.poll(60)
        content: bytes = self._wishes.recv()
        return content

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self._wishes.close()


def work(room: Path, wishes: "Connection[object, str]") -> None:
    enter(room)
    wishes.send("ready")
    while True:
        wishes.send(Easel(room).draw(CHARTS[wishes.recv()], FRAME, shape="wide", form="svg"))


@pytest.fixture
def workers(room: Path) -> Iterator[list[Worker]]:
    both = [Worker(room), Worker(room)]
    yield both
    for one in both:
        one.kill()


def test_several_processes_of_a_server_have_one_painter_also_when_they_want_the_first_picture_at_once(
    room: Path, workers: list[Worker]
) -> None:
    for worker in workers:
        worker.begin()
    expected = draw(BARS, FRAME, shape="wide", form="svg")
    assert [worker.drawn() for worker in workers] == [expected, expected]
    assert painters(room) == [painter_in(room)]


def test_it_goes_on_without_the_process_that_began_it(room: Path, workers: list[Worker]) -> None:
    first, second = workers
    first.begin()
    expected = first.drawn()
    painter = painter_in(room)
    first.kill()
    second.begin()
    assert second.drawn() == expected
    assert painter_in(room) == painter


def test_who_is_killed_while_it_waits_lets_the_next_have_its_turn(room: Path, workers: list[Worker]) -> None:
    first, second = workers
    first.begin()
    expected = first.drawn()
    painter = painter_in(room)
    os.kill(painter, signal.SIGSTOP)
    first.begin("days")
    assert soon(lambda: waited_for(room / "turn"))
    first.kill()
    second.begin()
    os.kill(painter, signal.SIGCONT)
    assert second.drawn() == expected
    assert painter_in(room) == painter


def test_it_ends_with_the_last_process_of_the_server_however_that_ended(tmp_path: Path) -> None:
    with workroom(spare=tmp_path) as room:
        worker = Worker(room)
        worker.begin()
        worker.drawn()
        painter = painter_in(room)
        worker.kill()
        assert painters(room) == [painter]
    assert gone(painter)


def waited_for(file: Path) -> bool:
    """Whether somebody has the turn."""
    with file.open("ab") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def painters(room: Path) -> list[int]:
    """Those that were begun for this room and are there."""
    folders = [one for one in Path("/proc").iterdir() if one.name.isdigit()]
    return [int(one.name) for one in folders if str(room).encode() in said(one)]


def said(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_one_that_was_killed_is_begun_again(easel: Easel, room: Path) -> None:
    expected = drawn(easel)
    first = painter_in(room)
    os.kill(first, signal.SIGKILL)
    assert gone(first)
    assert drawn(easel) == expected
    assert painter_in(room) != first


def test_one_that_is_killed_while_it_draws_is_begun_again(easel: Easel, room: Path) -> None:
    expected = drawn(easel)
    first = painter_in(room)
    os.kill(first, signal.SIGSTOP)
    ending = threading.Timer(0.2, os.kill, (first, signal.SIGKILL))
    ending.start()
    assert drawn(easel) == expected
    ending.join()


def test_one_that_hangs_is_ended_twice_and_then_it_is_said(room: Path, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    hangs = f"import os, time; open({str(begun)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
    easel = Easel(room, painter=(sys.executable, "-c", hangs), patience=1)
    with pytest.raises(RuntimeError, match="could not be drawn"):
        drawn(easel)
    assert all(gone(int(one)) for one in begun.read_text().split())
    assert len(begun.read_text().split()) <= 2


def test_one_that_cannot_be_begun_is_said(room: Path) -> None:
    with pytest.raises(RuntimeError, match="could not be drawn"):
        drawn(Easel(room, painter=("/nowhere/painter",)))


def test_who_stops_waiting_leaves_no_picture_for_the_next(easel: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    listen = Connection.recv_bytes

    def stopped(painter: "Connection[bytes, bytes]", most: int | None = None) -> bytes:
        if most is None:  # a picture, not a word of the greeting
            raise KeyboardInterrupt
        return listen(painter, most)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "recv_bytes", stopped)
        with pytest.raises(KeyboardInterrupt):
            easel.draw(CHARTS["days"], FRAME, shape="wide", form="svg")
    assert drawn(easel) == draw(BARS, FRAME, shape="wide", form="svg")


def test_what_cannot_be_drawn_is_said_and_the_next_picture_is_drawn(
    easel: Easel, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError, match="could not be drawn"):
        easel.draw(Bars(()), FRAME, shape="wide", form="svg")
    assert "ValueError" in capfd.readouterr().err
    assert drawn(easel).startswith(b"<?xml")


def test_it_ends_when_nobody_wants_a_picture(room: Path) -> None:
    easel = Easel(room, rest=0.05)
    first = drawn(easel)
    assert gone(painter_in(room))
    assert drawn(easel) == first


def test_a_stranger_is_not_listened_to_and_the_next_picture_is_drawn(easel: Easel, room: Path) -> None:
    expected = drawn(easel)
    painter = painter_in(room)
    with pytest.raises(AuthenticationError):
        Client(str(room / "easel"), "AF_UNIX", authkey=b"guessed")
    assert (drawn(easel), painter_in(room)) == (expected, painter)


def test_who_shows_charts_loads_nothing_to_draw_with() -> None:
    program = (
        "import sys\n"
        "from analytics.charts import size_of\n"
        "from analytics.charts.easel import easel\n"
        "from tests.analytics.pictures import CHARTS, FRAME\n"
        "for chart in CHARTS.values():\n"
        "    size_of(chart, FRAME, shape='wide')\n"
        "    easel.draw(chart, FRAME, shape='wide', form='png')\n"
        "print('matplotlib' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_who_draws_loads_nothing_that_no_chart_needs() -> None:
    program = (
        "import sys\n"
        "from analytics.charts.painter import draw, leave_out\n"
        "from tests.analytics.pictures import CHARTS, FRAME\n"
        "leave_out()\n"
        "for form in ('svg', 'png', 'pdf'):\n"
        "    draw(CHARTS['bars'], FRAME, shape='wide', form=form)\n"
        "unwanted = 'ssl', 'lxml', 'fontTools.ttLib', 'matplotlib.axes', 'flask', 'sqlalchemy'\n"
        "print([name for name in unwanted if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
