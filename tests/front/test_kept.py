"""What a public page keeps from one reader to the next is never another's, and never older than the moment."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import SessionPlaces
from app.programme.rules import EventStatus
from tests.front.test_views import opened
from tests.make import NOON, Make
from tests.programme.files import publish, session, small
from tests.statements import noted

PATH = "/events/walk/timetable"


@pytest.fixture(autouse=True)
def _on_the_third_of_october() -> Iterator[None]:
    with frozen(NOON):
        yield


def one_session(**given: str) -> dict[str, object]:
    document = small()
    document["sessions"] = [
        session("talk", "2026-10-03T13:00", "2026-10-03T14:00", **{"admission": "booking_only", **given}),
    ]
    return document


def test_the_number_of_statements_is_the_same_for_ten_and_a_thousand_sessions(client: FlaskClient, make: Make) -> None:
    host, counts, sizes = make.host(), [], []
    for number in (10, 1000):
        document = small()
        document["sessions"] = [session(f"s{n}", "2026-10-03T10:00", "2026-10-03T11:00") for n in range(number)]
        publish(host, document)
        client.get(PATH)
        with noted() as statements:
            page = client.get(PATH, query_string={"lang": "en"}).text
        counts.append(len(statements))
        sizes.append(page.count("session-card"))
    assert sizes == [10, 1000]
    assert counts == [3, 3]


def test_the_timetable_says_at_once_what_places_are_left(client: FlaskClient, make: Make) -> None:
    publish(make.host(), one_session())
    found = []
    for promised in (0, 37, 40, 37, 0):
        with transaction():
            db.session.query(SessionPlaces).one().promised = promised
        shown = opened(client, PATH)
        found.append(next(word for word in ("余裕あり", "残りわずか（あと3席）", "満席") if word in shown))
    assert found == ["余裕あり", "残りわずか（あと3席）", "満席", "残りわずか（あと3席）", "余裕あり"]


def test_the_timetable_follows_the_clock_and_the_state_of_the_event(client: FlaskClient, make: Make) -> None:
    event = publish(make.host(), one_session())
    assert "余裕あり" in opened(client, PATH)
    with frozen(NOON.replace(hour=4, minute=30)):  # 13:30 in Tokyo
        assert "開催中" in opened(client, PATH)
    with frozen(NOON.replace(hour=5)):
        shown = opened(client, PATH)
        assert ("終了" in shown, "余裕あり" in shown) == (True, False)
    assert "余裕あり" in opened(client, PATH)
    with transaction():
        event.status = EventStatus.CLOSED
    assert "余裕あり" not in opened(client, PATH)


def test_registration_that_opens_later_is_seen_when_it_opens(client: FlaskClient, make: Make) -> None:
    document = one_session()
    document["event"]["registration"] = {"opens_at": "2026-10-03T12:30"}  # type: ignore[index]
    publish(make.host(), document)
    assert "受付終了" in opened(client, PATH)
    with frozen(NOON.replace(hour=3, minute=45)):
        assert "余裕あり" in opened(client, PATH)


def test_each_language_and_each_release_has_its_own_texts(client: FlaskClient, make: Make) -> None:
    host = make.host()
    publish(host, one_session())
    shown = [opened(client, PATH, language) for language in ("ja", "en", "ja-easy", "ja", "en")]
    assert ["講演 talk" in one for one in shown] == [True, False, True, True, False]
    assert shown[:2] == shown[3:]
    document = one_session()
    document["sessions"][0]["title"] = {"ja": "新しい題", "en": "A new title"}  # type: ignore[index]
    publish(host, document)
    assert "新しい題" in opened(client, PATH)
    assert "A new title" in opened(client, PATH, "en")


def test_a_choice_does_not_stay_for_the_next_reader(client: FlaskClient, make: Make) -> None:
    document = one_session()
    document["sessions"].append(session("walk", "2026-10-03T15:00", "2026-10-03T16:00"))  # type: ignore[attr-defined]
    publish(make.host(), document)
    assert "講演 talk" not in client.get(f"{PATH}?q=walk&lang=ja").text
    assert "講演 talk" in opened(client, PATH)


def test_what_comes_next_is_seen_by_who_holds_an_older_page(client: FlaskClient, make: Make) -> None:
    publish(make.host(), one_session())  # from 13:00 in Tokyo; what starts within eighteen hours comes next
    with frozen(NOON - timedelta(hours=18)):
        held = client.get("/events/walk/?lang=en")
    with frozen(NOON - timedelta(hours=16)):
        again = client.get("/events/walk/?lang=en", headers={"If-None-Match": held.headers["ETag"]})
    assert ("Now and next" in held.text, again.status_code, "Now and next" in again.text) == (False, 200, True)


def test_staff_see_the_very_page_that_strangers_see(client: FlaskClient, make: Make) -> None:
    event = publish(make.host(), one_session())
    olga = make.signed_in(make.olga(event))
    for path in (
        "/",
        "/events/walk/",
        PATH,
        f"{PATH}?s=talk",
        "/events/walk/shortlist?s=talk",
        "/events/walk/sessions/talk",
    ):
        theirs, hers = client.get(path), olga.get(path)
        assert (hers.text, hers.headers["ETag"]) == (theirs.text, theirs.headers["ETag"])
        assert [page.headers["Cache-Control"] for page in (theirs, hers)] == ["public, no-cache"] * 2
        assert ["Set-Cookie" in page.headers for page in (theirs, hers)] == [False, False]
        assert "csrf" not in hers.text


@pytest.mark.parametrize(
    "setting", ["en.standard.standard", "ja.large.standard", "ja.standard.dark", "ja-easy.standard.standard"]
)
def test_each_way_to_show_a_page_is_another_page(client: FlaskClient, make: Make, setting: str) -> None:
    publish(make.host(), one_session())
    client.set_cookie("uketsuke_display", "ja.standard.standard")
    plain = client.get(PATH).headers["ETag"]
    client.set_cookie("uketsuke_display", setting)
    assert client.get(PATH, headers={"If-None-Match": plain}).status_code == 200


def test_a_booking_that_changes_no_word_makes_no_new_page(client: FlaskClient, make: Make) -> None:
    publish(make.host(), one_session())
    tag = client.get(PATH).headers["ETag"]
    found = []
    for promised in (1, 37, 38):
        with transaction():
            db.session.query(SessionPlaces).one().promised = promised
        found.append(client.get(PATH, headers={"If-None-Match": tag}).status_code)
    assert found == [304, 200, 200]


@pytest.mark.parametrize("path", ["/sign-in", "/events/walk/register"])
def test_pages_with_a_form_to_send_are_kept_by_nobody_between(client: FlaskClient, make: Make, path: str) -> None:
    publish(make.host(), one_session())
    assert client.get(path).headers["Cache-Control"] in ("no-store", "private, no-cache")
