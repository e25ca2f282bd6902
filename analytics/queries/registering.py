"""Registrations as the figures need them: the curve, demand for each session, and who did not come of whom."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import case, exists, func, not_, or_, select

from analytics.queries.ledger import standing
from analytics.rules.absence import Party
from analytics.rules.demand import Demand, Move, Queue
from app.db import db
from app.programme.models import Event, EventSession, Organisation, SessionPlaces
from app.programme.rules import AdmissionRule
from checkin.models import Entry, EntryNumber, Place, PlaceClose
from checkin.rules import CountingState, Direction
from checkin.rules.times import event_day, lead
from registrations.models import Booking, BookingLine, Lottery, PartyNumber, Registration
from registrations.rules import BookingState, PartyKind

GIVEN = (BookingState.CONFIRMED, BookingState.OFFERED)
REFUSED = (BookingState.DECLINED, BookingState.NOT_DRAWN, BookingState.EXPIRED)
GONE = (*REFUSED, BookingState.CANCELLED)
GROUPS = {
    **dict.fromkeys(GIVEN, "given"),
    **dict.fromkeys(REFUSED, "refused"),
    BookingState.WAITING: "waiting",
    BookingState.APPLIED: "undecided",
    BookingState.PENDING: "undecided",
    BookingState.CANCELLED: "cancelled",
}


def moves_of(event: Event, *, session: str | None = None) -> list[Move]:
    """People registered and cancelled, by their days; with a session the places asked for there, and given back or
    refused. Parties are taken as they stand now."""
    if session is not None:
        return _moves_in(event, session)
    found = db.session.execute(
        select(Registration.created_at, Registration.cancelled_at, func.sum(PartyNumber.number))
        .join(PartyNumber, PartyNumber.registration_id == Registration.id)
        .where(Registration.event_id == event.id, Registration.party_kind != PartyKind.TEAM)
        .group_by(Registration.id, Registration.created_at, Registration.cancelled_at)
    )
    zone = ZoneInfo(event.timezone)
    return [Move(_day(asked, zone), int(number), _day(left, zone) if left else None) for asked, left, number in found]


def _moves_in(event: Event, session: str) -> list[Move]:
    found = db.session.execute(
        select(Booking.created_at, BookingLine.state, BookingLine.state_at, BookingLine.number)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(EventSession.event_id == event.id, EventSession.code == session)
        .where(Registration.party_kind != PartyKind.TEAM)
    )
    zone = ZoneInfo(event.timezone)
    return [
        Move(_day(asked, zone), number, _day(at, zone) if state in GONE else None) for asked, state, at, number in found
    ]


def demand_of(event: Event) -> list[Demand]:
    """Every session that takes bookings or has some, in the programme's order."""
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    found = db.session.execute(
        select(Booking.session_id, BookingLine.state, func.sum(BookingLine.number))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(EventSession.event_id == event.id, Registration.party_kind != PartyKind.TEAM)
        .group_by(Booking.session_id, BookingLine.state)
    )
    for session_id, state, number in found:
        sums[session_id][GROUPS[state]] += int(number)
    passed, drawn, queues = _passed_over(event.id), _drawn(event.id), _queues(event.id)
    sessions = db.session.execute(
        select(EventSession.id, EventSession.code, EventSession.admission, SessionPlaces.capacity)
        .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
        .where(EventSession.event_id == event.id)
        .order_by(EventSession.starts_at, EventSession.code)
    )
    return [
        Demand(code, capacity, **sums[one], drawn=drawn.get(one), passed_over=passed.get(one, 0), queue=queues[one])
        for one, code, admission, capacity in sessions
        if one in sums or admission not in (AdmissionRule.WALK_IN, AdmissionRule.CLOSED)
    ]


def _passed_over(event_id: int) -> dict[int, int]:
    found = db.session.execute(
        select(Booking.session_id, func.count(func.distinct(Booking.id)))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .where(EventSession.event_id == event_id, BookingLine.state == BookingState.WAITING, Booking.passed_over > 0)
        .group_by(Booking.session_id)
    )
    return {session_id: int(number) for session_id, number in found}


