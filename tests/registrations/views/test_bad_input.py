"""What nobody should send, sent to every public form of registrations: a clear answer, nothing lost, never a crash."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.test import TestResponse

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession
from app.programme.operations import delete_session
from app.web.actors import Actor
from checkin.models import Place
from registrations.models import BookingLine, PartyNumber, Registration
from tests.house.test_get_never_writes import state
from tests.make import NOON, Make, both
from tests.registrations.views.forms import errors_on, key_on
from tests.registrations.views.posts import POSTS, Post, links, routes

AT = NOON - timedelta(days=30)
FORM = "application/x-www-form-urlencoded"
WORDS = {
    "quotes": "'\"`´“”' OR 1=1; --",
    "braces": "{0} {name} %s %(x)s ${x} {{7*7}} {% raw %}",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "right to left": "\u202enimda\u202c \u200f\u061c",
    "beyond the first plane": "𠮷田 辻\U000e0100 髙﨑",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "200": "名" * 200,
    "2,000": "x" * 2000,
    "control characters": "A\x01\x07\x1b[31m\x7f\x85\u2028\u2029B",
    "marks upon marks": "Z" + "\u0300" * 150,
    "not a character": "\ufffe\uffff\U0010ffff",
    "nothing": "",
    "nothing to see": " \u3000\u200b\ufeff",
    "ruby": "漢字《かんじ》｜《》",
    "lines": "one\r\ntwo\nBcc: sam@example.jp",
    "a path": "../../etc/passwd\\..\\",
}
NUMBERS = (
    "-1",
    "9" * 400,
    "2147483648",
    "9223372036854775808",
    "1e3",
    "0x10",
    "NaN",
    "½",
    "٣",
    "⑨",
    "--1",
    " ",
)
FINE = {200, 303, 409, 410, 422, 429}


@pytest.fixture(autouse=True)
def a_month_before(app: Flask) -> Iterator[None]:
    app.extensions["uketsuke_limits"].on = False
    with frozen(AT):
        yield


@pytest.fixture(autouse=True)
def event(app: Flask, make: Make) -> Event:
    made = make.event(
        party_kinds=["person", "family", "class", "delegation"],
        class_categories={"pupils": "student", "teachers": "spectator", "guardians": "spectator"},
    )
    make.session(made, "talk", capacity=2000, title=both("講演", "Talk"))
    return make.release(made)


@pytest.fixture
def crashes(app: Flask) -> FlaskClient:
    """A browser to which a crash is an answer, as it is to everybody outside the tests."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def typed_is_there(page: TestResponse, sent: dict[str, Any], names: tuple[str, ...]) -> list[str]:
    """Fields whose text is lost on this page."""
    text = page.get_data(as_text=True)
    return [name for name in names if name in sent and kept_as(sent[name]) not in text]


def kept_as(typed: str) -> str:
    """How a typed text stands in a page: up to the first sign that has no place in one."""
    return str(escape(re.split("[\x00-\x1f\x7f-\x9f\u2028\ufffe\U0010ffff]", typed)[0].strip("\u200b\ufeff\u3000 ")))


def test_every_public_post_has_its_row(app: Flask) -> None:
    assert routes(app) == {name.partition(" ")[0] for name in POSTS}


def test_a_form_that_is_refused_keeps_every_hostile_text_and_writes_nothing(
    app: Flask, crashes: FlaskClient, make: Make
) -> None:
    wrong = []
    for name, post in POSTS.items():
        if not post.refused:
            continue
        link = links(make, app)(post)
        before = state()
        for what, text in WORDS.items():
            sent = post.filled(crashes, link, **{**dict.fromkeys(post.words, text), **post.refused})
            page = crashes.post(post.address(link), data=sent)
            if page.status_code != 422 or not errors_on(page) or typed_is_there(page, sent, post.words):
                wrong.append((name, what, page.status_code, typed_is_there(page, sent, post.words)))
        assert (wrong, state() == before) == ([], True)


