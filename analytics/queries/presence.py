"""Who is at an event now, by session and site: from the rows that the door keeps, in a fixed number of statements."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select

from analytics.queries.ledger import standing
from analytics.queries.rolled import ENTERED, people_on_day
from analytics.rules.presence import Presence, RoomCount, SessionNow, SiteNow
from app.accounts.models import Account, Device, DeviceContact
from app.db import db
from app.direct import here
from app.programme.models import Event, EventSession, EventVenue, Room, SessionPlaces, Venue
from checkin.models import OF_A_ROOM_COUNT, OF_AN_EXIT, Entry, EntryNumber, Gate, Place, RollUp
from checkin.queries.counts import inside_at
from checkin.queries.moved import Standing, standing_of
from checkin.rules import Cut
from checkin.rules.space import Space
from checkin.rules.times import event_day

AHEAD = timedelta(minutes=60)
KEPT = 50
PATIENCE = timedelta(seconds=1)
"""With the three seconds after which the page asks again, a scan is on it within five."""
Passed = tuple[dict[int, tuple[int | None, int | None]], int | None]


def presence_of(event: Event, *, at: datetime, ahead: timedelta = AHEAD) -> Presence:
    """Sessions whose door is open or opens within `ahead`, and every site today."""
    state = standing_of(here(), event.id)
    sites, people = _passed(event, at, state)
    return Presence(
        sites=_sites(event, at, sites),
        sessions=sessions_now(event, at=at, ahead=ahead),
        people=people,
        newest_at=state.newest_at,
    )


def sessions_now(event: Event, *, at: datetime, ahead: timedelta = AHEAD) -> tuple[SessionNow, ...]:
    """Sessions whose door is open or opens soon, those that takes place only, in order of time."""
    entered = (
        select(RollUp.number)
        .where(RollUp.event_id == event.id, RollUp.cut.in_((*ENTERED, Cut.RETURNS)), RollUp.number != 0)
        .where(RollUp.place_id == Place.id)
        .limit(1)  # the first of each place; asked whether there is any, PostgreSQL reads those of all places
        .scalar_subquery()
    )
    found = db.session.execute(
        select(EventSession, Room.venue_id, Room.name, SessionPlaces, entered, Place.id)
        .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
        .outerjoin(Room, Room.id == EventSession.room_id)
        .outerjoin(Place, Place.session_id == EventSession.id)
        .where(EventSession.event_id == event.id)
        .where(EventSession.door_opens_at <= at + ahead, EventSession.ends_at > at)
        .order_by(EventSession.starts_at, EventSession.code)
    ).all()
    counts = _room_counts(event.id, [row[5] for row in found])
    held_for = timedelta(minutes=event.held_minutes_after_start)
    lines = [_session(row, counts.get(row[5]), held_for) for row in found]
    return tuple(one for one in lines if one.is_near(at, ahead))


def doors_heard(event: Event, *, at: datetime) -> dict[int, datetime | None]:
    """By venue when the last of its scanners was heard of; venues where no scanner works are not there."""
    found = db.session.execute(
        select(Gate.venue_id, func.max(DeviceContact.last_seen_at))
        .join(Device, Device.gate_id == Gate.id)
        .outerjoin(Account, Account.id == Device.account_id)
        .outerjoin(DeviceContact, DeviceContact.device_id == Device.id)
        .where(Device.event_id == event.id, Device.revoked_at.is_(None), Device.expires_at > at)
        .where(Account.disabled_at.is_(None))
        .group_by(Gate.venue_id)
    )
    return {venue: heard for venue, heard in found}  # noqa: C416


def _session(row: Any, seen: RoomCount | None, held_for: timedelta) -> SessionNow:
    session, venue, room, places, counted = row[:5]
    return SessionNow(
        code=session.code,
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        door_opens_at=session.door_opens_at,
        admission=session.admission,
        status=session.status,
        venue=venue,
        room=room,
        space=Space(
            kind=session.capacity_kind,
            capacity=places.capacity,
            promised=places.promised,
            arrived=places.arrived,
            present=places.present,
            anonymous=places.anonymous,
            counts_exits=places.counts_exits,
            held_until=session.starts_at + held_for,
        ),
        counted=bool(counted),
        room_count=seen,
    )


def _room_counts(event_id: int, places: list[int | None]) -> dict[int, RoomCount]:
    """The newest room count that stands, by place."""
    found = db.session.execute(
        select(Entry.place_id, Entry.at, func.sum(EntryNumber.number))
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(standing(event_id), OF_A_ROOM_COUNT, Entry.place_id.in_(places))
        .group_by(Entry.id, Entry.place_id, Entry.at)
        .order_by(Entry.at, Entry.id)
    )
    return {place: RoomCount(int(number), when) for place, when, number in found if place is not None}


def _sites(
    event: Event, at: datetime, passed: dict[int, tuple[int | None, int | None]]
) -> tuple[SiteNow, ...]:  # fmt: skip
    heard = doors_heard(event, at=at)
    venues = db.session.execute(
        select(Venue.id, Venue.name)
        .join(EventVenue, EventVenue.venue_id == Venue.id)
        .where(EventVenue.event_id == event.id)
        .order_by(EventVenue.position, Venue.id)
    )
    return tuple(
        SiteNow(one, name, *passed.get(one, (None, None)), heard_at=heard.get(one), has_doors=one in heard)
        for one, name in venues
    )


def _passed(event: Event, at: datetime, state: Standing) -> Passed:
    """By venue who is inside and who came in today, and how many people came today: looked at anew when a line was
    added, but not more often than every second, for where exits are counted it reads all lines of an entrance, and
    the door must not wait for it. Where people were only counted as visits, nobody knows how many came: never 0."""
    day = event_day(at, ZoneInfo(event.timezone), event.day_ends_at)
    kept: dict[int, tuple[Standing, date, datetime, Passed]] = current_app.extensions.setdefault(
        "uketsuke_presence", {}
    )
    found = kept.get(event.id)
    if found is not None and found[1] == day and (found[0] == state or at - found[2] < PATIENCE):
        return found[3]
    entrances = list(db.session.scalars(select(Place).where(Place.event_id == event.id, Place.day == day)))
    came = _came_in(event.id, [place.id for place in entrances])
    left = _left(event.id, came)
    sites = {
        place.venue_id: (inside_at(event.id, place.id) if place.id in left else None, came[place.id])
        for place in entrances
        if place.venue_id is not None and place.id in came
    }
    counted: Passed = (sites, people_on_day(db.session.connection(), event.id, day) or None)
    if len(kept) >= KEPT:
        kept.clear()
    kept[event.id] = (state, day, at, counted)
    return counted


def _came_in(event_id: int, places: list[int]) -> dict[int, int | None]:
    found = db.session.execute(
        select(RollUp.place_id, func.sum(RollUp.number))
        .where(RollUp.event_id == event_id, RollUp.cut.in_(ENTERED), RollUp.place_id.in_(places))
        .group_by(RollUp.place_id)
    )
    return {place: int(number) for place, number in found}


def _left(event_id: int, places: Iterable[int]) -> set[int]:
    """Those of these places where somebody is counted out."""
    chosen = select(Entry.place_id).where(standing(event_id), Entry.place_id.in_(places), OF_AN_EXIT)
    return {place for place in db.session.scalars(chosen.distinct()) if place is not None}
