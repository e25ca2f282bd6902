"""Who works on a SQLite database: one server at a time, and nobody while its file is exchanged or carried elsewhere.

Locks of the kernel on files beside the database: they end with the process that holds them, however it ends. Two
servers would count nothing twice, but each would send the letters of both, with its own address in every link and its
own mail server or none, and the older program would write into what the newer one has made of the tables.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.config import Settings, WrongSetting

TRIES, PAUSE_SECONDS = 5, 0.2
SERVING, SENDING = "serving", "sending"
LETTERS = "`uketsuke worker` sends letters of this database. End it first."


class InUse(WrongSetting):
    """Another process works on the database; the message says which, and what to do."""


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """This process and those that it parts into serve, until the end. Raises InUse if others do. The folder is made."""
    with ExitStack() as held:
        if settings.on_sqlite:
            file = _hold(held, settings, SERVING, fcntl.LOCK_EX)
            os.truncate(file, 0)
            os.write(file, f"process {os.getpid()}, {settings.base_url}".encode())
        yield


@contextmanager
def sending(settings: Settings) -> Iterator[None]:
    """This process sends letters, beside a server and perhaps others that do. Raises InUse if nobody may just now."""
    with ExitStack() as held:
        if settings.on_sqlite:
            _hold(held, settings, SENDING, fcntl.LOCK_SH)
        yield


@contextmanager
def at_rest(settings: Settings) -> Iterator[None]:
    """Nobody serves or sends letters until the end of this. Raises InUse if somebody does."""
    with ExitStack() as held:
        if settings.on_sqlite:
            for work in (SERVING, SENDING):
                _hold(held, settings, work, fcntl.LOCK_EX)
        yield


def _hold(held: ExitStack, settings: Settings, work: str, how: int) -> int:
    path = settings.sqlite_file.with_name(f"{settings.sqlite_file.name}.{work}")
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    held.callback(os.close, file)
    try:
        if not _locked(file, how):
            raise InUse(_why(path, work))
    except OSError as error:
        raise InUse(
            f"The folder {path.parent} knows no locks ({error.strerror}): keep the database on a local disk."
        ) from None
    return file


def _locked(file: int, how: int) -> bool:
    """A process that is just being ended lets go a moment later."""
    for attempt in range(TRIES):
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE_SECONDS if attempt < TRIES - 1 else 0)
        else:
            return True
    return False


def _why(path: Path, work: str) -> str:
    if work == SENDING:
        return LETTERS
    who = path.read_text() or "which is just starting"
    return (
        f"A server runs on this database already ({who}). End it first, or give this one a folder of its own with"
        " UKETSUKE_DATA_DIR."
    )
