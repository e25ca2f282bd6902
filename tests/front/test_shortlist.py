"""A list of sessions that lives in its address, and one step from it to a registration form with them ticked."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession, SessionPlaces
from tests.front.test_views import words
from tests.make import NOON, Make
from tests.programme.files import publish, session, small
from tests.statements import noted

LIST = "/events/walk/shortlist"
STANDINGS = {
    "open": "You can register for it.",
    "also": "You can register for it.",
    "later": "You can register for it.",
    "free": "It needs no registration: just come.",
    "full": "All places are booked. You can join the waiting list.",
    "staff": "It is for staff and partners only.",
    "off": "It does not take place.",
    "over": "It is over.",
    "draw": "It cannot be booked here now.",
}


@pytest.fixture(autouse=True)
def _on_the_third_of_october() -> Iterator[None]:
    with frozen(NOON):
        yield


@pytest.fixture(autouse=True)
def _published(make: Make) -> None:
    document = small()
    document["sessions"] = [
        session("open", "2026-10-03T13:00", "2026-10-03T14:00", admission="booking_only"),
        session("also", "2026-10-03T13:30", "2026-10-03T14:30", admission="booking_and_walk_in"),
        session("later", "2026-10-03T14:30", "2026-10-03T15:00", admission="booking_only"),
        session("free", "2026-10-03T15:00", "2026-10-03T16:00"),
        session("full", "2026-10-03T16:00", "2026-10-03T17:00", admission="booking_only", capacity=1),
        session("staff", "2026-10-03T17:00", "2026-10-03T18:00", admission="closed"),
        session("off", "2026-10-03T13:00", "2026-10-03T14:00", admission="booking_only", status="cancelled"),
        session("over", "2026-10-03T09:00", "2026-10-03T10:00", admission="booking_only"),
        session("draw", "2026-10-03T18:00", "2026-10-03T19:00", admission="lottery"),
    ]
    publish(make.host(), document)
    with transaction():
        full = db.session.scalars(db.select(EventSession).filter_by(code="full")).one()
        db.session.get_one(SessionPlaces, full.id).promised = 1


def shown(client: FlaskClient, *codes: str, language: str = "en") -> str:
    return client.get(LIST, query_string={"s": list(codes), "lang": language}).text


def items(page: str) -> dict[str, str]:
    """Each session of the list with the text below it."""
    parts = re.split(r'<article class="session-card">', page)[1:]
    return {re.findall(r"sessions/(\w+)\"", one)[0]: words(f"<main>{one}</main>") for one in parts}


def register_link(page: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in re.findall(r'href="(/events/walk/register\?[^"]*)"', page)]


def test_each_session_says_what_there_is_to_do(client: FlaskClient) -> None:
    found = items(shown(client, *STANDINGS))
    assert {code: [text for text in set(STANDINGS.values()) if text in found[code]] for code in STANDINGS} == {
        code: [text] for code, text in STANDINGS.items()
    }


def test_one_button_registers_for_those_that_can_be_booked(client: FlaskClient) -> None:
    page = shown(client, *STANDINGS)
    assert "Register for 3 sessions" in page
    (address,) = register_link(page)
    assert address == "/events/walk/register?session=open&session=also&session=later&lang=en"
    form = client.get(address).text
    ticked = re.findall(r'<input type="checkbox"[^>]*name="sessions" value="(\w+)" checked', form)
    assert ticked == ["open", "also", "later"]


def test_nothing_to_book_offers_no_registration(client: FlaskClient) -> None:
    assert register_link(shown(client, "free", "full", "over")) == []


def test_one_session_to_book_leads_to_its_short_form(client: FlaskClient) -> None:
    (address,) = register_link(shown(client, "open", "free"))
    form = client.get(address).text
    assert '<input type="hidden" name="sessions" value="open">' in form


def test_what_fills_up_meanwhile_is_named_on_the_form(client: FlaskClient) -> None:
    page = words(client.get("/events/walk/register?session=open&session=full&session=none&lang=en").text)
    assert "“Talk full” cannot be booked" in page
    assert page.count("cannot be booked") == 1


def test_a_form_with_several_sessions_keeps_what_was_typed(client: FlaskClient) -> None:
    address = "/events/walk/register?session=open&session=later&lang=en"
    key = re.findall(r'name="key"[^>]*value="([^"]+)"', client.get(address).text)[0]
    typed = {"key": key, "sessions": ["later"], "name": "Ana"}
    response = client.post(address, data=typed)
    assert response.status_code == 422
    assert re.findall(r'name="sessions" value="(\w+)" checked', response.text) == ["later"]


def test_sessions_at_the_same_time_are_said_on_both_and_touching_ones_are_not(client: FlaskClient) -> None:
    page = shown(client, "open", "also", "later", "off")
    found = items(page)
    assert "Some of these are at the same time" in page
    assert ["At the same time" in found[code] for code in ("open", "also", "later", "off")] == [
        True,
        True,
        False,
        False,
    ]
    assert "At the same time: Talk also" in found["open"]
    assert "Some of these are at the same time" not in shown(client, "open", "later")


def test_what_needs_no_registration_clashes_without_a_warning_about_registering(
    client: FlaskClient, make: Make
) -> None:
    document = small("talks")
    document["sessions"] = [
        session("open", "2026-10-03T13:00", "2026-10-03T14:00", admission="booking_only"),
        session("free", "2026-10-03T13:00", "2026-10-03T14:00"),
    ]
    publish(make.host("other"), document)
    page = client.get("/events/talks/shortlist?s=open&s=free&lang=en").text
    assert ("Some of these" in page, "At the same time" in items(page)["free"]) == (False, True)


def test_each_session_can_be_taken_from_the_list_by_a_link(client: FlaskClient) -> None:
    page = shown(client, "open", "free").replace("&amp;", "&")
    assert f'href="{LIST}?s=free&lang=en" data-remove="open"' in page
    assert f'href="{LIST}?s=open&lang=en" data-remove="free"' in page
    assert 'href="/events/walk/timetable?s=open&s=free&lang=en"' in page


def test_the_list_stands_in_order_of_time_each_session_once(client: FlaskClient) -> None:
    assert list(items(shown(client, "later", "open", "later"))) == ["open", "later"]


def test_what_the_programme_does_not_hold_is_counted_and_never_shown(client: FlaskClient) -> None:
    page = shown(client, "open", "<script>alert(1)</script>", "nothing")
    assert "2 sessions of this list are not in the programme any more." in page
    assert "alert(1)</script>" not in page.split("<main")[1]


def test_an_empty_list_says_how_to_fill_it(client: FlaskClient) -> None:
    assert "Nothing is on your list yet" in client.get(f"{LIST}?lang=en").text


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_the_list_is_kept_by_its_reader_without_cookie_or_token(client: FlaskClient, language: str) -> None:
    first = client.get(LIST, query_string={"s": list(STANDINGS), "lang": language})
    again = client.get(
        LIST, query_string={"s": list(STANDINGS), "lang": language}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (first.status_code, again.status_code) == (200, 304)
    assert "Set-Cookie" not in first.headers
    assert "csrf" not in first.text
    assert "《" not in first.text


def test_a_list_of_a_draft_or_of_no_event_is_not_there(client: FlaskClient, make: Make) -> None:
    draft = small("hidden", status="draft")
    event = publish(make.host("other"), draft)
    for browser in (client, make.signed_in(make.olga(event))):
        assert [browser.get(f"/events/{slug}/shortlist").status_code for slug in ("hidden", "never")] == [404, 404]


def test_a_longer_list_asks_the_database_no_more(client: FlaskClient) -> None:
    shown(client, "open")
    counts = []
    for codes in (["open"], list(STANDINGS)):
        with noted() as statements:
            shown(client, *codes)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 3


def boxes(page: str) -> dict[str, bool]:
    found: list[tuple[str, str]] = re.findall(r'<input type="checkbox" name="s"( checked)? value="(\w+)">', page)
    return {code: bool(checked) for checked, code in found}


def test_the_timetable_has_a_star_for_each_session_that_takes_place_and_keeps_what_the_address_marks(
    client: FlaskClient,
) -> None:
    page = client.get("/events/walk/timetable?s=open&s=nothing&lang=en").text
    assert boxes(page) == {code: code == "open" for code in boxes(page)}
    assert set(boxes(page)) == set(STANDINGS) - {"off"}
    assert boxes(client.get("/events/walk/timetable?lang=en").text)["open"] is False


def test_what_a_choice_hides_stays_marked(client: FlaskClient) -> None:
    page = client.get("/events/walk/timetable?q=later&s=open&s=later&lang=en").text
    marking = page.split('<form class="marking"')[1]
    assert '<input type="hidden" name="s" value="open">' in marking
    assert boxes(marking) == {"later": True}
    assert page.split('<form class="marking"')[0].count('name="s"') == 2


def test_a_session_page_puts_its_session_on_a_list(client: FlaskClient) -> None:
    assert f'href="{LIST}?s=open&amp;lang=en"' in client.get("/events/walk/sessions/open?lang=en").text
    assert LIST not in client.get("/events/walk/sessions/off?lang=en").text


def test_an_event_that_is_over_has_no_stars(client: FlaskClient) -> None:
    with frozen(NOON.replace(month=11)):
        assert boxes(client.get("/events/walk/timetable").text) == {}
        assert LIST not in client.get("/events/walk/sessions/open").text


def test_a_very_long_list_is_cut_and_answered(client: FlaskClient) -> None:
    query: dict[str, Any] = {"s": [f"x{number}" for number in range(500)], "lang": "en"}
    assert "100 sessions of this list" in client.get(LIST, query_string=query).text
