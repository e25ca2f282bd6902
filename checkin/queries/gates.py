"""The gates of an event, what one enters there, and what they and others are called."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.db import db
from app.programme.models import Category, Event, EventSession, EventVenue, FurtherRoom, Room, Venue
from app.programme.queries import THERE
from app.programme.rules import EventStatus, SessionStatus
from app.web.actors import Actor, Right
from checkin.models import Gate, GateRoom, Place
from checkin.queries.door import entrance_code, session_code
from checkin.rules import GateKind
from checkin.rules.times import MOMENT, day_window

Texts = dict[str, str]
WITH_A_DOOR = (EventStatus.DRAFT, EventStatus.PUBLISHED)


@dataclass(frozen=True)
class GatePlace:
    """What one enters at a gate; `now`: the one that a device there starts with; `room`: which it is, where a gate has
    several."""

    code: str
    name: Texts
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    now: bool = False
    room: Texts | None = None


@dataclass(frozen=True)
class GateWithPlaces:
    """A gate and what one enters there, in order of time."""

    code: str
    name: Texts
    kind: GateKind
    new_today: bool
    places: tuple[GatePlace, ...]


def gates_of(event: Event, at: datetime, *, only: int | None = None) -> list[GateWithPlaces]:
    """Every gate of the event where one can stand, in order; or the one with this id alone."""
    used = select(Gate).where(Gate.event_id == event.id, Gate.retired_at.is_(None))
    if only is not None:
        used = used.where(Gate.id == only)
    gates = db.session.scalars(used.order_by(Gate.position, Gate.id)).all()
    sessions, entrances = _places_by_room(event), _places_by_venue(event)
    rooms = _rooms_of([gate.id for gate in gates])
    return [
        GateWithPlaces(
            gate.code,
            gate.name,
            gate.kind,
            gate.new_today,
            _marked(
                entrances[gate.venue_id] if gate.kind is GateKind.ENTRANCE else _at_rooms(rooms[gate.id], sessions),
                at,
            ),
        )
        for gate in gates
    ]


def categories_of(event_id: int) -> list[Category]:
    """The event's categories, in its order."""
    chosen = select(Category).where(Category.event_id == event_id).order_by(Category.position, Category.id)
    return list(db.session.scalars(chosen))


def gate_by_code(event_id: int, code: str) -> Gate | None:
    """The gate with this code, where one can stand."""
    used = select(Gate).where(Gate.event_id == event_id, Gate.code == code, Gate.retired_at.is_(None))
    return db.session.scalars(used).one_or_none()


def event_by_id(event_id: int) -> Event:
    """The event that a device belongs to."""
    return db.session.get_one(Event, event_id)


def events_kept_by(actor: Actor) -> list[dict[str, Any]]:
    """The events whose door this person may keep now, the next one first: address and title."""
    hosts = {grant.host_id for grant in actor.grants}
    if not hosts:
        return []
    events = db.session.scalars(
        select(Event)
        .where(Event.host_id.in_(hosts), Event.status.in_(WITH_A_DOOR), THERE)
        .order_by(Event.ends_on, Event.slug)
    )
    kept = [event for event in events if actor.may(Right.KEEP_DOOR, host_id=event.host_id, event_id=event.id)]
    return [{"slug": event.slug, "title": event.title} for event in kept]


def gate_names(gate_ids: Iterable[int]) -> dict[int, Texts]:
    """What gates are called."""
    return {
        row.id: row.name for row in db.session.execute(select(Gate.id, Gate.name).where(Gate.id.in_(set(gate_ids))))
    }


def event_names(event_ids: Iterable[int]) -> dict[int, tuple[str, Texts]]:
    """Address and title of events."""
    rows = db.session.execute(select(Event.id, Event.slug, Event.title).where(Event.id.in_(set(event_ids))))
    return {row.id: (row.slug, row.title) for row in rows}


