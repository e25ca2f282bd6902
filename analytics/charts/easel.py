"""Charts for the server, drawn by a process of their own, one for all processes of the server: what drawing loads and
keeps is never theirs, and no scan waits while a picture is drawn."""

import fcntl
import os
import pickle
import socket
import subprocess
import sys
import threading
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from multiprocessing.process import current_process
from pathlib import Path

from analytics.charts.data import Chart
from analytics.charts.style import Format, Frame, Shape
from app.web.fonts import font_files
from app.workroom import LARGE, RESTING, end_holder, here, turn

PAINTER = (sys.executable, "-m", "analytics.charts.painter")
PATIENCE = 60.0
"""Seconds for one picture, the libraries' loading included; on a machine with nothing else to do it takes one."""
REST = 30.0
"""Seconds without a wish after which the process ends and its memory goes back."""
MALLOC = {"MALLOC_MMAP_THRESHOLD_": "1048576"}
"""What a large picture needed is given back at once, where the C library is glibc."""
_ROOT = Path(__file__).resolve().parents[2]


class Easel:
    """One picture at a time, whichever process of the server wants it. A painter that died or hangs is ended, and
    another one tries once more.

    In the room of the server stand its socket, whose turn it is, and the number of the painter's process, which holds
    a lock on that file. Whoever has the turn finds nobody at the socket begins a painter, so there are never two. The
    turn is also that of whoever sums up a large ledger: both at once would take too much memory."""

    def __init__(
        self,
        room: Path | None = None,
        *,
        painter: tuple[str, ...] = PAINTER,
        patience: float = PATIENCE,
        rest: float = REST,
    ) -> None:
        self._room, self._command, self._patience, self._rest = room, painter, patience, rest

    def draw(self, chart: Chart, frame: Frame, *, shape: Shape, form: Format) -> bytes:
        """The file. Raises MissingFonts if the fonts were never built, RuntimeError if it cannot be drawn."""
        font_files()
        wish, room = pickle.dumps((chart, frame, shape, form)), self._room or here()
        with turn(room / LARGE):
            drawn = self._drawn(wish, room) or self._drawn(wish, room)
        if drawn is None:
            raise RuntimeError("The chart could not be drawn; the reason stands above in the log.")
        return drawn

    def _drawn(self, wish: bytes, room: Path) -> bytes | None:
        """None if the painter died of it, before it, or had to be ended."""
        hanging = threading.Timer(self._patience, end_holder, (room / RESTING,))
        hanging.start()
        try:
            with self._painter(room) as painter:
                painter.send_bytes(wish)
                return painter.recv_bytes()
        except (OSError, EOFError, AuthenticationError):
            return None
        finally:
            hanging.cancel()

    def _painter(self, room: Path) -> "Connection[bytes, bytes]":
        door = room / "easel"
        try:
            return Client(str(door), "AF_UNIX", authkey=_key())
        except (FileNotFoundError, ConnectionRefusedError):
            self._begin(room, door)
            return Client(str(door), "AF_UNIX", authkey=_key())

    def _begin(self, room: Path, door: Path) -> None:
        door.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening, (room / RESTING).open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # which is the painter's as soon as we close the file
            listening.bind(str(door))
            listening.listen()
            painter = subprocess.Popen(  # noqa: S603 - our own module
                (*self._command, str(listening.fileno()), str(room), str(self._patience), str(self._rest)),
                cwd=_ROOT,
                env={**os.environ, **MALLOC},
                stdin=subprocess.PIPE,
                pass_fds=(listening.fileno(), held.fileno()),
            )
            held.truncate(0)
            held.write(str(painter.pid))
        threading.Thread(target=painter.communicate, args=(_key(),), name="painter", daemon=True).start()


def _key() -> bytes:
    """What all processes of a server know and nobody else does."""
    return bytes(current_process().authkey)


easel = Easel()
