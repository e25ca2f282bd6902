"""One scan after the other is judged, in the order a device sent them, and what follows is gathered to be written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.audit import entry
from app.direct import Bound
from app.values import replace
from app.web.actors import Actor
from checkin.operations import giving
from checkin.operations.answers import (
    OTHER_GATE,
    Answer,
    Person,
    all_left,
    facts_of,
    facts_of_taps,
    facts_of_ticket,
    left_uncounted,
    listed_besides,
    offered_place,
    person_of,
    refusal,
)
from checkin.operations.by_hand import typed_by_hand
from checkin.operations.clocks import shows_it_first
from checkin.operations.covering import most_taken_off
from checkin.operations.doorway import Doorway
from checkin.operations.plainly import Plainly
from checkin.operations.presented import (
    Presented,
    fault_of,
    is_elsewhere,
    is_settled,
    listed_as,
    passed,
    scan_row,
    turned_away,
)
from checkin.operations.sent import Sent
from checkin.operations.taking_back import take_back, to_undo
from checkin.queries import devices
from checkin.queries.cancelled import cancelled_when
from checkin.queries.rows import DoorEvent, DoorPlace, DoorTicket
from checkin.rules import Act, ConflictKind, DeviceRight, Direction, Method, Verdict
from checkin.rules.claims import Claim
from checkin.rules.decision import decide, decide_unknown
from checkin.rules.facts import Code, Decision, Wish
from checkin.rules.following import following
from checkin.rules.people import Numbers
from checkin.rules.taps import (
    decide_given,
    decide_head_count,
    decide_room_count,
    decide_undo,
    decide_walk_in,
    on_a_ticket,
)
from checkin.rules.times import came_late
from registrations.rules import is_short_number, read_code


class Judge:
    """Judges the new scans of one batch, of which nothing is written before the doorway closes. `elsewhere`: the one in
    hand is of a gate that its device was never bound to."""

    def __init__(self, doorway: Doorway, sent: Sent) -> None:
        self.doorway = doorway
        self.bind: Bound = doorway.bind
        self.event: DoorEvent = doorway.event
        self.sent = sent
        self.device = sent.device
        self.clock = sent.clock
        self.plainly = Plainly(doorway, sent, self.clock)
        self.received_at = sent.received_at
        self.to_audit: list[tuple[str, str, dict[str, Any]]] = []
        self.kept = self.elsewhere = False
        doorway.passing = sent

    def judge(self, claim: Claim) -> Answer:
        """The answer to a scan; unless it is a dry run or a question, it happens."""
        if plain := self.plainly.admit(claim):
            self.kept = True
        return plain or self._at_length(claim)

    def _at_length(self, claim: Claim) -> Answer:
        place = self.doorway.places.get(claim.place)
        fault = fault_of(claim, place, self.event, self.device.gates)
        if fault or place is None:
            return refusal(str(claim.id), fault or "no_such_place")
        self.elsewhere = is_elsewhere(claim, place, self.event, self.device.gates)
        at = self.clock.corrected(claim.at, claim.clock)
        if claim.act is Act.UNDO:
            return self._undo(claim, place, at)
        if claim.new_code is not None:
            return self._give(claim, place, at)
        if claim.act is Act.HEAD_COUNT or (claim.act is Act.WALK_IN and claim.code is None):
            return self._count(claim, place, at)
        if claim.act is Act.ROOM_COUNT:
            return self._room_count(claim, place, at)
        return self._scan(claim, place, at)

    def close(self) -> None:
        """The batch is through: what follows from it as a whole waits to be written with the rest."""
        pending = self.doorway.pending
        if self.to_audit:
            hand = self.sent.account_id
            actor = Actor(account_id=hand or devices.account_of(self.bind, self.device.device_id))
            pending.audit += [
                entry(actor, verb, subject, at=self.received_at, event_id=self.event.id, **facts)
                for verb, subject, facts in self.to_audit
            ]
        if self.kept and self.sent.account_id is None:
            pending.note_contact(self.device.device_id, self.sent.batch, at=self.received_at)

    def _scan(self, claim: Claim, place: DoorPlace, at: datetime) -> Answer:
        reading = read_code(claim.code or "")
        if reading.number and DeviceRight.SEARCH not in self.device.rights:
            return refusal(str(claim.id), "search_right_needed")
        ticket = self.doorway.tickets.get(reading.code or "") or self.doorway.numbers.get(reading.number or "")
        code = self._code(ticket, readable=bool(reading.code or (reading.number and is_short_number(reading.number))))
        wish = self._wish(claim, at, Method.TYPED if reading.number else Method.SCANNED)
        kind = "ticket" if reading.code else "number" if reading.number else "other"
        facts = self.doorway.place_facts(place)
        if code is Code.UNKNOWN and reading.code and giving.is_awaited(self.doorway, reading.code):
            return self._awaited(claim, place, at, wish, reading.code)
        if ticket is None or code is not Code.OURS:
            decision = turned_away(claim, decide_unknown(wish, facts, code))
            ours = {"event": ticket.event_id} if ticket and code is Code.OTHER_EVENT else {}
            return self._settle(Presented(claim, place, at, kind=kind), decision, more=ours)
        before = self.doorway.ticket_facts(ticket, place, at)
        decision = turned_away(claim, decide(wish, facts, before))
        new = self.doorway.stays.never_came(ticket)
        answer = self._settle(Presented(claim, place, at, kind, ticket, before, first_time=new), decision)
        if passed(claim, decision) and not claim.dry_run:
            self.doorway.note_late(claim, ticket, at)
        return answer

    def _awaited(self, claim: Claim, place: DoorPlace, at: datetime, wish: Wish, code: str) -> Answer:
        counted = giving.came_before(self.doorway, code, place)
        decision = turned_away(claim, decide_given(wish, self.doorway.place_facts(place), counted=counted))
        answer = self._settle(Presented(claim, place, at, kind="ticket"), decision)
        if not claim.dry_run and passed(claim, decision):
            giving.await_ticket(self.doorway, claim, code)
        return answer

    def _give(self, claim: Claim, place: DoorPlace, at: datetime) -> Answer:
        """A walk-in who gets a ticket for later; if there can be none, who came is counted all the same."""
        facts = self.doorway.place_facts(place)
        decision = turned_away(claim, decide_walk_in(self._wish(claim, at, Method.TAPPED), facts))
        if not decision.lines or claim.dry_run:
            return self._settle(Presented(claim, place, at), decision)
        ticket = giving.ticket_for(self.doorway, claim, at)
        if isinstance(ticket, str):
            return self._settle(Presented(claim, place, at), decision, more={"error": ticket})
        before = self.doorway.ticket_facts(ticket, place, at)
        decision, told = on_a_ticket(decision, facts), {"given": ticket.number}
        return self._settle(Presented(claim, place, at, "given", ticket, before), decision, more=told)

    def _count(self, claim: Claim, place: DoorPlace, at: datetime) -> Answer:
        facts = self.doorway.place_facts(place)
        wish = self._wish(claim, at, Method.TAPPED)
        if claim.act is Act.WALK_IN:
            decision = turned_away(claim, decide_walk_in(wish, facts))
        else:
            decision = decide_head_count(wish, facts, self._counted(claim, place))
        return self._settle(Presented(claim, place, at), decision, more=facts_of_taps(decision, claim.number))

    def _room_count(self, claim: Claim, place: DoorPlace, at: datetime) -> Answer:
        if place.space:
            self.doorway.look_into(place)
        decision = decide_room_count(self._wish(claim, at, Method.ROOM_COUNT), self.doorway.place_facts(place))
        return self._settle(Presented(claim, place, at), turned_away(claim, decision))

    def _counted(self, claim: Claim, place: DoorPlace) -> Mapping[bool, Numbers]:
        """What this device has counted here, new today or not, needed only to take something off; of the one alone
        where the claim says which."""
        if min((claim.people or {}).values(), default=0) >= 0:
            return {}
        self.doorway.flush()
        counted = most_taken_off(self.doorway, self.device.device_id, place.id)
        return counted if claim.new_today is None else {claim.new_today: counted[claim.new_today]}

    def _undo(self, claim: Claim, place: DoorPlace, at: datetime) -> Answer:
        assert claim.undoes is not None
        self.doorway.flush()
        undone = to_undo(self.doorway, claim.undoes) or to_undo(self.doorway, following(claim.undoes))
        target = undone.judged(self.sent) if undone else None
        gates = self.device.gates
        at_its_gates = gates is None or (undone is not None and undone.scan.gate_id in gates)
        decision = decide_undo(at, target, supervisor=self._supervises() and at_its_gates)
        if undone and target and decision.verdict is Verdict.UNDONE and not claim.dry_run:
            take_back(self.doorway, replace(claim, undoes=undone.scan.id), undone, at)
            first = undone.lines[0].columns if undone.lines else {}
            if first.get("ticket_id") and first["method"] is Method.TAPPED:
                giving.take_back(self.doorway, first["registration_id"])
            if target.stands:
                given = claim.why or claim.force
                why = {"reason": given.value} if given else {}
                self.to_audit.append(("undo", f"scan:{undone.scan.id}", {"by": str(claim.id), **why}))
        return self._settle(Presented(claim, place, at), decision)

    def _wish(self, claim: Claim, at: datetime, method: Method) -> Wish:
        gate = self.event.gates[claim.gate]
        return Wish(
            at=at,
            leaving=claim.direction is Direction.OUT,
            people=claim.people or None,
            as_walk_in=claim.act is Act.WALK_IN,
            forced=claim.force is not None and self._supervises(),
            done=claim.shown is not None and claim.shown.lets_in,
            new_today=gate.new_today if claim.new_today is None else claim.new_today,
            method=method,
            unread=claim.number is not None,
        )

    def _supervises(self) -> bool:
        """A supervisor's word counts at the gates of the device alone."""
        return DeviceRight.SUPERVISOR in self.device.rights and not self.elsewhere

    def _code(self, ticket: DoorTicket | None, *, readable: bool) -> Code:
        if ticket is None:
            return Code.UNKNOWN if readable else Code.UNREADABLE
        if ticket.event_id == self.event.id:
            return Code.OURS
        return Code.OTHER_EVENT if devices.same_host(self.bind, ticket.event_id, self.event.host_id) else Code.UNKNOWN

    def _settle(self, presented: Presented, decision: Decision, *, more: dict[str, Any] | None = None) -> Answer:
        """Let the decision happen, keep the scan with what it is answered, and answer it."""
        claim, place, ticket = presented.claim, presented.place, presented.ticket
        decision = typed_by_hand(decision, paper=claim.paper) if self.sent.account_id is not None else decision
        happens = not claim.dry_run and decision.verdict is not Verdict.CONFIRM_PARTY
        rows = self.doorway.take(claim, decision, place, ticket, presented.at) if happens and decision.lines else []
        conflict = decision.conflict or (ConflictKind.CLOCK if self.clock.is_wrong(claim.at, claim.clock) else None)
        space = self.doorway.spaces[place.id]
        facts = facts_of(decision, at=presented.at, place=place, space=space, conflict=conflict)
        if more:
            facts |= more
        if self.elsewhere:
            facts["error"] = OTHER_GATE
        elif claim.force and not self._supervises() and not is_settled(decision):
            facts["error"] = "supervisor_right_needed"
        person: Person | None = None
        if ticket and presented.before:
            party = self.doorway.parties[ticket.registration_id]
            self._add_facts(presented, ticket, decision, facts)
            if presented.first_time and decision.verdict is Verdict.ADMITTED:
                facts["first_time"] = True
            hidden = self.elsewhere or (claim.dry_run and presented.kind == "number")
            person = None if hidden else person_of(ticket, party, self.doorway.keys)
        if happens:
            self._keep(presented, decision, facts)
            self._flag(presented, decision, rows, is_wrong=conflict is not None)
            if presented.before and (besides := listed_besides(decision, facts, presented.before)):
                self.doorway.flag(besides, claim, place, ticket=ticket)
        return Answer(str(claim.id), decision.verdict, presented.at, claim.place, facts, person)

    def _add_facts(self, presented: Presented, ticket: DoorTicket, decision: Decision, facts: dict[str, Any]) -> None:
        """What there is to say of a ticket whose people were not simply admitted."""
        before = presented.before
        assert before is not None
        in_before = decision.verdict is Verdict.ALREADY_IN
        after = before.here if in_before else self.doorway.stays.of(ticket, presented.place)
        facts |= facts_of_ticket(decision, before, after, self.doorway.parties[ticket.registration_id])
        facts |= left_uncounted(decision, presented.claim, before.party)
        facts |= all_left(decision, presented.claim.people, before.party)
        facts |= offered_place(decision, facts.get("room_left"), before.party)
        if decision.verdict is Verdict.CANCELLED:
            when = cancelled_when(self.bind, ticket.registration_id, presented.place.session_id)
            facts |= {"cancelled_at": when.isoformat()} if when else {}

    def _keep(self, presented: Presented, decision: Decision, facts: dict[str, Any]) -> None:
        self.kept = True
        self.doorway.kept.append(presented.claim.id)
        self.doorway.pending.scans.append(scan_row(presented, decision, facts, event=self.event, sent=self.sent))

    def _flag(self, presented: Presented, decision: Decision, rows: list[dict[str, Any]], *, is_wrong: bool) -> None:
        """List it for people to look at, under everything that it is: a wrong clock once for a device."""
        claim, has_passed = presented.claim, passed(presented.claim, decision)
        kinds = listed_as(claim, decision)
        is_wrong = is_wrong and self.clock.is_wrong(claim.at, claim.clock)
        if is_wrong and shows_it_first(self.doorway, self.device.device_id):
            kinds.append(ConflictKind.CLOCK)
        if has_passed and not claim.paper and came_late(presented.at, received_at=self.sent.arrived_at):
            kinds.append(ConflictKind.LATE_UPLOAD)
        if self.elsewhere and (has_passed or decision.verdict is Verdict.UNDONE):
            kinds.append(ConflictKind.OTHER_GATE)
        for kind in kinds:
            self.doorway.flag(kind, claim, presented.place, row=next(iter(rows), None), ticket=presented.ticket)
        if decision.conflict is ConflictKind.OVERRIDE and claim.force:
            facts = {"reason": claim.force.value, "instead_of": str(decision.refused_as)}
            self.to_audit.append(("admit_anyway", f"scan:{claim.id}", facts))
