"""A registration is changed or cancelled by whoever holds its private link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm.attributes import flag_modified

from app.db import db, lock
from app.outbox.operations import withdraw
from app.programme.rules import EventStatus
from registrations.models import Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.operations.parties import numbers_by_category, refuse_overlaps, write_party
from registrations.operations.places import Bookable, move_places, sessions_by_code, sessions_by_id
from registrations.operations.refusals import (
    AlreadyCancelled,
    ChangedElsewhere,
    RegistrationClosed,
    SessionsNotBookable,
    StoppedByOrganiser,
)
from registrations.operations.registering import write_bookings, write_letter
from registrations.operations.tickets import raise_change_number
from registrations.queries import LiveEvent, live_event
from registrations.queries.arrived import arrived_in
from registrations.rules import Application, BookingState, Hand, Window, party_kind, party_total, sought_as


@dataclass(frozen=True)
class Standing:
    """A booking that holds places: its session, and how many of each category."""

    booking: Booking
    session: Bookable
    numbers: Mapping[int, int]


@dataclass(frozen=True)
class Plan:
    """What shall stand after a change: session id to numbers, beside what stands now."""

    before: Mapping[int, Standing]
    sessions: Mapping[int, Bookable]
    numbers: Mapping[int, Mapping[int, int]]

    @property
    def moves(self) -> dict[int, int]:
        """Places to promise (+) or give back (-) per session id."""
        ids = {*self.before, *self.numbers}
        return {one: party_total(self.numbers.get(one, {})) - self.held(one) for one in ids}

    @property
    def changes_nothing(self) -> bool:
        return {one: dict(standing.numbers) for one, standing in self.before.items()} == {
            one: dict(numbers) for one, numbers in self.numbers.items()
        }

    def held(self, session_id: int) -> int:
        """Places held there now."""
        standing = self.before.get(session_id)
        return party_total(standing.numbers) if standing else 0


def change(
    registration_id: int, application: Application, *, version: int, at: datetime, hand: Hand = Hand.PUBLIC
) -> Registration:
    """Make the registration what the form says: sessions, numbers, name, address, language.

    `version` is the one the form showed. Bookings whose door has opened, or on which somebody was let in before, stay
    as they are. Giving back is possible until the event ends, adding only while registration is open; the staff's hand
    adds later too. The same change sent twice is made once. Raises a Refusal, or Invalid for a category that the event
    does not have.
    """
    registration, event = _held(registration_id)
    if event.status is not EventStatus.PUBLISHED:
        raise RegistrationClosed
    numbers = numbers_by_category(event, application.numbers)
    party = _party_of(registration_id)
    plan = _plan(event.id, registration_id, application.sessions, numbers, at)
    if plan.changes_nothing and numbers == party and _same_contact(registration, application):
        return registration
    if registration.version != version:
        raise ChangedElsewhere
    more = any(move > 0 for move in plan.moves.values()) or party_total(numbers) > party_total(party)
    if more and hand is Hand.PUBLIC and event.window(at) is not Window.OPEN:
        raise RegistrationClosed
    refuse_overlaps([(plan.sessions[one], plan.numbers[one]) for one in plan.numbers], numbers)
    kind = _letter_for(registration, application)
    _write_contact(registration, application, numbers)
    if numbers != party:
        db.session.execute(delete(PartyNumber).where(PartyNumber.registration_id == registration_id))
        write_party(registration_id, numbers)
    write_letter(registration, kind, at=at)
    _carry_out(event.id, registration_id, plan, at)
    return registration


def cancel(registration_id: int, *, at: datetime) -> Registration:
    """Give every place back whose door has not opened and that nobody was let in on before, and end the registration; a
    second time changes nothing.

    Raises a Refusal: what an event came to when it was closed stays.
    """
    try:
        registration, event = _held(registration_id)
    except AlreadyCancelled:
        return db.session.get_one(Registration, registration_id)
    if event.status is not EventStatus.PUBLISHED:
        raise RegistrationClosed
    before = _standing(registration_id)
    staying = _staying(registration_id, before, at)
    registration.cancelled_at = at
    db.session.flush()
    write_letter(registration, "cancelled", at=at)
    plan = Plan(before, {}, {one: standing.numbers for one, standing in staying.items()})
    _carry_out(event.id, registration_id, plan, at)
    return registration


def _held(registration_id: int) -> tuple[Registration, LiveEvent]:
    """The registration, locked with its tickets, and its event."""
    (registration,) = lock(Registration, [registration_id])
    if registration.blocked_at is not None:
        raise StoppedByOrganiser
    if registration.cancelled_at is not None:
        raise AlreadyCancelled
    lock(Ticket, db.session.scalars(select(Ticket.id).where(Ticket.registration_id == registration_id)).all())
    return registration, live_event(registration.event_id)


def _plan(event_id: int, registration_id: int, codes: frozenset[str], numbers: Mapping[int, int], at: datetime) -> Plan:
    before = _standing(registration_id)
    asked = {session.id: session for session in sessions_by_code(event_id, codes).values()}
    staying = {one: standing.session for one, standing in _staying(registration_id, before, at).items()}
    wrong = codes - {session.code for session in asked.values()}
    wrong |= {one.code for one in asked.values() if one.id not in before and not one.takes_bookings(at)}
    if wrong:
        raise SessionsNotBookable(sorted(wrong))
    wanted = {one: before[one].numbers for one in staying} | {one: numbers for one in asked if one not in staying}
    return Plan(before, {**asked, **staying}, wanted)


def _standing(registration_id: int) -> dict[int, Standing]:
    """Bookings that hold places, by session id, read afresh."""
    lines = db.session.execute(
        select(Booking, BookingLine)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id == registration_id)
        .execution_options(populate_existing=True)
    ).all()
    holding = [(booking, line) for booking, line in lines if line.state.holds_places]
    bookings = {booking.session_id: booking for booking, _ in holding}
    numbers: dict[int, dict[int, int]] = {one: {} for one in bookings}
    for booking, line in holding:
        counted = numbers[booking.session_id]
        counted[line.category_id] = counted.get(line.category_id, 0) + line.number
    sessions = sessions_by_id(frozenset(bookings))
    return {one: Standing(bookings[one], sessions[one], numbers[one]) for one in bookings}


def _staying(registration_id: int, before: Mapping[int, Standing], at: datetime) -> dict[int, Standing]:
    """Those whose places are not given back any more: the door has opened, or somebody is in already."""
    arrived = arrived_in(registration_id)
    return {one: standing for one, standing in before.items() if one in arrived or standing.session.door_has_opened(at)}


def _party_of(registration_id: int) -> dict[int, int]:
    query = select(PartyNumber.category_id, PartyNumber.number).where(PartyNumber.registration_id == registration_id)
    return {row.category_id: row.number for row in db.session.execute(query)}


def _same_contact(registration: Registration, application: Application) -> bool:
    stands = (registration.contact_name, registration.contact_email, registration.language)
    return stands == (application.name, application.email, application.language)


def _letter_for(registration: Registration, application: Application) -> str:
    """Which letter this change writes. What waits for another address is not sent there any more; a confirmation that
    nobody has had yet goes to the new one."""
    if registration.contact_email == application.email:
        return "changed"
    return "confirmed" if "confirmed" in withdraw(registration.id) else "changed"


def _write_contact(registration: Registration, application: Application, numbers: Mapping[int, int]) -> None:
    """Name, address and language; the version rises even if only bookings change, so that a stale form is noticed."""
    registration.contact_name = application.name
    registration.contact_email = application.email
    registration.language = application.language
    registration.sought_as = sought_as(
        name=application.name, reading=registration.contact_reading, group=registration.group_name
    )
    registration.party_kind = party_kind(numbers)
    flag_modified(registration, "contact_name")
    db.session.flush()


def _carry_out(event_id: int, registration_id: int, plan: Plan, at: datetime) -> None:
    """Places first, in ascending id, then the event's row, then what depends on its number."""
    sessions = {one: standing.session for one, standing in plan.before.items()} | dict(plan.sessions)
    move_places(plan.moves, sessions=sessions, own={one: plan.held(one) for one in plan.before})
    change_number = raise_change_number(event_id)
    touched = [one for one, standing in plan.before.items() if plan.numbers.get(one) != standing.numbers]
    _cancel_lines([plan.before[one].booking for one in touched], at, change_number)
    again = [one for one in plan.numbers if one in touched or one not in plan.before]
    _book(registration_id, [plan.sessions[one] for one in again], plan.numbers, at, change_number)
    tickets = update(Ticket).where(Ticket.registration_id == registration_id).values(change_number=change_number)
    db.session.execute(tickets.execution_options(synchronize_session=False))
    db.session.flush()


