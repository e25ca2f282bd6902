"""Figures from a tally sheet are typed in afterwards: lines of their own, marked as paper, with who typed them."""

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
from checkin.rules import Act, Method
from checkin.rules.claims import Batch, Claim
from checkin.rules.facts import Wish
from checkin.rules.taps import decide_head_count


@dataclass(frozen=True)
class Sheet:
    """What stands on a sheet. `id`: of the form, so that the same one sent twice is written once."""

    id: UUID
    place: str
    counted_at: datetime
    people: Mapping[str, int]
    new_today: bool


def type_sheet(event: Event, sheet: Sheet, *, at: datetime, actor: Actor) -> bool:
    """Write a sheet's figures; False if this very form was taken before. Raises NotFound for a place that is none."""
    if db.session.get(Scan, sheet.id) is not None:
        return False
    bind = door.connection()
    facts = door.door_event(bind, event.slug, event.id)
    gate = next(iter(facts.gates), None)
    if gate is None:
        raise Refused("no_such_gate")
    claim = Claim(sheet.id, b"", Act.HEAD_COUNT, sheet.counted_at, gate, sheet.place, people=sheet.people)
    hand = DeviceActor(NO_DEVICE, event.id, None, ())
    doorway = open_doorway(bind, facts, [claim], [], first=Sent(hand, Batch(at, (claim,)), at))
    place = doorway.places.get(sheet.place)
    if place is None:
        raise NotFound
    wish = Wish(sheet.counted_at, people=sheet.people, new_today=sheet.new_today, method=Method.PAPER)
    decision = decide_head_count(wish, doorway.place_facts(place), {})
    rows = doorway.take(claim, decision, place, None, sheet.counted_at)
    for row in rows:
        row |= {"device_id": None, "device_at": None, "gate_id": None, "account_id": actor.account_id}
    whose: dict[str, Any] = {"event_id": event.id, "place_id": place.id, "account_id": actor.account_id}
    doorway.pending.scans.append(scan_by_hand(claim, decision.verdict, at=at, **whose))
    if decision.conflict:
        doorway.flag(decision.conflict, claim, place, row=rows[0])
    doorway.pending.write(bind)
    record(actor, "paper.type", f"scan:{sheet.id}", at=at, event_id=event.id, people=dict(sheet.people))
    return True
