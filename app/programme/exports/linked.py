"""The programme as linked data of schema.org: one Event whose sessions are its subEvent."""

import json
from datetime import datetime, timedelta
from typing import Any

from app.programme.exports.edition import Edition
from app.programme.rules.facts import EventSessionFacts, RoomFacts, VenueFacts
from app.web.languages import current_language, plain
from app.web.prose import unmarked

SCHEMA = "https://schema.org"
LANGUAGE = {"ja-easy": "ja"}


def linked_event(edition: Edition) -> bytes:
    """JSON-LD in the reader's language."""
    facts, language = edition.event, current_language()
    sessions = edition.programme.sessions
    document = {
        "@context": SCHEMA,
        "@type": "Event",
        "@id": edition.url,
        "url": edition.url,
        "name": plain(facts.title),
        "description": plain(facts.summary),
        "startDate": facts.starts_on.isoformat(),
        "endDate": facts.ends_on.isoformat(),
        "eventStatus": f"{SCHEMA}/EventScheduled",
        "eventAttendanceMode": _attendance(sessions),
        "inLanguage": LANGUAGE.get(language, language),
        "license": facts.licence_url or facts.licence,
        "location": [_venue(venue) for venue in edition.programme.venues],
        "organizer": [{"@type": "Organization", "name": name} for name in edition.organisers],
        "subEvent": [_session(edition, session) for session in sessions],
    }
    return json.dumps(_filled(document), ensure_ascii=False, indent=1).encode()


def _session(edition: Edition, session: EventSessionFacts) -> dict[str, Any]:
    place = edition.where(session)
    return _filled(
        {
            "@type": "Event",
            "@id": edition.session_url(session),
            "url": edition.session_url(session),
            "name": plain(session.title),
            "description": unmarked(session.description),
            "startDate": _moment(edition, session.starts_at),
            "endDate": _moment(edition, session.ends_at),
            "doorTime": _moment(edition, session.door_opens_at),
            "duration": _duration(session.ends_at - session.starts_at),
            "eventStatus": f"{SCHEMA}/{'EventCancelled' if session.cancelled else 'EventScheduled'}",
            "eventAttendanceMode": _attendance([session]),
            "inLanguage": session.languages,
            "maximumAttendeeCapacity": edition.capacity(session),
            "location": _room(*place) if place else _online(edition, session),
            "performer": [{"@type": "Person", "name": name} for name in edition.people(session)],
            "organizer": [{"@type": "Organization", "name": name} for name in edition.organisations(session)],
        }
    )


def _venue(venue: VenueFacts) -> dict[str, Any]:
    place = {"@type": "Place", "name": plain(venue.name), "address": plain(venue.address)}
    if venue.latitude is not None and venue.longitude is not None:
        geo = {"@type": "GeoCoordinates", "latitude": float(venue.latitude), "longitude": float(venue.longitude)}
        place = {**place, "geo": geo}  # type: ignore[dict-item]
    return _filled(place)


def _room(venue: VenueFacts, room: RoomFacts) -> dict[str, Any]:
    name = " ".join(part for part in (room.floor, plain(room.name)) if part)
    return {"@type": "Place", "name": name, "containedInPlace": _venue(venue)}


def _online(edition: Edition, session: EventSessionFacts) -> dict[str, Any] | None:
    """Where it is online is told only to those booked; its page says how to get there."""
    return {"@type": "VirtualLocation", "url": edition.session_url(session)} if session.online else None


def _attendance(sessions: list[EventSessionFacts]) -> str:
    online = any(one.online for one in sessions)
    mode = "Mixed" if online and any(one.room for one in sessions) else "Online" if online else "Offline"
    return f"{SCHEMA}/{mode}EventAttendanceMode"


def _moment(edition: Edition, at: datetime) -> str:
    return at.astimezone(edition.event.zone).isoformat(timespec="seconds")


def _duration(lasts: timedelta) -> str:
    hours, minutes = divmod(int(lasts.total_seconds()) // 60, 60)
    return f"PT{hours}H{minutes}M"


def _filled(document: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known: an empty value would say that there is none."""
    return {name: value for name, value in document.items() if value not in (None, "", [], {})}
