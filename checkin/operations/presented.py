"""What stands before the door, and what the door's own word does to a decision."""

from datetime import datetime

from app.values import Value
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


def fault_of(claim: Claim, place: DoorPlace | None, event: DoorEvent) -> str | None:
    """What a scan names that the event does not have, as the reason for refusing it; None: nothing."""
    if claim.gate not in event.gates:
        return "no_such_gate"
    if place is None:
        return "no_such_place"
    if claim.people and any(category not in event.categories for category in claim.people):
        return "no_such_category"
    return None
