"""A party changes while a door reads its ticket: one of the two comes first, and the other sees it. Nobody is let in
who was dropped, no ticket is split that has let somebody in, and neither ends in an error."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.db import db, transaction
from app.programme.models import EventSession
from checkin.operations import doorway
from checkin.queries import door as reading
from registrations.models import Ticket
from registrations.operations.naming import Named, name_people, ticket_each
from registrations.operations.people import drop_person
from registrations.operations.refusals import SomebodyCame
from registrations.queries.people import people_of
from tests.checkin.doorside import Doorside
from tests.checkin.test_races import at_once, sender
from tests.make import NOON, Make

pytestmark = pytest.mark.slow
TIMES = 6


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make)


@pytest.fixture
def talk(make: Make, door: Doorside) -> EventSession:
    return make.session(door.event, "talk", capacity=40)


@pytest.fixture(autouse=True)
def slow_thinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes between what a door reads first, what it reads under the lock, and what it writes."""
    real, histories = doorway.open_doorway, reading.histories

    def slowly(*arguments: Any, **named: Any) -> Any:
        opened = real(*arguments, **named)
        time.sleep(0.02)
        return opened

    def later(*arguments: Any, **named: Any) -> Any:
        time.sleep(0.02)
        return histories(*arguments, **named)

    monkeypatch.setattr("checkin.operations.recording.open_doorway", slowly)
    monkeypatch.setattr("checkin.queries.door.histories", later)


def pair(make: Make, door: Doorside, talk: EventSession) -> int:
    """The registration of Ana and Ben, with names."""
    made = make.registration(door.event, talk, numbers={"spectator": 2})
    category = make.categories(door.event)["spectator"].id
    with transaction():
        name_people(made.id, {category: [Named("Ana"), Named("Ben")]}, version=made.version)
    return made.id


def outcome(act: Callable[[], object]) -> Callable[[], str]:
    """Does it in a transaction; "done", or that somebody came."""

    def run() -> str:
        try:
            with transaction():
                act()
        except SomebodyCame:
            return "came"
        return "done"

    return run


def test_a_person_is_dropped_while_the_door_reads_the_ticket(door: Doorside, make: Make, talk: EventSession) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for order in range(TIMES):
        made = pair(make, door, talk)
        with transaction():
            ticket_each(made, at=NOON)
        ben = next(one for one in people_of(made) if one.name == "Ben")
        scan = sender(door, door.claim(talk, ben.code))
        drop = outcome(lambda made=made, ben=ben: drop_person(made, ben.id, at=NOON))  # type: ignore[misc]
        found[_both(door, scan, drop, first=order % 2)] += 1
    assert set(found) <= {("admitted", "came"), ("cancelled", "done")}


def test_tickets_are_split_while_the_door_reads_the_one_for_all(door: Doorside, make: Make, talk: EventSession) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for order in range(TIMES):
        made = pair(make, door, talk)
        code = db.session.scalars(db.select(Ticket.code).filter_by(registration_id=made)).one()
        scan = sender(door, door.claim(talk, code, people={"spectator": 2}))
        split = outcome(lambda made=made: ticket_each(made, at=NOON))  # type: ignore[misc]
        found[_both(door, scan, split, first=order % 2)] += 1
    assert set(found) <= {("admitted", "came"), ("replaced", "done")}


def _both(door: Doorside, scan: Callable[[], str], change: Callable[[], str], *, first: int) -> tuple[str, str]:
    """At the same moment, one of them a hair later; verdict and what became of the change."""
    db.session.rollback()

    def late(act: Callable[[], str]) -> Callable[[], str]:
        def run() -> str:
            time.sleep(0.01)
            return act()

        return run

    verdict, done = at_once(door.app, [late(scan) if first else scan, change if first else late(change)])
    return verdict, done
