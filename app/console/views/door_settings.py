"""What an event says to all its doors, changed by who edits it."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.door_settings import DoorSettingsForm
from app.console.forms.editing import Difference
from app.db import transaction
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile
from app.programme.operations.editing import change_thing
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("door_settings", __name__, url_prefix="/console/events/<slug>/door-settings")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def show(slug: str) -> Response:
    """The settings as they are now."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _page(event, DoorSettingsForm.of(event))


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def change(slug: str) -> Response:
    """Keep the settings; if somebody else changed the event meanwhile, theirs is put beside. Doors hear of it at their
    next contact."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = DoorSettingsForm(request.form)
    if not form.validate():
        return _page(event, form, status=422)
    try:
        with transaction():
            change_thing(event, Event, event.id, form.columns, version=form.seen_version, at=now(), actor=g.actor)
    except ChangedMeanwhile:
        event = staff_event(slug, g.actor, Right.EDIT_EVENT)
        return _page(event, *form.beside(event), status=409)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", slug=slug), 303)


def _page(
    event: Event, form: DoorSettingsForm, differences: list[Difference] | None = None, *, status: int = 200
) -> Response:
    page = render_template("console/door/settings.html", event=event, form=form, differences=differences)
    return make_response(page, status)
