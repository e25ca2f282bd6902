"""A whole programme as plain values: what an event file says, what a release keeps, what a page shows."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from app.programme.rules import (
    AdmissionRule,
    CapacityKind,
    EventStatus,
    OrganisationKind,
    ParticipationRole,
    Reentry,
    SessionStatus,
)

Texts = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Sourced:
    """Anything whose fields are either the source's or ours."""

    not_in_source: list[str] = field(default_factory=list)

    def ours(self, name: str, language: str | None = None) -> bool:
        """Whether the field `name`, or its text in `language`, was added by whoever wrote the programme down."""
        return name in self.not_in_source or f"{name}.{language}" in self.not_in_source


@dataclass(frozen=True, kw_only=True)
class EventFacts(Sourced):
    """The event itself."""

    slug: str
    title: Texts
    reading: str | None = None
    summary: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    purpose: list[Texts] = field(default_factory=list)
    fee: Texts = field(default_factory=dict)
    how_to_take_part: Texts = field(default_factory=dict)
    access: Texts = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)
    licence: str | None = None
    licence_url: str | None = None
    municipality_code: str | None = None
    municipality: str | None = None
    starts_on: date
    ends_on: date
    timezone: str
    day_ends_at: time = time(4)
    languages: list[str] = field(default_factory=lambda: ["ja", "en", "ja-easy"])
    status: EventStatus = EventStatus.DRAFT
    fictional: bool = False
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    reentry: Reentry = Reentry.FREE
    held_minutes_after_start: int = 5
    full_is_final: bool = False
    party_first_words: dict[str, Any] = field(default_factory=dict)
    party_limit: int = 50
    people_measure: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, kw_only=True)
class CategoryFacts(Sourced):
    """How the event counts people."""

    key: str
    label: Texts
    belongs: Texts = field(default_factory=dict)
    first_words: Texts = field(default_factory=dict)
    unknown: bool = False
    minor: bool = False


@dataclass(frozen=True, kw_only=True)
class RoomFacts(Sourced):
    """A part of a venue; without capacity there is no limit."""

    code: str
    name: Texts
    reading: str | None = None
    floor: str | None = None
    capacity: int | None = None
    access: Texts = field(default_factory=dict)
    step_free: bool | None = None


@dataclass(frozen=True, kw_only=True)
class VenueFacts(Sourced):
    """A site with its rooms in order."""

    slug: str
    name: Texts
    reading: str | None = None
    address: Texts = field(default_factory=dict)
    access: Texts = field(default_factory=dict)
    parking: Texts = field(default_factory=dict)
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    step_free: bool | None = None
    rooms: list[RoomFacts] = field(default_factory=list)

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, where both are known."""
        if self.latitude is None or self.longitude is None:
            return None
        return float(self.latitude), float(self.longitude)


@dataclass(frozen=True, kw_only=True)
class OrganisationFacts(Sourced):
    """Who takes part or organises."""

    code: str
    name: Texts
    reading: str | None = None
    kind: OrganisationKind
    ward: str | None = None
    url: str | None = None
    public: bool = True
    named: bool = True


@dataclass(frozen=True, kw_only=True)
class ParticipationFacts:
    """One role of an organisation in the event."""

    organisation: str
    role: ParticipationRole
    exhibits: list[Texts] = field(default_factory=list)
    took_part: bool | None = None


@dataclass(frozen=True, kw_only=True)
class SpeakerFacts(Sourced):
    """A person of the programme, as published."""

    code: str
    name: Texts
    reading: str | None = None


@dataclass(frozen=True, kw_only=True)
class AppearanceFacts:
    """A person's part in one event session."""

    speaker: str
    role: str
    affiliation: Texts = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RoleFacts:
    """An organisation's part in one event session."""

    organisation: str
    role: ParticipationRole


@dataclass(frozen=True, kw_only=True)
class EventSessionFacts(Sourced):
    """One thing at one time; `room` is venue-slug/room-code."""

    code: str
    title: Texts
    reading: str | None = None
    description: Texts = field(default_factory=dict)
    access: Texts = field(default_factory=dict)
    kind: Texts = field(default_factory=dict)
    track: str | None = None
    series: str | None = None
    for_children: bool = False
    languages: list[str] = field(default_factory=list)
    status: SessionStatus = SessionStatus.PLANNED
    starts_at: datetime
    ends_at: datetime
    room: str | None = None
    further_rooms: list[str] = field(default_factory=list)
    online_url: str | None = None
    capacity: int | None = None
    capacity_kind: CapacityKind = CapacityKind.SEATS
    one_party: bool = False
    drop_in: bool = False
    admission: AdmissionRule = AdmissionRule.WALK_IN
    booking_closes_at: datetime | None = None
    door_opens_at: datetime
    door_closes_at: datetime
    reentry: Reentry | None = None
    appearances: list[AppearanceFacts] = field(default_factory=list)
    organisations: list[RoleFacts] = field(default_factory=list)
    also_spelled: list[str] = field(default_factory=list)

    @property
    def cancelled(self) -> bool:
        return self.status is SessionStatus.CANCELLED

    @property
    def online(self) -> bool:
        return self.online_url is not None


@dataclass(frozen=True, kw_only=True)
class NoticeFacts:
    """One version of what people consent to."""

    number: int
    text: Texts


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One event with everything its programme needs."""

    event: EventFacts
    categories: list[CategoryFacts] = field(default_factory=list)
    venues: list[VenueFacts] = field(default_factory=list)
    organisations: list[OrganisationFacts] = field(default_factory=list)
    participations: list[ParticipationFacts] = field(default_factory=list)
    speakers: list[SpeakerFacts] = field(default_factory=list)
    sessions: list[EventSessionFacts] = field(default_factory=list)
    privacy_notice: NoticeFacts | None = None

    @cached_property
    def organisation(self) -> dict[str, OrganisationFacts]:
        """Organisations by code."""
        return {one.code: one for one in self.organisations}

    @cached_property
    def speaker(self) -> dict[str, SpeakerFacts]:
        """People of the programme by code."""
        return {one.code: one for one in self.speakers}

    @cached_property
    def room(self) -> dict[str, tuple[VenueFacts, RoomFacts]]:
        """Rooms with their venue, by venue-slug/room-code."""
        return {f"{venue.slug}/{room.code}": (venue, room) for venue in self.venues for room in venue.rooms}

    @cached_property
    def session(self) -> dict[str, EventSessionFacts]:
        """Event sessions by code."""
        return {one.code: one for one in self.sessions}


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """Where figures come from, and what their source says of measure and method."""

    title: Texts
    provenance: str
    url: str | None = None
    measure: str | None = None
    measure_note: Texts = field(default_factory=dict)
    method_note: Texts = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AttendanceFacts:
    """Figures of a source for the whole event: people by category key. The ledger keeps them, not the programme."""

    source: SourceFacts
    people: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class EventFile:
    """What one event file holds; `practice` is the recipe of a demonstration, as written. settings: how one registers
    (rules.settings, which stands on this); questions: what the organiser asks, as written, for registrations to judge;
    None: the file does not say."""

    programme: Programme
    settings: Any = None
    questions: list[dict[str, Any]] | None = None
    attendance: AttendanceFacts | None = None
    practice: dict[str, Any] | None = None
