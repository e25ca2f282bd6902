"""The waiting lists as those who wait, and who looks after them, see them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.db import Texts, db
from app.programme.models import EventSession
from app.programme.rules import AdmissionRule
from registrations.models import Booking, BookingLine, Lottery, Registration
from registrations.rules import BookingState

UNDECIDED = (BookingState.PENDING, BookingState.APPLIED, BookingState.WAITING, BookingState.OFFERED)


def positions_of(registration_id: int) -> dict[int, int]:
    """Where this registration stands in the queue of each session it waits for, from 1; by session id."""
    mine, ahead = aliased(Booking), aliased(Booking)
    still_waits = (
        select(BookingLine.id)
        .join(Registration, Registration.id == ahead.registration_id)
        .where(
            BookingLine.booking_id == ahead.id,
            BookingLine.state == BookingState.WAITING,
            Registration.blocked_at.is_(None),
        )
        .correlate(ahead)
        .exists()
    )
    mine_drawn, their_drawn = (func.coalesce(one.draw_position, 0) for one in (mine, ahead))
    earlier = or_(
        ahead.joined_waiting_at < mine.joined_waiting_at,
        and_(
            ahead.joined_waiting_at == mine.joined_waiting_at,
            or_(their_drawn < mine_drawn, and_(their_drawn == mine_drawn, ahead.id <= mine.id)),
        ),
    )
    query = (
        select(mine.session_id, func.count(ahead.id))
        .join(ahead, and_(ahead.session_id == mine.session_id, earlier))
        .where(mine.registration_id == registration_id, mine.joined_waiting_at.is_not(None), still_waits)
        .group_by(mine.session_id)
    )
    return {session_id: int(number) for session_id, number in db.session.execute(query)}


@dataclass(frozen=True)
class Asked:
    """What one session has to be decided about, or watched: parties that ask for a yes, applied, wait, were offered."""

    code: str
    title: Texts
    starts_at: datetime
    admission: AdmissionRule
    booking_closes_at: datetime | None
    drawn_at: datetime | None
    pending: int
    applied: int
    waiting: int
    offered: int


@dataclass(frozen=True)
class AskedParty:
    """One party in one session, as the organiser decides about it."""

    booking_id: int
    uuid: UUID
    registration: UUID
    name: str | None
    group_name: str | None
    number: int
    created_at: datetime
    passed_over: int
    offer_ends_at: datetime | None


def undecided_in(session_ids: Collection[int]) -> dict[int, dict[BookingState, int]]:
    """How many parties of each of these sessions ask, applied, wait or were made an offer."""
    parties = (
        select(Booking.session_id, BookingLine.state, func.count(Booking.id.distinct()).label("parties"))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.session_id.in_(session_ids), BookingLine.state.in_(UNDECIDED))
        .group_by(Booking.session_id, BookingLine.state)
    )
    counted: dict[int, dict[BookingState, int]] = {one: {} for one in session_ids}
    for session_id, state, number in db.session.execute(parties):
        counted[session_id][state] = int(number)
    return counted


def asked_for(event_id: int, undecided: Mapping[int, Mapping[BookingState, int]]) -> list[Asked]:
    """The sessions of an event in which somebody asks, applied, waits or was made an offer, and every lottery.
    undecided: as `undecided_in` says."""
    counted = {session_id: states for session_id, states in undecided.items() if states}
    rows = db.session.execute(
        select(EventSession, Lottery.drawn_at)
        .outerjoin(Lottery, Lottery.session_id == EventSession.id)
        .where(
            EventSession.event_id == event_id,
            or_(EventSession.id.in_(counted), EventSession.admission == AdmissionRule.LOTTERY),
        )
        .order_by(EventSession.starts_at, EventSession.code)
    )
    return [_asked(session, drawn_at, counted.get(session.id, {})) for session, drawn_at in rows]


def parties_in(session_id: int, state: BookingState) -> list[AskedParty]:
    """Parties with places in this state, those who wait in their order, others as they came."""
    found = db.session.execute(
        select(
            Booking.id, Booking.uuid, Registration.uuid, Registration.contact_name, Registration.group_name,
            func.sum(BookingLine.number), Booking.created_at, Booking.passed_over, Booking.offer_ends_at,
        )
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(
            Booking.session_id == session_id,
            BookingLine.state == state,
            Registration.cancelled_at.is_(None),
            Registration.blocked_at.is_(None),
        )
        .group_by(Booking.id, Registration.id)
        .order_by(func.coalesce(Booking.joined_waiting_at, Booking.created_at), Booking.draw_position, Booking.id)
    )  # fmt: skip
    return [AskedParty(*row[:5], int(row[5]), *row[6:]) for row in found]


def pending_of(registration_id: int, session_id: int) -> int | None:
    """The booking with which a registration that stands asks for a yes in this session."""
    found: int | None = db.session.scalar(
        select(Booking.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(
            Registration.id == registration_id,
            Registration.cancelled_at.is_(None),
            Registration.blocked_at.is_(None),
            Booking.session_id == session_id,
            BookingLine.state == BookingState.PENDING,
        )
        .limit(1)
    )
    return found


def lottery_of(session_id: int) -> Lottery | None:
    """The draw of a session, once it has a seed."""
    return db.session.get(Lottery, session_id)


def _asked(session: EventSession, drawn_at: datetime | None, parties: Mapping[BookingState, int]) -> Asked:
    return Asked(
        code=session.code,
        title=session.title,
        starts_at=session.starts_at,
        admission=session.admission,
        booking_closes_at=session.booking_closes_at,
        drawn_at=drawn_at,
        **{state.value: parties.get(state, 0) for state in UNDECIDED},
    )
