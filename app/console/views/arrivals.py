"""When classes and delegations said that they will arrive, for who keeps the doors."""

from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template

from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from registrations.queries.arrivals import expected_groups
from registrations.rules.arrivals import by_quarter

blueprint = Blueprint("arrivals", __name__, url_prefix="/console/events/<slug>/arrivals")


@blueprint.get("")
@requires(Right.KEEP_DOOR)
def show(slug: str) -> str:
    """The groups of each quarter of an hour, day by day."""
    event = staff_event(slug, g.actor, Right.KEEP_DOOR)
    quarters = by_quarter(expected_groups(event.id), ZoneInfo(event.timezone))
    days = [(day, list(some)) for day, some in groupby(quarters, key=lambda one: one.begins.date())]
    most = max((one.people for one in quarters), default=0)
    return render_template("console/arrivals.html", event=event, days=days, most=most)
