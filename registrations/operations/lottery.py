"""Draws: the seed is kept when a session takes its first applications or is released, and used once."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.audit import record
from app.db import db
from app.errors import Refused
from app.programme.models import EventSession, SessionPlaces
from app.programme.rules import AdmissionRule
from app.web.actors import Actor
from registrations.models import Booking, BookingLine, Lottery, Registration
from registrations.operations.lines import first, move_lines
from registrations.operations.overlapping import beside, busy
from registrations.operations.places import Bookable, free_places, hold_places, sessions_by_id
from registrations.operations.tickets import raise_change_number
from registrations.operations.waiting import serve_queues, write_letters
from registrations.queries import live_event
from registrations.queries.draws import Earlier, drawn_first
from registrations.rules import BookingState, overlaps
from registrations.rules.lottery import drawn, in_order
from registrations.rules.waiting import Waiting


class NotDrawable(Refused):
    """There is nothing to draw: applications are still open, or it is drawn already, or it is no lottery, or others
    that begin earlier (`first`) are to be drawn before."""

    def __init__(self, why: str, first: Sequence[Earlier] = ()) -> None:
        self.why, self.first = why, first
        super().__init__(f"not_drawable_{why}", f"This cannot be drawn: {why}.")


@dataclass(frozen=True)
class Application:
    """One party's application: its booking and its places."""

    booking_id: int
    uuid: UUID
    registration_id: int
    places: int


def open_lotteries(session_ids: Iterable[int], *, at: datetime) -> None:
    """Keep a seed for each of these sessions that has none yet, so that its hash can be shown."""
    rows = [{"session_id": one, "seed": secrets.token_bytes(32), "opened_at": at, "result": []} for one in session_ids]
    if not rows:
        return
    dialect = db.session.get_bind().dialect.name
    new = postgresql.insert(Lottery) if dialect == "postgresql" else sqlite.insert(Lottery)
    db.session.execute(new.on_conflict_do_nothing(index_elements=[Lottery.session_id]), rows)


def open_lotteries_of(event_id: int, *, at: datetime) -> None:
    """The same for every lottery session of an event; done with each release."""
    lotteries = select(EventSession.id).where(
        EventSession.event_id == event_id, EventSession.admission == AdmissionRule.LOTTERY
    )
    open_lotteries(db.session.scalars(lotteries).all(), at=at)


def draw(session_id: int, *, at: datetime, actor: Actor) -> int:
    """Draw one session: whole parties in the order that the seed gives win while they fit, the others form the waiting
    list in that order. Who wins here gives back what it asked for at the same time; who holds a place then already
    takes no part, and is told so. How many won.

    Raises NotDrawable.
    """
    event_id = db.session.scalar(select(EventSession.event_id).where(EventSession.id == session_id))
    held = hold_places(_sessions_that_may_overlap(session_id))
    session, lottery = _drawable(session_id, at)
    event = live_event(event_id or 0)
    order = _applications(session_id, lottery.seed)
    elsewhere = busy(session, [one.registration_id for one in order])
    running = [one for one in order if one.registration_id not in elsewhere]
    places = held[session_id]
    free = free_places(places)
    result = drawn([Waiting(one.booking_id, one.places) for one in running], free)
    change_number = raise_change_number(event.id)
    won, others = list(result.won), list(result.others)
    number = {one.booking_id: one.places for one in order}
    places.promised += sum(number[one] for one in won)
    places.waiting += len(others)
    lottery.drawn_at, lottery.account_id, lottery.places = at, actor.account_id, free
    lottery.result = [[one.uuid.hex, one.places, one.booking_id in set(won)] for one in running]
    db.session.flush()
    applied = {"before": BookingState.APPLIED, "at": at, "change_number": change_number}
    move_lines(won, after=BookingState.CONFIRMED, **applied)  # type: ignore[arg-type]
    joins: dict[str, Any] = {"joined_waiting_at": at, "waited_at": first(Booking.waited_at, at)}
    move_lines(others, after=BookingState.WAITING, **joins, **applied)  # type: ignore[arg-type]
    _number(others)
    withdrawn = [one.booking_id for one in order if one.registration_id in elsewhere]
    move_lines(withdrawn, after=BookingState.NOT_DRAWN, **applied)  # type: ignore[arg-type]
    winners = [one.registration_id for one in running if one.booking_id in set(won)]
    _give_back_the_rest(session, winners, held, at=at, change_number=change_number)
    write_letters(event.id, won, "lottery_won", at=at, change_number=change_number)
    write_letters(event.id, [*others, *withdrawn], "lottery_lost", at=at, change_number=change_number)
    serve_queues(event, held.values(), at=at, change_number=change_number)
    uuid = db.session.scalar(select(EventSession.uuid).where(EventSession.id == session_id))
    told = {"won": len(won), "waiting": len(others)}
    record(actor, "lottery.draw", f"session:{uuid}", at=at, event_id=event.id, **told)
    return len(won)


