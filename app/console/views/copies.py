"""An event copied for the next time."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.copies import CopyForm
from app.console.forms.faults import add_error, tell
from app.db import transaction
from app.errors import NotFound
from app.programme.models import Event
from app.programme.operations import SlugTaken, copy_event
from app.programme.queries import staff_event
from app.programme.rules.faults import BadDocument
from app.web.actors import Right
from app.web.guards import requires
from checkin.operations import prepare_door
from registrations.operations.settings import copy_settings

blueprint = Blueprint("copies", __name__, url_prefix="/console/events/<slug>/programme")


@blueprint.get("/copy")
@requires(Right.EDIT_EVENT)
def ask(slug: str) -> str:
    """When it is held again, and under which address."""
    return _page(_own(slug), CopyForm(data={"with_sessions": True}))


@blueprint.post("/copy")
@requires(Right.EDIT_EVENT)
def make(slug: str) -> Response:
    """The copy, as a draft."""
    event, form = _own(slug), CopyForm(request.form)
    if not form.validate() or form.slug.data is None or form.starts_on.data is None:
        return make_response(_page(event, form), 422)
    try:
        with transaction():
            made = copy_event(
                event,
                slug=form.slug.data,
                starts_on=form.starts_on.data,
                with_sessions=bool(form.with_sessions.data),
                at=now(),
                actor=g.actor,
            )
            copy_settings(event, made, at=now(), actor=g.actor)
            prepare_door(made)
    except SlugTaken:
        add_error(form, "slug", _("Another event has this address. Choose another."))
        return make_response(_page(event, form), 422)
    except BadDocument as bad:
        tell(form, bad.faults)
        return make_response(_page(event, form), 422)
    flash(_("The copy is a draft. Look through it before you publish and release it."), "success")
    return redirect(url_for("sessions.listed", slug=form.slug.data), 303)


def _own(slug: str) -> Event:
    """The event, for who may edit every event of its host; a new event is none that one was given a role in."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    if not g.actor.may(Right.EDIT_EVENT, host_id=event.host_id, event_id=None):
        raise NotFound
    return event


def _page(event: Event, form: CopyForm) -> str:
    return render_template("console/copy.html", event=event, form=form)
