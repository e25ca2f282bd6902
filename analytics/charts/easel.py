"""Charts for the server, drawn by a process of their own: what drawing loads and keeps is never the server's, and no
scan waits while a picture is drawn."""

import atexit
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

from analytics.charts.data import Chart
from analytics.charts.style import Format, Frame, Shape
from app.web.fonts import font_files

PAINTER = (sys.executable, "-m", "analytics.charts.painter")
PATIENCE = 60.0
"""Seconds for one picture, the libraries' loading included; on a machine with nothing else to do it takes one."""
REST = 30.0
"""Seconds without a wish after which the process is ended and its memory goes back."""
MALLOC = {"MALLOC_MMAP_THRESHOLD_": "1048576"}
"""What a large picture needed is given back at once, where the C library is glibc."""
_ROOT = Path(__file__).resolve().parents[2]


class Easel:
    """One picture at a time. A process that died or hangs is ended, and another one tries once more."""

    def __init__(self, *, painter: tuple[str, ...] = PAINTER, patience: float = PATIENCE, rest: float = REST) -> None:
        self._command, self._patience, self._rest = painter, patience, rest
        self._turn = threading.Lock()
        self._painter: subprocess.Popen[bytes] | None = None
        self._ending: threading.Timer | None = None
        atexit.register(self.clear)

    def draw(self, chart: Chart, frame: Frame, *, shape: Shape, form: Format) -> bytes:
        """The file. Raises MissingFonts if the fonts were never built, RuntimeError if it cannot be drawn."""
        font_files()
        with self._turn:
            wish = pickle.dumps((chart, frame, shape, form))
            drawn = self._drawn(wish) or self._drawn(wish)
            if drawn is None:
                raise RuntimeError("The chart could not be drawn; the reason stands above in the log.")
            self._end_later()
            return drawn

    def clear(self) -> None:
        """End the process, if there is one."""
        with self._turn:
            self._end()

    def _drawn(self, wish: bytes) -> bytes | None:
        """None if the process died of it, before it, or had to be ended. Whatever else stops this, the process is ended
        too: what it is still saying would be taken for the next picture."""
        painter = self._painter or self._begin()
        hanging = threading.Timer(self._patience, painter.kill)
        hanging.start()
        try:
            assert painter.stdin
            assert painter.stdout
            painter.stdin.write(wish)
            painter.stdin.flush()
            drawn: bytes = pickle.load(painter.stdout)  # noqa: S301 - from the process that we began
        except Exception:  # noqa: BLE001  a pipe that broke, or words that are no picture: these raise anything
            self._end()
            return None
        except BaseException:
            self._end()
            raise
        finally:
            hanging.cancel()
        return drawn

    def _begin(self) -> subprocess.Popen[bytes]:
        self._painter = subprocess.Popen(  # noqa: S603 - our own module; wishes go in by the pipe
            self._command, cwd=_ROOT, env={**os.environ, **MALLOC}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self._painter

    def _end(self) -> None:
        painter, self._painter = self._painter, None
        if painter:
            painter.kill()
            try:
                painter.communicate()
            except OSError:  # what it had not read yet
                painter.wait()

    def _end_later(self) -> None:
        if self._ending:
            self._ending.cancel()
        self._ending = threading.Timer(self._rest, self.clear)
        self._ending.daemon = True
        self._ending.start()


easel = Easel()
