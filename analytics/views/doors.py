"""Doors and rooms in figures: arrivals by gate, who was inside over time, how long people stayed."""

from flask import Blueprint, Response, g, render_template
from werkzeug.wrappers import Response as AnyResponse

from analytics.exports import doors
from analytics.exports.pictures import Drawn
from analytics.exports.plots import gates_picture, occupancy_picture
from analytics.exports.table import Table
from analytics.exports.words import MISSING, source_line
from analytics.queries import figures_of
from analytics.queries.doors import gates_of, watched_of
from analytics.rules.arrivals import STEPS
from analytics.rules.figures import Figures
from analytics.views import asked_minutes, picture_file, table_response
from app.clock import now
from app.errors import NotFound
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import current_language, html_lang

blueprint = Blueprint("door_figures", __name__, url_prefix="/console/events/<slug>/attendance/rooms")
CHARTS = ("gates", "occupancy")


@blueprint.get("")
@requires(Right.VIEW_FIGURES)
def overview(slug: str) -> str:
    """All of them; every= sets the step of arrivals."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    figures, minutes = figures_of(event, at=now()), asked_minutes()
    gates, watched = gates_of(event), watched_of(event)
    return render_template(
        "analytics/rooms.html",
        event=event,
        figures=figures,
        minutes=minutes,
        steps=STEPS,
        gates=doors.gates_table(figures, gates, minutes),
        occupancy=doors.occupancy_table(figures, watched),
        over_time=doors.over_time_table(figures, watched),
        stays=doors.stays_table(figures, watched),
        drawn={"gates": gates_picture(figures, gates, minutes), "occupancy": occupancy_picture(figures, watched)},
        missing_words=MISSING,
        as_of=source_line(figures, ""),
        picture_language=html_lang(current_language()),
    )


@blueprint.get("/<name>.<form>")
@requires(Right.VIEW_FIGURES)
def table_file(slug: str, name: str, form: str) -> Response:
    """One of the tables for spreadsheets."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    if name not in doors.NAMES:
        raise NotFound
    table = _table(event, figures_of(event, at=now()), name)
    return table_response(table, form, name=f"{event.slug}-{name}")


@blueprint.get("/charts/<name>.<form>")
@requires(Right.VIEW_FIGURES)
def chart(slug: str, name: str, form: str) -> AnyResponse:
    """Arrivals by gate, or who was inside, as a picture."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    if name not in CHARTS:
        raise NotFound
    drawn = _drawn(event, figures_of(event, at=now()), name)
    return picture_file(drawn, (event.id, f"doors-{name}", asked_minutes()), form, name=f"{event.slug}-{name}")


def _table(event: Event, figures: Figures, name: str) -> Table:
    if name == "gates":
        return doors.gates_table(figures, gates_of(event), asked_minutes())
    make = {"occupancy": doors.occupancy_table, "stays": doors.stays_table}.get(name, doors.over_time_table)
    return make(figures, watched_of(event))


def _drawn(event: Event, figures: Figures, name: str) -> Drawn | None:
    if name == "gates":
        return gates_picture(figures, gates_of(event), asked_minutes())
    return occupancy_picture(figures, watched_of(event))
