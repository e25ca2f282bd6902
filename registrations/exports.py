"""Files that somebody takes along: the booked sessions for one's own calendar."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _

from app.db import Texts
from app.web.languages import aloud
from registrations.queries import BookedSession, Sheet
from registrations.queries.changed import Seen
from registrations.rules import BookingState


def calendar_of(sheet: Sheet, *, at: datetime, method: str = "PUBLISH", dropped: bool = False) -> bytes:
    """The booked sessions for a calendar; `dropped`: those given back too, marked so, to take them out again."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Uketsuke//Uketsuke//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for session in sheet.sessions:
        if session.state is not BookingState.CANCELLED or dropped:
            calendar.add_component(_calendar_event(sheet, session, at=at))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def place_line(session: BookedSession | Seen) -> str:
    """Venue, floor and room in one line of plain text."""
    parts: list[Texts | str | None] = [session.venue, session.floor, session.room]
    return " ".join(aloud(part) for part in parts if part) or (aloud(_("Online")) if session.online else "")


def _calendar_event(sheet: Sheet, session: BookedSession, *, at: datetime) -> Any:
    """One session; its UID stays the same over every change, so that calendars replace instead of adding."""
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
    entry.add("url", session.online_url or f"{base_url}/events/{sheet.event.slug}/sessions/{session.code}")
    entry.add("sequence", sheet.registration.version + sheet.release)  # both only rise
    gone = session.state is BookingState.CANCELLED or not session.takes_place
    entry.add("status", "CANCELLED" if gone else "CONFIRMED")
    return entry
