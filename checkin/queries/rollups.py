"""The ledger as the roll-ups need it, of a few registrations while a door writes or of a whole event."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, case, false, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from app.direct import Bound, Direct, among
from app.programme.models import Category, EventSession, Room
from checkin.models import Entry, EntryNumber, Place, RollUp, RollUpApart, RollUpPlace, RollUpRoom
from checkin.rules import Cut, Direction, EntryKind
from checkin.rules.found import Found, Moving, found_in
from checkin.rules.rollup import NOTHING_APART, Apart, Cell, Cells, Told, of_nobody, of_registration
from registrations.models import Ticket
from registrations.rules import PartyKind

ADMITTING = (EntryKind.ENTRY, EntryKind.COUNT, EntryKind.CORRECTION, EntryKind.IMPORT)
NOTED = 10_000
_undo = aliased(Entry)
BOOKED = case(
    (Entry.party_kind == PartyKind.TEAM, -1), (Entry.booked.is_(True), 1), (Entry.booked.is_(False), 0), else_=-1
)
_ADMITTED: tuple[ColumnElement[bool], ...] = (
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
OF_REGISTRATIONS = Direct(
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
    .where(among(Entry.registration_id, "ids"), Entry.ticket_id.is_not(None), *_ADMITTED)
)
_STANDING = Entry.id.not_in(select(Entry.undoes_id).where(Entry.undoes_id.is_not(None)))
OF_EVENT = Direct(
    select(*_TOLD)
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .join(Ticket, Ticket.id == Entry.ticket_id)
    .where(Entry.event_id == bindparam("event_id"), _STANDING, *_ADMITTED)
    .order_by(Entry.registration_id)
)
_SHARED = (
    Entry.place_id,
    EntryNumber.category_id,
    type_coerce(Entry.method, String).label("method"),
    type_coerce(Entry.day, String).label("day"),
    func.coalesce(Entry.slot, 0).label("slot"),
    BOOKED.label("booked"),
    Entry.reentry,
    func.coalesce(Entry.device_id, 0).label("device"),
    (Entry.kind == EntryKind.CORRECTION).label("corrected"),
    func.coalesce(Entry.new_today, false()).label("new_today"),
)
ANONYMOUS_OF_EVENT = Direct(
    select(*_SHARED, func.sum(EntryNumber.number).label("number"))
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .where(Entry.event_id == bindparam("event_id"), Entry.ticket_id.is_(None), _STANDING, *_ADMITTED)
    .group_by(
        Entry.place_id, EntryNumber.category_id, Entry.method, Entry.day, Entry.slot, Entry.booked, Entry.reentry,
        Entry.device_id, Entry.kind, Entry.new_today, Entry.party_kind,
    )
)  # fmt: skip
LINES_OF_PLACES = Direct(
    select(
        func.coalesce(Entry.place_id, 0).label("place"),
        func.coalesce(Entry.device_id, 0).label("device"),
        func.count().label("lines"),
    )
    .where(Entry.event_id == bindparam("event_id"))
    .group_by(Entry.place_id, Entry.device_id)
)
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
        Entry.id.not_in(select(Entry.undoes_id).where(Entry.undoes_id.is_not(None))),
    )
    .order_by(Entry.at, Entry.kind == EntryKind.ROOM_COUNT, Entry.id, EntryNumber.category_id)
)
KNOWN = Direct(
    select(RollUpPlace.place_id, RollUpPlace.venue_id, RollUpPlace.counted_at).where(among(RollUpPlace.place_id, "ids"))
)
_VENUES = (
    select(Place.id, func.coalesce(Place.venue_id, Room.venue_id, 0).label("venue"))
    .outerjoin(EventSession, EventSession.id == Place.session_id)
    .outerjoin(Room, Room.id == EventSession.room_id)
)
VENUES = Direct(_VENUES.where(among(Place.id, "ids")))
VENUES_OF_EVENT = Direct(_VENUES.where(Place.event_id == bindparam("event_id")))
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


def counted_from_ledger(
    bind: Bound, event_id: int, *, told_of: Callable[[int], None] = lambda _lines: None
) -> RolledUp:  # fmt: skip
    """What the roll-ups of an event have to be. `told_of`: how many lines more were looked at."""
    asked = {"event_id": event_id}
    venues = {row.id: row.venue for row in VENUES_OF_EVENT.rows(bind, asked)}
    made = RolledUp(cells=defaultdict(int))
    for row in LINES_OF_PLACES.rows(bind, asked):
        made.cells[Cell(Cut.LINES.value, row.place, device=row.device)] = row.lines
        if row.place:
            made.places[row.place] = venues[row.place], None
    _add_anonymous(made, ANONYMOUS_OF_EVENT.rows(bind, asked), venues)
    rows = _noted(OF_EVENT.each(bind, asked), told_of)
    for registration_id, group in groupby(rows, key=itemgetter(0)):
        cells, apart = of_registration([told(row, venues[row.place_id]) for row in group])
        for cell, number in cells.items():
            made.cells[cell] += number
        if apart != NOTHING_APART:
            made.apart[registration_id] = apart
    for row in COUNTED.rows(bind, asked):
        found, newest = room_found(bind, event_id, row.place_id)
        if found is not None:
            made.rooms[row.place_id] = found
            made.places[row.place_id] = venues[row.place_id], newest
    made.cells = {cell: number for cell, number in made.cells.items() if number}
    return made


def kept(bind: Bound, event_id: int) -> RolledUp:
    """The roll-ups of an event as they stand in their tables."""
    asked = {"event_id": event_id}
    made = RolledUp(cells={Cell(*row[:-1]): row[-1] for row in CELLS.rows(bind, asked) if row[-1]})
    for row in PLACES.rows(bind, asked):
        made.places[row.place_id] = row.venue_id, row.counted_at
        if row.counted_at is not None:
            made.rooms[row.place_id] = Found(0, 0, {})
    for row in ROOMS.rows(bind, asked):
        before = made.rooms.get(row.place_id, Found(0, 0, {})).people
        made.rooms[row.place_id] = Found(row.day, row.slot, {**before, row.category_id: row.number})
    made.apart = {row.registration_id: Apart(row.people, row.tickets) for row in APART.rows(bind, asked)}
    return made


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


def _add_anonymous(made: RolledUp, rows: Iterable[Any], venues: dict[int, int]) -> None:
    for row in rows:
        line = Told(
            0, 0, False, row.place_id, venues[row.place_id], row.category_id, int(row.number), row.method,  # noqa: FBT003
            ordinal(row.day), row.slot, row.booked, bool(row.reentry), None, 0, row.device, bool(row.corrected),
        )  # fmt: skip
        for cell, number in of_nobody(line, new_today=bool(row.new_today)):
            made.cells[cell] += number


def _noted(rows: Iterable[Any], told_of: Callable[[int], None]) -> Iterator[Any]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % NOTED == 0:
            told_of(NOTED)


def _moving(row: Any) -> Moving:
    holder = None if row.ticket_id is None else (row.registration_id, row.person)
    return Moving(
        row.id, bool(row.counted), bool(row.out), holder, row.category_id, row.number, ordinal(row.day), row.slot,
        bool(row.reentry),
    )  # fmt: skip


def places_known(bind: Bound, places: Collection[int]) -> dict[int, tuple[int, datetime | None]]:
    """Of those of these places that have lines already: venue, and the newest room count that stands."""
    if not places:
        return {}
    return {row.place_id: (row.venue_id, row.counted_at) for row in KNOWN.rows(bind, {"ids": sorted(places)})}


CELLS = Direct(
    select(
        type_coerce(RollUp.cut, String).label("cut"), RollUp.place_id, RollUp.venue_id, RollUp.day, RollUp.slot,
        RollUp.category_id, RollUp.method, RollUp.booked, RollUp.anonymous, RollUp.corrected, RollUp.device_id,
        RollUp.number,
    ).where(RollUp.event_id == bindparam("event_id"))
)  # fmt: skip
PLACES = Direct(
    select(RollUpPlace.place_id, RollUpPlace.venue_id, RollUpPlace.counted_at).where(
        RollUpPlace.event_id == bindparam("event_id")
    )
)
ROOMS = Direct(
    select(RollUpRoom.place_id, RollUpRoom.category_id, RollUpRoom.day, RollUpRoom.slot, RollUpRoom.number)
    .where(RollUpRoom.event_id == bindparam("event_id"))
    .order_by(RollUpRoom.place_id, RollUpRoom.category_id)
)
APART = Direct(
    select(RollUpApart.registration_id, RollUpApart.people, RollUpApart.tickets).where(
        RollUpApart.event_id == bindparam("event_id")
    )
)
