"""Figures of a place are corrected by further lines of the ledger, with a reason of a list and who says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.audit import record
from app.db import db
from app.errors import NotFound, Refused
from app.programme.models import Event
from app.web.actors import Actor, DeviceActor
from checkin.models import Scan
from checkin.operations.by_hand import NO_DEVICE, scan_by_hand
from checkin.operations.doorway import open_doorway
from checkin.operations.sent import Sent
from checkin.queries import door
from checkin.queries.corrections import counted_at, known_without_ticket
from checkin.rules import Act, Verdict
from checkin.rules.claims import Batch, Claim
from checkin.rules.correcting import CorrectionReason, correction_lines, not_covered
from checkin.rules.facts import Decision


@dataclass(frozen=True)
class Correction:
    """Changes by category, signed. `id`: of the form, so that the same one sent twice is written once. stood: what the
    place's lines said when they were decided."""

    id: UUID
    place: str
    at: datetime
    changes: Mapping[str, int]
    stood: Mapping[str, int]
    new_today: bool
    reason: CorrectionReason


class CountedMeanwhile(Refused):
    """The place's lines do not say any more what the person saw."""

    def __init__(self) -> None:
        super().__init__("counted_meanwhile", "The figures of this place have changed meanwhile.")


class NotWithoutTicket(Refused):
    """Only who was counted without a ticket is taken off here; a ticket is corrected at its registration."""

    def __init__(self) -> None:
        super().__init__("not_without_ticket", "Only people counted without a ticket can be taken off.")


def correct(event: Event, wish: Correction, *, at: datetime, actor: Actor) -> bool:
    """Write the lines; False if this very form was taken before. Raises NotFound, CountedMeanwhile,
    NotWithoutTicket."""
    if db.session.get(Scan, wish.id) is not None:
        return False
    bind = door.connection()
    facts = door.door_event(bind, event.slug, event.id)
    gate = next(iter(facts.gates), None)
    if gate is None:
        raise Refused("no_such_gate")
    claim = Claim(wish.id, b"", Act.HEAD_COUNT, wish.at, gate, wish.place, people=dict(wish.changes))
    hand = DeviceActor(NO_DEVICE, event.id, None, ())
    doorway = open_doorway(bind, facts, [claim], [], first=Sent(hand, Batch(at, (claim,)), at))
    place = doorway.places.get(wish.place)
    if place is None:
        raise NotFound
    if counted_at(event.id, place.id) != dict(wish.stood):
        raise CountedMeanwhile
    known = known_without_ticket(event.id, place.id, new_today=wish.new_today)
    if not_covered(wish.changes, known):
        raise NotWithoutTicket
    lines = correction_lines(wish.reason, wish.changes, known, new_today=wish.new_today)
    for row in doorway.take(claim, Decision(Verdict.COUNTED, tuple(lines)), place, None, wish.at):
        row |= {"device_id": None, "device_at": None, "gate_id": None, "account_id": actor.account_id}
    whose: dict[str, Any] = {"event_id": event.id, "place_id": place.id, "account_id": actor.account_id}
    doorway.pending.scans.append(scan_by_hand(claim, Verdict.COUNTED, at=at, **whose))
    doorway.pending.write(bind)
    told = {"reason": wish.reason.value, "changes": dict(wish.changes)}
    record(actor, "correction.add", f"scan:{wish.id}", at=at, event_id=event.id, **told)
    return True
