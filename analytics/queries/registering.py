"""Registrations as the figures need them: the curve, demand for each session, and who did not come of whom."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import case, exists, func, not_, or_, select, text

from analytics.queries.booked import Booked, booked_of
from analytics.queries.days import cut, day_sums
from analytics.queries.keeping import kept, kept_each
from analytics.queries.parties import Scene, came, parties, same, scenes_of
from analytics.queries.touched import change_number_of, touched
from analytics.rules.absence import Party
from analytics.rules.demand import Demand, Move, Queue
from app.db import db
from app.programme.models import Event, EventSession, Organisation, SessionPlaces
from app.programme.rules import AdmissionRule
from registrations.models import Booking, BookingLine, Lottery, PartyNumber, Registration
from registrations.rules import BookingState, PartyKind

_Moved = tuple[str, str | None, int]
HOUR, MINUTE = len("2026-10-31 08"), len("2026-10-31 08:15")
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
    refused. Parties are taken as they stand now, those of the same days together."""
    zone = ZoneInfo(event.timezone)
    found = _moves_in(event, session) if session else _moves_of_all(event)
    moves: dict[tuple[date, date | None], int] = defaultdict(int)
    for asked, left, number in found:
        moves[_day(asked, zone), _day(left, zone) if left else None] += number
    return [Move(asked, number, left) for (asked, left), number in moves.items()]


def _moves_of_all(event: Event) -> list[_Moved]:
    """People by the UTC hours, or minutes, of asking and leaving; of a day on which nobody registered who changed
    since, what was summed up before is kept."""
    asked, left = cut(Registration.created_at, _length(event)), cut(Registration.cancelled_at, _length(event))
    query = (
        select(asked, left, func.sum(PartyNumber.number))
        .join(PartyNumber, PartyNumber.registration_id == Registration.id)
        .where(Registration.event_id == event.id, Registration.party_kind != PartyKind.TEAM)
        .group_by(text("1"), text("2"))
    )

    def of_days(begin: datetime, end: datetime) -> dict[date, list[_Moved]]:
        rows: dict[date, list[_Moved]] = defaultdict(list)
        for row in _rows(query.where(Registration.created_at >= begin, Registration.created_at < end)):
            rows[date.fromisoformat(row[0][:10])].append(row)
        return rows

    return [row for rows in day_sums("moves", event.id, (event.timezone,), of_days) for row in rows]


def _moves_in(event: Event, session: str) -> list[_Moved]:
    """Places in one session in the same way."""
    one = db.session.scalar(select(EventSession.id).filter_by(event_id=event.id, code=session))
    asked = cut(Booking.created_at, _length(event))
    left = case((BookingLine.state.in_(GONE), cut(BookingLine.state_at, _length(event))))
    query = (
        select(asked, left, func.sum(BookingLine.number))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(Booking.session_id == one, Registration.party_kind != PartyKind.TEAM)
        .group_by(text("1"), text("2"))
    )
    rests_on = (one, touched(event.id).sessions[one or 0], event.timezone)
    return kept(("moves-in", event.id, session), rests_on, lambda: _rows(query))


def _rows(query: Any) -> list[_Moved]:
    return [(str(asked), left, int(number)) for asked, left, number in db.session.execute(query)]


def demand_of(event: Event) -> list[Demand]:
    """Every session that takes bookings or has some, in the programme's order."""
    sums = _grouped(booked_of(event.id, change_number_of(event.id)))
    marks, drawn = touched(event.id).sessions, _drawn(event.id)
    sessions = db.session.execute(
        select(EventSession.id, EventSession.code, EventSession.admission, SessionPlaces.capacity)
        .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
        .where(EventSession.event_id == event.id)
        .order_by(EventSession.starts_at, EventSession.code)
    ).all()
    waited = kept_each(("demand", event.id), {one: marks[one] for one, *_ in sessions}, _waited)
    return [
        Demand(
            code, capacity, **sums.get(one, {}), drawn=drawn.get(one), passed_over=waited[one][0], queue=waited[one][1]
        )
        for one, code, admission, capacity in sessions
        if one in sums or admission not in (AdmissionRule.WALK_IN, AdmissionRule.CLOSED)
    ]  # fmt: skip


def _grouped(booked: Booked) -> dict[int, dict[str, int]]:
    """By session: places in each group of states."""
    sums: dict[int, dict[str, int]] = {}
    for session_id, states in booked.items():
        groups = sums[session_id] = defaultdict(int)
        for state, number in states.items():
            groups[GROUPS[state]] += number
    return sums


