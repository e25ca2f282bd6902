"""Who is expected, for lists and badges on paper: every confirmed party of an event or of one of its sessions."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select

from app.db import db
from app.programme.models import Category, Event
from registrations.models import Attendee, Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.rules import BookingState, PartyKind
from registrations.rules.groups import group_called


@dataclass(frozen=True)
class NamedGuest:
    """A person of a party whom somebody named."""

    id: int
    name: str
    reading: str | None
    category: str


@dataclass(frozen=True)
class PaperCode:
    """A ticket in use; `attendee_id`: of one named person, or of the party as a whole."""

    number: str
    code: str
    attendee_id: int | None


@dataclass(frozen=True)
class ExpectedParty:
    """One registration, as paper needs it. `numbers`: people by category's key, in the session asked for; `guests`:
    those of them with a name."""

    uuid: UUID
    kind: PartyKind
    contact: str | None
    reading: str | None
    group: str | None
    no_photo: bool
    numbers: Mapping[str, int]
    guests: tuple[NamedGuest, ...]
    codes: tuple[PaperCode, ...]

    @property
    def people(self) -> int:
        return sum(self.numbers.values())


@dataclass(frozen=True)
class GroupChoice:
    """A class, delegation or team that can be printed by itself."""

    uuid: UUID
    name: str


def expected_parties(event_id: int, *, session_id: int | None = None, group: UUID | None = None) -> list[ExpectedParty]:
    """Those with confirmed places in the session; without one, all who hold a valid ticket of the event: with a
    confirmed place somewhere, or without any booking. In no order."""
    wanted = _wanted(event_id, session_id)
    if group is not None:
        wanted = wanted.where(Registration.uuid == group)
    ids = wanted.with_only_columns(Registration.id)
    guests, attending = _guests(ids), _attending(ids, session_id)
    numbers, codes = _numbers(ids, session_id), _codes(ids)
    return [
        ExpectedParty(
            uuid=row.uuid,
            kind=row.party_kind,
            contact=row.contact_name,
            reading=row.contact_reading,
            group=group_called(row.group_name, row.group_grade, row.group_class),
            no_photo=row.no_photo,
            numbers=numbers[row.id],
            guests=tuple(one for one in guests[row.id] if not attending[row.id] or one.id in attending[row.id]),
            codes=tuple(codes[row.id]),
        )
        for row in db.session.execute(wanted)
    ]


def groups_of(event_id: int) -> list[GroupChoice]:
    """Classes, delegations and teams that are expected, in no order."""
    query = _wanted(event_id, None).where(Registration.group_name.is_not(None))
    return [
        GroupChoice(row.uuid, group_called(row.group_name, row.group_grade, row.group_class) or "")
        for row in db.session.execute(query)
    ]


_SHOWN = (
    Registration.id, Registration.uuid, Registration.party_kind, Registration.contact_name,
    Registration.contact_reading, Registration.group_name, Registration.group_grade, Registration.group_class,
    Registration.no_photo,
)  # fmt: skip


def _wanted(event_id: int, session_id: int | None) -> Any:
    booked = exists().where(Booking.registration_id == Registration.id)
    confirmed: Any = booked.where(BookingLine.booking_id == Booking.id, BookingLine.state == BookingState.CONFIRMED)
    if session_id is not None:
        held: Any = confirmed.where(Booking.session_id == session_id)
    else:
        mailed = or_(Registration.mail_confirmed_at.is_not(None), Event.confirms_mail.is_(False))
        held = or_(confirmed, and_(~booked, mailed))
    return (
        select(*_SHOWN)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.event_id == event_id,
            Registration.cancelled_at.is_(None),
            Registration.blocked_at.is_(None),
            Registration.erased_at.is_(None),
            held,
        )
    )


def _numbers(ids: Any, session_id: int | None) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    whole = (
        select(PartyNumber.registration_id, Category.key, PartyNumber.number)
        .join(Category, Category.id == PartyNumber.category_id)
        .where(PartyNumber.registration_id.in_(ids))
        .order_by(Category.position)
    )
    in_session = (
        select(Booking.registration_id, Category.key, func.sum(BookingLine.number))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(Category, Category.id == BookingLine.category_id)
        .where(Booking.registration_id.in_(ids), Booking.session_id == session_id)
        .where(BookingLine.state == BookingState.CONFIRMED)
        .group_by(Booking.registration_id, Category.key, Category.position)
        .order_by(Category.position)
    )
    for registration_id, key, number in db.session.execute(whole if session_id is None else in_session):
        found[registration_id][key] = int(number)
    return found


def _guests(ids: Any) -> dict[int, list[NamedGuest]]:
    found: dict[int, list[NamedGuest]] = defaultdict(list)
    query = (
        select(Attendee.registration_id, Attendee.id, Attendee.name, Attendee.reading, Category.key)
        .join(Category, Category.id == Attendee.category_id)
        .where(Attendee.registration_id.in_(ids), Attendee.removed_at.is_(None), Attendee.name.is_not(None))
        .order_by(Attendee.position, Attendee.id)
    )
    for row in db.session.execute(query):
        found[row.registration_id].append(NamedGuest(row.id, row.name or "", row.reading, row.key))
    return found


def _attending(ids: Any, session_id: int | None) -> dict[int, set[int]]:
    """Named attendees that the session's places are tied to; empty where places are numbers only."""
    found: dict[int, set[int]] = defaultdict(set)
    query = (
        select(Booking.registration_id, BookingLine.attendee_id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id.in_(ids), Booking.session_id == session_id)
        .where(BookingLine.state == BookingState.CONFIRMED, BookingLine.attendee_id.is_not(None))
    )
    for registration_id, attendee_id in db.session.execute(query) if session_id is not None else ():
        if attendee_id is not None:
            found[registration_id].add(attendee_id)
    return found


def _codes(ids: Any) -> dict[int, list[PaperCode]]:
    found: dict[int, list[PaperCode]] = defaultdict(list)
    query = (
        select(Ticket.registration_id, Ticket.number, Ticket.code, Ticket.attendee_id)
        .where(Ticket.registration_id.in_(ids), Ticket.replaced_at.is_(None))
        .order_by(Ticket.id)
    )
    for row in db.session.execute(query):
        found[row.registration_id].append(PaperCode(row.number, row.code, row.attendee_id))
    return found
