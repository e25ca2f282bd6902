"""JSON for scanners: scans in, verdicts out; gates, counters, and the end of a device.

A scanner carries its bearer token and nothing else. It sees name, category and verdict of who stands before it.
"""

import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, current_app, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests, Unauthorized

from app.clock import now
from app.db import db, transaction
from app.errors import DomainError, NotFound
from app.group import write_together
from app.programme.models import Event
from app.programme.queries import staff_event
from app.web.actors import DeviceActor, Right
from app.web.guards import device, staff_or_device
from app.web.limits import Limits, limit
from checkin.forms import numbers_in, read_batch
from checkin.operations import end_device, record_scans
from checkin.operations.answers import Answer, refusal
from checkin.queries import door
from checkin.queries.counts import Counts, counts_at
from checkin.queries.gates import categories_of, event_by_id, event_names, gate_names, gates_of, session_names
from checkin.queries.rows import DoorPlace
from checkin.rules.claims import Batch
from checkin.rules.times import event_day

log = logging.getLogger("uketsuke.door")
blueprint = Blueprint("checkin_api", __name__, url_prefix="/api/v1")
LARGEST_BODY = 512 * 1024
BATCHES, SCANS, LOOKS = "900 per minute", "6000 per minute", "240 per minute"
"""A day of scans from a door that was offline comes up in a few minutes."""
MISSES = "60 per minute"
"""Short numbers that are no ticket's: enough for who types them, too few for trying them all."""


@blueprint.post("/events/<slug>/scans")
@device
def scans(slug: str) -> Response:
    """Record a batch of scans; one verdict each, by id."""
    scanner = _scanner()
    limit(BATCHES, "batches", str(scanner.device_id))
    batch = read_batch(_body())
    limit(SCANS, "scans", str(scanner.device_id), count=len(batch.scans))
    numbers = numbers_in(batch)
    limits: Limits = current_app.extensions["uketsuke_limits"]
    if numbers and limits.spent(MISSES, "misses", str(scanner.device_id)):
        raise TooManyRequests
    at = now()
    answers = _recorded(slug, scanner, batch, at)
    if missed := sum(answers[place].misses for place in numbers):
        limits.hit(MISSES, "misses", str(scanner.device_id), count=missed)
    names = _Names(answers)
    return _json({"received_at": _stamp(at), "verdicts": [_verdict(answer, names) for answer in answers]})


@blueprint.get("/events/<slug>/gates")
@staff_or_device(Right.KEEP_DOOR)
def gates(slug: str) -> Response:
    """The event's gates with what one enters there, and its categories."""
    event = _event(slug)
    found = gates_of(event, now())
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
                            "starts_at": _stamp(place.starts_at),
                            "ends_at": _stamp(place.ends_at),
                            "now": place.now,
                        }
                        for place in gate.places
                    ],
                }
                for gate in found
            ],
            "categories": [
                {"key": category.key, "label": category.label, "belongs": category.belongs}
                for category in categories_of(event.id)
            ],
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


def _recorded(slug: str, scanner: DeviceActor, batch: Batch, at: datetime) -> list[Answer]:
    """Everything in one go; if something in it cannot be kept, each scan on its own, so that none holds up another."""
    try:
        return write_together(lambda wire: record_scans(wire, slug, scanner, batch, at=at))
    except DomainError:
        raise
    except Exception:
        log.exception("a batch of %s scans is tried one by one", len(batch.scans))
    apart = (replace(batch, scans=(scan,)) for scan in batch.scans)
    return [answer for one in apart for answer in _recorded_alone(slug, scanner, one, at)]


def _recorded_alone(slug: str, scanner: DeviceActor, batch: Batch, at: datetime) -> list[Answer]:
    """One scan in a transaction of its own: locks held for several of them would not be taken in one order."""
    driver: Any = db.engine.dialect.dbapi
    try:
        return write_together(lambda wire: record_scans(wire, slug, scanner, batch, at=at))
    except (DomainError, driver.OperationalError, driver.InterfaceError):
        raise  # the event is not there, or the database away: nothing about this scan
    except Exception:
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
        "at": _stamp(at),
        "present": figures.present,
        "visits": figures.visits,
        "people_today": figures.people_today,
        "room_left": place.space.room_left(at) if place.space else None,
        "capacity": place.space.capacity if place.space else None,
        "this_device": figures.this_device,
    }


