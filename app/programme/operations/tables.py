"""What a file makes of the programme, written in one transaction: all of it, or nothing if somebody was there first."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update

from app.db import db, lock
from app.errors import Refused
from app.programme.models import (
    Category,
    Event,
    EventSession,
    EventVenue,
    Organisation,
    Participation,
    Room,
    SessionPlaces,
    Speaker,
    Venue,
)
from app.programme.operations.imports import Imported, import_event
from app.programme.queries.standing import standing_of
from app.programme.rules.facts import Programme
from app.web.actors import Actor


class ProgrammeChanged(Refused):
    """Somebody changed the programme after the file was laid over it."""

    def __init__(self) -> None:
        super().__init__("programme_changed", "Somebody changed the programme meanwhile. Nothing was written.")


def take_plan(
    event_id: int, programme: Programme, *, mark: str, uuids: Mapping[str, UUID], at: datetime, actor: Actor
) -> Imported:
    """Make the event what was planned; nothing is taken away. mark: of the programme that the plan was made for; uuids:
    outward ids of new sessions, by code. Raises ProgrammeChanged, BadDocument."""
    event = db.session.get_one(Event, event_id)
    held = _locked(event)
    if standing_of(event).mark != mark:
        raise ProgrammeChanged
    done = import_event(event.host_id, programme, at=at, actor=actor, removing=False)
    for code, uuid in uuids.items():
        db.session.execute(
            update(EventSession).where(EventSession.event_id == event_id, EventSession.code == code).values(uuid=uuid)
        )
    del held
    return done


def _locked(event: Event) -> list[object]:
    """What the event's programme is made of, locked one kind after the other as those who edit it do; the rows stay in
    memory, so that nothing read here is read again."""
    sessions = list(db.session.scalars(select(EventSession.id).where(EventSession.event_id == event.id)))
    used = select(EventVenue.venue_id).where(EventVenue.event_id == event.id)
    venues = list(db.session.scalars(select(Venue.id).where(or_(Venue.host_id == event.host_id, Venue.id.in_(used)))))
    rooms = list(db.session.scalars(select(Room.id).where(Room.venue_id.in_(venues))))
    mine = [
        (Category, select(Category.id).where(Category.event_id == event.id)),
        (Organisation, select(Organisation.id).where(Organisation.host_id == event.host_id)),
        (Participation, select(Participation.id).where(Participation.event_id == event.id)),
        (Speaker, select(Speaker.id).where(Speaker.event_id == event.id)),
    ]
    held: list[object] = [*lock(Venue, venues), *lock(Room, rooms)]
    for kind, chosen in mine:
        held += lock(kind, db.session.scalars(chosen))
    held += lock(EventSession, sessions)
    held += lock(SessionPlaces, sessions)
    return held
