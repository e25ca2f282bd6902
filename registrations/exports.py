"""Files that somebody takes along: the booked sessions for one's own calendar."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _

from app.db import Texts
from app.programme.queries import changes_of_releases, published
from app.web.languages import aloud, plain
from registrations.queries import BookedSession, Sheet
from registrations.queries.changed import Seen
from registrations.rules import BookingState

REFRESH = timedelta(hours=1)


def subscription_of(sheet: Sheet) -> bytes:
    """The booked sessions for a calendar that asks again and again: equal as long as nothing changed. What was given
    back or does not take place stays, marked so, because a calendar that only adds would keep it."""
    return calendar_of(sheet, at=published(sheet.live.id).released_at, dropped=True)


def calendar_of(sheet: Sheet, *, at: datetime, method: str = "PUBLISH", dropped: bool = False) -> bytes:
    """The booked sessions for a calendar; `dropped`: those given back too, marked so, to take them out again."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Uketsuke//Uketsuke//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("name", plain(sheet.event.title))
    calendar.add("x-wr-calname", plain(sheet.event.title))
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    told = (change for changes in changes_of_releases(sheet.live.id) for change in changes)
    changed = Counter(change.get("session") for change in told)
    for session in sheet.sessions:
        if session.state is not BookingState.CANCELLED or dropped:
            calendar.add_component(_calendar_event(sheet, session, at=at, changed=changed[session.code]))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def place_line(session: BookedSession | Seen) -> str:
    """Venue, floor and room in one line of plain text."""
    parts: list[Texts | str | None] = [session.venue, session.floor, session.room]
    return " ".join(aloud(part) for part in parts if part) or (aloud(_("Online")) if session.online else "")


def _calendar_event(sheet: Sheet, session: BookedSession, *, at: datetime, changed: int) -> Any:
    """One session; its UID stays the same over every change, and is that of the event's feed, so that calendars replace
    instead of adding. SEQUENCE counts every change: of the registration, of the session by staff, by a release."""
    from icalendar import Event

    base_url, zone = current_app.config["BASE_URL"], sheet.event.zone
    entry = Event()
    entry.add("uid", f"{session.uuid}@{urlsplit(base_url).hostname}")
    entry.add("dtstamp", at)
    entry.add("dtstart", session.starts_at.astimezone(zone))
    entry.add("dtend", session.ends_at.astimezone(zone))
    entry.add("summary", f"{aloud(session.title)} – {aloud(sheet.event.title)}")
    if where := place_line(session):
        entry.add("location", where)
    gone = session.state is BookingState.CANCELLED or not session.takes_place
    entry.add("status", "CANCELLED" if gone else "CONFIRMED")
    entry.add("sequence", sheet.registration.version + session.edited + changed)
    online = session.online_url if sheet.usable and session.state.holds_places and not gone else None
    entry.add("url", online or f"{base_url}/events/{sheet.event.slug}/sessions/{session.code}")
    return entry
