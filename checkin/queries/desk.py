"""What staff at a check-in desk look up: places, people by name or number, who is booked, what was recorded here.

Nothing of a person but name, reading, group, category, number and note: a desk keeps a door.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account, Device
from app.db import Texts, db
from app.errors import NotFound
from app.programme.models import Category, Event, EventSession
from checkin.models import Entry, EntryNumber, Gate, Place, Scan
from checkin.queries.door import session_code
from checkin.queries.paper import PaperPlace, paper_place, paper_places
from checkin.rules import Direction, EntryKind
from checkin.rules.times import event_day
from registrations.models import Attendee, Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.rules import BookingState, PartyKind, read_code
from registrations.rules.sought import alike

MOST_FOUND = 30


@dataclass(frozen=True)
class DeskTicket:
    """A ticket in use, in front of one place. `category`: of the one person whom it names; `party`: numbers by
    category; `here`: places in this session by state;
    `came`: how many of it were admitted here."""

    id: int
    number: str
    registration_id: int
    attendee_id: int | None
    name: str | None
    reading: str | None
    group: str | None
    kind: PartyKind
    note: str | None
    no_photo: bool
    replaced: bool
    category: str | None
    party: dict[str, int] = field(default_factory=dict)
    here: dict[BookingState, int] = field(default_factory=dict)
    came: int = 0

    @property
    def people(self) -> int:
        return sum(self.party.values())

    @property
    def booked(self) -> int:
        """Places that are kept for it here."""
        return sum(number for state, number in self.here.items() if state.holds_places)


@dataclass(frozen=True)
class Deed:
    """What one scan wrote here of a ticket and still stands."""

    scan_id: UUID
    at: datetime
    direction: Direction | None
    people: int
    gate: Texts | None
    device: str | None
    account_id: int | None
    who: str | None


def desk_places(event: Event, at: datetime) -> tuple[list[PaperPlace], str | None]:
    """Entrances and sessions of today (of every day, if nothing is on today), and the code of the one that is on now:
    of the doors that are open, the one that opened last; else today's entrance."""
    zone = ZoneInfo(event.timezone)
    today = event_day(at, zone, event.day_ends_at)
    places = paper_places(event)
    doors = _doors(event)
    of_today = [place for place in places if _day(place, zone, event) == today]
    open_now = [place for place in places if place.code in doors and doors[place.code][0] <= at <= doors[place.code][1]]
    offered = [place for place in places if place in of_today or place in open_now] or places
    if open_now:
        return offered, max(open_now, key=lambda place: doors[place.code][0]).code
    return offered, next((place.code for place in of_today if place.day), None)


def desk_place(event: Event, code: str) -> tuple[PaperPlace, int | None]:
    """One place of the event, of any day, and the session it is. Raises NotFound."""
    place = paper_place(event, code)
    return place, db.session.scalar(select(Place.session_id).where(Place.id == place.id))


def tickets_sought(event_id: int, text: str, place: PaperPlace, session_id: int | None) -> list[DeskTicket]:
    """Tickets in use whose people or group are called so, or with this short number, by name: the first MOST_FOUND."""
    words = [alike(word) for word in text.split() if alike(word)]
    if not words:
        return []
    ways: list[ColumnElement[bool]] = [and_(*(_called(word) for word in words))]
    if number := read_code(text).number:
        ways.append(Ticket.number == number)
    return _tickets(event_id, or_(*ways), place, session_id, limit=MOST_FOUND)


def tickets_booked(
    event_id: int, place: PaperPlace, session_id: int | None, *, limit: int, skip: int = 0
) -> list[DeskTicket]:
    """Tickets in use that have places kept in this session, by name."""
    return _tickets(event_id, _has_places(session_id), place, session_id, limit=limit, skip=skip)


def count_booked(event_id: int, session_id: int | None) -> int:
    """How many tickets those are."""
    chosen = _chosen(select(func.count(Ticket.id)), event_id).where(_has_places(session_id), _IN_USE)
    return int(db.session.scalar(chosen) or 0)


