"""Two registrations of one party become one: what the kept one lacks moves to it, place by place, the other ends.

Nothing is given back in between, so no place is lost to somebody who waits; queues and draws know a booking that moved
as before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import flag_modified

from app.audit import record
from app.db import db, lock
from app.outbox.operations import withdraw
from app.web.actors import Actor
from registrations.models import Booking, BookingLine, Registration, Ticket
from registrations.operations.changing import cancel
from registrations.operations.holding import held_registration
from registrations.operations.lines import TRACE, Stood, stands_of
from registrations.operations.parties import party_of, rewrite_party
from registrations.operations.places import Bookable, hold_places, sessions_by_id
from registrations.operations.refusals import NumbersByName, SomebodyCame, TeamStays
from registrations.operations.registering import write_letter
from registrations.operations.tickets import raise_change_number
from registrations.queries.entered import somebody_came
from registrations.queries.people import has_own_tickets, people_of
from registrations.rules import BookingState, PartyKind, Stay, overlaps, party_kind
from registrations.rules.bookings import LIVE, by_category, total


@dataclass(frozen=True)
class Merged:
    """What became of the other's bookings, by codes of sessions: moved; had by the kept one already; at the same time
    as something of it, and therefore given back."""

    moved: tuple[str, ...] = ()
    had: tuple[str, ...] = ()
    overlapping: tuple[str, ...] = ()


def merge(kept_id: int, other_id: int, *, at: datetime, actor: Actor) -> Merged:
    """Move to the kept registration what it lacks of the other's bookings, end the other, and let its ticket be
    replaced by the kept one's. Raises a Refusal; SomebodyCame once the other has let somebody in,
    TeamStays, NumbersByName where people have tickets of their own."""
    lock(Registration, [kept_id, other_id])
    kept, event = held_registration(kept_id)
    other, _ = held_registration(other_id)
    if somebody_came(other_id):
        raise SomebodyCame
    if PartyKind.TEAM in (kept.party_kind, other.party_kind):
        raise TeamStays
    if any(has_own_tickets(people_of(one)) for one in (kept_id, other_id)):
        raise NumbersByName  # places by name and places by number cannot be added up
    sessions = select(Booking.session_id).where(Booking.registration_id.in_([kept_id, other_id]))
    places = hold_places(db.session.scalars(sessions).all())
    mine, theirs = stands_of(kept_id), stands_of(other_id)
    merged, moving, numbers = _sorted_out(mine, theirs, party_of(kept_id))
    _take_over(kept, other, numbers, at)
    change_number = raise_change_number(event.id)
    for session_id in moving:
        if session_id in mine:
            places[session_id].waiting -= bool(total(mine[session_id].stand.waiting))
            _leave(mine[session_id], at)
        _move(theirs[session_id], mine.get(session_id), kept_id, change_number)
    db.session.flush()
    _end(kept, other, change_number, at)
    facts = {name: list(codes) for name, codes in vars(merged).items()}
    subject, of = f"registration:{kept.uuid}", f"registration:{other.uuid}"
    record(actor, "registration.merge", subject, at=at, event_id=event.id, other=of, **facts)
    record(actor, "registration.double", of, at=at, event_id=event.id, kept=subject)
    return merged


def _sorted_out(
    mine: Mapping[int, Stood], theirs: Mapping[int, Stood], party: Mapping[int, int]
) -> tuple[Merged, list[int], dict[int, int]]:
    """What moves, in order of time, and how many of each category the party has then."""
    sessions = sessions_by_id({*mine, *theirs})
    stays = {one: _stay(sessions[one], mine[one]) for one in mine if _counts(mine[one])}
    numbers = dict(party)
    moved: list[int] = []
    had, overlapping = [], []
    for one in sorted((one for one in theirs if not theirs[one].stand.empty), key=lambda id_: _when(sessions[id_])):
        more = by_category(theirs[one].stand.whole)
        larger = {key: max(numbers.get(key, 0), more.get(key, 0)) for key in {*numbers, *more}}
        if one in mine and not mine[one].stand.empty and (mine[one].stand.held or not theirs[one].stand.held):
            had.append(sessions[one].code)
            continue
        with_it = stays | ({one: _stay(sessions[one], theirs[one])} if _counts(theirs[one]) else {})
        if overlaps([each for each in with_it.values() if not sessions[each.session_id].drop_in], larger):
            overlapping.append(sessions[one].code)
            continue
        stays, numbers = with_it, larger
        moved.append(one)
    codes = tuple(sessions[one].code for one in moved)
    return Merged(codes, tuple(had), tuple(overlapping)), moved, numbers


def _take_over(kept: Registration, other: Registration, numbers: Mapping[int, int], at: datetime) -> None:
    """The kept party is as large as its bookings need, and nobody's wish not to be photographed is lost."""
    if numbers != party_of(kept.id):
        rewrite_party(kept.id, numbers)
    kept.party_kind = party_kind(numbers, kept.party_kind)
    kept.no_photo = kept.no_photo or other.no_photo
    flag_modified(kept, "contact_name")
    db.session.flush()
    write_letter(kept, "changed", at=at)


