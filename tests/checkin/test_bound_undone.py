"""Bound devices and what comes after the scan: undone by another one, judged again, accepted, tied, linked."""

from datetime import timedelta
from secrets import randbits
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.web.actors import Actor
from checkin.models import Conflict, Place
from checkin.operations import settle, tie
from checkin.queries.recount import recounted
from checkin.rules import ConflictKind
from registrations.rules.given import RANDOM_BITS, given_code
from tests.checkin.test_bound import Doors, device_of
from tests.make import NOON, Make

LATER = NOON + timedelta(minutes=30)
EVENING = NOON + timedelta(hours=6)


@pytest.fixture
def doors(app: Flask, make: Make) -> Doors:
    return Doors(app, make)


def test_a_supervisor_undoes_nothing_of_another_gate(doors: Doors) -> None:
    here, there = doors.pair(doors.here, rights="supervisor")[0], doors.pair(doors.there)[0]
    theirs = doors.claim(doors.there, doors.door.ticket())
    doors.door.send(theirs, token=there)
    said = [
        doors.door.send(doors.claim(gate, None, act="undo", undoes=theirs["id"]), token=here)[0]
        for gate in (doors.there, doors.here)
    ]
    assert [(one["verdict"], (one["error"] or {}).get("code")) for one in said] == [
        ("refused", "other_gate"), ("refused", "not_your_scan"),
    ]  # fmt: skip
    assert doors.door.places(doors.there).present == 1
    assert doors.kinds() == []


def test_a_supervisor_undoes_what_another_device_did_at_the_same_gate(doors: Doors) -> None:
    here, other = doors.pair(doors.here, rights="supervisor")[0], doors.pair(doors.here)[0]
    theirs = doors.claim(doors.here, doors.door.ticket())
    doors.door.send(theirs, token=other)
    (said,) = doors.door.send(doors.claim(doors.here, None, act="undo", undoes=theirs["id"]), token=here)
    assert (said["verdict"], doors.door.places(doors.here).present) == ("undone", 0)


def test_what_a_stopped_device_did_elsewhere_is_listed_as_that_once_it_is_accepted(doors: Doors) -> None:
    token, _ = doors.pair(doors.here)
    doors.door.change(device_of(token), revoked_at=NOON)
    claims = [doors.claim(gate, doors.door.ticket(), shown="admitted") for gate in (doors.here, doors.there)]
    doors.door.send(*claims, token=token, at=LATER)
    assert doors.kinds() == ["quarantined", "quarantined"]
    for conflict in db.session.scalars(select(Conflict.id)).all():
        db.session.rollback()
        with transaction():
            settle(doors.door.event, conflict, accept=True, at=LATER, actor=Actor())
    assert doors.kinds() == ["other_gate"]
    (place,) = {place for _, place in doors.listed()}
    assert db.session.get_one(Place, int(place)).session_id == doors.there.id
    assert recounted(doors.door.event.id).wrong == []


def test_who_is_tied_or_linked_stays_listed_as_from_elsewhere(
    doors: Doors,
) -> None:
    token, there = doors.pair(doors.here)[0], doors.pair(doors.there)[0]
    ana, given = doors.door.ticket(), given_code(doors.door.event.scan_salt, randbits(RANDOM_BITS))
    number = ana.number
    walk_in: dict[str, Any] = {"act": "walk_in", "people": {"spectator": 1}, "shown": "counted"}
    tap = doors.claim(doors.there, None, number=number, **walk_in)
    came = doors.door.claim(doors.there, given, gate=doors.gate(doors.there).code, shown="provisional")
    first = doors.door.send(tap, came, token=token, at=LATER)
    assert doors.kinds() == ["other_gate", "other_gate", "unknown_ticket", "unread_ticket"]
    noted = db.session.scalars(select(Conflict.id).where(Conflict.kind == ConflictKind.UNREAD_TICKET)).one()
    db.session.rollback()
    with transaction():
        tie(doors.door.event, noted, number, at=LATER, actor=Actor())
    giving = doors.claim(doors.here, None, rid=str(uuid4()), new_code=given, **walk_in)
    doors.door.send(giving, token=token, at=LATER)
    assert doors.kinds() == ["other_gate", "other_gate"]
    assert doors.door.send(tap, came, token=token, at=LATER) == first
    earlier = doors.claim(doors.there, ana, at=NOON - timedelta(minutes=3), shown="admitted")
    doors.door.send(earlier, token=there, at=LATER)
    assert doors.kinds() == ["double_admission", "other_gate", "other_gate"]
    undo = doors.claim(doors.there, None, act="undo", undoes=tap["id"], at=NOON + timedelta(minutes=1))
    (undone,) = doors.door.send(undo, token=token, at=LATER)
    assert (undone["verdict"], doors.kinds()) == ("undone", ["other_gate"] * 3)
    assert doors.door.places(doors.there).present == 2
    assert recounted(doors.door.event.id).wrong == []


def test_a_tap_that_was_tied_is_answered_again_as_it_was(doors: Doors) -> None:
    """It names nobody to a door that could not look the number up."""
    token, _ = doors.pair(doors.here, rights="scan")
    number = doors.door.ticket(contact_name="Ana").number
    walk_in: dict[str, Any] = {"act": "walk_in", "people": {"spectator": 1}, "shown": "counted"}
    tap = doors.claim(doors.here, None, number=number, **walk_in)
    first = doors.door.send(tap, token=token, at=LATER)
    noted = db.session.scalars(select(Conflict.id).where(Conflict.kind == ConflictKind.UNREAD_TICKET)).one()
    db.session.rollback()
    with transaction():
        tie(doors.door.event, noted, number, at=LATER, actor=Actor())
    assert doors.door.send(tap, token=token, at=LATER) == first


def test_who_was_tied_elsewhere_can_be_taken_back_by_what_is_still_listed(doors: Doors) -> None:
    token, number = doors.pair(doors.here)[0], doors.door.ticket().number
    walk_in: dict[str, Any] = {"act": "walk_in", "people": {"spectator": 1}, "shown": "counted"}
    doors.door.send(doors.claim(doors.there, None, number=number, **walk_in), token=token, at=LATER)
    for act in ("tie", "dismiss"):
        kind = ConflictKind.UNREAD_TICKET if act == "tie" else ConflictKind.OTHER_GATE
        found = db.session.scalars(select(Conflict.id).where(Conflict.kind == kind)).one()
        db.session.rollback()
        with transaction():
            if act == "tie":
                tie(doors.door.event, found, number, at=LATER, actor=Actor())
            else:
                settle(doors.door.event, found, accept=False, at=LATER, actor=Actor())
    assert (doors.kinds(), doors.door.places(doors.there).present) == ([], 0)
    assert recounted(doors.door.event.id).wrong == []
