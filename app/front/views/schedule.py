"""The programme as rows: sessions with their badges, and days laid out by room and time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import get_template_attribute, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.front.queries import OpenEvent
from app.front.rules import Day, Phase, clock_on, session_phase
from app.programme.rules.facts import EventSessionFacts, RoomFacts, VenueFacts
from app.web.languages import LocalText, day, day_long, local, ruby


@dataclass(frozen=True)
class SessionRow:
    """One event session in a list or timetable."""

    code: str
    title: LocalText
    url: str
    kind: LocalText | None
    room: Markup | None
    badges: Markup | None
    starts: str
    ends: str
    day: str
    column: int


@dataclass(frozen=True)
class DayRows:
    """One day of the timetable, ready."""

    date: date
    anchor: str
    heading: str
    heading_long: str
    today: bool
    rooms: list[Markup]
    all_day: list[SessionRow]
    sessions: list[SessionRow]

    @property
    def number(self) -> int:
        return len(self.all_day) + len(self.sessions)

    @property
    def rows(self) -> list[SessionRow]:
        return self.all_day + self.sessions


def days_shown(event: OpenEvent) -> list[DayRows]:
    """The whole timetable."""
    return [_day_shown(event, one) for one in event.days]


def session_row(event: OpenEvent, session: EventSessionFacts, *, on: date | None = None, column: int = 0) -> SessionRow:
    """One session; `on`: the day whose clock is shown, its own if not given."""
    zone = event.facts.zone
    on = on or session.starts_at.astimezone(zone).date()
    kind = local(session.kind)
    return SessionRow(
        code=session.code,
        title=local(session.title),
        url=url_for("front.show_session", slug=event.facts.slug, code=session.code),
        kind=kind if kind.text else None,
        room=room_name(event, session),
        badges=badges_of(event, session) or None,
        starts=clock_on(session.starts_at, on, zone),
        ends=clock_on(session.ends_at, on, zone),
        day=day(on),
        column=column,
    )


def badges_of(event: OpenEvent, session: EventSessionFacts) -> Markup:
    """What a reader has to know at a glance; nothing about places once an event is over."""
    if session.cancelled:
        return badge("cancelled")
    parts = []
    phase = session_phase(session, event.at)
    if event.phase is Phase.ENDED:
        return Markup()
    if phase is not Phase.UPCOMING:
        parts.append(badge("phase", phase.value))
    if phase is not Phase.ENDED:
        parts.append(badge("admission", session.admission.value))
        word = event.availability(session)
        if word is not None and word.value != "not_needed":
            parts.append(badge("availability", word.value, event.left(session)))
    return Markup(" ").join(parts)


def room_name(event: OpenEvent, session: EventSessionFacts) -> Markup | None:
    """Room and venue of a session, as marked text; online sessions say so."""
    if session.room is None:
        return ruby(_("Online")) if session.online else None
    venue, room = event.programme.room[session.room]
    return _room_in_venue(venue, room)


def _day_shown(event: OpenEvent, one: Day) -> DayRows:
    today = event.at.astimezone(event.facts.zone).date()
    return DayRows(
        date=one.date,
        anchor=f"day-{one.date}",
        heading=day(one.date),
        heading_long=day_long(one.date),
        today=one.date == today and event.phase is not Phase.ENDED,
        rooms=[_column_name(event, room) for room in one.columns],
        all_day=[session_row(event, session, on=one.date) for session in one.all_day],
        sessions=[
            session_row(event, session, on=one.date, column=one.column.get(session.code, 0)) for session in one.sessions
        ],
    )


def _column_name(event: OpenEvent, room: str | None) -> Markup:
    if room is None:
        return ruby(_("Online"))
    venue, found = event.programme.room[room]
    return _room_in_venue(venue, found) if len(event.programme.venues) > 1 else html(local(found.name))


def _room_in_venue(venue: VenueFacts, room: RoomFacts) -> Markup:
    """Venue, floor and room in one line."""
    floor = f" {room.floor}" if room.floor else ""
    return Markup("{}{} {}").format(local(venue.name), floor, local(room.name))


def badge(name: str, *arguments: Any) -> Markup:
    """One of components/badges.html."""
    macro = get_template_attribute("components/badges.html", name)
    shown: Markup = macro(*arguments).strip()
    return shown


def html(text: LocalText) -> Markup:
    """A text in its language, as markup."""
    return Markup("{}").format(text)
