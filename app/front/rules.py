"""Laying a programme out for readers: by day and room, now and next, while it lasts. Pure values in and out."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.programme.rules import AdmissionRule, EventStatus
from app.programme.rules.facts import EventFacts, EventSessionFacts, Programme
from app.programme.rules.search import findable

ALL_DAY = timedelta(hours=12)
"""From this length on a session stands above its day's timetable instead of in it."""
MOST_COLUMNS = 10
"""More rooms than this in one day are a list on every screen."""
LOOK_AHEAD = timedelta(hours=18)
_READING = re.compile("《[^《》]*》")


@dataclass(frozen=True)
class Choice:
    """What a reader looks for in a timetable; what is empty does not matter."""

    words: str = ""
    day: date | None = None
    venue: str = ""
    kind: str = ""
    track: str = ""
    spoken: str = ""
    for_children: bool = False
    step_free: bool = False
    room_left: bool = False


class Phase(StrEnum):
    """Where an event or session stands in time."""

    UPCOMING = "upcoming"
    NOW = "now"
    ENDED = "ended"


@dataclass(frozen=True)
class Day:
    """One day of the timetable.

    `columns` holds each column's room, None where sessions have none; `column` is 1 for the first.
    """

    date: date
    all_day: list[EventSessionFacts]
    sessions: list[EventSessionFacts]
    columns: list[str | None]
    column: dict[str, int]


def days_of(programme: Programme, sessions: Iterable[EventSessionFacts] | None = None) -> list[Day]:
    """The days that hold sessions, by the local day on which a session starts; all of them, or only some."""
    zone = programme.event.zone
    by_day: dict[date, list[EventSessionFacts]] = defaultdict(list)
    for session in programme.sessions if sessions is None else sessions:
        by_day[session.starts_at.astimezone(zone).date()].append(session)
    return [_day(day, sessions, list(programme.room)) for day, sessions in sorted(by_day.items())]


def chosen(
    programme: Programme, choice: Choice, *, with_room: Container[str], texts: Mapping[str, str] | None = None
) -> list[EventSessionFacts]:
    """The sessions that are all of what is looked for; every word must stand somewhere in a session's texts.

    `with_room`: the codes of sessions that take somebody now. `texts`: those of `texts_to_search`, where they are kept.
    """
    sought = [findable(word) for word in choice.words.split()]
    if choice.words and not any(sought):
        return []
    texts = texts or (texts_to_search(programme) if sought else {})
    return [
        one
        for one in programme.sessions
        if _is_chosen(programme, one, choice)
        and (not choice.room_left or one.code in with_room)
        and (not sought or _holds(texts[one.code], sought))
    ]


def texts_to_search(programme: Programme) -> dict[str, str]:
    """By session, everything that its words are looked for in."""
    return {one.code: findable(_texts_of(programme, one)) for one in programme.sessions}


def kind_key(session: EventSessionFacts) -> str:
    """What a session's kind is called in addresses: its first text."""
    return session.kind.get("ja") or next(iter(session.kind.values()), "")


def now_and_next(
    sessions: Iterable[EventSessionFacts], at: datetime
) -> tuple[list[EventSessionFacts], list[EventSessionFacts]]:
    """Sessions under way, and those that start next, all at the same time, within the coming hours.

    Only what anybody may come to.
    """
    planned = [one for one in sessions if not one.cancelled and one.admission is not AdmissionRule.CLOSED]
    now = [one for one in planned if one.starts_at <= at < one.ends_at]
    coming = sorted((one for one in planned if at < one.starts_at <= at + LOOK_AHEAD), key=lambda one: one.starts_at)
    return now, [one for one in coming if one.starts_at == coming[0].starts_at]


def event_phase(event: EventFacts, status: EventStatus, at: datetime) -> Phase:
    """By the event's own days, of which the last ends the next morning; a closed event has ended."""
    if status is not EventStatus.PUBLISHED or at >= end_of(event):
        return Phase.ENDED
    return Phase.UPCOMING if at.astimezone(event.zone).date() < event.starts_on else Phase.NOW


def end_of(event: EventFacts) -> datetime:
    """When its last day is over: in the small hours of the next."""
    return datetime.combine(event.ends_on + timedelta(days=1), event.day_ends_at, event.zone)


def session_phase(session: EventSessionFacts, at: datetime) -> Phase:
    """By its own times."""
    if at >= session.ends_at:
        return Phase.ENDED
    return Phase.UPCOMING if at < session.starts_at else Phase.NOW


def open_for_registration(event: EventFacts, status: EventStatus, at: datetime) -> bool:
    """Whether one can register now at all: published, within the dates that the organiser set, not over."""
    opens, closes = event.registration_opens_at, event.registration_closes_at
    within = (opens is None or opens <= at) and (closes is None or at < closes)
    return within and event_phase(event, status, at) is not Phase.ENDED


