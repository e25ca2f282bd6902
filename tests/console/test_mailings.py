"""Letters to many in the console: chosen, checked, sent once, followed, stopped."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.db import db, transaction
from app.outbox.models import Letter, Mailing
from app.outbox.rules import LetterState
from tests.console.conftest import Cast
from tests.console.editing import post
from tests.console.test_pages import counted_queries, text
from tests.make import NOON, Make

MAILINGS = "/console/events/fair/letters/mailings"
NEW = f"{MAILINGS}/new"
KEY = "0b5e0d1c-6c5d-4b8e-9a2c-3f2b8b9d6a11"
TYPED = {"key": KEY, "subject-ja": "お知らせ", "body-ja": "{name} 様\n雨です。", "per_minute": "60"}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def olga(cast: Cast, make: Make) -> FlaskClient:
    """Three people with an address, one without, one of them in English."""
    talk = make.session(cast.event, "talk")
    make.release(cast.event)
    for name, language in (("Ana", "ja"), ("Bea", "en"), ("<b>Cleo</b>", "ja")):
        make.registration(cast.event, talk, name=name, email=f"{name[:3].strip('<>')}@example.jp", language=language)
    make.registration(cast.event, name="Dan")
    with transaction():
        db.session.execute(db.delete(Letter))
    return cast.olga


def letters() -> list[LetterState]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Letter.state).order_by(Letter.id)))


def send(client: FlaskClient, query: str = "", **more: Any) -> Any:
    return post(client, NEW + query, TYPED | {"step": "send", **more})


def test_who_may_see_and_who_may_send(cast: Cast, olga: FlaskClient) -> None:
    send(olga)
    for path in (MAILINGS, NEW, f"{MAILINGS}/{KEY}"):
        statuses = cast.statuses(path)
        assert {name for name, status in statuses.items() if status == 200} == {"owner", "olga"}
        assert (statuses["sam"], statuses["stranger"], statuses["dora"]) == (404, 302, 403)
    for who, status in (("sam", 404), ("victor", 403)):
        assert send(getattr(cast, who), key="").status_code == status
        assert post(getattr(cast, who), f"{MAILINGS}/{KEY}/stop").status_code == status
    assert cast.stranger.post(NEW, data=TYPED).status_code == 401
    assert len(letters()) == 3


def test_the_filter_stands_in_the_address_and_names_who_is_meant(olga: FlaskClient) -> None:
    page = text(olga, f"{NEW}?lang=en")
    assert "3 registrations get this letter." in page
    assert "1 has no e-mail address" in page
    assert "&lt;b&gt;Cleo&lt;/b&gt;" in page
    page = text(olga, f"{NEW}?lang=en&session=talk&language=en&state=confirmed&category=none")
    assert "1 registration gets this letter." in page
    assert re.findall(r"<bdi>([^<]+)</bdi>", page) == ["Bea"]


def test_before_it_is_sent_it_is_shown_once_more_in_every_language(olga: FlaskClient) -> None:
    answer = post(olga, f"{NEW}?lang=en", TYPED)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, letters()) == (200, [])
    assert "Send 3 letters" in page
    assert "Ana 様" in page
    assert "This letter was not written in your language.\n\nBea 様" in page
    assert f'value="{KEY}"' in page


def test_it_is_sent_once_however_often_the_button_is_pressed(olga: FlaskClient) -> None:
    answers = [send(olga) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.headers["Location"] for answer in answers} == {f"{MAILINGS}/{KEY}"}
    assert len(letters()) == 3
    mailing = db.session.scalars(db.select(Mailing)).one()
    assert (mailing.uuid, mailing.letters, mailing.addressees["standing"]) == (UUID(KEY), 3, True)


WRONG: list[dict[str, str]] = [
    {"body-ja": "{until}"},
    {"subject-ja": "{nome}"},
    {"body-ja": ""},
    {"subject-en": "Only a subject"},
    {"body-en": "Only a text"},
    {"per_minute": "0"},
    {"per_minute": "-5"},
    {"per_minute": "many"},
    {"subject-ja": "a" * 201},
]


def test_what_cannot_be_sent_is_said_and_everything_typed_is_kept(olga: FlaskClient) -> None:
    for wrong in WRONG:
        answer = send(olga, **wrong)
        page = answer.get_data(as_text=True)
        assert (answer.status_code, letters()) == (422, []), wrong
        assert "雨です。" in page or "body-ja" in wrong
        assert 'role="alert"' in page


def test_nobody_to_write_to_is_said(olga: FlaskClient) -> None:
    answer = send(olga, "?standing=cancelled")
    assert (answer.status_code, letters()) == (422, [])


def test_a_test_goes_to_the_writer_and_nothing_else_happens(olga: FlaskClient) -> None:
    answer = send(olga, step="test")
    assert answer.status_code == 200
    assert db.session.scalars(db.select(Letter.to_address)).all() == ["olga@example.jp"]
    assert db.session.scalars(db.select(Mailing)).all() == []


def test_back_to_the_text_keeps_it(olga: FlaskClient) -> None:
    page = send(olga, step="back").get_data(as_text=True)
    assert "{name} 様\n雨です。" in page
    assert f'value="{KEY}"' in page


def test_it_can_be_followed_and_stopped(olga: FlaskClient, app: Flask) -> None:
    send(olga)
    with counted_queries(app) as one:
        assert "お知らせ" in text(olga, MAILINGS)
    send(olga, key="1b5e0d1c-6c5d-4b8e-9a2c-3f2b8b9d6a11")
    with counted_queries(app) as two:
        text(olga, MAILINGS)
    assert len(one) == len(two)
    assert "Send no more of these letters" in text(olga, f"{MAILINGS}/{KEY}?lang=en")
    assert post(olga, f"{MAILINGS}/{KEY}/stop").status_code == 303
    assert letters() == [LetterState.WITHDRAWN] * 3 + [LetterState.QUEUED] * 3
    page = text(olga, f"{MAILINGS}/{KEY}?lang=en")
    assert ("Stopped" in page, "Send no more of these letters" in page) == (True, False)
    assert post(olga, f"{MAILINGS}/{KEY}/stop").status_code == 303
    assert olga.get(f"{MAILINGS}/2b5e0d1c-6c5d-4b8e-9a2c-3f2b8b9d6a11").status_code == 404
