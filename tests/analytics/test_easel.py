"""Charts are drawn by a process of their own, which may die or hang without a reader being left without a picture."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.charts import Bars, draw
from analytics.charts.easel import Easel
from tests.analytics.pictures import CHARTS, FRAME

pytestmark = pytest.mark.slow

BARS = CHARTS["bars"]


@pytest.fixture
def easel() -> Iterator[Easel]:
    one = Easel()
    yield one
    one.clear()


def drawn(easel: Easel) -> bytes:
    return easel.draw(BARS, FRAME, shape="wide", form="svg")


def painter_of(easel: Easel) -> subprocess.Popen[bytes]:
    painter = easel._painter
    assert painter
    return painter


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_picture_is_the_one_that_is_drawn_here(easel: Easel, form: str) -> None:
    apart = easel.draw(BARS, FRAME, shape="sheet", form=form)  # type: ignore[arg-type]
    assert apart == draw(BARS, FRAME, shape="sheet", form=form)  # type: ignore[arg-type]


def test_one_process_draws_all_pictures(easel: Easel) -> None:
    drawn(easel)
    first = painter_of(easel)
    drawn(easel)
    assert painter_of(easel) is first


def test_one_that_was_killed_is_begun_again(easel: Easel) -> None:
    expected = drawn(easel)
    first = painter_of(easel)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert drawn(easel) == expected
    assert painter_of(easel).pid != first.pid


def test_one_that_is_killed_while_it_draws_is_begun_again(easel: Easel) -> None:
    expected = drawn(easel)
    os.kill(painter_of(easel).pid, signal.SIGSTOP)
    ending = threading.Timer(0.2, painter_of(easel).kill)
    ending.start()
    assert drawn(easel) == expected
    ending.join()


def test_one_that_hangs_is_ended_twice_and_then_it_is_said(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    hangs = f"import sys; open({str(begun)!r}, 'a').write('x'); sys.stdin.read()"
    easel = Easel(painter=(sys.executable, "-c", hangs), patience=0.5)
    with pytest.raises(RuntimeError, match="could not be drawn"):
        drawn(easel)
    assert easel._painter is None
    assert len(begun.read_text()) <= 2


def test_one_that_answers_with_something_else_is_ended_and_its_words_are_nobodys_picture(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    stammers = (
        "import os, pickle, sys\n"
        "pickle.load(sys.stdin.buffer)\n"
        f"first = not os.path.exists({str(begun)!r})\n"
        f"open({str(begun)!r}, 'a').close()\n"
        "words = b'cnowhere\\nnothing\\n.' if first else b''\n"
        "sys.stdout.buffer.write(words + pickle.dumps(b'drawn'))\n"
        "sys.stdout.buffer.flush()\n"
        "sys.stdin.read()\n"
    )
    easel = Easel(painter=(sys.executable, "-c", stammers))
    assert drawn(easel) == b"drawn"
    easel.clear()


def test_who_stops_waiting_leaves_no_picture_for_the_next(easel: Easel, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_file: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("analytics.charts.easel.pickle.load", stopped)
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


def test_it_ends_when_nobody_wants_a_picture() -> None:
    easel = Easel(rest=0.05)
    drawn(easel)
    for _ in range(100):
        if easel._painter is None:
            break
        time.sleep(0.01)
    assert easel._painter is None


def test_it_ends_with_the_server_however_that_ended(easel: Easel) -> None:
    drawn(easel)
    painter = painter_of(easel)
    assert painter.stdin
    painter.stdin.close()
    assert painter.wait(timeout=10) == 0
    painter.stdin = None


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
