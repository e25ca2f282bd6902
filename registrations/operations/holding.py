"""A registration's bookings, held for a change: everything locked in the one order, then read; a plan carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update

from app.db import db, lock
from app.programme.models import SessionPlaces
from app.programme.rules import EventStatus
from registrations.models import Booking, Registration, Ticket
from registrations.operations.lines import Stood, Wanted, stands_of, write_bookings, write_stand
from registrations.operations.lottery import open_lotteries
from registrations.operations.places import Bookable, hold_places, sessions_by_id
from registrations.operations.refusals import AlreadyCancelled, RegistrationClosed, StoppedByOrganiser
from registrations.operations.tickets import raise_change_number
from registrations.operations.waiting import serve_queues
from registrations.queries import LiveEvent, live_event
from registrations.queries.arrived import arrived_in
from registrations.rules import PartyKind
from registrations.rules.bookings import GONE, Stand, total


@dataclass(frozen=True)
class Bookings:
    """A registration's bookings with everything locked that decides about them."""

    event: LiveEvent
    registration: Registration
    stands: Mapping[int, Stood]
    sessions: Mapping[int, Bookable]
    places: Mapping[int, SessionPlaces]
    staying: frozenset[int]

    def now(self, session_id: int) -> Stand:
        """What stands there."""
        stood = self.stands.get(session_id)
        return stood.stand if stood else GONE


@dataclass(frozen=True)
class Plan:
    """What shall stand after a change, by session id; sessions left out keep what they have."""

    of: Bookings
    stands: Mapping[int, Stand] = field(default_factory=dict)

    @property
    def changes(self) -> dict[int, Stand]:
        """Only what differs."""
        return {one: stand for one, stand in self.stands.items() if stand != self.of.now(one)}

    @property
    def grows(self) -> bool:
        """Whether anybody is to come to a session who did not before."""
        return any(total(stand.whole) > total(self.of.now(one).whole) for one, stand in self.stands.items())


def held_registration(registration_id: int) -> tuple[Registration, LiveEvent]:
    """The registration, locked with its tickets, and its event, while it can be changed. Raises a Refusal."""
    (registration,) = lock(Registration, [registration_id])
    if registration.blocked_at is not None:
        raise StoppedByOrganiser
    if registration.cancelled_at is not None or registration.erased_at is not None:
        raise AlreadyCancelled
    lock(Ticket, db.session.scalars(select(Ticket.id).where(Ticket.registration_id == registration_id)).all())
    event = live_event(registration.event_id)
    if event.status is not EventStatus.PUBLISHED:
        raise RegistrationClosed
    return registration, event


def held_bookings(
    registration: Registration, event: LiveEvent, asked: Mapping[str, Bookable], *, at: datetime
) -> Bookings:
    """The registration's bookings, read once the places of all sessions that may change are locked."""
    booked = db.session.scalars(select(Booking.session_id).where(Booking.registration_id == registration.id)).all()
    ids = {*booked, *(one.id for one in asked.values())}
    places = hold_places(ids)
    stands = stands_of(registration.id)
    sessions = sessions_by_id(ids)
    arrived = arrived_in(registration.id)
    staying = (
        one for one in stands if one in arrived or (stands[one].stand.held and sessions[one].door_has_opened(at))
    )
    return Bookings(event, registration, stands, sessions, places, frozenset(staying))


def carry_out(plan: Plan, *, at: datetime) -> None:
    """Places first, then the event's row, then what depends on its number; then those who wait have what is free. Of a
    team no place is promised."""
    of, changes = plan.of, plan.changes
    for session_id, stand in changes.items():
        before, places = of.now(session_id), of.places[session_id]
        if of.registration.party_kind is not PartyKind.TEAM:
            places.promised += stand.held - before.held
        places.waiting += bool(total(stand.waiting)) - bool(total(before.waiting))
    db.session.flush()
    change_number = raise_change_number(of.event.id)
    new = [Wanted(one, stand) for one, stand in sorted(changes.items()) if one not in of.stands]
    write_bookings(of.registration.id, new, at=at, change_number=change_number)
    for session_id, stand in changes.items():
        if session_id in of.stands:
            write_stand(of.stands[session_id], stand, at=at, change_number=change_number)
    tickets = update(Ticket).where(Ticket.registration_id == of.registration.id).values(change_number=change_number)
    db.session.execute(tickets.execution_options(synchronize_session=False))
    db.session.flush()
    open_lotteries([one for one, stand in changes.items() if total(stand.applied)], at=at)
    serve_queues(of.event, [of.places[one] for one in changes], at=at, change_number=change_number)
