"""Whatever people, organisers and time do in whatever order, no place is given twice or lost: compared after each step
with a model in plain Python that knows nothing of databases."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, update

from app.db import db, transaction
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.operations.limits import TooFewPlaces, keep_limits
from registrations.models import Booking, BookingLine, PartyNumber, Registration
from registrations.operations import (
    LargerThanSession,
    NoOffer,
    SessionsFull,
    accept,
    attend,
    cancel,
    change,
    register,
)
from registrations.operations.chores import end_offers, move_up
from registrations.rules import Application, BookingState, Group, PartyKind
from registrations.rules.bookings import LIVE, Seats
from tests.make import NOON, Make

pytestmark = pytest.mark.slow

CODES = ("a", "b", "c")
CAPACITIES = {"a": 5, "b": 4, "c": 7}
ADAY = timedelta(days=1)


class Full(Exception):
    """The model's no."""


class TooLarge(Exception):
    """The model's other no."""


@dataclass
class Place:
    """One party in one session."""

    confirmed: int = 0
    offered: int = 0
    waiting: int = 0
    passed: int = 0
    ends: int | None = None

    @property
    def held(self) -> int:
        return self.confirmed + self.offered

    @property
    def whole(self) -> int:
        return self.held + self.waiting


@dataclass
class Model:
    """Parties, their places, queues in order of joining. Time in days."""

    offers: bool
    capacity: dict[str, int] = field(default_factory=lambda: dict(CAPACITIES))
    size: dict[int, int] = field(default_factory=dict)
    is_class: dict[int, bool] = field(default_factory=dict)
    places: dict[tuple[int, str], Place] = field(default_factory=dict)
    queue: dict[str, list[int]] = field(default_factory=lambda: {code: [] for code in CODES})
    today: int = 0

    def promised(self, code: str) -> int:
        return sum(place.held for (_, at), place in self.places.items() if at == code)

    def wish(self, who: int, wanted: dict[str, int], waits: set[str]) -> None:
        """Make the party's places what is wanted, everywhere or nowhere."""
        new = {code: self._wished(who, code, number, code in waits) for code, number in wanted.items()}
        if any(one == "full" for one in new.values()):
            raise Full
        if any(one == "large" for one in new.values()):
            raise TooLarge
        for code, place in new.items():
            assert isinstance(place, Place)
            if place.waiting and who not in self.queue[code]:
                self.queue[code].append(who)
                place.passed = 0
            if not place.waiting and who in self.queue[code]:
                self.queue[code].remove(who)
                place.passed = 0
            self.places[who, code] = place
        for code in wanted:
            self.serve(code)

    def _wished(self, who: int, code: str, number: int, waits: bool) -> Place | str:  # noqa: PLR0911
        now = self.places.get((who, code), Place())
        if number == 0:
            return Place()
        if number == now.whole:
            return now
        grown_class = self.is_class[who] and now.held > 0
        if number > self.capacity[code] and number > now.held:
            return "large"
        if number <= now.held:
            confirmed = min(now.confirmed, number)
            return Place(confirmed, number - confirmed, 0, 0, now.ends)
        rest = number - now.held
        free = 0 if self.queue[code] else max(0, self.capacity[code] - self.promised(code))
        if free >= rest:
            return Place(now.confirmed + rest, now.offered, 0, 0, now.ends)
        if not (waits or now.waiting or grown_class):
            return "full"
        granted = min(free, rest) if grown_class else 0
        return Place(now.confirmed + granted, now.offered, rest - granted, now.passed, now.ends)

    def serve(self, code: str) -> None:
        served = True
        while served:
            served = False
            free = self.capacity[code] - self.promised(code)
            before: list[int] = []
            for who in self.queue[code]:
                place = self.places[who, code]
                if place.waiting > self.capacity[code]:
                    continue
                if place.waiting <= free:
                    for one in before:
                        self.places[one, code].passed += 1
                    self._give(who, code)
                    served = True
                    break
                if place.passed >= 3:
                    break
                before.append(who)

    def _give(self, who: int, code: str) -> None:
        place = self.places[who, code]
        self.queue[code].remove(who)
        if self.offers:
            place.offered, place.ends = place.offered + place.waiting, self.today + 1
        else:
            place.confirmed += place.waiting
        place.waiting = place.passed = 0

    def end_offers(self) -> None:
        for code in CODES:
            ended = [
                one for (_, at), one in self.places.items()
                if at == code and one.offered and one.ends is not None and one.ends <= self.today
            ]  # fmt: skip
            for place in ended:
                place.offered = 0
            if ended:
                self.serve(code)