class _Names:
    """What gates, events and sessions in these answers are called today; asked only if an answer names one."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        facts = [answer.facts for answer in answers]
        gates = {one["first"][1] for one in facts if one.get("first")} - {None}
        events = {one["event"] for one in facts if "event" in one}
        sessions = {session for one in facts for session in one.get("booked", ())}
        self.gates = gate_names(gates) if gates else {}
        self.events = event_names(events) if events else {}
        self.sessions = session_names(sessions) if sessions else {}


def _verdict(answer: Answer, names: _Names) -> dict[str, Any]:
    facts = answer.facts
    person = answer.person
    return {
        "id": answer.id,
        "verdict": answer.verdict,
        "at": _stamp(answer.at) if answer.at else None,
        "first": _first(facts, names),
        "place": answer.place,
        "person": {"name": person.name, "category": person.category, "note": person.note} if person else None,
        "party": facts.get("party"),
        "admitted": facts.get("admitted"),
        "expected": facts.get("expected"),
        "booked": _booked(facts, names),
        "walk_in_left": facts.get("walk_in_left"),
        "room_left": facts.get("room_left"),
        "window": _window(facts),
        "event": _other_event(facts, names),
        "counts": None,
        "error": _error(answer),
        "conflict": facts.get("conflict"),
    }


def _first(facts: dict[str, Any], names: _Names) -> dict[str, Any] | None:
    if "first" not in facts:
        return None
    at, gate_id = facts["first"]
    return {"at": _stamp(datetime.fromisoformat(at)), "gate": names.gates.get(gate_id)}


def _booked(facts: dict[str, Any], names: _Names) -> list[dict[str, Any]]:
    known = [names.sessions[one] for one in facts.get("booked", ()) if one in names.sessions]
    found = sorted(known, key=lambda one: one[2])
    return [{"code": code, "title": title, "starts_at": _stamp(starts_at)} for code, title, starts_at in found]


def _window(facts: dict[str, Any]) -> dict[str, str] | None:
    if "window" not in facts:
        return None
    opens, closes = (_stamp(datetime.fromisoformat(one)) for one in facts["window"])
    return {"from": opens, "to": closes}


def _other_event(facts: dict[str, Any], names: _Names) -> dict[str, Any] | None:
    if facts.get("event") not in names.events:
        return None
    slug, title = names.events[facts["event"]]
    return {"slug": slug, "title": title}


def _error(answer: Answer) -> dict[str, str] | None:
    code = answer.error
    if code is None:
        return None
    sentence = str(_SENTENCES.get(code) or _("This scan could not be recorded."))
    return {"code": code, "message": " ".join([sentence, "; ".join(answer.faults)]).strip()}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(value: dict[str, Any]) -> Response:
    return Response(json.dumps(value, separators=(",", ":")), content_type="application/json")


_SENTENCES = {
    "fault": _l("This scan could not be recorded. It was set aside; please tell the organiser."),
    "id_reused": _l("This scan's number was used for another scan already."),
    "invalid": _l("This scan cannot be read."),
    "more_than_booked": _l("More people than booked, and this session takes nobody without a booking."),
    "more_than_party": _l("More people than the party has, and this session takes no walk-ins."),
    "no_such_category": _l("This event has no such category."),
    "no_such_gate": _l("This event has no such gate."),
    "no_such_place": _l("This event has no such place."),
    "no_walk_ins": _l("This session takes no walk-ins."),
    "not_available_yet": _l("This is not available yet."),
    "not_your_scan": _l("Another device made this scan. An organiser can undo it."),
    "nothing_to_undo": _l("There is nothing to undo."),
    "search_right_needed": _l("This device may not look up short numbers. Please scan the code."),
    "supervisor_right_needed": _l("Only an organiser may admit anyway."),
    "too_late_to_undo": _l("It is too late to undo this. An organiser still can."),
}
