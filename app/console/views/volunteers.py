"""The guide that volunteers at the door hang on the wall: one sheet of A4, with the door's own screens."""

from flask import Blueprint, g, render_template

from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("volunteers", __name__, url_prefix="/console/events/<slug>/volunteers")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def sheet(slug: str) -> str:
    """In the language of the page; the other languages are one click away."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return render_template("checkin/volunteers.html", event=event)
