"""An attack, simulated: robots want ten thousand places while a school of a thousand registers behind one address."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, SessionPlaces
from registrations.models import Registration
from registrations.operations.chores import end_unconfirmed
from tests.make import NOON, Make
from tests.registrations.views.forms import key_on

AT = NOON - timedelta(days=30)
PLACES, SESSIONS = 10_000, 10
SCHOOL, LESSON, EACH = 1_000, 20 * 60, 4
NETWORKS = ("198.51.100.1", "198.51.100.2", "2001:db8:5::1")
FORM = "/events/fair/register"
pytestmark = pytest.mark.slow


@dataclass
class World:
    """Everybody who sends forms, in the order of a clock that is only counted on; who got how many places."""

    app: Flask
    clock: SimpleNamespace
    due: list[Any] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    places: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def at(self, second: float, act: Any) -> None:
        heappush(self.due, (second, next(self.order), act))

    def run(self) -> None:
        while self.due:
            self.clock.second, _order, act = heappop(self.due)
            with frozen(AT + timedelta(seconds=self.clock.second)):
                act()

    def open(self, address: str) -> str:
        page = FlaskClient(self.app).get(FORM, environ_overrides={"REMOTE_ADDR": address})
        return key_on(page)

    def send(self, who: str, address: str, key: str, people: int, sessions: list[str], email: str) -> TestResponse:
        """One form; what its sender got."""
        typed: dict[str, Any] = {"key": key, "name": f"{who} {email}", "category": "spectator", "consent": "y",
                                 "with-spectator": people - 1, "sessions": sessions, "email": email}  # fmt: skip
        answer = FlaskClient(self.app).post(FORM, data=typed, environ_overrides={"REMOTE_ADDR": address})
        if answer.status_code == 303:
            self.places[who] += people * len(sessions)
        else:
            self.refused[who] += 1
        return answer


@pytest.fixture
def world(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> World:
    """An event of ten thousand places, limits that follow the counted clock, the trap as it is outside tests."""
    monkeypatch.setattr("registrations.views.traps.QUICKEST", timedelta(seconds=2))
    clock = SimpleNamespace(second=0.0)
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: AT.timestamp() + clock.second))
    event = make.event(confirms_mail=True)
    for number in range(SESSIONS):
        starts = NOON + timedelta(hours=2 * number - 20)
        make.session(event, f"s{number}", capacity=PLACES // SESSIONS, starts_at=starts)
    make.release(event)
    app.extensions["uketsuke_settings"] = replace(app.extensions["uketsuke_settings"], mail_url="smtp://localhost:9")
    return World(app, clock)


@contextmanager
def later(world: World, hours: int) -> Iterator[None]:
    with frozen(AT + timedelta(seconds=world.clock.second, hours=hours)):
        yield


def robot(world: World, address: str, number: int, *, wait: float, starts: float, people: int = 50) -> None:
    """Fetches a form, waits, sends it with all sessions, again and again as soon as it can, for an hour."""
    codes = [f"s{one}" for one in range(SESSIONS)]
    made = count()

    def opens() -> None:
        key = world.open(address)
        world.at(world.clock.second + wait, lambda: sends(key))

    def sends(key: str) -> None:
        mail = f"{number}-{next(made)}@robots.invalid"
        answer = world.send("robots", address, key, people, codes, mail)
        pause = 0.5 if answer.status_code == 303 else 240
        if world.clock.second < 3300:
            world.at(world.clock.second + pause, opens)

    world.at(starts, opens)


def school(world: World, people: int) -> list[int]:
    """Everybody of a school, behind one address: opens the form within the lesson, types 6 to 150 seconds, wants four
    sessions, reads what comes and sends again if told that it was quick. Gives those who were refused after that."""
    chance, lost, told = random.Random(3), [], set[int]()

    def pupil(one: int) -> None:
        key = world.open("203.0.113.5")
        codes = [f"s{code}" for code in chance.sample(range(SESSIONS), EACH)]
        seconds = chance.uniform(6, 10) if chance.random() < 0.03 else chance.uniform(10, 150)
        world.at(world.clock.second + seconds, lambda: sends(one, key, codes))

    def sends(one: int, key: str, codes: list[str]) -> None:
        answer = world.send("school", "203.0.113.5", key, 1, codes, f"{one}@school.invalid")
        if answer.status_code == 422 and one not in told:
            told.add(one)
            world.at(world.clock.second + 10, lambda: sends(one, key, codes))
        elif answer.status_code != 303:
            lost.append(one)

    for one in range(people):
        world.at(chance.uniform(0, LESSON), lambda one=one: pupil(one))
    return lost


def promised() -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.sum(SessionPlaces.promised))) or 0


def confirm_school() -> None:
    with transaction():
        rows = db.update(Registration).where(Registration.contact_email.endswith("@school.invalid"))
        db.session.execute(rows.values(mail_confirmed_at=AT))


def test_robots_that_do_not_wait_get_no_place_and_a_school_loses_nobody(world: World) -> None:
    for number in range(3):
        robot(world, NETWORKS[number], number, wait=0, starts=number * 7)
    lost = school(world, SCHOOL)
    world.run()
    assert (world.places["robots"], lost, world.refused["school"] < SCHOOL * 0.03) == (0, [], True)
    assert world.refused["robots"] > 30
    assert promised() == world.places["school"] == SCHOOL * EACH


@pytest.mark.parametrize(("wait", "people", "most"), [(3, 3, 60), (20, 50, 3000)])
def test_robots_that_wait_get_a_share_for_an_hour_and_a_day_later_nothing(
    world: World, wait: float, people: int, most: int
) -> None:
    """Slower than most people type they are told from nobody, but of a network's share, and of what is confirmed."""
    for number in range(6):
        robot(world, NETWORKS[number % 3], number, wait=wait, starts=number, people=people)
    lost = school(world, SCHOOL // 20)
    world.run()
    assert lost == []
    assert 0 < world.places["robots"] <= most * len(NETWORKS) < PLACES
    confirm_school()
    with later(world, hours=25):
        while end_unconfirmed(AT + timedelta(seconds=world.clock.second, hours=25)):
            pass
    assert promised() == world.places["school"]


def test_a_line_of_ipv6_is_one_network_however_many_addresses_it_has(world: World) -> None:
    for number in range(12):
        robot(world, f"2001:db8:5:{number:x}::1", number, wait=3, starts=number, people=6)
    world.run()
    assert world.places["robots"] == 60


def test_the_simulation_would_notice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the time trap and the shares the robots have everything in no time."""
    monkeypatch.setattr("registrations.views.traps.QUICKEST", timedelta(0))
    monkeypatch.setattr("registrations.views.traps.HASTY", timedelta(0))
    monkeypatch.setattr("registrations.views.traps.MOST_PLACES", ())
    monkeypatch.setattr("registrations.views.traps.MOST_OF_PARTIES", "1000000 per hour")
    for number in range(3):
        robot(world, NETWORKS[number], number, wait=0, starts=0)
    world.run()
    assert world.places["robots"] == PLACES


def test_each_person_counted_once_would_stop_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Why people are counted times sessions: three robots that take as long as people have everything in minutes."""
    monkeypatch.setattr(
        "registrations.views.traps.places_of", lambda application, had=0: sum(application.numbers.values())  # noqa: ARG005
    )  # fmt: skip
    for number in range(3):
        robot(world, NETWORKS[number], number, wait=20, starts=number)
    world.run()
    assert world.places["robots"] == PLACES


def test_parties_of_a_network_stop_before_those_who_come_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registrations.views.traps.MOST_OF_PARTIES", "10 per hour")
    monkeypatch.setattr("registrations.views.traps.MOST_PLACES", ("14 per hour",))
    got: list[int] = []

    def sends(people: int, sessions: int) -> None:
        key = world.open(NETWORKS[0])

        def send() -> None:
            codes = [f"s{one}" for one in range(sessions)]
            mail = f"{len(got)}@people.invalid"
            got.append(world.send("people", NETWORKS[0], key, people, codes, mail).status_code)

        world.at(world.clock.second + 30, send)

    for second, (people, sessions) in enumerate([(2, 5), (2, 1), (1, 3), (1, 2), (1, 1)]):
        world.at(second, lambda people=people, sessions=sessions: sends(people, sessions))
    world.run()
    assert got == [303, 429, 303, 429, 303]


def test_a_change_counts_what_it_adds(world: World, client: FlaskClient, make: Make) -> None:
    event = db.session.scalars(db.select(Event)).one()
    made = make.registration(event)
    changed = {"name": "Ana", "with-spectator": "40", "language": "ja", "version": "1", "sessions": ["s0", "s1"]}
    pages = []
    with frozen(AT), pytest.MonkeyPatch.context() as patch:
        patch.setattr("registrations.views.traps.MOST_PLACES", ("100 per hour",))
        pages.append(client.post(f"/r/{made.link}/change", data=changed))
        more = {**changed, "version": "2", "sessions": ["s0", "s1", "s2"]}
        pages.append(client.post(f"/r/{made.link}/change", data=more))
        fewer = {**changed, "version": "2", "with-spectator": "20"}
        pages.append(client.post(f"/r/{made.link}/change", data=fewer))
    assert [one.status_code for one in pages] == [303, 429, 303]
    assert 'value="40"' in pages[1].get_data(as_text=True)
