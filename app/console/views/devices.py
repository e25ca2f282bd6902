"""The scanners of an event: what each last said of itself, which are not ready, and the end of those that are lost."""

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from analytics.rules.presence import QUIET
from app.accounts.operations import revoke_device, wipe_device
from app.clock import now
from app.db import transaction
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import requires
from checkin.queries.device_list import device_in, devices_of, gates_in_use, lacking, unready

blueprint = Blueprint("devices", __name__, url_prefix="/console/events/<slug>/devices")

blueprint.add_app_template_global(lacking)


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def listed(slug: str) -> str:
    """Every scanner, and what is missing before the doors open."""
    event, at = staff_event(slug, g.actor, Right.EDIT_EVENT), now()
    devices = devices_of(event.id)
    not_ready = unready(event, devices, gates_in_use(event.id), at=at)
    told = {"devices": devices, "not_ready": not_ready, "at": at, "quiet": at - QUIET}
    return render_template("console/door/devices.html", event=event, **told)


@blueprint.post("/<uuid:device>/revocation")
@requires(Right.EDIT_EVENT)
def revoke(slug: str, device: UUID) -> Response:
    """A lost or returned scanner reads no more codes."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    with transaction():
        found = device_in(event.id, device)
        revoke_device(found, at=now(), actor=g.actor)
    flash(_("%(name)s can no longer read codes.", name=found.name), "success")
    return redirect(url_for(".listed", slug=slug), 303)


@blueprint.post("/<uuid:device>/wipe")
@requires(Right.EDIT_EVENT)
def wipe(slug: str, device: UUID) -> Response:
    """The same, and the device forgets what it holds as soon as it is heard of again."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    with transaction():
        found = device_in(event.id, device)
        wipe_device(found, at=now(), actor=g.actor)
    told = _("%(name)s can no longer read codes, and forgets everything at its next contact.", name=found.name)
    flash(told, "success")
    return redirect(url_for(".listed", slug=slug), 303)
