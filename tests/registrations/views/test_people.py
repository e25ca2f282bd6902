"""The pages of names and tickets: naming, a ticket each, one who does not come, one more; the papers that follow; and
what Sam gets."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.test import TestResponse

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession
from registrations.models import Attendee, PartyNumber, Registration, Ticket
from registrations.queries.people import people_of
from registrations.rules import PartyKind
from tests.make import NOON, Make, both
from tests.registrations.test_letters import arrived, composed, text_of
from tests.registrations.views.forms import errors_on

AT = NOON - timedelta(days=20)
FAMILY = {"spectator": 2, "student": 2}
TYPED = {
    "name-spectator-0": "Ana", "name-spectator-1": "Ben", "name-student-0": "Cleo", "name-student-1": "Dan",
    "reading-student-0": "クレオ",
}  # fmt: skip


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event()
    make.session(made, "talk", capacity=10, title=both("講演", "Talk"))
    make.session(made, "walk", starts_at=NOON + timedelta(hours=3), title=both("散歩", "Walk"))
    return make.release(made)


@pytest.fixture
def family(event: Event, make: Make) -> Registration:
    sessions = db.session.scalars(db.select(EventSession)).all()
    return make.registration(event, *sessions, at=AT, numbers=FAMILY, email="ana@example.jp", language="en")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def version(registration: Registration) -> str:
    db.session.rollback()
    return str(db.session.get_one(Registration, registration.id, populate_existing=True).version)


def page(client: FlaskClient, registration: Registration, path: str = "") -> TestResponse:
    return client.get(f"/r/{registration.link}{path}?lang=en")


def post(client: FlaskClient, registration: Registration, path: str, **typed: Any) -> TestResponse:
    data = {"version": version(registration), **typed}
    return client.post(f"/r/{registration.link}/people{path}?lang=en", data=data)


def name(client: FlaskClient, registration: Registration, **given: str) -> TestResponse:
    return post(client, registration, "", **TYPED, **given)


def split(client: FlaskClient, registration: Registration) -> None:
    assert name(client, registration).status_code == 303
    assert post(client, registration, "/tickets", each="1").status_code == 303


def one(registration: Registration, called: str) -> str:
    db.session.rollback()
    return next(str(who.uuid) for who in people_of(registration.id) if who.name == called)


def names_of(registration: Registration) -> list[str | None]:
    db.session.rollback()
    return [who.name for who in people_of(registration.id)]


def text(response: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def codes_on(response: TestResponse) -> list[str]:
    return re.findall(r'src="/t/([A-Z2-7]{26})/qr\.svg"', response.get_data(as_text=True))


def test_a_family_names_its_people_and_gets_a_ticket_each(client: FlaskClient, family: Registration) -> None:
    assert len(codes_on(page(client, family))) == 1
    saved = name(client, family)
    assert saved.location == f"/r/{family.link}/people?done=named"
    shown = page(client, family, "/people").get_data(as_text=True)
    assert ('value="Cleo"' in shown, 'value="クレオ"' in shown, "Give everybody a ticket" in shown) == (
        True,
        True,
        True,
    )
    assert post(client, family, "/tickets", each="1").location == f"/r/{family.link}/people?done=each"
    link = page(client, family)
    assert len(codes_on(link)) == 4
    assert re.findall(r'ticket-name"><bdi>(\w+)', link.get_data(as_text=True)) == ["Ana", "Ben", "Cleo", "Dan"]
    post(client, family, "/tickets", each="0")
    assert len(codes_on(page(client, family))) == 1


def test_not_everybody_named_no_ticket_each(client: FlaskClient, family: Registration) -> None:
    assert "Give everybody a ticket" not in text(page(client, family, "/people"))
    refused = post(client, family, "/tickets", each="1")
    assert (refused.status_code, errors_on(refused)) == (
        409,
        ["Everybody needs a name or a nickname for a ticket of their own."],
    )


def test_what_is_typed_wrong_stays_and_is_told(client: FlaskClient, family: Registration) -> None:
    typed = {
        "name-spectator-0": "x" * 201,
        "name-student-1": "Dan",
        "reading-student-1": "太郎",
        "reading-student-0": "か",
    }
    refused = post(client, family, "", **typed)
    assert (refused.status_code, errors_on(refused)) == (
        422,
        [
            "The name has 201 characters. Use at most 200.",
            "Type a name or a nickname.",
            "Write the reading in kana, without kanji.",
        ],
    )
    assert 'value="太郎"' in refused.get_data(as_text=True)
    assert names_of(family) == []


def test_a_page_of_before_is_refused_with_what_was_typed(client: FlaskClient, family: Registration) -> None:
    old = version(family)
    name(client, family)
    refused = post(client, family, "", **{**TYPED, "name-student-1": "Daniel", "version": old})
    assert refused.status_code == 409
    assert errors_on(refused) == [
        "The registration was changed in another window meanwhile. Check below and send it again."
    ]
    assert 'value="Daniel"' in refused.get_data(as_text=True)
    assert names_of(family) == ["Ana", "Ben", "Cleo", "Dan"]


def test_with_a_ticket_each_no_name_may_be_missing(client: FlaskClient, family: Registration) -> None:
    split(client, family)
    refused = post(client, family, "", **{**TYPED, "name-student-1": ""})
    assert (refused.status_code, errors_on(refused)) == (422, ["Type a name or a nickname."])


def test_one_person_is_dropped_after_a_question(client: FlaskClient, family: Registration) -> None:
    split(client, family)
    where = f"/people/{one(family, 'Dan')}/drop"
    asked = text(page(client, family, where))
    assert ("Dan" in asked, "The places of this person go to others" in asked) == (True, True)
    dropped = client.post(f"/r/{family.link}{where}")
    assert dropped.location == f"/r/{family.link}/people?done=dropped"
    assert names_of(family) == ["Ana", "Ben", "Cleo"]
    assert len(codes_on(page(client, family))) == 3
    assert client.post(f"/r/{family.link}{where}").location == f"/r/{family.link}/people"
    assert page(client, family, where).status_code == 404


def test_the_page_of_a_dropped_persons_ticket_says_that_it_ended(client: FlaskClient, family: Registration) -> None:
    split(client, family)
    code = db.session.scalars(
        db.select(Ticket.code).join(Attendee, Attendee.id == Ticket.attendee_id).where(Attendee.name == "Dan")
    ).one()
    client.post(f"/r/{family.link}/people/{one(family, 'Dan')}/drop")
    shown = text(client.get(f"/t/{code}?lang=en"))
    assert ("no longer valid" in shown, "replaced by a newer one" in shown) == (True, False)


def test_one_more_person_comes_by_name(client: FlaskClient, family: Registration) -> None:
    split(client, family)
    more = {"more-category": "student", "more-name": "Eve", "more-sessions": "y", "more-version": version(family)}
    assert post(client, family, "/more", **more).location == f"/r/{family.link}/people?done=joined"
    assert names_of(family) == ["Ana", "Ben", "Cleo", "Dan", "Eve"]
    assert sum(db.session.scalars(db.select(PartyNumber.number))) == 5
    refused = post(client, family, "/more", **{**more, "more-version": version(family), "more-name": " "})
    assert (refused.status_code, errors_on(refused)) == (422, ["Type your name or a nickname."])


def test_somebody_who_finds_no_place_is_told_which_session_is_full(
    client: FlaskClient, make: Make, event: Event, family: Registration
) -> None:
    talk = db.session.scalars(db.select(EventSession).filter_by(code="talk")).one()
    make.registration(event, talk, at=AT, numbers={"spectator": 6})
    more = {"more-category": "student", "more-name": "Eve", "more-sessions": "y", "more-version": version(family)}
    refused = post(client, family, "/more", **more)
    assert (refused.status_code, errors_on(refused)) == (
        409,
        ["No place is left here: “Talk”. Untick that they come to the sessions too."],
    )
    assert 'value="Eve"' in refused.get_data(as_text=True)


def test_who_comes_to_a_session_is_chosen_by_name(client: FlaskClient, family: Registration) -> None:
    split(client, family)
    here = f"/r/{family.link}/sessions/walk"
    assert 'name="who"' in client.get(here).get_data(as_text=True)
    ana, cleo = one(family, "Ana"), one(family, "Cleo")
    assert client.post(here, data={"by": "names", "who": [ana, cleo]}).status_code == 303
    shown = client.get(here).get_data(as_text=True)
    assert re.findall(r'value="([0-9a-f-]{36})" checked', shown) == [ana, cleo]
    stale = client.post(f"{here}?lang=en", data={"by": "numbers", "with-spectator": "1"})
    assert stale.status_code == 409
    assert re.findall(r'value="([0-9a-f-]{36})" checked', stale.get_data(as_text=True)) == [ana, cleo]


def test_a_page_by_name_is_refused_once_there_is_one_ticket_for_all(client: FlaskClient, family: Registration) -> None:
    split(client, family)
    ana = one(family, "Ana")
    post(client, family, "/tickets", each="0")
    here = f"/r/{family.link}/sessions/walk?lang=en"
    assert client.post(here, data={"by": "names", "who": [ana]}).status_code == 409


def test_the_change_page_asks_for_no_numbers_while_each_has_a_ticket(client: FlaskClient, family: Registration) -> None:
    split(client, family)
    asked = page(client, family, "/change").get_data(as_text=True)
    assert ('name="with-student"' in asked, "Add or drop people by name" in asked) == (False, True)
    typed = {
        "name": "Ana",
        "email": "ana@example.jp",
        "language": "en",
        "sessions": ["walk"],
        "version": version(family),
    }
    assert client.post(f"/r/{family.link}/change", data=typed).status_code == 303
    assert len(codes_on(page(client, family))) == 4
    booked = text(page(client, family))
    assert ("Walk" in booked, "Talk" in booked) == (True, False)


def test_numbers_below_the_names_are_explained(client: FlaskClient, family: Registration) -> None:
    name(client, family)
    typed = {
        "name": "Ana", "email": "ana@example.jp", "language": "en", "sessions": ["walk"], "version": version(family),
        "with-spectator": "2", "with-student": "1",
    }  # fmt: skip
    refused = client.post(f"/r/{family.link}/change?lang=en", data=typed)
    assert (refused.status_code, errors_on(refused)) == (
        409,
        ["More people have names than would come. Drop somebody by name instead."],
    )


def test_four_pages_and_four_codes_with_each_persons_own_sessions(client: FlaskClient, family: Registration) -> None:
    split(client, family)
    client.post(f"/r/{family.link}/sessions/walk", data={"by": "names", "who": [one(family, "Ana")]})
    paper = PdfReader(BytesIO(client.get(f"/r/{family.link}/ticket.pdf?lang=en").data))
    sheets = [sheet.extract_text() for sheet in paper.pages]
    found = [
        (next(who for who in ("Ana", "Ben", "Cleo", "Dan") if who in sheet), "Talk" in sheet, "Walk" in sheet)
        for sheet in sheets
    ]
    assert found == [("Ana", True, True), ("Ben", True, False), ("Cleo", True, False), ("Dan", True, False)]
    ben = codes_on(page(client, family))[1]
    shown = text(client.get(f"/t/{ben}?lang=en"))
    assert ("Ben" in shown, "Talk" in shown, "Walk" in shown) == (False, True, False)
    alone = PdfReader(BytesIO(client.get(f"/t/{ben}/ticket.pdf?lang=en").data))
    assert (len(alone.pages), "Walk" in alone.pages[0].extract_text()) == (1, False)


def test_the_letter_shows_a_code_for_each_with_the_name(app: Flask, client: FlaskClient, family: Registration) -> None:
    split(client, family)
    letter = composed(app)[-1]
    assert letter
    html = text_of(arrived(letter), "html")
    assert re.findall(r"<bdi>(\w+)</bdi></p>", html) == ["Ana", "Ben", "Cleo", "Dan"]
    assert re.findall(r'src="cid:([\w-]+)"', html) == ["ticket", "ticket-2", "ticket-3", "ticket-4"]
    kinds = [part.get_content_type() for part in letter.walk()]
    assert (kinds.count("image/png"), kinds.count("application/pdf")) == (4, 1)


def test_my_data_says_who_was_named_and_who_left(client: FlaskClient, family: Registration) -> None:
    split(client, family)
    client.post(f"/r/{family.link}/people/{one(family, 'Dan')}/drop")
    kept = json.loads(page(client, family, "/my-data.json").data)
    assert [(who["name"], who["category"]["en"], bool(who["left_at"])) for who in kept["named_people"]] == [
        ("Ana", "spectator", False),
        ("Ben", "spectator", False),
        ("Cleo", "student", False),
        ("Dan", "student", True),
    ]
    assert [len(who["ticket_number"]) for who in kept["named_people"]] == [7, 7, 7, 7]


def test_sam_finds_nothing(client: FlaskClient, family: Registration, make: Make, event: Event) -> None:
    other = make.registration(event, at=AT, numbers=FAMILY)
    name(client, other)
    paths = ["/people", f"/people/{one(other, 'Dan')}/drop", "/people/more", "/people/tickets"]
    assert {client.post(f"/r/{'x' * 32}{where}").status_code for where in paths} == {404}
    assert client.get(f"/r/{'x' * 32}/people").status_code == 404
    assert client.get(f"/r/{family.link}/people/{one(other, 'Dan')}/drop").status_code == 404
    client.post(f"/r/{family.link}/people/{one(other, 'Dan')}/drop")
    assert names_of(other) == ["Ana", "Ben", "Cleo", "Dan"]


def test_who_cannot_change_anything_names_nobody_either(
    client: FlaskClient, make: Make, event: Event, family: Registration
) -> None:
    pupils = make.registration(event, at=AT, numbers={"student": 30}, kind=PartyKind.CLASS)
    alone = make.registration(event, at=AT)
    with transaction():
        db.session.get_one(Event, event.id).changes_close_at = AT
    for registration in (pupils, alone, family):
        assert page(client, registration, "/people").location == f"/r/{registration.link}"
        assert name(client, registration).location == f"/r/{registration.link}"
    assert names_of(family) == []
