"""What stands before the door, and what the door's own word does to a decision."""

from datetime import datetime
from typing import Any

from app.values import Value
from checkin.operations.answers import OTHER_GATE
from checkin.operations.sent import Sent
from checkin.queries.rows import DoorEvent, DoorPlace, DoorTicket
from checkin.rules import Act, ConflictKind, Verdict
from checkin.rules.claims import Claim
from checkin.rules.facts import Decision, TicketFacts


class Presented(Value, frozen=True):
    """What stands before the door: the scan, where and when, and the ticket if it is one of ours, as it was then.
    `first_time`: nobody of it was ever admitted anywhere."""

    claim: Claim
    place: DoorPlace
    at: datetime
    kind: str | None = None
    ticket: DoorTicket | None = None
    before: TicketFacts | None = None
    first_time: bool = False


def turned_away(claim: Claim, decision: Decision) -> Decision:
    """The door had decided already and let nobody in: what it showed stands, whatever we would have said."""
    shown = claim.shown
    if shown is None or shown.lets_in or shown is Verdict.LEFT or not decision.lines:
        return decision
    return Decision(shown)


def passed(claim: Claim, decision: Decision) -> bool:
    """Whether somebody went in or out by this scan, whatever was counted."""
    shown = claim.shown is not None and claim.shown.lets_in
    return claim.act is not Act.UNDO and (shown or decision.verdict.lets_in or decision.verdict is Verdict.LEFT)


def listed_as(claim: Claim, decision: Decision) -> list[ConflictKind]:
    """What people should look at of it; of a noted number whatever else it is listed for."""
    kinds = [decision.conflict] if decision.conflict else []
    if claim.number and decision.lines and ConflictKind.UNREAD_TICKET not in kinds:
        kinds.append(ConflictKind.UNREAD_TICKET)
    return kinds


def is_settled(decision: Decision) -> bool:
    return decision.verdict.lets_in or decision.verdict in (Verdict.LEFT, Verdict.UNDONE, Verdict.CONFIRM_PARTY)


def is_elsewhere(claim: Claim, place: DoorPlace, event: DoorEvent, gates: frozenset[int] | None) -> bool:
    """Whether a device that is bound to these gates names another one, or a place that none of them ever led to."""
    return gates is not None and (event.gates[claim.gate].id not in gates or gates.isdisjoint(place.gates))


def fault_of(claim: Claim, place: DoorPlace | None, event: DoorEvent, gates: frozenset[int] | None) -> str | None:
    """What a scan names that the event does not have, as the reason for refusing it; None: nothing. Of a question, the
    gates that are not its device's too: nothing has happened there, and it is told nothing."""
    if claim.gate not in event.gates:
        return "no_such_gate"
    if place is None:
        return "no_such_place"
    if claim.people and any(category not in event.categories for category in claim.people):
        return "no_such_category"
    return OTHER_GATE if claim.dry_run and is_elsewhere(claim, place, event, gates) else None


def scan_row(
    presented: Presented, decision: Decision, facts: dict[str, Any], *, event: DoorEvent, sent: Sent
) -> dict[str, Any]:
    """The scan as it is kept, with what it is answered."""
    claim, overridden = presented.claim, decision.conflict is ConflictKind.OVERRIDE
    return {
        "id": claim.id,
        "event_id": event.id,
        "device_id": sent.device_id,
        "account_id": sent.account_id,
        "seq": claim.seq,
        "act": claim.act,
        "gate_id": event.gates[claim.gate].id,
        "place_id": presented.place.id,
        "ticket_id": presented.ticket.id if presented.ticket else None,
        "code_kind": presented.kind,
        "device_at": claim.at,
        "received_at": sent.received_at,
        "at": presented.at,
        "body_hash": claim.body,
        "verdict": decision.verdict,
        "facts": facts,
        "shown": claim.shown,
        "forced": claim.force.value if claim.force and overridden else None,
    }
