"""The programme for other sites to show in a frame: the only page that may be framed, and the lightest.

It keeps nothing at its reader's, asks nothing and has no script. Every link leads to the full page in a window of its
own, so that nobody types anything inside another site's frame.
"""

from dataclasses import dataclass

from flask import Blueprint, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.clock import now
from app.front.queries import open_event
from app.front.views import shapes
from app.front.views.pages import page
from app.front.views.schedule import Schedule, SessionRow
from app.web.guards import public
from app.web.languages import current_language, local

blueprint = Blueprint("embed", __name__)


@dataclass(frozen=True)
class Shown:
    """A day and its sessions."""

    heading: Markup
    rows: list[SessionRow]


@blueprint.get("/events/<slug>/embed")
@public
def show(slug: str) -> Response:
    """Every session by day: when, what, where, whether there is room."""
    event = open_event(slug, at=now())

    def shape() -> dict[str, object]:
        days = [Shown(heading, rows) for heading, rows in Schedule(event).by_day(event.programme.sessions)]
        return {
            "event": event,
            "event_name": local(event.facts.title),
            "when": shapes.when_long(event.facts),
            "full_url": url_for("front.show_timetable", slug=slug),
            "days": days,
            "asked": f"?lang={current_language()}",
        }

    return page("front/embed.html", mark=event.mark, shape=shape)
