"""When letters go out by the clock: reminders before the event, thanks after it."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.editing import Difference
from app.console.forms.letters import TimesForm
from app.db import transaction
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile
from app.programme.operations.editing import change_thing
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires

blueprint = Blueprint("letter_times", __name__, url_prefix="/console/events/<slug>/letters/times")


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def show(slug: str) -> Response:
    """The times as they are now."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    return _page(event, TimesForm.of(event), 200)


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def change(slug: str) -> Response:
    """Keep the times; if somebody else changed the event meanwhile, theirs is put beside."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    form = TimesForm(request.form)
    if not form.validate():
        return _page(event, form, 422)
    try:
        with transaction():
            change_thing(event, Event, event.id, form.columns, version=form.seen_version, at=now(), actor=g.actor)
    except ChangedMeanwhile:
        event = staff_event(slug, g.actor, Right.EDIT_EVENT)
        form, differences = form.beside(event)
        return _page(event, form, 409, differences)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", slug=slug), 303)


def _page(event: Event, form: TimesForm, status: int, differences: list[Difference] | None = None) -> Response:
    page = render_template("console/letter-times.html", event=event, form=form, differences=differences)
    return make_response(page, status)
