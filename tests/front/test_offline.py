"""The copy that a visitor's browser keeps: what belongs to it is public, whole and listed; nothing else is in reach."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import transaction
from app.front.views.offline import MOST_SESSIONS
from app.programme.rules import EventStatus
from tests.make import NOON, Make, both
from tests.programme.files import demo, publish, session, small
from tests.statements import noted
from tests.strict import read

LIST, WORKER = "/events/walk/offline.json", "/events/walk/offline.js"
OWN = (LIST, WORKER, "/events/walk/offline", "/events/walk/offline/marked")


@pytest.fixture(autouse=True)
def _on_the_third_of_october() -> Iterator[None]:
    with frozen(NOON):
        yield


def the_version(client: FlaskClient, path: str = "/events/walk/") -> str:
    """What a page of the event says that it belongs to."""
    found = re.search('data-copy="([0-9a-f]+)"', client.get(path).text)
    assert found
    return found[1]


def test_the_list_names_the_programme_and_all_that_its_pages_show(client: FlaskClient, make: Make) -> None:
    publish(make.host(), demo("practice"))
    listed = client.get("/events/practice/offline.json").get_json()
    here = "/events/practice/"
    document = demo("practice")
    assert set(listed["pages"]) == {
        here,
        *(here + one for one in ("timetable", "offline", "offline/marked")),
        *(f"{here}venues/{one['slug']}" for one in document["venues"]),
        *(f"{here}sessions/{one['code']}" for one in document["sessions"]),
    }
    needed = set()
    for path in listed["pages"]:
        tree, faults = read(client.get(path).text)
        assert faults == []
        needed |= {one.get("href") for one in tree.iter("link") if one.get("rel") != "canonical"}
        needed |= {one.get("src") for tag in ("script", "img") for one in tree.iter(tag)}
    assert needed == set(listed["files"])
    for path in listed["files"]:
        with client.get(path) as response:
            assert response.status_code == 200
            assert response.headers["Cache-Control"].startswith("public, max-age=")
            if path.endswith(".css"):
                assert b"url(" not in response.data


def test_everything_listed_is_for_everybody_and_sets_no_cookie(client: FlaskClient, make: Make) -> None:
    event = publish(make.host(), demo("practice"))
    listed = client.get("/events/practice/offline.json")
    assert listed.headers["Cache-Control"] == "public, no-cache"
    olga = make.signed_in(make.olga(event))
    for path in listed.get_json()["pages"]:
        theirs, hers = client.get(path), olga.get(path)
        assert theirs.status_code == 200
        assert theirs.headers["Cache-Control"] == "public, no-cache", path
        assert theirs.text == hers.text, path
        assert ["Set-Cookie" in one.headers for one in (theirs, hers, listed)] == [False] * 3


def test_the_worker_reaches_no_further_than_the_event(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    response = client.get(WORKER)
    assert response.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in response.headers
    assert response.headers["Cache-Control"] == "public, max-age=600"
    assert "worker-src 'self'" in response.headers["Content-Security-Policy"]
    page = client.get("/events/walk/timetable").text
    assert 'data-copy-scope="/events/walk/"' in page
    assert f'data-copy-worker="{WORKER}"' in page


@pytest.mark.parametrize("path", OWN)
def test_strangers_and_staff_get_404_for_drafts_and_events_without_a_release(
    client: FlaskClient, make: Make, path: str
) -> None:
    document = small(status="draft")
    event = publish(make.host(), document)
    for browser in (client, make.signed_in(make.olga(event))):
        assert browser.get(path).status_code == 404
        assert browser.get(path.replace("walk", "never-was")).status_code == 404


def test_once_the_event_is_over_only_the_worker_is_left_to_clear_up(client: FlaskClient, make: Make) -> None:
    event = publish(make.host(), small())
    until = datetime.fromisoformat(client.get(LIST).get_json()["until"])
    assert until.isoformat() == "2026-10-03T19:00:00+00:00"  # four in the morning in Tokyo
    assert [client.get(one).status_code for one in OWN] == [200] * 4
    for seconds, found in ((-1, [200] * 4), (0, [404, 200, 404, 404])):
        with frozen(until + timedelta(seconds=seconds)):
            assert [client.get(one).status_code for one in OWN] == found
    with transaction():
        event.status = EventStatus.CLOSED
    assert [client.get(one).status_code for one in OWN] == [404, 200, 404, 404]
    page = client.get("/events/walk/timetable").text
    assert ('data-copy-over="/events/walk/"' in page, "data-copy=" in page) == (True, False)


def test_another_release_language_or_size_is_another_version_and_a_booking_is_not(
    client: FlaskClient, make: Make
) -> None:
    host = make.host()
    publish(host, small())
    versions = [the_version(client, f"/events/walk/{one}?lang=ja") for one in ("", "timetable", "sessions/walk")]
    assert versions == [client.get(f"{LIST}?lang=ja").get_json()["version"]] * 3
    other = [client.get(f"{LIST}?lang=en").get_json()["version"]]
    client.set_cookie("uketsuke_display", "ja.large.standard")
    other.append(client.get(LIST).get_json()["version"])
    client.delete_cookie("uketsuke_display")
    document = small()
    document["sessions"][0]["title"] = both("別の題", "Another title")
    publish(host, document)
    other.append(the_version(client, "/events/walk/?lang=ja"))
    assert len({*versions, *other}) == 4


def test_a_very_long_programme_is_kept_in_part_what_comes_first(client: FlaskClient, make: Make) -> None:
    document = small()
    over = session("over", "2026-10-03T01:00", "2026-10-03T02:00")
    many = [session(f"s{n:03}", "2026-10-03T15:00", "2026-10-03T16:00") for n in range(MOST_SESSIONS)]
    document["sessions"] = [over, *many]
    publish(make.host(), document)
    with noted() as statements:
        pages = client.get(LIST).get_json()["pages"]
    assert [one for one in pages if "/sessions/" in one] == [
        f"/events/walk/sessions/s{n:03}" for n in range(MOST_SESSIONS)
    ]
    assert len(statements) <= 4


def test_the_note_names_the_day_that_the_page_was_made_on(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    page = client.get("/events/walk/timetable?lang=en").text
    assert "this is the programme as of <time data-copy-clock></time> on Sat 3 Oct." in page
    assert 'data-copy-zone="Asia/Tokyo"' in page
    easy = client.get("/events/walk/timetable?lang=ja-easy").text
    assert "<rt>みっか</rt>" in easy


def test_what_is_told_once_is_not_spent_on_a_script(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    path = "/events/walk/timetable"
    with client.session_transaction() as told:
        told["_flashes"] = [("success", "Only for you.")]
    quiet = client.get(path, headers={"Sec-Fetch-Mode": "cors"})
    assert (quiet.status_code, quiet.headers["Cache-Control"], quiet.data) == (204, "no-store", b"")
    read_by_a_person = client.get(path, headers={"Sec-Fetch-Mode": "navigate"})
    assert "Only for you." in read_by_a_person.text
    assert read_by_a_person.headers["Cache-Control"] == "no-store"


def test_the_frame_of_other_sites_has_nothing_to_do_with_it(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    assert "data-copy" not in client.get("/events/walk/embed").text


def test_anybody_can_read_what_is_kept_and_how_to_be_rid_of_it(client: FlaskClient) -> None:
    page = client.get("/on-this-device?lang=en").text
    assert "What this site keeps on your device" in page
    assert "data-throw-away" in page
    assert 'href="/on-this-device"' in client.get("/").text
