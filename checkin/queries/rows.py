"""What the door reads of event, tickets, places and earlier scans, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from app.programme.rules import AdmissionRule, OrganisationKind, Reentry
from app.values import Value
from checkin.rules import Act, Verdict
from checkin.rules.people import Numbers
from checkin.rules.space import Space
from checkin.rules.stay import Line
from checkin.rules.times import Days, Window
from registrations.rules import BookingState, PartyKind
from registrations.rules.groups import group_called


class DoorGate(Value, frozen=True):
    """Where a device stands; a desk (`id` None) is at no gate."""

    id: int | None
    code: str
    new_today: bool


@dataclass(frozen=True, slots=True)
class DoorEvent:
    """The event a device belongs to, as its door needs it. keys: of categories by id."""

    id: int
    slug: str
    host_id: int
    zone: ZoneInfo
    day_ends_at: time
    reentry: Reentry
    held_for: timedelta
    categories: Mapping[str, int]
    unknown: str
    gates: Mapping[str, DoorGate]
    over_full: bool = True
    salt: bytes = field(default=b"", repr=False)
    keys: Mapping[int, str] = field(init=False, repr=False)
    days: Days = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", {category_id: key for key, category_id in self.categories.items()})
        object.__setattr__(self, "days", Days(self.zone, self.day_ends_at))


class KnownScan(Value, frozen=True):
    """A scan that was answered before."""

    id: UUID
    event_id: int
    device_id: int | None
    body: bytes
    act: Act
    at: datetime
    verdict: Verdict
    facts: dict[str, Any]
    ticket_id: int | None


class DoorTicket(Value, frozen=True):
    """A ticket with what stands on its registration."""

    id: int
    event_id: int
    registration_id: int
    attendee_id: int | None
    code: str
    number: str
    party_kind: PartyKind
    language: str
    registered_at: datetime
    cancelled: bool
    blocked: bool
    contact_name: str | None
    note: str | None
    no_photo: bool
    attendee_name: str | None
    attendee_category_id: int | None
    organisation_kind: OrganisationKind | None
    group_name: str | None = None
    group_grade: str | None = None
    group_class: str | None = None

    @property
    def person(self) -> tuple[int, int | None]:
        """Whose attendance it is: stays the same when a lost ticket is replaced."""
        return self.registration_id, self.attendee_id

    @property
    def name(self) -> str | None:
        """What somebody at the door says who they are: their own name, a class its school."""
        if self.attendee_id is not None:
            return self.attendee_name
        group = group_called(self.group_name, self.group_grade, self.group_class) if self.group_name else None
        return group or self.contact_name


class BookedPlaces(Value, frozen=True):
    """Places of one category (or one named attendee) in one event session."""

    session_id: int
    category: str
    attendee_id: int | None
    number: int
    state: BookingState


class Party(Value, frozen=True):
    """A registration's people and bookings. `ended`: its tickets that no longer count, by id; True: because the person
    left the party, else because a newer one took its place. Read under the registration's lock."""

    numbers: Numbers
    places: tuple[BookedPlaces, ...]
    ended: Mapping[int, bool]


class Opening(NamedTuple):
    """The event, the scans that were answered before, and the tickets. parties: rows about them, where they were read
    with the tickets already."""

    event: DoorEvent
    known: dict[UUID, KnownScan]
    tickets: list[DoorTicket]
    parties: list[Any] | None = None


class DoorPlace(Value, frozen=True):
    """What one enters. `space` as it was read, under the lock. gates: those that lead there or once did."""

    id: int
    code: str
    window: Window
    session_id: int | None = None
    admission: AdmissionRule | None = None
    reentry: Reentry | None = None
    ends_at: datetime | None = None
    space: Space | None = None
    cancelled: bool = False
    gates: frozenset[int] = frozenset()


Lines = dict[tuple[int, int | None], dict[int, list[Line]]]


class Written(Value, frozen=True):
    """A ledger line as it stands in the table, with its numbers; `undone`: a later line took it back."""

    id: int
    columns: dict[str, Any]
    people: dict[str, int]
    undone: bool

    @property
    def at(self) -> datetime:
        at: datetime = self.columns["at"]
        return at
