"""Who comes in: staff by cookie and right, devices by token, forms only from our own pages."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Device
from app.accounts.queries import digest
from app.clock import now
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import RIGHTS, Actor, Grant, Right, Role
from tests.make import NOON, Make


def csrf_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/console/password").get_data(as_text=True))
    assert found
    return found[1]


@pytest.fixture
def token(make: Make) -> str:
    """A paired scanner's."""
    event = make.event()
    with transaction():
        db.session.add(
            Device(event_id=event.id, name="Phone", token_hash=digest("device-token"), rights=["keep_door"],
                   created_at=NOON, expires_at=now() + timedelta(hours=1))
        )  # fmt: skip
    return "device-token"


def test_a_stranger_is_led_to_the_sign_in_and_back(client: FlaskClient) -> None:
    response = client.get("/probe/staff?a=1&b=ü")
    assert (response.status_code, response.location) == (302, "/sign-in?next=/probe/staff%3Fa%3D1%26b%3D%C3%BC")


def test_a_strangers_form_is_refused(client: FlaskClient) -> None:
    assert client.post("/probe/staff").status_code == 401


def test_a_role_without_the_right_is_refused(make: Make) -> None:
    event = make.event()
    assert make.signed_in(make.dora(event)).get("/probe/staff").status_code == 403
    assert make.signed_in(make.olga(event)).get("/probe/staff").get_data(as_text=True) == "Olga"


def test_somebody_without_any_role_has_only_a_home(make: Make) -> None:
    make.event()
    sam = make.signed_in(make.account("Sam"))
    assert sam.get("/probe/signed-in").status_code == 200
    assert sam.get("/probe/staff").status_code == 403


def test_a_staff_form_needs_its_secret(make: Make) -> None:
    olga = make.signed_in(make.olga(make.event()))
    refused = olga.post("/probe/staff")
    assert refused.status_code == 400
    assert "<h1>" in refused.get_data(as_text=True)
    assert olga.post("/probe/staff", data={"csrf_token": csrf_of(olga)}).status_code == 200
    assert olga.post("/probe/staff", headers={"X-CSRFToken": csrf_of(olga)}).status_code == 200


def test_a_secret_of_somebody_else_does_not_help(make: Make) -> None:
    event = make.event()
    theirs = csrf_of(make.signed_in(make.dora(event)))
    assert make.signed_in(make.olga(event)).post("/probe/staff", data={"csrf_token": theirs}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"},
    ],
)
def test_a_form_of_another_site_is_refused_even_where_all_may_write(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    response = client.post("/probe/public", headers=headers)
    assert response.status_code == 403
    assert "<h1>" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost:8000"},
        {"Origin": "http://localhost"},
    ],
)
def test_a_form_of_our_own_pages_is_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/probe/public", headers=headers).status_code == 200


