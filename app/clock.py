"""The one place that knows what time it is: aware UTC, and a clock that tests can stop."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """The present moment, timezone-aware, in UTC."""
    return _stopped.get() or datetime.now(UTC)


def lasts_all_day(starts: datetime, ends: datetime) -> bool:
    """Whether something lasts the whole day, so that its hours say nothing; 23 hours where the clock is put forward."""
    return ends - starts >= timedelta(hours=23)


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


class Watch:
    """Notices that the machine's clock was set while the program runs: it and one that only counts on move apart."""

    def __init__(self) -> None:
        self.apart = _apart()

    def jump(self) -> timedelta:
        """How far the clock was set since the last look; negative: back."""
        before, self.apart = self.apart, _apart()
        return timedelta(seconds=self.apart - before)


def _apart() -> float:
    return now().timestamp() - time.monotonic()
