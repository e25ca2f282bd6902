"""The same form from one browser twice at the same moment, as by a double click: it happens once, and both are told."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.clock import frozen
from checkin.models import Entry
from checkin.operations import doorway
from tests.checkin.doorside import Doorside
from tests.checkin.test_races import at_once
from tests.console.conftest import Cast
from tests.console.test_check_in import TALK, a_class, count, door, talk
from tests.console.test_corrections import fields
from tests.console.test_gates import csrf
from tests.make import NOON

__all__ = ["door", "talk"]
pytestmark = pytest.mark.slow
LATER = NOON + timedelta(minutes=30)
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


def twice(browser: FlaskClient, path: str, **typed: object) -> list[int]:
    """The statuses of both answers; none of them went wrong."""
    app: Any = browser.application
    cookie: Any = browser.get_cookie("uketsuke")

    def click() -> Callable[[], TestResponse]:
        mine = app.test_client()
        mine.set_cookie(cookie.key, cookie.value)
        token = csrf(mine)

        def send() -> TestResponse:
            with frozen(LATER):
                answer: TestResponse = mine.post(path, data={"csrf_token": token, **typed})
                return answer

        return send

    answers = at_once(app, [click() for _ in range(4)])
    return sorted({one.status_code if hasattr(one, "status_code") else one for one in answers})


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
