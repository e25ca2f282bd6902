"""What a ticket, a private link and a letter show: one registration with its event, sessions and people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from app.db import Texts, db
from app.direct import Direct, here
from app.programme.models import Category, Event, EventSession, PrivacyNotice, Release
from app.programme.queries import NEWEST_RELEASE, published_as
from app.programme.rules import SessionStatus
from app.programme.rules.facts import EventFacts, Programme
from app.rows import as_read, columns_of
from registrations.models import Booking, BookingLine, Consent, PartyNumber, Registration, Ticket
from registrations.queries.live import LIVE_COLUMNS, LiveEvent, live_of
from registrations.queries.waiting import positions_of
from registrations.rules import BookingState
from registrations.rules.bookings import LIVE


@dataclass(frozen=True)
class BookedSession:
    """An event session that the registration has places in, as last released; `online_url` is only for who booked.
    `uuid` is the session's own, `edited` rises whenever staff change it. With several states: `state` and `number` are
    those of the nearest to a place, `waiting` says how many wait beside them. position: in the queue, from 1. draw: the
    name under which the booking is drawn."""

    uuid: UUID
    code: str
    title: Texts
    starts_at: datetime
    ends_at: datetime
    door_opens_at: datetime
    room: Texts | None
    floor: str | None
    venue: Texts | None
    address: Texts | None
    online: bool
    online_url: str | None
    takes_place: bool
    state: BookingState
    number: int
    edited: int
    booked_at: datetime
    waiting: int = 0
    position: int | None = None
    offer_ends_at: datetime | None = None
    draw: UUID | None = None

    @property
    def holds_places(self) -> bool:
        """Whether places are promised."""
        return self.state.holds_places


@dataclass(frozen=True)
class Party:
    """People of one category."""

    id: int
    key: str
    label: Texts
    number: int


@dataclass(frozen=True)
class Sheet:
    """One registration, read whole. `event` and `programme` are as last released (`release`, `released_at`), `live` is
    the event as it stands."""

    registration: Registration
    live: LiveEvent
    ticket: Ticket
    event: EventFacts
    sessions: tuple[BookedSession, ...]
    release: int
    released_at: datetime
    programme: Programme

    @property
    def usable(self) -> bool:
        """Whether the ticket still opens doors."""
        row = self.registration
        ended = row.cancelled_at or row.blocked_at or row.erased_at or self.ticket.replaced_at
        return ended is None

    @property
    def standing(self) -> tuple[BookedSession, ...]:
        """Sessions in which there is a place, or may still be one."""
        return tuple(one for one in self.sessions if one.state in LIVE)

    @property
    def in_vain(self) -> tuple[BookedSession, ...]:
        """Sessions that came to nothing without anybody of the party having cancelled."""
        return tuple(one for one in self.sessions if one.state in IN_VAIN)


NEAREST = (*LIVE, BookingState.NOT_DRAWN, BookingState.DECLINED, BookingState.EXPIRED, BookingState.CANCELLED)
"""States in the order in which a booking with several is known by one."""
_SESSION = (
    EventSession.id,
    EventSession.uuid.label("session_uuid"),
    EventSession.code,
    EventSession.title,
    EventSession.starts_at,
    EventSession.ends_at,
    EventSession.door_opens_at,
    EventSession.online_url,
    EventSession.status,
    EventSession.version,
)
"""What a session that is not released any more says of itself."""
IN_VAIN = (BookingState.NOT_DRAWN, BookingState.DECLINED, BookingState.EXPIRED)
_REGISTRATION, _TICKET = columns_of(Registration), columns_of(Ticket)
_WHOLE = (
    select(*_REGISTRATION, *_TICKET, *LIVE_COLUMNS, Release.id, Release.released_at)
    .join(Ticket, Ticket.registration_id == Registration.id)
    .join(Event, Event.id == Registration.event_id)
    .outerjoin(Release, Release.id == NEWEST_RELEASE)
    .order_by(Ticket.replaced_at.is_not(None), Ticket.id)
    .limit(1)
)
"""With its ticket in use; where there is none any more, because another registration's replaced it, with that one."""
_BY_LINK = Direct(_WHOLE.where(Registration.link == bindparam("link")))
_BY_ID = Direct(_WHOLE.where(Registration.id == bindparam("registration_id")))
_BY_CODE = Direct(_WHOLE.where(Ticket.code == bindparam("code")))
_BOOKED = Direct(
    select(
        Booking.uuid,
        Booking.offer_ends_at,
        Booking.draw_position,
        BookingLine.state,
        func.sum(BookingLine.number).label("number"),
        func.max(BookingLine.state_at).label("since"),
        *_SESSION,
    )
    .select_from(Booking)
    .join(EventSession, EventSession.id == Booking.session_id)
    .join(BookingLine, BookingLine.booking_id == Booking.id)
    .where(Booking.registration_id == bindparam("registration_id"))
    .group_by(
        Booking.id, Booking.uuid, Booking.offer_ends_at, Booking.draw_position, EventSession.id, BookingLine.state
    )
)
_PARTY = Direct(
    select(Category.id, Category.key, Category.label, PartyNumber.number)
    .join(PartyNumber, PartyNumber.category_id == Category.id)
    .where(PartyNumber.registration_id == bindparam("registration_id"))
    .order_by(Category.position)
)
_CONSENT = columns_of(Consent)
_CONSENTS = Direct(
    select(*_CONSENT, PrivacyNotice.number)
    .outerjoin(PrivacyNotice, PrivacyNotice.id == Consent.notice_id)
    .where(Consent.registration_id == bindparam("registration_id"))
    .order_by(Consent.id)
)
_BY_FORM_KEY = Direct(select(*_REGISTRATION).where(Registration.form_key == bindparam("form_key")))


