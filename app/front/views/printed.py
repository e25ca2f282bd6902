"""The programme for paper: every session in a table a day."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from app.clock import lasts_all_day
from app.front.queries import OpenEvent
from app.front.rules import clock_on
from app.front.views import shapes
from app.programme.exports.differences import ChangeRow, change_rows
from app.programme.rules.facts import EventSessionFacts
from app.web.languages import LocalText, day, local, ruby


@dataclass(frozen=True)
class Line:
    """One session on paper."""

    starts: str
    ends: str
    title: LocalText
    people: list[LocalText]
    place: list[LocalText | Markup]
    cancelled: bool
    moves: list[ChangeRow]
    all_day: bool


@dataclass(frozen=True)
class Sheet:
    """One day."""

    heading: Markup
    lines: list[Line]


def printed(event: OpenEvent) -> dict[str, Any]:
    """What the page for paper shows."""
    sheets = [
        Sheet(ruby(day(one.date)), [_line(event, session, one) for session in (*one.all_day, *one.sessions)])
        for one in event.days
    ]
    return {"sheets": sheets, "released_at": event.release.released_at}


def _line(event: OpenEvent, session: EventSessionFacts, on: Any) -> Line:
    zone = event.facts.zone
    return Line(
        starts=clock_on(session.starts_at, on.date, zone),
        ends=clock_on(session.ends_at, on.date, zone),
        title=local(session.title),
        people=[one.name for one in shapes.people_of(event, session)],
        place=_place(event, session),
        cancelled=session.cancelled,
        moves=change_rows(event.moves.get(session.code, ()), None, event.programme),
        all_day=session in on.all_day or lasts_all_day(session.starts_at, session.ends_at),
    )


def _place(event: OpenEvent, session: EventSessionFacts) -> list[LocalText | Markup]:
    found = event.programme.room.get(session.room or "")
    if found is None:
        return [ruby(_("Online"))] if session.online else []
    return [local(found[0].name), local(found[1].name)]
