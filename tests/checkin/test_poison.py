"""One poisoned scan, whatever is wrong with it and wherever it stands, holds up no other scan of its batch."""

import json
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.models import Device
from app.accounts.queries import digest
from app.clock import frozen
from app.db import db
from app.programme.rules import AdmissionRule
from checkin.models import Conflict, Entry, Scan
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

HALF = "\ud800"
POISONS: list[Any] = [
    None, 7, [], "scan", {}, {"id": HALF}, {HALF: 1}, {"id": "\0", "\0": HALF}, {"id": {}, "act": []},
    {"people": {HALF: 1}}, {"people": {"\0": 1}}, {"people": {"spectator": float("nan")}},
    {"people": {"spectator": float("inf")}}, {"people": {"spectator": 2**70}}, {"people": {"spectator": -(2**70)}},
    {"people": {"spectator": 1.0}}, {"people": {"spectator": True}}, {"people": {"spectator": None}},
    {"seq": 10**40}, {"seq": -1}, {"seq": 1e400}, {"seq": float("nan")}, {"at": "2199-12-31T23:59:59.999999+23:59"},
    {"at": "2000-01-01T00:00:00-23:59"}, {"at": "2026-02-30T00:00:00Z"}, {"at": HALF}, {"id": "x" * 5000},
    {"clock": {"run": HALF, "ran": 1}}, {"clock": {"run": "\0", "ran": 0, "offset": -(50 * 366 * 86_400_000)}},
    {"clock": {"run": "a", "ran": 50 * 366 * 86_400_000, "offset": 50 * 366 * 86_400_000, "steady": True}},
    {"clock": {"run": "a", "ran": float("nan")}}, {"clock": {HALF: 1}}, {"gate": "\ud83d"}, {"place": "session:"},
    {"place": "entrance::"}, {"place": "entrance:hall:9999-12-31"}, {"place": "entrance:hall:0001-01-01"},
    {"act": "scan", "code": HALF * 2000}, {"act": "scan", "code": "\0"}, {"act": "scan", "code": ""},
    {"act": "undo", "undoes": str(uuid4())}, {"act": "room_count", "people": {"spectator": 9999}},
    {"act": "head_count", "people": {"spectator": -9999}}, {"shown": HALF}, {"colour" * 99: 1},
]  # fmt: skip


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    door = Doorside(app, make, rights=EVERY_RIGHT)
    make.session(door.event, "hall", admission=AdmissionRule.WALK_IN)
    return door


def good(door: Doorside) -> dict[str, Any]:
    return door.claim("session:hall", act="walk_in", people={"spectator": 1})


def poisoned(door: Doorside, poison: Any) -> Any:
    return {**good(door), **poison} if isinstance(poison, dict) and poison else poison


def sent(door: Doorside, scans: list[Any], *, token: str | None = None) -> TestResponse:
    with frozen(NOON):
        return door.app.test_client().post(
            f"/api/v1/events/{door.event.slug}/scans",
            data=json.dumps({"sent_at": NOON.isoformat(), "scans": scans}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token or door.token}"},
        )


@pytest.mark.parametrize("place", [0, 1, 2])
def test_holds_up_no_other(door: Doorside, place: int, caplog: pytest.LogCaptureFixture) -> None:
    for number, poison in enumerate(POISONS):
        scans: list[Any] = [good(door), good(door)]
        scans.insert(place, poisoned(door, poison))
        answer = sent(door, scans)
        assert answer.status_code == 200, (number, poison, answer.get_data(as_text=True))
        verdicts = answer.get_json()["verdicts"]
        others = [one for one in (0, 1, 2) if one != place]
        assert [(verdicts[one]["id"], verdicts[one]["verdict"]) for one in others] == [
            (scans[one]["id"], "counted") for one in others
        ], poison
        again = sent(door, scans)
        assert again.get_json() == answer.get_json(), poison
    assert "tried one by one" not in caplog.text
    assert "left to the route" not in caplog.text


def test_of_a_revoked_device_is_kept_apart_or_refused_alone(door: Doorside, caplog: pytest.LogCaptureFixture) -> None:
    token = door.device(rights=EVERY_RIGHT)
    device = db.session.scalars(db.select(Device).filter_by(token_hash=digest(token))).one()
    door.change(device, revoked_at=NOON)
    for poison in POISONS:
        scans = [good(door), poisoned(door, poison), good(door)]
        before = door.count(Scan)
        answer = sent(door, scans, token=token)
        assert answer.status_code == 200, (poison, answer.get_data(as_text=True))
        verdicts = answer.get_json()["verdicts"]
        assert [(one["id"], one["verdict"]) for one in (verdicts[0], verdicts[2])] == [
            (scans[one]["id"], "refused") for one in (0, 2)
        ], poison
        assert door.count(Scan) - before in (2, 3), poison
        assert sent(door, scans, token=token).get_json() == answer.get_json()
    assert "tried one by one" not in caplog.text
    assert (door.count(Entry), door.count(Conflict)) == (0, door.count(Scan))


def test_of_a_revoked_device_with_a_number_used_twice_keeps_the_first(door: Doorside) -> None:
    token = door.device()
    door.change(db.session.scalars(db.select(Device).filter_by(token_hash=digest(token))).one(), revoked_at=NOON)
    first = good(door)
    answers = sent(door, [first, {**first, "people": {"spectator": 2}}, first], token=token).get_json()["verdicts"]
    assert [(one["verdict"], one["error"] and one["error"]["code"]) for one in answers] == [
        ("refused", None),
        (None, "id_reused"),
        ("refused", None),
    ]
    assert sent(door, [first], token=token).get_json()["verdicts"] == answers[:1]
    (kept,) = db.session.scalars(db.select(Scan.facts))
    assert kept["claim"]["people"] == {"spectator": 1}


@pytest.mark.parametrize(
    "body",
    [
        {HALF: 1}, {"pack": HALF}, {"pack": "\0"}, {"clock": {HALF: HALF}}, {"sent_at": HALF}, {"scans": {HALF: 1}},
        HALF, [HALF],
    ],
    ids=ascii,
)  # fmt: skip
def test_a_batch_that_is_poisoned_itself_is_refused_with_a_reason(door: Doorside, body: Any) -> None:
    whole = {"sent_at": NOON.isoformat(), "scans": [good(door)]}
    with frozen(NOON):
        answer = door.app.test_client().post(
            f"/api/v1/events/{door.event.slug}/scans",
            data=json.dumps({**whole, **body} if isinstance(body, dict) else body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {door.token}"},
        )
    assert (answer.status_code, door.count(Scan)) == (422, 0)
