"""Search at the door over HTTP: for a device with the right alone. What is typed never stands in an address."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import Forbidden, Unauthorized

from app.clock import now
from app.errors import NotFound
from app.programme.models import Event
from app.web.actors import DeviceActor
from app.web.guards import device
from app.web.limits import limit
from checkin.forms import read_search
from checkin.operations.packing import is_wiped, outlook
from checkin.queries.gates import event_by_id
from checkin.queries.searching import Sought, everybody, seek
from checkin.rules import DeviceRight

blueprint = Blueprint("checkin_search", __name__, url_prefix="/api/v1")
SEARCHES = "60 per minute"
"""As fast as a person types names; nothing for who lists everybody."""


@blueprint.post("/events/<slug>/searches")
@device
def searches(slug: str) -> Response:
    """Tickets by name, reading or short number. It writes nothing; who is picked goes through the door as any scan."""
    event = _event(slug, g.device, DeviceRight.SEARCH)
    found, more = seek(event, read_search(request.get_data(cache=False)))
    return _unkept(jsonify({"found": [_shown(one) for one in found], "more": more}))


@blueprint.get("/events/<slug>/names")
@device
def names(slug: str) -> Response:
    """Everybody with a ticket, for a device that may search without a network: with codes, so that who is picked can be
    decided there. It keeps the list in its page's memory alone. Nothing if it has the newest already."""
    event = _event(slug, g.device, DeviceRight.NAMES)
    at = now()
    if is_wiped(event, at):
        raise NotFound
    seen = outlook(event, at)
    if seen.tag in request.if_none_match:
        answer = Response(status=304)
    else:
        listed = [{**_shown(one.one), "code": one.code, "sought": one.sought} for one in everybody(event)]
        answer = jsonify({"names": listed})
    answer.set_etag(seen.tag)
    return _unkept(answer)


def _event(slug: str, scanner: DeviceActor, right: DeviceRight) -> Event:
    if scanner.revoked:
        raise Unauthorized("revoked")
    limit(SEARCHES, "searches", str(scanner.device_id))
    event = event_by_id(scanner.event_id)
    if event.slug != slug:
        raise NotFound
    if right not in scanner.rights:
        raise Forbidden("right")
    return event


def _shown(one: Sought) -> dict[str, Any]:
    return {"number": one.number, "name": one.name, "category": one.category, "size": one.size}


def _unkept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
