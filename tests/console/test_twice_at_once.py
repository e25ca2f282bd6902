"""The same form from one browser twice at the same moment, as by a double click: it happens once, and both are told."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import Device
from app.clock import frozen
from app.db import db
from checkin.models import Conflict, Entry
from checkin.operations import doorway
from checkin.rules import ConflictKind
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.test_races import at_once
from tests.console.conftest import Cast
from tests.console.test_check_in import TALK, a_class, count, door, talk
from tests.console.test_corrections import fields
from tests.console.test_gates import csrf
from tests.make import NOON

__all__ = ["door", "talk"]
pytestmark = pytest.mark.slow
LATER = NOON + timedelta(minutes=30)
CONFLICTS = "/console/events/fair/conflicts"
TALLY = "/console/events/fair/tallies/session:talk"


@pytest.fixture(autouse=True)
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what is read and what is written there is time for the second click."""
    real = doorway.open_doorway

    def slow(*arguments: Any, **named: Any) -> Any:
        opened = real(*arguments, **named)
        time.sleep(0.05)
        return opened

    for where in ("by_hand", "recording", "settling"):
        monkeypatch.setattr(f"checkin.operations.{where}.open_doorway", slow)


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database lets two in at the same time, both have read before one of them writes."""
    real, both = doorway.open_doorway, threading.Barrier(2)

    def wait(*arguments: Any, **named: Any) -> Any:
        opened = real(*arguments, **named)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=0.5)
        return opened

    for where in ("recording", "settling"):
        monkeypatch.setattr(f"checkin.operations.{where}.open_doorway", wait)


def click(browser: FlaskClient, path: str, **typed: object) -> Callable[[], int]:
    """The same person's form from one more window: its status, once it is sent."""
    app: Any = browser.application
    cookie: Any = browser.get_cookie("uketsuke")
    mine = app.test_client()
    mine.set_cookie(cookie.key, cookie.value)
    token = csrf(mine)

    def send() -> int:
        with frozen(LATER):
            answer: TestResponse = mine.post(path, data={"csrf_token": token, **typed})
            return answer.status_code

    return send


def twice(browser: FlaskClient, path: str, **typed: object) -> list[int]:
    """The statuses of both answers; none of them went wrong."""
    app: Any = browser.application
    return sorted(set(at_once(app, [click(browser, path, **typed) for _ in range(4)])))


def test_an_admission_at_the_desk(cast: Cast, door: Doorside, talk: Any) -> None:
    path = f"{TALK}/tickets/{a_class(door, talk).number}"
    some = {"do": "numbers", "number_student": "7", "number_spectator": "1"}
    assert twice(cast.dora, path, act=str(uuid4()), **some) == [303]
    assert door.lines() == [("entry", {"student": 7, "spectator": 1})]


def test_a_sheet_of_paper_and_its_taking_back(cast: Cast, door: Doorside, talk: Any) -> None:
    with frozen(LATER):
        wish = fields(cast.olga.get(TALLY).get_data(as_text=True)) | {"number_spectator": "7"}
    assert twice(cast.olga, TALLY, **wish) == [303]
    assert count(Entry) == 1
    assert twice(cast.olga, f"{TALLY}/taking-back", sheet=wish["sheet"]) == [303]
    assert door.lines() == [("count", {"spectator": 7}), ("undo", {"spectator": -7})]


@pytest.mark.parametrize("kind", ["session", "entrance"])
def test_a_correction(cast: Cast, door: Doorside, talk: Any, kind: str) -> None:
    place = "session:talk" if kind == "session" else f"entrance:hall-{cast.event.id}:2026-10-03"
    path = f"/console/events/fair/corrections/{place}"
    door.tap(place, {"spectator": 5}, new_today=kind == "entrance")
    with frozen(LATER):
        wish = fields(cast.olga.get(path).get_data(as_text=True))
    wish |= {"reason": "counted_twice", "number_spectator": "3", "sure": "yes"}
    assert twice(cast.olga, path, **wish) == [303]
    assert door.lines()[1:] == [("correction", {"spectator": -2})]


def entry_to_look_at_twice(door: Doorside, cast: Cast) -> dict[str, Any]:
    """Somebody let in at the entrance on a code that nobody knows, whose scan came three hours later."""
    claim = door.claim(f"entrance:hall-{cast.event.id}:2026-10-03", "A" * 26, shown="provisional", new_today=True)
    door.send(claim, at=NOON + timedelta(hours=3))
    assert door.conflicts() == ["unknown_ticket", "late_upload"]
    return claim


def settled(door: Doorside) -> list[str | None]:
    db.session.rollback()
    return list(db.session.scalars(select(Conflict.resolution).order_by(Conflict.id)))


@pytest.mark.usefixtures("together")
def test_two_organisers_take_the_same_scan_off(cast: Cast, door: Doorside) -> None:
    entry_to_look_at_twice(door, cast)
    ids = db.session.scalars(select(Conflict.uuid)).all()
    works = [click(cast.olga, f"{CONFLICTS}/{one}", do="dismiss") for one in ids]
    assert at_once(door.app, works) == [303, 303]
    assert door.lines() == [("entry", {"unknown": 1}), ("undo", {"unknown": -1})]
    assert settled(door) == ["taken_off", "taken_off"]


@pytest.mark.usefixtures("together")
def test_an_organiser_takes_off_what_a_supervisor_undoes_at_the_door(cast: Cast, door: Doorside) -> None:
    claim = entry_to_look_at_twice(door, cast)
    conflict = db.session.scalars(select(Conflict.uuid).order_by(Conflict.id)).first()
    token, slug, app = door.device(rights=EVERY_RIGHT), door.event.slug, door.app
    undo = door.claim(claim["place"], act="undo", undoes=claim["id"], at=LATER)

    def undone() -> Any:
        (answer,) = door.send(undo, at=LATER, token=token, client=app.test_client(), slug=slug)
        return answer["verdict"]

    assert at_once(app, [click(cast.olga, f"{CONFLICTS}/{conflict}", do="dismiss"), undone]) == [303, "undone"]
    assert door.lines() == [("entry", {"unknown": 1}), ("undo", {"unknown": -1})]
    assert settled(door) == ["taken_off", None]


@pytest.mark.usefixtures("together")
def test_all_of_a_kind_while_the_same_scan_is_taken_off_by_another_word(cast: Cast, door: Doorside) -> None:
    entry_to_look_at_twice(door, cast)
    late = db.session.scalars(select(Conflict.uuid).filter_by(kind=ConflictKind.LATE_UPLOAD)).one()
    device = db.session.scalars(select(Device.uuid).filter_by(name="device 1")).one()
    every = {"kind": "unknown_ticket", "device": str(device), "do": "dismiss", "sure": "yes"}
    works = [click(cast.olga, f"{CONFLICTS}/all", **every), click(cast.olga, f"{CONFLICTS}/{late}", do="dismiss")]
    assert at_once(door.app, works) == [303, 303]
    assert door.lines() == [("entry", {"unknown": 1}), ("undo", {"unknown": -1})]
    assert settled(door) == ["taken_off", "taken_off"]
