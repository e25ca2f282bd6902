"""The workroom of a server: a private folder that its processes share while it runs, for what they do once for all of
them. A command has one of its own.

It is on the machine's own disk and its path is short, as the address of a socket must be; nobody but this account can
look into it. Each process that works in it holds a lock of the kernel on the folder, so that one knows when all of them
are gone, however they ended, and so that what tidies up old files passes it by.
"""

import atexit
import fcntl
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "uketsuke-workroom-"
LARGE, RESTING = "turn", "painter"
"""Whose turn it is to have a process beside the server's own that takes much memory, and the one that rests between."""
LONGEST = 60
"""Bytes of the folder around it: the address of a socket has at most 104 or 108, and names inside take about 40."""

JUST_MADE = 60.0
"""Seconds in which a room may stand there before somebody holds it."""

_mine: Path | None = None
_changing = threading.Lock()


@contextmanager
def workroom(spare: Path) -> Iterator[Path]:
    """A new one, until the end of this. spare: the folder around it where the machine has none for passing files. What
    servers left that were killed is cleared away."""
    around = _around(spare)
    _clear(around)
    room = Path(tempfile.mkdtemp(prefix=PREFIX, dir=around))
    held = _hold(room)
    try:
        yield room
    finally:
        os.close(held)
        shutil.rmtree(room, ignore_errors=True)


def enter(room: Path) -> None:
    """This process works there from now on, until it ends."""
    global _mine  # noqa: PLW0603 - a process has one, as it has one working directory
    _hold(room)
    _mine = room


def here() -> Path:
    """Where this process works. If nobody said where, or that folder was taken away, it is one of its own."""
    with _changing:
        if _mine is None or not _mine.is_dir():
            room = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_around(Path.cwd())))
            atexit.register(shutil.rmtree, room, ignore_errors=True)
            enter(room)
        assert _mine
        return _mine


@contextmanager
def turn(file: Path) -> Iterator[None]:
    """One at a time of all threads of all processes that ask by this file; who ends lets go, however it ends."""
    with file.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def end_holder(file: Path) -> None:
    """End the process whose number stands in the file, if it lives: as long as it does it holds a lock on the file. Its
    memory is free afterwards."""
    with file.open("a+") as held:
        with suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        held.seek(0)
        os.kill(int(held.read()), signal.SIGKILL)
        fcntl.flock(held, fcntl.LOCK_EX)


def _hold(room: Path) -> int:
    held = os.open(room, os.O_RDONLY)
    with suppress(OSError):  # a disk elsewhere may know no locks of folders
        fcntl.flock(held, fcntl.LOCK_SH)
    return held


def _around(spare: Path) -> Path:
    with suppress(FileNotFoundError):  # no folder for passing files, not even the one where we stand
        for folder in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - what is made there is private
            if len(os.fsencode(folder)) <= LONGEST and os.access(folder, os.W_OK | os.X_OK):
                return folder
    return spare


def _clear(around: Path) -> None:
    """Nobody works in a room whose lock can be had, and nobody will."""
    for room in around.glob(f"{PREFIX}*"):
        with suppress(OSError):
            seen = room.lstat()
            if seen.st_uid != os.geteuid() or time.time() - seen.st_mtime < JUST_MADE:
                continue
            left = os.open(room, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(room, ignore_errors=True)
            finally:
                os.close(left)
