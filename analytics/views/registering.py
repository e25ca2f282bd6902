"""Registrations in figures: how they came in, how many places were asked for, who did not come."""

from flask import Blueprint, Response, g, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from analytics.exports.demand_picture import demand_picture
from analytics.exports.plots import curve_picture
from analytics.exports.registering import NAMES, OF_PARTIES, Registering
from analytics.queries import figures_of
from analytics.views import picture_file, table_response, words_around
from app.clock import now
from app.errors import NotFound
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("registering_figures", __name__, url_prefix="/console/events/<slug>/attendance/registrations")


@blueprint.get("")
@requires(Right.VIEW_FIGURES)
def overview(slug: str) -> str:
    """The curve of all or (session=) of one session, and the tables."""
    known = _known(slug)
    table = known.table("curve")
    asked_for = {one.code for one in known.demand}
    shown = ("no-show", *(f"no-show-{name}" for name in OF_PARTIES if known.parties))
    return render_template(
        "analytics/registrations.html",
        session=known.session,
        titles={one.code: one.title for one in known.figures.facts.sessions if one.code in asked_for},
        curve=table,
        drawn=curve_picture(known.figures, known.days, table.title),
        demand=known.table("demand"),
        drawn_demand=demand_picture(known.figures, known.demand),
        queues=known.table("waiting-list"),
        absent=[known.table(name) for name in shown],
        **words_around(known.event, known.figures),
    )


@blueprint.get("/<name>.<form>")
@requires(Right.VIEW_FIGURES)
def table_file(slug: str, name: str, form: str) -> Response:
    """One of the tables for spreadsheets; of the curve session= may ask for one session."""
    known = _known(slug)
    if name not in NAMES:
        raise NotFound
    return table_response(known.table(name), form, name=f"{known.event.slug}-{name}")


@blueprint.get("/chart.<form>")
@requires(Right.VIEW_FIGURES)
def chart(slug: str, form: str) -> AnyResponse:
    """The curve as a picture."""
    known = _known(slug)
    drawn = curve_picture(known.figures, known.days, known.table("curve").title)
    of = (known.event.id, "curve", known.session)
    return picture_file(drawn, of, form, name=f"{known.event.slug}-curve")


@blueprint.get("/demand/chart.<form>")
@requires(Right.VIEW_FIGURES)
def demand_chart(slug: str, form: str) -> AnyResponse:
    """Places asked for by session as a picture."""
    known = _known(slug)
    drawn = demand_picture(known.figures, known.demand)
    return picture_file(drawn, (known.event.id, "demand"), form, name=f"{known.event.slug}-demand")


def _known(slug: str) -> Registering:
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    return Registering(event, figures_of(event, at=now()), request.args.get("session"))
