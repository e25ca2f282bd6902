"""Registrations in figures: how they came in, how many places were asked for, who did not come."""

from flask import Blueprint, Response, g, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from analytics.exports.plots import curve_picture
from analytics.exports.registering import (
    NAMES,
    OF_PARTIES,
    absence_table,
    curve_table,
    demand_table,
    no_show_table,
)
from analytics.exports.table import Table
from analytics.exports.words import MISSING, source_line
from analytics.queries import figures_of
from analytics.queries.registering import demand_of, moves_of, parties_of
from analytics.rules.demand import Demand, curve
from analytics.rules.figures import Figures
from analytics.views import picture_file, table_response
from app.clock import now
from app.errors import NotFound
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import current_language, html_lang

blueprint = Blueprint("registering_figures", __name__, url_prefix="/console/events/<slug>/attendance/registrations")


@blueprint.get("")
@requires(Right.VIEW_FIGURES)
def overview(slug: str) -> str:
    """The curve of all or (session=) of one session, and the tables."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    figures, demand = figures_of(event, at=now()), demand_of(event)
    session = _session(demand)
    days = curve(moves_of(event, session=session), event.starts_on)
    table = curve_table(figures, days, session=session)
    parties = parties_of(event)
    return render_template(
        "analytics/registrations.html",
        event=event,
        figures=figures,
        session=session,
        titles={one.code: one.title for one in figures.facts.sessions if one.code in {of.code for of in demand}},
        curve=table,
        drawn=curve_picture(figures, days, table.title),
        demand=demand_table(figures, demand),
        absent=[
            no_show_table(figures, _capacities(demand)),
            *(absence_table(figures, parties, name) for name in OF_PARTIES if parties),
        ],
        missing_words=MISSING,
        as_of=source_line(figures, ""),
        picture_language=html_lang(current_language()),
    )


@blueprint.get("/<name>.<form>")
@requires(Right.VIEW_FIGURES)
def table_file(slug: str, name: str, form: str) -> Response:
    """One of the tables for spreadsheets; of the curve session= may ask for one session."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    if name not in NAMES:
        raise NotFound
    table = _table(event, figures_of(event, at=now()), name)
    return table_response(table, form, name=f"{event.slug}-{name}")


@blueprint.get("/chart.<form>")
@requires(Right.VIEW_FIGURES)
def chart(slug: str, form: str) -> AnyResponse:
    """The curve as a picture."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    figures, session = figures_of(event, at=now()), _session(demand_of(event))
    days = curve(moves_of(event, session=session), event.starts_on)
    drawn = curve_picture(figures, days, curve_table(figures, (), session=session).title)
    return picture_file(drawn, (event.id, "curve", session), form, name=f"{event.slug}-curve")


def _table(event: Event, figures: Figures, name: str) -> Table:
    if name == "curve":
        session = _session(demand_of(event))
        return curve_table(figures, curve(moves_of(event, session=session), event.starts_on), session=session)
    if name == "demand":
        return demand_table(figures, demand_of(event))
    if name == "no-show":
        return no_show_table(figures, _capacities(demand_of(event)))
    return absence_table(figures, parties_of(event), name.removeprefix("no-show-"))


def _session(demand: list[Demand]) -> str | None:
    """The session asked for, if places can be asked for in it."""
    asked = request.args.get("session")
    return asked if asked in {one.code for one in demand} else None


def _capacities(demand: list[Demand]) -> dict[str, int | None]:
    return {one.code: one.capacity for one in demand}
