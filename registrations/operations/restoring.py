"""A cancellation is taken back: places while they are free, a place in a queue where it was, an application before its
draw."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.audit import record
from app.db import db, lock
from app.outbox.operations import withdraw
from app.programme.rules import EventStatus
from app.web.actors import Actor
from registrations.models import Booking, BookingLine, Lottery, Registration, Ticket
from registrations.operations.places import Bookable, hold_places, join_queue, sessions_by_id, take_places
from registrations.operations.refusals import ChangedSince, RegistrationClosed
from registrations.operations.registering import write_letter
from registrations.operations.tickets import raise_change_number
from registrations.operations.waiting import is_served, serve_queues
from registrations.queries import LiveEvent, live_event
from registrations.rules import BookingState, Hand, PartyKind
from registrations.rules.bookings import LIVE
from registrations.rules.waiting import WaitingMode


@dataclass(frozen=True)
class HeldLine:
    """Places of a booking as they stood before they were given back; moments as text, so that a file can keep them."""

    line_id: int
    session_id: int
    code: str
    number: int
    state: BookingState
    joined_waiting_at: str | None = None
    passed_over: int = 0
    offer_ends_at: str | None = None


def held_lines(registration_id: int) -> list[HeldLine]:
    """The booking lines that a cancellation would end: what `restore` needs to know."""
    query = (
        select(
            BookingLine.id, Booking.session_id, BookingLine.number, BookingLine.state, Booking.joined_waiting_at,
            Booking.passed_over, Booking.offer_ends_at,
        )
        .join(Booking, Booking.id == BookingLine.booking_id)
        .where(Booking.registration_id == registration_id, BookingLine.state.in_(LIVE))
        .order_by(BookingLine.id)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    sessions = sessions_by_id(frozenset(row.session_id for row in rows))
    return [
        HeldLine(line, session, sessions[session].code, number, state, _text(joined), passed, _text(ends))
        for line, session, number, state, joined, passed, ends in rows
    ]


def restore(
    registration_id: int, held: Iterable[HeldLine], *, cancelled_at: datetime, at: datetime, actor: Actor
) -> list[str]:
    """Undo a cancellation: the registration stands again, and so does what it had, as far as it can still be had. Gives
    back the codes of the event sessions in which it did not get it again: they are full, over, drawn, or nobody waits
    for them any more. Raises ChangedSince if anything happened to it since, RegistrationClosed."""
    (registration,) = lock(Registration, [registration_id])
    lock(Ticket, db.session.scalars(select(Ticket.id).where(Ticket.registration_id == registration_id)).all())
    if registration.cancelled_at != cancelled_at or registration.blocked_at or registration.erased_at:
        raise ChangedSince
    event = live_event(registration.event_id)
    if event.status is not EventStatus.PUBLISHED:
        raise RegistrationClosed
    registration.cancelled_at = None
    db.session.flush()
    unsent = withdraw(registration_id)
    if "cancelled" not in unsent or "confirmed" in unsent:
        write_letter(registration, "confirmed" if "confirmed" in unsent else "changed", at=at)
    lost, again, queued = [], [], []
    team = registration.party_kind is PartyKind.TEAM
    for session_id, lines in sorted(_by_session(held).items()):
        if _had_again(event, session_id, lines, cancelled_at=cancelled_at, at=at, team=team):
            again.append(lines[0].code)
            queued += [session_id] * any(one.state is BookingState.WAITING for one in lines)
        elif any(_still_cancelled(line, cancelled_at) for line in lines):
            lost.append(lines[0].code)
    held_again = hold_places(queued)
    change_number = raise_change_number(registration.event_id)
    for kind in (Booking, Ticket):
        touched = update(kind).where(kind.registration_id == registration_id).values(change_number=change_number)
        db.session.execute(touched.execution_options(synchronize_session=False))
    serve_queues(event, held_again.values(), at=at, change_number=change_number)
    record(
        actor, "registration.restore", f"registration:{registration.uuid}", at=at, event_id=registration.event_id,
        sessions=again, lost=lost,
    )  # fmt: skip
    return lost


def _by_session(held: Iterable[HeldLine]) -> dict[int, list[HeldLine]]:
    found: dict[int, list[HeldLine]] = {}
    for line in held:
        found.setdefault(line.session_id, []).append(line)
    return found


def _had_again(
    event: LiveEvent, session_id: int, lines: list[HeldLine], *, cancelled_at: datetime, at: datetime, team: bool
) -> bool:
    """Have what one session gave as it was, of a team no seat; False if not all of it can be had."""
    session = sessions_by_id(frozenset([session_id]))[session_id]
    if not all(_still_cancelled(line, cancelled_at) for line in lines):
        return False
    if not (session.takes_teams(at) if team else all(_possible(event, session, line, at) for line in lines)):
        return False
    promised = 0 if team else sum(line.number for line in lines if line.state.holds_places)
    waits = sum(line.number for line in lines if line.state is BookingState.WAITING)
    if promised and not take_places(session, promised):
        return False
    waiting = bool(waits) and join_queue(session, waits)
    for line in lines:
        if line.state is not BookingState.WAITING or waiting:
            _set_line(line, at=at)
    return waiting or not waits


def _possible(event: LiveEvent, session: Bookable, line: HeldLine, at: datetime) -> bool:
    """Whether the state that a line had still means anything."""
    if not session.takes_bookings(at, Hand.STAFF):
        return False
    match line.state:
        case BookingState.CONFIRMED:
            return not session.door_has_opened(at)
        case BookingState.OFFERED:
            return not session.door_has_opened(at) and (line.offer_ends_at is None or at < _moment(line.offer_ends_at))
        case BookingState.WAITING:
            return event.waiting_mode is not WaitingMode.OFF and is_served(event, session, at)
        case BookingState.APPLIED:
            drawn = select(Lottery.session_id).where(Lottery.session_id == session.id, Lottery.drawn_at.is_not(None))
            return db.session.scalar(drawn) is None
    return True


def _still_cancelled(line: HeldLine, cancelled_at: datetime) -> bool:
    query = select(BookingLine.state, BookingLine.state_at).where(BookingLine.id == line.line_id)
    row = db.session.execute(query).one_or_none()
    return row is not None and row.state is BookingState.CANCELLED and row.state_at == cancelled_at


def _set_line(line: HeldLine, *, at: datetime) -> None:
    """The line as it was, and what its booking knew of the queue or of an offer."""
    quiet: dict[str, Any] = {"synchronize_session": False}
    stands = {"state": line.state, "state_at": at, "number": line.number}
    db.session.execute(
        update(BookingLine).where(BookingLine.id == line.line_id).values(**stands).execution_options(**quiet)
    )
    knew: dict[str, Any] = {}
    if line.state is BookingState.WAITING and line.joined_waiting_at:
        knew = {"joined_waiting_at": _moment(line.joined_waiting_at), "passed_over": line.passed_over}
    elif line.state is BookingState.OFFERED and line.offer_ends_at:
        knew = {"offer_ends_at": _moment(line.offer_ends_at)}
    if knew:
        of_line = select(BookingLine.booking_id).where(BookingLine.id == line.line_id).scalar_subquery()
        db.session.execute(update(Booking).where(Booking.id == of_line).values(**knew).execution_options(**quiet))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
