"""What nobody should send, sent to every POST of the console's rooms registrations and programme: who may not is told
so, rubbish gets a sentence and stays typed, and nothing crashes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import frozen
from app.db import db
from app.programme.models import Suggestion
from app.programme.rules import AdmissionRule
from app.web.actors import Role
from tests.console.conftest import Cast
from tests.console.editing import host_of, typed_in
from tests.console.posts import POSTS, Post, routes
from tests.house.test_get_never_writes import add_partner, state
from tests.make import NOON, Make
from tests.registrations.questions import question
from tests.registrations.views.forms import errors_on
from tests.registrations.views.test_bad_input import BODIES, WORDS, kept_as

AT = NOON - timedelta(days=20)
TEXTS = ("script", "2,000", "control characters", "not a character", "right to left")
KEPT_HIDDEN = {"csrf_token", "key", "version", "read", "again", "kind", "more-version"}
TAKES_TEXTS = {
    "programme.add of a speaker", "programme.add of an organisation", "programme.change of a venue",
    "staff_answers.save", "staff_names.save", "programme.add of a venue", "programme.add of a room",
}  # fmt: skip
FORMS = [name for name, post in POSTS.items() if post.form is not None]


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def names(app: Flask, cast: Cast, make: Make) -> dict[str, str]:
    """What stands in the addresses; crashes are answers from now on, as they are to everybody outside the tests."""
    talk = make.session(cast.event, "talk", capacity=20)
    make.session(cast.event, "lots", admission=AdmissionRule.LOTTERY, booking_closes_at=AT + timedelta(days=3),
                 starts_at=NOON + timedelta(hours=4), capacity=5)  # fmt: skip
    make.release(cast.event)
    asked = question(cast.event, "choice", "Way", choices=["Train", "Bus"], required=True)
    row, gone = (make.registration(cast.event, talk, numbers={"spectator": 2}) for _ in range(2))
    add_partner(cast.event, talk)
    suggested = db.session.scalars(select(Suggestion.uuid)).one()
    cast.olga.get("/console/password")
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions["uketsuke_limits"].on = False
    return {"person": str(row.uuid), "gone": str(gone.uuid), "question": str(asked.uuid), "suggestion": str(suggested),
            "venue": f"hall-{cast.event.id}"}  # fmt: skip


@pytest.fixture
def chief(cast: Cast, make: Make, names: dict[str, str]) -> FlaskClient:
    """Who may do everything at this host."""
    return make.signed_in(make.account("Chief", Role.OWNER, host=host_of(cast.event.host_id)))


def secret(client: FlaskClient) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/console/password").get_data(as_text=True))
    assert found
    return {"csrf_token": found[1]}


def test_every_post_of_these_rooms_has_its_row(app: Flask) -> None:
    assert routes(app) == {name.partition(" ")[0] for name in POSTS}


def test_who_may_not_is_told_so_and_nothing_is_written(cast: Cast, names: dict[str, str]) -> None:
    wrong, before = [], state()
    tokens = {who: secret(getattr(cast, who)) for who in ("victor", "dora", "sam")}
    for name, post in POSTS.items():
        got = [getattr(cast, who).post(post.at(names), data=token).status_code for who, token in tokens.items()]
        got.append(cast.stranger.post(post.at(names)).status_code)
        if got != [403, 403, 404, 401]:
            wrong.append((name, got))
    assert (wrong, state() == before) == ([], True)


@pytest.mark.parametrize("text", TEXTS)
def test_rubbish_typed_into_a_form_gets_a_sentence_and_stays(
    chief: FlaskClient, names: dict[str, str], text: str
) -> None:
    token = secret(chief)
    wrong: list[Any] = []
    for name in FORMS:
        post = POSTS[name]
        page = chief.get(post.page(names))
        assert page.status_code == 200, name
        sent = filled(typed_in(page.get_data(as_text=True)), WORDS[text])
        before = state()
        answer = chief.post(post.at(names), data={**sent, **token})
        shown = answer.get_data(as_text=True)
        if answer.status_code == 303 and name in TAKES_TEXTS:
            continue
        if answer.status_code != 422 or not errors_on(answer) or kept_as(WORDS[text]) not in shown:
            wrong.append((name, answer.status_code, errors_on(answer)[:1]))
        elif state() != before:
            wrong.append((name, "was written", []))
    assert wrong == []


def filled(form: dict[str, Any], text: str) -> dict[str, Any]:
    """Every field that the form has, ticks and choices too, with this in it."""
    return {name: value if name in KEPT_HIDDEN else text for name, value in form.items()}


def test_rubbish_without_a_form_gets_a_clear_answer(chief: FlaskClient, names: dict[str, str]) -> None:
    token = secret(chief)
    wrong: list[Any] = []
    fields = ("code", "version", "each", "place", "act", "people", "codes", "status", "starts_at", "room", "seed",
              "whom", "action", "format", "text-ja", "more-category", "more-name", "verdict", "venue")  # fmt: skip
    for name, post in POSTS.items():
        for text in ("", *(WORDS[one] for one in TEXTS)) if post.form is None else ():
            answer = chief.post(post.at(names), data={**dict.fromkeys(fields, text), **token})
            if answer.status_code not in post.answers:
                wrong.append((name, text[:12], answer.status_code))
    assert wrong == []


def test_a_body_that_is_no_form_and_a_text_that_no_database_keeps_are_no_crash(
    chief: FlaskClient, names: dict[str, str]
) -> None:
    wrong, token, before = [], secret(chief), state()
    for name, post in POSTS.items():
        for kind, body in BODIES[:-1]:
            answer = chief.post(post.at(names), data=body, content_type=kind)
            if not 400 <= answer.status_code < 500:
                wrong.append((name, body[:20], answer.status_code))
        nul = chief.post(post.at(names), data={**token, "name": "1\x00", "version": "1"})
        if not 400 <= nul.status_code < 500:
            wrong.append((name, b"nul", nul.status_code))
    assert (wrong, state() == before) == ([], True)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 400, "٣"])
def test_a_version_that_is_none_changes_nothing(chief: FlaskClient, names: dict[str, str], version: str) -> None:
    wrong: list[Any] = []
    token, before = secret(chief), state()
    for name in FORMS:
        post: Post = POSTS[name]
        form = typed_in(chief.get(post.page(names)).get_data(as_text=True))
        if "version" not in form or ".add" in name or name.startswith("desk"):
            continue
        answer = chief.post(post.at(names), data={**form, **token, "version": version})
        if answer.status_code not in (303, 409, 422) or state() != before:
            wrong.append((name, answer.status_code))
            before = state()
    assert wrong == []
