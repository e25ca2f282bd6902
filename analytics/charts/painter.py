"""The process that draws charts for all processes of a server, started as a module by the first that wants one: it
takes one wish after the other at the easel's socket."""

import ctypes
import fcntl
import gc
import os
import pickle
import signal
import socket
import sys
import threading
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from pathlib import Path
from types import ModuleType

from analytics.charts.drawings import draw

NEVER_ASKED = (
    "fontTools.subset",
    "fontTools.agl",
    "matplotlib._fontconfig_pattern",
    "matplotlib._mathtext_data",
    "matplotlib.dates",
    "matplotlib.dviread",
    "matplotlib.figure",
    "matplotlib.mathtext",
    "matplotlib.widgets",
    "pyparsing",
)
"""What matplotlib loads and our drawings never use, 30 MiB: what cuts fonts down for a PDF (letters of ours are drawn,
each by itself: `pdf.fonttype`), names of letters in files of TeX and such files, what takes names of fonts apart,
figures with axes, axes of days, what is clicked in a figure, and formulas."""

_give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)


def main(door: socket.socket, key: bytes, room: Path, *, patience: float, rest: float) -> None:
    """Draw until nobody has asked for `rest` seconds, a picture takes longer than `patience`, or all who work in the
    room are gone. A picture that cannot be drawn ends the process, with the reason on standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_out()
    threading.Thread(target=_end_after_all_in, args=(room,), daemon=True).start()
    while True:
        signal.setitimer(signal.ITIMER_REAL, rest)  # whose signal ends a process, whatever that is doing
        taken, _ = door.accept()
        signal.setitimer(signal.ITIMER_REAL, patience)
        with Connection(taken.detach()) as caller:
            _serve(caller, key)
        gc.collect()  # a figure holds itself, and up to 30 MiB of dots
        gc.freeze()  # what is left are libraries and letters: looking through them took 20 ms after each picture
        if _give_back:
            _give_back(0)  # what lies free between things that are held: 11 MiB after a few pictures, for a millisecond


class Nothing(ModuleType):
    """In it is whatever somebody takes from it by name, to be called with anything, and that does nothing."""

    __version__ = "9999"  # matplotlib asks some whether they are new enough

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def leave_out() -> None:
    """Put a module in which there is nothing in the place of what is never asked."""
    sys.modules.update({name: Nothing(name) for name in NEVER_ASKED})


def _serve(caller: "Connection[bytes, bytes]", key: bytes) -> None:
    """From a wish, pickled as the easel does, to the file. A caller who does not know the key is not listened to, and
    one who is gone is not waited for."""
    try:
        deliver_challenge(caller, key)
        answer_challenge(caller, key)
        wish = caller.recv_bytes()
    except (OSError, EOFError, AuthenticationError):
        return
    chart, frame, shape, form = pickle.loads(wish)  # noqa: S301 - from a process of our server
    drawn = draw(chart, frame, shape=shape, form=form)
    with suppress(OSError):
        caller.send_bytes(drawn)


def _end_after_all_in(room: Path) -> None:
    """Each of them holds a lock on the folder."""
    with suppress(OSError):
        fcntl.flock(os.open(room, os.O_RDONLY), fcntl.LOCK_EX)
        os._exit(0)


if __name__ == "__main__":
    number, folder, longest, idle = sys.argv[1:]
    main(
        socket.socket(fileno=int(number)),
        sys.stdin.buffer.read(),
        Path(folder),
        patience=float(longest),
        rest=float(idle),
    )
