"""The scanner's page, with and without a network, the device that a signed-in person makes of a browser, and the file
that installs it."""

import hashlib
import json
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, current_app, g, jsonify, render_template, request, url_for
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
PAGE, MANIFEST = "/scan/offline", "/scan/manifest.webmanifest"
BUILT = ("scan.css", "scan.js", "worker.js", "zxing_reader.wasm", "zxing_writer.wasm")
PICTURES = ("icons/mark.svg", "icons/touch-180.png")
TEMPLATES = ("checkin/scan.html", "checkin/_icons.html")


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


@blueprint.get(PAGE)
@public
def without_network() -> str:
    """The door as a device keeps it for when there is no network: the same for everybody."""
    return render_template("checkin/scan.html", actor=None, events=[], error="", offline=True)


@blueprint.get("/scan/service-worker.js")
@public
def service_worker() -> Response:
    """What keeps the page on the device, with the list of what belongs to it; another version, another file."""
    built = current_app.jinja_env.globals["asset"]
    files = [*map(cast("Any", built), BUILT), *(url_for("static", filename=one) for one in PICTURES), MANIFEST]
    sources = [Path(str(current_app.jinja_env.get_template(one).filename)).read_text() for one in TEMPLATES]
    version = hashlib.sha256("\n".join([*files, *sources]).encode()).hexdigest()[:16]
    shell = json.dumps({"version": version, "page": PAGE, "files": files})
    folder = Path(str(current_app.static_folder)) / "dist"
    script = (folder / Path(cast("Any", built)("service-worker.js")).name).read_text()
    response = Response(f"self.SHELL = {shell};\n{script}", content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


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
        made = enrol_device(event, gate.id, name=wish.name, actor=g.actor, at=now(), former=wish.former)
    answer: dict[str, Any] = {
        "device": str(made.device.uuid),
        "token": made.token,
        "expires_at": made.device.expires_at.isoformat(timespec="seconds"),
        "rights": made.device.rights,
    }
    return jsonify(answer), 201
