"""The programme as `schedule.json`, the form in which conference apps read a timetable (frab, pretalx)."""

import json
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask_babel import gettext as _

from app.programme.exports.edition import Edition
from app.programme.rules.facts import EventSessionFacts
from app.web.languages import plain
from app.web.prose import unmarked


def schedule_json(edition: Edition) -> bytes:
    """Every day of the event, and those days around it on which a session begins."""
    facts = edition.event
    days = _days(edition)
    document = {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": {"name": "Uketsuke", "version": "1"},
        "schedule": {
            "url": edition.url,
            "version": str(edition.release.number),
            "base_url": edition.base_url,
            "conference": {
                "acronym": facts.slug,
                "title": plain(facts.title),
                "start": days[0].isoformat(),
                "end": days[-1].isoformat(),
                "daysCount": len(days),
                "timeslot_duration": "00:05",
                "time_zone_name": facts.timezone,
                "url": edition.url,
                "rooms": _rooms(edition),
                "tracks": [{"name": name, "slug": name} for name in _tracks(edition)],
                "days": [_day(edition, number, day) for number, day in enumerate(days, start=1)],
            },
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _rooms(edition: Edition) -> list[dict[str, Any]]:
    return [
        {
            "name": _name_of(edition, key),
            "slug": key,
            "guid": str(uuid5(NAMESPACE_URL, f"{edition.url}rooms/{key}")),
            "description": room.floor,
            "capacity": room.capacity,
        }
        for key, (_venue, room) in edition.programme.room.items()
    ]


def _tracks(edition: Edition) -> list[str]:
    return list(dict.fromkeys(one.track for one in edition.programme.sessions if one.track))


def _days(edition: Edition) -> list[date]:
    facts = edition.event
    begun = {one.starts_at.astimezone(facts.zone).date() for one in edition.programme.sessions}
    first, last = min(begun | {facts.starts_on}), max(begun | {facts.ends_on})
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _day(edition: Edition, number: int, day: date) -> dict[str, Any]:
    """A day lasts until the event's day ends in the night (04:00 unless it says otherwise)."""
    zone = edition.event.zone
    begins = datetime.combine(day, time(), zone)
    ends = datetime.combine(day + timedelta(days=1), edition.event.day_ends_at, zone)
    here = [
        one for one in edition.programme.sessions if one.starts_at.astimezone(zone).date() == day and not one.cancelled
    ]
    here.sort(key=lambda one: (one.room or "", one.starts_at))
    rooms = {
        _name_of(edition, room): [_entry(edition, one) for one in sessions]
        for room, sessions in groupby(here, key=lambda one: one.room)
    }
    return {
        "index": number,
        "date": day.isoformat(),
        "day_start": begins.isoformat(),
        "day_end": ends.isoformat(),
        "rooms": rooms,
    }


def _entry(edition: Edition, session: EventSessionFacts) -> dict[str, Any]:
    guid, starts_at = edition.uuid(session), session.starts_at.astimezone(edition.event.zone)
    return {
        "guid": str(guid),
        "id": guid.int % 2**31,
        "code": session.code,
        "url": edition.session_url(session),
        "slug": f"{edition.event.slug}-{session.code}",
        "date": starts_at.isoformat(),
        "start": starts_at.strftime("%H:%M"),
        "duration": _duration(session.ends_at - session.starts_at),
        "room": _name_of(edition, session.room),
        "title": plain(session.title),
        "subtitle": "",
        "track": session.track,
        "type": plain(session.kind),
        "language": (session.languages or edition.event.languages or ["ja"])[0],
        "abstract": unmarked(session.description),
        "description": "",
        "logo": None,
        "recording_license": "",
        "do_not_record": True,
        "persons": [{"name": name, "public_name": name} for name in edition.people(session)],
        "links": [],
        "attachments": [],
    }


def _name_of(edition: Edition, room: str | None) -> str:
    venue_and_room = edition.programme.room.get(room or "")
    if venue_and_room is None:
        return str(_("Online"))
    return " ".join(plain(one.name) for one in venue_and_room)


def _duration(lasts: timedelta) -> str:
    hours, minutes = divmod(int(lasts.total_seconds()) // 60, 60)
    return f"{hours:02}:{minutes:02}"
