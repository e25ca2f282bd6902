"""The programme's things one by one, and what depends on each: everything is found through its event."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

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
    Room,
    SessionOrganisation,
    Speaker,
    Venue,
)
from app.programme.queries import took_part
from app.programme.rules import OrganisationKind
from app.programme.rules.search import holds_all

Titles = list[dict[str, str]]


@dataclass(frozen=True)
class Turnout:
    """Who took part, each once: schools and departments of the city apart from all other organisations."""

    organisations: int
    schools: int
    departments: int


def turnout(event_id: int) -> Turnout:
    """How many organisations, schools and departments were confirmed to have taken part."""
    by_kind = took_part(event_id)
    schools = by_kind.get(OrganisationKind.SCHOOL, 0)
    departments = by_kind.get(OrganisationKind.DEPARTMENT, 0)
    return Turnout(sum(by_kind.values()) - schools - departments, schools, departments)


def categories_in(event: Event) -> list[Category]:
    return list(db.session.scalars(select(Category).filter_by(event_id=event.id).order_by(Category.position)))


def venues_in(event: Event) -> list[Venue]:
    chosen = select(Venue).join(EventVenue, EventVenue.venue_id == Venue.id).where(EventVenue.event_id == event.id)
    return list(db.session.scalars(chosen.order_by(EventVenue.position)))


def other_venues(event: Event) -> list[Venue]:
    """Venues of the host that this event does not use."""
    used = select(EventVenue.venue_id).where(EventVenue.event_id == event.id)
    chosen = select(Venue).where(Venue.host_id == event.host_id, Venue.id.not_in(used)).order_by(Venue.slug)
    return list(db.session.scalars(chosen))


def rooms_in(venue: Venue) -> list[Room]:
    return list(db.session.scalars(select(Room).filter_by(venue_id=venue.id).order_by(Room.position, Room.code)))


def speakers_in(event: Event) -> list[Speaker]:
    return list(db.session.scalars(select(Speaker).filter_by(event_id=event.id).order_by(Speaker.code)))


def organisations_in(event: Event) -> list[Organisation]:
    """Those of the host that take part here, are named in a session here, or serve no other event."""
    here, anywhere = _organisations_used(event.id), _organisations_used(None)
    chosen = select(Organisation).where(
        Organisation.host_id == event.host_id, or_(Organisation.id.in_(here), Organisation.id.not_in(anywhere))
    )
    return list(db.session.scalars(chosen.order_by(Organisation.code)))


def other_organisations(event: Event, words: str = "") -> list[Organisation]:
    """Named organisations of the host without a part in this event, by reading; with these words in name or reading."""
    here = select(Participation.organisation_id).where(Participation.event_id == event.id)
    chosen = select(Organisation).where(
        Organisation.host_id == event.host_id, Organisation.named, Organisation.id.not_in(here)
    )
    found = db.session.scalars(chosen.order_by(func.coalesce(Organisation.reading, Organisation.code)))
    return [one for one in found if holds_all(" ".join([*one.name.values(), one.reading or ""]), words)]


def _organisations_used(event_id: int | None) -> Any:
    in_event = select(Participation.organisation_id)
    in_session = select(SessionOrganisation.organisation_id).join(
        EventSession, EventSession.id == SessionOrganisation.session_id
    )
    if event_id is not None:
        in_event = in_event.where(Participation.event_id == event_id)
        in_session = in_session.where(EventSession.event_id == event_id)
    return in_event.union(in_session)


def roles_in(event: Event, organisation: Organisation) -> list[Participation]:
    chosen = select(Participation).filter_by(event_id=event.id, organisation_id=organisation.id)
    return list(db.session.scalars(chosen.order_by(Participation.position, Participation.id)))


def roles_by_organisation(event: Event) -> dict[int, list[Participation]]:
    found: dict[int, list[Participation]] = {}
    chosen = select(Participation).filter_by(event_id=event.id).order_by(Participation.position, Participation.id)
    for one in db.session.scalars(chosen):
        found.setdefault(one.organisation_id, []).append(one)
    return found


def events_beside(event: Event, row: Any) -> Titles:
    """Titles of the host's other events that use this venue, its room, or this organisation."""
    if isinstance(row, Organisation):
        ids = select(Participation.event_id).where(Participation.organisation_id == row.id)
        chosen = ids.union(
            select(EventSession.event_id)
            .join(SessionOrganisation, SessionOrganisation.session_id == EventSession.id)
            .where(SessionOrganisation.organisation_id == row.id)
        )
    elif isinstance(row, Venue | Room):
        venue = row.id if isinstance(row, Venue) else row.venue_id
        chosen = select(EventVenue.event_id).where(EventVenue.venue_id == venue)  # type: ignore[assignment]
    else:
        return []
    return _titles(select(Event.title).where(Event.id.in_(chosen), Event.id != event.id).order_by(Event.slug))


def sessions_with(speaker_id: int) -> Titles:
    return _sessions(select(Appearance.session_id).where(Appearance.speaker_id == speaker_id))


def sessions_naming(event_id: int, organisation_id: int) -> Titles:
    named = select(SessionOrganisation.session_id).where(SessionOrganisation.organisation_id == organisation_id)
    return _sessions(named, event_id)


def sessions_in_room(room_id: int) -> Titles:
    """In any event of the host."""
    return _sessions(_in_rooms(select(Room.id).where(Room.id == room_id)))


def sessions_at_venue(event_id: int, venue_id: int) -> Titles:
    return _sessions(_in_rooms(select(Room.id).where(Room.venue_id == venue_id)), event_id)


def session_titles(codes: Iterable[str], room_id: int) -> dict[str, dict[str, str]]:
    """Titles by code of sessions in a room."""
    chosen = select(EventSession.code, EventSession.title).where(
        EventSession.code.in_(list(codes)), EventSession.room_id == room_id
    )
    return {code: title for code, title in db.session.execute(chosen)}  # noqa: C416


def counts_in(event: Event) -> dict[str, int]:
    """How many there are of each thing."""
    return {
        "categories": _count(select(Category.id).filter_by(event_id=event.id)),
        "venues": _count(select(EventVenue.venue_id).filter_by(event_id=event.id)),
        "organisations": len(organisations_in(event)),
        "speakers": _count(select(Speaker.id).filter_by(event_id=event.id)),
        "sessions": _count(select(EventSession.id).filter_by(event_id=event.id)),
    }


def _in_rooms(rooms: Any) -> Any:
    main = select(EventSession.id).where(EventSession.room_id.in_(rooms))
    return main.union(select(FurtherRoom.session_id).where(FurtherRoom.room_id.in_(rooms)))


def _sessions(ids: Any, event_id: int | None = None) -> Titles:
    chosen = select(EventSession.title).where(EventSession.id.in_(ids))
    if event_id is not None:
        chosen = chosen.where(EventSession.event_id == event_id)
    return _titles(chosen.order_by(EventSession.starts_at, EventSession.code))


def _titles(chosen: Any) -> Titles:
    return list(db.session.scalars(chosen))


def _count(chosen: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
