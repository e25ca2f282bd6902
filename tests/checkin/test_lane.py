"""The quick way in answers plain scans as the route does, and leaves everything else to it."""

import json
import threading
from typing import Any, cast
from uuid import uuid4

import pytest
from flask import Flask, has_app_context
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from app.accounts.models import Device
from app.accounts.queries import digest
from app.clock import frozen
from app.db import db, transaction, wired_savepoint, wired_transaction
from app.programme.models import SessionPlaces
from app.programme.rules import AdmissionRule
from app.writer import Wire
from checkin.api.lane import SHORT, Lane, _Posted
from checkin.forms import read_batch
from checkin.models import Entry, Gate, Scan
from checkin.operations import Arrived, record_arrived
from registrations.rules import short_number
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make
from tests.statements import noted


class Beside:
    """The lane, with a route behind it that only notes that it was asked."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        lane: Any = app.wsgi_app
        self.route = lane.inner
        self.asked = 0
        monkeypatch.setattr(lane, "inner", self._note)

    def _note(self, environ: Any, start_response: Any) -> Any:
        self.asked += 1
        return self.route(environ, start_response)

    def by_route(self, door: Doorside, body: Any) -> TestResponse:
        """What the route says without the lane before it."""
        with frozen(NOON):
            return Client(self.route, TestResponse).post(
                f"/api/v1/events/{door.event.slug}/scans", json=body, headers={"Authorization": f"Bearer {door.token}"}
            )


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, rights=EVERY_RIGHT)


@pytest.fixture
def beside(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Beside:
    return Beside(app, monkeypatch)


def body(*claims: dict[str, Any]) -> dict[str, Any]:
    return {"sent_at": NOON.isoformat(), "scans": list(claims)}


def length(answer: TestResponse) -> set[tuple[str, str]]:
    return {one for one in answer.headers if one[0] == "Content-Length"}


def test_plain_scans_are_answered_to_the_byte_as_the_route_does(door: Doorside, make: Make, beside: Beside) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    known, again = door.ticket(), door.ticket({"student": 2, "spectator": 1})
    sent = body(
        door.claim(talk, known), door.claim(talk, again), door.claim(talk, again, people={"student": 2}),
        door.claim(talk, "nothing of ours"), door.claim(talk, act="walk_in", people={"spectator": 1}),
    )  # fmt: skip
    first = door.post(sent)
    assert beside.asked == 0
    assert [one["verdict"] for one in first.get_json()["verdicts"]] == [
        "admitted", "confirm_party", "admitted", "unreadable", "counted",
    ]  # fmt: skip
    same = beside.by_route(door, sent)
    kept = [n for n, one in enumerate(first.get_json()["verdicts"]) if one["verdict"] != "confirm_party"]
    assert [first.get_json()["verdicts"][n] for n in kept] == [same.get_json()["verdicts"][n] for n in kept]
    assert (first.status, set(first.headers) - length(first)) == (same.status, set(same.headers) - length(same))
    assert length(first) == {("Content-Length", str(len(first.data)))}
    assert door.post(sent).data == same.data
    assert door.count(Entry) == 3


def test_a_plain_scan_needs_no_application_around_it(app: Flask, door: Doorside, make: Make, beside: Beside) -> None:
    """Whatever its act and its answer; who leads enters one where somebody else's work may need it."""
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN, capacity=50)
    elsewhere = make.event("elsewhere")
    stranger = Doorside(app, make, elsewhere).ticket()
    one, party = door.ticket(), door.ticket({"student": 2, "spectator": 1})
    counted: dict[str, Any] = {"people": {"spectator": 2}}
    claims = [
        door.claim(talk, one), door.claim(talk, one), door.claim(talk, one, direction="out"), door.claim(talk, party),
        door.claim(talk, party, **counted), door.claim(talk, stranger), door.claim(talk, "nothing of ours"),
        door.claim(talk, act="head_count", **counted), door.claim(talk, act="room_count", **counted),
        door.claim(talk, door.ticket(blocked_at=NOON), shown="admitted"),
    ]  # fmt: skip
    bodies = [body(claim) for claim in claims]
    told: list[dict[str, Any]] = []

    def run() -> None:
        told.extend(door.post(one).get_json()["verdicts"][0] for one in bodies)
        told.append({"error": None, "around": cast("Lane", app.wsgi_app).group.write(has_application)})

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert [one["error"] for one in told] == [None] * 11
    assert (beside.asked, told[-1]["around"]) == (0, True)


