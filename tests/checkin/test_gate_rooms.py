"""A gate of several rooms: what is on in each of them, in the order of the rooms, with the room's name."""

import pytest
from flask import Flask

from app.db import db, transaction
from app.programme.models import FurtherRoom, Room, Venue
from checkin.models import GateRoom
from tests.checkin.doorside import Doorside
from tests.checkin.packreader import read_pack
from tests.make import Make, both


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make)


def floor(door: Doorside, make: Make, rooms: int) -> None:
    """A gate of so many rooms of one floor, with a session in each at noon; the last one takes the first room too."""
    sessions = [make.session(door.event, f"t{number}") for number in range(rooms, 0, -1)]
    gate = make.room_gate(door.event, sessions[0], "floor")
    venue = db.session.get_one(Venue, gate.venue_id)
    for number, session in enumerate(reversed(sessions[1:]), 1):
        room = make.room(venue, f"r{number}", name=both(f"30{number}室", f"Room 30{number}"), position=number)
        with transaction():
            db.session.merge(session).room_id = room.id
            db.session.add(GateRoom(gate_id=gate.id, room_id=room.id))
            db.session.get_one(Room, sessions[0].room_id).position = 99
            if number == 1:
                db.session.add(FurtherRoom(session_id=sessions[0].id, room_id=room.id))


def test_rooms_are_told_in_their_order_and_a_session_in_two_of_them_once(door: Doorside, make: Make) -> None:
    floor(door, make, 12)
    told = [(place["code"], place["room"]["en"]) for place in door.get("gates").get_json()["gates"][-1]["places"]]
    rooms = [(f"session:t{number}", f"Room 30{number}") for number in range(1, 12)]
    assert told == [rooms[0], ("session:t12", "Room 301"), *rooms[1:]]


def test_a_device_without_a_network_knows_the_rooms_too(door: Doorside, make: Make) -> None:
    floor(door, make, 3)
    gate = read_pack(door.get("pack").get_data()).head["gates"][-1]
    assert {code: room["en"] for code, room in gate["rooms"].items()} == {
        "session:t1": "Room 301", "session:t2": "Room 302", "session:t3": "Room 301",
    }  # fmt: skip


def test_where_a_gate_has_one_room_its_name_says_enough(door: Doorside, make: Make) -> None:
    make.room_gate(door.event, make.session(door.event, "alone"))
    gate = door.get("gates").get_json()["gates"][-1]
    assert ["room" in place for place in gate["places"]] == [False]
