"""The waiting list: free places go to whole parties in order, at once or as an offer; offers are taken or run out.

All of it happens while the session's places are held, in the transaction that frees them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from app.db import db
from app.outbox.operations import Draft, enqueue_all
from app.programme.models import EventSession, SessionPlaces
from registrations.models import Booking, BookingLine, Registration
from registrations.operations.lines import first, move_lines
from registrations.operations.overlapping import busy
from registrations.operations.places import Bookable, free_places, hold_places, sessions_by_id
from registrations.operations.tickets import raise_change_number
from registrations.queries import LiveEvent, live_event
from registrations.rules import BookingState
from registrations.rules.waiting import Waiting, WaitingMode, next_in_line, offer_ends, promotion_ends

MOST_AT_ONCE = 200
"""Parties looked at in one go; who comes later is served by the next."""


@dataclass(frozen=True)
class Served:
    """Parties that were given places in one session, and until when these are only offered."""

    session: Bookable
    bookings: tuple[int, ...]
    offer_ends_at: datetime | None


def serve_queues(event: LiveEvent, held: Iterable[SessionPlaces], *, at: datetime, change_number: int | None) -> int:
    """Give the free places of these sessions, whose rows are held, to those who wait for them; how many parties got
    some. All else that the same act writes there is written before. change_number: the event's, if it is raised
    already."""
    waited_for = {one.session_id: one for one in held if one.waiting}
    sessions = sessions_by_id(waited_for)
    if change_number is None and any(_from_a_draw(one) for one in waited_for):
        change_number = raise_change_number(event.id)  # from here on nobody else gives the same party places
    parties = 0
    for session_id, places in sorted(waited_for.items()):
        if change_number is not None:
            _withdraw(event, sessions[session_id], places, at=at, change_number=change_number)
        one = _served(event, sessions[session_id], places, at)
        if one is not None:
            change_number = change_number or raise_change_number(event.id)
            _give(event, one, at=at, change_number=change_number)
            parties += len(one.bookings)
    return parties


def _give(event: LiveEvent, one: Served, *, at: datetime, change_number: int) -> None:
    offered = one.offer_ends_at is not None
    kept = Booking.offered_at if offered else Booking.promoted_at
    move_lines(
        one.bookings,
        before=BookingState.WAITING,
        after=BookingState.OFFERED if offered else BookingState.CONFIRMED,
        at=at,
        change_number=change_number,
        joined_waiting_at=None,
        passed_over=0,
        offer_ends_at=one.offer_ends_at,
        **{kept.key: first(kept, at)},
    )
    write_letters(event.id, one.bookings, "offer" if offered else "promoted", at=at, change_number=change_number)


def promote(session_id: int, *, at: datetime) -> int:
    """Serve those who wait for this session, if anything is free; how many parties were."""
    event_id = db.session.scalar(select(EventSession.event_id).where(EventSession.id == session_id))
    if event_id is None:
        return 0
    held = hold_places([session_id])
    event = live_event(event_id)
    return serve_queues(event, held.values(), at=at, change_number=None)


def expire_offers(session_id: int, *, at: datetime) -> int:
    """Offers of this session that nobody took in time are over, and the next are served; how many ended."""
    held = hold_places([session_id])
    ended = db.session.execute(_ENDED, {"session_id": session_id, "at": at}).all()
    if not ended:
        return 0
    event = live_event(ended[0].event_id)
    held[session_id].promised -= sum(int(row.number) for row in ended)
    db.session.flush()
    change_number = raise_change_number(event.id)
    ids = [row.id for row in ended]
    move_lines(
        ids,
        before=BookingState.OFFERED,
        after=BookingState.EXPIRED,
        at=at,
        change_number=change_number,
        offer_ends_at=None,
        lapsed_at=first(Booking.lapsed_at, at),
    )
    write_letters(event.id, ids, "offer_expired", at=at, change_number=change_number)
    serve_queues(event, held.values(), at=at, change_number=change_number)
    return len(ids)


def write_letters(event_id: int, booking_ids: Sequence[int], kind: str, *, at: datetime, change_number: int) -> None:
    """One letter to each of these bookings' registrations that has an address, about its session."""
    rows = db.session.execute(_ADDRESSES, {"ids": list(booking_ids)})
    drafts = [
        Draft(
            registration_id=row.registration_id,
            cause=f"{kind}:{row.uuid}:{change_number}",
            language=row.language,
            to_address=row.contact_email,
            facts={"session": row.code},
        )
        for row in rows
    ]
    enqueue_all(event_id, drafts, kind=kind, at=at)


def _from_a_draw(session_id: int) -> bool:
    """Whether somebody waits there who has lost a draw: only they can wait for two things at the same time."""
    drawn = select(Booking.id).where(
        Booking.session_id == session_id, Booking.joined_waiting_at.is_not(None), Booking.draw_position.is_not(None)
    )
    return db.session.scalar(drawn.limit(1)) is not None


