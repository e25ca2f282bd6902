"""The programme as a calendar that phones and computers subscribe to (RFC 5545, refreshed as RFC 7986 says)."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from app.programme.exports.differences import change_rows
from app.programme.exports.edition import Edition
from app.programme.rules.facts import EventSessionFacts
from app.web.languages import plain
from app.web.prose import unmarked

REFRESH = timedelta(hours=1)


def calendar_feed(edition: Edition) -> bytes:
    """Every session of the edition; a cancelled one stays, marked so, and a changed one counts up its SEQUENCE."""
    from icalendar import Calendar

    name = plain(edition.event.title)
    calendar = Calendar()
    calendar.add("prodid", "-//Uketsuke//Uketsuke//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for session in edition.programme.sessions:
        calendar.add_component(_entry(edition, session))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _entry(edition: Edition, session: EventSessionFacts) -> Any:
    """One session; the UID is that of the letter's calendar file, so that nobody has it twice."""
    from icalendar import Event

    zone, released_at = edition.event.zone, edition.release.released_at
    entry = Event()
    entry.add("uid", f"{edition.uuid(session)}@{edition.host}")
    entry.add("dtstamp", released_at)
    entry.add("last-modified", released_at)
    entry.add("sequence", edition.changed.get(session.code, 0))
    entry.add("status", "CANCELLED" if session.cancelled else "CONFIRMED")
    entry.add("dtstart", session.starts_at.astimezone(zone))
    entry.add("dtend", session.ends_at.astimezone(zone))
    entry.add("summary", plain(session.title))
    if text := "\n\n".join(part for part in (_moved(edition, session), unmarked(session.description)) if part):
        entry.add("description", text)
    _add_place(entry, edition, session)
    if kind := plain(session.kind):
        entry.add("categories", [kind])
    entry.add("url", edition.session_url(session))
    return entry


def _moved(edition: Edition, session: EventSessionFacts) -> str:
    """In words too: few programs show that a number went up."""
    rows = change_rows(edition.moves.get(session.code, ()), None, edition.programme)
    before = [plain(_("Before: %(what)s", what=plain(row.before))) for row in rows if row.before]
    return "\n".join([plain(_("Changed since it was first announced")), *before]) if rows else ""


def _add_place(entry: Any, edition: Edition, session: EventSessionFacts) -> None:
    place = edition.where(session)
    if place is None:
        if session.online:
            entry.add("location", _("Online"))
        return
    venue, room = place
    entry.add("location", " ".join(part for part in (plain(venue.name), room.floor, plain(room.name)) if part))
    if venue.latitude is not None and venue.longitude is not None:
        entry.add("geo", (float(venue.latitude), float(venue.longitude)))
