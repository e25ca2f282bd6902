"""Words for who comes for the first time: with the gates, in the pack, and said by the verdict, once a ticket."""

import json
from datetime import timedelta

from flask import Flask

from app.programme.exports.document import event_file
from app.programme.models import Category
from registrations.rules import BookingState
from tests.checkin.doorside import Doorside
from tests.checkin.packreader import read_pack
from tests.console.conftest import Cast
from tests.console.editing import BASE, changed
from tests.console.test_check_in import DESK, do, page_of
from tests.make import NOON, Make

LEFT = {"ja": "左の列へ", "en": "Left-hand queue"}


def test_a_ticket_is_new_until_somebody_of_it_was_admitted_anywhere(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    talk, other = make.session(door.event, "talk"), make.session(door.event, "other")
    ana = door.ticket(booked={talk: BookingState.CONFIRMED, other: BookingState.CONFIRMED})
    scan = door.claim(talk, ana)
    seen = [door.send(scan)[0], door.send(scan)[0], door.scan(other, ana, at=NOON + timedelta(minutes=1))]
    assert [(one["verdict"], one["first_time"]) for one in seen] == [
        ("admitted", True), ("admitted", True), ("admitted", False),
    ]  # fmt: skip
    late = door.ticket()
    refused = door.scan(talk, late, at=NOON - timedelta(days=1))
    assert (refused["verdict"], refused["first_time"]) == ("too_early", False)


def test_they_come_with_the_gates_and_in_the_pack(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    door.change(door.categories["student"], first_words=LEFT)
    words = {one["key"]: one["first_words"] for one in door.get("gates").get_json()["categories"]}
    assert words == {"spectator": {}, "student": LEFT, "unknown": {}}
    head = read_pack(door.get("pack").data).head
    assert {one["key"]: one.get("first_words") for one in head["categories"]}["student"] == LEFT


def test_the_organiser_writes_them_and_the_event_file_has_them(cast: Cast) -> None:
    words = {"first_words-ja": LEFT["ja"], "first_words-en": LEFT["en"]}
    assert changed(cast.olga, f"{BASE}/categories/student", **words).status_code == 303
    document = json.loads(event_file(cast.event))
    assert [one.get("first_words") for one in document["categories"]] == [None, LEFT, None]
    long = changed(cast.olga, f"{BASE}/categories/student", **{"first_words-ja": "列" * 121})
    assert long.status_code == 422


def test_a_desk_says_them_too(app: Flask, cast: Cast, make: Make) -> None:
    door = Doorside(app, make, cast.event)
    talk = make.session(cast.event, "talk")
    door.change(door.categories["student"], first_words=LEFT)
    ticket = door.ticket({"student": 1}, booked={talk: BookingState.CONFIRMED})
    assert LEFT["ja"] in do(cast.dora, ticket, "admit")
    assert LEFT["ja"] not in page_of(cast.dora, f"{DESK}/session:talk/tickets/{ticket.number}")
    assert isinstance(door.categories["student"], Category)
