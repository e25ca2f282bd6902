"""What forecasts are made of and judged by: parties with a place, who of them came before, what was said, what came."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select, true

from analytics.models import IssuedForecast
from analytics.queries.ledger import standing
from analytics.rules.forecast import Belief, Forecast, Issued, Party, Past, Score, forecast, learn, score
from app.db import Texts, db
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.rules import SessionStatus
from checkin.models import Entry, EntryNumber, Place, PlaceClose
from checkin.rules import CountingState, Direction
from checkin.rules.times import event_day, lead
from registrations.models import Booking, BookingLine, Registration
from registrations.rules import BookingState, PartyKind


@dataclass(frozen=True)
class SessionForecast:
    """One session with parties that have a place. now: the forecast as it is, until the session begins. given: the last
    one given before it began, with what came of it; None: none was."""

    session_id: int
    code: str
    title: Texts
    starts_at: datetime
    capacity: int | None
    now: Forecast | None
    given: Issued | None

    @property
    def safe_walk_ins(self) -> int | None:
        return self.now.safe_walk_ins(self.capacity) if self.now else None


def forecasts_of(event: Event, *, at: datetime, only: str | None = None) -> list[SessionForecast]:
    """Every session of the event (or the one of this code) that takes place and has parties with a place, by time."""
    parties, came, given = _parties(event), _came(event.id), _given(event.id)
    belief = _learnt(parties, came)
    found = db.session.execute(
        select(EventSession, SessionPlaces.capacity)
        .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
        .where(EventSession.event_id == event.id, EventSession.status == SessionStatus.PLANNED)
        .where(true() if only is None else EventSession.code == only)
        .order_by(EventSession.starts_at, EventSession.code)
    )
    return [
        SessionForecast(
            session_id=one.id,
            code=one.code,
            title=one.title,
            starts_at=one.starts_at,
            capacity=capacity,
            now=_made(parties[one.id].values(), belief) if at < one.starts_at else None,
            given=_judged(given.get(one.id), came.get(one.id)),
        )
        for one, capacity in found
        if parties.get(one.id) or one.id in given
    ]


def score_of(forecasts: Iterable[SessionForecast]) -> Score:
    """How good the forecasts of an event were: of each session the last one given before it began."""
    return score(one.given for one in forecasts if one.given is not None)


def _made(parties: Iterable[Party], belief: Belief) -> Forecast:
    """The same parties in the same belief give the same forecast, so it is kept."""
    return _forecast(tuple(sorted(parties, key=repr)), belief)


@lru_cache(maxsize=500)
def _forecast(parties: tuple[Party, ...], belief: Belief) -> Forecast:
    return forecast(parties, belief)


def _parties(event: Event) -> dict[int, dict[int, Party]]:
    """By session and registration the parties with a confirmed place; teams take none. Whether a reminder was sent is
    asked for as of now: it goes out before the day for all alike."""
    reminded = exists().where(
        Letter.registration_id == Registration.id, Letter.kind == "reminder", Letter.state == LetterState.SENT
    )
    found = db.session.execute(
        select(
            Booking.session_id, Registration.id, Registration.party_kind, Registration.created_at,
            EventSession.starts_at, func.sum(BookingLine.number), reminded,
        )
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .where(EventSession.event_id == event.id, BookingLine.state == BookingState.CONFIRMED)
        .where(Registration.party_kind != PartyKind.TEAM)
        .group_by(
            Booking.session_id, Registration.id, Registration.party_kind, Registration.created_at,
            EventSession.starts_at,
        )
    )  # fmt: skip
    zone = ZoneInfo(event.timezone)
    parties: dict[int, dict[int, Party]] = defaultdict(dict)
    for session_id, registration_id, kind, registered_at, starts_at, number, told in found:
        day = event_day(starts_at, zone, event.day_ends_at)
        if number:
            parties[session_id][registration_id] = Party(
                int(number), kind.value, lead(registered_at, day, zone), reminded=bool(told)
            )
    return parties


def _came(event_id: int) -> dict[int, dict[int, int]]:
    """Of each session that was closed as counted: by registration how many people came on its booked places."""
    closed = db.session.scalars(
        select(Place.session_id)
        .join(PlaceClose, PlaceClose.place_id == Place.id)
        .where(Place.event_id == event_id, Place.session_id.is_not(None), PlaceClose.state == CountingState.COUNTED)
    )
    came: dict[int, dict[int, int]] = {session_id: {} for session_id in closed if session_id is not None}
    found = db.session.execute(
        select(Place.session_id, Entry.registration_id, func.sum(EntryNumber.number))
        .join(Entry, Entry.place_id == Place.id)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(standing(event_id), Place.session_id.in_(came), Entry.registration_id.is_not(None))
        .where(Entry.direction == Direction.IN, Entry.reentry.is_(False), Entry.booked.is_(True))
        .group_by(Place.session_id, Entry.registration_id)
    )
    for session_id, registration_id, number in found:
        if number > 0 and session_id is not None and registration_id is not None:
            came[session_id][registration_id] = int(number)
    return came


def _given(event_id: int) -> dict[int, IssuedForecast]:
    """By session the last forecast given before it began."""
    found = db.session.scalars(
        select(IssuedForecast)
        .join(EventSession, EventSession.id == IssuedForecast.session_id)
        .where(EventSession.event_id == event_id, IssuedForecast.issued_at < EventSession.starts_at)
        .order_by(IssuedForecast.day)
    )
    return {one.session_id: one for one in found}


def _judged(given: IssuedForecast | None, came: Mapping[int, int] | None) -> Issued | None:
    if given is None:
        return None
    number = None if came is None else sum(came.values())
    return Issued(given.expected, given.low, given.high, given.half, number)


def _learnt(parties: Mapping[int, Mapping[int, Party]], came: Mapping[int, Mapping[int, int]]) -> Belief:
    """What the sessions closed as counted say of who comes."""
    return learn(
        Past(party, came=registration_id in came[session_id])
        for session_id in sorted(came)
        for registration_id, party in sorted(parties.get(session_id, {}).items())
    )
