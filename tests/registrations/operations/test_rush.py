"""A rush with waiting lists: people register, change, leave, cancel and are moved up at the same moment, in 64 threads
and in 4 processes; afterwards every place and every party is accounted for."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.config import Settings
from app.db import close_db, db, transaction
from app.factory import create_app
from app.programme.models import Event, EventSession, SessionPlaces
from registrations.models import Booking, BookingLine, PartyNumber, Registration
from registrations.operations import (
    LargerThanSession,
    NoOffer,
    SessionsFull,
    accept,
    attend,
    cancel,
    change,
    holding,
    register,
    registering,
)
from registrations.operations.places import Bookable
from registrations.operations.waiting import promote, queue_of
from registrations.queries.attending import seats_in
from registrations.rules import Application, BookingState
from registrations.rules.waiting import MOST_PASSED
from tests.make import NOON, Make

pytestmark = pytest.mark.slow

AT = NOON - timedelta(days=30)
THREADS, PROCESSES = 64, 4
CODES = ("a", "b", "single")
CAPACITY = {"a": 24, "b": 17, "single": 9}
Kept = dict[int, tuple[int, frozenset[str]]]
"""What the parties were told last: registration to its people and its sessions."""


@dataclass
class Person:
    """Somebody who registers and goes on from there; `kept` is what they were told at last."""

    event_id: int
    ids: dict[str, int]
    chance: random.Random
    mine: int | None = None
    size: int = 1
    codes: frozenset[str] = frozenset()

    def come(self) -> None:
        self.codes = frozenset({"single"}) if self.chance.random() < 0.3 else frozenset(self._wished())
        self.size = 1 if "single" in self.codes else self.chance.choice((1, 1, 2, 2, 3, 4))
        asked = Application("Ana", {"spectator": self.size}, self.codes, waiting=self.codes, email="ana@example.jp")
        with transaction():
            self.mine = register(self.event_id, asked, at=AT).id

    def go_on(self) -> None:
        if self.mine is None or not self.codes:
            return
        acts = [self._cancel, self._promote, self._accept]
        acts += [self._change, self._leave] if "single" not in self.codes else [self._cancel]
        try:
            self.chance.choice(acts)()
        except (SessionsFull, LargerThanSession, NoOffer):
            db.session.rollback()

    def _wished(self) -> Sequence[str]:
        return self.chance.sample(("a", "b"), self.chance.choice((1, 2)))

    def _cancel(self) -> None:
        assert self.mine is not None
        with transaction():
            cancel(self.mine, at=AT)
        self.mine = None

    def _promote(self) -> None:
        with transaction():
            promote(self.ids[self.chance.choice(CODES)], at=AT)

    def _accept(self) -> None:
        assert self.mine is not None
        with transaction():
            accept(self.mine, sorted(self.codes)[0], at=AT)

    def _change(self) -> None:
        assert self.mine is not None
        size, codes = self.chance.choice((1, 2, 3, 4)), frozenset(self._wished())
        with transaction():
            version = db.session.get_one(Registration, self.mine).version
            change(self.mine, Application("Ana", {"spectator": size}, codes, waiting=codes), version=version, at=AT)
        self.size, self.codes = size, codes

    def _leave(self) -> None:
        assert self.mine is not None
        code = sorted(self.codes)[0]
        with transaction():
            attend(self.mine, code, {}, waits=False, at=AT)
        self.codes -= {code}


def rush(app: Flask, event_id: int, people: int, threads: int, seed: int) -> Kept:
    """So many people, all threads starting together; who stands at the end, with what they were told."""
    start = threading.Barrier(threads)

    def one(number: int) -> Person:
        with app.app_context():
            ids = {row.code: row.id for row in db.session.scalars(db.select(EventSession).filter_by(event_id=event_id))}
            db.session.rollback()
            person = Person(event_id, ids, random.Random(seed * 1000 + number))
            if number < threads:
                start.wait(60)
            person.come()
            for _ in range(2):
                person.go_on()
            return person

    with ThreadPoolExecutor(threads) as pool:
        came = [each.result(120) for each in [pool.submit(one, number) for number in range(people)]]
    return {one.mine: (one.size, one.codes) for one in came if one.mine is not None}


def faults(event: Event, kept: Kept) -> list[str]:
    """What is wrong with the places and the lists; nothing, if all is well."""
    db.session.rollback()
    found = []
    for session in db.session.scalars(db.select(EventSession).filter_by(event_id=event.id)).all():
        places = db.session.get_one(SessionPlaces, session.id, populate_existing=True)
        held, waits, queue = held_in(session.id), waiting_in(session.id), queue_of(session.id)
        assert places.capacity is not None
        if held.total() != places.promised:
            found.append(f"{session.code}: {held.total()} held, {places.promised} promised")
        if held.total() > places.capacity:
            found.append(f"{session.code}: more than there are")
        if not len(queue) == len(waits) == places.waiting:
            found.append(f"{session.code}: {len(waits)} wait, {places.waiting} are counted")
        if (served := fits_and_waits(queue, places.capacity - held.total())) is not None:
            found.append(f"{session.code}: {served} fits and waits")
        if session.code == "single" and held and waits and max(held) > min(waits):
            found.append(f"{session.code}: somebody came past those who waited before")
        found += lost_in(session, kept, held + waits)
    return found


def fits_and_waits(queue: Sequence[Any], free: int) -> int | None:
    """Who should have been served: the first that fits, unless places are collected for somebody before."""
    for party in queue:
        if party.places <= free:
            return int(party.id)
        if party.passed >= MOST_PASSED:
            return None
    return None


def lost_in(session: EventSession, kept: Kept, there: Counter[int]) -> list[str]:
    """Parties that were told otherwise than it is."""
    of = dict(db.session.execute(db.select(Booking.id, Booking.registration_id).filter_by(session_id=session.id)).all())
    is_so = Counter({of[booking]: number for booking, number in there.items()})
    told = Counter({one: size for one, (size, codes) in kept.items() if session.code in codes})
    return [f"{session.code}: {one} has {is_so[one]}, was told {told[one]}" for one in (is_so - told) + (told - is_so)]


def held_in(session_id: int) -> Counter[int]:
    return lines_in(session_id, BookingState.CONFIRMED, BookingState.OFFERED)


def waiting_in(session_id: int) -> Counter[int]:
    return lines_in(session_id, BookingState.WAITING)


def lines_in(session_id: int, *states: BookingState) -> Counter[int]:
    """People by booking."""
    counted = db.select(Booking.id, db.func.sum(BookingLine.number)).join(
        BookingLine, BookingLine.booking_id == Booking.id
    )
    lines = counted.where(Booking.session_id == session_id, BookingLine.state.in_(states)).group_by(Booking.id)
    return Counter({one: int(number) for one, number in db.session.execute(lines)})


def fair(make: Make, mode: str = "promote") -> Event:
    event = make.event(waiting_mode=mode)
    for number, code in enumerate(CODES):
        make.session(event, code, capacity=CAPACITY[code], starts_at=NOON + timedelta(hours=2 * number))
    return event


@pytest.mark.parametrize("mode", ["promote", "offer"])
def test_64_threads_lose_nobody_and_leave_no_place_to_nobody(app: Flask, make: Make, mode: str) -> None:
    event = fair(make, mode)
    kept = rush(app, event.id, 96, THREADS, seed=3)
    assert faults(event, kept) == []
    assert len(kept) > 20
    assert any(waiting_in(one.id) for one in db.session.scalars(db.select(EventSession)))


def test_4_processes_of_16_threads_lose_nobody_and_leave_no_place_to_nobody(settings: Settings, make: Make) -> None:
    event = fair(make)
    apart = get_context("spawn")
    came = apart.Queue()
    work = [apart.Process(target=apart_rush, args=(settings, event.id, number, came)) for number in range(PROCESSES)]
    for one in work:
        one.start()
    kept: Kept = {}
    for _ in work:
        kept |= came.get(timeout=120)
    for one in work:
        one.join(30)
    assert [one.exitcode for one in work] == [0] * PROCESSES
    assert faults(event, kept) == []
    assert len(kept) > 20


def apart_rush(settings: Settings, event_id: int, seed: int, came: Any) -> None:
    """A process of its own."""
    app = create_app(settings)
    came.put(rush(app, event_id, 20, THREADS // PROCESSES, seed))
    close_db(app)


def test_the_same_rush_finds_places_that_are_given_without_a_lock(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: who looks at what is free before the others have written gives the same places out again."""
    event = fair(make)
    looked = threading.local()

    def take_what_was_seen(asked: Bookable, number: int) -> bool:
        if looked.promised[asked.id] + number > CAPACITY[asked.code]:
            return False
        free = update(SessionPlaces).where(SessionPlaces.session_id == asked.id)
        seen = free.values(promised=looked.promised[asked.id] + number)
        db.session.execute(seen.execution_options(synchronize_session=False))
        return True

    def come(person: Person, real: Callable[[Person], None] = Person.come) -> None:
        rows = db.session.execute(db.select(SessionPlaces.session_id, SessionPlaces.promised)).all()
        looked.promised = {one: promised for one, promised in rows}  # noqa: C416
        db.session.rollback()
        everybody_looked.wait(60)
        real(person)

    everybody_looked = threading.Barrier(THREADS)
    monkeypatch.setattr(registering, "take_places", take_what_was_seen)
    monkeypatch.setattr(Person, "come", come)
    monkeypatch.setattr(Person, "go_on", lambda _person: None)
    kept = rush(app, event.id, THREADS, THREADS, seed=3)
    assert any("more than there are" in one for one in faults(event, kept))


def test_the_same_rush_finds_places_that_nobody_gives_on(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a cancellation that forgets those who wait."""
    event = fair(make)
    monkeypatch.setattr(holding, "serve_queues", lambda *_held, **_facts: 0)
    monkeypatch.setattr(Person, "go_on", lambda _person: None)
    kept = rush(app, event.id, THREADS, THREADS, seed=4)
    for gone in sorted(kept)[: THREADS // 2]:
        del kept[gone]
        with transaction():
            cancel(gone, at=AT)
    assert any("fits and waits" in one for one in faults(event, kept))


def test_the_same_check_finds_a_party_that_was_lost(app: Flask, make: Make) -> None:
    """The control of the check for those who were lost."""
    event = fair(make)
    made = make.registration(event, db.session.scalars(db.select(EventSession).filter_by(code="a")).one(), at=AT)
    assert faults(event, {made.id: (1, frozenset("a"))}) == []
    assert faults(event, {made.id: (1, frozenset("ab"))}) == [f"b: {made.id} has 0, was told 1"]
    assert (sum(db.session.scalars(db.select(PartyNumber.number))), seats_in(made.id, "a")) == (1, {"spectator": 1})
