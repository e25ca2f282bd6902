"""Registrations that look like one another, side by side; people choose which one stays."""

from flask import Blueprint, g, render_template

from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from registrations.queries.doubles import groups_of_doubles
from registrations.queries.listed import lines_of

blueprint = Blueprint("doubles", __name__, url_prefix="/console/events/<slug>/registrations/doubles")
SHOWN = 50


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def found(slug: str) -> str:
    """Groups of them, the oldest first."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    groups = groups_of_doubles(event.id)
    lines = lines_of(event.id, [one.uuid for group in groups[:SHOWN] for one in group])
    return render_template(
        "console/registrations/doubles.html",
        event=event,
        groups=groups[:SHOWN],
        count=len(groups),
        line_of={line.uuid: line for line in lines},
    )
