"""What the public interface answers with: these classes are the answers and, read by `description`, their schema.

Texts are maps of language (`ja`, `en`, `ja-easy`) to text; in `ja-easy` readings are written 漢字《かんじ》.
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.front.rules import Phase
from app.programme.rules import AdmissionRule, EventStatus, OrganisationKind, ParticipationRole, SessionStatus
from app.programme.rules.facts import Texts
from app.programme.rules.places import Availability


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """One event in the list."""

    slug: str
    title: Texts
    starts_on: date
    ends_on: date
    timezone: str
    status: EventStatus
    fictional: bool
    licence: str | None
    licence_url: str | None
    url: str
    api_url: str


@dataclass(frozen=True, kw_only=True)
class Events:
    """Events that are published or over; there are never so many that pages are needed."""

    events: list[EventLine]


@dataclass(frozen=True, kw_only=True)
class WholeEvent:
    """One event as last released; `phase` is how it stands at the moment of asking."""

    slug: str
    title: Texts
    reading: str | None
    summary: Texts
    description: Texts
    purpose: list[Texts]
    fee: Texts
    how_to_take_part: Texts
    access: Texts
    starts_on: date
    ends_on: date
    timezone: str
    languages: list[str]
    status: EventStatus
    phase: Phase
    fictional: bool
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    municipality_code: str | None
    municipality: str | None
    licence: str | None
    licence_url: str | None
    source_title: Texts
    not_in_source: list[str]
    release: int
    released_at: datetime
    url: str


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """Somebody who speaks, as published."""

    name: Texts
    role: str
    affiliation: Texts


@dataclass(frozen=True, kw_only=True)
class SessionOrganisation:
    """An organisation's part in a session; `code` as under `organisations`."""

    code: str
    role: ParticipationRole


@dataclass(frozen=True, kw_only=True)
class Session:
    """One session. `venue` and `room` as under `venues`; without them it is online or has no room yet. The address of
    an online session goes only to who booked it. `drop_in`: one comes for a while at any time of it.
    `booking_closes_at`: bookings and applications until then; null: as long as registration for the event is open."""

    code: str
    title: Texts
    reading: str | None
    description: Texts
    kind: Texts
    track: str | None
    series: str | None
    for_children: bool
    languages: list[str]
    status: SessionStatus
    starts_at: datetime
    ends_at: datetime
    drop_in: bool
    door_opens_at: datetime
    venue: str | None
    room: str | None
    online: bool
    capacity: int | None
    admission: AdmissionRule
    booking_closes_at: datetime | None
    people: list[Appearance]
    organisations: list[SessionOrganisation]
    not_in_source: list[str]
    url: str


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """Every session of the last release, in order of time; a cancelled one stays."""

    sessions: list[Session]


@dataclass(frozen=True, kw_only=True)
class Room:
    """A part of a venue; `step_free` null: not known."""

    code: str
    name: Texts
    floor: str | None
    capacity: int | None
    step_free: bool | None


@dataclass(frozen=True, kw_only=True)
class Venue:
    """A site with its rooms."""

    slug: str
    name: Texts
    reading: str | None
    address: Texts
    access: Texts
    parking: Texts
    latitude: float | None
    longitude: float | None
    step_free: bool | None
    rooms: list[Room]
    not_in_source: list[str]
    url: str


@dataclass(frozen=True, kw_only=True)
class Venues:
    """The venues of the event, in its order."""

    venues: list[Venue]


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """Who takes part; only those that the public may see."""

    code: str
    name: Texts
    reading: str | None
    kind: OrganisationKind
    url: str | None
    roles: list[ParticipationRole]
    not_in_source: list[str]


@dataclass(frozen=True, kw_only=True)
class Organisations:
    """The organisations of the event, in its order."""

    organisations: list[Organisation]


@dataclass(frozen=True, kw_only=True)
class SessionAvailability:
    """What is left, in a word: null where places are not simply taken, or there is nothing to say any more."""

    session: str
    availability: Availability | None


@dataclass(frozen=True, kw_only=True)
class AvailabilityNow:
    """What is left in each session at this moment."""

    availability: list[SessionAvailability]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What went wrong (RFC 9457); `code` is stable."""

    type: str
    title: str
    status: int
    code: str
    detail: str