def open_for_booking(session: EventSessionFacts, at: datetime) -> bool:
    """Whether one can still book or apply here: it takes place, and neither it nor the organiser's date is over."""
    takes = session.admission.takes_bookings or session.admission.takes_applications
    return takes and not session.cancelled and at < (session.booking_closes_at or session.ends_at)


def times_of(sessions: Iterable[EventSessionFacts]) -> tuple[list[datetime], list[datetime], list[datetime]]:
    """All starts, all ends, all last moments for bookings, each in order, to find how many lie behind a moment."""
    found = list(sessions)
    closes = sorted(one.booking_closes_at for one in found if one.booking_closes_at)
    return sorted(one.starts_at for one in found), sorted(one.ends_at for one in found), closes


def clock_on(moment: datetime, day: date, zone: ZoneInfo) -> str:
    """The local time as seen from `day`: 25:00 for one o'clock of the next."""
    local = moment.astimezone(zone)
    hours = local.hour + 24 * (local.date() - day).days
    return f"{hours:02d}:{local:%M}"


def same_series(programme: Programme, session: EventSessionFacts) -> list[EventSessionFacts]:
    """The other sessions of the same series or title: a session that is held several times."""
    others = [one for one in programme.sessions if one.code != session.code]
    series = session.series
    return [one for one in others if one.title == session.title or (series is not None and one.series == series)]


def behind(days: Iterable[Day], at: datetime, today: date) -> tuple[list[Day], list[Day]]:
    """The days of which nothing is to come, and the others; days that only hold what lasts all day go by the date."""
    over: list[Day] = []
    ahead: list[Day] = []
    for one in days:
        done = all(session.ends_at <= at for session in one.sessions) if one.sessions else one.date < today
        (over if done else ahead).append(one)
    return over, ahead


def clashes(sessions: Iterable[EventSessionFacts]) -> dict[str, list[EventSessionFacts]]:
    """By session, those of the others that run at the same time; one that ends when the next begins does not."""
    found = list(sessions)
    return {
        one.code: [
            other
            for other in found
            if other is not one and one.starts_at < other.ends_at and other.starts_at < one.ends_at
        ]
        for one in found
    }


def _day(day: date, sessions: list[EventSessionFacts], rooms: list[str]) -> Day:
    all_day = [one for one in sessions if one.ends_at - one.starts_at >= ALL_DAY]
    timed = [one for one in sessions if one.ends_at - one.starts_at < ALL_DAY]
    if not timed:
        return Day(day, [], all_day, [], {})
    columns: list[str | None] = []
    column: dict[str, int] = {}
    for room in (*rooms, None):
        for lane in _lanes([one for one in timed if one.room == room]):
            columns.append(room)
            column.update((session.code, len(columns)) for session in lane)
    if len(columns) > MOST_COLUMNS:
        return Day(day, all_day, timed, [], {})
    return Day(day, all_day, timed, columns, column)


def _lanes(sessions: list[EventSessionFacts]) -> list[list[EventSessionFacts]]:
    """Sessions of one room side by side where they overlap."""
    lanes: list[list[EventSessionFacts]] = []
    for session in sorted(sessions, key=lambda one: one.starts_at.astimezone(UTC)):
        free = [lane for lane in lanes if lane[-1].ends_at <= session.starts_at]
        if free:
            free[0].append(session)
        else:
            lanes.append([session])
    return lanes


def _is_chosen(programme: Programme, session: EventSessionFacts, choice: Choice) -> bool:
    venue, room = programme.room.get(session.room or "") or (None, None)
    step_free = room.step_free if room and room.step_free is not None else venue.step_free if venue else None
    return (
        choice.day in (None, session.starts_at.astimezone(programme.event.zone).date())
        and choice.venue in ("", venue.slug if venue else None)
        and choice.kind in ("", kind_key(session))
        and choice.track in ("", session.track)
        and (not choice.spoken or choice.spoken in session.languages)
        and (not choice.for_children or session.for_children)
        and (not choice.step_free or step_free is True)
    )


def _holds(text: str, sought: list[str]) -> bool:
    return all(word in text for word in sought)


def _texts_of(programme: Programme, session: EventSessionFacts) -> str:
    """Everything that somebody may remember of a session: its texts, people, organisations and place, with readings."""
    people = [programme.speaker[one.speaker] for one in session.appearances]
    groups = [programme.organisation[one.organisation] for one in session.organisations]
    named = [session, *people, *groups, *programme.room.get(session.room or "", ())]
    texts = [text for one in named for text in getattr(one, "name", session.title).values()]
    texts += [text for kind in (session.description, session.kind) for text in kind.values()]
    readings = [one.reading for one in named if one.reading]
    return "\n".join([_READING.sub("", text) for text in texts] + readings + session.also_spelled)
