"""What a booking shall be: how many of whom in which state, from what is asked for and what there is. Plain values.

Seats are counted per category and, where people of a party are named, per person: a `Seat` is a category's id with an
attendee's id, or with None for people who are only numbers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.programme.rules import AdmissionRule
from registrations.rules import BookingState

Seat = tuple[int, int | None]
Seats = Mapping[Seat, int]
NOBODY: Seats = {}


class Asking(StrEnum):
    """What becomes of a wish for an event session."""

    PLACES = "places"
    APPROVAL = "approval"
    LOTTERY = "lottery"


ASKING = {
    AdmissionRule.BOOKING_AND_WALK_IN: Asking.PLACES,
    AdmissionRule.BOOKING_ONLY: Asking.PLACES,
    AdmissionRule.APPROVAL: Asking.APPROVAL,
    AdmissionRule.LOTTERY: Asking.LOTTERY,
}
LIVE = (
    BookingState.CONFIRMED,
    BookingState.OFFERED,
    BookingState.WAITING,
    BookingState.PENDING,
    BookingState.APPLIED,
)
"""States in which a booking still is, or may become, a place."""


@dataclass(frozen=True)
class Stand:
    """One booking: seats by state. What is in no live state is not in it."""

    confirmed: Seats = field(default_factory=dict)
    offered: Seats = field(default_factory=dict)
    waiting: Seats = field(default_factory=dict)
    pending: Seats = field(default_factory=dict)
    applied: Seats = field(default_factory=dict)

    @property
    def held(self) -> int:
        """Places promised."""
        return total(self.confirmed) + total(self.offered)

    @property
    def whole(self) -> dict[Seat, int]:
        """Everybody of it, whatever the state."""
        seats: dict[Seat, int] = {}
        for state in LIVE:
            seats = added(seats, self.seats_in(state))
        return seats

    @property
    def empty(self) -> bool:
        return not total(self.whole)

    def seats_in(self, state: BookingState) -> Seats:
        """The seats in one live state."""
        seats: Seats = getattr(self, state.value)
        return seats


GONE = Stand()


@dataclass(frozen=True)
class Room:
    """What a session has for more people: free places (None: no limit), and how many in all it can ever take.

    queued: others wait already, so that nobody is served past them. waits: whether one may join those who wait.
    """

    free: int | None
    capacity: int | None
    queued: bool = False
    waits: bool = False


class NoRoom(Exception):
    """The places asked for are not there, and the party would not wait or could never fit.

    too_large: it is larger than the session will ever be.
    """

    def __init__(self, *, too_large: bool = False) -> None:
        self.too_large = too_large


def total(seats: Seats) -> int:
    """How many seats."""
    return sum(seats.values())


def added(seats: Seats, more: Seats) -> dict[Seat, int]:
    """Both together."""
    return {one: number for one in {**seats, **more} if (number := seats.get(one, 0) + more.get(one, 0)) > 0}


def without(seats: Seats, fewer: Seats) -> dict[Seat, int]:
    """What is left of these seats."""
    return {one: left for one, number in seats.items() if (left := number - fewer.get(one, 0)) > 0}


def common(seats: Seats, others: Seats) -> dict[Seat, int]:
    """What is in both."""
    return {one: number for one in seats if (number := min(seats[one], others.get(one, 0))) > 0}


def first_of(seats: Seats, number: int) -> dict[Seat, int]:
    """The first so many, in order of category and person."""
    kept: dict[Seat, int] = {}
    for one in sorted(seats, key=lambda seat: (seat[0], seat[1] or 0)):
        if number <= 0:
            break
        kept[one] = min(seats[one], number)
        number -= kept[one]
    return kept


def by_category(seats: Seats) -> dict[int, int]:
    """Numbers of each category, named or not."""
    numbers: dict[int, int] = {}
    for (category, _), number in seats.items():
        numbers[category] = numbers.get(category, 0) + number
    return numbers


def named(stand: Stand, people: Iterable[Seat]) -> Stand:
    """The same places, each of somebody by name: first those who have one for sure, in the order of `people`. Places
    beyond the people there are stay numbers."""
    free: dict[int, list[Seat]] = {}
    for one in people:
        free.setdefault(one[0], []).append(one)
    seats: dict[str, dict[Seat, int]] = {}
    for state in LIVE:
        of_state: dict[Seat, int] = {}
        for category, number in by_category(stand.seats_in(state)).items():
            here, free[category] = free.get(category, [])[:number], free.get(category, [])[number:]
            of_state |= dict.fromkeys(here, 1)
            if number > len(here):
                of_state[category, None] = number - len(here)
        seats[state.value] = of_state
    return Stand(**seats)


def nameless(stand: Stand) -> Stand:
    """The same places as numbers."""
    seats: dict[str, dict[Seat, int]] = {}
    for state in LIVE:
        seats[state.value] = {(one, None): many for one, many in by_category(stand.seats_in(state)).items()}
    return Stand(**seats)


def wished(now: Stand, wanted: Seats, asking: Asking, room: Room, *, in_part: bool = False) -> Stand:
    """What the booking becomes if these people shall come. Raises NoRoom.

    Fewer give places back, from those who wait first. More are promised while places are free and nobody waits; else
    they wait, if they would: the whole of a new party, or those who come on top of what it has. `in_part`: of those on
    top, as many as fit are promised at once (a class that grows). Who has applied or asks for approval only does so
    with other numbers.
    """
    if not total(wanted):
        return GONE
    if room.capacity is not None and total(wanted) > room.capacity and total(wanted) > now.held:
        raise NoRoom(too_large=True)
    if not now.held and not total(now.waiting) and asking is not Asking.PLACES:
        return Stand(applied=wanted) if asking is Asking.LOTTERY else Stand(pending=wanted)
    if total(wanted) <= now.held:
        return _kept(now, wanted)
    return _grown(now, wanted, room, in_part=in_part, asking=asking)


def _kept(now: Stand, wanted: Seats) -> Stand:
    """As many or fewer: what was confirmed stays so; whoever is exchanged takes the other's place."""
    if not total(now.offered):
        return Stand(confirmed=wanted)
    confirmed = common(now.confirmed, wanted)
    rest = without(wanted, confirmed)
    more = first_of(rest, total(now.confirmed) - total(confirmed))
    return Stand(confirmed=added(confirmed, more), offered=without(rest, more))


def _grown(now: Stand, wanted: Seats, room: Room, *, in_part: bool, asking: Asking) -> Stand:
    held = _kept(now, first_of_those(now, wanted))
    rest = without(wanted, held.whole)
    if asking is Asking.APPROVAL:
        return Stand(confirmed=held.confirmed, offered=held.offered, pending=rest)
    fits = 0 if room.queued or total(now.waiting) else total(rest)
    if room.free is not None:
        fits = min(fits, room.free)
    if fits == total(rest) and asking is Asking.PLACES:
        return Stand(confirmed=added(held.confirmed, rest), offered=held.offered)
    if not (room.waits or total(now.waiting)):
        raise NoRoom
    granted = first_of(rest, fits) if in_part and now.held and asking is Asking.PLACES else NOBODY
    return Stand(confirmed=added(held.confirmed, granted), offered=held.offered, waiting=without(rest, granted))


def first_of_those(now: Stand, wanted: Seats) -> dict[Seat, int]:
    """Who of the wanted takes the places that are held: those who have them, then others."""
    holding = added(now.confirmed, now.offered)
    staying = common(holding, wanted)
    return added(staying, first_of(without(wanted, staying), now.held - total(staying)))
