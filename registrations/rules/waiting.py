"""Who is next on a waiting list, and until when. Plain values in and out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

MOST_PASSED = 3
"""So often may smaller parties pass one that does not fit; then free places are collected for it."""


class WaitingMode(StrEnum):
    """What happens when a place is free: the next party has it at once, is asked first, or nobody waits."""

    OFF = "off"
    PROMOTE = "promote"
    OFFER = "offer"


@dataclass(frozen=True)
class Waiting:
    """A party on the list: how many places it waits for, and how often others passed it."""

    id: int
    places: int
    passed: int = 0


@dataclass(frozen=True)
class Turn:
    """Who is served, in order, and who was passed how often by now."""

    served: tuple[int, ...] = ()
    passed: Mapping[int, int] = field(default_factory=dict)


def next_in_line(
    queue: Sequence[Waiting], free: int | None, *, capacity: int | None = None, alone: bool = False
) -> Turn:
    """Serve whole parties in the order of the queue with the free places (None: no limit).

    One that does not fit is passed by smaller ones, at most MOST_PASSED times. One that is larger than the session will
    ever be keeps nobody back. `alone`: the first that fits has the session for itself.
    """
    served: list[int] = []
    skipped: dict[int, int] = {}
    for party in queue:
        if capacity is not None and party.places > capacity:
            continue
        if free is not None and party.places > free:
            skipped[party.id] = party.passed
            if party.passed >= MOST_PASSED:
                break
            continue
        served.append(party.id)
        if free is not None:
            free -= party.places
        skipped = {one: passed + 1 for one, passed in skipped.items()}
        if alone or any(passed >= MOST_PASSED for passed in skipped.values()):
            break
    counts = {one.id: one.passed for one in queue}
    return Turn(tuple(served), {one: passed for one, passed in skipped.items() if passed != counts[one]})


def promotion_ends(starts_at: datetime, minutes: int) -> datetime:
    """From then on nobody is moved up any more: the door gives free places to those who are there."""
    return starts_at - timedelta(minutes=minutes)


def offer_ends(at: datetime, starts_at: datetime, *, offer_minutes: int, ends_minutes: int) -> datetime:
    """Until when an offer made now stands: never longer than anybody is moved up."""
    return min(at + timedelta(minutes=offer_minutes), promotion_ends(starts_at, ends_minutes))