def _waited(sessions: Collection[int]) -> dict[int, tuple[int, Queue]]:
    """By session: parties on the waiting list that were passed over, and what became of those that ever were on it."""
    passed, queues = _passed_over(sessions), _queues(sessions)
    return {one: (passed.get(one, 0), queues.get(one, Queue())) for one in sessions}


def _passed_over(sessions: Collection[int]) -> dict[int, int]:
    found = db.session.execute(
        select(Booking.session_id, func.count(func.distinct(Booking.id)))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.session_id.in_(sessions), BookingLine.state == BookingState.WAITING, Booking.passed_over > 0)
        .where(Booking.joined_waiting_at.is_not(None))  # as of all that wait: few, which an index finds
        .group_by(Booking.session_id)
    )
    return {session_id: int(number) for session_id, number in found}


def _queues(sessions: Collection[int]) -> dict[int, Queue]:
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
        .join(Registration, Registration.id == Booking.registration_id)
        .where(Booking.session_id.in_(sessions), Booking.waited_at.is_not(None))
        .where(Registration.party_kind != PartyKind.TEAM)
        .group_by(Booking.session_id)
    )
    return {session_id: Queue(*numbers) for session_id, *numbers in found}


def _drawn(event_id: int) -> dict[int, int]:
    """Places that won, of each lottery that was drawn."""
    found = db.session.execute(
        select(Lottery.session_id, Lottery.result)
        .join(EventSession, EventSession.id == Lottery.session_id)
        .where(EventSession.event_id == event_id, Lottery.drawn_at.is_not(None))
    )
    return {one: sum(int(places) for _booking, places, won in result if won) for one, result in found}


def parties_of(event: Event) -> list[Party]:
    """Parties with a place in sessions that were closed as counted, and how many of each came on its places: those that
    are alike together. Of a session where nobody came and no registration changed since, what was summed up before is
    kept."""
    marks = touched(event.id).sessions
    scenes = {one: scene for one, scene in scenes_of(event).items() if scene.counted is not None}
    rests_on = {one: (marks[one], event.timezone, scene) for one, scene in scenes.items()}
    found = kept_each(("absence", event.id), rests_on, lambda stale: _absences(event, [scenes[one] for one in stale]))
    concerned = {row.organisation for rows in found.values() for row in rows if row.organisation}
    kinds = db.session.execute(select(Organisation.id, Organisation.kind).where(Organisation.id.in_(concerned)))
    kind_of = {one: kind.value for one, kind in kinds}
    return [
        Party(scenes[one].code, row.places, row.came, row.lead, row.kind.value, row.language,
              kind_of.get(row.organisation or 0))
        for one, rows in found.items()
        for row in rows
    ]  # fmt: skip


class _Alike(NamedTuple):
    lead: str
    kind: PartyKind
    language: str
    organisation: int | None
    places: int
    came: int


def _absences(event: Event, scenes: list[Scene]) -> dict[int, list[_Alike]]:
    """By session; of each party at most as many came as it had places."""
    had = parties(scenes, ZoneInfo(event.timezone), GIVEN)
    people = came(event.id, [one.id for one in scenes])
    number = func.coalesce(people.c.number, 0)
    came_on = case((number > had.c.places, had.c.places), (number < 0, 0), else_=number)
    alike = (had.c.lead, had.c.kind, had.c.language, had.c.organisation)
    found = db.session.execute(
        select(had.c.session, *alike, func.sum(had.c.places), func.sum(came_on))
        .outerjoin(people, same(had, people))
        .group_by(had.c.session, *alike)
    )
    rows: dict[int, list[_Alike]] = {one.id: [] for one in scenes}
    for session_id, lead, kind, language, organisation, places, number_came in found:
        rows[session_id].append(_Alike(lead, kind, language, organisation, int(places), int(number_came)))
    return rows


def _length(event: Event) -> int:
    return HOUR if _has_whole_hours(event) else MINUTE


def _has_whole_hours(event: Event) -> bool:
    """Whether the event's zone is whole hours away from UTC, so that its days begin with an hour, in winter as well."""
    zone, year = ZoneInfo(event.timezone), event.starts_on.year
    moments = (datetime(one, month, 1, tzinfo=zone) for one in (year - 1, year) for month in (1, 7))
    return all((moment.utcoffset() or timedelta()) % timedelta(hours=1) == timedelta() for moment in moments)


def _day(cut: str, zone: ZoneInfo) -> date:
    return datetime.fromisoformat(cut).replace(tzinfo=UTC).astimezone(zone).date()
