"""What nearly every scan comes to, written down the short way: one person with a ticket of their own is let in where
nobody of it has been yet, and there is nothing else to say.

The rules decide as for everybody else; only what follows is not looked for where such a scan cannot have it. A test
holds that both ways write the same rows and give the same answers.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.quick_json import uuid_text
from checkin.operations.answers import Answer, person_of
from checkin.operations.booked import booking_of
from checkin.operations.doorway import LATER_THAN_STORED, Doorway
from checkin.operations.ledger import EMPTY_ENTRY
from checkin.operations.presented import is_elsewhere
from checkin.operations.sent import Sent
from checkin.queries.rows import DoorPlace, DoorTicket, Party
from checkin.rules import Act, Direction, EntryKind, Method, Verdict
from checkin.rules.alone import admit_alone, admits_alike
from checkin.rules.claims import Claim
from checkin.rules.facts import NewLine, TicketFacts, Wish
from checkin.rules.stay import Line
from checkin.rules.times import Clock, lead
from registrations.rules import PartyKind

KIND = "ticket"
LINE = {**EMPTY_ENTRY, "kind": EntryKind.ENTRY, "direction": Direction.IN, "method": Method.SCANNED,
        "party_kind": PartyKind.PERSON}  # fmt: skip


class _Alike:
    """Tickets of one person each that booked the same, in front of one place. line: what the rules wrote of the last
    one that they let in; on_booking: on a booked place; numbers: of each, per category id. party: one of them."""

    __slots__ = ("facts", "line", "numbers", "on_booking", "party")

    def __init__(self, party: Party, facts: TicketFacts, categories: Mapping[str, int]) -> None:
        self.party = party
        self.facts = facts
        self.numbers = {categories[key]: number for key, number in facts.party.items()}
        self.on_booking = False
        self.line: NewLine


class Plainly:
    """The newcomers of one batch. alike: tickets that are, by their numbers and bookings and the place."""

    def __init__(self, doorway: Doorway, sent: Sent, clock: Clock) -> None:
        self.doorway = doorway
        self.by_device = sent.account_id is None
        self.gates = sent.device.gates
        self.clock = clock
        self.received_at = sent.received_at
        self.alike: dict[tuple[int, int, int], _Alike] = {}
        self.shared = {
            "event_id": doorway.event.id,
            "device_id": sent.device_id,
            "account_id": None,
            "received_at": sent.received_at,
        }
        self.row = {**LINE, **self.shared}

    def admit(self, claim: Claim) -> Answer | None:
        """The answer to a scan that came to this, once it happened; None: it is for the long way, and nothing did."""
        doorway = self.doorway
        place = doorway.places.get(claim.place)
        if place is None or not self._is_plain(claim) or is_elsewhere(claim, place, doorway.event, self.gates):
            return None
        at, ticket = self.clock.in_order(claim.at, claim.clock), doorway.tickets.get(claim.code or "")
        if at is None or ticket is None or not self._is_newcomer(ticket) or place.id in doorway.rooms.by_place:
            return None
        party = doorway.parties[ticket.registration_id]
        alike = self._alike(ticket, party, place)
        if not self._lets_in(alike, place, at):
            return None
        self._write(claim, place, ticket, alike, at)
        space = doorway.spaces[place.id]
        left = space.room_left(at) if space else None
        facts: dict[str, Any] = {"first_time": True} if left is None else {"room_left": left, "first_time": True}
        self._keep(claim, place, ticket, facts, at)
        person = person_of(ticket, party, doorway.keys)
        return Answer(uuid_text(claim.id), Verdict.ADMITTED, at, claim.place, facts, person)

    def _is_plain(self, claim: Claim) -> bool:
        """Whether it says nothing but a code, and comes from a device at one of our gates."""
        shown = claim.shown
        return (
            claim.act is Act.SCAN
            and claim.direction is Direction.IN
            and claim.people is None
            and claim.force is None
            and claim.new_code is None
            and (shown is None or shown.lets_in)
            and not claim.dry_run
            and self.by_device
            and claim.gate in self.doorway.event.gates
        )

    def _is_newcomer(self, ticket: DoorTicket) -> bool:
        return (
            ticket.party_kind is PartyKind.PERSON
            and ticket.attendee_id is None
            and ticket.event_id == self.doorway.event.id
            and not (ticket.blocked or ticket.cancelled)
            and ticket.id not in self.doorway.parties[ticket.registration_id].ended
            and not self.doorway.lines.get((ticket.registration_id, None))
        )

    def _alike(self, ticket: DoorTicket, party: Party, place: DoorPlace) -> "_Alike":
        """Parties that are alike share their numbers and bookings."""
        key = id(party.numbers), id(party.places), place.id
        found = self.alike.get(key)
        if found is None:
            booked, places = booking_of(ticket, party, place.session_id, party.numbers)
            facts = TicketFacts(party=party.numbers, booked=booked, places=places)
            found = self.alike[key] = _Alike(party, facts, self.doorway.event.categories)
        return found

    def _lets_in(self, alike: "_Alike", place: DoorPlace, at: datetime) -> bool:
        """As the rules decide. Once they let in somebody on a booked place, who is alike is asked only what changes."""
        space = self.doorway.spaces[place.id] if place.admission else None
        if alike.on_booking and admits_alike(place.window, space, at):
            return True
        decision = admit_alone(Wish(at), self.doorway.place_facts(place), alike.facts)
        if decision is None:
            return False
        alike.line = decision.lines[0]
        alike.on_booking = bool(alike.facts.places)
        return True

    def _write(self, claim: Claim, place: DoorPlace, ticket: DoorTicket, alike: "_Alike", at: datetime) -> None:
        doorway, event, line = self.doorway, self.doorway.event, alike.line
        gate_id = event.gates[claim.gate].id
        day, slot = doorway.days.of(at)
        row = self.row.copy()
        row["uuid"] = row["scan_id"] = claim.id
        row["place_id"] = place.id
        row["gate_id"] = gate_id
        row["ticket_id"] = ticket.id
        row["registration_id"] = ticket.registration_id
        row["organisation_kind"] = ticket.organisation_kind
        row["language"] = ticket.language
        row["lead_days"] = lead(ticket.registered_at, day, event.zone)
        row["device_at"] = claim.at
        row["at"] = at
        row["day"] = day
        row["slot"] = slot
        row["booked"] = line.booked
        pending = doorway.pending
        pending.entries.append(row)
        pending.numbers.append(alike.numbers)
        doorway.written += 1
        order = LATER_THAN_STORED + doorway.written
        made = Line(at, order, Direction.IN, line.people, booked=bool(line.booked), gate_id=gate_id)
        doorway.lines[ticket.registration_id, None][place.id].append(made)
        space = doorway.spaces[place.id]
        if space:
            doorway.change_space(place, space.with_newcomer(booked=bool(line.booked)))

    def _keep(self, claim: Claim, place: DoorPlace, ticket: DoorTicket, facts: dict[str, Any], at: datetime) -> None:
        self.doorway.kept.append(claim.id)
        self.doorway.pending.scans.append(
            {
                **self.shared,
                "id": claim.id,
                "seq": claim.seq,
                "act": claim.act,
                "gate_id": self.doorway.event.gates[claim.gate].id,
                "place_id": place.id,
                "ticket_id": ticket.id,
                "code_kind": KIND,
                "device_at": claim.at,
                "at": at,
                "body_hash": claim.body,
                "verdict": Verdict.ADMITTED,
                "facts": facts,
                "shown": claim.shown,
                "forced": None,
            }
        )
