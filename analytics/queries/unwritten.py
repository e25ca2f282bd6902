"""Sums that this process keeps in memory and that are worth more than what was written down of them."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from flask import current_app

from analytics.queries.crossing import Kept, kept_as
from analytics.queries.doors import GATES, LetIn
from analytics.queries.following import FOLLOWED, Followed
from analytics.queries.keeping import owner_and_name, sums_kept
from analytics.queries.recalling import packed
from analytics.queries.touched import TOUCHED, Touched
from analytics.queries.touched import WINDOW as CHANGES
from checkin.queries.moved import WINDOW

FEWEST_LINES, LEAST_SECONDS = 20_000, 0.1
"""Below these a start makes them anew before anybody notices."""


class Unwritten(NamedTuple):
    """A sum of an event under its name, as it is written down. written: says that it was, so that it is not again."""

    event_id: int
    what: str
    body: bytes
    written: Callable[[], object]


def unwritten(*, ending: bool) -> Iterator[Unwritten]:
    """What should be written down now. ending: all that moved; else what moved so far that the next start might not be
    able to follow."""
    far = 1 if ending else WINDOW // 4
    for event_id, what, followed, pack in list(_following()):
        if followed.lock.acquire(blocking=False):  # else it is being moved on: a minute later is early enough
            try:
                found = (followed.standing, packed(pack())) if _has_moved(followed, far) else None
            finally:
                followed.lock.release()
            if found is not None:
                yield Unwritten(event_id, what, found[1], partial(setattr, followed, "kept_at", found[0]))
    worth = {name[1] for name, shelved in list(sums_kept().items()) if shelved.took >= LEAST_SECONDS}
    touched: dict[int, Touched] = current_app.extensions.get("uketsuke_touched", {})
    for event_id, one in list(touched.items()):
        if event_id in worth and (found := one.to_write(1 if ending else CHANGES // 4)) is not None:
            yield Unwritten(event_id, TOUCHED, packed(found), partial(setattr, one, "kept_at", found[0]))
    for name, shelved in list(sums_kept().items()):
        if shelved.is_new and shelved.took >= LEAST_SECONDS:
            yield Unwritten(*owner_and_name(name), packed(shelved.found), shelved.is_written)


def _following() -> Iterator[tuple[int, str, Kept | Followed, Callable[[], object]]]:
    """Everything that moves on with the ledger: of which event, its name, where it stands, how it is packed."""
    crossings: dict[Any, Kept] = current_app.extensions.get("uketsuke_crossings", {})
    gates: dict[int, LetIn] = current_app.extensions.get("uketsuke_gates", {})
    seen: dict[int, Followed] = current_app.extensions.get("uketsuke_followed", {})
    for which, crossing in list(crossings.items()):
        yield which[0], kept_as(which), crossing, crossing.packed
    for event_id, let_in in list(gates.items()):
        yield event_id, GATES, let_in.followed, let_in.packed
    for event_id, followed in list(seen.items()):
        yield event_id, FOLLOWED, followed, followed.packed


def _has_moved(followed: Kept | Followed, far: int) -> bool:
    now, before = followed.standing, followed.kept_at
    if now is None or now.lines < FEWEST_LINES:
        return False
    return before is None or now.made != before.made or now.lines - before.lines >= far
