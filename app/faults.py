"""Faults that a person can mend: each is told in one sentence on stderr, with exit code 1 and no traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.config import WrongSetting
from app.errors import DomainError
from app.migrations import NewerDatabase, OlderDatabase

SENTENCES = (WrongSetting, NewerDatabase, OlderDatabase, DomainError, OSError)


@contextmanager
def told() -> Iterator[None]:
    """End the process with the fault's own sentence; what nobody can mend keeps its traceback."""
    try:
        yield
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        print(f"uketsuke: {sentence}", file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(1)


def _sentence(error: Exception) -> str | None:
    if isinstance(error, SENTENCES) or type(error).__name__ == "MissingBuild":
        return str(error)
    if type(error).__module__.startswith("sqlalchemy.") and getattr(error, "orig", None) is not None:
        first = str(getattr(error, "orig", "")).strip().split("\n", 1)[0]
        return f"The database refused: {first}"
    return None
