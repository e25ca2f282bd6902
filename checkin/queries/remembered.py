"""What a door has just read or written of places: on SQLite it is not asked for again until somebody else writes.

It is kept with the one connection that all doors write by, under its lock (`Writer.remembered`). On PostgreSQL nothing
is: there the rows must be locked, and others write them meanwhile.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from app.db import Wire
from app.direct import Bound
from app.values import replace
from checkin.queries.rows import DoorPlace
from checkin.rules.space import Space

PLACES, CODES, SESSIONS = "door places by id", "ids of places by code", "ids of places by session"


def remembered(bind: Bound, name: str) -> dict[Hashable, Any]:
    """What is kept under this name; where nothing is to be kept, something empty."""
    if not isinstance(bind, Wire) or not bind.keeps:
        return {}
    kept: dict[Hashable, Any] = bind.remembered.setdefault(name, {})
    return kept


def remembered_places(
    bind: Bound, event_id: int, codes: Iterable[str], ids: Iterable[int]
) -> dict[str, DoorPlace] | None:
    """These places by code, if all of them are known."""
    known, by_code = remembered(bind, PLACES), remembered(bind, CODES)
    found = [known.get(one) for one in (*(by_code.get((event_id, code)) for code in codes), *ids)]
    return None if None in found else {place.code: place for place in found if place}


def remember_places(
    bind: Bound, event_id: int, places: Iterable[DoorPlace], spaces: Mapping[int, Space | None]
) -> None:
    """These places, with their figures as they have just been written."""
    known, by_code, by_session = (remembered(bind, name) for name in (PLACES, CODES, SESSIONS))
    for place in places:
        space = spaces[place.id]
        known[place.id] = place if place.space is space else replace(place, space=space)
        by_code[event_id, place.code] = by_session[place.session_id] = place.id


def forget_places(bind: Bound, sessions: Iterable[int]) -> None:
    """Figures of these event sessions are being written."""
    known, by_session = remembered(bind, PLACES), remembered(bind, SESSIONS)
    for session_id in sessions:
        known.pop(by_session.get(session_id), None)
