"""Repeats and appointments: shown before they are made, made in one step, each bookable by one party alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app import clock
from app.db import db
from app.programme.models import EventSession
from app.programme.queries import places_of
from app.programme.rules.places import Availability
from checkin.models import Place
from registrations.operations import SessionsFull
from tests.console.conftest import Cast
from tests.console.test_sessions import BASE, post, stored
from tests.make import NOON, Make

SLOTS = {
    "code": "advice", "title__ja": "相談", "first": "2026-10-03T13:00", "last": "2026-10-03T15:00", "minutes": "30",
    "breaks": "14:00-14:30", "largest_party": "4", "room": "hall-1/room",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def talk(cast: Cast, make: Make) -> EventSession:
    return make.session(cast.event, "talk")


def codes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(EventSession.code).order_by(EventSession.starts_at)))


def test_everybody_but_the_organisers_finds_nothing(cast: Cast, talk: EventSession) -> None:
    expected = {"owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
    assert cast.statuses(f"{BASE}/slots") == cast.statuses(f"{BASE}/sessions/talk/repeats") == expected
    assert post(cast.sam, "slots", do="save", **SLOTS).status_code == 404
    assert post(cast.sam, "sessions/talk/repeats", do="save", starts="2026-10-04 12:00").status_code == 404
    assert codes() == ["talk"]


def test_repeats_are_shown_first_and_made_then(cast: Cast, talk: EventSession) -> None:
    typed = {"starts": "2026-10-04 13:30\r\n2026-10-04T16:00", "version": "1"}
    shown = post(cast.olga, "sessions/talk/repeats", do="preview", **typed)
    assert shown.status_code == 200
    assert "talk-3" in shown.get_data(as_text=True)
    assert codes() == ["talk"]
    assert post(cast.olga, "sessions/talk/repeats", do="save", **typed).status_code == 303
    assert codes() == ["talk", "talk-2", "talk-3"]
    assert [stored(code).series for code in codes()] == ["talk"] * 3
    assert stored("talk-2").starts_at == NOON + timedelta(days=1, hours=1, minutes=30)
    assert len(db.session.scalars(db.select(Place.session_id).where(Place.session_id.is_not(None))).all()) == 3


def test_what_was_sent_twice_is_made_once(cast: Cast, talk: EventSession) -> None:
    typed = {"starts": "2026-10-04 13:30", "version": "1", "do": "save"}
    post(cast.olga, "sessions/talk/repeats", **typed)
    again = post(cast.olga, "sessions/talk/repeats", **typed)
    assert again.location == f"{BASE}/sessions/talk"
    assert codes() == ["talk", "talk-2"]


@pytest.mark.parametrize(
    ("starts", "sentence"),
    [
        ("", "Write at least one start"),
        ("tomorrow", "tomorrow: Write it as 2026-10-04 13:30."),
        ("2026-02-30 10:00", "This day or time does not exist"),
        ("2026-11-04 13:30", "This is on no day of the event"),
    ],
)
def test_a_wrong_start_is_named(cast: Cast, talk: EventSession, starts: str, sentence: str) -> None:
    response = post(cast.olga, "sessions/talk/repeats?lang=en", do="save", starts=starts, version="1")
    assert response.status_code == 422
    assert sentence in response.get_data(as_text=True)
    assert codes() == ["talk"]


def test_appointments_are_shown_first_made_then_and_go_to_one_party_each(cast: Cast, make: Make) -> None:
    shown = post(cast.olga, "slots", do="preview", **SLOTS)
    assert shown.status_code == 200
    assert "相談 14:30" in shown.get_data(as_text=True)
    assert codes() == []
    assert post(cast.olga, "slots", do="save", **SLOTS).status_code == 303
    assert codes() == ["advice-1003-1300", "advice-1003-1330", "advice-1003-1430"]
    first = stored("advice-1003-1300")
    make.registration(cast.event, first, numbers={"spectator": 2})
    places = places_of(cast.event.id)
    assert (places[first.code].word, places[first.code].left) == (Availability.FULL, 0)
    assert places["advice-1003-1330"].word is Availability.PLENTY
    with pytest.raises(SessionsFull):
        make.registration(cast.event, first)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "Big Code"}, "Use small letters"),
        ({"title__ja": ""}, "Give the title in Japanese or English"),
        ({"minutes": "0"}, "Type a whole number from 5 to 600."),
        ({"largest_party": ""}, "Write 1 to 50 people."),
        ({"breaks": "noon"}, "Write each break as 12:00-13:00"),
        ({"last": "2026-10-03T13:10"}, "Between these times there is room for no appointment"),
        ({"first": "never"}, "Type a day and a time that exist"),
        ({"first": "2026-09-03T13:00"}, "This is on no day of the event"),
        ({"room": "elsewhere/room"}, "What was chosen here is not there any more"),
    ],
)
def test_wrong_appointments_are_explained_and_kept(cast: Cast, wrong: dict[str, str], sentence: str) -> None:
    response = post(cast.olga, "slots?lang=en", do="save", **{**SLOTS, "kind__en": "Kept text", **wrong})
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert sentence in page
    assert "Kept text" in page
    assert codes() == []
