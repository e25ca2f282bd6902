"""Search at the door over HTTP: for a device with the right alone. What is typed never stands in an address."""

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import Forbidden, Unauthorized

from app.errors import NotFound
from app.web.actors import DeviceActor
from app.web.guards import device
from app.web.limits import limit
from checkin.forms import read_search
from checkin.queries.gates import event_by_id
from checkin.queries.searching import seek
from checkin.rules import DeviceRight

blueprint = Blueprint("checkin_search", __name__, url_prefix="/api/v1")
SEARCHES = "60 per minute"
"""As fast as a person types names; nothing for who lists everybody."""


@blueprint.post("/events/<slug>/searches")
@device
def searches(slug: str) -> Response:
    """Tickets by name, reading or short number. It writes nothing; who is picked goes through the door as any scan."""
    scanner: DeviceActor = g.device
    if scanner.revoked:
        raise Unauthorized("revoked")
    limit(SEARCHES, "searches", str(scanner.device_id))
    event = event_by_id(scanner.event_id)
    if event.slug != slug:
        raise NotFound
    if DeviceRight.SEARCH not in scanner.rights:
        raise Forbidden("right")
    found, more = seek(event, read_search(request.get_data(cache=False)))
    answer = jsonify(
        {
            "found": [
                {"number": one.number, "name": one.name, "category": one.category, "size": one.size} for one in found
            ],
            "more": more,
        }
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
