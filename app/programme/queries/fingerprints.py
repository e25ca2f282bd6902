"""A fingerprint of an event's programme: equal as long as nobody changes anything that a file is laid over."""

from dataclasses import fields
from hashlib import sha256
from typing import Any

from sqlalchemy import Text, cast, or_, select

from app.db import db
from app.programme.models import (
    Appearance,
    Category,
    Event,
    EventSession,
    EventVenue,
    FurtherRoom,
    Organisation,
    Participation,
    PrivacyNotice,
    Room,
    SessionOrganisation,
    SessionPlaces,
    Speaker,
    Venue,
)
from app.programme.rules.facts import EventFacts


def fingerprint_of(event: Event, *, locking: bool = False) -> str:
    """Every row that the programme is made of, the host's venues and organisations too, as the database writes it.
    locking: hold them until the end of the transaction, one kind after the other as those who edit them do."""
    seen = sha256()
    for kind, mine in _editable(event):
        found = select(*_texts(kind)).where(mine).order_by(kind.id)
        if locking:
            found = found.with_for_update(key_share=True)
        seen.update(repr(db.session.execute(found).all()).encode())
    if locking:
        db.session.execute(_places(event)).all()
    for kind, mine in _beside(event):
        found = select(*_texts(kind)).where(mine).order_by(*kind.__table__.primary_key)
        seen.update(repr(db.session.execute(found).all()).encode())
    return seen.hexdigest()


def _editable(event: Event) -> list[tuple[Any, Any]]:
    used = select(EventVenue.venue_id).where(EventVenue.event_id == event.id)
    halls = or_(Venue.host_id == event.host_id, Venue.id.in_(used))
    return [
        (Venue, halls),
        (Room, Room.venue_id.in_(select(Venue.id).where(halls))),
        (Category, Category.event_id == event.id),
        (Organisation, Organisation.host_id == event.host_id),
        (Participation, Participation.event_id == event.id),
        (Speaker, Speaker.event_id == event.id),
        (EventSession, EventSession.event_id == event.id),
    ]


def _places(event: Event) -> Any:
    mine = SessionPlaces.session_id.in_(select(EventSession.id).where(EventSession.event_id == event.id))
    found = select(SessionPlaces.session_id).where(mine).order_by(SessionPlaces.session_id)
    return found.with_for_update(key_share=True)


def _beside(event: Event) -> list[tuple[Any, Any]]:
    """What changes only under the lock of the rows above, and what is read without a lock."""
    sessions = select(EventSession.id).where(EventSession.event_id == event.id)
    of_sessions = [(kind, kind.session_id.in_(sessions)) for kind in (FurtherRoom, Appearance, SessionOrganisation)]
    of_event = [(kind, kind.event_id == event.id) for kind in (EventVenue, PrivacyNotice)]
    return [*of_sessions, *of_event, (Event, Event.id == event.id)]


def _texts(kind: Any) -> list[Any]:
    """Columns as text, which compares at a fraction of the price of making values of them. Of the event itself only
    what a file may state: its counters move all the time."""
    names = [one.name for one in fields(EventFacts)] if kind is Event else kind.__table__.columns.keys()
    return [cast(kind.__table__.columns[name], Text) for name in names]
