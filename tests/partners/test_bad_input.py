"""What nobody should send, sent to every form behind a partner's link: a clear answer, nothing lost, never a crash."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.guards import guard_of
from tests.console.editing import typed_in
from tests.house.test_get_never_writes import state
from tests.partners.conftest import Fair
from tests.registrations.views.forms import errors_on
from tests.registrations.views.test_bad_input import BODIES, WORDS, kept_as


@dataclass(frozen=True)
class Post:
    """`words`: fields that people type into. `form`: whether the address has a form of its own to open. `refused`: what
    makes it refuse everything."""

    rest: str
    words: tuple[str, ...] = ()
    form: bool = False
    refused: dict[str, Any] = field(default_factory=dict)


POSTS = {
    "partners.start": Post("/begin"),
    "partners.leave": Post("/as-it-stands"),
    "partners.withdraw_session": Post("/sessions/talk/withdrawal"),
    "partners.withdraw_exhibits": Post("/exhibits/exhibitor/withdrawal"),
    "partners.suggest_session": Post(
        "/sessions/talk",
        ("title-ja", "title-en", "description-ja", "access-en", "people-0-name_ja", "people-0-affiliation_ja", "needs",
         "wish"),
        form=True,
        refused={"reading": "漢字"},
    ),
    "partners.suggest_shown": Post(
        "/exhibits/exhibitor", ("exhibits-ja", "needs", "wish"), form=True, refused={"exhibits-en": "x" * 600}
    ),
    "partners.save_team": Post("/team", ("with-spectator",), form=True, refused={"with-student": "many"}),
    "partners.drop_team": Post("/team/cancellation"),
}  # fmt: skip
FINE = {200, 303, 409, 422}


@pytest.fixture
def crashes(fair: Fair) -> FlaskClient:
    """A browser to which a crash is an answer."""
    fair.app.testing = False
    fair.app.config["PROPAGATE_EXCEPTIONS"] = False
    return fair.client


def sent(fair: Fair, post: Post, **other: Any) -> dict[str, Any]:
    form = {}
    if post.form:
        form = typed_in(fair.client.get(fair.at("greens", post.rest)).get_data(as_text=True))
        form.pop("more", None)
    return {**form, **other}


def test_every_post_behind_the_link_has_its_row(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    ours = {rule.endpoint for rule in rules if rule.rule.startswith("/p/<secret>")}
    assert (ours, {str(guard_of(app, one)) for one in ours}) == (set(POSTS), {"public"})


def test_a_form_that_is_refused_keeps_every_hostile_text_and_writes_nothing(fair: Fair, crashes: FlaskClient) -> None:
    wrong: list[Any] = []
    for name, post in POSTS.items():
        before = state()
        for what, text in WORDS.items() if post.refused else ():
            page = crashes.post(
                fair.at("greens", post.rest), data=sent(fair, post, **dict.fromkeys(post.words, text), **post.refused)
            )
            shown = page.get_data(as_text=True)
            if page.status_code != 422 or not errors_on(page) or kept_as(text) not in shown:
                wrong.append((name, what, page.status_code))
        assert (wrong, state() == before) == ([], True)


def test_hostile_texts_are_taken_or_refused_with_a_sentence(fair: Fair, crashes: FlaskClient) -> None:
    wrong: list[Any] = []
    for name, post in POSTS.items():
        for what, text in WORDS.items() if post.words else ():
            answer = crashes.post(
                fair.at("greens", post.rest), data=sent(fair, post, **dict.fromkeys(post.words, text))
            )
            if answer.status_code not in FINE or (answer.status_code == 422 and not errors_on(answer)):
                wrong.append((name, what, answer.status_code))
            elif crashes.get(fair.at("greens")).status_code != 200:
                wrong.append((name, what, "home"))
    assert wrong == []


def test_a_body_that_is_no_form_and_hidden_fields_that_are_rubbish_are_no_crash(
    fair: Fair, crashes: FlaskClient
) -> None:
    wrong: list[Any] = []
    for name, post in POSTS.items():
        for kind, body in BODIES[:-1]:
            answer = crashes.post(fair.at("greens", post.rest), data=body, content_type=kind)
            if answer.status_code >= 500:
                wrong.append((name, body[:20], answer.status_code))
        for hidden in ("stood", "version", "key", "sessions", "people-0-speaker") if post.form else ():
            for text in ("[1]", '{"title": 1}', "9" * 400, "\ufffe"):
                answer = crashes.post(fair.at("greens", post.rest), data=sent(fair, post, **{hidden: text}))
                if answer.status_code not in FINE:
                    wrong.append((name, hidden, text, answer.status_code))
        if crashes.post(fair.at("greens", post.rest), data={"a": "1\x00"}).status_code >= 500:
            wrong.append((name, "nul", 0))
    assert wrong == []


def test_who_sends_very_many_forms_waits_and_loses_nothing(fair: Fair) -> None:
    fair.app.extensions["uketsuke_limits"].on = True
    form = sent(fair, POSTS["partners.suggest_session"])
    statuses = [fair.send("greens", "/sessions/talk", form, reading="漢字").status_code for _ in range(60)]
    answer = fair.send("greens", "/sessions/talk", form, description__ja="書いた文")
    assert (set(statuses), answer.status_code, "書いた文" in answer.get_data(as_text=True)) == ({422}, 429, True)
