"""Who was let in before the door opened keeps the place, whatever becomes of the registration."""

from datetime import timedelta

import pytest
from flask import Flask

from app.db import db, transaction
from app.programme.models import EventSession
from registrations.models import Registration, Ticket
from registrations.operations import SessionsFull, cancel, change
from registrations.rules import Application
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

EARLY = NOON - timedelta(hours=1)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(), rights=EVERY_RIGHT)


def let_in(door: Doorside, talk: EventSession, ticket: Ticket, people: dict[str, int]) -> str:
    """A supervisor admits an hour early."""
    answer = door.scan(talk, ticket, at=EARLY, force="organiser_allowed", people=people)
    assert answer["verdict"] == "admitted"
    return str(answer["id"])


def cancelled(made: Registration) -> None:
    with transaction():
        cancel(made.id, at=EARLY)


def figures(door: Doorside, talk: EventSession) -> tuple[int, int, int]:
    places = door.places(talk)
    return places.promised, places.arrived, places.present


def test_a_cancelled_registration_gives_back_no_place_that_is_taken(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, capacity=2)
    made = make.registration(door.event, talk)
    let_in(door, talk, make.ticket(made), {"spectator": 1})
    cancelled(made)
    assert figures(door, talk) == (1, 1, 1)
    make.registration(door.event, talk, at=EARLY)
    with pytest.raises(SessionsFull):
        make.registration(door.event, talk, at=EARLY)
    assert figures(door, talk) == (2, 1, 1)


def test_a_smaller_party_gives_back_no_place_of_a_session_that_some_of_it_are_in(door: Doorside, make: Make) -> None:
    talk, later = make.session(door.event, capacity=3), make.session(door.event, starts_at=NOON + timedelta(hours=3))
    made = make.registration(door.event, talk, later, numbers={"spectator": 3})
    let_in(door, talk, make.ticket(made), {"spectator": 2})
    version = db.session.get_one(Registration, made.id, populate_existing=True).version
    application = Application("Ana", {"spectator": 1}, frozenset({talk.code, later.code}))
    with transaction():
        change(made.id, application, version=version, at=EARLY)
    assert figures(door, talk) == (3, 2, 2)
    assert door.places(later).promised == 1
    with pytest.raises(SessionsFull):
        make.registration(door.event, talk, at=EARLY)


def test_who_was_let_in_by_mistake_gives_the_place_back(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, capacity=1)
    made = make.registration(door.event, talk)
    scan = let_in(door, talk, make.ticket(made), {"spectator": 1})
    door.scan(talk, act="undo", undoes=scan, at=EARLY)
    cancelled(made)
    assert figures(door, talk) == (0, 0, 0)
    make.registration(door.event, talk, at=EARLY)
