"""What a person does with their own registration: handing over, new codes, data, erasing, lost links, confirming an
address; traps for robots; and what Sam gets."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, cast, select
from werkzeug.test import TestResponse

from app.clock import frozen
from app.db import Model, db, transaction
from app.outbox.models import Letter
from app.programme.models import Event, EventSession, PrivacyNotice, SessionPlaces
from registrations.models import Registration, Ticket
from registrations.operations import cancel
from registrations.operations.chores import end_unconfirmed
from registrations.operations.confirming import ask_to_confirm, drop_unconfirmed
from tests.make import NOON, Make, both
from tests.registrations.views.forms import errors_on, key_on, send, typed
from tests.registrations.views.test_groups import text_of

AT = NOON - timedelta(days=20)
ANA = {"name": "Ana 𠮷野", "email": "ana@example.jp"}


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event()
    make.session(made, "talk", capacity=10, title=both("講演", "Talk"))
    return make.release(made)


@pytest.fixture
def ana(event: Event, make: Make) -> Registration:
    talk = db.session.scalars(db.select(EventSession)).one()
    return make.registration(event, talk, at=AT, **ANA)


def again(registration: Registration) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, registration.id, populate_existing=True)


def letters(kind: str) -> list[Letter]:
    db.session.rollback()
    return list(db.session.scalars(select(Letter).filter_by(kind=kind).order_by(Letter.id)))


def promised() -> int:
    db.session.rollback()
    return db.session.scalars(select(SessionPlaces.promised)).one()


def post(client: FlaskClient, path: str, **data: Any) -> TestResponse:
    return client.post(f"{path}?lang=en", data=data)


def test_a_registration_is_handed_over_and_the_new_person_agrees_first(client: FlaskClient, ana: Registration) -> None:
    old_link, old_code = ana.link, db.session.scalars(select(Ticket.code)).one()
    assert client.get(f"/r/{old_link}/hand-over").status_code == 200
    done = post(client, f"/r/{old_link}/hand-over", name="Ben", email="BEN@example.jp", sure="y")
    assert done.status_code == 303
    gone = client.get(f"/r/{old_link}?lang=en")
    assert (gone.status_code, "This registration was handed over" in text_of(gone)) == (410, True)
    new = again(ana)
    assert (new.contact_name, new.contact_email) == ("Ben", "ben@example.jp")
    assert [one.to_address for one in letters("handed_over")] == ["ben@example.jp"]
    assert client.get(f"/r/{new.link}").headers["Location"] == f"/r/{new.link}/agreement"
    page = text_of(client.get(f"/r/{new.link}/agreement?lang=en"))
    assert "handed over to you" in page
    assert "Talk" not in page
    notice = db.session.scalars(select(PrivacyNotice.id)).one()
    refused = post(client, f"/r/{new.link}/agreement", notice=str(notice))
    assert errors_on(refused) == ["Tick that you agree. Without it we cannot keep what you typed."]
    found = re.search(r'name="notice"[^>]*value="(\d+)"', client.get(f"/r/{new.link}/agreement").get_data(as_text=True))
    assert found
    assert post(client, f"/r/{new.link}/agreement", notice=found[1], consent="y").status_code == 303
    shown = text_of(client.get(f"/r/{new.link}?lang=en"))
    assert "Talk" in shown
    assert "Ana" not in shown
    assert "replaced" in text_of(client.get(f"/t/{old_code}?lang=en"))
    assert promised() == 1


def test_handing_over_asks_for_what_is_missing(client: FlaskClient, ana: Registration) -> None:
    page = post(client, f"/r/{ana.link}/hand-over", name="Ben", email="nonsense")
    assert (page.status_code, errors_on(page)) == (
        422,
        [
            "This is not a valid e-mail address. Check how it is written.",
            "Tick that the registration shall belong to the new person.",
        ],
    )
    assert 'value="Ben"' in page.get_data(as_text=True)
    assert again(ana).contact_name == "Ana 𠮷野"


def test_a_new_code_replaces_the_one_that_others_have_seen(client: FlaskClient, ana: Registration) -> None:
    old = db.session.scalars(select(Ticket)).one()
    assert client.get(f"/r/{ana.link}/codes").status_code == 200
    assert post(client, f"/r/{ana.link}/codes").headers["Location"].endswith("?done=renewed")
    db.session.rollback()
    first, second = db.session.scalars(select(Ticket).order_by(Ticket.id).execution_options(populate_existing=True))
    assert (first.id, first.replaced_at, first.replaced_by_id) == (old.id, AT, second.id)
    assert second.replaced_at is None
    assert len(letters("confirmed")) == 2


def test_the_ticket_comes_again_by_mail_but_not_without_end(client: FlaskClient, ana: Registration) -> None:
    answers = [post(client, f"/r/{ana.link}/letter").status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(letters("confirmed")) == 6


def test_a_lost_link_is_written_to_its_address_and_the_page_never_tells(client: FlaskClient, ana: Registration) -> None:
    known = post(client, "/events/fair/find", email="Ana@Example.jp")
    unknown = post(client, "/events/fair/find", email="sam@example.jp")
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert known.get_data() == unknown.get_data()
    (letter,) = letters("link_again")
    assert (letter.to_address, letter.facts) == ("ana@example.jp", {"registrations": [ana.id]})
    assert errors_on(post(client, "/events/fair/find", email="")) == ["Type the e-mail address."]
    more = [post(client, "/events/fair/find", email="ana@example.jp") for _ in range(3)]
    assert more[-1].status_code == 429
    assert 'value="ana@example.jp"' in more[-1].get_data(as_text=True)
    assert errors_on(more[-1]) == [
        "That was very often. Nothing is lost: wait an hour, then send it again, or ask the organiser."
    ]
    assert client.get("/events/none/find").status_code == 404


def test_everything_that_is_kept_can_be_taken_along(client: FlaskClient, ana: Registration) -> None:
    answer = client.get(f"/r/{ana.link}/my-data.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="fair-my-data.json"'
    assert "no-store" in answer.headers["Cache-Control"]
    told = json.loads(answer.get_data(as_text=True))
    assert told["registration"]["contact_name"] == "Ana 𠮷野"
    assert [(one["session"]["en"], one["state"]) for one in told["bookings"]] == [("Talk", "confirmed")]
    assert [one["kind"] for one in told["consents"]] == ["privacy"]
    assert [one["to"] for one in told["letters"]] == ["ana@example.jp"]


def test_nothing_that_tells_who_it_was_stays_and_every_figure_does(client: FlaskClient, ana: Registration) -> None:
    with transaction():
        db.session.get_one(Registration, ana.id).staff_note = "rang up: Ana 𠮷野"
    rows = {table.name: db.session.scalar(select(db.func.count()).select_from(table)) for table in tables()}
    assert client.get(f"/r/{ana.link}/erasure").status_code == 200
    assert post(client, f"/r/{ana.link}/erasure").status_code == 303
    assert anywhere("Ana 𠮷野") == anywhere("ana@example.jp") == []
    now_there = {table.name: db.session.scalar(select(db.func.count()).select_from(table)) for table in tables()}
    assert {name: number for name, number in now_there.items() if number != rows[name]} == {}
    assert promised() == 0
    page = client.get(f"/r/{ana.link}?lang=en")
    assert (page.status_code, "Your data are erased" in text_of(page)) == (200, True)
    assert post(client, f"/r/{ana.link}/erasure").status_code == 200
    assert again(ana).erased_at == AT


def tables() -> list[Any]:
    return list(Model.metadata.sorted_tables)


def anywhere(sought: str) -> list[str]:
    """Columns of the whole database in which this text stands."""
    db.session.rollback()
    escaped = json.dumps(sought)[1:-1]
    return [
        f"{table.name}.{column.name}"
        for table in tables()
        for column in table.c
        for text in (sought, escaped)
        if db.session.scalar(select(db.func.count()).where(cast(column, String).contains(text, autoescape=True)))
    ]


def test_the_search_for_what_stayed_would_find_it(ana: Registration) -> None:
    assert "registration.contact_name" in anywhere("Ana 𠮷野")


def test_an_address_is_confirmed_before_the_ticket_is_shown(
    app: Flask, client: FlaskClient, event: Event, make: Make
) -> None:
    app.extensions["uketsuke_settings"] = replace(app.extensions["uketsuke_settings"], mail_url="smtp://localhost:9")
    with transaction():
        db.session.get_one(Event, event.id).confirms_mail = True
    without = send(client, event, "?lang=en", email="")
    assert errors_on(without) == ["Type your e-mail address: the link to your ticket is sent there."]
    answer = send(client, event, sessions=["talk"], email="ana@example.jp")
    assert answer.headers["Location"] == "/events/fair/mail-sent"
    assert "Open the link in the e-mail" in text_of(client.get("/events/fair/mail-sent?lang=en"))
    made = db.session.scalars(select(Registration)).one()
    assert (promised(), [one.kind for one in db.session.scalars(select(Letter))]) == (1, ["received"])
    assert client.get(f"/r/{made.link}").headers["Location"] == f"/r/{made.link}/mail"
    assert client.get(f"/r/{made.link}/mail").status_code == 200
    assert post(client, f"/r/{made.link}/mail").headers["Location"].endswith("?done=mail")
    assert "Talk" in text_of(client.get(f"/r/{made.link}?lang=en"))
    send(client, event, sessions=["talk"], email="robot@example.jp")
    assert promised() == 2
    with frozen(AT + timedelta(hours=25)), transaction():
        assert drop_unconfirmed(AT + timedelta(hours=25)) == 1
    assert promised() == 1


def test_where_nobody_is_late_nothing_is_opened_to_write(
    event: Event, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make.registration(event, email="ana@example.jp")
    with transaction():
        ask_to_confirm(made, at=AT)
    opened: list[None] = []

    @contextmanager
    def counted() -> Iterator[None]:
        opened.append(None)
        with transaction():
            yield

    monkeypatch.setattr("registrations.operations.chores.transaction", counted)
    made_at = NOON - timedelta(days=30)
    assert (end_unconfirmed(made_at + timedelta(hours=23)), len(opened)) == (0, 0)
    assert (end_unconfirmed(made_at + timedelta(hours=25)), len(opened)) == (1, 1)
    assert (end_unconfirmed(made_at + timedelta(hours=26)), len(opened)) == (0, 1)


def test_one_address_is_good_for_so_many_registrations(client: FlaskClient, event: Event, ana: Registration) -> None:
    with transaction():
        db.session.get_one(Event, event.id).address_limit = 1
    refused = send(client, event, "?lang=en", email="ana@example.jp")
    assert (refused.status_code, len(errors_on(refused))) == (409, 1)
    assert "1 registrations at most for one e-mail address" in errors_on(refused)[0]
    with transaction():
        cancel(ana.id, at=AT)
    assert send(client, event, email="ana@example.jp").status_code == 303


def test_after_the_date_for_changes_one_can_only_cancel(client: FlaskClient, event: Event, ana: Registration) -> None:
    with transaction():
        db.session.get_one(Event, event.id).changes_close_at = AT - timedelta(hours=1)
    page = text_of(client.get(f"/r/{ana.link}?lang=en"))
    assert "The time for changes is over. You can still cancel." in page
    for path in ("change", "sessions/talk"):
        assert client.get(f"/r/{ana.link}/{path}").headers["Location"] == f"/r/{ana.link}"
    post(client, f"/r/{ana.link}/sessions/talk", **{"with-spectator": "0"})
    assert promised() == 1
    assert post(client, f"/r/{ana.link}/cancel").status_code == 303
    assert promised() == 0


def test_a_robot_that_fills_in_everything_is_told_so_and_a_person_goes_on(client: FlaskClient, event: Event) -> None:
    page = send(client, event, "?lang=en", homepage="https://example.jp")
    assert page.status_code == 422
    html = page.get_data(as_text=True)
    assert "A field that nobody sees was filled in" in html
    assert 'value="https://example.jp"' not in html
    again_sent = client.post("/events/fair/register", data={"key": key_on(page), **typed()})
    assert again_sent.status_code == 303


def test_a_form_sent_sooner_than_one_can_read_it_is_sent_again(
    client: FlaskClient, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registrations.views.traps.QUICKEST", timedelta(seconds=2))
    page = send(client, event, "?lang=en")
    assert (page.status_code, "That was very quick." in page.get_data(as_text=True)) == (422, True)
    with frozen(AT + timedelta(seconds=3)):
        assert client.post("/events/fair/register", data={"key": key_on(page), **typed()}).status_code == 303


@pytest.mark.parametrize("path", ["hand-over", "codes", "erasure", "mail", "agreement", "my-data.json"])
def test_sam_finds_nothing_behind_a_link_that_he_guesses(client: FlaskClient, ana: Registration, path: str) -> None:
    assert client.get(f"/r/not-a-link/{path}").status_code == 404
    assert client.post(f"/r/not-a-link/{path}").status_code == (405 if path.endswith("json") else 404)
    assert again(ana).contact_name == "Ana 𠮷野"
