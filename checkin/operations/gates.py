"""Everything a programme needs to have a door: places to enter, an entrance for each venue, a gate at each room."""

from datetime import date, timedelta

from sqlalchemy import delete, exists, insert, select, union
from sqlalchemy.exc import IntegrityError

from app.db import db, savepoint
from app.programme.models import Event, EventSession, EventVenue, FurtherRoom, Room, Venue
from checkin.models import Gate, GatePlace, GateRoom, Place
from checkin.rules import GateKind

ENTRANCE = {"ja": "入口", "en": "entrance", "ja-easy": "入口《いりぐち》"}


def prepare_door(event: Event) -> None:
    """Make the places and gates that are missing; what is there stays as it is, so this can be said again."""
    _make_places(event)
    taken = set(db.session.scalars(select(Gate.code).where(Gate.event_id == event.id)))
    rooms = _rooms_used(event)
    for position, venue in enumerate(_venues(event)):
        if venue.slug not in taken:
            db.session.add(_entrance(event, venue, position))
        for room in (one for one in rooms if one.venue_id == venue.id):
            if (code := f"{venue.slug}-{room.code}") not in taken:
                _add_room_gate(event, venue, room, code)
    db.session.flush()
    note_places(event.id)


def note_places(event_id: int) -> None:
    """Write down which places each gate leads to now; those that it once led to stay. Said after every change of gates,
    rooms and sessions: what a door did before may come in much later."""
    columns, of_session = (Gate.id.label("gate_id"), Place.id.label("place_id")), Place.session_id == EventSession.id
    entrances = select(*columns).join(Place, (Place.event_id == Gate.event_id) & (Place.venue_id == Gate.venue_id))
    doors = select(*columns).join(GateRoom, GateRoom.gate_id == Gate.id)
    main = doors.join(EventSession, EventSession.room_id == GateRoom.room_id).join(Place, of_session)
    further = doors.join(FurtherRoom, FurtherRoom.room_id == GateRoom.room_id).join(
        Place, Place.session_id == FurtherRoom.session_id
    )
    mine = Gate.event_id == event_id, Place.event_id == event_id
    now = union(
        entrances.where(*mine, Gate.kind == GateKind.ENTRANCE),
        main.where(*mine, Gate.kind == GateKind.ROOMS),
        further.where(*mine, Gate.kind == GateKind.ROOMS),
    ).subquery()
    known = exists().where(GatePlace.gate_id == now.c.gate_id, GatePlace.place_id == now.c.place_id)
    new = select(now.c.gate_id, now.c.place_id).where(~known)
    db.session.execute(insert(GatePlace).from_select(["gate_id", "place_id"], new))


def made_by_itself(event: Event, code: str) -> bool:
    """Whether a gate of this code would be made again if it were not there."""
    entrances = {venue.id: venue.slug for venue in _venues(event)}
    rooms = {f"{entrances[room.venue_id]}-{room.code}" for room in _rooms_used(event) if room.venue_id in entrances}
    return code in {*entrances.values(), *rooms}


def forget_place(session_id: int) -> bool:
    """Nobody will enter this session any more: its place goes. False if somebody did, or a door keeps it."""
    try:
        with savepoint():
            db.session.execute(delete(Place).where(Place.session_id == session_id))
    except IntegrityError:
        return False
    return True


def _make_places(event: Event) -> None:
    mine = Place.event_id == event.id
    known = {tuple(row) for row in db.session.execute(select(Place.session_id, Place.venue_id, Place.day).where(mine))}
    sessions = db.session.scalars(select(EventSession.id).where(EventSession.event_id == event.id))
    days = [event.starts_on + timedelta(offset) for offset in range((event.ends_on - event.starts_on).days + 1)]
    wanted: list[tuple[int | None, int | None, date | None]] = [(session, None, None) for session in sessions]
    wanted += [(None, venue.id, day) for venue in _venues(event) for day in days]
    new = [{"event_id": event.id, "session_id": session, "venue_id": venue, "day": day}
           for session, venue, day in wanted if (session, venue, day) not in known]  # fmt: skip
    if new:
        db.session.execute(Place.__table__.insert(), new)  # type: ignore[attr-defined]


def _venues(event: Event) -> list[Venue]:
    query = select(Venue).join(EventVenue, EventVenue.venue_id == Venue.id).where(EventVenue.event_id == event.id)
    return list(db.session.scalars(query.order_by(EventVenue.position)))


def _rooms_used(event: Event) -> list[Room]:
    """Rooms in which something takes place, in the order of their venue."""
    main = select(EventSession.room_id).where(EventSession.event_id == event.id)
    further = (
        select(FurtherRoom.room_id)
        .join(EventSession, EventSession.id == FurtherRoom.session_id)
        .where(EventSession.event_id == event.id)
    )
    query = select(Room).where(Room.id.in_(main.union(further))).order_by(Room.venue_id, Room.position)
    return list(db.session.scalars(query))


def _entrance(event: Event, venue: Venue, position: int) -> Gate:
    name = {language: f"{venue.name[language]} {word}" for language, word in ENTRANCE.items() if language in venue.name}
    return Gate(
        event_id=event.id,
        venue_id=venue.id,
        code=venue.slug,
        name=name,
        kind=GateKind.ENTRANCE,
        new_today=True,
        position=position * 100,
    )


def _add_room_gate(event: Event, venue: Venue, room: Room, code: str) -> None:
    """At a room's door most people were counted at an entrance before: nobody is new today unless the door says so."""
    gate = Gate(
        event_id=event.id,
        venue_id=venue.id,
        code=code,
        name=room.name,
        kind=GateKind.ROOMS,
        new_today=False,
        position=1000 + room.position,
    )
    db.session.add(gate)
    db.session.flush()
    db.session.add(GateRoom(gate_id=gate.id, room_id=room.id))
