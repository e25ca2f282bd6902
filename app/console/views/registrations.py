"""The registrations of an event: sought, filtered, sorted, a page at a time; the filter stands in the address."""

from flask import Blueprint, g, render_template, request

from analytics.queries.registered import everybody_in
from app.console.forms import words
from app.console.forms.registrations import letter_query_of, order_of, query_of, wanted_of
from app.console.views.paging import page_of
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from registrations.queries import listed

LINES_A_PAGE = 30
blueprint = Blueprint("registrations", __name__, url_prefix="/console/events/<slug>/registrations")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def everybody(slug: str) -> str:
    """Who has registered."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    wanted, order = wanted_of(request.args), order_of(request.args)
    found = listed.count(event.id, wanted) if wanted.narrows else everybody_in(event.id, event.change_number)
    page = page_of(found.registrations, LINES_A_PAGE)
    return render_template(
        "console/registrations/list.html",
        event=event,
        wanted=wanted,
        order=order,
        query=query_of(wanted, order),
        letter_query=letter_query_of(wanted),
        found=found,
        page=page,
        lines=listed.lines(event.id, wanted, order=order, limit=LINES_A_PAGE, skip=page.skip),
        choices=listed.choices(event.id),
        words=words,
    )
