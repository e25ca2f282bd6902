"""The copy of an event's public pages that a visitor's browser keeps: what belongs to it, what keeps it, what stands in
for the rest.

Its worker lives below the event's own address and reaches nothing else: no private link, no staff page, no scanner.
"""

from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.clock import now
from app.errors import NotFound
from app.front.queries import OpenEvent, open_event
from app.front.rules import Phase, end_of
from app.front.views.pages import page, version_of
from app.front.views.schedule import Schedule
from app.web.guards import public
from app.web.languages import local

blueprint = Blueprint("offline", __name__)
MOST_SESSIONS = 200
"""Pages of sessions in one copy; the timetable in it holds them all."""
WORKER_SECONDS = 600
"""Browsers look for a newer worker with every page that they open, but no sooner than this."""
BUILT = ("site.css", "site.js")
PICTURES = ("icons/mark.svg", "icons/mark-32.png", "icons/touch-180.png")


@dataclass(frozen=True)
class Copy:
    """What a page tells its browser about the copy it may be part of. day: the local one that the page was made on."""

    scope: str
    worker: str
    version: str
    over: bool
    zone: str
    day: date


def copy_of(event: OpenEvent) -> Copy:
    """Another version for another release, language, text size, colours or build; over: there is none any more."""
    slug = event.facts.slug
    return Copy(
        scope=url_for("front.show_event", slug=slug),
        worker=url_for("offline.worker", slug=slug),
        version=version_of(event.release.release_id),
        over=event.phase is Phase.ENDED,
        zone=str(event.facts.zone),
        day=event.today,
    )


@blueprint.get("/events/<slug>/offline.js")
@public
def worker(slug: str) -> Response:
    """The program that keeps the copy; the same for every event, whose address tells it which. After the end too: it
    is then what throws the copy away."""
    open_event(slug, at=now())
    built = Path(_asset("programme-service-worker.js")).name
    script = (Path(str(current_app.static_folder)) / "dist" / built).read_text()
    response = Response(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={WORKER_SECONDS}"
    return response


@blueprint.get("/events/<slug>/offline.json")
@public
def listed(slug: str) -> Response:
    """What belongs to the copy of this release, and until when it is kept. Nothing once the event is over."""
    event = _to_come(slug)
    copy = copy_of(event)
    response = jsonify(
        version=copy.version,
        until=end_of(event.facts).astimezone(UTC).isoformat(),
        files=[*map(_asset, BUILT), *(url_for("static", filename=one) for one in PICTURES)],
        pages=_pages(event),
    )
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.update(("Cookie", "Accept-Language"))
    return response


@blueprint.get("/events/<slug>/offline")
@public
def show_missing(slug: str) -> AnyResponse:
    """What stands in for a page that is not in the copy while there is no network."""
    event = _to_come(slug)
    return page("front/offline.html", mark=event.mark, shape=lambda: _frame(event))


@blueprint.get("/events/<slug>/offline/marked")
@public
def show_marked(slug: str) -> AnyResponse:
    """Every session as a list, of which the browser shows those that its reader marked."""
    event = _to_come(slug)

    def shape() -> dict[str, Any]:
        return _frame(event) | {"copy": copy_of(event), "days": Schedule(event).by_day(event.programme.sessions)}

    return page("front/offline-marked.html", mark=event.mark, shape=shape)


@blueprint.get("/on-this-device")
@public
def show_kept() -> str:
    """What this site keeps in a browser, and how to be rid of it."""
    return render_template("front/device.html")


def _to_come(slug: str) -> OpenEvent:
    event = open_event(slug, at=now())
    if event.phase is Phase.ENDED:
        raise NotFound
    return event


def _pages(event: OpenEvent) -> list[str]:
    """Their addresses, the most useful first: what comes before what is over."""
    slug = event.facts.slug
    sessions = sorted(event.programme.sessions, key=lambda one: (one.ends_at <= event.at, one.starts_at, one.code))
    return [
        url_for("front.show_event", slug=slug),
        url_for("front.show_timetable", slug=slug),
        url_for("offline.show_missing", slug=slug),
        url_for("offline.show_marked", slug=slug),
        *(url_for("front.show_venue", slug=slug, venue=one.slug) for one in event.programme.venues),
        *(url_for("front.show_session", slug=slug, code=one.code) for one in sessions[:MOST_SESSIONS]),
    ]


def _frame(event: OpenEvent) -> dict[str, Any]:
    slug = event.facts.slug
    return {
        "event": event,
        "event_name": local(event.facts.title),
        "event_url": url_for("front.show_event", slug=slug),
        "timetable_url": url_for("front.show_timetable", slug=slug),
        "fictional": event.fictional,
    }


def _asset(name: str) -> str:
    return str(cast("Any", current_app.jinja_env.globals["asset"])(name))
