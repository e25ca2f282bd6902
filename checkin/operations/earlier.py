"""A scan that arrives late and is earlier than the entry that was counted: the time of the entry is corrected.

The person is counted once, whichever upload came first. The later entry is undone and written anew with the time and
gate of the earlier scan; where one may come back freely, the later scan becomes the return that it was. Parties, and
whoever may come back only after going out, are judged again as a whole (`retelling.py`).
"""

from datetime import datetime
from typing import Any

from app.values import replace
from checkin.operations.answers import left_uncounted
from checkin.operations.doorway import Doorway
from checkin.operations.ledger import columns_of
from checkin.queries import door
from checkin.queries.rows import DoorPlace, DoorTicket
from checkin.rules import Direction, Method
from checkin.rules.claims import Claim
from checkin.rules.facts import Decision, NewLine
from checkin.rules.people import Numbers, beyond, total, within
from checkin.rules.stay import Line

EARLIER = "earlier_scan"
"""The reason on lines that only correct a time."""


def correct_times(
    doorway: Doorway, claim: Claim, place: DoorPlace, ticket: DoorTicket, *, at: datetime, decision: Decision
) -> Decision:
    """What is left of the decision once entries later than `at` have the time of this scan, which let somebody in."""
    returns = [line for line in decision.lines if line.reentry]
    came = returns[0].people if returns else _uncounted(decision, claim, doorway.party_of(ticket))
    if not total(came) or not _later(doorway, place, ticket, at):
        return decision
    doorway.flush()
    for line in _later(doorway, place, ticket, at):
        moved = within(came, line.people)
        if total(moved):
            _move(doorway, claim, place, ticket, at=at, line=line, moved=moved, returns=bool(returns))
            came = beyond(came, moved)
    if not returns:
        return decision
    left = replace(returns[0], people=came)
    kept = tuple(left if line is returns[0] else line for line in decision.lines)
    return replace(decision, lines=tuple(line for line in kept if line.people))


def _uncounted(decision: Decision, claim: Claim, party: Numbers) -> Numbers:
    """Of those whom the scan let in and nobody counted, who are of the party: they were counted already."""
    numbers: Numbers = left_uncounted(decision, claim.people, party).get("uncounted", {})
    return within(numbers, party)


def _later(doorway: Doorway, place: DoorPlace, ticket: DoorTicket, at: datetime) -> list[Line]:
    """The ticket's entries here after `at`, the latest first: of a party the last who came are those too many."""
    here = doorway.lines.get(ticket.person, {}).get(place.id, ())
    entries = (line for line in here if line.direction is Direction.IN and not line.reentry and line.at > at)
    return sorted(entries, key=lambda line: (line.at, line.order), reverse=True)


def _move(
    doorway: Doorway,
    claim: Claim,
    place: DoorPlace,
    ticket: DoorTicket,
    *,
    at: datetime,
    line: Line,
    moved: Numbers,
    returns: bool,
) -> None:
    (written,) = door.numbered(doorway.bind, doorway.event, [line.order])
    doorway.undo(claim, written, at, reason=EARLIER)
    as_it_was = {**written.columns, "received_at": doorway.passing.received_at, "reason": EARLIER}
    now = doorway.made_now(claim, at)
    earlier = as_it_was | {name: now[name] for name in ("at", "day", "slot", "gate_id", "device_at")}
    new = NewLine(written.columns["kind"], moved, Method(written.columns["method"]), booked=written.columns["booked"])
    _write(doorway, place, ticket, replace(new, people=beyond(line.people, moved)), as_it_was)
    _write(doorway, place, ticket, new, earlier)
    if returns:
        _write(doorway, place, ticket, replace(new, booked=None, reentry=True), as_it_was)


def _write(doorway: Doorway, place: DoorPlace, ticket: DoorTicket, new: NewLine, columns: dict[str, Any]) -> None:
    if total(new.people):
        said = {**columns_of(new), "reason": columns["reason"]}
        doorway.add({**columns, **said}, new.people)
        doorway.move_on(new, place, ticket, columns["at"], columns["gate_id"])
