"""Things of the programme together with their doors: what joins gets them, what leaves takes them along unless somebody
was counted there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.db import db, savepoint
from app.programme.models import Event, Room, Venue
from app.programme.operations.editing import Row, StillUsed, add_thing, change_thing, delete_thing, use_venue
from app.programme.queries.things import sessions_at_venue, sessions_in_room
from checkin.models import Gate, GateRoom, Place
from checkin.operations.gates import prepare_door


def add_with_door(event: Event, row: Row, *, at: datetime, actor: Any) -> Row:
    """A new thing of the programme; a venue gets its entrance. Raises StillUsed."""
    made = add_thing(event, row, at=at, actor=actor)
    if isinstance(made, Venue):
        prepare_door(event)
    return made


def use_with_door(event: Event, venue_id: int, *, at: datetime, actor: Any) -> None:
    """A venue of the host serves this event too, with an entrance."""
    use_venue(event, venue_id, at=at, actor=actor)
    prepare_door(event)


def change_with_door(
    event: Event, kind: type[Row], ident: int, columns: Mapping[str, Any], *, version: int, at: datetime, actor: Any
) -> Row:
    """Make it what the form says; a new day of the event gets its entrances. Raises as change_thing does."""
    row = change_thing(event, kind, ident, columns, version=version, at=at, actor=actor)
    if isinstance(row, Event):
        prepare_door(row)
    return row


def delete_with_door(event: Event, kind: type[Row], ident: int, *, version: int, at: datetime, actor: Any) -> None:
    """Take it away with its doors. Raises as delete_thing does, and StillUsed where people were counted."""
    if kind is Venue and not sessions_at_venue(event.id, ident) and not _without_doors(event.id, ident):
        raise StillUsed("counted")
    if kind is Room and not sessions_in_room(ident):
        _without_room_doors(ident)
    delete_thing(event, kind, ident, version=version, at=at, actor=actor)


def _without_doors(event_id: int, venue_id: int) -> bool:
    """Take away an event's gates and places at a venue; whether nobody was counted or paired there."""
    return _gone(
        delete(Gate).where(Gate.event_id == event_id, Gate.venue_id == venue_id),
        delete(Place).where(Place.event_id == event_id, Place.venue_id == venue_id),
    )


def _without_room_doors(room_id: int) -> None:
    """No gate leads to the room any more; a gate that led there alone goes too if nobody used it."""
    gates = list(db.session.scalars(select(GateRoom.gate_id).where(GateRoom.room_id == room_id)))
    db.session.execute(delete(GateRoom).where(GateRoom.room_id == room_id))
    others = select(GateRoom.gate_id)
    for gate in gates:
        _gone(delete(Gate).where(Gate.id == gate, Gate.id.not_in(others)))


def _gone(*statements: Any) -> bool:
    try:
        with savepoint():
            for statement in statements:
                db.session.execute(statement)
    except IntegrityError:
        return False
    return True
