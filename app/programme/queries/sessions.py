"""One event session as the staff work on it, and everything that it may name."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.programme.models import (
    Appearance,
    Event,
    EventSession,
    EventVenue,
    FurtherRoom,
    Organisation,
    Room,
    SessionOrganisation,
    Speaker,
    Venue,
)
from app.programme.queries.working import facts_of
from app.programme.rules.facts import AppearanceFacts, EventFacts, EventSessionFacts, OrganisationFacts, RoleFacts
from app.programme.rules.faults import BadDocument, Fault, shown

_ROOM_NAME = Venue.slug + "/" + Room.code


@dataclass(frozen=True)
class Names:
    """Ids of what a session may name: rooms of the event's venues, the event's people, the host's organisations."""

    rooms: dict[str, int]
    speakers: dict[str, int]
    organisations: dict[str, int]

    def room(self, name: str) -> int:
        """The id of venue-slug/room-code. Raises BadDocument."""
        return _id(self.rooms, "room", name)

    def speaker(self, code: str) -> int:
        """The id of a person of the programme. Raises BadDocument."""
        return _id(self.speakers, "appearances", code)

    def organisation(self, code: str) -> int:
        """The id of an organisation of the host. Raises BadDocument."""
        return _id(self.organisations, "organisations", code)


def session_in(event: Event, code: str) -> EventSession:
    """The session of this event. Raises NotFound."""
    found = db.session.scalars(select(EventSession).filter_by(event_id=event.id, code=code)).one_or_none()
    if found is None:
        raise NotFound
    return found


def event_facts(event: Event) -> EventFacts:
    """The event alone as plain values."""
    return facts_of(EventFacts, event)


def session_facts(session: EventSession) -> EventSessionFacts:
    """The session with its rooms, people and organisations as plain values."""
    room = select(_ROOM_NAME).select_from(Room).join(Venue, Venue.id == Room.venue_id).where(Room.id == session.room_id)
    further = (
        select(_ROOM_NAME)
        .select_from(FurtherRoom)
        .join(Room, Room.id == FurtherRoom.room_id)
        .join(Venue, Venue.id == Room.venue_id)
        .where(FurtherRoom.session_id == session.id)
        .order_by(_ROOM_NAME)
    )
    people = (
        select(Appearance, Speaker.code)
        .join(Speaker, Speaker.id == Appearance.speaker_id)
        .where(Appearance.session_id == session.id)
        .order_by(Appearance.position)
    )
    organisations = (
        select(SessionOrganisation, Organisation.code)
        .join(Organisation, Organisation.id == SessionOrganisation.organisation_id)
        .where(SessionOrganisation.session_id == session.id)
        .order_by(SessionOrganisation.position)
    )
    return facts_of(
        EventSessionFacts,
        session,
        room=db.session.scalar(room) if session.room_id is not None else None,
        further_rooms=list(db.session.scalars(further)),
        appearances=[facts_of(AppearanceFacts, one, speaker=code) for one, code in db.session.execute(people)],
        organisations=[facts_of(RoleFacts, one, organisation=code) for one, code in db.session.execute(organisations)],
    )


def session_versions(event_id: int) -> dict[str, int]:
    """Each session's version by code: what a form must name to change it."""
    found = db.session.execute(select(EventSession.code, EventSession.version).filter_by(event_id=event_id))
    return {code: version for code, version in found}  # noqa: C416


def titles_by_id(session_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """What these sessions are called."""
    found = db.session.execute(
        select(EventSession.id, EventSession.title).where(EventSession.id.in_(list(session_ids)))
    )
    return {ident: title for ident, title in found}  # noqa: C416


def names_of(event: Event) -> Names:
    """Everything that a session of this event may name."""
    rooms = (
        select(_ROOM_NAME, Room.id)
        .select_from(Room)
        .join(Venue, Venue.id == Room.venue_id)
        .join(EventVenue, EventVenue.venue_id == Venue.id)
        .where(EventVenue.event_id == event.id)
    )
    speakers = select(Speaker.code, Speaker.id).where(Speaker.event_id == event.id)
    organisations = select(Organisation.code, Organisation.id).where(Organisation.host_id == event.host_id)
    return Names(*({name: id_ for name, id_ in db.session.execute(one)} for one in (rooms, speakers, organisations)))  # noqa: C416


def organisations_of_host(event: Event) -> list[OrganisationFacts]:
    """Whom a session can name, by reading or name."""
    chosen = select(Organisation).where(Organisation.host_id == event.host_id).order_by(Organisation.code)
    return [facts_of(OrganisationFacts, one) for one in db.session.scalars(chosen)]


def _id(known: dict[str, int], field: str, name: str) -> int:
    if name not in known:
        raise BadDocument([Fault(field, shown(name), "something that is there (still)", "gone")])
    return known[name]
