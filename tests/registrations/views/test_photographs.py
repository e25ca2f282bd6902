"""Photographs: asked apart from the privacy notice, never required, taken back at the link, and known at the door."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, PrivacyNotice
from registrations.models import Consent, Registration
from registrations.rules import ConsentKind
from tests.make import NOON, Make, both
from tests.registrations.views.forms import send
from tests.registrations.views.test_groups import text_of

AT = NOON - timedelta(days=20)


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event(asks_photo=True)
    make.session(made, "talk", capacity=10)
    with transaction():
        text = both("広報に使います", "For our own paper")
        db.session.add(PrivacyNotice(event_id=made.id, kind="photo", number=3, text=text, created_at=NOON))
    return make.release(made)


def answers() -> list[tuple[bool, bool, int | None]]:
    """Given, ended, version: every answer about photographs."""
    db.session.rollback()
    found = db.session.execute(
        db.select(Consent.given, Consent.withdrawn_at, PrivacyNotice.number)
        .join(PrivacyNotice, PrivacyNotice.id == Consent.notice_id)
        .where(Consent.kind == ConsentKind.PHOTO)
        .order_by(Consent.id)
    )
    return [(given, ended is not None, number) for given, ended, number in found]


def only() -> Registration:
    db.session.rollback()
    found: Registration = db.session.scalars(db.select(Registration)).one()
    return found


@pytest.mark.parametrize(("ticked", "no_photo"), [({"photo": "y"}, False), ({}, True)])
def test_a_tick_agrees_and_none_is_a_no(
    client: FlaskClient, event: Event, ticked: dict[str, str], no_photo: bool
) -> None:
    assert "For our own paper" in text_of(client.get("/events/fair/register?lang=en"))
    assert send(client, event, **ticked).status_code == 303
    assert (only().no_photo, answers()) == (no_photo, [(not no_photo, False, 3)])


def test_an_answer_is_changed_at_the_link_and_the_one_before_is_kept(client: FlaskClient, event: Event) -> None:
    send(client, event, photo="y")
    link = only().link
    assert "Photographs are all right" in text_of(client.get(f"/r/{link}?lang=en"))
    notice = db.session.scalars(db.select(PrivacyNotice.id).filter_by(kind="photo")).one()
    agreed = {"given": "1", "notice": str(notice)}
    for data, expected in (({}, True), ({}, True), (agreed, False)):
        assert client.post(f"/r/{link}/photo", data=data).status_code == 303
        assert only().no_photo is expected
    assert answers() == [(True, True, 3), (False, True, 3), (True, False, 3)]
    assert client.post("/r/not-a-link/photo").status_code == 404


def test_only_the_text_that_stood_on_the_page_is_agreed_to(client: FlaskClient, event: Event) -> None:
    send(client, event)
    link, page = only().link, client.get(f"/r/{only().link}").get_data(as_text=True)
    stood = re.search(r'name="notice" value="(\d+)"', page)
    assert stood
    with transaction():
        text = both("新しい文", "A newer text")
        db.session.add(PrivacyNotice(event_id=event.id, kind="photo", number=4, text=text, created_at=NOON))
    answer = client.post(f"/r/{link}/photo", data={"given": "1", "notice": stood[1]})
    assert answer.location == f"/r/{link}?done=reread"
    told = text_of(client.get(f"{answer.location}&lang=en"))
    assert "The text about photographs has changed meanwhile" in told
    assert "A newer text" in told
    assert answers() == [(False, False, 3)]


def test_what_was_agreed_to_stands_at_the_link_with_version_and_day(client: FlaskClient, event: Event) -> None:
    send(client, event, photo="y")
    told = text_of(client.get(f"/r/{only().link}?lang=en"))
    assert "How we use your data Version 1 of the text, Sun 13 Sep" in told
    assert "Photographs may be taken and published Version 3 of the text, Sun 13 Sep" in told
    client.post(f"/r/{only().link}/photo")
    told = text_of(client.get(f"/r/{only().link}?lang=en"))
    assert "No photographs, please Version 3 of the text, Sun 13 Sep" in told
    assert "may be taken" not in told


def test_an_event_that_does_not_ask_neither_shows_nor_keeps_anything(client: FlaskClient, make: Make) -> None:
    event = make.release(make.event("plain"))
    assert "hotograph" not in client.get("/events/plain/register?lang=en").get_data(as_text=True)
    send(client, event, photo="y")
    assert (only().no_photo, answers()) == (False, [])
    client.post(f"/r/{only().link}/photo", data={"given": "1"})
    assert answers() == []


def test_the_privacy_notice_that_is_agreed_to_is_never_the_one_about_photographs(
    client: FlaskClient, event: Event
) -> None:
    send(client, event)
    kinds = db.session.scalars(
        db.select(PrivacyNotice.kind)
        .join(Consent, Consent.notice_id == PrivacyNotice.id)
        .where(Consent.kind == ConsentKind.PRIVACY)
    )
    assert list(kinds) == ["privacy"]
    assert "For our own paper" not in client.get("/events/fair/privacy?lang=en").get_data(as_text=True)
