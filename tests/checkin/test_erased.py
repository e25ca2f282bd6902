"""Erasing a person who came: every figure of the event stays, the door knows the ticket no more as good."""

from datetime import timedelta

from flask import Flask

from analytics.queries import figures_of
from app.db import transaction
from registrations.operations.erasing import erase
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make

LATER = NOON + timedelta(hours=20)


def test_figures_before_and_after_are_the_same(app: Flask, make: Make) -> None:
    event = make.event()
    talk, later = make.session(event, "talk"), make.session(event, "later", starts_at=NOON + timedelta(hours=5))
    ana = make.registration(event, talk, later, numbers={"spectator": 2}, email="ana@example.jp")
    ben = make.registration(event, talk, name="Ben")
    door = Doorside(app, make, event)
    for one in (ana, ben):
        people = {"spectator": 2} if one is ana else {"spectator": 1}
        assert door.scan(talk, make.ticket(one), people=people)["verdict"] == "admitted"
    before = figures_of(event, at=LATER)
    assert getattr(before.people, "number", None) == 3
    with transaction():
        erase(ana.id, at=NOON + timedelta(minutes=5))
    after = figures_of(event, at=LATER)
    assert (after.people, after.visits) == (before.people, before.visits)
    assert door.scan(talk, make.ticket(ana), at=NOON + timedelta(minutes=10))["verdict"] == "cancelled"