def _drawable(session_id: int, at: datetime) -> tuple[Bookable, Lottery]:
    session = sessions_by_id([session_id])[session_id]
    if session.admission is not AdmissionRule.LOTTERY:
        raise NotDrawable("no_lottery")
    open_lotteries([session_id], at=at)
    lottery = db.session.get_one(Lottery, session_id, populate_existing=True)
    if lottery.drawn_at is not None:
        raise NotDrawable("drawn")
    if session.takes_bookings(at):
        raise NotDrawable("open")
    if first := drawn_first(session_id):
        raise NotDrawable("earlier", first)
    return session, lottery


def _sessions_that_may_overlap(session_id: int) -> Sequence[int]:
    """The session and those of its event at the same time, in ascending id."""
    this = select(EventSession).where(EventSession.id == session_id).subquery()
    return db.session.scalars(
        select(SessionPlaces.session_id)
        .join(EventSession, EventSession.id == SessionPlaces.session_id)
        .where(
            EventSession.event_id == this.c.event_id,
            EventSession.starts_at < this.c.ends_at,
            EventSession.ends_at > this.c.starts_at,
        )
        .order_by(SessionPlaces.session_id)
    ).all()


def _applications(session_id: int, seed: bytes) -> list[Application]:
    """Standing applications in the order of the draw."""
    found = [Application(*row) for row in db.session.execute(_APPLIED, {"session_id": session_id})]
    by_uuid = {one.uuid: one for one in found}
    return [by_uuid[one] for one in in_order(seed, by_uuid)]


def _give_back_the_rest(
    session: Bookable, winners: Sequence[int], held: dict[int, SessionPlaces], *, at: datetime, change_number: int
) -> None:
    """Applications and places in queues at the same time, of those who won here."""
    for of in beside(session, winners, (BookingState.APPLIED, BookingState.WAITING)).values():
        for booking_id, state, other in of.others:
            if not overlaps([of.here, other], of.party):
                continue
            if state is BookingState.WAITING:
                held[other.session_id].waiting -= 1
            move_lines([booking_id], before=state, after=BookingState.CANCELLED, at=at, change_number=change_number,
                       joined_waiting_at=None)  # fmt: skip
    db.session.flush()


def _number(booking_ids: Sequence[int]) -> None:
    """Where each comes in the draw: those who wait since the same moment are served in this order."""
    if not booking_ids:
        return
    table: Any = Booking.__table__
    numbered = update(table).where(table.c.id == bindparam("booking")).values(draw_position=bindparam("position"))
    rows = [{"booking": one, "position": position} for position, one in enumerate(booking_ids, 1)]
    db.session.execute(numbered, rows)


_APPLIED = (
    select(Booking.id, Booking.uuid, Booking.registration_id, func.sum(BookingLine.number))
    .join(BookingLine, BookingLine.booking_id == Booking.id)
    .join(Registration, Registration.id == Booking.registration_id)
    .where(
        Booking.session_id == bindparam("session_id"),
        BookingLine.state == BookingState.APPLIED,
        Registration.cancelled_at.is_(None),
        Registration.blocked_at.is_(None),
    )
    .group_by(Booking.id, Booking.uuid, Booking.registration_id)
    .order_by(Booking.id)
)
