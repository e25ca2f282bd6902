"""Rooms that were counted, and what stands there, whoever wrote it. Read after the lock."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from app.direct import Bound, Direct, among
from checkin.models import RollUpPlace
from checkin.queries import statements
from checkin.queries.remembered import remembered
from checkin.rules import Direction, EntryKind
from checkin.rules.rooms import Counted, Moved, Standing
from checkin.rules.stay import Line

TELLING = (EntryKind.EXIT, EntryKind.ROOM_COUNT)
"""Lines by which the door knows how full an at-once room is."""


class KnownPlace(NamedTuple):
    """A place with lines: its venue, and when the newest room count that stands was made."""

    place_id: int
    venue_id: int
    counted_at: datetime | None


def known_places(bind: Bound, places: Collection[int]) -> dict[int, KnownPlace | None]:
    """What the roll-ups know of these places; None: a place has no lines yet. Asked after the lock, and on SQLite
    remembered until it is changed."""
    known: dict[int, KnownPlace] = remembered(bind).rolled_up
    new = [place_id for place_id in places if place_id not in known]
    if new:
        known.update((one.place_id, one) for one in KNOWN.ask(bind, {"ids": sorted(new)}).each(KnownPlace))
    return {place_id: known.get(place_id) for place_id in places}


def forget_known(bind: Bound) -> None:
    """What the roll-ups know of places is being changed."""
    remembered(bind).rolled_up.clear()


def standing(bind: Bound, event_id: int, places: Collection[int], keys: Mapping[int, str]) -> dict[int, Standing]:
    """What stands at each of these places. keys: of categories."""
    by_place: dict[int, list[Any]] = {place_id: [] for place_id in places}
    for row in statements.ROOMS.rows(bind, {"event_id": event_id, "ids": list(places)}) if places else ():
        by_place[row.place_id].append(row)
    return {place_id: standing_in(rows, keys) for place_id, rows in by_place.items()}


def standing_in(rows: Iterable[Any], keys: Mapping[int, str]) -> Standing:
    """The same from the standing lines of one place, one row a category."""
    lines: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        lines[row.id].append(row)
    holders: dict[tuple[int, int | None], list[Line]] = defaultdict(list)
    moved: list[Moved] = []
    counts: list[Counted] = []
    for of_line in lines.values():
        row, people = of_line[0], {keys[one.category_id]: one.number for one in of_line}
        leaving = row.kind is EntryKind.EXIT
        if row.kind is EntryKind.ROOM_COUNT:
            counts.append(Counted(row.at, people, row.id))
        elif row.ticket_id is None:
            moved.append(Moved(row.at, people, leaving))
        else:
            direction = row.direction or (Direction.OUT if leaving else Direction.IN)
            line = Line(row.at, row.id, direction, people, row.reentry, bool(row.booked))
            holders[row.registration_id, row.attendee_id].append(line)
    return Standing(counts, list(holders.values()), moved)


KNOWN = Direct(
    select(RollUpPlace.place_id, RollUpPlace.venue_id, RollUpPlace.counted_at).where(among(RollUpPlace.place_id, "ids"))
)