def _cancel_lines(bookings: Iterable[Booking], at: datetime, change_number: int) -> None:
    for booking in bookings:
        booking.change_number = change_number
        held = (BookingLine.booking_id == booking.id, BookingLine.state != BookingState.CANCELLED)
        cancelled = update(BookingLine).where(*held).values(state=BookingState.CANCELLED, state_at=at)
        db.session.execute(cancelled.execution_options(synchronize_session=False))


def _book(
    registration_id: int,
    sessions: Iterable[Bookable],
    numbers: Mapping[int, Mapping[int, int]],
    at: datetime,
    change_number: int,
) -> None:
    """Places of these numbers; a booking that stood there before, even a cancelled one, is taken up again."""
    wanted = list(sessions)
    ids = [session.id for session in wanted]
    query = select(Booking).where(Booking.registration_id == registration_id, Booking.session_id.in_(ids))
    old = {booking.session_id: booking for booking in db.session.scalars(query)}
    for session in wanted:
        if session.id in old:
            booking = old[session.id]
            booking.change_number = change_number
            _write_lines(booking, numbers[session.id], at)
    fresh = [session for session in wanted if session.id not in old]
    for session in fresh:
        write_bookings(registration_id, [session], numbers[session.id], at=at, change_number=change_number)


def _write_lines(booking: Booking, numbers: Mapping[int, int], at: datetime) -> None:
    """One line per category: its old line, if there is one, stands again with the new number."""
    query = select(BookingLine).where(BookingLine.booking_id == booking.id, BookingLine.attendee_id.is_(None))
    old = {line.category_id: line for line in db.session.scalars(query.execution_options(populate_existing=True))}
    for category_id, number in numbers.items():
        line = old.get(category_id)
        if line is None:
            db.session.add(
                BookingLine(
                    booking_id=booking.id,
                    category_id=category_id,
                    number=number,
                    state=BookingState.CONFIRMED,
                    state_at=at,
                )
            )
        else:
            line.number, line.state, line.state_at = number, BookingState.CONFIRMED, at
