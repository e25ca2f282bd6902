"""Pictures already drawn: one drawing at a time, again only when what they show has changed, and not too often."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

KEPT = 100
SECONDS_BETWEEN = 15.0


@dataclass(frozen=True)
class Picture:
    """A drawn file. state: what the figures rested on; tag: names this very content."""

    content: bytes
    state: Hashable
    drawn_at: float
    tag: str


class Gallery:
    """The pictures of one server, the least asked for forgotten first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, kept: int = KEPT) -> None:
        self._clock, self._kept = clock, kept
        self._pictures: OrderedDict[Hashable, Picture] = OrderedDict()
        self._drawing = threading.Lock()
        self._guard = threading.Lock()

    def picture(self, key: Hashable, state: Hashable, draw: Callable[[], bytes]) -> Picture:
        """The picture of `key`; `draw` makes it if there is none, or an older one of another state."""
        found = self._hung(key, state)
        if found:
            return found
        with self._drawing:
            found = self._hung(key, state)
            return found or self._hang(key, state, draw())

    def _hung(self, key: Hashable, state: Hashable) -> Picture | None:
        with self._guard:
            found = self._pictures.get(key)
            if found is None or (found.state != state and self._clock() - found.drawn_at >= SECONDS_BETWEEN):
                return None
            self._pictures.move_to_end(key)
            return found

    def _hang(self, key: Hashable, state: Hashable, content: bytes) -> Picture:
        tag = hashlib.blake2b(content, digest_size=12).hexdigest()
        picture = Picture(content, state, self._clock(), tag)
        with self._guard:
            self._pictures[key] = picture
            self._pictures.move_to_end(key)
            while len(self._pictures) > self._kept:
                self._pictures.popitem(last=False)
        return picture
