"""A scan that no device made: somebody on the staff typed or decided it."""

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.errors import NotFound, Refused
from app.programme.models import Event
from app.values import replace
from app.web.actors import DeviceActor
from checkin.operations.doorway import Doorway, open_doorway
from checkin.operations.sent import Sent
from checkin.queries import door
from checkin.queries.rows import DoorEvent, DoorGate, DoorPlace
from checkin.rules import Act, Method, Verdict
from checkin.rules.claims import Batch, Claim
from checkin.rules.facts import Decision

NO_DEVICE = 0
"""In place of a device, until a line gets the person who wrote it."""
DESK = ""
"""In place of a gate, for a desk stands at none; no gate is called so."""


@dataclasses.dataclass(frozen=True)
class Typed:
    """People typed in as counted at a place, signed, and when."""

    id: UUID
    place: str
    at: datetime
    people: Mapping[str, int]


def open_by_hand(event: Event, typed: Typed, *, at: datetime) -> tuple[Doorway, Claim, DoorPlace]:
    """The door before these people, as if a device had sent them. Raises NotFound for a place that is none."""
    bind = door.connection()
    facts = door.door_event(bind, event.slug, event.id)
    gate = next(iter(facts.gates), None)
    if gate is None:
        raise Refused("no_such_gate")
    claim = Claim(typed.id, b"", Act.HEAD_COUNT, typed.at, gate, typed.place, people=dict(typed.people))
    hand = DeviceActor(NO_DEVICE, event.id, None, ())
    doorway = open_doorway(bind, facts, [claim], [], first=Sent(hand, Batch(at, (claim,)), at))
    place = doorway.places.get(typed.place)
    if place is None:
        raise NotFound
    return doorway, claim, place


def take_by_hand(
    doorway: Doorway, claim: Claim, decision: Decision, place: DoorPlace, *, at: datetime, account_id: int | None
) -> list[dict[str, Any]]:
    """Let it happen, its lines and its scan those of whoever typed it: the lines."""
    rows = doorway.take(claim, decision, place, None, claim.at)
    for row in rows:
        row |= {"device_id": None, "device_at": None, "gate_id": None, "account_id": account_id}
    whose: dict[str, Any] = {"event_id": doorway.event.id, "place_id": place.id, "account_id": account_id}
    doorway.pending.scans.append(scan_by_hand(claim, decision.verdict, at=at, **whose))
    return rows


def with_desk(event: DoorEvent) -> DoorEvent:
    """The event with a desk beside its gates, which works where there is no gate at all, too."""
    return dataclasses.replace(event, gates={**event.gates, DESK: DoorGate(None, DESK, new_today=False)})


def typed_by_hand(decision: Decision, *, paper: bool) -> Decision:
    """The same decision, its lines known because somebody typed them, or what stood on paper."""
    method = Method.PAPER if paper else Method.TYPED
    return replace(decision, lines=tuple(replace(line, method=method) for line in decision.lines))


def scan_by_hand(
    claim: Claim, verdict: Verdict, *, event_id: int, place_id: int, account_id: int | None, at: datetime, **more: Any
) -> dict[str, Any]:
    """The row of such a scan; `more`: its gate and ticket, where it has them."""
    return {
        "id": claim.id,
        "event_id": event_id,
        "device_id": None,
        "account_id": account_id,
        "seq": None,
        "act": claim.act,
        "gate_id": None,
        "place_id": place_id,
        "ticket_id": None,
        "code_kind": None,
        "device_at": None,
        "received_at": at,
        "at": claim.at,
        "body_hash": hashlib.sha256(claim.id.bytes).digest(),
        "verdict": verdict,
        "facts": {},
        "shown": None,
        "forced": None,
        **more,
    }
