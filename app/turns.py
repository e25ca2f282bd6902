"""Turns: so many threads may work at once, in the order in which they came.

Python runs one thread at a time. Threads that all want to run hand each other over after every statement to the
database, which costs more than it gives: pages that are quick are drawn one after the other. Who only waits, for the
one place to write, lets others work meanwhile.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

_here = threading.local()


class Places:
    """So many may work at once; who waits longest is next, and nobody who just came goes before."""

    def __init__(self, number: int) -> None:
        self.free = number
        self.mutex = threading.Lock()
        self.waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        self._take(first=False)
        _here.places = self

    def __exit__(self, *_raised: object) -> None:
        _here.places = None
        self._give()

    @contextmanager
    def left(self) -> Iterator[None]:
        """Somebody else works meanwhile; who comes back goes before all who wait, for it may hold what they need."""
        self._give()
        try:
            yield
        finally:
            self._take(first=True)

    def _take(self, *, first: bool) -> None:
        with self.mutex:
            if self.free:
                self.free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            (self.waiting.appendleft if first else self.waiting.append)(turn)
        turn.acquire()

    def _give(self) -> None:
        with self.mutex:
            if self.waiting:
                self.waiting.popleft().release()  # the place is handed over: it is free for nobody else meanwhile
            else:
                self.free += 1


@contextmanager
def aside() -> Iterator[None]:
    """Wait inside this for something that another thread holds: one's place at work is somebody else's meanwhile."""
    places: Places | None = getattr(_here, "places", None)
    if places is None:
        yield
        return
    with places.left():
        yield
