"""What was summed up once is kept until something that it rests on changes, so the same sums are not made twice."""

from collections.abc import Callable, Collection, Hashable, Mapping
from threading import Lock
from typing import Any, TypeVar

from flask import current_app

from app.db import is_writing

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
    shelf: dict[tuple[Hashable, ...], dict[Any, tuple[object, Any]]]
    shelf = current_app.extensions.setdefault("uketsuke_sums", {})
    before = shelf.get(what, {})
    same = {one: before[one][1] for one, on in rests_on.items() if one in before and before[one][0] == on}
    stale = [one for one in rests_on if one not in same]
    if stale:
        same |= make(stale)
    with _lock:
        shelf.pop(what, None)
        while len(shelf) >= KEPT:
            del shelf[next(iter(shelf))]
        shelf[what] = {one: (on, same[one]) for one, on in rests_on.items()}
    return same