def session_names(session_ids: Iterable[int]) -> dict[int, tuple[str, Texts, datetime, datetime, SessionStatus]]:
    """Code, title, start, end and status of event sessions."""
    when = (EventSession.starts_at, EventSession.ends_at)
    chosen = select(EventSession.id, EventSession.code, EventSession.title, *when, EventSession.status)
    rows = db.session.execute(chosen.where(EventSession.id.in_(set(session_ids))))
    return {session_id: (code, title, start, end, status) for session_id, code, title, start, end, status in rows}


def _marked(places: Iterable[GatePlace], at: datetime) -> tuple[GatePlace, ...]:
    """In order of time, and of rooms; of those whose door is open now, the one that opened last is where people come
    for."""
    ordered = sorted(places, key=lambda place: place.starts_at)
    open_now = [place for place in ordered if place.opens_at <= at <= place.closes_at]
    now = max(open_now, key=lambda place: place.opens_at) if open_now else None
    return tuple(replace(place, now=place is now) for place in ordered)


def _rooms_of(gate_ids: list[int]) -> dict[int, list[tuple[int, Texts]]]:
    """The rooms of each gate, in the order of their venue."""
    rooms: dict[int, list[tuple[int, Texts]]] = defaultdict(list)
    chosen = select(GateRoom.gate_id, Room.id, Room.name).join(Room, Room.id == GateRoom.room_id)
    for row in db.session.execute(chosen.where(GateRoom.gate_id.in_(gate_ids)).order_by(Room.position, Room.id)):
        rooms[row.gate_id].append((row.id, row.name))
    return rooms


def _at_rooms(rooms: list[tuple[int, Texts]], sessions: dict[int, list[GatePlace]]) -> list[GatePlace]:
    """What one enters at a gate of these rooms; a session in several of them once."""
    found: dict[str, GatePlace] = {}
    for room_id, name in rooms:
        for place in sorted(sessions[room_id], key=lambda one: one.code):
            found.setdefault(place.code, replace(place, room=name) if len(rooms) > 1 else place)
    return list(found.values())


def _places_by_room(event: Event) -> dict[int, list[GatePlace]]:
    sessions = db.session.execute(
        select(EventSession.id, EventSession.room_id, EventSession)
        .join(Place, Place.session_id == EventSession.id)
        .where(EventSession.event_id == event.id, EventSession.status == SessionStatus.PLANNED)
    ).all()
    further = db.session.execute(
        select(FurtherRoom.session_id, FurtherRoom.room_id)
        .join(EventSession, EventSession.id == FurtherRoom.session_id)
        .where(EventSession.event_id == event.id)
    ).all()
    by_room: dict[int, list[GatePlace]] = defaultdict(list)
    by_id = {session_id: _session_place(session) for session_id, _, session in sessions}
    for session_id, room_id in [*((row[0], row[1]) for row in sessions), *further]:
        if room_id is not None and session_id in by_id:
            by_room[room_id].append(by_id[session_id])
    return by_room


def _session_place(session: EventSession) -> GatePlace:
    return GatePlace(
        session_code(session.code),
        session.title,
        session.starts_at,
        session.ends_at,
        session.door_opens_at,
        session.door_closes_at,
    )


def _places_by_venue(event: Event) -> dict[int, list[GatePlace]]:
    rows = db.session.execute(
        select(Venue.id, Venue.slug, Venue.name, Place.day)
        .join(Place, Place.venue_id == Venue.id)
        .join(EventVenue, (EventVenue.venue_id == Venue.id) & (EventVenue.event_id == event.id))
        .where(Place.event_id == event.id)
    )
    by_venue: dict[int, list[GatePlace]] = defaultdict(list)
    for venue_id, slug, name, day in rows:
        assert day is not None
        open_ = day_window(day, ZoneInfo(event.timezone), event.day_ends_at)
        dated = {language: f"{text} {day.month}/{day.day}" for language, text in name.items()}
        by_venue[venue_id].append(
            GatePlace(entrance_code(slug, day), dated, open_.from_, open_.to + MOMENT, open_.from_, open_.to)
        )
    return by_venue
