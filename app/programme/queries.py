"""Reading the programme: whoever fetches an event through here may see it; for everybody else it is not there."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Engine, bindparam, func, select

from app.db import db
from app.errors import NotFound
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
    Release,
    Room,
    SessionOrganisation,
    SessionPlaces,
    Speaker,
    Venue,
)
from app.programme.rules import EventStatus, OrganisationKind
from app.programme.rules.documents import event_of, programme_of
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
    Texts,
    VenueFacts,
)
from app.programme.rules.places import Places
from app.web.actors import Actor, Right

PUBLIC = (EventStatus.PUBLISHED, EventStatus.CLOSED, EventStatus.ARCHIVED)
LISTED = (EventStatus.PUBLISHED, EventStatus.CLOSED)
Facts = TypeVar("Facts")


@dataclass(frozen=True)
class Published:
    """The programme as the public sees it: the last release of an event."""

    release_id: int
    number: int
    released_at: datetime
    note: Texts
    changes: list[dict[str, Any]]
    programme: Programme


@dataclass(frozen=True)
class ListedEvent:
    """One line of the public list of events: as last released, with today's status."""

    release_id: int
    status: EventStatus
    facts: EventFacts
    venues: list[Texts]


def public_event(slug: str) -> Event:
    """The event at this public address. Raises NotFound for drafts as for what never was."""
    event = db.session.scalars(select(Event).where(Event.slug == slug, Event.status.in_(PUBLIC))).one_or_none()
    if event is None:
        raise NotFound
    return event


def staff_event(slug: str, actor: Actor, right: Right) -> Event:
    """The event, drafts too, for somebody who holds `right` in it. Raises NotFound for everybody else."""
    event = db.session.scalars(select(Event).where(Event.slug == slug)).one_or_none()
    if event is None or not actor.may(right, host_id=event.host_id, event_id=event.id):
        raise NotFound
    return event


def listed_events() -> list[ListedEvent]:
    """Published and closed events that have a release, the ones that end last first."""
    newest = select(func.max(Release.id)).group_by(Release.event_id)
    found = db.session.execute(
        select(Release.id, Event.status, Release.released_at, Release.snapshot["event"], Release.snapshot["venues"])
        .join(Event, Event.id == Release.event_id)
        .where(Event.status.in_(LISTED), Release.id.in_(newest))
    )
    return sorted(map(_listed, found), key=lambda one: (one.facts.ends_on, one.facts.slug), reverse=True)


_LAST_RELEASE = (
    select(Release.id, Release.released_at)
    .where(Release.event_id == bindparam("event_id"))
    .order_by(Release.number.desc())
    .limit(1)
)


def published(event_id: int) -> Published:
    """The last release. Raises NotFound if there is none."""
    found = db.session.execute(_LAST_RELEASE, {"event_id": event_id}).one_or_none()
    if found is None:
        raise NotFound
    return _release(db.engine, *found)


@lru_cache(maxsize=16)
def _release(_engine: Engine, release_id: int, _released_at: datetime) -> Published:
    """One release of one database; it never changes, so it is read once."""
    chosen = select(Release.number, Release.released_at, Release.note, Release.changes, Release.snapshot)
    number, released_at, note, changes, snapshot = db.session.execute(chosen.where(Release.id == release_id)).one()
    programme = programme_of(snapshot, today=released_at.date())
    return Published(release_id, number, released_at, note, changes, programme)


def places_of(event_id: int) -> dict[str, Places]:
    """What is promised and who came, by session code."""
    found = db.session.execute(
        select(
            EventSession.code,
            SessionPlaces.capacity,
            SessionPlaces.promised,
            SessionPlaces.arrived,
            SessionPlaces.present,
        )
        .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
        .where(EventSession.event_id == event_id)
    )
    return {row[0]: Places(row[1], row[2], row[3], row[4]) for row in found}


def current_notice(event_id: int) -> PrivacyNotice | None:
    """The privacy notice that people consent to now."""
    newest = select(PrivacyNotice).where(PrivacyNotice.event_id == event_id).order_by(PrivacyNotice.number.desc())
    return db.session.scalars(newest.limit(1)).one_or_none()


def took_part(event_id: int) -> dict[OrganisationKind, int]:
    """How many organisations of each kind were confirmed to have taken part, each once whatever its roles."""
    found = db.session.execute(
        select(Organisation.kind, func.count(Organisation.id.distinct()))
        .join(Participation, Participation.organisation_id == Organisation.id)
        .where(Participation.event_id == event_id, Participation.took_part.is_(True))
        .group_by(Organisation.kind)
    )
    counted: dict[OrganisationKind, int] = {kind: number for kind, number in found}  # noqa: C416
    return counted


def programme_of_event(event: Event) -> Programme:
    """The programme as the staff work on it, released or not."""
    venues = _venues(event.id)
    sessions = _sessions(event.id)
    return Programme(
        event=_facts(EventFacts, event),
        categories=[_facts(CategoryFacts, one) for one in _categories(event.id)],
        venues=venues,
        organisations=[_facts(OrganisationFacts, one) for one in _organisations(event.id)],
        participations=_participations(event.id),
        speakers=[_facts(SpeakerFacts, one) for one in _speakers(event.id)],
        sessions=sessions,
        privacy_notice=_notice(event.id),
    )


def _listed(row: Any) -> ListedEvent:
    release_id, status, released_at, event, venues = row
    facts = event_of(event, today=released_at.date())
    return ListedEvent(release_id, status, facts, [venue["name"] for venue in venues or []])


def _facts(kind: type[Facts], row: Any, **more: Any) -> Facts:
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
        rooms[room.venue_id].append(_facts(RoomFacts, room))
    return [_facts(VenueFacts, venue, rooms=rooms[venue.id]) for venue in venues]


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
    return [_facts(ParticipationFacts, one, organisation=code) for one, code in found]


def _speakers(event_id: int) -> Iterable[Speaker]:
    return db.session.scalars(select(Speaker).where(Speaker.event_id == event_id).order_by(Speaker.code))


def _notice(event_id: int) -> NoticeFacts | None:
    notice = current_notice(event_id)
    return NoticeFacts(number=notice.number, text=notice.text) if notice else None


def _sessions(event_id: int) -> list[EventSessionFacts]:
    room_name = Venue.slug + "/" + Room.code
    found = db.session.execute(
        select(EventSession, room_name)
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
        _facts(
            EventSessionFacts,
            session,
            room=room,
            further_rooms=[name for (name,) in further.get(session.id, [])],
            appearances=[_facts(AppearanceFacts, one, speaker=code) for one, code in people.get(session.id, [])],
            organisations=[
                _facts(RoleFacts, one, organisation=code) for one, code in organisations.get(session.id, [])
            ],
        )
        for session, room in found
    ]


def _by_session(statement: Any) -> dict[int, list[tuple[Any, ...]]]:
    grouped: dict[int, list[tuple[Any, ...]]] = {}
    for session_id, *rest in db.session.execute(statement):
        grouped.setdefault(session_id, []).append(tuple(rest))
    return grouped
