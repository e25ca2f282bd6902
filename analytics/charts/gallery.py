"""Pictures already drawn: one drawing at a time, again only when what they show has changed, and not too often. They
hang in the server's workroom, so that none of its processes draws what another one has drawn."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.workroom import here, turn

KEPT = 100
SECONDS_BETWEEN = 15.0
State = str | int | None


@dataclass(frozen=True)
class Picture:
    """A drawn file. state: what the figures rested on; drawn_at: seconds by the gallery's clock; tag: names this very
    content."""

    content: bytes
    state: State
    drawn_at: float
    tag: str


class Gallery:
    """The pictures of one server under a name of their own, the least asked for forgotten first. clock: seconds, the
    same in all processes."""

    def __init__(self, name: str, *, clock: Callable[[], float] = time.monotonic, kept: int = KEPT) -> None:
        self._name, self._clock, self._kept = name, clock, kept

    def picture(self, key: Hashable, state: State, draw: Callable[[], bytes]) -> Picture:
        """The picture of `key`; `draw` makes it if there is none, or an older one of another state."""
        wall = here() / self._name
        wall.mkdir(mode=0o700, exist_ok=True)
        place = wall / _digest(repr(key).encode())
        found = self._hung(place, state)
        if found:
            return found
        with turn(wall.with_name(f"{self._name}.turn")):
            found = self._hung(place, state)
            return found or self._hang(place, state, draw())

    def _hung(self, place: Path, state: State) -> Picture | None:
        try:
            words, content = place.read_bytes().split(b"\n", 1)
            of, drawn_at, tag = json.loads(words)
            if of != state and self._clock() - drawn_at >= SECONDS_BETWEEN:
                return None
        except OSError:  # never drawn, or forgotten
            return None
        with suppress(OSError):
            os.utime(place, ns=(time.time_ns(), time.time_ns()))
        return Picture(content, of, drawn_at, tag)

    def _hang(self, place: Path, state: State, content: bytes) -> Picture:
        picture = Picture(content, state, self._clock(), _digest(content))
        words = json.dumps([picture.state, picture.drawn_at, picture.tag]).encode()
        fresh = place.with_suffix(".fresh")
        with suppress(OSError):  # a full disk: it is drawn again the next time
            fresh.write_bytes(words + b"\n" + content)
            fresh.replace(place)
            for forgotten in sorted(place.parent.iterdir(), key=_asked_for)[: -self._kept]:
                forgotten.unlink()
        return picture


def _asked_for(place: Path) -> int:
    return place.stat().st_mtime_ns


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()
