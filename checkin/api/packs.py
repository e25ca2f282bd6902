"""The blind pack over HTTP: for a device of the event alone, and no device that was revoked."""

import re
from datetime import datetime

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import Unauthorized

from app.clock import now
from app.errors import Invalid, NotFound
from app.programme.models import Event
from app.web.actors import DeviceActor
from app.web.guards import device
from app.web.limits import limit
from checkin.operations.packing import Outlook, Shelf, is_wiped, outlook, pack, seal
from checkin.queries.gates import WITH_A_DOOR, event_by_id
from checkin.queries.packs import Mark

blueprint = Blueprint("checkin_packs", __name__, url_prefix="/api/v1")
LOOKS = "60 per minute"
_MARK = re.compile(r"(\d{1,15})\.(\d{1,18})")


@blueprint.get("/events/<slug>/pack")
@device
def pack_of(slug: str) -> Response:
    """What this device needs to decide alone; nothing at all if it has the newest already."""
    event = _event(slug, g.device)
    since = _since(request.args.get("since"))
    at = now()
    seen = outlook(event, at)
    if seen.tag in request.if_none_match:
        return _tagged(Response(status=304), seen)
    return _tagged(Response(_bytes(seen, event, since, at), content_type="application/octet-stream"), seen)


def _bytes(seen: Outlook, event: Event, since: Mark | None, at: datetime) -> bytes:
    known = since if since and seen.newest.is_past(since) else None
    if known:
        return pack(seen, seal(seen, event.scan_salt, known, at), known, at)
    shelf: Shelf = current_app.extensions.setdefault("uketsuke_packs", Shelf())
    return pack(seen, shelf.take(seen, lambda: seal(seen, event.scan_salt, None, at)), None, at)


def _tagged(response: Response, seen: Outlook) -> Response:
    response.set_etag(seen.tag)
    response.headers["Cache-Control"] = "no-store"
    return response


def _event(slug: str, scanner: DeviceActor) -> Event:
    if scanner.revoked:
        raise Unauthorized("revoked")
    limit(LOOKS, "packs", str(scanner.device_id))
    event = event_by_id(scanner.event_id)
    if event.slug != slug or event.status not in WITH_A_DOOR or event.deleted_at or is_wiped(event, now()):
        raise NotFound
    return event


def _since(text: str | None) -> Mark | None:
    if not text:
        return None
    found = _MARK.fullmatch(text)
    if not found:
        raise Invalid("invalid", "since: expected the mark of a pack")
    return Mark(int(found[1]), int(found[2]))
