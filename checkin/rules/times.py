"""Times at a door: a device's clock corrected, the event's day, the five-minute slot, the lead of a registration."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from app.values import Value

SLOT_MINUTES = 5
MOMENT = timedelta(milliseconds=1)
CLOCK_FAULT = timedelta(minutes=10)
CLAIMED_AHEAD = timedelta(minutes=2)
LATE_UPLOAD = timedelta(hours=2)
LEADS = ((0, "same_day"), (3, "1-3"), (7, "4-7"), (14, "8-14"), (30, "15-30"))
LONGER_LEAD = "31+"
LEAD_DAYS, LEAD_NAMES = tuple(most for most, _ in LEADS), (*(name for _, name in LEADS), LONGER_LEAD)
MOST_REMEMBERED = 10_000


class Window(Value, frozen=True):
    """When one is let in; `to` is the last moment."""

    from_: datetime
    to: datetime


class Reading(Value, frozen=True):
    """What a device's two clocks said when it made a scan, or when it sends: `ran`, how long this `run` of its page has
    lasted by the clock that nobody sets (which may stand still while a device sleeps). `offset`: by how much our clock
    was ahead of the one that people set, when the device last heard; `steady`: that one was not moved since."""

    run: str
    ran: timedelta
    offset: timedelta | None = None
    steady: bool = False


class Clock:
    """A device's clock against ours, as one upload tells it: what it said when it sent, and when that arrived. `sent`:
    what its other clock said."""

    __slots__ = ("is_near", "latest", "offset", "oldest", "received_at", "sent", "sent_at")

    def __init__(self, sent_at: datetime, received_at: datetime, sent: Reading | None = None) -> None:
        self.sent_at = sent_at
        self.received_at = received_at
        self.sent = sent
        self.offset = received_at - sent_at
        self.is_near = abs(self.offset) < CLOCK_FAULT
        self.oldest, self.latest = received_at - LATE_UPLOAD, received_at + CLAIMED_AHEAD

    def corrected(self, claimed: datetime, made: Reading | None = None) -> datetime:
        """The device's time by our clock, never later than its arrival. `made`: what it said of its clocks then."""
        return min(claimed + (self.offset if made is None else self._offset_then(claimed, made)), self.received_at)

    def is_wrong(self, claimed: datetime, made: Reading | None = None) -> bool:
        """Whether somebody should look at the device's clock: far off, or a scan made after it was sent."""
        offset = self.offset if made is None else self._offset_then(claimed, made)
        return abs(offset) >= CLOCK_FAULT or claimed + offset - self.received_at > CLAIMED_AHEAD

    def in_order(self, claimed: datetime, made: Reading | None = None) -> datetime | None:
        """`corrected`; None where the clock `is_wrong`, or the scan `came_late`: one question instead of three."""
        offset, is_near = self.offset, self.is_near
        if made is not None:
            offset = self._offset_then(claimed, made)
            is_near = abs(offset) < CLOCK_FAULT
        then = claimed + offset
        if not is_near or not self.oldest <= then <= self.latest:
            return None
        return then if then < self.received_at else self.received_at

    def _offset_then(self, claimed: datetime, made: Reading) -> timedelta:
        """By how much ours was ahead when the scan was made: as the device knew for certain; else, of what it knew
        before and what it is now, whichever agrees with the clock that nobody sets; else what it is now."""
        if made.steady and made.offset is not None:
            return made.offset
        if self.sent is None or made.run != self.sent.run:
            return self.offset
        latest = self.received_at - (self.sent.ran - made.ran) - claimed
        if made.offset is None or abs(self.offset - latest) <= abs(made.offset - latest):
            return min(self.offset, latest)
        return min(made.offset, latest)


def came_late(at: datetime, *, received_at: datetime) -> bool:
    """Whether what happened then arrived so long after it that people should look at it: figures that were read
    meanwhile did not have it."""
    return received_at - at > LATE_UPLOAD


def event_day(at: datetime, zone: ZoneInfo, day_ends_at: time) -> date:
    """The event's local day; the hours before `day_ends_at` still belong to the day before."""
    local = at.astimezone(zone).replace(tzinfo=None)
    return (local - timedelta(hours=day_ends_at.hour, minutes=day_ends_at.minute)).date()


def day_window(day: date, zone: ZoneInfo, day_ends_at: time) -> Window:
    """From the start of an event day to its end the next morning, whatever clocks do in between."""
    opens = datetime.combine(day, day_ends_at, zone).astimezone(UTC)
    closes = datetime.combine(day + timedelta(days=1), day_ends_at, zone).astimezone(UTC)
    return Window(opens, closes - MOMENT)


def slot(at: datetime) -> int:
    """Five-minute slots since 1970 (UTC)."""
    return int(at.timestamp()) // (SLOT_MINUTES * 60)


class Days:
    """An event's days and slots, asked once for each minute: zones and the end of the day keep whole minutes. What was
    found is kept as long as the event is remembered, but never more than `MOST_REMEMBERED` minutes of it."""

    def __init__(self, zone: ZoneInfo, day_ends_at: time) -> None:
        self.zone = zone
        self.day_ends_at = day_ends_at
        self.known: dict[tuple[Any, ...], tuple[date, int]] = {}

    def of(self, at: datetime) -> tuple[date, int]:
        """The day and the slot of that moment."""
        minute = at.toordinal(), at.hour, at.minute, at.tzinfo  # a third of the price of `timestamp`
        found = self.known.get(minute)
        if found is None:
            if len(self.known) >= MOST_REMEMBERED:
                self.known.clear()
            found = self.known[minute] = event_day(at, self.zone, self.day_ends_at), slot(at)
        return found


def lead(registered_at: datetime, day: date, zone: ZoneInfo) -> str:
    """How many days before that day somebody registered, as a bucket."""
    found = _lead_anywhere(registered_at.toordinal(), day.toordinal())
    return found or _lead(day.toordinal() - registered_at.astimezone(zone).toordinal())


@lru_cache(maxsize=MOST_REMEMBERED)
def _lead_anywhere(registered: int, day: int) -> str | None:
    """The bucket, if it is the same in every zone: there it is the same date, or one beside it."""
    earliest, latest = _lead(day - registered + 1), _lead(day - registered - 1)
    return earliest if earliest == latest else None


def _lead(days: int) -> str:
    return LEAD_NAMES[bisect_left(LEAD_DAYS, days)]