def has_application(_wire: Wire) -> bool:
    return has_app_context()


@pytest.mark.parametrize("given", [
    {"act": "undo", "undoes": str(uuid4())},
    {"force": "vip"},
    {"code": short_number(7)},
    {"at": "yesterday"},
    {"gate": "nowhere"},
])  # fmt: skip
def test_what_needs_a_second_look_is_left_to_the_route(
    door: Doorside, make: Make, beside: Beside, given: dict[str, Any]
) -> None:
    talk = make.session(door.event, "talk")
    plain, sent = door.claim(talk, door.ticket()), door.claim(talk, door.ticket())
    answer = door.post(body(plain, {**sent, **given}))
    assert (answer.status_code, beside.asked) == (200, 1)
    assert answer.data == beside.by_route(door, body(plain, {**sent, **given})).data


def test_more_scans_than_go_along_in_a_short_body_are_left_to_the_route(
    door: Doorside, make: Make, beside: Beside
) -> None:
    talk = make.session(door.event, "talk")
    door.send(*(door.claim(talk, door.ticket()) for _ in range(10)))
    assert beside.asked == 0
    door.send(*(door.claim(talk, door.ticket()) for _ in range(11)))
    assert (beside.asked, door.count(Scan)) == (1, 21)


def test_what_a_device_kept_while_it_was_offline_is_answered_as_the_route_does(
    door: Doorside, make: Make, beside: Beside
) -> None:
    """Scans of every sort among many that are plain; one that needs a second look leaves all of them to the route."""
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    tap: dict[str, Any] = {"act": "walk_in", "people": {"spectator": 1}}
    claims = [door.claim(talk, door.ticket()) for _ in range(40)]
    claims[7:7] = [door.claim(talk, "nothing of ours"), door.claim(talk, **tap), door.claim(talk, door.ticket())]
    sent = body(*claims)
    assert len(json.dumps(sent)) > SHORT
    sent["scans"].append(claims[3])
    first = door.post(sent)
    assert (beside.asked, door.count(Scan), door.count(Entry)) == (0, 43, 42)
    assert first.data == beside.by_route(door, sent).data
    assert first.get_json()["verdicts"][-1] == first.get_json()["verdicts"][3]
    assert door.count(Scan) == 43
    door.post(body(*(door.claim(talk, door.ticket()) for _ in range(40)), door.claim(talk, **tap, force="vip")))
    assert (beside.asked, door.count(Scan)) == (1, 83)


def test_a_long_batch_of_no_working_device_is_left_to_the_route(door: Doorside, make: Make, beside: Beside) -> None:
    talk = make.session(door.event, "talk")
    sent = body(*(door.claim(talk, door.ticket()) for _ in range(40)))
    told = [door.post(sent, token=token).status_code for token in ("nobody", door.device(expires_at=NOON))]
    assert (told, beside.asked, door.count(Scan)) == ([401, 401], 2, 0)


def test_who_is_no_working_device_of_this_event_is_left_to_the_route(
    door: Doorside, make: Make, beside: Beside
) -> None:
    other = make.event("elsewhere")
    talk = make.session(door.event, "talk")
    sent = body(door.claim(talk, door.ticket()))
    stranger, revoked = "nobody", door.device(revoked_at=NOON)
    ended, elsewhere = door.device(expires_at=NOON), door.device(event=other)
    told = [door.post(sent, token=token).status_code for token in (stranger, revoked, ended, elsewhere)]
    assert (told, beside.asked) == ([401, 200, 401, 404], 4)
    assert door.count(Entry) == 0
    assert door.scan(talk, door.ticket())["verdict"] == "admitted"
    assert (beside.asked, door.count(Entry)) == (4, 1)


def test_a_device_that_was_revoked_since_its_last_scan_is_left_to_the_route(
    door: Doorside, make: Make, beside: Beside
) -> None:
    talk = make.session(door.event, "talk")
    door.scan(talk, door.ticket())
    device = db.session.scalars(select(Device).where(Device.token_hash == digest(door.token))).one()
    door.change(device, revoked_at=NOON)
    door.scan(talk, door.ticket())
    assert (beside.asked, door.count(Entry)) == (1, 1)


