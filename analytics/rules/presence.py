"""How full a room is at this moment, in numbers for the staff and in one word for the public. Unknown is never zero."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from analytics.rules.facts import Texts
from app.clock import lasts_all_day
from app.programme.rules import AdmissionRule, CapacityKind, SessionStatus
from app.programme.rules.places import FEW_AT_LEAST, FEW_SHARE
from checkin.rules.space import Space

QUIET = timedelta(minutes=2)
"""A scanner that was not heard of for so long is out of contact: while its page is open it
speaks every few seconds."""


class RoomWord(StrEnum):
    """What the public reads of a room now."""

    PLENTY = "plenty"
    FEW = "few"
    FULL = "full"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RoomCount:
    """The newest "63 here at 11:20" of a session."""

    number: int
    at: datetime


@dataclass(frozen=True)
class SessionNow:
    """One event session, its room, and what its door knows. counted: somebody was let in or counted there at all."""

    code: str
    title: Texts
    starts_at: datetime
    ends_at: datetime
    door_opens_at: datetime
    admission: AdmissionRule
    status: SessionStatus
    venue: int | None
    room: Texts | None
    space: Space
    counted: bool
    room_count: RoomCount | None = None

    @property
    def came(self) -> int | None:
        """People let in (seats) or inside (at once), a room count where it found more; None: nobody counted."""
        seen = [self.room_count.number] if self.room_count and not self.space.counts_exits else []
        door = [self.space.present] if self.counted or self.space.present else []
        return max(door + seen, default=None)

    @property
    def here(self) -> int | None:
        """Who is here now; None: nobody counted, or nobody counts who leaves a room that one leaves and enters."""
        if self.space.kind is CapacityKind.AT_ONCE and not self.space.counts_exits:
            return self.room_count.number if self.room_count else None
        return self.came

    @property
    def arrived(self) -> int | None:
        """How many of the booked places are taken by who came; None: nobody counts at this door."""
        return self.space.arrived if self.counted or self.space.present else None

    @property
    def all_day(self) -> bool:
        return lasts_all_day(self.starts_at, self.ends_at)

    def is_on(self, at: datetime) -> bool:
        """Whether people may be inside: its door is open, and it is not over."""
        return self.status is SessionStatus.PLANNED and self.door_opens_at <= at < self.ends_at

    def is_near(self, at: datetime, ahead: timedelta) -> bool:
        """Under way, or its door opens soon."""
        return self.status is SessionStatus.PLANNED and self.door_opens_at <= at + ahead and at < self.ends_at

    def word(self, at: datetime) -> RoomWord:
        """Room for somebody who has no booking.

        Places of those who booked are kept until they are released. Where nobody counts who leaves, all who came are
        taken to be inside: what then still looks empty is, and of the rest nothing is known.
        """
        capacity = self.space.capacity
        if capacity is None:
            return RoomWord.UNKNOWN
        held, came = self.space.held(at), self.came
        left = capacity - (came or 0) - held
        exits_unseen = self.space.kind is CapacityKind.AT_ONCE and not self.space.counts_exits
        if left <= 0:
            return RoomWord.UNKNOWN if exits_unseen and came else RoomWord.FULL
        if came is None and at >= self.starts_at:
            return RoomWord.UNKNOWN
        few = left <= FEW_AT_LEAST or left * FEW_SHARE <= capacity
        if few:
            return RoomWord.UNKNOWN if exits_unseen and came else RoomWord.FEW
        return RoomWord.PLENTY


@dataclass(frozen=True)
class SiteNow:
    """One venue today. inside: who is there, known only where an entrance counts who leaves; passed: who came in."""

    venue: int
    name: Texts
    inside: int | None = None
    passed: int | None = None
    heard_at: datetime | None = None
    has_doors: bool = False

    def is_old(self, at: datetime) -> bool:
        """Whether the doors here have not been heard of for some time, though some have a scanner."""
        return self.has_doors and (self.heard_at is None or at - self.heard_at > QUIET)


@dataclass(frozen=True)
class Presence:
    """An event at one moment. people: who came today; None: nobody was counted today, or only as a visit to a room."""

    sites: tuple[SiteNow, ...]
    sessions: tuple[SessionNow, ...]
    people: int | None
    newest_at: datetime | None = field(default=None)

    def of_venue(self, venue: int | None) -> tuple[SessionNow, ...]:
        return tuple(one for one in self.sessions if one.venue == venue)

    def in_rooms(self, venue: int | None, at: datetime) -> int | None:
        """Who is in the rooms of a venue now; None if that is not known of any session that is on there, or none is."""
        on = [one.here for one in self.of_venue(venue) if one.is_on(at)]
        known = [number for number in on if number is not None]
        return sum(known) if known and len(known) == len(on) else None

    def arrived(self) -> tuple[int | None, int]:
        """Booked places of the sessions looked at in which somebody counts: taken by who came, and all; None: nobody
        counts in any of them."""
        counted = [one for one in self.sessions if one.arrived is not None and one.space.promised]
        return (
            sum(one.space.arrived for one in counted) if counted else None,
            sum(one.space.promised for one in counted),
        )
