"""Figures of a place are corrected by further lines of the ledger, with a reason of a list and who says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.audit import record
from app.db import db
from app.errors import Refused
from app.programme.models import Event
from app.web.actors import Actor
from checkin.models import Scan
from checkin.operations.by_hand import Typed, open_by_hand, take_by_hand
from checkin.queries.corrections import counted_at, known_without_ticket
from checkin.rules import Verdict
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
    typed = Typed(wish.id, wish.place, wish.at, wish.changes)
    doorway, claim, place = open_by_hand(event, typed, at=at)
    if counted_at(event.id, place.id) != dict(wish.stood):
        if db.session.get(Scan, wish.id) is not None:
            return False  # while this one waited for the other
        raise CountedMeanwhile
    known = known_without_ticket(event.id, place.id, new_today=wish.new_today)
    if not_covered(wish.changes, known):
        raise NotWithoutTicket
    lines = correction_lines(wish.reason, wish.changes, known, new_today=wish.new_today)
    decision = Decision(Verdict.COUNTED, tuple(lines))
    take_by_hand(doorway, claim, decision, place, at=at, account_id=actor.account_id)
    doorway.pending.write(doorway.bind)
    told = {"reason": wish.reason.value, "changes": dict(wish.changes)}
    record(actor, "correction.add", f"scan:{wish.id}", at=at, event_id=event.id, **told)
    return True
