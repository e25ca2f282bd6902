"""Gates in the console, and codes that make scanners of devices without an account."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Account, Device, Membership, Pairing
from app.accounts.operations import withdraw
from app.audit import AuditEntry
from app.clock import frozen, now
from app.db import db, transaction
from app.programme.models import Event, Room, Venue
from app.programme.rules import EventStatus
from app.web.actors import Actor
from checkin.models import Gate, GateRoom
from checkin.operations import prepare_door
from checkin.queries.gate_list import gate_line
from checkin.rules.pairing import CODES, pairing_code, read_pairing_code
from tests.console.conftest import Cast
from tests.make import NOON, Make

GATES = "/console/events/fair/gates"
ROOM_DOOR = {"name-ja": "第一室", "name-en": "First room", "kind": "rooms", "venue": "hall-1"}


def post(browser: FlaskClient, path: str, **typed: object) -> TestResponse:
    return browser.post(path, data={"csrf_token": csrf(browser), **typed})


def csrf(browser: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/console/").get_data(as_text=True))
    assert found
    return found[1]


def shown_code(page: str) -> str:
    found = re.search(r'class="pairing-letters">([A-Z0-9-]+)<', page)
    assert found
    return found[1]


def made(browser: FlaskClient, **typed: object) -> str:
    """The code of a new pairing at the entrance."""
    wish = {"paired_as": "scan", "until": "event", "devices": "1", "pin": "", **typed}
    answer = post(browser, f"{GATES}/entrance/pairing", **wish)
    assert answer.status_code == 201
    return shown_code(answer.get_data(as_text=True))


def pair(app: Flask, code: str, name: str = "Tablet") -> TestResponse:
    return app.test_client().post("/api/v1/pairings", json={"code": code, "name": name})


def gate(code: str) -> Gate:
    db.session.rollback()
    of_fair = db.select(Gate).join(Event, Event.id == Gate.event_id).filter(Event.slug == "fair", Gate.code == code)
    found: Gate = db.session.scalars(of_fair).one()
    return found


def test_who_may_see_gates(cast: Cast) -> None:
    for path in (GATES, f"{GATES}/new", f"{GATES}/entrance", f"{GATES}/entrance/pairing"):
        assert cast.statuses(path) == {
            "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
        }, path  # fmt: skip


def test_nobody_but_the_organiser_changes_them(cast: Cast) -> None:
    paths = (GATES, f"{GATES}/entrance", f"{GATES}/entrance/place", f"{GATES}/entrance/removal",
             f"{GATES}/entrance/return", f"{GATES}/entrance/pairing")  # fmt: skip
    assert {cast.stranger.post(path).status_code for path in paths} == {401}
    assert {post(cast.dora, path).status_code for path in paths} == {403}
    assert {post(cast.sam, path).status_code for path in paths} == {404}


def test_a_gate_of_several_rooms_is_made_and_changed(cast: Cast, make: Make) -> None:
    venue = db.session.scalars(db.select(Venue).filter_by(slug=f"hall-{cast.event.id}")).one()
    make.room(venue, "second")
    rooms = [f"{venue.slug}/room", f"{venue.slug}/second"]
    wrong = post(cast.olga, GATES, **{**ROOM_DOOR, "venue": venue.slug})
    assert wrong.status_code == 422
    assert 'value="First room"' in wrong.get_data(as_text=True)
    assert post(cast.olga, GATES, **{**ROOM_DOOR, "venue": venue.slug, "rooms": rooms}).status_code == 303
    first = gate("first-room")
    kept = db.session.scalars(db.select(Room.code).join(GateRoom).filter(GateRoom.gate_id == first.id)).all()
    assert (first.kind.value, sorted(kept), first.new_today) == ("rooms", ["room", "second"], False)
    changed = {**ROOM_DOOR, "kind": "entrance", "venue": venue.slug, "version": "1", "new_today": "y"}
    assert post(cast.olga, f"{GATES}/first-room", **changed).status_code == 303
    first = gate("first-room")
    assert (first.kind.value, first.new_today, db.session.scalars(db.select(GateRoom)).all()) == ("entrance", True, [])
    late = post(cast.olga, f"{GATES}/first-room", **{**ROOM_DOOR, "name-en": "Mine", "rooms": rooms, "version": "1"})
    assert (late.status_code, 'value="Mine"' in late.get_data(as_text=True)) == (409, True)


def test_the_order_is_the_one_of_the_scanners(cast: Cast, make: Make) -> None:
    venue = db.session.scalars(db.select(Venue).filter_by(slug=f"hall-{cast.event.id}")).one()
    make.gate(cast.event, venue, "back", position=7)
    post(cast.olga, f"{GATES}/back/place", do="up")
    listed = cast.dora.get("/api/v1/events/fair/gates").get_json()["gates"]
    assert [one["code"] for one in listed] == ["back", "entrance"]


def test_a_used_gate_is_retired_and_can_come_back(cast: Cast, make: Make, app: Flask) -> None:
    venue = db.session.scalars(db.select(Venue).filter_by(slug=f"hall-{cast.event.id}")).one()
    make.gate(cast.event, venue, "unused")
    assert pair(app, made(cast.olga)).status_code == 201
    for code in ("entrance", "unused"):
        post(cast.olga, f"{GATES}/{code}/removal")
    assert cast.dora.get("/api/v1/events/fair/gates").get_json()["gates"] == []
    assert cast.olga.get(f"{GATES}/entrance/pairing").status_code == 404
    db.session.rollback()
    assert [one.code for one in db.session.scalars(db.select(Gate).filter_by(event_id=cast.event.id))] == ["entrance"]
    post(cast.olga, f"{GATES}/entrance/return")
    assert gate("entrance").retired_at is None


def test_a_gate_that_was_made_by_itself_does_not_come_back_by_itself(cast: Cast) -> None:
    with transaction():
        prepare_door(cast.event)
    post(cast.olga, f"{GATES}/hall-{cast.event.id}/removal")
    with transaction():
        prepare_door(cast.event)
    assert gate(f"hall-{cast.event.id}").retired_at is not None


def test_a_code_makes_a_scanner_without_an_account(cast: Cast, app: Flask) -> None:
    code = made(cast.olga, paired_as="search")
    answer = pair(app, f" {code.lower()} ", "Tablet at the door")
    told = answer.get_json()
    assert answer.status_code == 201
    assert (told["event"], told["gate"], told["rights"]) == ("fair", "entrance", ["scan", "search"])
    device = db.session.scalars(db.select(Device)).one()
    assert (device.name, str(device.uuid), device.token_hash != told["token"].encode()) == (
        "Tablet at the door",
        told["device"],
        True,
    )
    asked = app.test_client().get("/api/v1/events/fair/gates", headers={"Authorization": f"Bearer {told['token']}"})
    assert asked.status_code == 200
    assert pair(app, code).status_code == 404


def test_a_gate_counts_no_device_of_somebody_who_may_not_sign_in_any_more(cast: Cast, app: Flask, make: Make) -> None:
    pair(app, made(cast.olga))
    device = db.session.scalars(db.select(Device)).one()
    person = make.account("gone")
    with transaction():
        db.session.get_one(Device, device.id).account_id = person.id
    event = db.session.get_one(Event, device.event_id)
    assert gate_line(event, "entrance", at=now()).devices == 1
    with transaction():
        db.session.get_one(Account, person.id).disabled_at = now()
    assert gate_line(event, "entrance", at=now()).devices == 0


def test_the_code_is_in_no_address_and_in_no_table(cast: Cast) -> None:
    code = made(cast.olga).replace("-", "")
    pairing = db.session.scalars(db.select(Pairing)).one()
    assert code.encode() not in pairing.code_hash
    page = cast.olga.get(f"/console/events/fair/pairings/{pairing.uuid}")
    assert (page.status_code, "pairing-letters" in page.get_data(as_text=True)) == (200, False)
    facts = db.session.scalars(db.select(AuditEntry)).all()
    assert not [one for one in facts if code in str(one.facts) or code in one.subject]


def test_so_many_devices_and_no_more(cast: Cast, app: Flask) -> None:
    code = made(cast.olga, devices="2")
    assert [pair(app, code).status_code for _ in range(3)] == [201, 201, 404]


def test_two_devices_of_one_name_can_be_told_apart(cast: Cast, app: Flask) -> None:
    code = made(cast.olga, devices="3")
    long = "x" * 80
    for name in ("Linux 06:33", "Linux 06:33", "Linux 06:33"):
        assert pair(app, code, name=name).status_code == 201
    code = made(cast.olga, devices="2")
    for _ in range(2):
        assert pair(app, code, name=long).status_code == 201
    names = set(db.session.scalars(db.select(Device.name)))
    assert names == {"Linux 06:33", "Linux 06:33 (2)", "Linux 06:33 (3)", long, "x" * 76 + " (2)"}


def test_a_code_ends_after_a_quarter_of_an_hour_and_can_be_renewed(cast: Cast, app: Flask) -> None:
    olga = cast.olga
    code = made(olga)
    pairing = db.session.scalars(db.select(Pairing)).one()
    with frozen(now() + timedelta(minutes=16)):
        assert pair(app, code).status_code == 404
    answer = post(olga, f"/console/events/fair/pairings/{pairing.uuid}/code")
    assert answer.status_code == 201
    fresh = shown_code(answer.get_data(as_text=True))
    assert (pair(app, code).status_code, pair(app, fresh).status_code) == (404, 201)
    used_up = post(olga, f"/console/events/fair/pairings/{pairing.uuid}/code")
    assert used_up.status_code == 303


def test_an_ended_code_and_one_whose_maker_left_pair_nobody(cast: Cast, app: Flask) -> None:
    ended, left = made(cast.olga), made(cast.owner)
    first = db.session.scalars(db.select(Pairing).order_by(Pairing.id)).first()
    assert first
    post(cast.olga, f"/console/events/fair/pairings/{first.uuid}/end")
    second = db.session.scalars(db.select(Pairing).order_by(Pairing.id.desc())).first()
    assert second
    role = db.session.scalars(db.select(Membership).filter_by(account_id=second.account_id)).one()
    with transaction():
        db.session.add(Membership(account_id=first.account_id, host_id=cast.event.host_id, role="owner",
                                  created_at=NOON))  # fmt: skip
        withdraw(role, at=now(), actor=Actor())
    assert [pair(app, one).status_code for one in (ended, left)] == [404, 404]
    assert db.session.scalars(db.select(Device)).all() == []


def test_a_closed_event_shows_no_code_that_no_device_takes(cast: Cast, app: Flask) -> None:
    token = pair(app, made(cast.olga, devices="2")).get_json()["token"]
    pairing = db.session.scalars(db.select(Pairing)).one().uuid
    with transaction():
        db.session.merge(cast.event).status = EventStatus.CLOSED
    page = cast.olga.get(GATES)
    assert ("entrance/pairing" in page.get_data(as_text=True), "この催しは終了" in page.get_data(as_text=True)) == (
        False,
        True,
    )
    assert cast.olga.get(f"{GATES}/entrance/pairing").status_code == 409
    wish = {"paired_as": "scan", "until": "event", "devices": "1"}
    assert post(cast.olga, f"{GATES}/entrance/pairing", **wish).status_code == 409
    assert post(cast.olga, f"/console/events/fair/pairings/{pairing}/code").status_code == 409
    assert post(cast.olga, f"/console/events/fair/pairings/{pairing}/end").status_code == 303
    scan = {"id": str(uuid4()), "at": NOON.isoformat(), "gate": "entrance", "place": "session:talk", "act": "scan"}
    late = {"sent_at": NOON.isoformat(), "scans": [{**scan, "code": "A" * 26}]}
    sent = app.test_client().post("/api/v1/events/fair/scans", json=late, headers={"Authorization": f"Bearer {token}"})
    assert (sent.status_code, [one["id"] for one in sent.get_json()["verdicts"]]) == (200, [scan["id"]])


def test_a_supervisor_has_a_pin(cast: Cast, app: Flask) -> None:
    wish = {"paired_as": "supervisor", "until": "day", "devices": "1", "pin": ""}
    assert post(cast.olga, f"{GATES}/entrance/pairing", **wish).status_code == 422
    told = pair(app, made(cast.olga, **{**wish, "pin": "4711"})).get_json()
    assert (told["rights"], told["asks_pin"]) == (["scan", "search", "supervisor"], True)
    device = db.session.scalars(db.select(Device)).one()
    assert device.pin_hash
    assert "4711" not in device.pin_hash
    assert device.expires_at - device.created_at <= timedelta(days=1, minutes=1)


def test_another_hosts_pairing_is_not_there(cast: Cast) -> None:
    made(cast.olga)
    pairing = db.session.scalars(db.select(Pairing)).one()
    base = f"/console/events/fair/pairings/{pairing.uuid}"
    assert cast.statuses(base) == {"owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
    assert [post(cast.sam, f"{base}/{act}").status_code for act in ("code", "end")] == [404, 404]
    other = base.replace("/fair/", "/other/")
    assert cast.sam.get(other).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"code": "ABCD"}, {"code": 7, "name": "x"}, {"code": "A", "name": "x", "more": 1}]
)
def test_what_is_no_wish_is_refused(app: Flask, body: dict[str, object]) -> None:
    assert app.test_client().post("/api/v1/pairings", json=body).status_code == 422


def test_who_tries_codes_out_is_stopped(cast: Cast, app: Flask) -> None:
    code = made(cast.olga)
    wrong = [pair(app, pairing_code(number)).status_code for number in range(21)]
    assert (wrong[:20], wrong[20]) == ([404] * 20, 429)
    assert pair(app, code).status_code == 429


def test_codes_are_read_as_people_type_them() -> None:
    assert read_pairing_code("ａｂｃｄ－２３４５") == "ABCD2345"
    assert read_pairing_code("https://example.jp/scan/#pair=ABCD2345") == "ABCD2345"
    assert [read_pairing_code(one) for one in ("", "ABCD234", "ABCD2340", "ABCD234I")] == [None] * 4
    assert len({pairing_code(number) for number in (0, 1, 31, CODES - 1)}) == 4
