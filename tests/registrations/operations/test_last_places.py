"""The last places, asked for at the same moment: by threads, by processes, in several sessions at once."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from app.config import Settings
from app.db import close_db, db, transaction
from app.factory import create_app
from app.programme.models import EventSession, SessionPlaces
from registrations.models import Booking, BookingLine, Registration
from registrations.operations import (
    AlreadyCancelled,
    ChangedElsewhere,
    SessionsFull,
    cancel,
    change,
    register,
    registering,
)
from registrations.operations.places import Bookable
from registrations.rules import Application, BookingState
from tests.make import NOON, Make

pytestmark = pytest.mark.slow

AT = NOON - timedelta(days=30)
THREADS, PROCESSES = 32, 4


def ask(event_id: int, codes: frozenset[str], *, size: int = 1, form_key: str | None = None) -> str:
    """One request: what came of it."""
    application = Application("Ana", {"spectator": size}, codes)
    try:
        with transaction():
            register(event_id, application, at=AT, form_key=form_key)
    except SessionsFull:
        return "full"
    return "taken"


def at_once(app: Flask, asks: list[Callable[[], str]]) -> Counter[str]:
    """All of them, each in a thread and a context of its own, started together."""
    start = threading.Barrier(min(len(asks), THREADS))

    def one(act: Callable[[], str], first: bool) -> str:
        with app.app_context():
            if first:
                start.wait(30)
            return act()

    with ThreadPoolExecutor(THREADS) as threads:
        waiting = [threads.submit(one, act, number < THREADS) for number, act in enumerate(asks)]
        return Counter(one.result(120) for one in waiting)


def sold(*sessions: EventSession) -> list[int]:
    """Confirmed places, counted from the booking lines."""
    db.session.rollback()
    counted = (
        db.select(Booking.session_id, db.func.sum(BookingLine.number))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(BookingLine.state == BookingState.CONFIRMED)
        .group_by(Booking.session_id)
    )
    found: dict[int, int] = {row[0]: int(row[1]) for row in db.session.execute(counted)}
    return [found.get(one.id, 0) for one in sessions]


def promised(*sessions: EventSession) -> list[int]:
    db.session.rollback()
    return [db.session.get_one(SessionPlaces, one.id, populate_existing=True).promised for one in sessions]


def test_32_threads_never_get_more_than_the_last_places(app: Flask, make: Make) -> None:
    event = make.event()
    session = make.session(event, capacity=20)
    codes, event_id = frozenset({session.code}), event.id
    came = at_once(app, [lambda: ask(event_id, codes) for _ in range(64)])
    assert came == {"taken": 20, "full": 44}
    assert (sold(session), promised(session)) == ([20], [20])


def test_parties_of_different_sizes_fill_a_session_and_never_more(app: Flask, make: Make) -> None:
    event = make.event()
    session = make.session(event, capacity=31)
    codes, event_id = frozenset({session.code}), event.id
    at_once(app, [partial(ask, event_id, codes, size=size) for size in [1, 2, 3, 5] * 12])
    assert sold(session) == promised(session) == [31]


def test_the_same_test_finds_a_registration_that_looks_first_and_writes_later(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the condition in the row's own change, the last places are given out many times."""
    event = make.event()
    session = make.session(event, capacity=20)
    codes, event_id, session_id = frozenset({session.code}), event.id, session.id
    seen = threading.local()
    everybody_looked = threading.Barrier(THREADS)

    def look_then_write(asked: Bookable, number: int) -> bool:
        if seen.promised + number > 20:
            return False
        db.session.execute(
            update(SessionPlaces)
            .where(SessionPlaces.session_id == asked.id)
            .values(promised=seen.promised + number)
            .execution_options(synchronize_session=False)
        )
        return True

    def naive() -> str:
        seen.promised = db.session.get_one(SessionPlaces, session_id).promised
        db.session.rollback()
        everybody_looked.wait(30)
        return ask(event_id, codes)

    monkeypatch.setattr(registering, "take_places", look_then_write)
    came = at_once(app, [naive for _ in range(64)])
    assert came["taken"] > 20
    assert sold(session)[0] > 20


def test_several_sessions_in_one_transaction_neither_deadlock_nor_oversell(app: Flask, make: Make) -> None:
    event = make.event()
    sessions = [make.session(event, capacity=15, starts_at=NOON + timedelta(hours=n)) for n in range(4)]
    codes, event_id = [one.code for one in sessions], event.id
    chance = random.Random(7)
    choices = [frozenset(chance.sample(codes, 3)) for _ in range(64)]
    came = at_once(app, [partial(ask, event_id, choice) for choice in choices])
    assert came["taken"] + came["full"] == 64
    assert sold(*sessions) == promised(*sessions)
    assert max(sold(*sessions)) == 15