def _queues(event_id: int) -> dict[int, Queue]:
    """Parties that ever waited, by session."""
    served = or_(Booking.promoted_at.is_not(None), Booking.offered_at.is_not(None))
    lines = exists().where(BookingLine.booking_id == Booking.id)
    waits = lines.where(BookingLine.state == BookingState.WAITING)
    stays = lines.where(BookingLine.state.in_((*GIVEN, BookingState.WAITING)))
    found = db.session.execute(
        select(
            Booking.session_id,
            func.count(Booking.id),
            func.count(Booking.promoted_at),
            func.count(Booking.offered_at),
            func.count(Booking.lapsed_at),
            func.count(case((not_(or_(served, stays)), 1))),
            func.count(case((waits, 1))),
        )
        .join(EventSession, EventSession.id == Booking.session_id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(EventSession.event_id == event_id, Booking.waited_at.is_not(None))
        .where(Registration.party_kind != PartyKind.TEAM)
        .group_by(Booking.session_id)
    )
    queues = defaultdict[int, Queue](Queue)
    queues.update({session_id: Queue(*numbers) for session_id, *numbers in found})
    return queues


def _drawn(event_id: int) -> dict[int, int]:
    """Places that won, of each lottery that was drawn."""
    found = db.session.execute(
        select(Lottery.session_id, Lottery.result)
        .join(EventSession, EventSession.id == Lottery.session_id)
        .where(EventSession.event_id == event_id, Lottery.drawn_at.is_not(None))
    )
    return {one: sum(int(places) for _booking, places, won in result if won) for one, result in found}


def parties_of(event: Event) -> list[Party]:
    """Parties with a place in sessions that were closed as counted, and how many of each came on its places."""
    closed = _closed(event.id)
    came = _came(event.id, closed)
    found = db.session.execute(
        select(
            Booking.session_id, EventSession.code, EventSession.starts_at, Registration.id, Registration.created_at,
            Registration.party_kind, Registration.language, Organisation.kind, func.sum(BookingLine.number),
        )
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .join(Registration, Registration.id == Booking.registration_id)
        .outerjoin(Organisation, Organisation.id == Registration.organisation_id)
        .where(Booking.session_id.in_(closed), BookingLine.state.in_(GIVEN))
        .where(Registration.party_kind != PartyKind.TEAM)
        .group_by(
            Booking.session_id, EventSession.code, EventSession.starts_at, Registration.id, Registration.created_at,
            Registration.party_kind, Registration.language, Organisation.kind,
        )
    )  # fmt: skip
    zone = ZoneInfo(event.timezone)
    return [
        Party(
            session=code,
            places=int(number),
            came=max(0, came.get((session_id, registration_id), 0)),
            lead=lead(registered_at, event_day(starts_at, zone, event.day_ends_at), zone),
            kind=kind.value,
            language=language,
            organisation=organisation.value if organisation else None,
        )
        for session_id, code, starts_at, registration_id, registered_at, kind, language, organisation, number in found
    ]


def _closed(event_id: int) -> list[int]:
    found = db.session.scalars(
        select(Place.session_id)
        .join(PlaceClose, PlaceClose.place_id == Place.id)
        .where(Place.event_id == event_id, Place.session_id.is_not(None), PlaceClose.state == CountingState.COUNTED)
    )
    return [session_id for session_id in found if session_id is not None]


def _came(event_id: int, sessions: list[int]) -> Mapping[tuple[int, int], int]:
    """By session and registration who was admitted on booked places."""
    found = db.session.execute(
        select(Place.session_id, Entry.registration_id, func.sum(EntryNumber.number))
        .join(Entry, Entry.place_id == Place.id)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(standing(event_id), Place.session_id.in_(sessions), Entry.registration_id.is_not(None))
        .where(Entry.direction == Direction.IN, Entry.reentry.is_(False), Entry.booked.is_(True))
        .group_by(Place.session_id, Entry.registration_id)
    )
    return {(session or 0, registration or 0): int(number) for session, registration, number in found}


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date() if at.tzinfo else at.replace(tzinfo=UTC).astimezone(zone).date()
