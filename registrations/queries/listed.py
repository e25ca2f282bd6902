"""The organiser's list of registrations: sought, filtered, sorted, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.db import Texts, db
from app.errors import NotFound
from app.programme.models import Category, EventSession
from registrations.models import Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.rules import BookingState, PartyKind, Source, read_code
from registrations.rules.sought import alike, phone_digits

FEWEST_DIGITS = 4
"""So many digits of a telephone number are worth looking for."""


class Standing(StrEnum):
    """Whether a registration still opens doors."""

    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"


class Mail(StrEnum):
    """Whether a registration can be written to."""

    WITH = "with"
    WITHOUT = "without"


class Order(StrEnum):
    """How the list is sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"


@dataclass(frozen=True)
class Wanted:
    """Which registrations of an event; nothing given means all of them. `session` and `category` by code and key.

    unconfirmed: only classes whose numbers are still provisional.
    """

    sought: str = ""
    session: str | None = None
    state: BookingState | None = None
    category: str | None = None
    kind: PartyKind | None = None
    language: str | None = None
    source: Source | None = None
    mail: Mail | None = None
    standing: Standing | None = None
    unconfirmed: bool = field(default=False)

    @property
    def narrows(self) -> bool:
        """Whether it leaves anybody out."""
        return self != Wanted()


@dataclass(frozen=True)
class RegistrationLine:
    """A registration as the organiser's list shows it. `sessions`: in how many its bookings were not cancelled."""

    id: int
    uuid: UUID
    number: str | None
    contact_name: str | None
    contact_reading: str | None
    group_name: str | None
    party_kind: PartyKind
    people: int
    sessions: int
    language: str
    source: Source
    created_at: datetime
    cancelled_at: datetime | None
    blocked_at: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True)
class Choices:
    """The event's sessions (code, title, start) and categories (key, label) that one can choose."""

    sessions: list[tuple[str, Texts, datetime]]
    categories: list[tuple[str, Texts]]


@dataclass(frozen=True)
class Found:
    """How many registrations, and people in them."""

    registrations: int
    people: int


def count(event_id: int, wanted: Wanted) -> Found:
    """How many there are, whatever page is shown."""
    party = select(func.sum(PartyNumber.number)).where(PartyNumber.registration_id == Registration.id)
    people = func.sum(party.correlate(Registration).scalar_subquery())
    query = select(func.count(), func.coalesce(people, 0)).where(*conditions(event_id, wanted))
    registrations, persons = db.session.execute(query).one()
    return Found(int(registrations), int(persons))


def lines(
    event_id: int, wanted: Wanted, *, order: Order = Order.NEWEST, limit: int = 50, skip: int = 0
) -> list[RegistrationLine]:
    """One page, in two queries: which, and what stands on them."""
    chosen = select(Registration.id).where(*conditions(event_id, wanted)).order_by(*_ORDER[order])
    ids = list(db.session.scalars(chosen.limit(limit).offset(skip)))
    found = {line.id: line for line in (RegistrationLine(*row) for row in db.session.execute(_lines(ids)))}
    return [found[one] for one in ids if one in found]


def lines_of(event_id: int, uuids: Iterable[UUID]) -> list[RegistrationLine]:
    """These of the event's, in this order."""
    wanted = list(uuids)
    query = select(Registration.id).where(Registration.event_id == event_id, Registration.uuid.in_(wanted))
    found = [RegistrationLine(*row) for row in db.session.execute(_lines(list(db.session.scalars(query))))]
    by_uuid = {line.uuid: line for line in found}
    return [by_uuid[one] for one in wanted if one in by_uuid]


def ids_and_uuids(
    event_id: int, wanted: Wanted, *, uuids: Iterable[UUID] | None = None, known: bool = False
) -> list[tuple[int, UUID]]:
    """All of them, oldest first; `uuids` only those among these; `known` only those that were not erased."""
    query = select(Registration.id, Registration.uuid).where(*conditions(event_id, wanted))
    if known:
        query = query.where(Registration.erased_at.is_(None))
    if uuids is not None:
        query = query.where(Registration.uuid.in_(list(uuids)))
    return [(row.id, row.uuid) for row in db.session.execute(query.order_by(Registration.id))]


def choices(event_id: int) -> Choices:
    """What one can narrow the list to, in the event's own order."""
    sessions = select(EventSession.code, EventSession.title, EventSession.starts_at)
    categories = select(Category.key, Category.label).where(Category.event_id == event_id, Category.unknown.is_(False))
    of_event = sessions.where(EventSession.event_id == event_id).order_by(EventSession.starts_at, EventSession.code)
    return Choices(
        sessions=[(row.code, row.title, row.starts_at) for row in db.session.execute(of_event)],
        categories=[(row.key, row.label) for row in db.session.execute(categories.order_by(Category.position))],
    )


def form_keys(event_id: int, prefix: str) -> frozenset[str]:
    """The keys of the event's registrations that begin so."""
    mine = Registration.form_key.startswith(prefix, autoescape=True)
    keys = db.session.scalars(select(Registration.form_key).where(Registration.event_id == event_id, mine))
    return frozenset(key for key in keys if key)


