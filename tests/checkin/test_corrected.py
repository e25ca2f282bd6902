"""A party whose categories are corrected at the private link after it came is still the same people."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from analytics.queries import figures_of
from app.db import db, transaction
from app.programme.models import Event, EventSession, Venue
from app.programme.rules import CapacityKind, Reentry
from checkin.models import Entry
from registrations.models import Registration, Ticket
from registrations.operations import change
from registrations.rules import Application
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

DAY = timedelta(days=1)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.NONE), rights=EVERY_RIGHT)


def correct(ticket: Ticket, numbers: dict[str, int], *sessions: EventSession) -> None:
    """Ana corrects at her link who comes, while the door is open."""
    registration = db.session.get_one(Registration, ticket.registration_id, populate_existing=True)
    application = Application("Ana", numbers, frozenset(one.code for one in sessions))
    with transaction():
        change(registration.id, application, version=registration.version, at=NOON)


def reported(door: Doorside) -> dict[str, Any]:
    """People and visits by category, as the report has them."""
    db.session.rollback()
    db.session.expire_all()
    found = figures_of(db.session.get_one(Event, door.event.id), at=NOON + 9 * DAY)
    counts = {one.category.key: (one.people, one.visits) for one in found.categories}
    return {
        key: (getattr(people, "number", 0), getattr(visits, "number", 0)) for key, (people, visits) in counts.items()
    }


def counters(door: Doorside, place: str, **given: Any) -> tuple[Any, Any, Any]:
    seen = door.get(f"places/{place}/counts", **given).get_json()
    return seen["present"], seen["visits"], seen["people_today"]


@pytest.mark.parametrize("reentry", [Reentry.NONE, Reentry.FREE, Reentry.AFTER_EXIT])
def test_one_person_is_admitted_once(door: Doorside, make: Make, reentry: Reentry) -> None:
    talk = make.session(door.event, "talk", capacity=5, reentry=reentry)
    ticket = make.ticket(make.registration(door.event, talk))
    assert door.scan(talk, ticket)["verdict"] == "admitted"
    again = "readmitted" if reentry is Reentry.FREE else "already_in"
    assert door.scan(talk, ticket)["verdict"] == again
    correct(ticket, {"student": 1}, talk)
    assert door.scan(talk, ticket)["verdict"] == again
    assert counters(door, "session:talk") == ({"spectator": 1}, 1, 1)
    assert sum(people for people, _ in reported(door).values()) == 1
    assert (door.places(talk).present, door.places(talk).arrived) == (1, 1)


def test_who_was_booked_under_the_old_category_takes_the_booked_place(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", capacity=1)
    ticket = make.ticket(make.registration(door.event, talk))
    correct(ticket, {"student": 1}, talk)
    assert door.scan(talk, ticket)["verdict"] == "admitted"
    assert (door.places(talk).present, door.places(talk).arrived) == (1, 1)


def test_of_a_party_only_those_come_who_had_not_come(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", capacity=9, capacity_kind=CapacityKind.AT_ONCE, reentry=Reentry.AFTER_EXIT)
    ticket = make.ticket(make.registration(door.event, talk, numbers={"spectator": 3}))
    door.scan(talk, ticket, people={"spectator": 2})
    correct(ticket, {"student": 3}, talk)
    assert door.scan(talk, ticket)["expected"] == {"student": 1}
    assert door.scan(talk, ticket, people={"student": 3})["verdict"] == "confirm_party"
    assert door.scan(talk, ticket, people={"student": 1})["verdict"] == "admitted"
    assert door.scan(talk, ticket, people={"student": 1})["verdict"] == "already_in"
    door.scan(talk, ticket, people={"student": 3}, direction="out", at=NOON + timedelta(minutes=1))
    assert (door.places(talk).present, door.places(talk).arrived) == (0, 3)
    back = door.scan(talk, ticket, people={"student": 3}, at=NOON + timedelta(minutes=2))
    assert (back["verdict"], door.places(talk).present) == ("readmitted", 3)
    assert counters(door, "session:talk", at=NOON + timedelta(minutes=3))[1:] == (3, 3)


def test_a_party_is_no_more_people_on_another_day_nor_at_another_place(door: Doorside, make: Make) -> None:
    slug = db.session.scalars(select(Venue.slug)).one()
    talk = make.session(door.event, "talk")
    ticket = make.ticket(make.registration(door.event, numbers={"spectator": 3}))
    first, second = (f"entrance:{slug}:2026-10-0{day}" for day in (3, 4))
    door.scan(first, ticket, people={"spectator": 3})
    correct(ticket, {"student": 3})
    door.scan(talk, ticket, people={"student": 3})
    assert counters(door, "session:talk")[1:] == (3, 3)
    door.scan(second, ticket, people={"student": 3}, at=NOON + DAY)
    assert reported(door) == {"spectator": (0, 0), "student": (3, 3)}
    assert door.count(Entry) == 3


def test_a_class_of_which_each_category_went_elsewhere_is_whole(door: Doorside, make: Make) -> None:
    first, second = make.session(door.event, "first"), make.session(door.event, "second")
    ticket = make.ticket(make.registration(door.event, numbers={"student": 8, "spectator": 2}))
    door.scan(first, ticket, people={"student": 8})
    door.scan(second, ticket, people={"spectator": 2})
    assert reported(door) == {"spectator": (2, 2), "student": (8, 8)}
    assert counters(door, "session:first")[2] == 10