def _withdraw(event: LiveEvent, session: Bookable, places: SessionPlaces, *, at: datetime, change_number: int) -> None:
    """Who lost two draws and got a place in the one waits for the other no more, and is told so."""
    if not _from_a_draw(session.id):
        return
    waiting = {one.registration_id: one.id for one in db.session.execute(_QUEUE, _of(session))}
    ended = [waiting[one] for one in busy(session, list(waiting), (BookingState.CONFIRMED,))]
    if not ended:
        return
    places.waiting -= len(ended)
    db.session.flush()
    ends = {"before": BookingState.WAITING, "after": BookingState.NOT_DRAWN, "joined_waiting_at": None}
    move_lines(ended, at=at, change_number=change_number, **ends)  # type: ignore[arg-type]
    write_letters(event.id, ended, "lottery_lost", at=at, change_number=change_number)


def _served(event: LiveEvent, session: Bookable, places: SessionPlaces, at: datetime) -> Served | None:
    if not is_served(event, session, at):
        return None
    queue = _queue(session)
    free = free_places(places)
    if session.one_party and places.promised:
        return None
    turn = next_in_line(queue, free, capacity=places.capacity, alone=session.one_party)
    for booking_id, passed in turn.passed.items():
        counted = update(Booking).where(Booking.id == booking_id).values(passed_over=passed)
        db.session.execute(counted.execution_options(synchronize_session=False))
    if not turn.served:
        return None
    places.promised += sum(one.places for one in queue if one.id in set(turn.served))
    places.waiting -= len(turn.served)
    db.session.flush()
    ends = None
    if event.waiting_mode is WaitingMode.OFFER:
        minutes = {"offer_minutes": event.offer_minutes, "ends_minutes": event.waiting_ends_minutes}
        ends = offer_ends(at, session.starts_at, **minutes)
    return Served(session, turn.served, ends)


def is_served(event: LiveEvent, session: Bookable, at: datetime) -> bool:
    """Whether anybody is moved up in this session now."""
    return session.is_planned and at < promotion_ends(session.starts_at, event.waiting_ends_minutes)


def queue_of(session_id: int) -> list[Waiting]:
    """Who waits for this session, in order; registrations that staff stopped are left out."""
    found = db.session.execute(_QUEUE, {"session_id": session_id, "most": MOST_AT_ONCE})
    return [Waiting(row.id, int(row.number), row.passed_over) for row in found]


def _queue(session: Bookable) -> list[Waiting]:
    """The same without those who were given places at the same time elsewhere and have not answered yet."""
    if not _from_a_draw(session.id):
        return queue_of(session.id)
    found = db.session.execute(_QUEUE, _of(session)).all()
    away = busy(session, [row.registration_id for row in found])
    return [Waiting(row.id, int(row.number), row.passed_over) for row in found if row.registration_id not in away]


def _of(session: Bookable) -> dict[str, int]:
    return {"session_id": session.id, "most": MOST_AT_ONCE}


_QUEUE = (
    select(Booking.id, Booking.registration_id, Booking.passed_over, func.sum(BookingLine.number).label("number"))
    .join(BookingLine, BookingLine.booking_id == Booking.id)
    .join(Registration, Registration.id == Booking.registration_id)
    .where(
        Booking.session_id == bindparam("session_id"),
        Booking.joined_waiting_at.is_not(None),
        BookingLine.state == BookingState.WAITING,
        Registration.cancelled_at.is_(None),
        Registration.blocked_at.is_(None),
    )
    .group_by(
        Booking.id, Booking.registration_id, Booking.passed_over, Booking.joined_waiting_at, Booking.draw_position
    )
    .order_by(Booking.joined_waiting_at, Booking.draw_position, Booking.id)
    .limit(bindparam("most"))
)
_ENDED = (
    select(Booking.id, Registration.event_id, func.sum(BookingLine.number).label("number"))
    .join(BookingLine, BookingLine.booking_id == Booking.id)
    .join(Registration, Registration.id == Booking.registration_id)
    .where(
        Booking.session_id == bindparam("session_id"),
        Booking.offer_ends_at <= bindparam("at"),
        BookingLine.state == BookingState.OFFERED,
    )
    .group_by(Booking.id, Registration.event_id)
    .order_by(Booking.id)
)
_ADDRESSES = (
    select(Booking.uuid, Booking.registration_id, EventSession.code, Registration.language, Registration.contact_email)
    .join(Registration, Registration.id == Booking.registration_id)
    .join(EventSession, EventSession.id == Booking.session_id)
    .where(Booking.id.in_(bindparam("ids", expanding=True)), Registration.contact_email.is_not(None))
)
