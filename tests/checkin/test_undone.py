"""What is undone falls away everywhere alike: at the door, in its counters, in the report."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from analytics.queries import figures_of
from app.db import db
from app.programme.models import Event, EventSession, Venue
from app.programme.rules import CapacityKind, Reentry
from registrations.models import Ticket
from registrations.rules import BookingState
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

CONFIRMED = BookingState.CONFIRMED
MINUTE = timedelta(minutes=1)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.FREE), rights=EVERY_RIGHT)


def undo(door: Doorside, talk: EventSession | str, scan: dict[str, Any], minute: int) -> None:
    answer = door.scan(talk, act="undo", undoes=scan["id"], at=NOON + minute * MINUTE)
    assert answer["verdict"] == "undone"


def told(door: Doorside, talk: EventSession) -> tuple[int, int, int, int, int]:
    """Present, visits and people at the door; people and visits in the report."""
    seen = door.get("places/session:talk/counts", at=NOON + timedelta(minutes=30)).get_json()
    db.session.rollback()
    db.session.expire_all()
    report = figures_of(db.session.get_one(Event, door.event.id), at=NOON + timedelta(days=9))
    people, visits = (getattr(figure, "number", 0) for figure in (report.people, report.visits))
    return sum(seen["present"].values()), seen["visits"], seen["people_today"], people, visits


class TestAnAdmissionAfterWhichSomebodyCameBack:
    def test_of_one_person_is_the_return(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk", capacity=5)
        ticket = door.ticket(booked={talk: CONFIRMED})
        first, second = door.scan(talk, ticket), door.scan(talk, ticket, at=NOON + MINUTE)
        assert (first["verdict"], second["verdict"]) == ("admitted", "readmitted")
        undo(door, talk, first, 2)
        assert told(door, talk) == (1, 1, 1, 1, 1)
        assert (door.places(talk).present, door.places(talk).arrived) == (1, 1)
        assert door.scan(talk, ticket, at=NOON + 3 * MINUTE)["first"]["at"] == "2026-10-03T03:01:00.000Z"
        undo(door, talk, second, 4)
        assert told(door, talk) == (1, 1, 1, 1, 1)

    def test_and_is_undone_too_leaves_nobody(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk", capacity=5)
        ticket = door.ticket(booked={talk: CONFIRMED})
        first, second = door.scan(talk, ticket), door.scan(talk, ticket, at=NOON + MINUTE)
        undo(door, talk, first, 2)
        undo(door, talk, second, 3)
        assert told(door, talk) == (0, 0, 0, 0, 0)
        assert (door.places(talk).present, door.places(talk).arrived) == (0, 0)
        assert door.scan(talk, ticket, at=NOON + 4 * MINUTE)["verdict"] == "admitted"

    def test_of_a_party_is_as_many_as_came_back(self, door: Doorside, make: Make) -> None:
        talk = make.session(
            door.event, "talk", capacity=9, capacity_kind=CapacityKind.AT_ONCE, reentry=Reentry.AFTER_EXIT
        )
        party: Ticket = door.ticket({"student": 5}, booked={talk: {"student": 1}})
        first = door.scan(talk, party, people={"student": 4})
        door.scan(talk, party, people={"student": 3}, direction="out", at=NOON + MINUTE)
        door.scan(talk, party, people={"student": 2}, at=NOON + 2 * MINUTE)
        assert door.places(talk).present == 3
        undo(door, talk, first, 3)
        assert told(door, talk) == (2, 2, 2, 2, 2)
        assert (door.places(talk).present, door.places(talk).arrived) == (2, 1)
        assert door.scan(talk, party, at=NOON + 4 * MINUTE)["expected"] == {"student": 3}

    def test_in_one_batch_and_at_an_entrance_that_the_undo_does_not_name(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        entrance = f"entrance:{db.session.scalars(select(Venue.slug)).one()}:2026-10-03"
        ticket = door.ticket()
        claims = [door.claim(entrance, ticket), door.claim(entrance, ticket, at=NOON + MINUTE)]
        undone = door.claim(talk, act="undo", undoes=claims[0]["id"], at=NOON + 2 * MINUTE)
        answers = door.send(*claims, undone, at=NOON + 2 * MINUTE)
        assert [one["verdict"] for one in answers] == ["admitted", "readmitted", "undone"]
        seen = door.get(f"places/{entrance}/counts").get_json()
        assert (seen["present"], seen["visits"], seen["people_today"]) == ({"spectator": 1}, 1, 1)
        answers = door.send(door.claim(talk, act="undo", undoes=claims[1]["id"], at=NOON + 3 * MINUTE))
        assert told(door, talk)[2:4] == (0, 0)
