"""Figures from a tally sheet are typed in afterwards: lines of their own, marked as paper, with who typed them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.audit import record
from app.db import db
from app.programme.models import Event
from app.web.actors import Actor
from checkin.models import Scan
from checkin.operations.by_hand import Typed, open_by_hand, take_by_hand
from checkin.rules import Method
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
    typed = Typed(sheet.id, sheet.place, sheet.counted_at, sheet.people)
    doorway, claim, place = open_by_hand(event, typed, at=at)
    wish = Wish(sheet.counted_at, people=sheet.people, new_today=sheet.new_today, method=Method.PAPER)
    decision = decide_head_count(wish, doorway.place_facts(place), {})
    rows = take_by_hand(doorway, claim, decision, place, at=at, account_id=actor.account_id)
    if decision.conflict:
        doorway.flag(decision.conflict, claim, place, row=rows[0])
    doorway.pending.write(doorway.bind)
    record(actor, "paper.type", f"scan:{sheet.id}", at=at, event_id=event.id, people=dict(sheet.people))
    return True
