"""A lost ticket is replaced at the door, over HTTP, and a mistaken replacement taken back: for a device that may look
people up, while there is a network."""

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import Forbidden, Unauthorized

from app.clock import now
from app.db import transaction
from app.errors import NotFound
from app.web.actors import DeviceActor
from app.web.guards import device
from app.web.limits import limit
from checkin.forms import read_replacement, read_restoring
from checkin.operations.replacing import replace_at_door, restore_at_door
from checkin.queries.gates import event_by_id
from checkin.rules import DeviceRight

blueprint = Blueprint("checkin_replacing", __name__, url_prefix="/api/v1")
REPLACEMENTS = "20 per minute"
"""As fast as people come who have lost theirs; nothing for who would take everybody's away."""


@blueprint.post("/events/<slug>/replacements")
@device
def replace(slug: str) -> tuple[Response, int]:
    """A new code for the ticket with this short number: the old one is good for nothing from now on."""
    scanner = _scanner(slug)
    number = read_replacement(request.get_data(cache=False))
    with transaction():
        made = replace_at_door(scanner, number, at=now())
    return _unkept({"code": made.code, "number": made.number}), 201


@blueprint.post("/events/<slug>/replacements/undone")
@device
def restore(slug: str) -> Response:
    """The ticket with this short number was made by mistake: the old one is good again, while no door has seen the new
    one. Answers 409 with `used` otherwise."""
    scanner = _scanner(slug)
    number, reason = read_restoring(request.get_data(cache=False))
    with transaction():
        restored = restore_at_door(scanner, number, reason, at=now())
    return _unkept({"number": restored})


def _scanner(slug: str) -> DeviceActor:
    """The device, if it may replace tickets of this event. Raises Unauthorized, Forbidden, NotFound."""
    scanner: DeviceActor = g.device
    if scanner.revoked:
        raise Unauthorized("revoked")
    limit(REPLACEMENTS, "replacements", str(scanner.device_id))
    if event_by_id(scanner.event_id).slug != slug:
        raise NotFound
    if DeviceRight.SEARCH not in scanner.rights:
        raise Forbidden("right")
    return scanner


def _unkept(told: dict[str, str]) -> Response:
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "no-store"
    return answer