def test_hostile_texts_are_taken_or_refused_with_a_sentence(app: Flask, crashes: FlaskClient, make: Make) -> None:
    wrong: list[Any] = []
    fresh = links(make, app)
    for name, post in POSTS.items():
        for what, text in WORDS.items() if post.words else ():
            names = [one for one in post.words if one != "email"]
            for fields in [names] if names else [["email"]]:
                link = fresh(post)
                page = crashes.post(post.address(link), data=post.filled(crashes, link, **dict.fromkeys(fields, text)))
                silent = page.status_code in (409, 422) and not errors_on(page)
                if page.status_code not in FINE or silent:
                    wrong.append((name, what, fields, page.status_code))
                elif page.status_code == 303 and crashes.get(page.location).status_code not in FINE:
                    wrong.append((name, what, fields, page.location))
    assert wrong == []


def test_a_text_that_no_database_keeps_changes_nothing(app: Flask, crashes: FlaskClient, make: Make) -> None:
    wrong = []
    for name, post in POSTS.items():
        link = links(make, app)(post)
        before = state()
        for field in (*post.words, *post.numbers, "more"):
            page = crashes.post(post.address(link), data=post.filled(crashes, link, **{field: "1\x00"}))
            if page.status_code != 422 or "Go back to the page before" not in page.get_data(as_text=True):
                wrong.append((name, field, page.status_code))
        assert (wrong, state() == before) == ([], True)


def test_no_number_breaks_a_form_and_wrong_ones_stay_where_they_were_typed(
    app: Flask, crashes: FlaskClient, make: Make
) -> None:
    wrong = []
    for name, post in POSTS.items():
        link = links(make, app)(post)
        before = state()
        for number in NUMBERS if post.numbers else ():
            for field in post.numbers:
                sent = post.filled(crashes, link, **{**post.refused, field: number})
                page = crashes.post(post.address(link), data=sent)
                shown = (field,) if field.startswith("with-") and page.status_code == 422 else ()
                if page.status_code not in FINE or typed_is_there(page, sent, shown):
                    wrong.append((name, number, field, page.status_code, shown))
        assert (wrong, not post.refused or state() == before) == ([], True)


@pytest.mark.parametrize("name", [one for one, post in POSTS.items() if "expected_at" in post.sent])
def test_no_day_breaks_a_form(app: Flask, crashes: FlaskClient, make: Make, name: str) -> None:
    post, fresh, statuses = POSTS[name], links(make, app), []
    for day in ("0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00", "2026-10-03", "-1", "０００１-01-01T00:00"):
        link = fresh(post)
        page = crashes.post(post.address(link), data=post.filled(crashes, link, expected_at=day))
        statuses.append(page.status_code)
        if page.status_code == 303:
            statuses.append(crashes.get(page.location).status_code)
        else:
            assert day in page.get_data(as_text=True)
    assert set(statuses) <= {200, 303, 422}


BODIES: list[tuple[str, bytes]] = [
    (FORM, b""), ("", b"name=Ana"), ("application/json", b'{"name": "Ana"}'), ("text/plain", b"\xff\xfe\x00"),
    ("multipart/form-data", b"--x"), ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
    (FORM, b"name=%ED%A0%80%ED%B0%80&email=%ff%fe&name=%00&=&&==&%"), (FORM + "; charset=utf-7", b"name=+ADw-"),
    (FORM, b"&".join(b"f%d=1" % n for n in range(5000))), (FORM, b"name=" + b"x" * 3_000_000),
]  # fmt: skip


def test_a_body_that_is_no_form_is_no_crash(app: Flask, crashes: FlaskClient, make: Make) -> None:
    wrong, fresh = [], links(make, app)
    for name, post in POSTS.items():
        for kind, body in BODIES:
            page = crashes.post(post.address(fresh(post)), data=body, content_type=kind)
            fine = FINE | {400, 413} if len(body) < 1_000_000 else {413}
            if page.status_code not in fine:
                wrong.append((name, kind, body[:30], page.status_code))
    assert wrong == []