def desk_ticket(event_id: int, number: str, place: PaperPlace, session_id: int | None) -> DeskTicket:
    """One ticket of the event, a replaced one too. Raises NotFound."""
    found = _tickets(event_id, Ticket.number == number, place, session_id, limit=1, in_use=False)
    if not found:
        raise NotFound
    return found[0]


def number_of_code(event_id: int, code: str) -> str | None:
    """The short number of a ticket of this event that was read with a scanner; None: it is none of it."""
    return db.session.scalar(select(Ticket.number).where(Ticket.event_id == event_id, Ticket.code == code))


def code_of_new(event_id: int, number: str, *, since: datetime) -> str | None:
    """The code of a ticket that has taken the place of a lost one since then; of all others no desk is told it."""
    chosen = select(Ticket.code).where(Ticket.event_id == event_id, Ticket.number == number, Ticket.issued_at >= since)
    lost = aliased(Ticket)
    return db.session.scalar(
        chosen.where(select(lost.id).where(lost.replaced_by_id == Ticket.id, lost.id < Ticket.id).exists())
    )


def deeds_of(ticket: DeskTicket, place: PaperPlace) -> list[Deed]:
    """What stands of this person at this place, the newest first."""
    later, whose = aliased(Entry), aliased(Ticket)
    query = (
        select(
            Scan.id, Scan.at, Entry.direction, func.sum(func.abs(EntryNumber.number)), Gate.name, Device.name,
            Scan.account_id, Account.name,
        )
        .join(Entry, Entry.scan_id == Scan.id)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(whose, whose.id == Entry.ticket_id)
        .outerjoin(Gate, Gate.id == Scan.gate_id)
        .outerjoin(Device, Device.id == Scan.device_id)
        .outerjoin(Account, Account.id == Scan.account_id)
        .where(Entry.registration_id == ticket.registration_id, Entry.place_id == place.id)
        .where(whose.attendee_id.is_not_distinct_from(ticket.attendee_id))
        .where(Scan.place_id == place.id, Entry.kind != EntryKind.UNDO, ~exists().where(later.undoes_id == Entry.id))
        .group_by(Scan.id, Entry.direction, Gate.name, Device.name, Account.name)
        .order_by(Scan.at.desc(), Scan.id)
    )  # fmt: skip
    return [Deed(*row) for row in db.session.execute(query)]


def scan_told(event_id: int, place_id: int, scan_id: UUID) -> Scan | None:
    """A scan made here, with its answer."""
    return db.session.scalars(
        select(Scan).where(Scan.id == scan_id, Scan.event_id == event_id, Scan.place_id == place_id)
    ).one_or_none()


def _doors(event: Event) -> dict[str, tuple[datetime, datetime]]:
    rows = db.session.execute(
        select(EventSession.code, EventSession.door_opens_at, EventSession.door_closes_at).where(
            EventSession.event_id == event.id
        )
    )
    return {session_code(row.code): (row.door_opens_at, row.door_closes_at) for row in rows}


def _day(place: PaperPlace, zone: ZoneInfo, event: Event) -> date | None:
    return place.day or (event_day(place.starts_at, zone, event.day_ends_at) if place.starts_at else None)


_IN_USE = Ticket.replaced_at.is_(None)
_NAME = func.coalesce(Attendee.name, Registration.contact_name)
_READING = func.coalesce(Attendee.reading, Registration.contact_reading)


def _called(word: str) -> ColumnElement[bool]:
    """What a registration is sought as holds the names of all its people."""
    spelled = Registration.sought_as.contains(word, autoescape=True)
    return or_(spelled, and_(Registration.sought_as.is_(None), _NAME.icontains(word, autoescape=True)))


def _has_places(session_id: int | None) -> ColumnElement[bool]:
    """Places of the whole party, or of the one person whom a ticket names."""
    of_person = or_(
        Ticket.attendee_id.is_(None), BookingLine.attendee_id.is_(None), BookingLine.attendee_id == Ticket.attendee_id
    )
    holding = [state for state in BookingState if state.holds_places]
    return (
        select(Booking.id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id == Registration.id, Booking.session_id == session_id)
        .where(BookingLine.state.in_(holding), of_person)
        .correlate(Registration, Ticket)
        .exists()
    )


