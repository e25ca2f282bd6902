"""Reading the programme: whoever fetches an event through here may see it; for everybody else it is not there."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Engine, bindparam, case, func, select

from app.db import db
from app.direct import Direct, here
from app.errors import NotFound
from app.programme.models import (
    Event,
    EventSession,
    Organisation,
    Participation,
    Release,
    SessionPlaces,
)
from app.programme.queries.working import current_notice, programme_of_event
from app.programme.rules import EventStatus, OrganisationKind
from app.programme.rules.documents import event_of, programme_of
from app.programme.rules.facts import (
    EventFacts,
    Programme,
    Texts,
)
from app.programme.rules.places import Places
from app.web.actors import Actor, Right

__all__ = ["current_notice", "programme_of_event"]

PUBLIC = (EventStatus.PUBLISHED, EventStatus.CLOSED, EventStatus.ARCHIVED)
LISTED = (EventStatus.PUBLISHED, EventStatus.CLOSED)
THERE = Event.deleted_at.is_(None)
"""Not a deleted draft, of which only an empty row stays."""
T = TypeVar("T")
PlacesRow = tuple[str, int | None, int, int, int, bool, int, int | None]
"""Code, capacity, promised, arrived, present of one session."""


@dataclass(frozen=True)
class Published:
    """The programme as the public sees it: the last release of an event."""

    release_id: int
    number: int
    released_at: datetime
    note: Texts
    changes: list[dict[str, Any]]
    programme: Programme
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What follows from this release and `key` alone, made once; it goes when the release goes from memory.

        Keys must be few: a language, a layout, never anything that a reader typed.
        """
        if key not in self._kept:
            self._kept[key] = make()
        kept: T = self._kept[key]
        return kept


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
    event = db.session.scalars(select(Event).where(Event.slug == slug, THERE)).one_or_none()
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


LAST_RELEASE = Direct(
    select(Release.id, Release.released_at)
    .where(Release.event_id == bindparam("event_id"))
    .order_by(Release.number.desc())
    .limit(1)
)


NEWEST_RELEASE = select(func.max(Release.id)).where(Release.event_id == Event.id).correlate(Event).scalar_subquery()
"""Of the event that a statement is about: what joins it can hand its number and moment to `published_as`."""


def published(event_id: int) -> Published:
    """The last release. Raises NotFound if there is none."""
    found = LAST_RELEASE.rows(here(), {"event_id": event_id})
    return published_as(*found[0]) if found else published_as(None, None)


def published_as(release_id: int | None, released_at: datetime | None) -> Published:
    """The release that another statement found. Raises NotFound if it found none."""
    if release_id is None or released_at is None:
        raise NotFound
    return _release(db.engine, release_id, released_at)


def is_released(event_id: int) -> bool:
    """Whether the public has ever been shown the programme."""
    return bool(LAST_RELEASE.rows(here(), {"event_id": event_id}))


@lru_cache(maxsize=16)
def _release(_engine: Engine, release_id: int, _released_at: datetime) -> Published:
    """One release of one database; it never changes, so it is read once."""
    chosen = select(Release.number, Release.released_at, Release.note, Release.changes, Release.snapshot)
    number, released_at, note, changes, snapshot = db.session.execute(chosen.where(Release.id == release_id)).one()
    programme = programme_of(snapshot, today=released_at.date())
    return Published(release_id, number, released_at, note, changes, programme)


def released(event_id: int, number: int) -> Published:
    """One release by its number. Raises NotFound."""
    chosen = select(Release.id, Release.released_at).where(Release.event_id == event_id, Release.number == number)
    found = db.session.execute(chosen).one_or_none()
    if found is None:
        raise NotFound
    return _release(db.engine, *found)


def changes_of_releases(event_id: int) -> list[list[dict[str, Any]]]:
    """What each release of an event changed, the first one first."""
    chosen = select(Release.changes).where(Release.event_id == event_id).order_by(Release.number)
    return list(db.session.scalars(chosen))


def session_uuids(event_id: int) -> dict[str, UUID]:
    """The outward ids of an event's sessions, by code."""
    chosen = select(EventSession.code, EventSession.uuid).where(EventSession.event_id == event_id)
    return {code: uuid for code, uuid in db.session.execute(chosen)}  # noqa: C416


_PLACES = Direct(
    select(
        EventSession.code,
        SessionPlaces.capacity,
        SessionPlaces.promised,
        SessionPlaces.arrived,
        SessionPlaces.present,
        EventSession.one_party,
        SessionPlaces.waiting,
        case((Event.waiting_mode != "off", Event.waiting_ends_minutes)),
    )
    .join(Event, Event.id == EventSession.event_id)
    .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
    .where(EventSession.event_id == bindparam("event_id"))
    .order_by(EventSession.id)
)


def places_of(event_id: int) -> dict[str, Places]:
    """What is promised and who came, by session code."""
    return places_in(rows_of_places(event_id))


def places_in(rows: Iterable[PlacesRow]) -> dict[str, Places]:
    """The same, of rows already read."""
    return {row[0]: Places(*row[1:]) for row in rows}


def rows_of_places(event_id: int) -> tuple[PlacesRow, ...]:
    """What is promised and who came, as it stands in the table: equal rows say the same."""
    return tuple(tuple(row) for row in _PLACES.rows(here(), {"event_id": event_id}))


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


def _listed(row: Any) -> ListedEvent:
    release_id, status, released_at, event, venues = row
    facts = event_of(event, today=released_at.date())
    return ListedEvent(release_id, status, facts, [venue["name"] for venue in venues or []])
