"""Doors and rooms in figures: arrivals by gate, who was inside over time, how long people stayed."""

from flask import Blueprint, Response, g, render_template
from werkzeug.wrappers import Response as AnyResponse

from analytics.exports.doors import NAMES, Doors
from analytics.exports.plots import gates_picture, occupancy_picture
from analytics.queries import figures_of
from analytics.rules.arrivals import STEPS
from analytics.views import asked_minutes, picture_file, table_response, words_around
from app.clock import now
from app.errors import NotFound
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("door_figures", __name__, url_prefix="/console/events/<slug>/attendance/rooms")
CHARTS = ("gates", "occupancy")


@blueprint.get("")
@requires(Right.VIEW_FIGURES)
def overview(slug: str) -> str:
    """All of them; every= sets the step of arrivals."""
    seen = _seen(slug)
    return render_template(
        "analytics/rooms.html",
        minutes=seen.minutes,
        steps=STEPS,
        tables={name: seen.table(name) for name in NAMES},
        drawn={
            "gates": gates_picture(seen.figures, seen.gates, seen.minutes),
            "occupancy": occupancy_picture(seen.figures, seen.watched),
        },
        **words_around(seen.event, seen.figures),
    )


@blueprint.get("/<name>.<form>")
@requires(Right.VIEW_FIGURES)
def table_file(slug: str, name: str, form: str) -> Response:
    """One of the tables for spreadsheets."""
    seen = _seen(slug)
    if name not in NAMES:
        raise NotFound
    return table_response(seen.table(name), form, name=f"{seen.event.slug}-{name}")


@blueprint.get("/charts/<name>.<form>")
@requires(Right.VIEW_FIGURES)
def chart(slug: str, name: str, form: str) -> AnyResponse:
    """Arrivals by gate, or who was inside, as a picture."""
    seen = _seen(slug)
    if name not in CHARTS:
        raise NotFound
    if name == "gates":
        drawn = gates_picture(seen.figures, seen.gates, seen.minutes)
    else:
        drawn = occupancy_picture(seen.figures, seen.watched)
    of = (seen.event.id, f"doors-{name}", seen.minutes)
    return picture_file(drawn, of, form, name=f"{seen.event.slug}-{name}")


def _seen(slug: str) -> Doors:
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    return Doors(event, figures_of(event, at=now()), asked_minutes())
