"""The parts of a programme for whoever edits them: each found through its event, and listed in its order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

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
    Room,
    Speaker,
    Venue,
)

Part = TypeVar("Part")


@dataclass(frozen=True)
class TakingPart:
    """An organisation and its roles in the event."""

    organisation: Organisation
    participations: list[Participation]


def categories_of(event: Event) -> list[Category]:
    """In their order."""
    return list(
        db.session.scalars(select(Category).filter_by(event_id=event.id).order_by(Category.position, Category.id))
    )


def venues_of(event: Event) -> list[Venue]:
    """With their rooms."""
    chosen = select(Venue).join(EventVenue, EventVenue.venue_id == Venue.id).where(EventVenue.event_id == event.id)
    return list(db.session.scalars(chosen.order_by(EventVenue.position, Venue.id).options(selectinload(Venue.rooms))))


def other_venues_of(event: Event) -> list[Venue]:
    """Venues of the host that this event does not use."""
    used = select(EventVenue.venue_id).where(EventVenue.event_id == event.id)
    chosen = select(Venue).where(Venue.host_id == event.host_id, Venue.id.not_in(used)).order_by(Venue.slug)
    return list(db.session.scalars(chosen))


def speakers_of(event: Event) -> list[Speaker]:
    """By their code."""
    return list(db.session.scalars(select(Speaker).filter_by(event_id=event.id).order_by(Speaker.code)))


def organisations_of(event: Event) -> list[TakingPart]:
    """Those with a role in the event, by kind and code."""
    found = db.session.execute(
        select(Organisation, Participation)
        .join(Participation, Participation.organisation_id == Organisation.id)
        .where(Participation.event_id == event.id)
        .order_by(Organisation.kind, Organisation.code, Participation.position)
    )
    grouped: dict[int, TakingPart] = {}
    for organisation, participation in found:
        grouped.setdefault(organisation.id, TakingPart(organisation, [])).participations.append(participation)
    return list(grouped.values())


def category_in(event: Event, key: str) -> Category:
    """Raises NotFound."""
    return _one(select(Category).filter_by(event_id=event.id, key=key))


def venue_in(event: Event, slug: str) -> Venue:
    """A venue that the event uses, with its rooms. Raises NotFound."""
    used = select(EventVenue.venue_id).where(EventVenue.event_id == event.id)
    chosen = select(Venue).filter_by(host_id=event.host_id, slug=slug).where(Venue.id.in_(used))
    return _one(chosen.options(selectinload(Venue.rooms)))


def venue_of_host(event: Event, slug: str) -> Venue:
    """Any venue of the event's host. Raises NotFound."""
    return _one(select(Venue).filter_by(host_id=event.host_id, slug=slug))


def room_in(event: Event, name: str) -> Room:
    """A room by venue-slug/room-code. Raises NotFound."""
    venue, _, code = name.partition("/")
    return _one(select(Room).filter_by(venue_id=venue_in(event, venue).id, code=code))


def speaker_in(event: Event, code: str) -> Speaker:
    """Raises NotFound."""
    return _one(select(Speaker).filter_by(event_id=event.id, code=code))


def organisation_in(event: Event, code: str) -> Organisation:
    """An organisation of the event's host. Raises NotFound."""
    return _one(select(Organisation).filter_by(host_id=event.host_id, code=code))


def participations_of(event: Event, organisation: Organisation) -> list[Participation]:
    """The organisation's roles in the event, in their order."""
    chosen = select(Participation).filter_by(event_id=event.id, organisation_id=organisation.id)
    return list(db.session.scalars(chosen.order_by(Participation.position)))


def users_of(part: Room | Venue | Speaker) -> list[str]:
    """Codes of the sessions that name this room, a room of this venue, or this person."""
    if isinstance(part, Speaker):
        named = select(Appearance.session_id).where(Appearance.speaker_id == part.id)
        where: ColumnElement[bool] = EventSession.id.in_(named)
    else:
        rooms = [part.id] if isinstance(part, Room) else select(Room.id).where(Room.venue_id == part.id)
        beside = select(FurtherRoom.session_id).where(FurtherRoom.room_id.in_(rooms))
        where = or_(EventSession.room_id.in_(rooms), EventSession.id.in_(beside))
    return list(db.session.scalars(select(EventSession.code).where(where).order_by(EventSession.code)))


def shared_with(event: Event, part: Venue | Organisation) -> int:
    """How many other events use this venue or name this organisation."""
    if isinstance(part, Venue):
        chosen = select(func.count()).select_from(EventVenue).where(EventVenue.venue_id == part.id)
        return db.session.scalar(chosen.where(EventVenue.event_id != event.id)) or 0
    events = select(func.count(Participation.event_id.distinct())).where(Participation.organisation_id == part.id)
    return db.session.scalar(events.where(Participation.event_id != event.id)) or 0


def sizes_of(event: Event) -> Mapping[str, int]:
    """How many of each part there are."""
    counted = {
        "categories": select(func.count()).select_from(Category).filter_by(event_id=event.id),
        "venues": select(func.count()).select_from(EventVenue).filter_by(event_id=event.id),
        "speakers": select(func.count()).select_from(Speaker).filter_by(event_id=event.id),
        "sessions": select(func.count()).select_from(EventSession).filter_by(event_id=event.id),
        "organisations": select(func.count(Participation.organisation_id.distinct())).filter_by(event_id=event.id),
    }
    row = db.session.execute(select(*(one.scalar_subquery().label(name) for name, one in counted.items()))).one()
    return dict(row._mapping)


def _one(chosen: Select[Part]) -> Part:
    found: Part | None = db.session.scalars(chosen).one_or_none()
    if found is None:
        raise NotFound
    return found