def registration_in(event_id: int, uuid: UUID) -> Registration:
    """One registration of this event. Raises NotFound."""
    found = db.session.scalars(select(Registration).filter_by(event_id=event_id, uuid=uuid)).one_or_none()
    if found is None:
        raise NotFound
    return found


def conditions(event_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a row must fulfil."""
    found: list[ColumnElement[bool]] = [Registration.event_id == event_id, *_sought(event_id, wanted.sought)]
    if wanted.session is not None or wanted.state is not None:
        found.append(_booked(event_id, wanted))
    if wanted.category is not None:
        of_key = select(Category.id).where(Category.event_id == event_id, Category.key == wanted.category)
        counted = PartyNumber.category_id == of_key.scalar_subquery()
        found.append(exists().where(PartyNumber.registration_id == Registration.id, counted))
    columns = {"party_kind": wanted.kind, "language": wanted.language, "source": wanted.source}
    found += [getattr(Registration, name) == value for name, value in columns.items() if value is not None]
    if wanted.mail is not None:
        reachable = Registration.contact_email.is_not(None)
        found.append(reachable if wanted.mail is Mail.WITH else ~reachable)
    if wanted.standing is not None:
        found.append(_STANDING[wanted.standing])
    if wanted.unconfirmed:
        found += [Registration.party_kind == PartyKind.CLASS, Registration.numbers_confirmed_at.is_(None)]
    return found


def _sought(event_id: int, text: str) -> list[ColumnElement[bool]]:
    """Every word must be found, in the name, reading, group, mail or telephone; or it is a ticket's short number."""
    words = [word for word in text.split() if alike(word)]
    if not words:
        return []
    spelled: ColumnElement[bool] = and_(*(_has(word) for word in words))
    number = read_code(text).number
    if number is None:
        return [spelled]
    numbered = select(Ticket.registration_id).where(Ticket.event_id == event_id, Ticket.number == number)
    return [or_(Registration.id.in_(numbered), spelled)]


def _has(word: str) -> ColumnElement[bool]:
    plain = alike(word)
    ways = [
        Registration.sought_as.contains(plain, autoescape=True),
        and_(Registration.sought_as.is_(None), Registration.contact_name.icontains(word, autoescape=True)),
        func.lower(Registration.contact_email).contains(plain, autoescape=True),
    ]
    digits = phone_digits(word)
    if len(digits) >= FEWEST_DIGITS and plain.strip("+-()0123456789") == "":
        written = func.replace(func.replace(Registration.contact_phone, "-", ""), " ", "")
        ways.append(written.contains(digits, autoescape=True))
    return or_(*ways)


def _booked(event_id: int, wanted: Wanted) -> ColumnElement[bool]:
    """A booking in that session, in that state; without a state, one that was not cancelled."""
    state = BookingLine.state == wanted.state if wanted.state else BookingLine.state != BookingState.CANCELLED
    query = select(Booking.id).join(BookingLine, BookingLine.booking_id == Booking.id).where(state)
    query = query.where(Booking.registration_id == Registration.id).correlate(Registration)
    if wanted.session is not None:
        of_code = select(EventSession.id).where(EventSession.event_id == event_id, EventSession.code == wanted.session)
        query = query.where(Booking.session_id == of_code.scalar_subquery())
    return query.exists()


def _lines(ids: list[int]) -> Any:
    of_it = PartyNumber.registration_id == Registration.id
    people = select(func.coalesce(func.sum(PartyNumber.number), 0)).where(of_it).correlate(Registration)
    sessions = (
        select(func.count(Booking.id.distinct()))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id == Registration.id, BookingLine.state != BookingState.CANCELLED)
        .correlate(Registration)
    )
    number = (
        select(func.min(Ticket.number))
        .where(Ticket.registration_id == Registration.id, Ticket.replaced_at.is_(None))
        .correlate(Registration)
    )
    return select(
        Registration.id,
        Registration.uuid,
        number.scalar_subquery(),
        Registration.contact_name,
        Registration.contact_reading,
        Registration.group_name,
        Registration.party_kind,
        people.scalar_subquery(),
        sessions.scalar_subquery(),
        Registration.language,
        Registration.source,
        Registration.created_at,
        Registration.cancelled_at,
        Registration.blocked_at,
        Registration.erased_at,
    ).where(Registration.id.in_(ids))


_STANDING: dict[Standing, ColumnElement[bool]] = {
    Standing.ACCEPTED: and_(Registration.cancelled_at.is_(None), Registration.blocked_at.is_(None)),
    Standing.CANCELLED: Registration.cancelled_at.is_not(None),
    Standing.BLOCKED: Registration.blocked_at.is_not(None),
}
_BY_NAME = func.coalesce(Registration.contact_reading, Registration.contact_name)
_ORDER: dict[Order, tuple[Any, ...]] = {
    Order.NEWEST: (Registration.created_at.desc(), Registration.id.desc()),
    Order.OLDEST: (Registration.created_at, Registration.id),
    Order.NAME: (_BY_NAME.is_(None), _BY_NAME, Registration.id),
}
