"""Whatever people and organisers do around draws in whatever order, who wins, waits and moves up is what a model in
plain Python says, which repeats each draw from its seed as a stranger would."""

import hashlib
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as tell
from sqlalchemy import select

from app.db import db, transaction
from app.programme.models import EventSession, SessionPlaces
from app.programme.rules import AdmissionRule
from app.web.actors import Actor
from registrations.models import Booking, BookingLine, Lottery, Registration
from registrations.operations import NotDrawable, cancel, draw, register
from registrations.operations.leaving import leave
from registrations.rules import Application, BookingState
from registrations.rules.bookings import LIVE
from tests.make import NOON, Make

pytestmark = pytest.mark.slow

CAPACITIES = {"a": 2, "b": 2, "c": 2}
"""a and b are at the same time, a begins first; c is later."""
OTHER = {"a": "b", "b": "a", "c": ""}
EARLY, CLOSED = NOON - timedelta(days=30), NOON - timedelta(days=9)
MOST_PASSED = 3


class Model:
    """Who has what: by session who has places, who applied, who waits in which order and was passed how often."""

    def __init__(self) -> None:
        self.size: dict[int, int] = {}
        self.applied: dict[str, set[int]] = {code: set() for code in CAPACITIES}
        self.held: dict[str, set[int]] = {code: set() for code in CAPACITIES}
        self.queue: dict[str, list[int]] = {code: [] for code in CAPACITIES}
        self.passed: dict[tuple[str, int], int] = {}
        self.drawn: set[str] = set()

    def free(self, code: str) -> int:
        return CAPACITIES[code] - sum(self.size[one] for one in self.held[code])

    def comes_too_early(self, code: str) -> bool:
        return code == "b" and "a" not in self.drawn and bool(self.applied["a"] & self.applied["b"])

    def draw(self, code: str, order: list[int]) -> None:
        self.drawn.add(code)
        self.applied[code].clear()
        other = OTHER[code]
        for one in order:
            if other and one in self.held[other]:
                continue
            if self.size[one] <= self.free(code):
                self.held[code].add(one)
            else:
                self.queue[code].append(one)
        for one in self.held[code] if other else ():
            self.applied[other].discard(one)
            self.gone(other, one)
        self.serve("a" if code in OTHER["b"] + OTHER["a"] else code)
        self.serve("b" if code in OTHER["b"] + OTHER["a"] else code)

    def gone(self, code: str, one: int) -> None:
        self.queue[code] = [each for each in self.queue[code] if each != one]
        self.passed.pop((code, one), None)

    def serve(self, code: str) -> None:
        if OTHER[code]:
            for one in self.held[OTHER[code]]:
                self.gone(code, one)
        skipped: list[int] = []
        for one in list(self.queue[code]):
            if self.size[one] > self.free(code):
                skipped.append(one)
                if self.passed.get((code, one), 0) >= MOST_PASSED:
                    return
                continue
            self.held[code].add(one)
            self.gone(code, one)
            for each in skipped:
                self.passed[code, each] = self.passed.get((code, each), 0) + 1
            if any(self.passed.get((code, each), 0) >= MOST_PASSED for each in skipped):
                return

    def leave(self, code: str, one: int) -> None:
        if one in self.held[code]:
            return
        touched = one in self.queue[code]
        self.applied[code].discard(one)
        self.gone(code, one)
        if touched:
            self.serve(code)

    def cancel(self, one: int) -> None:
        touched = [code for code in CAPACITIES if one in self.held[code] or one in self.queue[code]]
        for code in CAPACITIES:
            self.applied[code].discard(one)
            self.held[code].discard(one)
            self.gone(code, one)
        for code in touched:
            self.serve(code)


