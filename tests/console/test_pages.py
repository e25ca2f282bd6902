"""The console: everybody sees their own events and what their role needs; strangers find nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sqlalchemy_event

from app import clock
from app.accounts.models import Device, DeviceContact
from app.accounts.queries import digest
from app.audit import AuditEntry
from app.db import db, transaction
from app.direct import at_one_go
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.exports import FORMATS
from app.programme.models import Event
from app.web.actors import Role
from checkin.models import Conflict
from checkin.rules import ConflictKind
from tests.accounts.test_sign_in import csrf_of
from tests.console.conftest import Cast
from tests.make import NOON, Make
from tests.statements import noted

ASKED_FOR_ONE_EVENT = 21
"""Statements of the page of one event where nothing is new: two for who asks and of what, nine for its figures."""
PAGES = {
    "/console/events/fair/": ("owner", "olga", "victor"),
    "/console/events/fair/registrations": ("owner", "olga"),
    "/console/events/fair/letters": ("owner", "olga"),
    "/console/events/fair/devices": ("owner", "olga"),
    "/console/events/fair/people": ("owner",),
}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def text(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """Every statement that is sent to the database meanwhile."""
    sent: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", keep)
    yield sent
    sqlalchemy_event.remove(db.engine, "before_cursor_execute", keep)


def device(event: Event, name: str = "Phone", **given: Any) -> Device:
    facts = {"created_at": NOON, "expires_at": NOON + timedelta(hours=9), "rights": ["keep_door"], **given}
    with transaction():
        row = Device(event_id=event.id, name=name, token_hash=digest(name), **facts)
        db.session.add(row)
    return row


@pytest.mark.parametrize(("path", "allowed"), PAGES.items())
def test_each_page_opens_for_those_whose_task_it_is(cast: Cast, path: str, allowed: tuple[str, ...]) -> None:
    statuses = cast.statuses(path)
    assert {name for name, status in statuses.items() if status == 200} == set(allowed)
    assert statuses["sam"] == 404
    assert statuses["stranger"] == 302
    assert statuses["dora"] == 403


@pytest.mark.parametrize("path", PAGES)
def test_what_does_not_exist_looks_like_what_one_may_not_see(cast: Cast, path: str) -> None:
    missing, hidden = cast.owner.get(path.replace("fair", "none")), cast.sam.get(path)
    assert (missing.status_code, hidden.status_code) == (404, 404)


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
@pytest.mark.parametrize("path", ["/console/", "/console/password", *PAGES])
def test_every_page_opens_in_every_language(cast: Cast, path: str, language: str) -> None:
    assert f'data-language="{language}"' in text(cast.owner, f"{path}?lang={language}")


def test_readings_stand_over_the_words_of_an_events_navigation(cast: Cast) -> None:
    nav = text(cast.owner, "/console/events/fair/?lang=ja-easy").partition('class="sections"')[2].partition("</nav>")[0]
    assert "<ruby>" in nav
    assert "《" not in nav


def test_home_lists_ones_own_events_only(cast: Cast) -> None:
    assert 'href="/console/events/fair/"' in text(cast.olga, "/console/")
    assert "other" not in text(cast.olga, "/console/")
    assert 'href="/console/events/other/"' in text(cast.sam, "/console/")


def test_home_of_a_door_keeper_leads_to_the_scanner_and_shows_no_figures(cast: Cast) -> None:
    page = text(cast.dora, "/console/")
    assert 'href="/scan/"' in page
    assert "/console/events/fair" not in page


def test_home_of_somebody_without_event_says_what_to_do(make: Make) -> None:
    make.event()
    page = text(make.signed_in(make.account("Newcomer")), "/console/?lang=en")
    assert "You have no event yet" in page


def test_home_names_what_needs_attention_and_where_to_see_to_it(cast: Cast, make: Make) -> None:
    session = make.session(cast.event, capacity=4, starts_at=NOON + timedelta(hours=2))
    registration = make.registration(
        make.release(cast.event), session, numbers={"spectator": 3}, email="ana@example.jp"
    )
    waiting = device(cast.event)
    with transaction():
        db.session.add(Conflict(event_id=cast.event.id, kind=ConflictKind.OVERRIDE, found_at=NOON))
        db.session.add(Conflict(event_id=cast.event.id, kind=ConflictKind.CLOCK, found_at=NOON, resolved_at=NOON))
        db.session.add(DeviceContact(device_id=waiting.id, last_seen_at=NOON, queue_length=7))
        db.session.scalars(
            db.select(Letter).filter_by(registration_id=registration.id)
        ).one().state = LetterState.FAILED
    page = text(cast.olga, "/console/?lang=en")
    for sentence in (
        "1 entry to look at",
        "1 letter was not delivered",
        "7 scans have not reached us",
        "1 place left",
    ):
        assert sentence in page
    assert "/console/events/fair/letters?state=failed" in page
    assert "entry to look at" not in text(cast.dora, "/console/?lang=en")


def test_home_is_calm_when_nothing_is_the_matter(cast: Cast) -> None:
    assert "Nothing needs attention." in text(cast.olga, "/console/?lang=en")


def test_overview_shows_what_is_promised_and_left(cast: Cast, make: Make) -> None:
    session = make.session(cast.event, capacity=40, starts_at=NOON + timedelta(hours=2))
    make.session(cast.event, starts_at=NOON - timedelta(days=1))
    make.registration(make.release(cast.event), session, numbers={"spectator": 3})
    page = text(cast.victor, "/console/events/fair/?lang=en")
    assert '<td role="cell" class="is-number" data-label="Free places"><span class="numeric">37</span></td>' in page
    assert "no limit" in page
    assert "Sat 3 Oct" in page
    assert "/console/events/fair/letters" not in page


def test_query_counts_do_not_grow_with_what_is_shown(cast: Cast, make: Make, app: Flask) -> None:
    make.release(cast.event)
    counts: list[list[int]] = []
    for number in (1, 3):
        while len(db.session.scalars(db.select(Device.id)).all()) < number:
            more = make.session(cast.event, capacity=10, starts_at=NOON + timedelta(hours=2))
            make.registration(cast.event, more, email="ana@example.jp")
            device(cast.event, f"Phone {more.id}")
        each = []
        for path in ("/console/", *PAGES):
            with counted_queries(app) as sent:
                text(cast.owner, path)
            each.append(len(sent))
        counts.append(each)
    assert counts[0] == counts[1]


def test_query_counts_of_home_do_not_grow_with_events(make: Make, app: Flask) -> None:
    host = make.host()
    make.event("first", host=host)
    client = make.signed_in(make.account("Host", Role.OWNER, host=host))
    sizes = []
    for slug in ("second", "third"):
        with counted_queries(app) as sent:
            text(client, "/console/")
        sizes.append(len(sent))
        make.event(slug, host=host)
    assert sizes[0] == sizes[1]


def test_registrations_are_found_by_name_address_and_number(cast: Cast, make: Make) -> None:
    make.release(cast.event)
    session = make.session(cast.event, starts_at=NOON + timedelta(hours=2))
    ana = make.registration(cast.event, session, name="Ana Silva", email="ana@example.jp")
    make.registration(cast.event, session, name="山田 花子")
    number = make.ticket(ana).number
    for sought in ("silva", "ana@example", number, number[:4] + "-" + number[4:]):
        page = text(cast.olga, f"/console/events/fair/registrations?q={sought}")
        assert ("Ana Silva" in page, "山田" in page) == (True, False), sought
    assert "該当する申込はありません" in text(cast.olga, "/console/events/fair/registrations?q=nobody")
    assert "ana@example.jp" not in text(cast.olga, "/console/events/fair/registrations")


def test_long_lists_come_in_pages(cast: Cast, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.console.views.registrations.LINES_A_PAGE", 2)
    make.release(cast.event)
    session = make.session(cast.event, starts_at=NOON + timedelta(hours=2))
    for name in ("Ana", "Ben", "Chie"):
        make.registration(cast.event, session, name=name, at=NOON - timedelta(hours=1))
    pages = [text(cast.olga, f"/console/events/fair/registrations?page={page}&lang=en") for page in (1, 2, 9, -1, "x")]
    found = [[name for name in ("Ana", "Ben", "Chie") if f">{name}</a></th>" in page] for page in pages]
    assert found == [["Ben", "Chie"], ["Ana"], ["Ana"], ["Ben", "Chie"], ["Ben", "Chie"]]
    assert "Page 2 of 2" in pages[1]
    assert 'rel="prev" href="/console/events/fair/registrations?page=1"' in pages[1]


def test_the_local_mailbox_can_be_read(cast: Cast, make: Make) -> None:
    session = make.session(cast.event, starts_at=NOON + timedelta(hours=2))
    make.registration(make.release(cast.event), session, email="ana@example.jp")
    with transaction():
        letter = db.session.scalars(db.select(Letter)).one()
        letter.subject, letter.body, letter.state = "参加票", "Ana さん\n<b>お待ちしています", LetterState.SENT
    listed = text(cast.olga, "/console/events/fair/letters")
    assert f"/console/events/fair/letters/{letter.uuid}" in listed
    page = text(cast.olga, f"/console/events/fair/letters/{letter.uuid}")
    assert "Ana さん\n&lt;b&gt;お待ちしています" in page
    assert cast.victor.get(f"/console/events/fair/letters/{letter.uuid}").status_code == 403
    assert cast.sam.get(f"/console/events/other/letters/{letter.uuid}").status_code == 404
    assert cast.olga.get(f"/console/events/fair/letters/{uuid4()}").status_code == 404


def test_letters_can_be_narrowed_to_one_state(cast: Cast, make: Make) -> None:
    session = make.session(cast.event, starts_at=NOON + timedelta(hours=2))
    make.registration(make.release(cast.event), session, email="ana@example.jp")
    assert "ana@example.jp" in text(cast.olga, "/console/events/fair/letters?state=queued")
    assert "ana@example.jp" not in text(cast.olga, "/console/events/fair/letters?state=failed")
    assert "ana@example.jp" in text(cast.olga, "/console/events/fair/letters?state=nonsense")


def test_without_a_mail_server_the_page_says_that_letters_reach_nobody(cast: Cast) -> None:
    assert "No mail server is set" in text(cast.olga, "/console/events/fair/letters?lang=en")


def test_a_device_is_revoked_once_and_it_is_recorded(cast: Cast) -> None:
    phone = device(cast.event)
    path = f"/console/events/fair/devices/{phone.uuid}/revocation"
    secret = csrf_of(cast.olga, "/console/events/fair/devices")
    for _ in range(2):
        assert cast.olga.post(path, data={"csrf_token": secret}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Device, phone.id).revoked_at == NOON
    assert db.session.scalars(db.select(AuditEntry.verb)).all() == ["device.revoke"]
    assert "使用停止" in text(cast.olga, "/console/events/fair/devices")


def test_nobody_revokes_a_device_of_another_event(cast: Cast) -> None:
    phone = device(cast.event)
    for who, slug, status in ((cast.sam, "fair", 404), (cast.sam, "other", 404), (cast.victor, "fair", 403)):
        secret = csrf_of(who, "/console/password")
        path = f"/console/events/{slug}/devices/{phone.uuid}/revocation"
        assert who.post(path, data={"csrf_token": secret}).status_code == status
    assert cast.stranger.post(f"/console/events/fair/devices/{phone.uuid}/revocation").status_code == 401
    db.session.expire_all()
    assert db.session.get_one(Device, phone.id).revoked_at is None


@pytest.mark.parametrize(
    ("given", "seen", "queue", "state"),
    [
        ({}, True, 0, "使用中"),
        ({}, False, None, "まだ通信なし"),
        ({}, True, 3, "未送信の読み取りあり"),
        ({"revoked_at": NOON}, True, 3, "使用停止"),
        ({"expires_at": NOON}, True, 0, "使用期間終了"),
    ],
)
def test_the_state_of_a_device_is_a_word(
    cast: Cast, given: dict[str, Any], seen: bool, queue: int | None, state: str
) -> None:
    phone = device(cast.event, **given)
    if seen:
        with transaction():
            db.session.add(DeviceContact(device_id=phone.id, last_seen_at=NOON, queue_length=queue))
    assert state in text(cast.olga, "/console/events/fair/devices")


def test_a_made_up_event_is_marked_on_every_page_of_the_console(cast: Cast) -> None:
    with transaction():
        db.session.get_one(Event, cast.event.id).fictional = True
    for path in PAGES:
        assert 'class="fictional"' in text(cast.owner, path)


def test_navigation_offers_what_one_may_open_and_says_where_one_is(cast: Cast) -> None:
    page = text(cast.victor, "/console/events/fair/")
    assert '<a href="/console/events/fair/" aria-current="page">' in page
    assert "/console/events/fair/attendance" in page
    assert "/console/events/fair/people" not in page


@pytest.mark.parametrize(
    ("page", "section"),
    [
        ("gates", "devices"), ("conflicts", "devices"), ("tallies", "devices"), ("questions", "registrations"),
        ("registration/settings", "registrations"), ("programme/venues", "programme/"), ("letters/words", "letters"),
    ],
)  # fmt: skip
def test_a_page_behind_a_section_says_which_one(cast: Cast, page: str, section: str) -> None:
    shown = text(cast.olga, f"/console/events/fair/{page}")
    assert f'<a href="/console/events/fair/{section}" aria-current="page">' in shown


def test_what_the_public_may_take_along_is_offered_in_the_console_too(cast: Cast, make: Make) -> None:
    before = cast.victor.get("/console/events/fair/?lang=en").get_data(as_text=True)
    assert "/events/fair/data/" not in before
    assert "There is nothing to take along until the programme is released." in before
    make.session(cast.event, "talk")
    make.release(cast.event)
    after = cast.victor.get("/console/events/fair/?lang=en").get_data(as_text=True)
    offered = re.findall(r'href="(/events/fair/data/[^"]+)"', after)
    assert len(offered) == len(FORMATS) + 1
    assert {cast.stranger.get(address).status_code for address in offered} == {200}


def test_every_page_of_an_event_stands_in_a_section(app: Flask, cast: Cast) -> None:
    paths = [rule.rule.replace("<slug>", "fair") for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    own = [path for path in paths if path.startswith("/console/events/fair/") and "<" not in path]
    lost = []
    for path in own:
        answer = cast.owner.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            navigation = answer.get_data(as_text=True).partition('<nav class="sections"')[2].partition("</nav>")[0]
            lost += [path] if navigation.count('aria-current="') != 1 else []
    assert lost == []


def test_the_event_page_asks_its_questions_at_one_go_and_no_more_for_more_sessions(cast: Cast, make: Make) -> None:
    page, counts, goes = f"/console/events/{cast.event.slug}/", [], []
    for number in (1, 6):
        for _ in range(number):
            make.session(cast.event, capacity=20)
        for _ in range(2):
            cast.olga.get(page)
        with noted() as sent, patch("app.console.queries.overview.at_one_go", wraps=at_one_go) as go:
            assert cast.olga.get(page).status_code == 200
        counts.append(len(sent))
        goes.append(go.call_count)
    assert counts == [ASKED_FOR_ONE_EVENT, ASKED_FOR_ONE_EVENT]
    assert goes == [1, 1]
