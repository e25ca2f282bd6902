"""Where there is room now, in words, for phones in the corridor and screens on the wall: numbers never leave here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from analytics.queries.presence import doors_heard, sessions_now
from analytics.rules.presence import QUIET, RoomWord
from app.db import db
from app.front.queries import OpenEvent
from app.front.rules import ALL_DAY, LOOK_AHEAD, Phase, open_for_booking
from app.front.views.pages import page
from app.front.views.schedule import Schedule, SessionRow
from app.programme.models import Event, Venue
from app.programme.rules import AdmissionRule
from app.programme.rules.facts import EventSessionFacts
from app.web.languages import LocalText, clock, local, ruby

KEPT_SECONDS = 10
"""A phone asks again no sooner, and whatever stands between may answer for us."""


@dataclass(frozen=True)
class Word:
    """What is said of one session."""

    word: RoomWord
    booked_only: bool


@dataclass(frozen=True)
class RoomLine:
    """One session with its word; `on`: under way. day: named where it is another than today."""

    row: SessionRow
    said: Word
    on: bool
    all_day: bool
    day: Markup | None


@dataclass(frozen=True)
class VenueLines:
    """One venue (none: online); old_since: when its doors were last heard of, if that is too long ago to go by."""

    name: LocalText | Markup
    lines: list[RoomLine]
    old: bool
    old_since: str | None


def room_page(event: OpenEvent, frame: Callable[[], dict[str, Any]]) -> Response:
    """The page, or 304; equal for everybody who reads it in the same language."""
    known = _known(event)
    shown = [one for one in (*event.now_and_next[0], *event.now_and_next[1]) if one.room or not one.online]
    big = request.args.get("screen") == "big"
    mark = (event.mark, tuple(known.words.items()), tuple(known.old.items()), event.at.replace(second=0, microsecond=0))
    response = page("front/room.html", mark=mark, shape=lambda: frame() | _shape(event, known, shown, big=big))
    if response.headers.get("Cache-Control") == "public, no-cache":
        response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


@dataclass(frozen=True)
class _Known:
    """By session code its word; by venue slug whether its doors fell silent, and when."""

    words: dict[str, Word]
    old: dict[str, datetime | None]


def _known(event: OpenEvent) -> _Known:
    """What the doors know at this moment; nothing outside the days of the event."""
    if event.phase is Phase.ENDED or not any(event.now_and_next):
        return _Known({}, {})
    row = db.session.get_one(Event, event.event_id)
    heard = doors_heard(row, at=event.at)
    words = {
        one.code: Word(one.word(event.at), _booked_only(event, event.programme.session[one.code]))
        for one in sessions_now(row, at=event.at, ahead=LOOK_AHEAD + timedelta(hours=1))
        if one.code in event.programme.session
    }
    slugs = _slugs(heard)
    old = {slugs[venue]: last for venue, last in heard.items() if last is None or event.at - last > QUIET}
    return _Known(words, old)


def _slugs(venues: Iterable[int]) -> dict[int, str]:
    chosen = db.select(Venue.id, Venue.slug).where(Venue.id.in_(list(venues)))
    return {venue: slug for venue, slug in db.session.execute(chosen)}  # noqa: C416


def _booked_only(event: OpenEvent, session: EventSessionFacts) -> bool:
    """Whether nobody gets in who has no place yet and could not get one now."""
    if session.admission is AdmissionRule.BOOKING_ONLY:
        return not (event.open_for_registration and open_for_booking(session, event.at))
    return session.admission.takes_applications


def _shape(event: OpenEvent, known: _Known, shown: list[EventSessionFacts], *, big: bool) -> dict[str, Any]:
    schedule = Schedule(event)
    by_venue: dict[str | None, list[RoomLine]] = {}
    for one in shown:
        said = known.words.get(one.code, Word(RoomWord.UNKNOWN, _booked_only(event, one)))
        row, all_day = schedule.row(one), one.ends_at - one.starts_at >= ALL_DAY
        other_day = one.starts_at.astimezone(event.facts.zone).date() > event.today
        line = RoomLine(row, said, one.starts_at <= event.at, all_day, row.day if other_day else None)
        by_venue.setdefault(one.room.split("/")[0] if one.room else None, []).append(line)
    return {
        "big": big,
        "as_of": clock(event.at, str(event.facts.zone)),
        "venue_lines": _by_venue(event, known, by_venue),
        "here_url": url_for("front.show_room", slug=event.facts.slug),
    }


def _by_venue(event: OpenEvent, known: _Known, lines: dict[str | None, list[RoomLine]]) -> list[VenueLines]:
    """The venues in their order, then what is held nowhere but online."""
    zone, found = str(event.facts.zone), []
    for venue in event.programme.venues:
        if venue.slug in lines:
            last = known.old.get(venue.slug)
            since = clock(last, zone) if last else None
            found.append(VenueLines(local(venue.name), lines[venue.slug], venue.slug in known.old, since))
    if None in lines:
        found.append(VenueLines(ruby(""), lines[None], old=False, old_since=None))
    return found
