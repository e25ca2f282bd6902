"""What a blind pack is made from, read in a fixed number of statements whatever the number of tickets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, union

from app.db import db
from app.programme.models import Event, EventSession, Venue
from checkin.models import Entry, EntryNumber, Gate, Place
from checkin.queries import statements
from checkin.queries.door import entrance_code, session_code
from checkin.queries.newest import AllOf
from checkin.queries.rows import BookedPlaces, DoorTicket, Party
from checkin.rules import Direction, EntryKind
from checkin.rules.stay import Line
from registrations.models import Attendee, Booking, BookingLine, PartyNumber, Registration, Ticket

SETTLED_AFTER = timedelta(seconds=30)
"""Lines older than this are surely all there: on PostgreSQL a later number can be seen before an earlier one."""
Histories = dict[tuple[int, int | None], list[tuple[int, Line]]]


@dataclass(frozen=True)
class Mark:
    """How far a pack knows: the event's change number, and the last ledger line with all before it."""

    change: int
    entry: int

    def __str__(self) -> str:
        return f"{self.change}.{self.entry}"

    def is_past(self, other: "Mark") -> bool:
        """Whether the other can be of the same database: it is not once an older copy was put back."""
        return other.change <= self.change and other.entry <= self.entry


@dataclass(frozen=True)
class PackedRows:
    """Tickets with their parties and what the ledger says of them."""

    tickets: list[DoorTicket]
    parties: Mapping[int, Party]
    histories: Histories
    last_settled: int


@dataclass(frozen=True)
class NamedPlace:
    """A place as it is called; `number` stays as it is, whatever else is added or changed."""

    number: int
    code: str
    session_id: int | None
    name: dict[str, str]
    starts_at: datetime | None
    ends_at: datetime | None


def state_of(event_id: int) -> tuple[int, ...]:
    """The event's change number, how many tickets and lines it has, and the last of these: any change shows here."""
    change = select(Event.change_number).where(Event.id == event_id).scalar_subquery()
    tickets = select(func.count(Ticket.id)).where(Ticket.event_id == event_id).scalar_subquery()
    lines = select(change, tickets, func.count(Entry.id), func.coalesce(func.max(Entry.id), 0))
    return tuple(map(int, db.session.execute(lines.where(Entry.event_id == event_id)).one()))


def packed_rows(event_id: int, keys: Mapping[int, str], since: Mark | None, at: datetime) -> PackedRows:
    """Every ticket of the event, or those of registrations about which anything has changed since."""
    wanted = (
        select(Registration.id).where(Registration.event_id == event_id) if since is None else _changed(event_id, since)
    )
    tickets = statements.TICKETS.where(Ticket.event_id == event_id, Ticket.registration_id.in_(wanted))
    rows: Iterable[Any] = db.session.execute(tickets)
    found = [DoorTicket(*row) for row in rows]
    histories, settled = _histories(wanted, keys, at - SETTLED_AFTER)
    return PackedRows(found, _parties(wanted, keys), histories, max(settled, since.entry if since else 0))


def named_places(event_id: int) -> list[NamedPlace]:
    """Every place of the event, sessions that were cancelled too."""
    rows = db.session.execute(
        select(Place, EventSession, Venue.slug, Venue.name)
        .outerjoin(EventSession, EventSession.id == Place.session_id)
        .outerjoin(Venue, Venue.id == Place.venue_id)
        .where(Place.event_id == event_id)
        .order_by(Place.id)
    )
    return [_named(place, session, slug, name) for place, session, slug, name in rows]


def gate_numbers(event_id: int) -> dict[str, int]:
    """The number of each gate, by its code."""
    return {row.code: row.id for row in db.session.execute(select(Gate.code, Gate.id).where(Gate.event_id == event_id))}


def _named(place: Place, session: EventSession | None, slug: str, name: dict[str, str]) -> NamedPlace:
    if session is not None:
        return NamedPlace(
            place.id, session_code(session.code), session.id, session.title, session.starts_at, session.ends_at
        )
    assert place.day is not None
    dated = {language: f"{text} {place.day.month}/{place.day.day}" for language, text in name.items()}
    return NamedPlace(place.id, entrance_code(slug, place.day), None, dated, None, None)