def machine(make: Make, *, offers: bool) -> type[Any]:  # noqa: C901
    """The real thing and the model, side by side, in an event of their own each time."""
    numbers = count()

    class Story(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.model = Model(offers)
            mode = "offer" if offers else "promote"
            self.event = make.event(f"story-{mode}-{next(numbers)}", waiting_mode=mode, offer_minutes=1440)
            starts = [NOON + timedelta(hours=2 * number) for number in range(3)]
            self.sessions = {
                code: make.session(self.event, code, capacity=CAPACITIES[code], starts_at=start)
                for code, start in zip(CODES, starts, strict=True)
            }
            self.parties: list[Registration] = []

        @property
        def at(self):  # type: ignore[no-untyped-def]
            return NOON - 60 * ADAY + self.model.today * ADAY

        def _party(self, number: int) -> Registration:
            return self.parties[number % len(self.parties)]

        @rule(
            size=st.integers(1, 6),
            codes=st.sets(st.sampled_from(CODES)),
            waits=st.sets(st.sampled_from(CODES)),
            is_class=st.booleans(),
        )
        def registers(self, size: int, codes: set[str], waits: set[str], is_class: bool) -> None:
            wanted = dict.fromkeys(codes | waits, size)
            self.model.size[-1], self.model.is_class[-1] = size, is_class
            application = Application(
                "Ana", {"spectator": size}, frozenset(codes), waiting=frozenset(waits),
                kind=PartyKind.CLASS if is_class else None, group=Group("みほん小学校") if is_class else None,
            )  # fmt: skip
            expected = self._expected(-1, wanted, waits)
            made = self._real(lambda: register(self.event.id, application, at=self.at))
            assert made == expected
            if made == "ok":
                self.parties.append(self.result)
                self.model.size[self.result.id] = size
                self.model.is_class[self.result.id] = is_class
                for code in CODES:
                    if (-1, code) in self.model.places:
                        self.model.places[self.result.id, code] = self.model.places.pop((-1, code))
                    queue = self.model.queue[code]
                    self.model.queue[code] = [self.result.id if one == -1 else one for one in queue]

        @precondition(lambda self: self.parties)
        @rule(
            number=st.integers(0, 99),
            size=st.integers(1, 6),
            codes=st.sets(st.sampled_from(CODES)),
            waits=st.sets(st.sampled_from(CODES)),
        )
        def changes(self, number: int, size: int, codes: set[str], waits: set[str]) -> None:
            who = self._party(number).id
            old = self.model.size[who]
            wanted = {}
            for code in CODES:
                now = self.model.places.get((who, code), Place()).whole
                part = size if now in (0, old) else min(now, size)
                wanted[code] = part if code in codes | waits else 0
            registration = db.session.get_one(Registration, who, populate_existing=True)
            version, is_class = registration.version, self.model.is_class[who]
            application = Application(
                "Ana", {"spectator": size}, frozenset(codes), waiting=frozenset(waits),
                group=Group("みほん小学校") if is_class else None,
            )  # fmt: skip
            expected = self._expected(who, wanted, waits)
            made = self._real(lambda: change(who, application, version=version, at=self.at))
            assert made == expected
            if made == "ok":
                self.model.size[who] = size

        @precondition(lambda self: self.parties)
        @rule(number=st.integers(0, 99), code=st.sampled_from(CODES), people=st.integers(0, 6), waits=st.booleans())
        def sends_some(self, number: int, code: str, people: int, waits: bool) -> None:
            who = self._party(number).id
            people = min(people, self.model.size[who])
            expected = self._expected(who, {code: people}, {code} if waits else set())
            seats: Seats = {(self._category(), None): people} if people else {}
            made = self._real(lambda: attend(who, code, seats, waits=waits, at=self.at))
            assert made == expected

        @precondition(lambda self: self.parties)
        @rule(number=st.integers(0, 99))
        def cancels(self, number: int) -> None:
            registration = self._party(number)
            self.parties.remove(registration)
            self.model.wish(registration.id, dict.fromkeys(CODES, 0), set())
            assert self._real(lambda: cancel(registration.id, at=self.at)) == "ok"

        @rule(code=st.sampled_from(CODES), capacity=st.integers(0, 9))
        def room_changes(self, code: str, capacity: int) -> None:
            def resize() -> None:
                session = db.session.get_one(EventSession, self.sessions[code].id, populate_existing=True)
                session.capacity = capacity
                if keep_limits(EventSession.id == session.id):
                    raise TooFewPlaces([])

            made = self._real(resize)
            assert made == ("TooFewPlaces" if capacity < self.model.promised(code) else "ok")
            if made == "ok":
                self.model.capacity[code] = capacity
                self.model.serve(code)
                move_up(self.at)

        @precondition(lambda self: self.parties and offers)
        @rule(number=st.integers(0, 99), code=st.sampled_from(CODES))
        def takes_the_offer(self, number: int, code: str) -> None:
            who = self._party(number).id
            place = self.model.places.get((who, code), Place())
            made = self._real(lambda: accept(who, code, at=self.at))
            assert made == ("ok" if place.held else "NoOffer")
            place.confirmed, place.offered = place.held, 0

        @precondition(lambda _self: offers)
        @rule()
        def a_day_passes(self) -> None:
            self.model.today += 1
            self.model.end_offers()
            end_offers(self.at)

        @invariant()
        def both_say_the_same(self) -> None:
            if not hasattr(self, "model"):
                return
            real = self._lines()
            told = {
                (who, code, state): number
                for (who, code), place in self.model.places.items()
                for state, number in (
                    (BookingState.CONFIRMED, place.confirmed),
                    (BookingState.OFFERED, place.offered),
                    (BookingState.WAITING, place.waiting),
                )
                if number
            }
            assert real == told
            for code in CODES:
                row = db.session.get_one(SessionPlaces, self.sessions[code].id, populate_existing=True)
                assert (row.promised, row.waiting) == (self.model.promised(code), len(self.model.queue[code]))
                assert row.promised <= (row.capacity or 0)
            sizes = {
                who: int(number)
                for who, number in db.session.execute(
                    select(PartyNumber.registration_id, func.sum(PartyNumber.number))
                    .where(PartyNumber.registration_id.in_([one.id for one in self.parties]))
                    .group_by(PartyNumber.registration_id)
                )
            }
            assert sizes == {one.id: self.model.size[one.id] for one in self.parties}
            db.session.rollback()

        def _expected(self, who: int, wanted: dict[str, int], waits: set[str]) -> str:
            self.model.is_class.setdefault(who, False)
            try:
                self.model.wish(who, wanted, waits)
            except Full:
                return "SessionsFull"
            except TooLarge:
                return "LargerThanSession"
            return "ok"

        def _real(self, act) -> str:  # type: ignore[no-untyped-def]
            try:
                with transaction():
                    self.result = act()
            except (SessionsFull, LargerThanSession, NoOffer, TooFewPlaces) as no:
                return type(no).__name__
            return "ok"

        def _category(self) -> int:
            return make.categories(self.event)["spectator"].id

        def _lines(self) -> dict[tuple[int, str, BookingState], int]:
            db.session.rollback()
            found = db.session.execute(
                select(Booking.registration_id, EventSession.code, BookingLine.state, func.sum(BookingLine.number))
                .join(BookingLine, BookingLine.booking_id == Booking.id)
                .join(EventSession, EventSession.id == Booking.session_id)
                .where(EventSession.event_id == self.event.id, BookingLine.state.in_(LIVE))
                .group_by(Booking.registration_id, EventSession.code, BookingLine.state)
            )
            return {(who, code, state): int(number) for who, code, state, number in found}

    return Story


SIZE = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=(Phase.generate,),
)


@pytest.mark.parametrize("offers", [False, True])
@pytest.mark.usefixtures("app")
def test_bookings_are_what_a_plain_model_says(make: Make, offers: bool) -> None:
    run_state_machine_as_test(machine(make, offers=offers), settings=SIZE)


@pytest.mark.usefixtures("app")
def test_the_comparison_finds_a_place_that_is_lost(make: Make) -> None:
    """The control: without the model's eyes on the row, a lost place would pass."""
    story = machine(make, offers=False)()
    story.begin()
    story.registers(2, {"a"}, set(), is_class=False)
    story.both_say_the_same()
    with transaction():
        db.session.execute(update(SessionPlaces).values(promised=SessionPlaces.promised - 1).where(
            SessionPlaces.session_id == story.sessions["a"].id))  # fmt: skip
    with pytest.raises(AssertionError):
        story.both_say_the_same()
    assert isinstance(story.event, Event)