def test_a_session_for_one_party_goes_to_one_of_32(app: Flask, make: Make) -> None:
    event = make.event()
    session = make.session(event, capacity=4, one_party=True)
    codes, event_id = frozenset({session.code}), event.id
    came = at_once(app, [partial(ask, event_id, codes, size=1 + number % 3) for number in range(THREADS)])
    assert came == {"taken": 1, "full": THREADS - 1}
    assert sold(session) == promised(session)
    assert 1 <= sold(session)[0] <= 3


def test_who_has_a_session_alone_may_bring_more_and_nobody_comes_between(app: Flask, make: Make) -> None:
    """The holder grows and shrinks while others ask: it stays with the holder, or goes whole to one other."""
    event = make.event()
    session = make.session(event, capacity=4, one_party=True)
    holder = make.registration(event, session).id
    codes, event_id = frozenset({session.code}), event.id

    def grow(size: int) -> str:
        try:
            with transaction():
                version = db.session.get_one(Registration, holder).version
                change(holder, Application("Ana", {"spectator": size}, codes), version=version, at=AT)
        except ChangedElsewhere:
            return "told"
        return "changed"

    acts: list[Callable[[], str]] = [partial(grow, size) for size in (2, 3, 4, 1) * 4]
    acts += [partial(ask, event_id, codes) for _ in range(16)]
    random.Random(5).shuffle(acts)
    came = at_once(app, acts)
    assert came["full"] == 16
    assert sold(session) == promised(session)
    held = db.select(Booking.registration_id).filter_by(session_id=session.id).distinct()
    assert db.session.scalars(held).all() == [holder]


def test_changes_and_cancellations_at_once_keep_places_and_bookings_equal(app: Flask, make: Make) -> None:
    event = make.event()
    sessions = [make.session(event, capacity=6, starts_at=NOON + timedelta(hours=n)) for n in range(3)]
    codes, event_id = [one.code for one in sessions], event.id
    made = [make.registration(event, sessions[n % 3]).id for n in range(18)]
    chance = random.Random(11)

    def swap(registration_id: int, code: str) -> str:
        try:
            with transaction():
                version = db.session.get_one(Registration, registration_id).version
                application = Application("Ana", {"spectator": 1}, frozenset({code}))
                change(registration_id, application, version=version, at=AT)
        except SessionsFull:
            return "full"
        return "changed"

    def give_up(registration_id: int) -> str:
        with transaction():
            cancel(registration_id, at=AT)
        return "cancelled"

    acts: list[Callable[[], str]] = [partial(swap, one, chance.choice(codes)) for one in made]
    acts += [partial(give_up, one) for one in made[:6] * 2]
    acts += [partial(ask, event_id, frozenset({code})) for code in codes * 4]
    chance.shuffle(acts)
    at_once(app, [partial(unless_cancelled, act) for act in acts])
    assert sold(*sessions) == promised(*sessions)
    assert max(promised(*sessions)) <= 6


def unless_cancelled(act: Callable[[], str]) -> str:
    try:
        return act()
    except AlreadyCancelled:
        return "too late"


def test_one_form_sent_by_32_tabs_is_one_registration(app: Flask, make: Make) -> None:
    event = make.event()
    session = make.session(event, capacity=5)
    codes, event_id = frozenset({session.code}), event.id
    came = at_once(app, [lambda: ask(event_id, codes, form_key="one form") for _ in range(THREADS)])
    assert came == {"taken": THREADS}
    assert (sold(session), db.session.scalar(db.select(db.func.count()).select_from(Registration))) == ([1], 1)


def test_4_processes_never_get_more_than_the_last_places(settings: Settings, make: Make) -> None:
    event = make.event()
    first, second = (
        make.session(event, capacity=25),
        make.session(event, starts_at=NOON + timedelta(hours=2), capacity=40),
    )
    apart = get_context("spawn")
    came = apart.Queue()
    work = [
        apart.Process(target=many, args=(settings, event.id, (first.code, second.code), came)) for _ in range(PROCESSES)
    ]
    for one in work:
        one.start()
    total = sum((Counter(came.get(timeout=120)) for _ in work), Counter[str]())
    for one in work:
        one.join(30)
    assert [one.exitcode for one in work] == [0] * PROCESSES
    assert sum(total.values()) == 80
    assert sold(first, second) == promised(first, second)
    assert (promised(first)[0], promised(second)[0] <= 40) == (25, True)


def many(settings: Settings, event_id: int, codes: tuple[str, str], came: Any) -> None:
    """A process of its own: twenty requests, every third for both sessions."""
    app = create_app(settings)
    counted: Counter[str] = Counter()
    with app.app_context():
        for number in range(20):
            chosen = frozenset(codes) if number % 3 == 0 else frozenset({codes[number % 2]})
            counted[ask(event_id, chosen, form_key=uuid4().hex)] += 1
    close_db(app)
    came.put(dict(counted))
