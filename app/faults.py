"""Faults that a person can mend: each is told in one sentence on stderr, with exit code 1 and no traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.config import WrongSetting
from app.errors import DomainError
from app.migrations import NewerDatabase, OlderDatabase
from app.refusals import NO_ROOM_ERRORS

SENTENCES = (WrongSetting, NewerDatabase, OlderDatabase, DomainError)
NO_ROOM = "The disk has no room left, or does not work: nothing was kept. Make room and try again"
NOT_YOURS = (
    "This user may not write there: run the command as the user that the server runs as, or give the files to it"
)
WHAT_TO_DO = {
    "database or disk is full": NO_ROOM,
    "disk I/O error": NO_ROOM,
    "attempt to write a readonly database": NOT_YOURS,
    "unable to open database file": NOT_YOURS,
    "database is locked": "Another program holds the database: end it and try again",
}
"""What SQLite says, and what that means for who reads it."""


@contextmanager
def told() -> Iterator[None]:
    """End the process with the fault's own sentence; what nobody can mend keeps its traceback."""
    try:
        yield
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise
        print(f"uketsuke: {sentence}", file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(1)


def sentence_of(error: Exception) -> str | None:
    """What happened and what to do, for a fault that somebody can mend; None for a fault of the program."""
    if isinstance(error, SENTENCES) or type(error).__name__ == "MissingBuild":
        return str(error)
    if isinstance(error, OSError):
        return _of_a_file(error)
    if type(error).__module__.startswith("sqlalchemy.") and getattr(error, "orig", None) is not None:
        return _of_a_database(str(getattr(error, "orig", "")))
    return _of_a_database(str(error)) if type(error).__module__ == "sqlite3" else None


def _of_a_file(error: OSError) -> str:
    what = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
    if error.errno in NO_ROOM_ERRORS:
        return f"{NO_ROOM} ({what})."
    return f"{NOT_YOURS} ({what})." if isinstance(error, PermissionError) else what


def _of_a_database(said: str) -> str:
    first = said.strip().split("\n", 1)[0]
    return f"{WHAT_TO_DO[first]} ({first})." if first in WHAT_TO_DO else f"The database refused: {first}"
