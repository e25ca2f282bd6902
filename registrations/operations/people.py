"""One person leaves a party by name, or joins it; what they take up or give up moves like any change of numbers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from app.db import db
from registrations.models import Attendee, Registration, Ticket
from registrations.operations.changing import part, planned, refuse_overlapping
from registrations.operations.holding import Bookings, carry_out, held_bookings, held_registration
from registrations.operations.naming import Named, refuse_unnameable, touch
from registrations.operations.parties import party_limit, party_of, rewrite_party
from registrations.operations.refusals import (
    ChangedElsewhere,
    NobodyLeft,
    PartyTooLarge,
    RegistrationClosed,
    SomebodyCame,
)
from registrations.operations.registering import write_letter
from registrations.operations.tickets import issue_ticket, raise_change_number
from registrations.queries import LiveEvent
from registrations.queries.entered import somebody_came
from registrations.queries.people import Person, has_own_tickets, people_of
from registrations.rules import Hand, Window, party_kind, party_total
from registrations.rules.bookings import Seats, added, by_category, without


def drop_person(registration_id: int, attendee_id: int, *, at: datetime) -> Registration:
    """This person does not come: one fewer of their category, their seat in every session goes to others, their ticket
    opens no door any more. A second time changes nothing. Where the party has one ticket for all, a session that only
    some of it come to keeps them.

    Raises a Refusal: who was let in on their own ticket stays, and the last one cancels instead.
    """
    registration, event = held_registration(registration_id)
    people = people_of(registration_id)
    person = next((one for one in people if one.id == attendee_id), None)
    if person is None:
        return registration
    party = party_of(registration_id)
    if party_total(party) == 1:
        raise NobodyLeft
    if person.ticket_id and somebody_came(registration_id, attendee_id=attendee_id):
        raise SomebodyCame
    numbers = {one: left for one in party if (left := party[one] - (one == person.category_id)) > 0}
    bookings = held_bookings(registration, event, {}, at=at)
    seats = {one: _without(bookings, one, person, party, numbers) for one in bookings.stands}
    gone = update(Attendee).where(Attendee.id == attendee_id)
    _quietly(gone.values(removed_at=at, version=Attendee.version + 1))
    change_number = _settle(registration, bookings, seats, numbers, at=at)
    own = update(Ticket).where(Ticket.attendee_id == attendee_id, Ticket.replaced_at.is_(None))
    _quietly(own.values(replaced_at=at, change_number=change_number))
    return registration


def add_person(
    registration_id: int,
    category_id: int,
    who: Named,
    *,
    everywhere: bool,
    version: int,
    at: datetime,
    hand: Hand = Hand.PUBLIC,
) -> Registration:
    """One more comes, by name. `everywhere`: also to every session that the whole party comes to, unless its door has
    opened; else to none. Raises a Refusal: only while registration is open, which does not bind the staff's hand, and
    where places are free."""
    registration, event = held_registration(registration_id)
    refuse_unnameable(registration)
    if registration.version != version:
        raise ChangedElsewhere
    people, party = people_of(registration_id), party_of(registration_id)
    numbers = {**party, category_id: party.get(category_id, 0) + 1}
    _refuse_more(event, registration, numbers, at=at, hand=hand)
    bookings = held_bookings(registration, event, {}, at=at)
    attendee_id = _write_attendee(registration_id, category_id, who)
    mine = {(category_id, attendee_id if has_own_tickets(people) else None): 1}
    seats = {
        one: added(whole, mine) if everywhere and whole and by_category(whole) == party else whole
        for one in bookings.stands
        for whole in [bookings.now(one).whole]
    }
    change_number = _settle(registration, bookings, seats, numbers, at=at)
    if has_own_tickets(people):
        issue_ticket(event, registration_id, attendee_id=attendee_id, at=at, change_number=change_number)
    return registration


def _without(
    bookings: Bookings, session_id: int, person: Person, party: Mapping[int, int], numbers: Mapping[int, int]
) -> Seats:
    whole = bookings.now(session_id).whole
    if person.ticket_id:
        return without(whole, {(person.category_id, person.id): 1})
    return part(bookings.now(session_id), party, numbers) if whole else whole


def _refuse_more(
    event: LiveEvent, registration: Registration, numbers: Mapping[int, int], *, at: datetime, hand: Hand
) -> None:
    if hand is Hand.PUBLIC and event.window(at) is not Window.OPEN:
        raise RegistrationClosed
    limit = party_limit(event, registration.party_kind)
    if party_total(numbers) > limit:
        raise PartyTooLarge(limit)


def _settle(
    registration: Registration,
    bookings: Bookings,
    seats: Mapping[int, Seats],
    numbers: Mapping[int, int],
    *,
    at: datetime,
) -> int:
    """Places, numbers and the letter; the event's change number, whose row is locked from now on."""
    plan = planned(bookings, seats, waits=set(), at=at)
    refuse_overlapping(plan, numbers)
    rewrite_party(registration.id, numbers)
    registration.party_kind = party_kind(numbers, registration.party_kind)
    touch(registration)
    write_letter(registration, "changed", at=at)
    carry_out(plan, at=at)
    return raise_change_number(bookings.event.id)


def _write_attendee(registration_id: int, category_id: int, who: Named) -> int:
    last = select(func.max(Attendee.position)).where(Attendee.registration_id == registration_id)
    row = {
        "registration_id": registration_id,
        "category_id": category_id,
        "name": who.name,
        "reading": who.reading,
        "position": (db.session.scalar(last) or 0) + 1,
    }
    made: int = db.session.execute(insert(Attendee).returning(Attendee.id), [row]).scalar_one()
    return made


def _quietly(change: Any) -> None:
    db.session.execute(change.execution_options(synchronize_session=False))