def test_a_device_comes_with_its_token_alone(client: FlaskClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://anywhere.example"}
    assert client.post("/api/probe/device", headers=headers).json == {"device": 1, "revoked": False}


@pytest.mark.parametrize(
    "header", [None, "Bearer wrong", "Bearer ", "Basic ZGV2aWNlLXRva2Vu", "device-token", "Bearer ü"]
)
def test_without_the_right_token_a_device_is_nobody(client: FlaskClient, token: str, header: str | None) -> None:
    response = client.post("/api/probe/device", headers={"Authorization": header} if header else {})
    assert response.status_code == 401
    assert response.mimetype == "application/problem+json"


def test_a_cookie_is_no_device(make: Make, token: str) -> None:
    olga = make.signed_in(make.account("Olga", Role.OWNER))
    assert olga.post("/api/probe/device").status_code == 401


def test_a_revoked_device_is_known_as_such_and_one_past_its_time_is_not(
    client: FlaskClient, app: Flask, token: str
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    with transaction():
        db.session.scalars(db.select(Device)).one().revoked_at = NOON
    assert client.post("/api/probe/device", headers=headers).json == {"device": 1, "revoked": True}
    with transaction():
        db.session.scalars(db.select(Device)).one().expires_at = NOON
    assert client.post("/api/probe/device", headers=headers).status_code == 401


def test_reading_may_be_open_to_staff_and_devices(client: FlaskClient, make: Make, token: str) -> None:
    by_device = client.get("/api/probe/either", headers={"Authorization": f"Bearer {token}"})
    by_staff = make.signed_in(make.account("Victor", Role.VIEWER)).get("/api/probe/either")
    assert by_device.json == {"device": True, "name": ""}
    assert by_staff.json == {"device": False, "name": "Victor"}
    assert client.get("/api/probe/either").status_code == 401
    assert client.get("/api/probe/either", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_role_reaches_its_event_or_all_events_of_its_host() -> None:
    one = Actor(account_id=1, grants=(Grant(host_id=1, event_id=7, role=Role.OWNER),))
    every = Actor(account_id=2, grants=(Grant(host_id=1, event_id=None, role=Role.VIEWER),))
    reach = [
        [
            who.may(Right.VIEW_FIGURES, host_id=host, event_id=event)
            for host, event in ((1, 7), (1, 8), (2, 7), (1, None))
        ]
        for who in (one, every)
    ]
    assert reach == [[True, False, False, False], [True, True, False, True]]
    assert not every.may(Right.EDIT_EVENT, host_id=1, event_id=7)


def test_rights_of_each_role() -> None:
    """Every right belongs to somebody; the owner has all; the door sees neither figures nor letters."""
    assert RIGHTS[Role.OWNER] == frozenset(Right)
    assert RIGHTS[Role.ORGANISER] == frozenset(Right) - {Right.MANAGE_PEOPLE}
    assert RIGHTS[Role.DOOR] == {Right.KEEP_DOOR}
    assert RIGHTS[Role.VIEWER] == {Right.VIEW_FIGURES}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/events/fa%00ir/", 404),
        ("/events/fair/sessions/t%00", 404),
        ("/r/abc%00", 404),
        ("/t/abc%00", 404),
        ("/static/a%00.css", 404),
        ("/console/events/fa%00ir/", 404),
        ("/console/events/fair/registrations?q=%00", 422),
        ("/events/fair/register?session=%00", 422),
        ("/events/fair/?%00", 422),
        ("/api/v1/events/fair/places/session:%2500/counts", 404),
    ],
)
def test_an_address_that_no_database_can_keep_opens_nothing(make: Make, path: str, status: int) -> None:
    olga = make.signed_in(make.olga(make.release(make.event())))
    assert olga.get(path).status_code == status


@pytest.mark.parametrize("form", [{"sessions": "\0"}, {"name": "A\0"}, {"\0": "x"}, {"key": "\0", "category": "\0"}])
@pytest.mark.parametrize("path", ["/events/fair/register", "/sign-in", "/r/unknown/change"])
def test_a_form_that_no_database_can_keep_is_refused(
    client: FlaskClient, make: Make, path: str, form: dict[str, str]
) -> None:
    make.release(make.event())
    assert client.post(path, data=form).status_code == 422
    assert client.post(path, data=form, content_type="multipart/form-data").status_code == 422


def test_what_a_device_sends_that_no_database_can_keep_is_refused_on_its_own(
    client: FlaskClient, token: str, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    make.session(db.session.scalars(db.select(Event)).one(), "talk")
    common = {"act": "walk_in", "at": NOON.isoformat(), "gate": "entrance", "place": "session:talk"}
    claims: list[dict[str, Any]] = [
        {**common, "place": "\0", "people": {"student": 1}},
        {**common, "people": {"\0": 1}},
        {**common, "people": {"\ud800": 1}},
        {**common, "act": "scan", "code": "\0\ud800"},
    ]
    body = {"sent_at": NOON.isoformat(), "scans": [{"id": str(uuid4()), **claim} for claim in claims]}
    response = client.post("/api/v1/events/fair/scans", json=body, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200
    assert [answer["verdict"] for answer in response.get_json()["verdicts"]] == [None, None, None, "unreadable"]
    assert "tried one by one" not in caplog.text
