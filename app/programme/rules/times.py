"""Dates and times of an event document that do not exist, are out of order, or lie outside the event's days."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

from app.programme.rules.documents import CLOSES_AFTER, Calendar
from app.programme.rules.facts import EventFacts
from app.programme.rules.faults import Document, Fault, objects, shown

ANY_DAY = date(2000, 6, 15)
"""Relative events are judged as if they were held in June 2000; no clock changes there."""


def time_faults(document: Document) -> Iterator[Fault]:
    """Faults of a document whose event has the right shape."""
    clock = _Clock(document["event"])
    yield from clock.faults
    if clock.first is None or clock.last is None:
        return
    for place, session in objects(document, "sessions"):
        yield from clock.session_faults(session, place)


def times_of_session(event: EventFacts, session: Document) -> list[Fault]:
    """The same judgement for one session that comes from no file; `session` as a document has it."""
    days = {"starts_on": event.starts_on.isoformat(), "ends_on": event.ends_on.isoformat()}
    clock = {"timezone": event.timezone, "day_ends_at": f"{event.day_ends_at:%H:%M}"}
    return list(time_faults({"event": {**days, **clock}, "sessions": [session]}))


class _Clock:
    """The event's days, and what is wrong with them."""

    def __init__(self, event: Document) -> None:
        self.faults: list[Fault] = []
        self.relative = "relative" in event
        self.first: date | None = None
        self.last: date | None = None
        if event["timezone"] not in available_timezones():
            self.faults.append(Fault("event.timezone", shown(event["timezone"]), "a zone such as Asia/Tokyo"))
            return
        self.calendar = Calendar(event, today=ANY_DAY)
        self.first = self._day(event["starts_on"], "event.starts_on")
        self.last = self._day(event["ends_on"], "event.ends_on")
        self.day_ends_at = time.fromisoformat(event.get("day_ends_at", "04:00"))
        if self.first and self.last and self.last < self.first:
            expected = f"starts_on ({shown(event['starts_on'])}) or a later day"
            self.faults.append(Fault("event.ends_on", shown(event["ends_on"]), expected))
        self._registration(event.get("registration", {}))

    def session_faults(self, session: Document, place: str) -> Iterator[Fault]:
        """A session's times: real, in order, within the event, with a door that is open at the start."""
        found: list[Fault] = []
        start = self._moment(session["starts_at"], f"{place}.starts_at", found)
        end = self._moment(session["ends_at"], f"{place}.ends_at", found)
        yield from found
        if start is None or end is None or self.first is None or self.last is None:
            return
        if end <= start:
            expected = f"a time after starts_at ({shown(session['starts_at'])})"
            yield Fault(f"{place}.ends_at", shown(session["ends_at"]), expected, "order")
            return
        zone = self.calendar.zone
        opens = datetime.combine(self.first, time.min, zone).astimezone(UTC)
        closes = datetime.combine(self.last + timedelta(days=1), self.day_ends_at, zone).astimezone(UTC)
        if self.last < self.first:
            return
        if start < opens:
            value = shown(session["starts_at"])
            yield Fault(f"{place}.starts_at", value, f"a day of the event, {self._days()}", "outside")
        if end > max(closes, opens + timedelta(days=1)):
            value = shown(session["ends_at"])
            yield Fault(f"{place}.ends_at", value, f"a day of the event, {self._days()}", "outside")
        if session.get("booking_closes_at") is not None:
            yield from self._booking_faults(session, place, end)
        after = timedelta(minutes=session.get("door", {}).get("closes_minutes_after_end", CLOSES_AFTER))
        if end + after < start:
            value = shown(session["door"]["closes_minutes_after_end"])
            expected = "a door that closes at the start or later"
            yield Fault(f"{place}.door.closes_minutes_after_end", value, expected, "door")

    def _booking_faults(self, session: Document, place: str, end: datetime) -> Iterator[Fault]:
        """The last moment for bookings: real, and not after the session."""
        found: list[Fault] = []
        closes = self._moment(session["booking_closes_at"], f"{place}.booking_closes_at", found)
        yield from found
        if closes is not None and closes > end:
            value, expected = shown(session["booking_closes_at"]), f"ends_at ({shown(session['ends_at'])}) or before"
            yield Fault(f"{place}.booking_closes_at", value, expected, "order")

    def _days(self) -> str:
        if self.relative and self.first and self.last:
            return f"day 1 to {(self.last - self.first).days + 1}"
        return f"{self.first} to {self.last}"

    def _day(self, value: Any, place: str) -> date | None:
        if not self._form_fits(value, place, self.faults):
            return None
        try:
            return self.calendar.day(value)
        except ValueError:
            self.faults.append(Fault(place, shown(value), "a day that exists"))
            return None

    def _moment(self, value: Any, place: str, found: list[Fault]) -> datetime | None:
        if not self._form_fits(value, place, found):
            return None
        try:
            moment = self.calendar.moment(value)
        except (ValueError, OverflowError):
            found.append(Fault(place, shown(value), "a day and time that exist", "unreal"))
            return None
        fault = self._clock_change(value, moment, place)
        found += [fault] if fault else []
        return None if fault else moment

    def _clock_change(self, value: Any, moment: datetime, place: str) -> Fault | None:
        """Local times that a clock change skips or repeats say nothing certain without an offset."""
        if isinstance(value, str) and datetime.fromisoformat(value).tzinfo:
            return None
        local = moment.astimezone(self.calendar.zone)
        wanted = value["time"] if isinstance(value, Mapping) else value[11:16]
        if f"{local:%H:%M}" != wanted:
            expected = f"a time that the clocks of {self.calendar.zone.key} do not skip that day"
            return Fault(place, shown(value), expected, "skipped")
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            return Fault(place, shown(value), "an offset, because the clocks show this time twice that day", "twice")
        return None

    def _form_fits(self, value: Any, place: str, found: list[Fault]) -> bool:
        counted = isinstance(value, Mapping)
        if counted == self.relative:
            return True
        expected = "{day}, because the event is relative" if self.relative else "a date; {day} needs event.relative"
        found.append(Fault(place, shown(value), expected))
        return False

    def _registration(self, registration: Document) -> None:
        for name in ("changes_close_at", "class_numbers_due_at"):
            if name in registration:
                self._moment(registration[name], f"event.registration.{name}", self.faults)
        ends = [
            self._moment(registration[name], f"event.registration.{name}", self.faults)
            for name in ("opens_at", "closes_at")
            if name in registration
        ]
        if len(ends) == 2 and ends[0] and ends[1] and ends[1] <= ends[0]:
            value = shown(registration["closes_at"])
            self.faults.append(Fault("event.registration.closes_at", value, "a time after opens_at"))
