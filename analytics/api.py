"""Attendance for programs: the figures of the page, for whoever may see the page."""

from flask import Blueprint, Response, g, jsonify

from analytics.exports.files import answer
from analytics.exports.tables import tables_of
from analytics.queries import figures_of
from analytics.views import definitions_address
from app.clock import now
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("attendance_api", __name__, url_prefix="/api/v1")


@blueprint.get("/events/<slug>/attendance")
@requires(Right.VIEW_FIGURES)
def attendance(slug: str) -> Response:
    """Measures and every table, with where they come from."""
    event, at = staff_event(slug, g.actor, Right.VIEW_FIGURES), now()
    figures = figures_of(event, at=at)
    return jsonify(answer(figures, tables_of(figures), at=at, definitions=definitions_address()))
