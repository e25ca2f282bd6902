"""What a door has just read or written of places: on SQLite it is not asked for again until somebody else writes.

It is kept with the one connection that all doors write by, under its lock (`Writer.remembered`). On PostgreSQL nothing
is: there the rows must be locked, and others write them meanwhile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.direct import Bound
from app.values import replace
from app.writer import Wire
from checkin.queries.rows import DoorPlace
from checkin.rules.space import Space

KEPT = "door places"


@dataclass(slots=True)
class Remembered:
    """Places by id, their ids by code and by event session, and what the roll-ups know of them."""

    places: dict[int, DoorPlace] = field(default_factory=dict)
    by_code: dict[tuple[int, str], int] = field(default_factory=dict)
    by_session: dict[int | None, int] = field(default_factory=dict)
    rolled_up: dict[int, Any] = field(default_factory=dict)


def remembered(bind: Bound) -> Remembered:
    """What is kept; where nothing is to be kept, something empty."""
    if not isinstance(bind, Wire) or not bind.keeps:
        return Remembered()
    kept: Remembered | None = bind.remembered.get(KEPT)
    if kept is None:
        kept = bind.remembered[KEPT] = Remembered()
    return kept


def remembered_places(
    bind: Bound, event_id: int, codes: Iterable[str], ids: Iterable[int]
) -> dict[str, DoorPlace] | None:
    """These places by code, if all of them are known."""
    kept, found = remembered(bind), {}
    for place_id in (*[kept.by_code.get((event_id, code), 0) for code in codes], *ids):
        place = kept.places.get(place_id)
        if place is None:
            return None
        found[place.code] = place
    return found


def remember_places(
    bind: Bound, event_id: int, places: Iterable[DoorPlace], spaces: Mapping[int, Space | None]
) -> None:
    """These places, with their figures as they have just been written."""
    kept = remembered(bind)
    for place in places:
        space = spaces[place.id]
        kept.places[place.id] = place if place.space is space else replace(place, space=space)
        kept.by_code[event_id, place.code] = kept.by_session[place.session_id] = place.id


def forget_places(bind: Bound, sessions: Iterable[int]) -> None:
    """Figures of these event sessions are being written."""
    kept = remembered(bind)
    for session_id in sessions:
        kept.places.pop(kept.by_session.get(session_id, 0), None)