def _move(stood: Stood, dead: Stood | None, kept_id: int, change_number: int) -> None:
    """The booking itself, with its place in the queue and its name in the draw; only where the kept one booked the
    session once and gave it back are the lines put there."""
    row = update(Booking).execution_options(synchronize_session=False)
    lines = update(BookingLine).where(BookingLine.booking_id == stood.booking_id, BookingLine.state.in_(LIVE))
    lines = lines.execution_options(synchronize_session=False)
    counted = {"change_number": change_number, "version": Booking.version + 1}
    if dead is None:
        moved = row.where(Booking.id == stood.booking_id)
        db.session.execute(moved.values(registration_id=kept_id, **counted))
        db.session.execute(lines.values(attendee_id=None))
        return
    names = (*TRACE, "joined_waiting_at", "passed_over", "offer_ends_at", "draw_position")
    columns = [getattr(Booking, name) for name in names]
    found = db.session.execute(select(*columns).where(Booking.id == stood.booking_id)).one()._asdict()
    db.session.execute(row.where(Booking.id == dead.booking_id).values(**found, **counted))
    db.session.execute(lines.values(booking_id=dead.booking_id, attendee_id=None))
    left = {**dict.fromkeys(names), "passed_over": 0}
    db.session.execute(row.where(Booking.id == stood.booking_id).values(**left, **counted))


def _leave(stood: Stood, at: datetime) -> None:
    """Where the kept one only waits and the other has places, these places are its own now."""
    lines = update(BookingLine).where(BookingLine.booking_id == stood.booking_id, BookingLine.state.in_(LIVE))
    left = lines.values(state=BookingState.CANCELLED, state_at=at)
    db.session.execute(left.execution_options(synchronize_session=False))


def _end(kept: Registration, other: Registration, change_number: int, at: datetime) -> None:
    """The other gives back what is left of it. Who reads both letters at one address hears of the kept one alone."""
    tickets = update(Ticket).execution_options(synchronize_session=False)
    in_use = select(Ticket.id).where(Ticket.registration_id == kept.id, Ticket.replaced_at.is_(None))
    new = db.session.scalars(in_use.order_by(Ticket.id)).first()
    db.session.execute(tickets.where(Ticket.registration_id == kept.id).values(change_number=change_number))
    cancel(other.id, at=at)
    if other.contact_email == kept.contact_email:
        withdraw(other.id)
    old = tickets.where(Ticket.registration_id == other.id, Ticket.replaced_at.is_(None))
    db.session.execute(old.values(replaced_at=at, replaced_by_id=new))


def _stay(session: Bookable, stood: Stood) -> Stay:
    return Stay(session.id, session.starts_at, session.ends_at, by_category(stood.stand.whole))


def _counts(stood: Stood) -> bool:
    """Whether it keeps the party from being elsewhere; what waits for a draw does not."""
    return not stood.stand.empty and not total(stood.stand.applied)


def _when(session: Bookable) -> tuple[datetime, int]:
    return session.starts_at, session.id
