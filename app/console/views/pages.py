"""The staff's home and the pages of one event: overview, letters."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, render_template, request
from flask_babel import gettext as _

from analytics.queries import figures_of
from analytics.rules import Missing
from analytics.rules.figures import Count
from app.clock import now
from app.console.queries import events_of, hosts_of
from app.console.queries.overview import SessionLine, news_of, overview_of
from app.console.views.paging import page_of
from app.errors import NotFound
from app.outbox.queries import letter_counts, letter_in, letters_of
from app.outbox.rules import LetterState
from app.programme.exports import FORMATS
from app.programme.models import Event
from app.programme.queries import PUBLIC, staff_event
from app.web.actors import Right
from app.web.guards import requires, signed_in
from checkin.queries.device_list import is_close, unready

blueprint = Blueprint("console", __name__, url_prefix="/console")
LINES_A_PAGE = 30


@dataclass(frozen=True)
class DayLines:
    """The sessions of one day; `now` on the day itself, `past` after it."""

    day: date
    now: bool
    past: bool
    lines: list[SessionLine]


@blueprint.get("/")
@signed_in
def home() -> str:
    """The events of this person, and what needs attention in each."""
    events, at = events_of(g.actor), now()
    figures = [event.id for event in events if _may(event, Right.VIEW_FIGURES)]
    news = news_of(figures, at=at)
    listed = [(event, news.get(event.id)) for event in events]
    may_begin = bool(hosts_of(g.actor, Right.EDIT_EVENT))
    return render_template("console/home.html", events=listed, may=_may, may_begin=may_begin)


@blueprint.get("/events/<slug>/")
@requires(Right.VIEW_FIGURES)
def overview(slug: str) -> str:
    """One event at a glance."""
    event, at = staff_event(slug, g.actor, Right.VIEW_FIGURES), now()
    figures, found = figures_of(event, at=at), overview_of(event, at=at)
    return render_template(
        "console/overview.html",
        event=event,
        at=at,
        news=found.news,
        registered=found.registered,
        people=_known(figures.people),
        visits=_known(figures.visits),
        days=_by_day(found.lines, ZoneInfo(event.timezone), at),
        devices=found.devices,
        not_ready=unready(event, found.devices, found.gates, at=at) if is_close(event, at) else None,
        letters=found.letters,
        downloads=_downloads(event) if found.released else [],
        may=_may,
    )


@blueprint.get("/events/<slug>/letters")
@requires(Right.READ_LETTERS)
def letters(slug: str) -> str:
    """The letters of an event and what became of them."""
    event = staff_event(slug, g.actor, Right.READ_LETTERS)
    counts = letter_counts(event.id)
    state = _state(request.args.get("state"))
    page = page_of(counts.get(state, 0) if state else sum(counts.values()), LINES_A_PAGE)
    lines = letters_of(event.id, state=state, limit=LINES_A_PAGE, skip=page.skip)
    return render_template(
        "console/letters.html",
        event=event,
        lines=lines,
        counts=counts,
        state=state,
        page=page,
        states=LetterState,
        mail_server=current_app.extensions["uketsuke_settings"].mail_url,
    )


@blueprint.get("/events/<slug>/letters/<uuid:letter>")
@requires(Right.READ_LETTERS)
def letter(slug: str, letter: UUID) -> str:
    """One letter as it was written."""
    event = staff_event(slug, g.actor, Right.READ_LETTERS)
    found = letter_in(event.id, letter)
    if found is None:
        raise NotFound
    return render_template("console/letter.html", event=event, letter=found)


@blueprint.app_template_global("console_sections")
def sections(event: Event) -> list[tuple[str, str, bool]]:
    """An event's navigation: label, address, whether the reader is there; only what this person may open."""
    base = f"/console/events/{event.slug}"
    offered = (
        (Right.VIEW_FIGURES, _("Overview"), f"{base}/"),
        (Right.VIEW_FIGURES, _("Today"), f"{base}/today"),
        (Right.EDIT_EVENT, _("Programme"), f"{base}/programme/"),
        (Right.EDIT_EVENT, _("Releases"), f"{base}/releases"),
        (Right.EDIT_EVENT, _("Registrations"), f"{base}/registrations"),
        (Right.EDIT_EVENT, _("Waiting lists"), f"{base}/applications"),
        (Right.KEEP_DOOR, _("Check in"), f"{base}/check-in"),
        (Right.KEEP_DOOR, _("Groups"), f"{base}/arrivals"),
        (Right.VIEW_FIGURES, _("Attendance"), f"{base}/attendance"),
        (Right.READ_LETTERS, _("Letters"), f"{base}/letters"),
        (Right.EDIT_EVENT, _("Devices"), f"{base}/devices"),
        (Right.MANAGE_PEOPLE, _("Team"), f"{base}/people"),
    )
    return [(label, url, _is_here(url, base)) for right, label, url in offered if _may(event, right)]


def _downloads(event: Event) -> list[tuple[Any, str]]:
    """What the public may take along of a released programme, and where."""
    if event.status not in PUBLIC:
        return []
    base = f"/events/{event.slug}/data/"
    old = (_("Municipal open data for old spreadsheets (CSV in CP932)"), f"{base}event-list.csv?encoding=cp932")
    return [*((one.label, f"{base}{one.ending}") for one in FORMATS.values()), old]


BELONG = {
    "programme": ("partners", "handouts"),
    "devices": ("gates", "pairings", "conflicts", "tallies", "door-settings", "volunteers"),
    "registrations": ("registration", "questions", "print"),
    "attendance": ("closing", "corrections", "editions", "forecasts"),
}
"""Pages of a section whose addresses do not begin as the section's own does."""


def _is_here(url: str, base: str) -> bool:
    """Whether the page asked for is this section's, or one of those behind it."""
    if url == f"{base}/":
        return request.path == url
    section, here = url.removeprefix(f"{base}/").rstrip("/"), request.path.removeprefix(f"{base}/").partition("/")[0]
    return here in (section, *BELONG.get(section, ()))


def _by_day(lines: list[SessionLine], zone: ZoneInfo, at: datetime) -> list[DayLines]:
    today = at.astimezone(zone).date()
    days = groupby(lines, key=lambda line: line.starts_at.astimezone(zone).date())
    return [DayLines(day, day == today, day < today, list(found)) for day, found in days]


def _known(counted: Count | Missing) -> int | None:
    return counted.number if isinstance(counted, Count) else None


def _may(event: Event, right: Right | str) -> bool:
    allowed: bool = g.actor.may(Right(right), host_id=event.host_id, event_id=event.id)
    return allowed


def _state(asked: Any) -> LetterState | None:
    return LetterState(asked) if asked in set(LetterState) else None
