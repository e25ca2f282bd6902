"""What was summed up once is kept until something that it rests on changes, so the same sums are not made twice: nor by
the server that is started next, see `recalling`."""

import time
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast

from flask import current_app

from analytics.queries.recalling import name_of, recalled
from app.db import is_writing
from app.direct import here

KEPT = 100
Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")
_lock = Lock()


def kept(what: tuple[Hashable, ...], rests_on: object, make: Callable[[], Found]) -> Found:
    """What `make` gives, made anew only if `rests_on` is not what it was; read that before anything else is."""
    return kept_each(what, {None: rests_on}, lambda _stale: {None: make()})[None]


def kept_each(
    what: tuple[Hashable, ...], rests_on: Mapping[Key, object], make: Callable[[Collection[Key]], Mapping[Key, Found]]
) -> dict[Key, Found]:
    """The same of several at once: `make` is asked for those alone of which something changed. Those that are not asked
    for any more are forgotten. Inside a transaction that writes nothing is kept: it may yet be taken back."""
    if is_writing():
        return dict(make(list(rests_on)))
    shelf = sums_kept()
    shelved = shelf.get(what) or Shelved(recalled(here(), *owner_and_name(what)) or {})
    before = shelved.found
    same = {one: before[one][1] for one, on in rests_on.items() if one in before and before[one][0] == on}
    stale = [one for one in rests_on if one not in same]
    began = time.perf_counter()
    if stale:
        same |= make(stale)
    found = {one: (on, same[one]) for one, on in rests_on.items()}
    took = max(shelved.took, time.perf_counter() - began)
    with _lock:
        shelf.pop(what, None)
        while len(shelf) >= KEPT:
            del shelf[next(iter(shelf))]
        shelf[what] = Shelved(found, took, is_new=bool(stale) or shelved.is_new)
    return same


@dataclass
class Shelved:
    """Sums under one name, each with what it rests on. took: seconds of making them; is_new: they have not been written
    down as they are."""

    found: dict[Any, tuple[object, Any]]
    took: float = 0.0
    is_new: bool = False

    def is_written(self) -> None:
        """They have been, as they are."""
        self.is_new = False


def sums_kept() -> dict[tuple[Hashable, ...], Shelved]:
    """Everything that is kept by this process."""
    shelf: dict[tuple[Hashable, ...], Shelved] = current_app.extensions.setdefault("uketsuke_sums", {})
    return shelf


def owner_and_name(what: tuple[Hashable, ...]) -> tuple[int, str]:
    """The event, and what the sum is called among its own."""
    name, event_id, *more = what
    return cast("int", event_id), name_of(name, *more)
