"""A device may name the scan that was refused, and mean the one that says its people are in all the same: an undo of it
reaches what was counted, once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.programme.models import EventSession
from checkin.models import Entry
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make

MINUTE = timedelta(minutes=1)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make)


@pytest.fixture
def talk(door: Doorside, make: Make) -> EventSession:
    return make.session(door.event, "talk", capacity=1)


def follower(claim: dict[str, Any], shown: str) -> dict[str, Any]:
    """As the device makes it."""
    return {**claim, "id": str(UUID(int=UUID(claim["id"]).int ^ 8)), "shown": shown}


def tap(door: Doorside, talk: EventSession, **given: Any) -> dict[str, Any]:
    return door.claim(talk, act="walk_in", people={"spectator": 1}, **given)


def undo(door: Doorside, talk: EventSession, claim: dict[str, Any], minute: int = 2) -> dict[str, Any]:
    return door.claim(talk, act="undo", undoes=claim["id"], at=NOON + minute * MINUTE)


def verdicts(answers: list[dict[str, Any]]) -> list[str]:
    return [one["verdict"] for one in answers]


@pytest.fixture
def full(door: Doorside, talk: EventSession) -> EventSession:
    assert verdicts(door.send(tap(door, talk))) == ["counted"]
    return talk


def test_a_tap_that_was_refused_and_followed_is_taken_back_once(door: Doorside, full: EventSession) -> None:
    refused = tap(door, full, at=NOON + MINUTE)
    assert verdicts(door.send(refused, at=NOON + MINUTE)) == ["full"]
    assert verdicts(door.send(follower(refused, "counted"), at=NOON + MINUTE)) == ["counted"]
    assert (door.places(full).present, door.conflicts()) == (2, ["over_capacity"])
    taken = undo(door, full, refused)
    assert verdicts(door.send(taken, at=NOON + 2 * MINUTE)) == ["undone"]
    assert verdicts(door.send(taken, undo(door, full, refused, 3), at=NOON + 3 * MINUTE)) == ["undone", "undone"]
    assert (door.places(full).present, door.count(Entry)) == (1, 3)


def test_and_in_one_batch(door: Doorside, full: EventSession) -> None:
    refused = tap(door, full, at=NOON + MINUTE)
    batch = refused, follower(refused, "counted"), undo(door, full, refused)
    assert verdicts(door.send(*batch, at=NOON + 2 * MINUTE)) == ["full", "counted", "undone"]
    assert (door.places(full).present, door.count(Entry)) == (1, 3)


def test_of_a_ticket_too(door: Doorside, full: EventSession) -> None:
    refused = door.claim(full, door.ticket(), at=NOON + MINUTE)
    batch = refused, follower(refused, "admitted")
    assert [one not in ("admitted", "counted") for one in verdicts(door.send(*batch, at=NOON + MINUTE))] == [
        True,
        False,
    ]
    assert verdicts(door.send(undo(door, full, refused), at=NOON + 2 * MINUTE)) == ["undone"]
    assert door.places(full).present == 1


def test_what_was_counted_under_its_own_id_is_what_is_taken_back(door: Doorside, talk: EventSession) -> None:
    counted = tap(door, talk)
    assert verdicts(door.send(counted, follower(counted, "counted"))) == ["counted", "counted"]
    assert verdicts(door.send(undo(door, talk, counted), undo(door, talk, counted, 3), at=NOON + 3 * MINUTE)) == [
        "undone",
        "undone",
    ]
    assert (door.places(talk).present, door.count(Entry)) == (1, 3)


def test_only_the_device_that_made_it_reaches_it(door: Doorside, full: EventSession) -> None:
    refused = tap(door, full, at=NOON + MINUTE)
    door.send(refused, follower(refused, "counted"), at=NOON + MINUTE)
    (answer,) = door.send(undo(door, full, refused), at=NOON + 2 * MINUTE, token=door.device())
    assert (answer["verdict"], answer["error"]["code"]) == ("refused", "not_your_scan")
    assert door.places(full).present == 2


def test_a_refused_scan_that_nothing_follows_leaves_nothing_to_undo(door: Doorside, full: EventSession) -> None:
    refused = tap(door, full, at=NOON + MINUTE)
    answers = door.send(refused, undo(door, full, refused), at=NOON + 2 * MINUTE)
    assert [(one["verdict"], (one.get("error") or {}).get("code")) for one in answers] == [
        ("full", None),
        ("refused", "nothing_to_undo"),
    ]