def test_what_is_not_plain_among_others_holds_up_nobody_and_is_read_once(
    app: Flask, door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, lane = make.session(door.event, "talk"), cast("Lane", app.wsgi_app)
    counted: list[int] = []

    def may(_device: int, scans: int) -> bool:
        counted.append(scans)
        return True

    monkeypatch.setattr(lane, "_may", may)
    claims = [door.claim(talk, door.ticket()), door.claim(talk, door.ticket(), force="vip"), {"id": "no scan"}]
    sent = [json.dumps(body(claim)).encode() for claim in claims] + [b"{", b"\xff"]
    device_id = lane._device_id(door.token, digest(door.token)) or 0
    posted = [_Posted(digest(door.token), device_id, one, NOON) for one in sent]
    slug = door.event.slug
    for _ in range(2):  # as after a failure that undid what was written
        with wired_transaction() as wire:
            first, *others = lane._record(wire, slug, posted)
        assert isinstance(first, bytes)
        assert b'"verdict":"admitted"' in first
        assert others == [None] * 4
    assert (counted, door.count(Scan)) == ([1], 1)


def test_what_an_organiser_changes_holds_for_the_next_scan(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    gate = db.session.scalars(select(Gate).filter_by(event_id=door.event.id)).one()
    tap: dict[str, Any] = {"act": "walk_in", "people": {"neighbour": 1}}
    assert door.scan(talk, **tap)["error"]["code"] == "no_such_category"
    make.category(door.event, "neighbour")
    assert door.scan(talk, **tap)["verdict"] == "counted"
    door.change(gate, code="back-door")
    assert door.scan(talk, gate=gate.code, **tap)["verdict"] == "counted"
    assert door.scan(talk, gate="entrance", **tap)["error"]["code"] == "no_such_gate"


def test_what_one_event_is_asked_again_is_remembered_until_somebody_else_writes(
    door: Doorside, make: Make, database: str
) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    tap: dict[str, Any] = {"act": "walk_in", "people": {"spectator": 1}}
    door.scan(talk, **tap)
    door.scan(talk, **tap)
    with noted() as known:
        door.scan(talk, **tap)
    make.category(door.event, "neighbour")
    with noted() as anew:
        door.scan(talk, **tap)
    assert len(anew) - len(known) == (4 if database == "sqlite" else 0)


def test_what_is_remembered_of_a_place_is_what_stands(door: Doorside, make: Make) -> None:
    """Whether doors, an organiser or nobody at all changed it since: what was undone was not."""
    talk = make.session(door.event, "talk", capacity=9, admission=AdmissionRule.WALK_IN)
    tap: dict[str, Any] = {"act": "walk_in", "people": {"spectator": 1}}
    assert [door.scan(talk, **tap)["room_left"] for _ in range(2)] == [8, 7]
    batches = [read_batch(json.dumps(body(door.claim(talk, **tap))).encode()) for _ in range(2)]
    arrived, undone = (Arrived(digest(door.token), batch, NOON) for batch in batches)
    slug = door.event.slug
    with pytest.raises(KeyError), wired_transaction() as wire:
        record_arrived(wire, slug, [arrived])
        raise KeyError
    assert door.scan(talk, **tap)["room_left"] == 6
    with wired_transaction() as wire:
        record_arrived(wire, slug, [arrived])
        with pytest.raises(KeyError), wired_savepoint(wire):
            record_arrived(wire, slug, [undone])
            raise KeyError
    assert door.scan(talk, **tap)["room_left"] == 4
    with transaction():
        places = db.session.get_one(SessionPlaces, talk.id)
        places.capacity = 5
    assert door.scan(talk, **tap)["verdict"] == "full"
    assert door.places(talk).present == 5


def test_a_stranger_among_others_holds_up_nobody(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    tokens = [door.token, "nobody", door.device()]
    batches = [read_batch(json.dumps(body(door.claim(talk, door.ticket()))).encode()) for _ in tokens]
    arrived = [Arrived(digest(token), batch, NOON) for token, batch in zip(tokens, batches, strict=True)]
    slug = door.event.slug
    with wired_transaction() as wire:
        answers = record_arrived(wire, slug, arrived)
    assert [[one.verdict for one in mine] if mine else None for mine in answers] == [
        ["admitted"],
        None,
        ["admitted"],
    ]
    assert door.count(Scan) == 2
