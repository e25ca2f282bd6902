"""When people came in: the ledger's five-minute slots as moments, and longer steps of time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SLOT = timedelta(minutes=5)
STEPS = (5, 15, 60)


@dataclass(frozen=True)
class Arrivals:
    """Who came in from `at` on for one step of time: at sessions, and past entrances."""

    at: datetime
    day: date
    visits: int
    passages: int


def arrivals_of(
    visits: Mapping[int, int], passages: Mapping[int, int], *, zone: str, day_ends_at: time
) -> tuple[Arrivals, ...]:
    """Arrivals per slot, in the event's zone, from the settled numbers of all places."""
    return tuple(
        _in_slot(slot, zone, day_ends_at, visits.get(slot, 0), passages.get(slot, 0))
        for slot in sorted(visits.keys() | passages.keys())
    )


@lru_cache(maxsize=5000)
def _in_slot(slot: int, zone: str, day_ends_at: time, visits: int, passages: int) -> Arrivals:
    """Of some hundred slots a scan changes one."""
    return Arrivals(*local_slot(slot, zone, day_ends_at), visits, passages)


@lru_cache(maxsize=5000)
def local_slot(slot: int, zone: str, day_ends_at: time) -> tuple[datetime, date]:
    """The local moment at which a slot begins, and the event's day that it belongs to."""
    at = (EPOCH + slot * SLOT).astimezone(ZoneInfo(zone))
    return at, event_day(at, day_ends_at)


def event_day(at: datetime, day_ends_at: time) -> date:
    """The event's day that a local moment belongs to: after midnight it is still the day before."""
    return (at - timedelta(hours=day_ends_at.hour, minutes=day_ends_at.minute)).date()


def every(minutes: int, arrivals: Iterable[Arrivals]) -> tuple[Arrivals, ...]:
    """Arrivals in longer steps; steps without any are left out."""
    groups: dict[datetime, list[Arrivals]] = defaultdict(list)
    for one in arrivals:
        groups[_step(one.at, minutes, one.at.tzinfo, one.at.fold)].append(one)
    return tuple(
        Arrivals(at, group[0].day, sum(one.visits for one in group), sum(one.passages for one in group))
        for at, group in groups.items()
    )


@lru_cache(maxsize=5000)
def _step(at: datetime, minutes: int, _zone: tzinfo | None, _fold: int) -> datetime:
    """When the step began that a moment is in: the same few hundred moments come again with every reading."""
    return at.replace(minute=at.minute // minutes * minutes)


def settled(series: Mapping[int, int]) -> dict[int, int]:
    """Arrivals per slot without negative ones: what was taken back is taken from the latest arrivals before it, and
    what is left of it from the next."""
    kept: dict[int, int] = {}
    owed = 0
    for slot, number in sorted(series.items()):
        owed += max(0, -number)
        kept[slot] = max(0, number)
        for earlier in sorted(kept, reverse=True) if owed else ():
            taken = min(owed, kept[earlier])
            kept[earlier] -= taken
            owed -= taken
    return {slot: number for slot, number in kept.items() if number}
