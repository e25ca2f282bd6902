"""What nearly every scan comes to, written down the short way: one person with a ticket of their own is let in where
nobody of it has been yet, and there is nothing else to say.

The rules decide as for everybody else; only what follows is not looked for where such a scan cannot have it. A test
holds that both ways write the same rows and give the same answers.
"""

from datetime import datetime
from typing import Any, NamedTuple

from app.quick_json import uuid_text
from checkin.operations.answers import Answer, person_of
from checkin.operations.booked import booking_of
from checkin.operations.doorway import LATER_THAN_STORED, Doorway
from checkin.operations.presented import is_elsewhere
from checkin.operations.sent import Sent
from checkin.queries.rows import DoorPlace, DoorTicket, Party
from checkin.rules import Act, Direction, Verdict
from checkin.rules.alone import admit_alone, admits_alike
from checkin.rules.claims import Claim
from checkin.rules.facts import NewLine, TicketFacts, Wish
from checkin.rules.stay import Line
from checkin.rules.times import Clock, lead
from registrations.rules import PartyKind

_PLAIN = Act.SCAN, Direction.IN, None, None, None, False


class _Way(NamedTuple):
    """A place, by one of our gates."""

    place: DoorPlace
    gate_id: int


class _Alike:
    """Tickets of one person each that booked the same, in front of one place. line: what the rules wrote of the last
    one that they let in, and whose category; on_booking: on a booked place. party: one of them."""

    __slots__ = ("category_id", "facts", "line", "on_booking", "party")

    def __init__(self, party: Party, facts: TicketFacts) -> None:
        self.party = party
        self.facts = facts
        self.on_booking = False
        self.line: NewLine
        self.category_id: int


class Plainly:
    """The newcomers of one batch. ways: those that its scans name, by place and gate; alike: tickets that are, by their
    numbers and bookings and the place."""

    def __init__(self, doorway: Doorway, sent: Sent, clock: Clock) -> None:
        self.doorway = doorway
        self.by_device = sent.account_id is None
        self.gates = sent.device.gates
        self.ways: dict[tuple[str, str], _Way | None] = {}
        self.clock = clock
        self.received_at = sent.received_at
        self.alike: dict[tuple[int, int, int], _Alike] = {}
        self.event_id = doorway.event.id
        self.device_id = sent.device_id

    def admit(self, claim: Claim) -> Answer | None:
        """The answer to a scan that came to this, once it happened; None: it is for the long way, and nothing did."""
        doorway, way = self.doorway, self._way(claim)
        if way is None or not self._is_plain(claim):
            return None
        place = way.place
        at, ticket = self.clock.in_order(claim.at, claim.clock), doorway.tickets.get(claim.code or "")
        if at is None or ticket is None or not self._is_newcomer(ticket) or place.id in doorway.rooms.by_place:
            return None
        party = doorway.parties[ticket.registration_id]
        alike = self._alike(ticket, party, place)
        if not self._lets_in(alike, place, at):
            return None
        facts = self._let_in(claim, way, ticket, alike, at)
        person = person_of(ticket, party, doorway.keys)
        return Answer(uuid_text(claim.id), Verdict.ADMITTED, at, claim.place, facts, person)

    def _way(self, claim: Claim) -> _Way | None:
        """The way that a scan names, looked up once for all who go it; None: it is not open to this device."""
        named = claim.place, claim.gate
        if named not in self.ways:
            event, place = self.doorway.event, self.doorway.places.get(claim.place)
            gate_id = event.gates[claim.gate].id if claim.gate in event.gates else None
            found = _Way(place, gate_id) if place and gate_id and self.by_device else None
            self.ways[named] = None if found and is_elsewhere(claim, found.place, event, self.gates) else found
        return self.ways[named]

    def _is_plain(self, claim: Claim) -> bool:
        """Whether it says nothing but a code."""
        said = claim.act, claim.direction, claim.people, claim.force, claim.new_code, claim.dry_run
        return said == _PLAIN and (claim.shown is None or claim.shown.lets_in)

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
            found = self.alike[key] = _Alike(party, facts)
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
        (category,) = alike.facts.party
        alike.category_id = self.doorway.event.categories[category]
        alike.on_booking = bool(alike.facts.places)
        return True

    def _let_in(self, claim: Claim, way: _Way, ticket: DoorTicket, alike: "_Alike", at: datetime) -> dict[str, Any]:
        """It happens: histories and figures move on, the line waits to be written. The facts that are kept with it."""
        doorway, event, line = self.doorway, self.doorway.event, alike.line
        place, gate_id = way
        doorway.written += 1
        order = LATER_THAN_STORED + doorway.written
        made = Line(at, order, Direction.IN, line.people, booked=bool(line.booked), gate_id=gate_id)
        doorway.lines[ticket.registration_id, None][place.id].append(made)
        left, space = None, doorway.spaces[place.id]
        if space:
            space = space.with_newcomer(booked=bool(line.booked))
            doorway.change_space(place, space)
            if claim.shown is not None:
                doorway.note_told_late(place.id, at)
            left = space.room_left(at)
        facts: dict[str, Any] = {"first_time": True} if left is None else {"room_left": left, "first_time": True}
        day, slot = doorway.days.of(at)
        doorway.kept.append(claim.id)
        doorway.pending.plain.append(
            (
                claim.id, self.event_id, self.device_id, claim.seq, gate_id, place.id, ticket.id,
                ticket.registration_id, ticket.organisation_kind, ticket.language,
                lead(ticket.registered_at, day, event.zone), claim.at, self.received_at, at, day, slot, line.booked,
                claim.body, facts, claim.shown, alike.category_id,
            )
        )  # fmt: skip
        return facts
