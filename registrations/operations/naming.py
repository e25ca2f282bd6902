"""The people of a party get names, and a ticket of their own each, or one ticket for all again.

Places in sessions are numbers as long as the party has one ticket; as soon as everybody has one of their own they are
seats by name, so that the door knows whose place it is and overlaps are judged by person.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm.attributes import flag_modified

from app.db import db
from registrations.models import Attendee, Booking, BookingLine, Registration, Ticket
from registrations.operations.finding import send_again
from registrations.operations.holding import held_bookings, held_registration
from registrations.operations.parties import party_of
from registrations.operations.refusals import (
    ChangedElsewhere,
    NotAllNamed,
    NotForThisKind,
    SomebodyCame,
    TooManyNames,
)
from registrations.operations.seeking import write_sought
from registrations.operations.tickets import issue_ticket, raise_change_number
from registrations.queries import LiveEvent
from registrations.queries.entered import somebody_came
from registrations.queries.people import Person, has_own_tickets, people_of
from registrations.rules import NAMED_KINDS, BookingState
from registrations.rules.bookings import LIVE, Stand, named, nameless


@dataclass(frozen=True)
class Named:
    """What somebody is called; without a name they stay one of the number."""

    name: str | None = None
    reading: str | None = None


def name_people(registration_id: int, names: Mapping[int, Sequence[Named]], *, version: int) -> Registration:
    """The people of each category (by its id) are called this, those who have a row already in their order. `version`
    is the one the form showed; the same names sent twice change nothing. Raises a Refusal: no more names than the party
    has people, and none missing where everybody has a ticket of their own."""
    registration, event = held_registration(registration_id)
    refuse_unnameable(registration)
    people = people_of(registration_id)
    if _called(names) == _called_now(people):
        return registration
    if registration.version != version:
        raise ChangedElsewhere
    party = party_of(registration_id)
    if any(len(given) > party.get(category, 0) for category, given in _called(names).items()):
        raise TooManyNames
    if has_own_tickets(people) and sum(map(len, _called(names).values())) < sum(party.values()):
        raise NotAllNamed
    for category in sorted({*names, *(one.category_id for one in people)}):
        rows = [one for one in people if one.category_id == category]
        _write_names(registration_id, category, rows, names.get(category, ()))
    touch(registration)
    _tell_doors(registration_id, raise_change_number(event.id))
    return registration


def ticket_each(registration_id: int, *, at: datetime) -> Registration:
    """Everybody of the party gets a ticket of their own instead of the one for all, and a seat by name in every session
    that the party has places in; a second time changes nothing. Raises a Refusal: each needs a name, and once somebody
    was let in with the ticket for all it stays that one, for nobody knows who it was."""
    registration, event = held_registration(registration_id)
    refuse_unnameable(registration)
    people = people_of(registration_id)
    if has_own_tickets(people):
        return registration
    numbers = party_of(registration_id)
    if sum(numbers.values()) < 2 or sum(1 for one in people if one.name) < sum(numbers.values()):
        raise NotAllNamed
    if somebody_came(registration_id):
        raise SomebodyCame
    seats = [(one.category_id, one.id) for one in people if one.name]
    change_number = _rewrite(registration, event, lambda stand: named(stand, seats), at=at)
    for ticket in _tickets_in_use(registration_id):
        ticket.replaced_at = at
    for _category, attendee_id in seats:
        issue_ticket(event, registration_id, attendee_id=attendee_id, at=at, change_number=change_number)
    touch(registration)
    send_again(registration, at=at)
    return registration


def one_ticket_again(registration_id: int, *, at: datetime) -> Registration:
    """One ticket for all instead of one each; places are numbers again. A second time changes nothing. Raises a
    Refusal: once somebody was let in with a ticket of their own, what the door wrote down stays theirs."""
    registration, event = held_registration(registration_id)
    if not has_own_tickets(people_of(registration_id)):
        return registration
    if somebody_came(registration_id):
        raise SomebodyCame
    take_together(registration, event, at=at)
    touch(registration)
    send_again(registration, at=at)
    return registration


def take_together(registration: Registration, event: LiveEvent, *, at: datetime) -> None:
    """The same without a letter, for a registration that is locked with its tickets."""
    change_number = _rewrite(registration, event, nameless, at=at)
    before = _tickets_in_use(registration.id)
    issue_ticket(event, registration.id, at=at, change_number=change_number)
    newest = select(func.max(Ticket.id)).where(Ticket.registration_id == registration.id)
    new = db.session.scalars(newest).one()
    for ticket in before:
        ticket.replaced_at = at
    db.session.flush()
    older = update(Ticket).where(Ticket.registration_id == registration.id, Ticket.id != new)
    stand_for = older.where(Ticket.replaced_by_id.is_(None), _OF_SOMEBODY_HERE)
    db.session.execute(stand_for.values(replaced_by_id=new).execution_options(synchronize_session=False))


_OF_SOMEBODY_HERE = or_(
    Ticket.attendee_id.is_(None), Ticket.attendee_id.in_(select(Attendee.id).where(Attendee.removed_at.is_(None)))
)


def refuse_unnameable(registration: Registration) -> None:
    """Raises NotForThisKind: of a class no child is named, whoever asks."""
    if registration.party_kind not in NAMED_KINDS:
        raise NotForThisKind


def touch(registration: Registration) -> None:
    """The version rises even if only names change, so that a stale form is noticed; searches follow the names."""
    write_sought(registration, people_of(registration.id))
    flag_modified(registration, "contact_name")
    db.session.flush()


def _called(names: Mapping[int, Sequence[Named]]) -> dict[int, list[Named]]:
    found = {category: [one for one in given if one.name] for category, given in names.items()}
    return {category: given for category, given in found.items() if given}


def _called_now(people: Iterable[Person]) -> dict[int, list[Named]]:
    found: dict[int, list[Named]] = {}
    for one in people:
        found.setdefault(one.category_id, []).append(Named(one.name, one.reading))
    return _called(found)


def _write_names(registration_id: int, category: int, rows: Sequence[Person], given: Sequence[Named]) -> None:
    """Rows that are left without a name stay and are taken up again: tickets and answers may hang on them."""
    for position, row in enumerate(rows):
        one = given[position] if position < len(given) else Named()
        values = {"name": one.name, "reading": one.reading if one.name else None}
        blank = update(Attendee).where(Attendee.id == row.id).values(version=Attendee.version + 1, **values)
        db.session.execute(blank.execution_options(synchronize_session=False))
    new = [
        {
            "registration_id": registration_id,
            "category_id": category,
            "name": one.name,
            "reading": one.reading,
            "position": position,
        }
        for position, one in enumerate(given)
        if position >= len(rows) and one.name
    ]
    if new:
        db.session.execute(insert(Attendee), new)


def _rewrite(registration: Registration, event: LiveEvent, renamed: Callable[[Stand], Stand], *, at: datetime) -> int:
    """Every booking's live lines say the same seats under other names; no number changes, so no place moves."""
    bookings = held_bookings(registration, event, {}, at=at)
    change_number = raise_change_number(event.id)
    for stood in bookings.stands.values():
        _rewrite_lines(stood.booking_id, renamed(stood.stand))
    touched = update(Booking).where(Booking.registration_id == registration.id)
    values = {"change_number": change_number, "version": Booking.version + 1}
    db.session.execute(touched.values(values).execution_options(synchronize_session=False))
    _tell_doors(registration.id, change_number)
    return change_number


