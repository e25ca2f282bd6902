"""The ledger as the roll-ups need it, of a few registrations while a door writes or of a whole event."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, String, bindparam, case, false, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from app.direct import Bound, Direct, among
from app.programme.models import Category, EventSession, Room
from checkin.models import Entry, EntryNumber, Place, RollUpPlace
from checkin.queries.undone import stands
from checkin.rules import Cut, Direction, EntryKind
from checkin.rules.found import Found, Moving, found_in
from checkin.rules.rollup import NOTHING_APART, Apart, Cell, Cells, Told, of_nobody, of_registration
from checkin.rules.summing import Summing
from registrations.models import Ticket
from registrations.rules import PartyKind

ADMITTING = (EntryKind.ENTRY, EntryKind.COUNT, EntryKind.CORRECTION, EntryKind.IMPORT)
NOTED = 10_000
AT_ONCE = 400_000
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
_STANDING = stands()
_OF_EVENT = type_coerce(Entry.event_id, BigInteger) + 0 == bindparam("event_id")
"""All lines one after the other, which is ten times quicker than through an index on the event."""
OF_EVENT = Direct(
    select(*_TOLD)
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .join(Ticket, Ticket.id == Entry.ticket_id)
    .where(_OF_EVENT, Entry.registration_id % bindparam("parts") == bindparam("part"), _STANDING, *_ADMITTED)
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
    .where(_OF_EVENT, Entry.ticket_id.is_(None), _STANDING, *_ADMITTED)
    .group_by(
        Entry.place_id, EntryNumber.category_id, Entry.method, Entry.day, Entry.slot, Entry.booked, Entry.reentry,
        Entry.device_id, Entry.kind, Entry.new_today, Entry.party_kind,
    )
)  # fmt: skip
LINES_OF_PLACES = Direct(
    select(func.coalesce(Entry.place_id, 0).label("place"), func.coalesce(Entry.device_id, 0).label("device")).where(
        _OF_EVENT
    )
)
"""One row a line: counting them here takes a third of the time that grouping takes in SQLite."""
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
        _STANDING,
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
COUNTED = Direct(
    select(Entry.place_id).where(Entry.event_id == bindparam("event_id"), Entry.kind == EntryKind.ROOM_COUNT).distinct()
)
UNDIVIDED = Direct(select(Category.id).where(Category.event_id == bindparam("event_id"), Category.unknown))


class Plain(NamedTuple):
    """A line of `OF_EVENT` as the driver gives it."""

    registration_id: int
    ticket_id: int
    person: int
    party_kind: str
    place_id: int
    category_id: int
    number: int
    method: str
    day: Any
    slot: int
    booked: int
    reentry: Any
    at: Any
    id: int
    device: int
    corrected: Any


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
    lines = Counter(LINES_OF_PLACES.plain(bind, asked))
    for (place, device), number in lines.items():
        made.cells[Cell(Cut.LINES.value, place, device=device)] = number
        if place:
            made.places[place] = venues[place], None
    _add_anonymous(made, ANONYMOUS_OF_EVENT.rows(bind, asked), venues)
    for part in range(parts := lines.total() // AT_ONCE + 1):
        _add_registrations(made, bind, {"event_id": event_id, "parts": parts, "part": part}, venues, told_of)
    for row in COUNTED.rows(bind, asked):
        found, newest = room_found(bind, event_id, row.place_id)
        if found is not None:
            made.rooms[row.place_id] = found
            made.places[row.place_id] = venues[row.place_id], newest
    made.cells = {cell: number for cell, number in made.cells.items() if number}
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


def _add_registrations(
    made: RolledUp, bind: Bound, asked: Mapping[str, Any], venues: dict[int, int], told_of: Callable[[int], None]
) -> None:
    """So many registrations at once as memory should hold; in which order they come makes no difference."""
    quick = Summing()
    groups: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for line in _noted(OF_EVENT.plain(bind, asked), told_of):
        groups[line[0]].append(line)
    while groups:
        registration_id, lines = groups.popitem()
        if not quick.take(lines, venues, ordinal):
            _add_slowly(made, registration_id, [told(Plain._make(line), venues[line[4]]) for line in lines])
    quick.add_to(made.cells)


def _add_slowly(made: RolledUp, registration_id: int, lines: list[Told]) -> None:
    cells, apart = of_registration(lines)
    for cell, number in cells.items():
        made.cells[cell] += number
    if apart != NOTHING_APART:
        made.apart[registration_id] = apart


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
