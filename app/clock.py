"""The one place that knows what time it is: aware UTC, and a clock that tests can stop."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """The present moment, timezone-aware, in UTC."""
    return _stopped.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock at `at` (aware) within this context; for tests and for building demonstrations."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _stopped.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)
