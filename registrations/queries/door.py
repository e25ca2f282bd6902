"""What the door asks about one ticket, in one query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, bindparam, cast, literal_column, select
from sqlalchemy.sql.functions import aggregate_strings

from app.db import db
from app.programme.models import Organisation
from app.programme.rules import OrganisationKind
from registrations.models import Attendee, Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.rules import BookingState, PartyKind


@dataclass(frozen=True)
class BookedPlaces:
    """Places of one category (or of one named attendee) in one event session, in one state."""

    session_id: int
    category_id: int
    attendee_id: int | None
    number: int
    state: BookingState


@dataclass(frozen=True)
class DoorFacts:
    """All that the door needs to know of one ticket. `people`: category id to number this ticket is good for."""

    ticket_id: int
    registration_id: int
    attendee_id: int | None
    number: str
    rid: bytes
    name: str | None
    party_kind: PartyKind
    organisation_kind: OrganisationKind | None
    language: str
    registered_at: datetime
    cancelled: bool
    blocked: bool
    replaced: bool
    people: Mapping[int, int]
    bookings: tuple[BookedPlaces, ...]

    def states_in(self, session_id: int) -> frozenset[BookingState]:
        """In which states this ticket has places in that event session; empty: not booked."""
        return frozenset(line.state for line in self.bookings if line.session_id == session_id)

    def confirmed_in(self, session_id: int) -> dict[int, int]:
        """Category id to confirmed places in that event session."""
        numbers: dict[int, int] = {}
        for line in self.bookings:
            if line.session_id == session_id and line.state is BookingState.CONFIRMED:
                numbers[line.category_id] = numbers.get(line.category_id, 0) + line.number
        return numbers


def door_facts(
    event_id: int, *, code: str | None = None, rid: bytes | None = None, number: str | None = None, hold: bool = False
) -> DoorFacts | None:
    """One ticket of this event by its code, its rid or its short number, in one query; None: not of this event.

    `hold` locks the ticket's row until the end of the transaction (PostgreSQL). Order of locks everywhere:
    registration, ticket, places of event sessions in ascending id, the event's row last.
    """
    query = _DOOR_FACTS.where(Ticket.event_id == bindparam("event_id"))
    if code is not None:
        query = query.where(Ticket.code == bindparam("sought"))
    elif rid is not None:
        query = query.where(Ticket.rid == bindparam("sought"))
    else:
        query = query.where(Ticket.number == bindparam("sought"))
    if hold:
        query = query.with_for_update(of=Ticket, key_share=True)
    row = db.session.execute(query, {"event_id": event_id, "sought": code or rid or number}).one_or_none()
    return _door_facts(row) if row else None


def is_of_another_event(event_id: int, code: str) -> bool:
    """Whether this code is a ticket, but not of this event."""
    query = select(Ticket.id).where(Ticket.code == code, Ticket.event_id != event_id)
    return db.session.scalar(query) is not None


def _joined(*columns: Any) -> ColumnElement[str]:
    """`1:2:confirmed`: columns of one row as text."""
    text: ColumnElement[str] = cast(columns[0], String)
    for column in columns[1:]:
        text = text + literal_column("':'", String) + cast(column, String)
    return text


_PARTY = (
    select(aggregate_strings(_joined(PartyNumber.category_id, PartyNumber.number), ","))
    .where(PartyNumber.registration_id == Registration.id)
    .correlate(Registration)
    .scalar_subquery()
)
_BOOKED = (
    select(
        aggregate_strings(
            _joined(
                Booking.session_id,
                BookingLine.category_id,
                db.func.coalesce(BookingLine.attendee_id, 0),
                BookingLine.number,
                BookingLine.state,
            ),
            ",",
        )
    )
    .join_from(Booking, BookingLine, BookingLine.booking_id == Booking.id)
    .where(Booking.registration_id == Registration.id)
    .correlate(Registration)
    .scalar_subquery()
)
_DOOR_FACTS: Select[*tuple[Any, ...]] = (
    select(
        Ticket.id,
        Ticket.registration_id,
        Ticket.attendee_id,
        Ticket.number,
        Ticket.rid,
        Ticket.replaced_at,
        Registration.contact_name,
        Registration.party_kind,
        Registration.language,
        Registration.created_at,
        Registration.cancelled_at,
        Registration.blocked_at,
        Attendee.name,
        Attendee.category_id,
        Organisation.kind,
        _PARTY,
        _BOOKED,
    )
    .join(Registration, Registration.id == Ticket.registration_id)
    .outerjoin(Attendee, Attendee.id == Ticket.attendee_id)
    .outerjoin(Organisation, Organisation.id == Registration.organisation_id)
)


def _door_facts(row: Row[*tuple[Any, ...]]) -> DoorFacts:
    (ticket, registration, attendee, number, rid, replaced, contact, kind, language, at, cancelled, blocked, name,
     category, organisation, party, booked) = row  # fmt: skip
    bookings = [_booked_places(part) for part in (booked or "").split(",") if part]
    if attendee is not None:
        bookings = [line for line in bookings if line.attendee_id in (None, attendee)]
    return DoorFacts(
        ticket_id=ticket,
        registration_id=registration,
        attendee_id=attendee,
        number=number,
        rid=rid,
        name=name if attendee is not None else contact,
        party_kind=kind,
        organisation_kind=organisation,
        language=language,
        registered_at=at,
        cancelled=cancelled is not None,
        blocked=blocked is not None,
        replaced=replaced is not None,
        people={category: 1} if attendee is not None else _numbers(party),
        bookings=tuple(sorted(bookings, key=lambda line: (line.session_id, line.category_id))),
    )


def _numbers(text: str | None) -> dict[int, int]:
    pairs = (part.split(":") for part in (text or "").split(",") if part)
    return {int(category): int(number) for category, number in pairs}


def _booked_places(text: str) -> BookedPlaces:
    session, category, attendee, number, state = text.split(":")
    return BookedPlaces(int(session), int(category), int(attendee) or None, int(number), BookingState(state))