def registration_by_link(link: str) -> Registration | None:
    """The registration that this private link opens."""
    return db.session.scalars(select(Registration).where(Registration.link == link)).one_or_none()


def registration_by_form_key(form_key: str) -> Registration | None:
    """The registration that this very form made."""
    found = _BY_FORM_KEY.rows(here(), {"form_key": form_key})
    return as_read(Registration, _named(_REGISTRATION, found[0])) if found else None


def ticket_by_code(event_id: int, code: str) -> Ticket | None:
    """The ticket of this event with this code, in its plain form (see `rules.read_code`)."""
    return db.session.scalars(select(Ticket).filter_by(event_id=event_id, code=code)).one_or_none()


def ticket_by_number(event_id: int, number: str) -> Ticket | None:
    """The ticket of this event with this short number; only for staff who may search."""
    return db.session.scalars(select(Ticket).filter_by(event_id=event_id, number=number)).one_or_none()


def sheet_by_link(link: str) -> Sheet | None:
    """The registration behind a private link, with its ticket in use."""
    return _sheet(_BY_LINK, link=link)


def sheet_by_code(code: str) -> Sheet | None:
    """The registration that a ticket belongs to, whichever event it is of; `ticket` is that very ticket."""
    return _sheet(_BY_CODE, code=code)


def sheet_of(registration_id: int) -> Sheet | None:
    """The registration with its ticket in use."""
    return _sheet(_BY_ID, registration_id=registration_id)


def party_of(registration_id: int) -> tuple[Party, ...]:
    """Who comes, in the event's order of categories."""
    return tuple(Party(*row) for row in _PARTY.rows(here(), {"registration_id": registration_id}))


def consents_of(registration_id: int) -> list[tuple[Any, int | None]]:
    """What was agreed to, as rows with the columns of Consent, and with the number of the notice's version."""
    return [(row, row[-1]) for row in _CONSENTS.rows(here(), {"registration_id": registration_id})]


def _sheet(query: Direct, **sought: Any) -> Sheet | None:
    found = query.rows(here(), sought)
    if not found:
        return None
    row, one, both = found[0], len(_REGISTRATION), len(_REGISTRATION) + len(_TICKET)
    registration = as_read(Registration, _named(_REGISTRATION, row))
    ticket = as_read(Ticket, _named(_TICKET, row[one:]))
    live = live_of(row, after=both)
    shown = published_as(*row[-2:])
    sessions = _sessions(registration.id, shown.programme)
    return Sheet(
        registration,
        live,
        ticket,
        shown.programme.event,
        sessions,
        release=shown.number,
        released_at=shown.released_at,
        programme=shown.programme,
    )


def _named(columns: Iterable[Any], values: Iterable[Any]) -> dict[str, Any]:
    return {column.key: value for column, value in zip(columns, values, strict=False)}


def _sessions(registration_id: int, programme: Programme) -> tuple[BookedSession, ...]:
    found: dict[UUID, list[Any]] = {}
    for row in _BOOKED.rows(here(), {"registration_id": registration_id}):
        found.setdefault(row.session_uuid, []).append(row)
    waits = any(row.state is BookingState.WAITING for rows in found.values() for row in rows)
    positions = positions_of(registration_id) if waits else {}
    booked = (_booked(rows, positions, programme) for rows in found.values())
    return tuple(sorted(booked, key=lambda one: (one.starts_at, one.code)))


def _booked(rows: list[Any], positions: dict[int, int], programme: Programme) -> BookedSession:
    """With the text and times that the public knows; a session not released (any more) speaks for itself."""
    row = min(rows, key=lambda one: NEAREST.index(one.state))
    waiting = sum(int(one.number) for one in rows if one.state is BookingState.WAITING)
    drawn = row.draw_position is not None or row.state is BookingState.APPLIED
    places: dict[str, Any] = {
        "state": row.state,
        "number": int(row.number),
        "booked_at": row.since,
        "waiting": waiting,
        "position": positions.get(row.id),
        "offer_ends_at": row.offer_ends_at,
        "draw": row.uuid if drawn else None,
    }
    shown = programme.session.get(row.code)
    venue, room = programme.room.get(shown.room or "", (None, None)) if shown else (None, None)
    facts = shown or row
    return BookedSession(
        uuid=row.session_uuid,
        code=row.code,
        title=facts.title,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        door_opens_at=row.door_opens_at,
        room=room.name if room else None,
        floor=room.floor if room else None,
        venue=venue.name if venue else None,
        address=venue.address if venue else None,
        online=row.online_url is not None,
        online_url=row.online_url,
        takes_place=row.status is SessionStatus.PLANNED,
        edited=row.version,
        **places,
    )
