"""The cases' world without a database: a door's state as plain values, moved on by nothing but the rules."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from operator import itemgetter
from typing import Any
from uuid import uuid4

from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from app.values import replace
from checkin.rules import ConflictKind, Direction, EntryKind, Verdict
from checkin.rules.decision import decide, decide_unknown
from checkin.rules.facts import Booked, Code, Decision, OpenStay, PlaceFacts, TicketFacts, Wish
from checkin.rules.people import Numbers, plus, total
from checkin.rules.rooms import Counted, Moved, Room, Standing, room_of
from checkin.rules.space import Space
from checkin.rules.stay import Line, Stay, stay
from checkin.rules.taps import (
    Undoable,
    decide_given,
    decide_head_count,
    decide_room_count,
    decide_undo,
    decide_walk_in,
    on_a_ticket,
)
from checkin.rules.times import Clock, Window, came_late, day_window
from registrations.rules import read_code, ticket_code
from tests.checkin.cases import Case, read_text

STATES = {"confirmed": Booked.CONFIRMED, "offered": Booked.CONFIRMED, "pending": Booked.PENDING,
          "applied": Booked.PENDING, "waiting": Booked.WAITING, "cancelled": Booked.CANCELLED,
          "not_drawn": Booked.NOT}  # fmt: skip
TELLING = (EntryKind.EXIT, EntryKind.ROOM_COUNT)
UNTICKETED = ("tap", "room", "count")
EVERY_RIGHT = ["scan", "search", "supervisor"]


@dataclass
class Kept:
    """A ledger line of this world."""

    step: int
    device: str
    place: str
    person: str | None
    kind: EntryKind
    people: Numbers
    at: datetime
    booked: bool | None
    reentry: bool
    new_today: bool | None
    order: int
    undone: bool = False

    @property
    def line(self) -> Line:
        direction = Direction.OUT if self.kind is EntryKind.EXIT else Direction.IN
        return Line(self.at, self.order, direction, self.people, self.reentry, bool(self.booked))


class Memory:
    """Plays one case."""

    def __init__(self, case: Case) -> None:
        self.ledger: list[Kept] = []
        self.conflicts: list[str] = []
        self.observed: list[dict[str, Any]] = []
        self.steps: dict[int, dict[str, Any]] = {}
        self.made: dict[int, tuple[str, datetime, datetime]] = {}
        self.tickets = {key: dict(facts) for key, facts in case.tickets.items()}
        for facts in self.tickets.values():
            facts["code"] = ticket_code(uuid4().int & (1 << 128) - 1)
        self.spaces = {key: self._space(case, key, facts) for key, facts in case.sessions.items()}
        self.clocks: set[str] = set()

    def scan(self, case: Case, step: dict[str, Any]) -> dict[str, Any]:
        number = len(self.observed)
        at = self._clock_of(case, step).corrected(case.claimed_at(step), case.reading(step))
        rights = step.get("rights", EVERY_RIGHT)
        place = self._place(case, step["place"])
        wish = self._wish(step, at, "supervisor" in rights)
        before: TicketFacts | None = None
        person: str | None = None
        if "undo" in step:
            decision = self._undo(step, at, case.received_at(step), "supervisor" in rights)
        elif set(UNTICKETED) & step.keys():
            decision, person = self._untold(step, wish, place)
        else:
            person, code = self._read(step)
            before = self._facts(case, person, step["place"], at) if person else None
            decision = decide(wish, place, before) if before else self._of_nobody(step, wish, place, code)
        shown = Verdict(step["shown"]) if "shown" in step else None
        if shown and not shown.lets_in and decision.lines:
            decision = Decision(shown)
        lines = self._keep(step, number, decision, person, at)
        conflict = decision.conflict or self._clock(case, step)
        if decision.conflict:
            self.conflicts.append(decision.conflict.value)
        if decision.verdict is not Verdict.CONFIRM_PARTY and self._clock(case, step) and not self._flagged(step):
            self.conflicts.append(ConflictKind.CLOCK.value)
        passed = (shown and shown.lets_in) or decision.verdict.lets_in or decision.verdict is Verdict.LEFT
        if passed and "undo" not in step and came_late(at, received_at=case.received_at(step)):
            self.conflicts.append(ConflictKind.LATE_UPLOAD.value)
        self.made[number] = (step.get("device", "main"), at, case.received_at(step))
        seen = self._seen(case, step, decision, before, person, at)
        seen |= {"lines": lines, "conflict": conflict.value if conflict else None}
        self.observed.append(seen)
        self.steps[number] = step
        if "gives" in step and person:
            self._link(case, person)
        return seen

    def _untold(self, step: dict[str, Any], wish: Wish, place: PlaceFacts) -> tuple[Decision, str | None]:
        if "room" in step:
            return decide_room_count(wish, place), None
        if "count" in step:
            return decide_head_count(wish, place, self._counted(step)), None
        decision = decide_walk_in(wish, place)
        if "gives" not in step or not decision.lines:
            return decision, None
        self.tickets[step["gives"]] |= {"party": dict(step["tap"]), "given": False}
        return on_a_ticket(decision, place), step["gives"]

    def _of_nobody(self, step: dict[str, Any], wish: Wish, place: PlaceFacts, code: Code) -> Decision:
        if code is Code.GIVEN:
            return decide_given(wish, place, counted=self._awaited_there(step))
        return decide_unknown(wish, place, code)

    def _awaited_there(self, step: dict[str, Any]) -> bool:
        """Whether the same ticket, of which nobody has heard yet, was let in there."""
        stand = {one.step for one in self.ledger if not one.undone and one.place == step["place"]}
        return any(self.steps[number].get("ticket") == step["ticket"] for number in stand)

    def _link(self, case: Case, ticket: str) -> None:
        """What was scanned of a ticket before anybody had heard of it is judged again, as a fact."""
        before = {n: step for n, step in self.steps.items() if step.get("ticket") == ticket}
        for number, step in sorted(before.items(), key=lambda one: self.made[one[0]][1]):
            verdict, at = self.observed[number]["verdict"], self.made[number][1]
            stands = any(one.step == number and not one.undone for one in self.ledger)
            shown = Verdict(step.get("shown", verdict))
            if not (stands or shown is Verdict.LEFT or (shown.lets_in and verdict == "already_in")):
                continue
            self._take_back(number)
            wish = replace(self._wish(step, at, supervisor=False), done=shown is not Verdict.LEFT)
            place = self._place(case, step["place"])
            decision = decide(wish, place, self._facts(case, ticket, step["place"], at))
            self._keep(step, number, decision, ticket, at)
            if decision.conflict:
                self.conflicts.append(decision.conflict.value)

    def _tie(self, case: Case, number: int, *, refused: bool) -> None:
        """The tap is taken back, and the ticket judged as if it had been read then; or all stays as it was."""
        step, at, before = self.steps[number], self.made[number][1], (deepcopy(self.ledger), dict(self.spaces))
        stands = [one for one in self.ledger if one.step == number and not one.undone]
        self._take_back(number)
        wish = replace(self._wish(step, at, supervisor=False), done=True, as_walk_in=True)
        facts = self._facts(case, step["unread"], step["place"], at)
        decision = decide(wish, self._place(case, step["place"]), facts)
        fits = bool(stands) and decision.verdict is Verdict.ADMITTED and decision.conflict is None
        assert fits is not refused
        if fits:
            self._keep(step, number, decision, step["unread"], at)
        else:
            self.ledger, self.spaces = before

    def again(self, index: int) -> dict[str, Any]:
        return self.observed[index]

    def change(self, case: Case, change: dict[str, Any]) -> None:
        if "ties" in change:
            self._tie(case, change["ties"], refused=change.get("refused", False))
            return
        ticket = self.tickets[change["ticket"]]
        if "state" in change:
            ticket["state"] = change["state"]
        for place, state in change.get("booked", {}).items():
            space = self.spaces[place]
            self.spaces[place] = replace(space, promised=space.promised - total(ticket["party"]))
            ticket["booked"] = {**ticket["booked"], place: state}

    def outcome(self, case: Case) -> dict[str, Any]:
        standing = [one for one in self.ledger if not one.undone]
        nobody_came = (EntryKind.EXIT, EntryKind.ROOM_COUNT)
        came = [one for one in standing if one.kind not in nobody_came and not one.reentry]
        visits: dict[str, int] = {}
        most: dict[tuple[str, str], int] = {}
        people: Numbers = {}
        for place in {one.place for one in came}:
            here = [one for one in came if one.place == place]
            if place in case.sessions:
                room = self._room(place)
                counted = [one for one in here if one.person or not room.counts]
                visits[place] = sum(total(one.people) for one in counted) + total(room.visits())
            for person in {one.person for one in here} - {None}:
                for category, number in self._sum(one.people for one in here if one.person == person).items():
                    key = (str(person), category)
                    most[key] = max(most.get(key, 0), number)
            people = plus(people, self._sum(one.people for one in here if one.person is None and one.new_today))
        for (_, category), number in most.items():
            people = plus(people, {category: number})
        return {
            "people": dict(people),
            "visits": {place: number for place, number in visits.items() if number},
            "inside": {place: space.present for place, space in self.spaces.items()},
            "conflicts": self.conflicts,
        }

    def _space(self, case: Case, key: str, facts: dict[str, Any]) -> Space:
        promised = case.row.get("held", {}).get(key, 0)
        for ticket in case.tickets.values():
            what = ticket["booked"].get(key)
            if ticket["kind"] != "team" and what in ("confirmed", "offered"):
                promised += sum(ticket["party"].values())
            elif isinstance(what, dict):
                promised += sum(what.values())
        held_until = case.moment(facts["starts"]) + timedelta(minutes=5)
        kind = CapacityKind(facts["capacity_kind"])
        return Space(kind, facts["capacity"], promised, 0, 0, 0, counts_exits=False, held_until=held_until)

    def _place(self, case: Case, key: str) -> PlaceFacts:
        if key in case.entrances:
            day = datetime.fromisoformat(case.entrances[key]).date()
            return PlaceFacts(day_window(day, case.zone, time(4)), Reentry(case.reentry), "unknown")
        facts = case.sessions[key]
        return PlaceFacts(
            Window(case.moment(facts["opens"]), case.moment(facts["closes"])),
            Reentry(facts["reentry"] or case.reentry),
            "unknown",
            AdmissionRule(facts["admission"]),
            self.spaces[key],
            cancelled=facts["status"] == "cancelled",
            over_full=not case.row.get("full_is_final", False),
        )

    def _wish(self, step: dict[str, Any], at: datetime, supervisor: bool) -> Wish:
        return Wish(
            at=at,
            leaving=step.get("direction") == "out",
            people=step.get("people") or step.get("tap") or step.get("count") or step.get("room"),
            as_walk_in=step.get("as_walk_in", False),
            forced="force" in step and supervisor,
            done="shown" in step and Verdict(step["shown"]).lets_in,
            new_today=step.get("new_today", True),
            unread="unread" in step,
        )

    def _read(self, step: dict[str, Any]) -> tuple[str | None, Code]:
        ticket = self.tickets.get(step.get("ticket", ""))
        reading = read_code(read_text(step, ticket["code"] if ticket else ""))
        if ticket and ticket.get("given"):
            return None, Code.GIVEN
        if ticket and reading.code == ticket["code"]:
            return (None, Code.OTHER_EVENT) if "event" in ticket else (step["ticket"], Code.OURS)
        return None, Code.UNKNOWN if reading.code else Code.UNREADABLE

    def _person(self, ticket: str) -> str:
        return str(self.tickets[ticket].get("same_person_as", ticket))

    def _history(self, person: str, place: str) -> list[Line]:
        return [one.line for one in self.ledger if (one.person, one.place, one.undone) == (person, place, False)]

    def _facts(self, case: Case, ticket: str, place: str, at: datetime) -> TicketFacts:
        person = self._person(ticket)
        states = self.tickets[ticket]["state"]
        facts = self.tickets[person]
        booked = facts["booked"].get(place)
        numbers = booked if isinstance(booked, dict) else facts["party"] if booked in ("confirmed", "offered") else {}
        here = self._history(person, place)
        return TicketFacts(
            party=facts["party"],
            team=facts["kind"] == "team",
            blocked="blocked" in states,
            replaced="replaced" in states,
            cancelled="cancelled" in states,
            booked=Booked.CONFIRMED if isinstance(booked, dict) else STATES.get(booked or "", Booked.NOT),
            places=numbers,
            here=stay(here),
            then=stay(here, until=at),
            elsewhere=tuple(self._open_stays(case, person, place, at)),
        )

    def _open_stays(self, case: Case, person: str, here: str, at: datetime) -> list[OpenStay]:
        found = []
        for place, facts in case.sessions.items():
            there = stay(self._history(person, place))
            if place != here and case.moment(facts["ends"]) > at and total(there.inside):
                found.append((there.last_at or at, OpenStay(place, there.inside)))
        return [one for _, one in sorted(found, key=itemgetter(0))]

    def _keep(
        self, step: dict[str, Any], number: int, decision: Decision, person: str | None, at: datetime
    ) -> list[dict[str, Any]]:
        seen = []
        for line in decision.lines:
            place = line.place or step["place"]
            who = self._person(person) if person and line.on_ticket else None
            before = stay(self._history(who, place)) if who else Stay()
            self.ledger.append(
                Kept(number, step.get("device", "main"), place, who, line.kind, line.people, at, line.booked,
                     line.reentry, line.new_today, len(self.ledger))
            )  # fmt: skip
            self._move(place, who, before, tells=line.kind in TELLING and line.reason is None)
            seen.append({"kind": line.kind.value, "people": dict(line.people), "booked": line.booked,
                         "reentry": line.reentry, "place": place})  # fmt: skip
        if "undo" in step and decision.verdict is Verdict.UNDONE:
            seen += self._take_back(step["undo"])
        return seen

    def _take_back(self, number: int) -> list[dict[str, Any]]:
        seen = []
        for one in [kept for kept in self.ledger if kept.step == number and not kept.undone]:
            before = stay(self._history(one.person, one.place)) if one.person else Stay()
            one.undone = True
            turned = {category: -n for category, n in one.people.items()}
            self._move(one.place, one.person, before, tells=False)
            exits = any(kept.kind in TELLING and not kept.undone for kept in self.ledger if kept.place == one.place)
            if one.kind in TELLING and one.place in self.spaces:
                self.spaces[one.place] = self.spaces[one.place].with_exits_counted(counted=exits)
            seen.append({"kind": "undo", "people": turned, "place": one.place})
        return seen

    def _move(self, place: str, person: str | None, before: Stay, *, tells: bool) -> None:
        space = self.spaces.get(place)
        if space is None:
            return
        if person and self.tickets[person]["kind"] != "team":
            space = space.with_stay(before, stay(self._history(person, place)))
        space = space.holding(total(self._room(place).without_ticket()))
        self.spaces[place] = space.with_exits_counted() if tells else space

    def _room(self, place: str) -> Room:
        """From the ledger as it stands."""
        here = [one for one in self.ledger if one.place == place and not one.undone]
        people = sorted({one.person for one in here if one.person})
        counts = [Counted(one.at, one.people, one.order) for one in here if one.kind is EntryKind.ROOM_COUNT]
        anonymous = [one for one in here if not one.person and one.kind is not EntryKind.ROOM_COUNT]
        moved = [Moved(one.at, one.people, one.kind is EntryKind.EXIT) for one in anonymous]
        holders = [self._history(one, place) for one in people]
        return room_of(self.spaces[place].kind, "unknown", Standing(counts, holders, moved))

    def _undo(self, step: dict[str, Any], at: datetime, received_at: datetime, supervisor: bool) -> Decision:
        lines = [one for one in self.ledger if one.step == step["undo"]]
        device, made_at, had_at = self.made[step["undo"]]
        own, stands = device == step.get("device", "main"), any(not one.undone for one in lines)
        target = Undoable(own, made_at, received_at - had_at, wrote=True, stands=stands) if lines else None
        return decide_undo(at, target, supervisor=supervisor)

    def _counted(self, step: dict[str, Any]) -> dict[bool, Numbers]:
        device = step.get("device", "main")
        mine = [
            one for one in self.ledger
            if one.person is None and (one.device, one.place, one.undone) == (device, step["place"], False)
        ]  # fmt: skip
        which = [step["new_today"]] if "new_today" in step else [True, False]
        return {new: self._sum(one.people for one in mine if one.new_today is new) for new in which}

    def _clock(self, case: Case, step: dict[str, Any]) -> ConflictKind | None:
        wrong = self._clock_of(case, step).is_wrong(case.claimed_at(step), case.reading(step))
        return ConflictKind.CLOCK if wrong else None

    @staticmethod
    def _clock_of(case: Case, step: dict[str, Any]) -> Clock:
        return Clock(case.sent_at(step), case.received_at(step))

    def _flagged(self, step: dict[str, Any]) -> bool:
        device = step.get("device", "main")
        known = device in self.clocks
        self.clocks.add(device)
        return known

    def _seen(
        self,
        case: Case,
        step: dict[str, Any],
        decision: Decision,
        before: TicketFacts | None,
        person: str | None,
        at: datetime,
    ) -> dict[str, Any]:
        space = self.spaces.get(step["place"])
        room_left = space.room_left(at) if space else None
        place = self._place(case, step["place"])
        after = stay(self._history(self._person(person), step["place"])) if person else Stay()
        many = before is not None and total(before.party) > 1
        refused = decision.verdict not in (Verdict.ADMITTED, Verdict.READMITTED, Verdict.COUNTED, Verdict.LEFT)
        unheard = "force" in step and "supervisor" not in step.get("rights", EVERY_RIGHT) and refused
        outside = decision.verdict in (Verdict.TOO_EARLY, Verdict.TOO_LATE)
        return {
            "verdict": decision.verdict.value,
            "at": at,
            "error": "supervisor_right_needed" if unheard else decision.error,
            "room_left": room_left,
            "walk_in_left": (room_left if decision.places is None else decision.places)
            if decision.offers_place
            else None,
            "expected": dict(decision.expected) if decision.expected is not None else None,
            "party": dict(before.party) if before and many else None,
            "admitted": dict(after.admitted) if many else None,
            "first": after.first_at,
            "window": [place.window.from_, place.window.to] if outside else None,
        }

    @staticmethod
    def _sum(numbers: Any) -> Numbers:
        together: Numbers = {}
        for one in numbers:
            together = plus(together, one)
        return together
