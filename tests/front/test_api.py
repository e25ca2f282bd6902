"""The public interface: what it says, that its own description is true, and what a stranger never gets."""

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from app.db import db, transaction
from app.programme.models import Event, EventSession
from app.programme.rules import AdmissionRule
from tests.make import NOON, Make
from tests.programme.files import demo, publish, small

EVENT = "/api/v1/events/walk"
PATHS = ("", "/sessions", "/sessions/walk", "/venues", "/organisations", "/availability")


@pytest.fixture
def walk(make: Make) -> Event:
    return publish(make.host(), small(licence="CC BY 4.0", municipality="横浜市", municipality_code="141003"))


def test_events_and_one_event_say_where_they_are_and_under_which_terms(client: FlaskClient, walk: Event) -> None:
    (line,) = client.get("/api/v1/events").get_json()["events"]
    assert (line["slug"], line["licence"], line["api_url"]) == ("walk", "CC BY 4.0", f"http://localhost:8000{EVENT}")
    whole = client.get(EVENT).get_json()
    assert (whole["title"]["en"], whole["municipality"], whole["release"]) == ("Spring walk", "横浜市", 1)


def test_sessions_have_their_local_time_and_room(client: FlaskClient, walk: Event) -> None:
    (one,) = client.get(f"{EVENT}/sessions").get_json()["sessions"]
    assert (one["starts_at"], one["venue"], one["room"]) == ("2026-10-03T10:00:00+09:00", "hall", "foyer")
    assert client.get(f"{EVENT}/sessions/walk").get_json() == one
    assert client.get(f"{EVENT}/venues").get_json()["venues"][0]["rooms"][0]["capacity"] == 40


def test_a_session_says_until_when_one_can_apply_and_whether_one_may_drop_in(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"][0] |= {"admission": "lottery", "booking_closes_at": "2026-10-01T17:00", "drop_in": True}
    publish(make.host(), document)
    one = client.get(f"{EVENT}/sessions/walk").get_json()
    assert (one["booking_closes_at"], one["drop_in"]) == ("2026-10-01T17:00:00+09:00", True)


def test_what_is_left_is_a_word_and_never_a_number(client: FlaskClient, make: Make) -> None:
    from app.clock import frozen

    event = make.event()
    for hours, (code, capacity) in enumerate((("full", 1), ("few", 3), ("plenty", 50))):
        starts = NOON + timedelta(hours=hours * 2)
        make.session(event, code, capacity=capacity, admission=AdmissionRule.BOOKING_ONLY, starts_at=starts)
    make.release(event)
    make.registration(event, *db.session.scalars(db.select(EventSession)))
    with frozen(NOON - timedelta(days=1)):
        answer = client.get("/api/v1/events/fair/availability").get_json()
    words = {one["session"]: one["availability"] for one in answer["availability"]}
    assert words == {"full": "waiting", "few": "few", "plenty": "plenty"}
    assert {name for one in answer["availability"] for name in one} == {"session", "availability"}


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_open_to_every_site_without_cookie_and_not_sent_twice(
    client: FlaskClient, walk: Event, path: str
) -> None:
    first = client.get(EVENT + path)
    assert (first.status_code, first.mimetype) == (200, "application/json")
    assert (first.headers["Access-Control-Allow-Origin"], "Set-Cookie" in first.headers) == ("*", False)
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get(EVENT + path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", PATHS)
def test_a_draft_is_a_problem_of_404_that_other_sites_may_read(client: FlaskClient, make: Make, path: str) -> None:
    publish(make.host(), small(status="draft"))
    answer = client.get(EVENT + path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/events").get_json() == {"events": []}


def test_it_says_what_was_released_and_nothing_that_was_written_since(client: FlaskClient, walk: Event) -> None:
    with transaction():
        db.session.query(EventSession).one().title = {"ja": "秋のまち歩き"}
    assert "秋のまち歩き" not in client.get(f"{EVENT}/sessions").get_data(as_text=True)


def test_where_a_session_is_online_is_not_said(client: FlaskClient, make: Make) -> None:
    document = small()
    document["sessions"][0] |= {"online_url": "https://meet.example.jp/secret"}
    publish(make.host(), document)
    told = client.get(f"{EVENT}/sessions").get_data(as_text=True)
    assert ("secret" in told, '"online": true' in told) == (False, True)


def test_the_description_names_every_route_and_both_demonstrations_are_as_it_says(
    client: FlaskClient, make: Make
) -> None:
    host = make.host()
    publish(host, demo("yocolab-2023"))
    publish(host, demo("practice"))
    description = client.get("/api/v1/openapi.json").get_json()
    assert description["openapi"] == "3.1.0"
    assert len(description["paths"]) == 12
    for slug in ("yocolab-2023", "practice"):
        for path, told in description["paths"].items():
            if path.endswith(("{code}", "openapi.json")) or "security" in told["get"]:
                continue
            answer = client.get(path.replace("{slug}", slug)).get_json()
            schema = told["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            Draft202012Validator(schema | {"components": description["components"]}).validate(answer)


def test_many_made_up_requests_get_what_the_description_says(app: Flask, walk: Event) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(
            max_examples=12, derandomize=True, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(
            case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            known=st.sampled_from([{}, {"slug": "walk"}, {"slug": "walk", "code": "walk"}]),
        )
        def try_it(case: Any, known: dict[str, str]) -> None:
            nonlocal tried
            tried += 1
            for name in list(g):
                g.pop(name)
            here = dict(case.path_parameters or {})
            case.path_parameters = here | {name: value for name, value in known.items() if name in here}
            case.call_and_validate()

        try_it()
    assert tried > 60
