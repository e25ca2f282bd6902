"""Lines that take off people whom nobody knows by a ticket, and what stands there without one. Read after the lock."""

from collections import defaultdict
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from app.direct import Bound, Direct
from checkin.models import OF_A_CORRECTION, Entry, EntryNumber
from checkin.queries.door import lines_of
from checkin.queries.rows import DoorEvent, Written
from checkin.rules import Direction, EntryKind, Method

Group = tuple[bool, Method]
"""Whether they are new today, and how they are known."""


def taken_off_by(bind: Bound, event: DoorEvent, device_id: int, place_id: int) -> list[Written]:
    """Standing head counts of a device at a place by which it took somebody off, the newest first."""
    return _less(event, _COUNTS.rows(bind, {"device_id": device_id, "place_id": place_id}))


def corrections_at(bind: Bound, event: DoorEvent, place_id: int) -> list[Written]:
    """Standing corrections of a place, all their lines, the newest first."""
    rows = _CORRECTIONS.rows(bind, {"event_id": event.id, "place_id": place_id})
    return lines_of(event, rows)[::-1]


def standing_without_ticket(bind: Bound, event: DoorEvent, place_id: int) -> dict[Group, dict[str, int]]:
    """Who came in at a place without a ticket, less who was taken off."""
    keys = event.keys
    found: dict[Group, dict[str, int]] = defaultdict(dict)
    for row in _STANDING.rows(bind, {"event_id": event.id, "place_id": place_id}):
        group = found[bool(row.new_today), Method(row.method)]
        group[keys[row.category_id]] = group.get(keys[row.category_id], 0) + int(row.number)
    return found


def _less(event: DoorEvent, rows: list[Any]) -> list[Written]:
    return [line for line in lines_of(event, rows)[::-1] if min(line.people.values()) < 0]


_undo = aliased(Entry)
_STANDS = ~exists().where(_undo.undoes_id == Entry.id)
_NOBODY = aliased(Entry)
_LINES = (
    select(Entry.__table__, EntryNumber.category_id, EntryNumber.number, _NOBODY.id.label("undone_by"))
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .outerjoin(_NOBODY, _NOBODY.undoes_id == Entry.id)
    .where(_NOBODY.id.is_(None), Entry.place_id == bindparam("place_id"))
    .order_by(Entry.id)
)
_COUNTS = Direct(
    _LINES.where(Entry.device_id == bindparam("device_id"), Entry.ticket_id.is_(None), Entry.kind == EntryKind.COUNT)
)
_CORRECTIONS = Direct(_LINES.where(Entry.event_id == bindparam("event_id"), OF_A_CORRECTION))
_STANDING = Direct(
    select(Entry.new_today, Entry.method, EntryNumber.category_id, func.sum(EntryNumber.number).label("number"))
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .where(Entry.event_id == bindparam("event_id"), Entry.place_id == bindparam("place_id"))
    .where(Entry.ticket_id.is_(None), Entry.direction == Direction.IN, Entry.reentry.is_(False))
    .where(Entry.kind != EntryKind.UNDO, Entry.kind != EntryKind.ROOM_COUNT, _STANDS)
    .group_by(Entry.new_today, Entry.method, EntryNumber.category_id)
)
