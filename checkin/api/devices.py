"""JSON for devices themselves: a code makes a scanner of one without account or password, and each says how it is."""

from flask import Blueprint, Response, current_app, g, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from app.clock import now
from app.db import transaction
from app.errors import NotFound
from app.web.actors import DeviceActor
from app.web.guards import device, public
from app.web.keyed import keyed
from app.web.limits import Limits, limit, network
from checkin.api.messages import told
from checkin.api.verdicts import stamp
from checkin.forms import read_pairing_wish, read_report
from checkin.operations import Report, note_report, pair
from checkin.queries.told import messages_for, told_until
from checkin.rules.pairing import read_pairing_code

blueprint = Blueprint("device_api", __name__, url_prefix="/api/v1")
TRIES = "60 per minute"
"""Pairings from one network: a venue's devices all come from one."""
WRONG = "20 per 15 minutes"
"""Wrong codes from one network: enough for typing errors, nothing for who tries codes out."""


CONTACTS = "60 per minute"


@blueprint.post("/device/contact")
@device
def contact() -> Response:
    """What a device says of itself; it hears whether it was revoked, and whether it shall forget everything."""
    scanner: DeviceActor = g.device
    limit(CONTACTS, "contacts", str(scanner.device_id))
    report, at = Report(**read_report(request.get_data(cache=False))), now()
    since = told_until(scanner.device_id)
    messages, heard = ([], None) if scanner.revoked else messages_for(scanner, since=since, until=at)
    with transaction():
        wipe = note_report(scanner, report, at=at, told_until=heard)
    return jsonify({"received_at": stamp(at), "revoked": scanner.revoked, "wipe": wipe, "messages": told(messages)})


@blueprint.post("/pairings")
@public
def pairings() -> tuple[Response, int]:
    """Make this device a scanner of the gate whose code it was shown."""
    limit(TRIES, "pairings", network())
    limits: Limits = current_app.extensions["uketsuke_limits"]
    if limits.spent(WRONG, "wrong-pairings", network()):
        raise TooManyRequests
    wish = read_pairing_wish(request.get_data(cache=False))
    try:
        with transaction():
            made, event, gate = pair(
                keyed(read_pairing_code(wish.code) or ""), name=wish.name, at=now(), former=wish.former
            )
    except NotFound as no:
        limits.hit(WRONG, "wrong-pairings", network())
        raise NotFound(no.code, _("This code is not valid, or no longer. Ask the organiser for a new one.")) from None
    answer = {
        "device": str(made.device.uuid),
        "token": made.token,
        "expires_at": made.device.expires_at.isoformat(timespec="seconds"),
        "rights": made.device.rights,
        "event": event.slug,
        "title": event.title,
        "gate": gate.code,
        "asks_pin": made.device.pin_hash is not None,
    }
    return jsonify(answer), 201
