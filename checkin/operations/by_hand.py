"""A scan that no device made: somebody on the staff typed or decided it."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from checkin.queries.rows import DoorEvent, DoorGate
from checkin.rules import Method, Verdict
from checkin.rules.claims import Claim
from checkin.rules.facts import Decision

NO_DEVICE = 0
"""In place of a device, until a line gets the person who wrote it."""
DESK = ""
"""In place of a gate, for a desk stands at none; no gate is called so."""


def with_desk(event: DoorEvent) -> DoorEvent:
    """The event with a desk beside its gates, which works where there is no gate at all, too."""
    return replace(event, gates={**event.gates, DESK: DoorGate(None, DESK, new_today=False)})


def typed_by_hand(decision: Decision) -> Decision:
    """The same decision, its lines known because somebody typed them."""
    return replace(decision, lines=tuple(replace(line, method=Method.TYPED) for line in decision.lines))


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
