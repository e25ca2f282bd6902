"""Where there is room now: words and no numbers, the same for everybody, and honest about what is old or not known."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Device, DeviceContact
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, SessionPlaces
from app.programme.rules import AdmissionRule
from checkin.models import Gate
from tests.front.test_views import opened
from tests.make import NOON, Make
from tests.statements import noted

PATH = "/events/fair/room"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with frozen(NOON):
        yield


@pytest.fixture
def fair(make: Make) -> Event:
    """A talk with room, one nearly full, one full, one where nobody counts, and one for which one must have booked."""
    event = make.event("fair")
    for code, present, given in (
        ("roomy", 377, {}),
        ("nearly", 511, {}),
        ("full", 533, {}),
        ("uncounted", 0, {}),
        ("drawn", 377, {"admission": AdmissionRule.LOTTERY}),
    ):
        session = make.session(event, code, capacity=533, title={"ja": code, "en": code}, **given)
        with transaction():
            db.session.get_one(SessionPlaces, session.id).present = present
    make.session(event, "later", capacity=533, title={"ja": "later"}, starts_at=NOON + timedelta(hours=1))
    return make.release(event)


def test_it_says_in_words_where_there_is_room_and_shows_no_number(client: FlaskClient, fair: Event) -> None:
    shown = opened(client, PATH, "en")
    for code, word in (
        ("roomy", "There is room"),
        ("nearly", "Few places left"),
        ("full", "Full"),
        ("uncounted", "Not known"),
        ("drawn", "Only with a booking"),
        ("later", "There is room"),
    ):
        assert re.search(rf"\b{code} (On now|Next) [0-9: –]+ Hall Main room {word}", shown), (code, shown)
    for number in ("533", "377", "511", "156"):  # as a number, not in the middle of what names a version
        assert not re.search(rf"(?<![0-9a-f]){number}(?![0-9a-f])", client.get(PATH).get_data(as_text=True))


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_the_screen_on_the_wall_has_the_same_words_and_nothing_to_press(
    client: FlaskClient, fair: Event, language: str
) -> None:
    shown = client.get(PATH, query_string={"lang": language, "screen": "big"}).get_data(as_text=True)
    assert shown.count('class="room-line"') == 6
    assert re.findall(r"<a (?!class=\"skip\")", shown) == []


def test_nobody_s_page_is_asked_for_anew_within_ten_seconds(client: FlaskClient, fair: Event) -> None:
    first = client.get(PATH)
    assert first.headers["Cache-Control"] == "public, max-age=10"
    assert "Set-Cookie" not in first.headers
    assert client.get(PATH, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with transaction():
        places = db.session.scalars(db.select(SessionPlaces).filter_by(present=377)).first()
        assert places is not None
        places.present = 533
    assert client.get(PATH, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_it_says_when_the_doors_fell_silent(client: FlaskClient, fair: Event) -> None:
    gate = db.session.scalars(db.select(Gate)).first()
    assert gate is not None
    with transaction():
        device = Device(event_id=fair.id, name="Phone", token_hash=b"t", rights=["scan"], gate_id=gate.id,
                        created_at=NOON, expires_at=NOON + timedelta(1))  # fmt: skip
        db.session.add(device)
        db.session.flush()
        db.session.add(DeviceContact(device_id=device.id, last_seen_at=NOON - timedelta(minutes=21)))
    assert "These words are of 11:39." in opened(client, PATH, "en")
    with transaction():
        db.session.scalars(db.select(DeviceContact)).one().last_seen_at = NOON - timedelta(seconds=5)
    assert "These words are of" not in opened(client, PATH, "en")


def test_out_of_hours_nothing_is_on(client: FlaskClient, fair: Event) -> None:
    with frozen(NOON + timedelta(hours=9)):
        assert "Nothing is on now" in opened(client, PATH, "en")


def test_once_a_session_is_over_nothing_says_any_more_how_full_it_was(client: FlaskClient, fair: Event) -> None:
    """The published figures may hide what “full” or “few places left” would tell."""
    pages = (PATH, f"{PATH}?screen=big", "/events/fair/timetable", "/events/fair/sessions/full", "/events/fair/")
    words = ("Few places left", "There is room", "Places left", ">Full<")

    def said() -> set[str]:
        answers = [client.get(page, query_string={"lang": "en"} if "?" not in page else None) for page in pages]
        told = client.get("/api/v1/events/fair/availability").get_json()["availability"]
        shown = {word for one in answers for word in words if word in one.get_data(as_text=True)}
        return shown | {str(one["availability"]) for one in told}

    assert ">Full<" in said(), "while it is on"
    with frozen(NOON + timedelta(hours=9)):
        assert said() == {"None"}


def test_a_draft_is_not_there(client: FlaskClient, make: Make) -> None:
    make.event("hidden")
    assert client.get("/events/hidden/room").status_code == 404


def test_the_number_of_statements_does_not_grow(client: FlaskClient, make: Make) -> None:
    event, counts = make.event("fair"), []
    for number in (1, 6):
        for _ in range(number):
            make.session(event, capacity=20)
        make.release(event)
        client.get(PATH)
        with noted() as sent:
            assert client.get(PATH).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 9
