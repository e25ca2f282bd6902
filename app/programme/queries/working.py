"""The programme as the staff work on it, released or not."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import select

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
    Speaker,
    Venue,
)
from app.programme.rules.facts import (
    AppearanceFacts,
    CategoryFacts,
    EventFacts,
    EventSessionFacts,
    NoticeFacts,
    OrganisationFacts,
    ParticipationFacts,
    Programme,
    RoleFacts,
    RoomFacts,
    SpeakerFacts,
    VenueFacts,
)

Facts = TypeVar("Facts")


def programme_of_event(event: Event) -> Programme:
    """The programme as the staff work on it, released or not."""
    venues = _venues(event.id)
    sessions = _sessions(event.id)
    return Programme(
        event=facts_of(EventFacts, event),
        categories=[facts_of(CategoryFacts, one) for one in _categories(event.id)],
        venues=venues,
        organisations=[facts_of(OrganisationFacts, one) for one in _organisations(event.id)],
        participations=_participations(event.id),
        speakers=[facts_of(SpeakerFacts, one) for one in _speakers(event.id)],
        sessions=sessions,
        privacy_notice=_notice(event.id),
    )


def current_notice(event_id: int, kind: str = "privacy") -> PrivacyNotice | None:
    """The notice of a kind (privacy, photo) that people consent to now."""
    newest = select(PrivacyNotice).filter_by(event_id=event_id, kind=kind).order_by(PrivacyNotice.number.desc())
    return db.session.scalars(newest.limit(1)).one_or_none()


def facts_of(kind: type[Facts], row: Any, **more: Any) -> Facts:
    """A row's columns under the same names as plain values."""
    names = [one.name for one in fields(kind) if one.name not in more and hasattr(row, one.name)]  # type: ignore[arg-type]
    return kind(**{name: getattr(row, name) for name in names}, **more)


def _categories(event_id: int) -> Iterable[Category]:
    return db.session.scalars(select(Category).where(Category.event_id == event_id).order_by(Category.position))


def _venues(event_id: int) -> list[VenueFacts]:
    venues = db.session.scalars(
        select(Venue)
        .join(EventVenue, EventVenue.venue_id == Venue.id)
        .where(EventVenue.event_id == event_id)
        .order_by(EventVenue.position)
    ).all()
    rooms: dict[int, list[RoomFacts]] = {venue.id: [] for venue in venues}
    for room in db.session.scalars(select(Room).where(Room.venue_id.in_(rooms)).order_by(Room.position, Room.code)):
        rooms[room.venue_id].append(facts_of(RoomFacts, room))
    return [facts_of(VenueFacts, venue, rooms=rooms[venue.id]) for venue in venues]


def _organisations(event_id: int) -> Iterable[Organisation]:
    """Everybody with a role in the event or in one of its sessions."""
    in_event = select(Participation.organisation_id).where(Participation.event_id == event_id)
    in_session = (
        select(SessionOrganisation.organisation_id)
        .join(EventSession, EventSession.id == SessionOrganisation.session_id)
        .where(EventSession.event_id == event_id)
    )
    return db.session.scalars(
        select(Organisation).where(Organisation.id.in_(in_event.union(in_session))).order_by(Organisation.code)
    )


def _participations(event_id: int) -> list[ParticipationFacts]:
    found = db.session.execute(
        select(Participation, Organisation.code)
        .join(Organisation, Organisation.id == Participation.organisation_id)
        .where(Participation.event_id == event_id)
        .order_by(Participation.position, Participation.id)
    )
    return [facts_of(ParticipationFacts, one, organisation=code) for one, code in found]


def _speakers(event_id: int) -> Iterable[Speaker]:
    return db.session.scalars(select(Speaker).where(Speaker.event_id == event_id).order_by(Speaker.code))


def _notice(event_id: int) -> NoticeFacts | None:
    notice = current_notice(event_id)
    return NoticeFacts(number=notice.number, text=notice.text) if notice else None


def _sessions(event_id: int) -> list[EventSessionFacts]:
    room_name = Venue.slug + "/" + Room.code
    found = db.session.execute(  # columns and no objects: an event may have a thousand
        select(*EventSession.__table__.columns, room_name.label("room_name"))
        .outerjoin(Room, Room.id == EventSession.room_id)
        .outerjoin(Venue, Venue.id == Room.venue_id)
        .where(EventSession.event_id == event_id)
        .order_by(EventSession.starts_at, EventSession.code)
    ).all()
    further = _by_session(
        select(FurtherRoom.session_id, room_name)
        .join(Room, Room.id == FurtherRoom.room_id)
        .join(Venue, Venue.id == Room.venue_id)
        .join(EventSession, EventSession.id == FurtherRoom.session_id)
        .where(EventSession.event_id == event_id)
        .order_by(room_name)
    )
    people = _by_session(
        select(Appearance.session_id, Appearance, Speaker.code)
        .join(Speaker, Speaker.id == Appearance.speaker_id)
        .where(Speaker.event_id == event_id)
        .order_by(Appearance.position)
    )
    organisations = _by_session(
        select(SessionOrganisation.session_id, SessionOrganisation, Organisation.code)
        .join(Organisation, Organisation.id == SessionOrganisation.organisation_id)
        .join(EventSession, EventSession.id == SessionOrganisation.session_id)
        .where(EventSession.event_id == event_id)
        .order_by(SessionOrganisation.position)
    )
    return [
        facts_of(
            EventSessionFacts,
            session,
            room=session.room_name,
            further_rooms=[name for (name,) in further.get(session.id, [])],
            appearances=[facts_of(AppearanceFacts, one, speaker=code) for one, code in people.get(session.id, [])],
            organisations=[
                facts_of(RoleFacts, one, organisation=code) for one, code in organisations.get(session.id, [])
            ],
        )
        for session in found
    ]


def _by_session(statement: Any) -> dict[int, list[tuple[Any, ...]]]:
    grouped: dict[int, list[tuple[Any, ...]]] = {}
    for session_id, *rest in db.session.execute(statement):
        grouped.setdefault(session_id, []).append(tuple(rest))
    return grouped
