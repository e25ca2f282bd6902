"""The end of an event: archived for good, who registered forgotten, or, as a draft that nobody saw, deleted."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.clock import now
from app.console.views.plan import version_typed
from app.db import transaction
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile
from app.programme.operations.editing import change_thing
from app.programme.queries import staff_event
from app.programme.rules import EventStatus
from app.web.actors import Right
from app.web.guards import requires
from checkin.operations import StillNeeded, delete_draft
from checkin.queries.traces import Trace, traces_of
from registrations.queries import live_event
from registrations.queries.listed import Wanted, ids_and_uuids

blueprint = Blueprint("endings", __name__, url_prefix="/console/events/<slug>/programme/end")
WHY = {
    Trace.NO_DRAFT: _l("It is not a draft."),
    Trace.RELEASED: _l("Its programme was released: the public has seen it."),
    Trace.REGISTERED: _l("People registered for it."),
    Trace.READ: _l("Codes were read at its doors."),
    Trace.COUNTED: _l("People were counted at it."),
    Trace.WRITTEN: _l("Letters about it were written."),
}


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def show(slug: str) -> str:
    """What archiving and deleting mean here, and which of them can be done."""
    return _page(staff_event(slug, g.actor, Right.EDIT_EVENT))


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def end(slug: str) -> Response:
    """Archive the event, or delete the draft."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _deleted(event) if request.form.get("do") == "delete" else _archived(event)


def _archived(event: Event) -> Response:
    """No longer listed, nothing lost."""
    slug, archived = event.slug, {"status": EventStatus.ARCHIVED}
    try:
        with transaction():
            change_thing(event, Event, event.id, archived, version=version_typed(), at=now(), actor=g.actor)
    except ChangedMeanwhile:
        flash(_("Somebody else changed this meanwhile. Look at it again first."), "warning")
        return redirect(url_for(".show", slug=slug), 303)
    flash(_("The event is archived now."), "success")
    return redirect(url_for("programme.overview", slug=slug), 303)


def _deleted(event: Event) -> Response:
    """The draft is gone, and its address free again."""
    slug = event.slug
    try:
        with transaction():
            delete_draft(event, at=now(), actor=g.actor)
    except StillNeeded:
        return make_response(_page(staff_event(slug, g.actor, Right.EDIT_EVENT), refused=True), 409)
    flash(_("The draft was deleted. Its address can be used again."), "success")
    return redirect(url_for("console.home"), 303)


def _page(event: Event, *, refused: bool = False) -> str:
    return render_template(
        "console/programme/end.html",
        event=event,
        why=[WHY[one] for one in traces_of(event)],
        refused=refused,
        known=len(ids_and_uuids(event.id, Wanted(), known=True)),
        ended=live_event(event.id).ended(now()),
    )
