"""Registrations and bookings to take along as a file: read some hundred at a time, whatever their number."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.programme.models import EventSession
from registrations.models import Attendee, Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.queries.listed import Wanted, conditions
from registrations.queries.questions import answers_of_many
from registrations.rules import BookingState

AT_A_TIME = 1000


@dataclass(frozen=True)
class TakenBooking:
    """Places of one registration in one event session in one state."""

    session_id: int
    state: BookingState
    number: int
    since: datetime


@dataclass(frozen=True)
class TakenRegistration:
    """One registration. `row` has the columns of COLUMNS by name; `people` by id of the category, `answers` (values)
    by id of the question; `named`: those who come along and have a name."""

    row: Any
    number: str | None
    people: dict[int, int]
    bookings: list[TakenBooking]
    answers: Mapping[int, Any]
    named: Sequence[str] = ()


COLUMNS = (
    Registration.id,
    Registration.contact_name,
    Registration.contact_reading,
    Registration.contact_email,
    Registration.contact_phone,
    Registration.party_kind,
    Registration.group_name,
    Registration.group_grade,
    Registration.group_class,
    Registration.language,
    Registration.source,
    Registration.needs,
    Registration.expected_at,
    Registration.numbers_confirmed_at,
    Registration.no_photo,
    Registration.staff_note,
    Registration.created_at,
    Registration.cancelled_at,
    Registration.blocked_at,
)


def taken(event_id: int, wanted: Wanted) -> Iterator[list[TakenRegistration]]:
    """All that the filter finds, oldest first, in portions of at most AT_A_TIME."""
    last = 0
    while True:
        query = select(*COLUMNS).where(*conditions(event_id, wanted), Registration.id > last)
        rows = db.session.execute(query.order_by(Registration.id).limit(AT_A_TIME)).all()
        if not rows:
            return
        last = rows[-1].id
        yield _whole(rows)


def sessions_by_id_of(event_id: int) -> dict[int, Any]:
    """Code, title, start and end of the event's sessions by id."""
    query = select(
        EventSession.id, EventSession.code, EventSession.title, EventSession.starts_at, EventSession.ends_at
    ).where(EventSession.event_id == event_id)
    return {row.id: row for row in db.session.execute(query)}


def _whole(rows: Any) -> list[TakenRegistration]:
    ids = [row.id for row in rows]
    people: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for one in db.session.execute(
        select(PartyNumber.registration_id, PartyNumber.category_id, PartyNumber.number).where(
            PartyNumber.registration_id.in_(ids)
        )
    ):
        people[one.registration_id][one.category_id] = one.number
    bookings: defaultdict[int, list[TakenBooking]] = defaultdict(list)
    for who, session_id, state, number, since in db.session.execute(
        select(
            Booking.registration_id,
            Booking.session_id,
            BookingLine.state,
            func.sum(BookingLine.number),
            func.max(BookingLine.state_at),
        )
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id.in_(ids))
        .group_by(Booking.registration_id, Booking.session_id, BookingLine.state)
        .order_by(Booking.session_id)
    ):
        bookings[who].append(TakenBooking(session_id, state, int(number), since))
    numbers = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Ticket.registration_id, func.min(Ticket.number))
            .where(Ticket.registration_id.in_(ids), Ticket.replaced_at.is_(None))
            .group_by(Ticket.registration_id)
        )
    }
    answers = answers_of_many(ids)
    named: defaultdict[int, list[str]] = defaultdict(list)
    stands = (Attendee.registration_id.in_(ids), Attendee.removed_at.is_(None), Attendee.name.is_not(None))
    for who, name in db.session.execute(
        select(Attendee.registration_id, Attendee.name).where(*stands).order_by(Attendee.position, Attendee.id)
    ):
        named[who].append(name or "")
    return [
        TakenRegistration(
            row, numbers.get(row.id), people[row.id], bookings[row.id], answers.get(row.id, {}), named[row.id]
        )
        for row in rows
    ]
