"""What an event says to all its doors: who edits it types it, doors, file and copies have it."""

import json
from typing import Any

from flask import Flask

from app.db import db
from app.programme.exports.document import event_file
from app.programme.models import Event
from registrations.rules import BookingState, PartyKind
from tests.checkin.doorside import Doorside
from tests.checkin.packreader import read_pack
from tests.console.conftest import Cast
from tests.console.editing import changed, post
from tests.make import Make

PAGE = "/console/events/{slug}/door-settings"
LEFT, RIGHT = {"ja": "左の列へ", "en": "Left-hand queue"}, {"ja": "右の列へ"}
TYPED = {"words_class-ja": LEFT["ja"], "words_class-en": LEFT["en"], "words_person-ja": RIGHT["ja"]}


def _save(cast: Cast, **given: Any) -> int:
    return changed(cast.olga, PAGE.format(slug=cast.event.slug), **given).status_code


def test_the_organiser_keeps_them_and_doors_hear_of_them(app: Flask, cast: Cast, make: Make) -> None:
    door = Doorside(app, make, cast.event)
    assert _save(cast, full_is_final="y", **TYPED) == 303
    gates = door.get("gates").get_json()
    head = read_pack(door.get("pack").data).head
    for said in (gates, head):
        assert said["over_full"] is False
        assert said["party_first_words"] == {"class": LEFT, "person": RIGHT}
    words = dict.fromkeys(TYPED, "")
    assert changed(cast.olga, PAGE.format(slug=cast.event.slug), full_is_final=[], **words).status_code == 303
    assert door.get("gates").get_json()["over_full"] is True


def test_too_long_a_sentence_is_sent_back_and_strangers_find_nothing(cast: Cast) -> None:
    assert _save(cast, **{"words_team-ja": "列" * 121}) == 422
    address = PAGE.format(slug=cast.event.slug)
    assert [who.get(address).status_code for who in (cast.sam, cast.dora)] == [404, 403]
    assert post(cast.sam, address, TYPED).status_code == 404
    db.session.rollback()
    assert db.session.get_one(Event, cast.event.id).party_first_words == {}


def test_who_changed_them_meanwhile_is_put_beside(cast: Cast) -> None:
    address = PAGE.format(slug=cast.event.slug)
    assert post(cast.olga, address, {"version": "0", "full_is_final": "y"}).status_code == 409


def test_event_file_and_verdict_carry_them(app: Flask, cast: Cast, make: Make) -> None:
    door = Doorside(app, make, cast.event)
    talk = make.session(cast.event, "talk")
    _save(cast, full_is_final="y", **TYPED)
    db.session.rollback()
    said = json.loads(event_file(db.session.get_one(Event, cast.event.id)))["event"]
    assert (said["full_is_final"], said["party_first_words"]) == (True, {"class": LEFT, "person": RIGHT})
    group = {"spectator": 2, "student": 1}
    pupils = door.ticket(group, booked={talk: BookingState.CONFIRMED}, party_kind=PartyKind.CLASS)
    first = door.scan(talk, pupils, people=group)
    again = door.scan(talk, pupils)
    assert (first["first_time"], first["party_kind"]) == (True, "class")
    assert (again["first_time"], again["party_kind"]) == (False, None)