def machine(make: Make) -> type[Any]:  # noqa: C901
    """The real thing and the model, side by side, in an event of their own each time."""
    numbers = count()

    class Story(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.model = Model()
            self.at: datetime = EARLY
            self.event = make.event(f"draws-{next(numbers)}", waiting_mode="promote")
            starts = {"a": NOON, "b": NOON + timedelta(minutes=30), "c": NOON + timedelta(hours=4)}
            self.sessions: dict[str, EventSession] = {
                code: make.session(
                    self.event, code, capacity=CAPACITIES[code], starts_at=starts[code],
                    admission=AdmissionRule.LOTTERY, booking_closes_at=NOON - timedelta(days=10),
                )
                for code in CAPACITIES
            }  # fmt: skip
            self.standing: list[int] = []

        @precondition(lambda self: self.at == EARLY)
        @rule(size=st.integers(1, 2), codes=st.sampled_from(["ab", "ab", "abc", "a", "b", "c"]).map(set))
        def applies(self, size: int, codes: set[str]) -> None:
            with transaction():
                made = register(self.event.id, Application("A", {"spectator": size}, frozenset(codes)), at=self.at)
            self.standing.append(made.id)
            self.model.size[made.id] = size
            for code in codes:
                self.model.applied[code].add(made.id)

        @precondition(lambda self: len(self.standing) >= 4)
        @rule()
        def applications_close(self) -> None:
            self.at = CLOSED

        @precondition(lambda self: self.at == CLOSED)
        @rule(code=st.sampled_from("abc"))
        def is_drawn(self, code: str) -> None:
            expected = "drawn" if code in self.model.drawn else None
            if expected is None and self.model.comes_too_early(code):
                expected = "earlier"
            order = self._order(code)
            try:
                with transaction():
                    draw(self.sessions[code].id, at=self.at, actor=Actor())
                why = None
            except NotDrawable as no:
                why = no.why
            assert why == expected
            if expected is None:
                self.model.draw(code, order or self._order(code))

        @precondition(lambda self: self.standing)
        @rule(number=st.integers(0, 99), code=st.sampled_from("abc"))
        def leaves(self, number: int, code: str) -> None:
            one = self.standing[number % len(self.standing)]
            with transaction():
                leave(one, code, at=self.at)
            self.model.leave(code, one)

        @precondition(lambda self: self.standing)
        @rule(number=st.integers(0, 99))
        def cancels(self, number: int) -> None:
            one = self.standing.pop(number % len(self.standing))
            with transaction():
                cancel(one, at=self.at)
            self.model.cancel(one)

        @invariant()
        def both_say_the_same(self) -> None:
            if not hasattr(self, "model"):
                return
            db.session.rollback()
            rows = db.session.execute(
                select(EventSession.code, BookingLine.state, Booking.registration_id)
                .join(Booking, Booking.session_id == EventSession.id)
                .join(BookingLine, BookingLine.booking_id == Booking.id)
                .where(EventSession.event_id == self.event.id, BookingLine.state.in_(LIVE))
            )
            real = {(code, state.value, one) for code, state, one in rows}
            model = {
                (code, state, one)
                for state, kept in (("applied", self.model.applied), ("confirmed", self.model.held),
                                    ("waiting", self.model.queue))
                for code, all_of_it in kept.items()
                for one in all_of_it
            }  # fmt: skip
            assert real == model
            assert not self.model.held["a"] & self.model.held["b"], "nobody is in two rooms at once"
            for code, session in self.sessions.items():
                row = db.session.get_one(SessionPlaces, session.id, populate_existing=True)
                assert row.promised == CAPACITIES[code] - self.model.free(code) <= CAPACITIES[code]
                assert row.waiting == len(self.model.queue[code])
            db.session.rollback()

        def _order(self, code: str) -> list[int]:
            """Who applied, in the order that anybody can compute."""
            db.session.rollback()
            seed = db.session.scalar(select(Lottery.seed).where(Lottery.session_id == self.sessions[code].id))
            found = select(Booking.uuid, Booking.registration_id).where(Booking.session_id == self.sessions[code].id)
            names = {row.uuid.hex: row.registration_id for row in db.session.execute(found)}
            applied = {name: one for name, one in names.items() if one in self.model.applied[code]}
            key = (seed or b"").hex()
            order = [applied[one] for one in sorted(applied, key=lambda one: _hash(f"{key}:{one}"))]
            db.session.rollback()
            return order

    return Story


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


SIZE = settings(
    max_examples=25,
    stateful_step_count=22,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=(Phase.generate,),
)


@pytest.mark.usefixtures("app")
def test_draws_are_what_a_plain_model_says(make: Make) -> None:
    tell(machine(make), settings=SIZE)


@pytest.mark.usefixtures("app")
def test_the_comparison_finds_a_winner_who_should_wait(make: Make) -> None:
    """The control: the model notices a party that won out of turn."""
    story = machine(make)()
    story.begin()
    for _ in range(4):
        story.applies(2, {"a"})
    story.applications_close()
    story.is_drawn("a")
    story.both_say_the_same()
    waits = story.model.queue["a"][0]
    with transaction():
        lines = select(BookingLine).join(Booking).where(Booking.registration_id == waits)
        for line in db.session.scalars(lines):
            line.state = BookingState.CONFIRMED
    with pytest.raises(AssertionError):
        story.both_say_the_same()
    assert db.session.get_one(Registration, waits).cancelled_at is None
