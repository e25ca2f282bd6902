"""What a door's decision is made from and what it comes to: plain values, no clock, no database."""

from datetime import datetime
from enum import StrEnum

from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from app.values import Value, at_hand, field
from checkin.rules import ConflictKind, EntryKind, Method, Verdict
from checkin.rules.people import Numbers
from checkin.rules.space import Space
from checkin.rules.stay import NEVER_CAME, Stay
from checkin.rules.times import Window


@at_hand
class Code(StrEnum):
    """What the text that was read turned out to be."""

    OURS = "ours"
    OTHER_EVENT = "other_event"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    GIVEN = "given"
    """Given out by a door whose upload is still on its way."""


@at_hand
class Booked(StrEnum):
    """A ticket's booking in the session it stands in front of; several states: the first of these."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    NOT = "not"


class Wish(Value, frozen=True):
    """One scan as the decision sees it: `at` is the corrected time.

    people: the numbers that came; None: not asked yet. as_walk_in: takes a free place without a booking.
    forced: a supervisor admits anyway. done: the door has let them in already, which is a fact. unread: they have a
    ticket that could not be read.
    """

    at: datetime
    leaving: bool = False
    people: Numbers | None = None
    as_walk_in: bool = False
    forced: bool = False
    done: bool = False
    new_today: bool = False
    method: Method = Method.SCANNED
    unread: bool = False


class PlaceFacts(Value, frozen=True):
    """What one enters. admission None: a venue's entrance, where nobody books. unknown: the key of 区分不明. cancelled:
    it does not take place. over_full: a supervisor may admit more people than there is room for."""

    window: Window
    reentry: Reentry
    unknown: str
    admission: AdmissionRule | None = None
    space: Space | None = None
    cancelled: bool = False
    over_full: bool = True

    def seats_left(self) -> int | None:
        return self.space.seats_left() if self.space else None

    def room_left(self, at: datetime) -> int | None:
        return self.space.room_left(at) if self.space else None

    @property
    def takes_walk_ins(self) -> bool:
        return self.admission is None or self.admission.takes_walk_ins

    @property
    def counts_presence(self) -> bool:
        """Whether somebody who comes back takes a place again."""
        return self.space is not None and self.space.is_known and self.space.kind is CapacityKind.AT_ONCE


class OpenStay(Value, frozen=True):
    """Where else a ticket is inside now: the place's key, and who."""

    place: str
    inside: Numbers


class TicketFacts(Value, frozen=True):
    """A ticket of this event in front of one place. places: booked there. here: all it did there; then: until now.
    elsewhere: where nothing has changed for longest stands first."""

    party: Numbers
    team: bool = False
    blocked: bool = False
    replaced: bool = False
    cancelled: bool = False
    booked: Booked = Booked.NOT
    places: Numbers = field(default_factory=dict)
    here: Stay = NEVER_CAME
    then: Stay = NEVER_CAME
    elsewhere: tuple[OpenStay, ...] = ()


class NewLine(Value, frozen=True):
    """A ledger line to write; numbers signed. place None: where the scan was made."""

    kind: EntryKind
    people: Numbers
    method: Method
    on_ticket: bool = True
    booked: bool | None = None
    reentry: bool = False
    new_today: bool | None = None
    place: str | None = None
    reason: str | None = None


class Decision(Value, frozen=True):
    """The answer and what it writes. refused_as: what it would have been without force or fact. places: how many are
    offered, where that is not all the room there is."""

    verdict: Verdict
    lines: tuple[NewLine, ...] = ()
    conflict: ConflictKind | None = None
    refused_as: Verdict | None = None
    error: str | None = None
    expected: Numbers | None = None
    offers_place: bool = False
    places: int | None = None


class Coming(Value, frozen=True):
    """Who of the people asked for is new here, comes back, is over the party, or is in already; new: booked or not."""

    booked: Numbers = field(default_factory=dict)
    unbooked: Numbers = field(default_factory=dict)
    back: Numbers = field(default_factory=dict)
    surplus: Numbers = field(default_factory=dict)
    excess: Numbers = field(default_factory=dict)
