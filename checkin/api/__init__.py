"""JSON for scanners: scans in, verdicts out; gates, counters, and the end of a device.

A scanner carries its bearer token and nothing else. It sees name, category and verdict of who stands before it.
"""

import logging
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, current_app, g, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests, Unauthorized

from app.clock import now
from app.db import db, transaction
from app.errors import DomainError, NotFound, Refused
from app.group import Alike, write_together
from app.programme.models import Event
from app.programme.queries import staff_event
from app.quick_json import as_json
from app.values import replace
from app.web.actors import DeviceActor, Right
from app.web.guards import device, staff_or_device
from app.web.limits import Limits, limit
from checkin.api.pins import supervised
from checkin.api.verdicts import stamp, verdicts
from checkin.forms import numbers_in, read_batch
from checkin.operations import Sent, end_device, record_batches, record_scans
from checkin.operations.answers import OTHER_GATE, Answer, refusal
from checkin.operations.linking import link_tickets
from checkin.queries import door
from checkin.queries.counts import Counts, counts_at
from checkin.queries.gates import categories_of, event_by_id, gates_of
from checkin.queries.rows import DoorPlace
from checkin.rules import Verdict
from checkin.rules.claims import Batch, Claim
from checkin.rules.times import event_day

log = logging.getLogger("uketsuke.door")
blueprint = Blueprint("checkin_api", __name__, url_prefix="/api/v1")
LARGEST_BODY = 512 * 1024
COUNTED = "uketsuke.counted"
"""Set where the quick way in has counted a batch before it left it to the route."""
BATCHES, SCANS, LOOKS = "900 per minute", "6000 per minute", "240 per minute"
"""A day of scans from a door that was offline comes up in a few minutes."""
GOES_ALONG = 10
"""The most scans of a batch that is recorded as one with others': enough for doors that are online."""
MISSES = "60 per minute"
"""Short numbers that are no ticket's: enough for who types them, too few for trying them all."""


@blueprint.post("/events/<slug>/scans")
@device
def scans(slug: str) -> Response:
    """Record a batch of scans; one verdict each, by id."""
    scanner = _scanner()
    counted = request.environ.get(COUNTED, False)
    if not counted:
        limit(BATCHES, "batches", str(scanner.device_id))
    batch = read_batch(_body())
    if not counted:
        limit(SCANS, "scans", str(scanner.device_id), count=len(batch.scans))
    numbers = numbers_in(batch)
    limits: Limits = current_app.extensions["uketsuke_limits"]
    if numbers and limits.spent(MISSES, "misses", str(scanner.device_id)):
        raise TooManyRequests
    scanner, at = supervised(scanner, batch), now()
    answers = recorded(slug, scanner, batch, at)
    if missed := sum(answers[place].misses for place in numbers):
        limits.hit(MISSES, "misses", str(scanner.device_id), count=missed)
    _link(batch, answers, at)
    return _json({"received_at": stamp(at), "verdicts": verdicts(answers)})


@blueprint.get("/events/<slug>/gates")
@staff_or_device(Right.KEEP_DOOR)
def gates(slug: str) -> Response:
    """The event's gates with what one enters there, and its categories; a bound device sees its own gate."""
    event = _event(slug)
    bound = g.device is not None and g.device.gates is not None
    found = gates_of(event, now(), only=g.device.gate_id if bound else None)
    return _json(
        {
            "gates": [
                {
                    "code": gate.code,
                    "name": gate.name,
                    "kind": gate.kind.value,
                    "new_today": gate.new_today,
                    "places": [
                        {
                            "code": place.code,
                            "name": place.name,
                            "starts_at": stamp(place.starts_at),
                            "ends_at": stamp(place.ends_at),
                            "now": place.now,
                            **({"room": place.room} if place.room else {}),
                        }
                        for place in gate.places
                    ],
                }
                for gate in found
            ],
            "categories": [
                {
                    "key": category.key,
                    "label": category.label,
                    "belongs": category.belongs,
                    "unknown": category.unknown,
                    "first_words": category.first_words,
                }
                for category in categories_of(event.id)
            ],
            "party_first_words": event.party_first_words,
            "over_full": not event.full_is_final,
            "timezone": event.timezone,
        }
    )