def test_fields_sent_many_times_and_sessions_that_are_none_are_no_crash(
    app: Flask, crashes: FlaskClient, make: Make
) -> None:
    codes = ["none", "", "talk", "talk", "<script>", "x" * 5000, "９", "%00", "𠮷"]
    wrong, fresh = [], links(make, app)
    for name, post in POSTS.items():
        for extra in ({"sessions": codes}, {"waiting": codes}, {"sessions": ["none"] * 1000}):
            link = fresh(post)
            pairs = urlencode(post.filled(crashes, link, **extra), doseq=True).split("&") * 2
            page = crashes.post(post.address(link), data="&".join(pairs), content_type=FORM)
            if page.status_code not in FINE | {413}:
                wrong.append((name, list(extra), page.status_code))
    assert wrong == []


PARTS = ("a\x00b", "x" * 3000, "%", "{{7*7}}", "\u202e𠮷", b"\xed\xa0\x80")


def test_an_address_that_is_none_is_not_found_and_changes_nothing(app: Flask, crashes: FlaskClient, make: Make) -> None:
    wrong = []
    link = links(make, app)(POSTS["private_link.make_cancel"])
    before = state()
    for name, post in POSTS.items():
        fine = {303, 400, 404} if name == "one_session.take_offer" else {400, 404}
        for part in (quote(one) for one in PARTS):
            stranger = post.path.replace("{link}", part).replace("fair", part)
            for path in {stranger, post.path.format(link=link).replace("talk", part)} - {post.path.format(link=link)}:
                answers = [crashes.open(path, method=one, data=dict(post.sent)).status_code for one in ("POST", "GET")]
                if answers[0] not in fine or answers[1] not in {303, 400, 404, 405}:
                    wrong.append((name, part[:20], answers))
    assert (wrong, state() == before) == ([], True)


def test_what_a_japanese_keyboard_gives_is_a_number(app: Flask, client: FlaskClient, make: Make) -> None:
    post, taken = POSTS["group_registration.take"], {}
    for typed in ("８", " ８　", "0８"):
        answer = client.post(post.address(""), data=post.filled(client, "", with__pupils=typed))
        assert answer.status_code == 303
        db.session.rollback()
        made = db.session.scalars(db.select(Registration.id).order_by(Registration.id.desc())).first()
        taken[typed] = sum(db.session.scalars(db.select(PartyNumber.number).filter_by(registration_id=made)))
    assert set(taken.values()) == {9}


@pytest.mark.parametrize("name", ["registration.take", "private_link.make_change", "own_registration.find"])
def test_dots_stand_where_carriers_allow_them(app: Flask, client: FlaskClient, make: Make, name: str) -> None:
    post, fresh = POSTS[name], links(make, app)
    for address in (
        "a..b.@docomo.ne.jp",
        ".a@ezweb.ne.jp",
        "a.-_b...@docomo.ne.jp",
        "ａ．．ｂ．＠ｄｏｃｏｍｏ．ｎｅ．ｊｐ",
    ):
        link = fresh(post)
        answer = client.post(post.address(link), data=post.filled(client, link, email=address))
        assert answer.status_code in (200, 303), (address, errors_on(answer))
    if name == "registration.take":
        kept = set(db.session.scalars(db.select(Registration.contact_email)))
        assert {"a..b.@docomo.ne.jp", ".a@ezweb.ne.jp", "a.-_b...@docomo.ne.jp"} < kept


def filled_in(post: Post, client: FlaskClient, link: str) -> dict[str, Any]:
    return post.filled(client, link, name="架空 花子")


TALKED_OF = [name for name, post in POSTS.items() if "sessions" in post.sent]


@pytest.mark.parametrize("name", TALKED_OF)
def test_a_party_larger_than_the_room_is_told_so(
    app: Flask, client: FlaskClient, make: Make, event: Event, name: str
) -> None:
    make.session(event, "small", capacity=3, starts_at=NOON + timedelta(hours=3), title=both("小", "Small"))
    make.release(event)
    post = POSTS[name]
    link = links(make, app)(post)
    before = state()
    many = dict.fromkeys(post.numbers, "5")
    page = client.post(post.address(link), data=post.filled(client, link, sessions=["small"], **many))
    assert (page.status_code, len(errors_on(page)), "Small" in errors_on(page)[0]) == (409, 1, True)
    assert typed_is_there(page, {**post.sent, **many}, (*post.words, *post.numbers)) == []
    assert state() == before


