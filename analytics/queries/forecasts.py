"""What forecasts are made of and judged by: parties with a place, who of them came before, what was said, what came."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Subquery, exists, func, select, true

from analytics.models import IssuedForecast
from analytics.queries.keeping import kept, kept_each
from analytics.queries.parties import Scene, came, parties, same, scenes_of
from analytics.queries.reminded import KIND, reminded
from analytics.queries.touched import touched
from analytics.rules.belief import Belief, Party, Past, learn
from analytics.rules.forecast import Forecast, forecast
from analytics.rules.scoring import Issued, Score, score
from app.clock import lasts_all_day
from app.db import Texts, db
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.rules import SessionStatus
from registrations.models import Booking, BookingLine, Registration
from registrations.rules import BookingState


@dataclass(frozen=True)
class SessionForecast:
    """One session with parties that have a place. now: the forecast as it is, until the session begins. given: the last
    one given before it began, with what came of it; None: none was."""

    session_id: int
    code: str
    title: Texts
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    now: Forecast | None
    given: Issued | None

    @property
    def all_day(self) -> bool:
        return lasts_all_day(self.starts_at, self.ends_at)

    @property
    def safe_walk_ins(self) -> int | None:
        return self.now.safe_walk_ins(self.capacity) if self.now else None


def forecasts_of(event: Event, *, at: datetime, only: str | None = None) -> list[SessionForecast]:
    """Every session of the event (or the one of this code) that takes place and has parties with a place, by time."""
    booked, past, belief = _booked_and_past(event)
    given = _given(event.id)
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
            ends_at=one.ends_at,
            capacity=capacity,
            now=_made(booked.get(one.id, {}), belief) if at < one.starts_at else None,
            given=_judged(given.get(one.id), past.get(one.id)),
        )
        for one, capacity in found
        if booked.get(one.id) or one.id in given
    ]


def score_of(forecasts: Iterable[SessionForecast]) -> Score:
    """How good the forecasts of an event were: of each session the last one given before it began."""
    return score(one.given for one in forecasts if one.given is not None)


def _made(parties: Mapping[Party, int], belief: Belief) -> Forecast:
    """As many parties of each kind in the same belief give the same forecast, so it is kept."""
    return replace(_forecast(tuple(sorted(parties.items(), key=repr)), belief.rounded), past=belief.past)


@lru_cache(maxsize=200)
def _forecast(parties: tuple[tuple[Party, int], ...], belief: Belief) -> Forecast:
    return forecast(dict(parties), belief)


class _Came(NamedTuple):
    """A session that was closed as counted: how many parties of each kind came or stayed away, how many people came on
    booked places (where a forecast was given, on those that were booked by then), and all parties, come or not."""

    parties: Counter[Past]
    people: int
    booked: Counter[Party]


def _booked_and_past(event: Event) -> tuple[dict[int, Counter[Party]], dict[int, _Came], Belief]:
    """By session the parties with a confirmed place, what became of those that were closed as counted, and what these
    teach. Whether a reminder was sent is asked for as of now: it goes out before the day for all alike."""
    marks, state = touched(event.id).sessions, (event.timezone, reminded(event.id))
    scenes = scenes_of(event)
    of_lines = {one: (marks[one], state, scene) for one, scene in scenes.items() if scene.counted is not None}
    of_bookings = {one: (marks[one], state, scene.day) for one, scene in scenes.items() if one not in of_lines}
    booked = kept_each(("booked", event.id), of_bookings, lambda stale: _booked(event, [scenes[one] for one in stale]))
    past = kept_each(("past", event.id), of_lines, lambda stale: _past(event, [scenes[one] for one in stale]))
    belief = kept(("belief", event.id), of_lines, lambda: learn(one.parties for one in past.values()))
    return booked | {one: known.booked for one, known in past.items()}, past, belief


def _with_places(event: Event, scenes: Collection[Scene]) -> Subquery:
    reminded = exists().where(Letter.registration_id == Registration.id, _REMINDING)
    return parties(scenes, ZoneInfo(event.timezone), (BookingState.CONFIRMED,), reminded.label("reminded"))


def _booked(event: Event, scenes: Collection[Scene]) -> dict[int, Counter[Party]]:
    of = _with_places(event, scenes)
    alike = (of.c.session, of.c.places, of.c.kind, of.c.lead, of.c.reminded)
    booked: dict[int, Counter[Party]] = {one.id: Counter() for one in scenes}
    for session_id, size, kind, lead, told, number in db.session.execute(select(*alike, func.count()).group_by(*alike)):
        booked[session_id][Party(int(size), kind.value, lead, reminded=bool(told))] += number
    return booked


def _past(event: Event, scenes: Collection[Scene]) -> dict[int, _Came]:
    of, people = _with_places(event, scenes), came(event.id, [one.id for one in scenes])
    here = func.coalesce(people.c.number, 0) > 0
    alike = (of.c.session, of.c.places, of.c.kind, of.c.lead, of.c.reminded, here)
    past: dict[int, Counter[Past]] = {one.id: Counter() for one in scenes}
    booked: dict[int, Counter[Party]] = {one.id: Counter() for one in scenes}
    for session_id, size, kind, lead, told, has_come, number in db.session.execute(
        select(*alike, func.count()).outerjoin(people, same(of, people)).group_by(*alike)
    ):
        party = Party(int(size), kind.value, lead, reminded=bool(told))
        past[session_id][Past(party, came=bool(has_come))] += number
        booked[session_id][party] += number
    numbers = db.session.execute(
        select(people.c.session, func.sum(people.c.number))
        .where(people.c.number > 0, ~_booked_later(people))
        .group_by(people.c.session)
    )
    sums = {session_id: int(number) for session_id, number in numbers}
    return {one: _Came(found, sums.get(one, 0), booked[one]) for one, found in past.items()}


def _booked_later(people: Subquery) -> ColumnElement[bool]:
    """Whether a party got its place only after the last forecast of the session, which could not know of it."""
    last = (
        select(func.max(IssuedForecast.issued_at))
        .join(EventSession, EventSession.id == IssuedForecast.session_id)
        .where(IssuedForecast.session_id == people.c.session, IssuedForecast.issued_at < EventSession.starts_at)
        .correlate(people)
        .scalar_subquery()
    )
    return exists().where(
        Booking.session_id == people.c.session, Booking.registration_id == people.c.registration,
        BookingLine.booking_id == Booking.id, BookingLine.state == BookingState.CONFIRMED, BookingLine.state_at > last,
    )  # fmt: skip


def _given(event_id: int) -> dict[int, IssuedForecast]:
    """By session the last forecast given before it began."""
    found = db.session.scalars(
        select(IssuedForecast)
        .join(EventSession, EventSession.id == IssuedForecast.session_id)
        .where(EventSession.event_id == event_id, IssuedForecast.issued_at < EventSession.starts_at)
        .order_by(IssuedForecast.day)
    )
    return {one.session_id: one for one in found}


def _judged(given: IssuedForecast | None, past: _Came | None) -> Issued | None:
    if given is None:
        return None
    return Issued(given.expected, given.low, given.high, given.half, past.people if past else None)


_REMINDING = (Letter.kind == KIND) & (Letter.state == LetterState.SENT)
