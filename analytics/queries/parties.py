"""Parties and their places summed up in the database, alike ones together: never a row for each of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, select

from analytics.queries.following import seen_at
from analytics.queries.ledger import standing
from app.clock import lasts_all_day
from app.db import db
from app.programme.models import Event, EventSession
from checkin.models import Entry, EntryNumber, Place, PlaceClose
from checkin.rules import CountingState, Direction
from checkin.rules.times import LEADS, LONGER_LEAD, event_day
from registrations.models import Booking, BookingLine, Registration
from registrations.rules import BookingState, PartyKind


@dataclass(frozen=True)
class Scene:
    """A session as its parties need it. counted: what tells whether anybody came since, if it was closed as counted."""

    id: int
    code: str
    day: date
    counted: object | None


def scenes_of(event: Event) -> dict[int, Scene]:
    """Every session of the event, by id."""
    zone, seen = ZoneInfo(event.timezone), seen_at(event.id)
    found = db.session.execute(
        select(EventSession.id, EventSession.code, EventSession.starts_at, EventSession.ends_at, PlaceClose.place_id)
        .outerjoin(Place, Place.session_id == EventSession.id)
        .outerjoin(PlaceClose, (PlaceClose.place_id == Place.id) & (PlaceClose.state == CountingState.COUNTED))
        .where(EventSession.event_id == event.id)
    )
    return {
        one: Scene(one, code, _day(starts, ends, event, zone), seen[place] if place else None)
        for one, code, starts, ends, place in found
    }


def _day(starts: datetime, ends: datetime, event: Event, zone: ZoneInfo) -> date:
    """The event's day of a session. What lasts all day begins at midnight, and is none of the day before."""
    return starts.astimezone(zone).date() if lasts_all_day(starts, ends) else event_day(starts, zone, event.day_ends_at)


def parties(scenes: Collection[Scene], zone: ZoneInfo, states: Iterable[BookingState], *more: Any) -> Subquery:
    """A row a session and registration with places in one of these states: session, registration, kind, language,
    organisation, lead, places; teams take none. more: further labelled columns of the registration."""
    of_registration = (
        Registration.party_kind.label("kind"), Registration.language.label("language"),
        Registration.organisation_id.label("organisation"), _lead(scenes, zone).label("lead"), *more,
    )  # fmt: skip
    return (
        select(
            Booking.session_id.label("session"), Registration.id.label("registration"), *of_registration,
            func.sum(BookingLine.number).label("places"),
        )
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(Booking.session_id.in_([one.id for one in scenes]), BookingLine.state.in_(tuple(states)))
        .where(Registration.party_kind != PartyKind.TEAM)
        .group_by(Booking.session_id, Registration.id)
        .subquery()
    )  # fmt: skip


def came(event_id: int, sessions: Collection[int]) -> Subquery:
    """A row a session and registration: how many people were admitted on booked places."""
    return (
        select(Place.session_id.label("session"), Entry.registration_id.label("registration"),
               func.sum(EntryNumber.number).label("number"))
        .join(Entry, Entry.place_id == Place.id)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(standing(event_id), Place.session_id.in_(sessions), Entry.registration_id.is_not(None))
        .where(Entry.direction == Direction.IN, Entry.reentry.is_(False), Entry.booked.is_(True))
        .group_by(Place.session_id, Entry.registration_id)
        .subquery()
    )  # fmt: skip


def same(left: Subquery, right: Subquery) -> ColumnElement[bool]:
    """Of one session and registration."""
    return and_(left.c.session == right.c.session, left.c.registration == right.c.registration)


def _lead(scenes: Iterable[Scene], zone: ZoneInfo) -> ColumnElement[str]:
    """How long before a session somebody registered, as `lead` says it: sessions of one day have one answer."""
    sessions: Mapping[date, list[int]] = defaultdict(list)
    for one in scenes:
        sessions[one.day].append(one.id)
    if not sessions:
        return literal(LONGER_LEAD)
    return case(*((Booking.session_id.in_(ids), _lead_to(day, zone)) for day, ids in sessions.items()))


def _lead_to(day: date, zone: ZoneInfo) -> ColumnElement[str]:
    return case(
        *((Registration.created_at >= _begin(day - timedelta(days), zone), name) for days, name in LEADS),
        else_=LONGER_LEAD,
    )


def _begin(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a calendar day."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