@pytest.mark.parametrize("name", TALKED_OF)
def test_a_release_that_removed_the_session_is_said_and_nothing_is_lost(
    app: Flask, client: FlaskClient, make: Make, event: Event, name: str
) -> None:
    extra = make.session(event, "extra", starts_at=NOON + timedelta(hours=3), title=both("別", "Extra"))
    make.release(event)
    post = POSTS[name]
    link = links(make, app)(post)
    sent = post.filled(client, link, name="架空 花子", sessions=["extra"])
    with transaction():
        db.session.execute(db.delete(Place).filter_by(session_id=extra.id))
        found = db.session.get_one(EventSession, extra.id)
        delete_session(db.session.get_one(Event, event.id), "extra", version=found.version, at=AT, actor=Actor())
    make.release(event)
    before = state()
    page = client.post(post.address(link), data=sent)
    assert (page.status_code, len(errors_on(page))) == (409, 1)
    assert "not part of the programme any more" in errors_on(page)[0]
    assert typed_is_there(page, sent, post.words) == []
    assert state() == before


@pytest.mark.parametrize("name", TALKED_OF)
def test_after_the_last_moment_nothing_is_added(
    app: Flask, client: FlaskClient, make: Make, event: Event, name: str
) -> None:
    post = POSTS[name]
    link = links(make, app)(post)
    sent = post.filled(client, link, **dict.fromkeys(post.numbers, "20"))
    with transaction():
        db.session.get_one(Event, event.id).registration_closes_at = AT - timedelta(seconds=1)
    before = state()
    page = client.post(post.address(link), data=sent)
    assert (page.status_code, "closed" in page.get_data(as_text=True)) == (409, True)
    assert state() == before


def test_a_form_posted_twice_does_once_what_it_says(app: Flask, crashes: FlaskClient, make: Make) -> None:
    wrong, fresh = [], links(make, app)
    for name, post in POSTS.items():
        link = fresh(post)
        sent = post.filled(crashes, link)
        first = crashes.post(post.address(link), data=sent)
        people = places()
        second = crashes.post(post.address(link), data=sent)
        if first.status_code not in (200, 303) or second.status_code not in (200, 303, 409, 410) or places() != people:
            wrong.append((name, first.status_code, second.status_code))
    assert wrong == []


def places() -> tuple[int, int]:
    """Registrations that stand, and people with a place."""
    db.session.rollback()
    standing = db.select(db.func.count()).select_from(Registration).where(Registration.cancelled_at.is_(None))
    held = db.select(db.func.sum(BookingLine.number)).filter_by(state="confirmed")
    return db.session.scalar(standing) or 0, db.session.scalar(held) or 0


@pytest.mark.parametrize("name", [one for one in TALKED_OF if "change" in one])
def test_the_second_of_two_tabs_is_told_of_the_first(app: Flask, client: FlaskClient, make: Make, name: str) -> None:
    post = POSTS[name]
    link = links(make, app)(post)
    sent = post.filled(client, link)
    assert client.post(post.address(link), data={**sent, "name": "the first"}).status_code == 303
    before = state()
    for version, status in ((sent["version"], 409), ("-1", 409), ("99999999999999999999", 409), ("", 422), ("x", 422)):
        page = client.post(post.address(link), data={**sent, "name": "the second", "version": version})
        assert (page.status_code, 'value="the second"' in page.get_data(as_text=True)) == (status, True), version
        assert status == 422 or "changed in another window" in page.get_data(as_text=True)
    assert state() == before


@pytest.mark.parametrize("name", [one for one, post in POSTS.items() if post.keyed])
def test_without_our_key_a_form_is_shown_again_with_one(app: Flask, client: FlaskClient, make: Make, name: str) -> None:
    post = POSTS[name]
    before = state()
    for key in (None, "", "forged", "W10.x", "é" * 9000):
        sent = post.filled(client, "") | {"key": key}
        page = client.post(post.address(""), data={one: value for one, value in sent.items() if value is not None})
        assert (page.status_code, typed_is_there(page, sent, post.words)) == (422, [])
        assert key_on(page) != key
    assert state() == before