def _chosen(columns: Any, event_id: int) -> Any:
    return (
        columns.select_from(Ticket)
        .join(Registration, Registration.id == Ticket.registration_id)
        .outerjoin(Attendee, Attendee.id == Ticket.attendee_id)
        .where(Ticket.event_id == event_id)
    )


def _tickets(
    event_id: int, which: ColumnElement[bool], place: PaperPlace, session_id: int | None, *, limit: int, skip: int = 0,
    in_use: bool = True,
) -> list[DeskTicket]:  # fmt: skip
    columns = select(
        Ticket.id, Ticket.number, Ticket.registration_id, Ticket.attendee_id, _NAME, _READING, Registration.group_name,
        Registration.party_kind, Registration.staff_note, Registration.no_photo, Ticket.replaced_at.is_not(None),
        Category.key,
    )  # fmt: skip
    query = _chosen(columns, event_id).outerjoin(Category, Category.id == Attendee.category_id).where(which)
    query = query.where(_IN_USE) if in_use else query
    sorted_ = query.order_by(func.coalesce(_READING, _NAME, ""), Ticket.id).limit(limit).offset(skip)
    rows = list(db.session.execute(sorted_))
    found = [DeskTicket(*row) for row in rows]
    return _filled(found, place, session_id)


def _filled(found: list[DeskTicket], place: PaperPlace, session_id: int | None) -> list[DeskTicket]:
    """With parties, places here, and who came: three questions, whatever their number."""
    ids = {one.registration_id for one in found}
    parties, booked, came = _parties(ids), _booked(ids, session_id), _came(ids, place.id)
    return [
        replace(
            one,
            party={one.category: 1} if one.category else parties.get(one.registration_id, {}),
            here=_here(one, booked.get(one.registration_id, [])),
            came=came.get((one.registration_id, one.attendee_id), 0),
        )
        for one in found
    ]


def _here(ticket: DeskTicket, lines: Iterable[tuple[int | None, BookingState, int]]) -> dict[BookingState, int]:
    here: dict[BookingState, int] = defaultdict(int)
    for attendee_id, state, number in lines:
        if ticket.attendee_id is None or attendee_id in (None, ticket.attendee_id):
            here[state] += number
    return dict(here)


def _parties(ids: set[int]) -> dict[int, dict[str, int]]:
    rows = db.session.execute(
        select(PartyNumber.registration_id, Category.key, PartyNumber.number)
        .join(Category, Category.id == PartyNumber.category_id)
        .where(PartyNumber.registration_id.in_(ids))
        .order_by(Category.position)
    )
    parties: dict[int, dict[str, int]] = defaultdict(dict)
    for registration_id, key, number in rows:
        parties[registration_id][key] = number
    return parties


def _booked(ids: set[int], session_id: int | None) -> dict[int, list[tuple[int | None, BookingState, int]]]:
    rows = db.session.execute(
        select(Booking.registration_id, BookingLine.attendee_id, BookingLine.state, BookingLine.number)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id.in_(ids), Booking.session_id == session_id)
    )
    booked: dict[int, list[tuple[int | None, BookingState, int]]] = defaultdict(list)
    for registration_id, attendee_id, state, number in rows:
        booked[registration_id].append((attendee_id, state, number))
    return booked


def _came(ids: set[int], place_id: int) -> dict[tuple[int, int | None], int]:
    rows = db.session.execute(
        select(Entry.registration_id, Ticket.attendee_id, func.sum(EntryNumber.number))
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(Ticket, Ticket.id == Entry.ticket_id)
        .where(Entry.registration_id.in_(ids), Entry.place_id == place_id)
        .where(Entry.direction == Direction.IN, Entry.reentry.is_(False))
        .group_by(Entry.registration_id, Ticket.attendee_id)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows if row[0] is not None}