def _changed(event_id: int, since: Mark) -> Select[Any]:
    tickets = select(Ticket.registration_id.label("id")).where(
        Ticket.event_id == event_id, Ticket.change_number > since.change
    )
    bookings = (
        select(Booking.registration_id.label("id"))
        .join(Registration, Registration.id == Booking.registration_id)
        .where(Registration.event_id == event_id, Booking.change_number > since.change)
    )
    entries = select(Entry.registration_id.label("id")).where(
        AllOf(Entry.event_id) == event_id, Entry.id > since.entry, Entry.registration_id.is_not(None)
    )
    changed = union(tickets, bookings, entries).subquery()
    return select(changed.c.id)


def _parties(wanted: Select[Any], keys: Mapping[int, str]) -> dict[int, Party]:
    numbers: dict[int, dict[str, int]] = defaultdict(dict)
    people = select(PartyNumber.registration_id, PartyNumber.category_id, PartyNumber.number)
    for registration_id, category_id, number in db.session.execute(
        people.where(PartyNumber.registration_id.in_(wanted))
    ):
        numbers[registration_id][keys[category_id]] = number
    booked: dict[int, list[BookedPlaces]] = defaultdict(list)
    lines = (
        select(
            Booking.registration_id, Booking.session_id, BookingLine.category_id, BookingLine.attendee_id,
            BookingLine.number, BookingLine.state,
        )
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id.in_(wanted))
    )  # fmt: skip
    for registration_id, session_id, category_id, attendee_id, number, state in db.session.execute(lines):
        booked[registration_id].append(BookedPlaces(session_id, keys[category_id], attendee_id, number, state))
    ended = _ended(wanted)
    return {one: Party(numbers[one], tuple(booked[one]), ended[one]) for one in {*numbers, *booked, *ended}}


def _ended(wanted: Select[Any]) -> dict[int, dict[int, bool]]:
    """By registration, its tickets that no longer count; True: because the person left the party."""
    rows = db.session.execute(
        select(Ticket.registration_id, Ticket.id, Attendee.removed_at.is_not(None))
        .outerjoin(Attendee, Attendee.id == Ticket.attendee_id)
        .where(Ticket.registration_id.in_(wanted), Ticket.replaced_at.is_not(None))
    )
    ended: dict[int, dict[int, bool]] = defaultdict(dict)
    for registration_id, ticket_id, left in rows:
        ended[registration_id][ticket_id] = bool(left)
    return ended


def _histories(wanted: Select[Any], keys: Mapping[int, str], settled_by: datetime) -> tuple[Histories, int]:
    """The standing lines of each person, in the ledger's order; and the last line that is surely all there."""
    rows = db.session.execute(_LINES.where(Entry.registration_id.in_(wanted)).order_by(Entry.id)).all()
    undone = {row.undoes_id for row in rows if row.undoes_id is not None}
    histories: Histories = defaultdict(list)
    last = 0
    for row, people in _together(rows, keys):
        if row.received_at <= settled_by:
            last = max(last, row.id)
        if row.id in undone or row.undoes_id is not None or row.place_id is None:
            continue
        direction = row.direction or (Direction.OUT if row.kind is EntryKind.EXIT else Direction.IN)
        line = Line(row.at, row.id, direction, people, row.reentry, bool(row.booked), row.gate_id)
        histories[row.registration_id, row.attendee_id].append((row.place_id, line))
    return histories, last


def _together(rows: Iterable[Any], keys: Mapping[int, str]) -> Iterable[tuple[Any, dict[str, int]]]:
    """Rows of one line, which stand beside each other, with the numbers of all of them."""
    found: dict[int, tuple[Any, dict[str, int]]] = {}
    for row in rows:
        found.setdefault(row.id, (row, {}))[1][keys[row.category_id]] = row.number
    return found.values()


_LINES = (
    select(
        Entry.id, Entry.registration_id, Ticket.attendee_id, Entry.place_id, Entry.at, Entry.received_at, Entry.kind,
        Entry.direction, Entry.reentry, Entry.booked, Entry.gate_id, Entry.undoes_id, EntryNumber.category_id,
        EntryNumber.number,
    )
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .join(Ticket, Ticket.id == Entry.ticket_id)
)  # fmt: skip
