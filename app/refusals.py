"""What the disk or the database said when it would not keep a write: remembered for a minute, so that whoever asks
whether the server is ready hears of it without a write for each time they ask."""

import errno
import time
from collections.abc import Callable
from typing import Any

REMEMBERED_SECONDS = 60.0
NO_ROOM, READ_ONLY, BROKEN = "no room left", "read-only", "the disk does not work"
SAID = {
    "database or disk is full": NO_ROOM,
    "disk I/O error": BROKEN,
    "attempt to write a readonly database": READ_ONLY,
    "unable to open database file": READ_ONLY,
    "53100": NO_ROOM,
    "25006": READ_ONLY,
    "58030": BROKEN,
}
"""SQLite's sentences and PostgreSQL's states. Everything else a write may end with says nothing of the next one."""
NO_ROOM_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a file says of it."""


class Refusals:
    """The last refusal of this process. clock: seconds that nobody sets."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.last: tuple[str, float] | None = None

    def note(self, error: BaseException) -> None:
        """What a write ended with; asked only when it was not kept."""
        if word := _word(error):
            self.last = word, self.clock()

    @property
    def lately(self) -> str | None:
        """Why a write was refused within the last minute; None if none was."""
        word, at = self.last or (None, 0.0)
        return word if word and self.clock() - at < REMEMBERED_SECONDS else None


def _word(error: BaseException) -> str | None:
    if isinstance(error, OSError):
        return NO_ROOM if error.errno in NO_ROOM_ERRORS else None
    driver: Any = getattr(error, "orig", None) or error
    return SAID.get(getattr(driver, "sqlstate", None) or str(driver).strip().split("\n", 1)[0])
