"""The scanner's page, the device that a signed-in person makes of a browser, and the file that installs it."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template, request
from flask_babel import gettext as _

from app.clock import now
from app.db import transaction
from app.errors import NotFound, Refused
from app.programme.queries import staff_event
from app.web.actors import Right
from app.web.guards import public, requires
from app.web.limits import limit
from checkin.forms import read_device_wish
from checkin.operations import enrol_device
from checkin.queries.gates import WITH_A_DOOR, events_kept_by, gate_by_code

blueprint = Blueprint("checkin", __name__)


@blueprint.get("/scan/")
@public
def scan() -> str:
    """The door in a browser; whoever is not signed in gets the form for it."""
    events = events_kept_by(g.actor)
    actor = g.actor.name if events else None
    error = (
        _("Your account is not on the door staff of any event. Please sign in with another account.")
        if g.actor.signed_in and not events
        else ""
    )
    return render_template("checkin/scan.html", actor=actor, events=events, error=error)


@blueprint.get("/scan/manifest.webmanifest")
@public
def manifest() -> Response:
    """What a phone needs to put the door on its home screen."""
    return Response(render_template("checkin/manifest.webmanifest"), content_type="application/manifest+json")


@blueprint.post("/scan/devices")
@requires(Right.KEEP_DOOR)
def create_device() -> tuple[Response, int]:
    """Make this browser a door of one event for a day's work."""
    limit("30 per hour", "devices", str(g.actor.account_id))
    wish = read_device_wish(request.get_data(cache=False))
    event = staff_event(wish.event, g.actor, Right.KEEP_DOOR)
    gate = gate_by_code(event.id, wish.gate)
    if gate is None:
        raise NotFound("no_such_gate")
    if event.status not in WITH_A_DOOR:
        raise Refused("no_door", "This event is over: it has no door any more.")
    with transaction():
        made = enrol_device(event, gate.id, name=wish.name, actor=g.actor, at=now())
    answer: dict[str, Any] = {
        "device": str(made.device.uuid),
        "token": made.token,
        "expires_at": made.device.expires_at.isoformat(timespec="seconds"),
        "rights": made.device.rights,
    }
    return jsonify(answer), 201
