"""A scanner's file says what the door itself told while the request was on its way: who was let in by that is counted,
as if the device had sent what it kept."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.programme.models import EventSession
from checkin.models import Conflict, Entry, Scan
from checkin.rules import ConflictKind
from tests.checkin.doorside import Doorside
from tests.console.conftest import Cast
from tests.console.test_gates import post
from tests.console.test_queues import file_of, upload
from tests.make import NOON, Make

MINUTE = timedelta(minutes=1)
EN = "/console/events/fair/devices/queue?lang=en"


@pytest.fixture
def door(app: Flask, make: Make, cast: Cast) -> Doorside:
    return Doorside(app, make, cast.event)


@pytest.fixture
def full(door: Doorside, make: Make) -> EventSession:
    """With one person too many for another."""
    talk = make.session(door.event, "talk", capacity=1)
    assert door.tap(talk)["verdict"] == "counted"
    return talk


def tap(door: Doorside, talk: EventSession, minute: int = 1) -> dict[str, Any]:
    return door.claim(talk, act="walk_in", people={"spectator": 1}, at=NOON + minute * MINUTE, seq=minute)


def follower(claim: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the device sends after a refusal, in the first one's place."""
    return {**claim, "id": str(UUID(int=UUID(claim["id"]).int ^ 8)), **more}


def read(cast: Cast, door: Doorside, *scans: Any, **given: Any) -> str:
    page = upload(cast.olga, file_of(door, *scans, **given), path=EN)
    assert page.status_code == 200
    return " ".join(page.get_data(as_text=True).split())


def test_who_was_let_in_by_the_doors_own_word_is_counted_once(door: Doorside, full: EventSession, cast: Cast) -> None:
    claim = tap(door, full)
    read(cast, door, {**claim, "showed": "counted"})
    assert (door.places(full).present, door.conflicts()) == (2, ["over_capacity"])
    again = read(cast, door, {**claim, "showed": "counted"})
    assert "Of these, had arrived before: 1." in again
    back = door.send(claim, follower(claim, shown="counted"), at=NOON + 5 * MINUTE)
    assert [one["verdict"] for one in back] == ["full", "counted"]
    assert (door.places(full).present, door.count(Entry), door.count(Scan)) == (2, 2, 3)


def test_of_a_ticket_too(door: Doorside, full: EventSession, cast: Cast) -> None:
    read(cast, door, door.claim(full, door.ticket(), at=NOON + MINUTE, showed="admitted"))
    assert (door.places(full).present, door.count(Entry)) == (2, 2)


def test_an_undo_behind_it_takes_it_back(door: Doorside, full: EventSession, cast: Cast) -> None:
    claim = tap(door, full)
    undo = door.claim(full, act="undo", undoes=claim["id"], at=NOON + 2 * MINUTE)
    read(cast, door, {**claim, "showed": "counted"}, undo)
    assert (door.places(full).present, door.count(Entry)) == (1, 3)


def test_what_was_counted_by_itself_needs_no_second_scan(door: Doorside, make: Make, cast: Cast) -> None:
    talk = make.session(door.event, "talk", capacity=5)
    read(cast, door, {**tap(door, talk), "showed": "counted"}, {**tap(door, talk, 2), "showed": "full"})
    assert (door.places(talk).present, door.count(Scan)) == (2, 2)


def test_a_number_whose_answer_nobody_awaited_is_taken_back(door: Doorside, make: Make, cast: Cast) -> None:
    talk = make.session(door.event, "talk")
    token = door.device(rights=("scan", "search"))
    claim = door.claim(talk, door.ticket().number, seq=4)
    assert door.send(claim, token=token)[0]["verdict"] == "admitted"
    text = read(cast, door, {**claim, "shown": "refused", "withdrawn": True}, token=token)
    assert "Another scan has their number" not in text
    assert door.places(talk).present == 0
    undo = {name: claim[name] for name in ("at", "gate", "place", "seq")} | {"act": "undo", "undoes": claim["id"]}
    (again,) = door.send({**undo, "id": follower(claim)["id"]}, token=token, at=NOON + MINUTE)
    assert (again["verdict"], door.count(Entry)) == ("undone", 2)


def test_of_a_revoked_device_it_is_kept_apart_and_counted_once(door: Doorside, full: EventSession, cast: Cast) -> None:
    token = door.device(revoked_at=NOON)
    read(cast, door, {**tap(door, full), "showed": "counted"}, token=token)
    assert door.conflicts() == ["quarantined"]
    (conflict,) = db.session.scalars(select(Conflict.uuid).where(Conflict.kind == ConflictKind.QUARANTINED))
    assert post(cast.olga, f"/console/events/fair/conflicts/{conflict}", do="accept").status_code == 303
    assert (door.places(full).present, door.count(Entry)) == (2, 2)


def test_a_word_that_is_none_makes_its_scan_unreadable(door: Doorside, full: EventSession, cast: Cast) -> None:
    text = read(cast, door, {**tap(door, full), "showed": "perhaps"}, tap(door, full, 2))
    assert "Not readable, and not kept: 1." in text
    assert (door.places(full).present, door.count(Scan)) == (1, 2)
