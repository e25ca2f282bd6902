"""What a scan is answered: the verdict, and the facts that are kept with it so that the same id gets them again.

Kept facts hold numbers, times and ids; names are filled in from today's rows whenever the answer is given.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.values import Value, field
from checkin.operations.booked import HOLDING
from checkin.queries.rows import DoorPlace, DoorTicket, Party
from checkin.rules import ConflictKind, Direction, EntryKind, Verdict
from checkin.rules.claims import Claim
from checkin.rules.facts import Decision, TicketFacts
from checkin.rules.people import Numbers, beyond, plus, renamed, total
from checkin.rules.space import Space
from checkin.rules.stay import Stay
from registrations.rules import PartyKind

OTHER_GATE = "other_gate"
"""The error of a scan from a gate that its device is not bound to: it is kept, and says nobody's name."""
ONLY_IF_LOOKED_INTO = (
    Verdict.NOT_BOOKED, Verdict.WAITLISTED, Verdict.CANCELLED, Verdict.TOO_EARLY, Verdict.TOO_LATE,
)  # fmt: skip

ALL_CAME, ALL_LEFT = "all_came", "all_left"
"""Facts of a scan that did not say how many of a party passed."""


class Person(Value, frozen=True):
    """What a door role may see of somebody."""

    name: str | None
    category: str | None
    note: str | None
    no_photo: bool = False
    party_kind: PartyKind | None = None


class Answer(Value, frozen=True):
    """One scan's answer; `id` as it was sent, so that the device knows which. facts: see `facts_of`."""

    id: str | None
    verdict: Verdict | None = None
    at: datetime | None = None
    place: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    person: Person | None = None
    faults: tuple[str, ...] = ()

    @property
    def error(self) -> str | None:
        return self.facts.get("error")

    @property
    def misses(self) -> bool:
        """Whether what was read is nothing of ours."""
        return self.facts.get("refused_as", self.verdict) in (Verdict.UNKNOWN, Verdict.UNREADABLE)


def refusal(scan_id: str | None, error: str, *, faults: tuple[str, ...] = ()) -> Answer:
    """A scan that is not taken; nothing of it is kept."""
    return Answer(scan_id, facts={"error": error}, faults=faults)


def person_of(ticket: DoorTicket, party: Party, categories: Mapping[int, str]) -> Person:
    """Name, category and the staff's note; a party of several categories has none."""
    if ticket.attendee_category_id is not None:
        category: str | None = categories.get(ticket.attendee_category_id)
    else:
        category = next(iter(party.numbers)) if len(party.numbers) == 1 else None
    return Person(ticket.name, category, ticket.note, bool(ticket.no_photo), ticket.party_kind)


def facts_of(
    decision: Decision, *, at: datetime, place: DoorPlace, space: Space | None, conflict: ConflictKind | None
) -> dict[str, Any]:
    """What is kept of any decision: only what says something."""
    facts: dict[str, Any] = {}
    room_left = space.room_left(at) if space else None
    if room_left is not None:
        facts["room_left"] = room_left
    if conflict:
        facts["conflict"] = conflict.value
    if decision.error:
        facts["error"] = decision.error
    if decision.refused_as:
        facts["refused_as"] = decision.refused_as.value
    if decision.verdict in (Verdict.TOO_EARLY, Verdict.TOO_LATE):
        facts["window"] = [place.window.from_.isoformat(), place.window.to.isoformat()]
    return facts


def facts_of_ticket(decision: Decision, ticket: TicketFacts, after: Stay, party: Party) -> dict[str, Any]:
    """What is kept of a decision about a ticket besides; of one person who was simply admitted nothing."""
    facts: dict[str, Any] = {}
    if after.first_at and decision.verdict in (Verdict.ALREADY_IN, Verdict.READMITTED, Verdict.CONFIRM_PARTY):
        facts["first"] = [after.first_at.isoformat(), after.first_gate_id]
    if total(ticket.party) > 1:
        facts["party"] = dict(ticket.party)
        facts["admitted"] = dict(after.admitted)
    if decision.expected is not None:
        facts["expected"] = dict(decision.expected)
    if decision.verdict in ONLY_IF_LOOKED_INTO:
        facts["booked"] = _confirmed_sessions(party)
    return facts


def facts_of_taps(decision: Decision, number: str | None) -> dict[str, Any]:
    """Who was counted without a ticket, and the short number of the one that could not be read, until it is tied."""
    came: Numbers = {}
    for line in decision.lines:
        came = plus(came, line.people)
    noted = {"number": number} if number else {}
    return {"admitted": dict(came), **noted} if came else {}


def left_uncounted(decision: Decision, claim: Claim, party: Numbers) -> dict[str, Any]:
    """Whom the door let in and nobody counted, for who settles it: whatever else there is to say of the scan."""
    if claim.shown is None or not claim.shown.lets_in or claim.direction is Direction.OUT:
        return {}
    came: Numbers = {}
    for line in decision.lines:
        came = plus(came, line.people if line.kind is EntryKind.ENTRY else {})
    rest = beyond(renamed(claim.people or (party if total(party) == 1 or not came else {}), came), came)
    told: dict[str, Any] = {"uncounted": dict(rest)} if rest else {}
    return told if claim.people or total(party) == 1 else {**told, ALL_CAME: True}


def listed_besides(decision: Decision, facts: Mapping[str, Any], ticket: TicketFacts) -> ConflictKind | None:
    """What those whom nobody counted are listed as, where the scan is listed as something else."""
    if "uncounted" not in facts or decision.conflict in (ConflictKind.DOUBLE_ADMISSION, ConflictKind.SURPLUS):
        return None
    twice = not decision.lines and not total(beyond(ticket.party, ticket.here.admitted))
    return ConflictKind.DOUBLE_ADMISSION if twice else ConflictKind.SURPLUS


def all_left(decision: Decision, asked: Numbers | None, party: Numbers) -> dict[str, Any]:
    """That all of a party who were there left, however many that proves to be."""
    return {ALL_LEFT: True} if decision.verdict is Verdict.LEFT and not asked and total(party) > 1 else {}


def offered_place(decision: Decision, room_left: int | None, numbers: Numbers) -> dict[str, Any]:
    """How many free places somebody without a booking may take, where that is asked."""
    if not decision.offers_place:
        return {}
    left = room_left if decision.places is None else decision.places
    return {"walk_in_left": total(numbers) if left is None else left}


def _confirmed_sessions(party: Party) -> list[int]:
    return sorted({one.session_id for one in party.places if one.state in HOLDING})