def _rewrite_lines(booking_id: int, stand: Stand) -> None:
    """Places keep the time since which they stand so."""
    of_it = select(BookingLine).where(BookingLine.booking_id == booking_id, BookingLine.state.in_(LIVE))
    since: dict[BookingState, datetime] = {}
    for line in db.session.scalars(of_it.execution_options(populate_existing=True)).all():
        since[line.state] = max(line.state_at, since.get(line.state, line.state_at))
        db.session.delete(line)
    db.session.flush()
    for state, at in since.items():
        for (category_id, attendee_id), number in stand.seats_in(state).items():
            line = BookingLine(booking_id=booking_id, category_id=category_id, attendee_id=attendee_id)
            line.number, line.state, line.state_at = number, state, at
            db.session.add(line)
    db.session.flush()


def _tickets_in_use(registration_id: int) -> list[Ticket]:
    in_use = select(Ticket).where(Ticket.registration_id == registration_id, Ticket.replaced_at.is_(None))
    return list(db.session.scalars(in_use.order_by(Ticket.id).execution_options(populate_existing=True)))


def _tell_doors(registration_id: int, change_number: int) -> None:
    tickets = update(Ticket).where(Ticket.registration_id == registration_id).values(change_number=change_number)
    db.session.execute(tickets.execution_options(synchronize_session=False))
