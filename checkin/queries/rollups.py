"""The ledger as the roll-ups need it, of a few registrations while a door writes or of a whole event."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, case, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from app.direct import Bound, Direct, among
from app.programme.models import Category, EventSession, Room
from checkin.models import Entry, EntryNumber, Place, RollUpPlace
from checkin.queries.undone import stands
from checkin.rules import Direction, EntryKind
from checkin.rules.found import Found, Moving, found_in
from checkin.rules.rollup import Apart, Cells, Told, of_registration
from registrations.models import Ticket
from registrations.rules import PartyKind

ADMITTING = (EntryKind.ENTRY, EntryKind.COUNT, EntryKind.CORRECTION, EntryKind.IMPORT)
NOTED = 10_000
AT_ONCE = 400_000
_undo = aliased(Entry)
BOOKED = case(
    (Entry.party_kind == PartyKind.TEAM, -1), (Entry.booked.is_(True), 1), (Entry.booked.is_(False), 0), else_=-1
)
ADMITTED: tuple[ColumnElement[bool], ...] = (
    or_(*(Entry.kind == kind for kind in ADMITTING)),
    Entry.place_id.is_not(None),
    or_(Entry.direction.is_(None), Entry.direction == Direction.IN),
)
_TOLD = (
    Entry.registration_id,
    Entry.ticket_id,
    func.coalesce(Ticket.attendee_id, 0).label("person"),
    type_coerce(Entry.party_kind, String).label("party_kind"),
    Entry.place_id,
    EntryNumber.category_id,
    EntryNumber.number,
    type_coerce(Entry.method, String).label("method"),
    type_coerce(Entry.day, String).label("day"),
    func.coalesce(Entry.slot, 0).label("slot"),
    BOOKED.label("booked"),
    Entry.reentry,
    type_coerce(Entry.at, String).label("at"),
    Entry.id,
    func.coalesce(Entry.device_id, 0).label("device"),
    (Entry.kind == EntryKind.CORRECTION).label("corrected"),
)


def told_of(chosen: ColumnElement[bool]) -> Direct:
    """What lines of tickets say that let somebody in, chosen by their registrations, and which line takes each back."""
    return Direct(
        select(
            *_TOLD,
            func.coalesce(RollUpPlace.venue_id, 0).label("venue"),
            type_coerce(Entry.uuid, String).label("uuid"),
            type_coerce(_undo.uuid, String).label("undone_by"),
        )
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .outerjoin(Ticket, Ticket.id == Entry.ticket_id)
        .outerjoin(RollUpPlace, RollUpPlace.place_id == Entry.place_id)
        .outerjoin(_undo, _undo.undoes_id == Entry.id)
        .where(chosen, Entry.ticket_id.is_not(None), *ADMITTED)
    )


OF_REGISTRATIONS = told_of(among(Entry.registration_id, "ids"))
UNDONE = Direct(
    select(Entry.id, type_coerce(Entry.kind, String).label("kind"), func.coalesce(Entry.device_id, 0).label("device"))
    .where(among(Entry.id, "ids"))
)  # fmt: skip
MOVING = Direct(
    select(
        Entry.id,
        (Entry.kind == EntryKind.ROOM_COUNT).label("counted"),
        (or_(Entry.kind == EntryKind.EXIT, func.coalesce(Entry.direction, Direction.IN) == Direction.OUT)).label("out"),
        Entry.registration_id,
        Entry.ticket_id,
        func.coalesce(Ticket.attendee_id, 0).label("person"),
        EntryNumber.category_id,
        EntryNumber.number,
        type_coerce(Entry.day, String).label("day"),
        func.coalesce(Entry.slot, 0).label("slot"),
        Entry.reentry,
        Entry.at,
    )
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .outerjoin(Ticket, Ticket.id == Entry.ticket_id)
    .where(
        Entry.event_id == bindparam("event_id"),
        Entry.place_id == bindparam("place_id"),
        Entry.kind != EntryKind.UNDO,
        or_(Entry.ticket_id.is_not(None), Entry.kind == EntryKind.ROOM_COUNT),
        stands(),
    )
    .order_by(Entry.at, Entry.kind == EntryKind.ROOM_COUNT, Entry.id, EntryNumber.category_id)
)
_VENUES = (
    select(Place.id, func.coalesce(Place.venue_id, Room.venue_id, 0).label("venue"))
    .outerjoin(EventSession, EventSession.id == Place.session_id)
    .outerjoin(Room, Room.id == EventSession.room_id)
)
VENUES = Direct(_VENUES.where(among(Place.id, "ids")))
VENUES_OF_EVENT = Direct(_VENUES.where(Place.event_id == bindparam("event_id")))
LINES_IN = Direct(select(func.count().label("lines")).select_from(Entry).where(Entry.event_id == bindparam("event_id")))
COUNTED = Direct(
    select(Entry.place_id).where(Entry.event_id == bindparam("event_id"), Entry.kind == EntryKind.ROOM_COUNT).distinct()
)
UNDIVIDED = Direct(select(Category.id).where(Category.event_id == bindparam("event_id"), Category.unknown))


@dataclass
class RolledUp:
    """All roll-ups of one event. places: the venue of each, 0 if online, and the newest room count that stands."""

    cells: Cells = field(default_factory=dict)
    places: dict[int, tuple[int, datetime | None]] = field(default_factory=dict)
    rooms: dict[int, Found] = field(default_factory=dict)
    apart: dict[int, Apart] = field(default_factory=dict)


def lines_in(bind: Bound, event_id: int) -> int:
    """How many lines the ledger of an event has."""
    return int(LINES_IN.rows(bind, {"event_id": event_id})[0].lines)


def add_rooms(made: RolledUp, bind: Bound, event_id: int, venues: Mapping[int, int]) -> None:
    """Whom the counts of rooms find, and when they were made."""
    for row in COUNTED.rows(bind, {"event_id": event_id}):
        found, newest = room_found(bind, event_id, row.place_id)
        if found is not None:
            made.rooms[row.place_id] = found
            made.places[row.place_id] = venues[row.place_id], newest


def rolled_for(bind: Bound, registrations: Collection[int]) -> Cells:
    """What the tickets of these registrations have added to the roll-ups."""
    lines: dict[int, list[Told]] = defaultdict(list)
    for row in OF_REGISTRATIONS.rows(bind, {"ids": sorted(registrations)}):
        if row.undone_by is None:
            lines[row.registration_id].append(told(row, row.venue))
    cells: Cells = defaultdict(int)
    for of_one in lines.values():
        for cell, number in of_registration(of_one)[0].items():
            cells[cell] += number
    return cells


def room_found(bind: Bound, event_id: int, place_id: int) -> tuple[Found | None, datetime | None]:
    """Whom the counts of a place find, and when the newest of them was made."""
    rows = MOVING.rows(bind, {"event_id": event_id, "place_id": place_id})
    newest = max((row.at for row in rows if row.counted), default=None)
    if newest is None:
        return None, None
    undivided = next((row.id for row in UNDIVIDED.rows(bind, {"event_id": event_id})), None)
    return found_in(map(_moving, rows), undivided=undivided), newest


def told(row: Any, venue: int) -> Told:
    """A row of these statements as the rules want it."""
    return Told(
        row.ticket_id or 0, row.person, row.party_kind != PartyKind.PERSON, row.place_id, venue, row.category_id,
        row.number, row.method, ordinal(row.day), row.slot, row.booked, bool(row.reentry), row.at, row.id, row.device,
        bool(row.corrected),
    )  # fmt: skip


@lru_cache(maxsize=1000)
def ordinal(day: date | str | None) -> int:
    """A day as a number; 0: none."""
    if day is None:
        return 0
    return (date.fromisoformat(day) if isinstance(day, str) else day).toordinal()


def _moving(row: Any) -> Moving:
    holder = None if row.ticket_id is None else (row.registration_id, row.person)
    return Moving(
        row.id, bool(row.counted), bool(row.out), holder, row.category_id, row.number, ordinal(row.day), row.slot,
        bool(row.reentry),
    )  # fmt: skip