@blueprint.get("/events/<slug>/places/<path:code>/counts")
@staff_or_device(Right.KEEP_DOOR)
def counts(slug: str, code: str) -> Response:
    """How many people are at a place now, how many came, and what this device has counted."""
    event = _event(slug)
    place = _place(event, unquote(code))
    at = now()
    device_id = g.device.device_id if g.device else None
    if g.device and g.device.gates is not None and g.device.gate_id not in place.gates:
        raise Refused(OTHER_GATE, _("This device is bound to another gate. Ask the organiser for a code of this gate."))
    facts = door.door_event(door.connection(), slug, event.id)
    figures = counts_at(event.id, place, day=event_day(at, facts.zone, facts.day_ends_at), device_id=device_id)
    return _json(_counts(place, figures, at))


@blueprint.delete("/device")
@device
def end() -> Response:
    """End this device: its token is worth nothing from now on."""
    scanner = _scanner()
    with transaction():
        end_device(scanner, at=now())
    return Response(status=204)


def recorded(slug: str, scanner: DeviceActor, batch: Batch, at: datetime) -> list[Answer]:
    """Everything in one go; if something in it cannot be kept, each scan on its own, so that none holds up another."""
    try:
        alike = _alike(slug, Sent(scanner, batch, at))
        return write_together(lambda wire: record_scans(wire, slug, scanner, batch, at=at), alike=alike)
    except DomainError:
        raise
    except Exception:
        log.exception("a batch of %s scans is tried one by one", len(batch.scans))
    apart = (replace(batch, scans=(scan,)) for scan in batch.scans)
    return [answer for one in apart for answer in _recorded_alone(slug, scanner, one, at)]


def _link(batch: Batch, answers: list[Answer], at: datetime) -> None:
    """Where a ticket was given out, or one is awaited, scans and tickets may have found each other."""
    gave = any(isinstance(scan, Claim) and scan.new_code for scan in batch.scans)
    if gave or any(answer.verdict is Verdict.PROVISIONAL for answer in answers):
        try:
            link_tickets(at)
        except Exception:
            log.exception("scans are linked to their tickets later")


def _alike(slug: str, sent: Sent) -> Alike | None:
    """Small batches of one event go along with each other; what a revoked device sends is kept apart."""
    if sent.device.revoked or len(sent.batch.scans) > GOES_ALONG:
        return None
    return Alike((slug, sent.device.event_id), sent, lambda wire, batches: record_batches(wire, slug, batches))


def _recorded_alone(slug: str, scanner: DeviceActor, batch: Batch, at: datetime) -> list[Answer]:
    """One scan in a transaction of its own: locks held for several of them would not be taken in one order.

    Refused as being there already, it is looked at once more: a device that waited too long sends it again, and the
    first time may be kept while the second looks for it.
    """
    driver: Any = db.engine.dialect.dbapi
    for last_time in (False, True):
        try:
            return write_together(lambda wire: record_scans(wire, slug, scanner, batch, at=at))
        except (DomainError, driver.OperationalError, driver.InterfaceError):
            raise  # the event is not there, or the database away
        except Exception as error:
            if isinstance(error, driver.IntegrityError) and not last_time:
                continue
            log.exception("a scan could not be recorded")
    return [refusal(str(scan.id) if scan.id else None, "fault") for scan in batch.scans]


def _scanner() -> DeviceActor:
    scanner: DeviceActor = g.device
    return scanner


def _event(slug: str) -> Event:
    """The event for a device of it or somebody who keeps its door; for everybody else it is not there."""
    if g.device is None:
        return staff_event(slug, g.actor, Right.KEEP_DOOR)
    if g.device.revoked:
        raise Unauthorized("revoked")
    limit(LOOKS, "looks", str(g.device.device_id))
    event = event_by_id(g.device.event_id)
    if event.slug != slug:
        raise NotFound
    return event


def _place(event: Event, code: str) -> DoorPlace:
    bind = door.connection()
    found = door.places(bind, door.door_event(bind, event.slug, event.id), [code], hold=False).get(code)
    if found is None:
        raise NotFound
    return found


def _body() -> bytes:
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge
    return request.get_data(cache=False)


def _counts(place: DoorPlace, figures: Counts, at: datetime) -> dict[str, Any]:
    return {
        "place": place.code,
        "at": stamp(at),
        "present": figures.present,
        "visits": figures.visits,
        "people_today": figures.people_today,
        "room_left": place.space.room_left(at) if place.space else None,
        "capacity": place.space.capacity if place.space else None,
        "this_device": figures.this_device,
    }


def _json(value: dict[str, Any]) -> Response:
    return Response(as_json(value), content_type="application/json")
