"""Sessions in the console: typed, kept when wrong, never overwritten unseen, moved; strangers find none."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.db import db
from app.programme.models import Event, EventSession, SessionPlaces, Speaker
from app.programme.queries.sessions import session_facts
from app.programme.rules import SessionStatus
from checkin.models import Gate, Place
from tests.accounts.test_sign_in import csrf_of
from tests.console.conftest import Cast
from tests.console.test_pages import counted_queries
from tests.make import NOON, Make

BASE = "/console/events/fair/programme"

TWICE = {f"people__{row}__{name}": value for row in (0, 1) for name, value in (("speaker", "p"), ("role", "speaker"))}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def post(client: FlaskClient, path: str, **form: Any) -> TestResponse:
    data = {
        "csrf_token": csrf_of(client, "/console/password"),
        **{name.replace("__", "-"): v for name, v in form.items()},
    }
    return client.post(f"{BASE}/{path}", data=data)


def typed(**more: Any) -> dict[str, Any]:
    """A whole form as a browser sends it."""
    return {
        "title__ja": "講演", "title__en": "Talk", "starts_at": "2026-10-03T12:00", "ends_at": "2026-10-03T13:00",
        "room": "hall-1/room", "admission": "booking_and_walk_in", "capacity_kind": "seats", "capacity": "",
        "opens_minutes_before_start": "30", "closes_minutes_after_end": "0", "languages": ["ja"], **more,
    }  # fmt: skip


def stored(code: str) -> EventSession:
    db.session.rollback()
    found: EventSession = db.session.scalars(db.select(EventSession).filter_by(code=code)).one()
    return found


@pytest.fixture
def talk(cast: Cast, make: Make) -> EventSession:
    return make.session(cast.event, "talk", title={"ja": "講演", "en": "Talk"})


def test_everybody_but_the_organisers_finds_nothing(cast: Cast, talk: EventSession) -> None:
    expected = {"owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
    for page in ("sessions", "sessions/talk", "new-session", "board"):
        assert cast.statuses(f"{BASE}/{page}") == expected
    for act in ("sessions", "sessions/talk", "sessions/talk/position", "sessions/talk/status", "sessions/talk/removal"):
        assert post(cast.sam, act, **typed(version="1")).status_code == 404
        assert cast.stranger.post(f"{BASE}/{act}").status_code == 401
    assert stored("talk").version == 1


def test_a_session_of_another_event_is_not_found(cast: Cast, make: Make) -> None:
    make.session(db.session.scalars(db.select(Event).filter_by(slug="other")).one(), "theirs")
    assert cast.olga.get(f"{BASE}/sessions/theirs").status_code == 404
    assert post(cast.olga, "sessions/theirs/position", version="1").status_code == 404


def test_a_new_session_gets_a_code_its_people_and_a_place_at_the_door(cast: Cast) -> None:
    response = post(cast.olga, "sessions", **typed(
        people__0__name_ja="架空 さとう", people__0__role="moderator", people__0__affiliation_ja="市", capacity="40"
    ))  # fmt: skip
    assert (response.status_code, response.location) == (303, f"{BASE}/sessions/s-1")
    facts = session_facts(stored("s-1"))
    assert (facts.title, facts.room, facts.starts_at) == ({"ja": "講演", "en": "Talk"}, "hall-1/room", NOON)
    assert [(one.speaker, one.role, one.affiliation) for one in facts.appearances] == [
        ("p-1", "moderator", {"ja": "市"})
    ]
    assert db.session.scalars(db.select(Speaker.name)).all() == [{"ja": "架空 さとう"}]
    assert db.session.scalars(db.select(SessionPlaces.capacity)).all() == [40]
    assert db.session.scalar(db.select(Place.id).filter_by(session_id=stored("s-1").id))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ends_at": "2026-10-03T11:00"}, "It has to end after it starts"),
        ({"starts_at": "2026-11-03T12:00", "ends_at": "2026-11-03T13:00"}, "This is on no day of the event"),
        ({"starts_at": ""}, "Say the day and the time of the start"),
        ({"title__ja": "", "title__en": ""}, "Give the title in Japanese or English"),
        ({"reading": "漢字"}, "Write the reading in kana"),
        ({"kind__ja-easy": "おはなし"}, "Give this text in Japanese or English too"),
        ({"admission": ""}, "Choose how people take part"),
        ({"capacity": "-3"}, "Type a whole number from 0"),
        ({"track": "Big Track"}, "Use small letters"),
        ({"online_url": "javascript:alert(1)"}, "beginning with https://"),
        ({"code": "talk"}, "Another session has this code"),
        ({"room": "elsewhere/room"}, "What was chosen here is not there any more"),
        ({"closes_minutes_after_end": "-90"}, "The door would close before the start"),
        ({"booking_closes_at": "2026-10-03T13:01"}, "Bookings cannot close after the session ends"),
        ({"booking_closes_at": "soon"}, "Type a day and a time that exist"),
        (TWICE, "Each person once"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_everything_typed_is_kept(
    cast: Cast, talk: EventSession, wrong: dict[str, Any], sentence: str
) -> None:
    response = post(cast.olga, "sessions?lang=en", **typed(**{"description__en": "A long text", **wrong}))
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert sentence in page
    assert "A long text" in page
    assert db.session.scalars(db.select(EventSession.code)).all() == ["talk"]


def test_a_form_saved_as_it_came_changes_nothing_of_what_it_does_not_show(cast: Cast, talk: EventSession) -> None:
    before = session_facts(talk)
    response = post(cast.olga, "sessions/talk", **typed(version="1", kind__ja="講演", kind__en="talk"))
    assert response.status_code == 303
    assert session_facts(stored("talk")) == before


def stood(client: FlaskClient) -> str:
    """What the page says stood in the form, as a browser sends it back."""
    page = client.get(f"{BASE}/sessions/talk").get_data(as_text=True)
    found = re.search(r'name="stood" type="hidden" value="([^"]+)"', page)
    assert found
    return unescape(found[1])


def test_of_two_people_who_edit_the_second_sees_what_the_first_changed(cast: Cast, talk: EventSession) -> None:
    shown = {"version": "1", "stood": stood(cast.olga), "kind__ja": "講演", "kind__en": "talk"}
    first = typed(track="culture", reading="こうえん", drop_in="y", booking_closes_at="2026-10-02T17:00", **shown)
    assert post(cast.owner, "sessions/talk", **first).status_code == 303
    second = typed(title__en="Better title", reading="おはなし", **shown)
    response = post(cast.olga, "sessions/talk?lang=en", **second)
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Somebody else changed this meanwhile" in page
    assert re.findall(r"<dt><span>([^<]+)</span></dt>\s*<dd>\s*<p>Theirs: ([^<]+)</p>\s*<p>([^<]+)</p>", page) == [
        ("Reading of the Japanese title in kana", "こうえん", "Yours: おはなし"),
        ("People come for a while at any time", "Yes", "You did not change this; theirs is in the form."),
        ("Bookings and applications until", "2026-10-02T17:00", "You did not change this; theirs is in the form."),
        ("Track", "culture", "You did not change this; theirs is in the form."),
    ]
    assert 'value="2026-10-02T17:00"' in page
    assert 'value="culture"' in page
    assert 'value="Better title"' in page
    assert 'value="おはなし"' in page
    assert 'name="version" type="hidden" value="2"' in page
    assert stored("talk").title["en"] == "Talk"
    again = post(cast.olga, "sessions/talk", **{**second, "version": "2", "track": "culture"})
    assert (again.status_code, stored("talk").title["en"], stored("talk").track) == (303, "Better title", "culture")


def test_somebody_who_changed_nothing_that_the_form_shows_is_told_too(cast: Cast, talk: EventSession) -> None:
    shown = {"version": "1", "stood": stood(cast.olga), "kind__ja": "講演", "kind__en": "talk"}
    assert post(cast.owner, "sessions/talk/status", do="cancel", version="1").status_code == 303
    response = post(cast.olga, "sessions/talk?lang=en", **typed(reading="おはなし", **shown))
    assert (response.status_code, stored("talk").reading) == (409, None)
    assert "Somebody else changed this meanwhile" in response.get_data(as_text=True)


def test_dropping_in_and_the_last_moment_to_book_are_kept(cast: Cast, talk: EventSession) -> None:
    last = {"drop_in": "y", "booking_closes_at": "2026-10-03T11:30", "admission": "lottery"}
    assert post(cast.olga, "sessions/talk", **typed(version="1", **last)).status_code == 303
    assert (stored("talk").drop_in, stored("talk").booking_closes_at) == (True, NOON - timedelta(minutes=30))
    page = cast.olga.get(f"{BASE}/sessions/talk").get_data(as_text=True)
    assert 'value="2026-10-03T11:30"' in page
    assert post(cast.olga, "sessions/talk", **typed(version="2")).status_code == 303
    assert (stored("talk").drop_in, stored("talk").booking_closes_at) == (False, None)


def test_fewer_places_than_promised_are_refused_with_both_numbers(cast: Cast, talk: EventSession, make: Make) -> None:
    make.registration(cast.event, talk, numbers={"spectator": 4})
    response = post(cast.olga, "sessions/talk?lang=en", **typed(version="1", capacity="3"))
    assert response.status_code == 422
    assert "4 places are promised already, only 3 would be left" in response.get_data(as_text=True)


def test_more_rows_keep_what_was_typed_and_save_nothing(cast: Cast) -> None:
    response = post(cast.olga, "sessions", more="y", people__0__name_ja="架空 さとう", **typed())
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "架空 さとう" in page
    assert 'name="people-2-name_ja"' in page
    assert db.session.scalars(db.select(EventSession.id)).all() == []


def test_cancelled_and_restored(cast: Cast, talk: EventSession) -> None:
    assert post(cast.olga, "sessions/talk/status", do="cancel", version="1").status_code == 303
    assert stored("talk").status is SessionStatus.CANCELLED
    assert post(cast.olga, "sessions/talk/status", do="restore", version="1").status_code == 303
    assert stored("talk").status is SessionStatus.CANCELLED
    assert post(cast.olga, "sessions/talk/status", do="restore", version="2").status_code == 303
    assert stored("talk").status is SessionStatus.PLANNED


def test_deleted_unless_somebody_booked(cast: Cast, talk: EventSession, make: Make) -> None:
    booked = make.session(cast.event, "booked")
    make.registration(cast.event, booked)
    assert post(cast.olga, "sessions/booked/removal", version="1").location == f"{BASE}/sessions/booked"
    assert "cannot be deleted" in cast.olga.get(f"{BASE}/sessions/booked?lang=en").get_data(as_text=True)
    assert post(cast.olga, "sessions/talk/removal", version="1").location == f"{BASE}/sessions"
    db.session.rollback()
    assert db.session.scalars(db.select(EventSession.code)).all() == ["booked"]


def test_a_move_on_the_board_goes_back_to_the_session_there(cast: Cast, talk: EventSession) -> None:
    response = post(cast.olga, "sessions/talk/position", starts_at="2026-10-03T12:05", minutes="50",
                    room="hall-1/room", version="1")  # fmt: skip
    assert (response.status_code, response.location) == (303, f"{BASE}/board#session-talk")
    moved = stored("talk")
    assert (moved.starts_at, moved.ends_at) == (NOON + timedelta(minutes=5), NOON + timedelta(minutes=55))


def test_a_room_that_is_used_for_the_first_time_gets_a_gate(cast: Cast, talk: EventSession, make: Make) -> None:
    make.room(make.venue(cast.event, "annex"), "loft")
    response = post(cast.olga, "sessions/talk/position", starts_at="2026-10-03T12:00", minutes="60",
                    room="annex-1/loft", version="1")  # fmt: skip
    assert response.status_code == 303
    db.session.rollback()
    assert "annex-1-loft" in db.session.scalars(db.select(Gate.code).filter_by(event_id=cast.event.id)).all()


def test_a_move_that_cannot_be_keeps_what_was_typed(cast: Cast, talk: EventSession) -> None:
    response = post(
        cast.olga, "sessions/talk/position?lang=en", starts_at="2026-12-03T12:05", minutes="50", version="1"
    )
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "This is on no day of the event" in page
    assert 'value="2026-12-03T12:05"' in page
    nothing = post(cast.olga, "sessions/talk/position?lang=en", starts_at="2026-10-03T12:05", minutes="", version="1")
    assert nothing.status_code == 422
    assert stored("talk").version == 1


def test_a_stale_board_moves_nothing_and_shows_how_it_stands(cast: Cast, talk: EventSession) -> None:
    here = {"room": "hall-1/room", "version": "1", "minutes": "60"}
    assert post(cast.owner, "sessions/talk/position", starts_at="2026-10-03T14:00", **here).status_code == 303
    response = post(cast.olga, "sessions/talk/position?lang=en", starts_at="2026-10-03T16:00", **here)
    assert response.status_code == 409
    assert 'value="2026-10-03T14:00"' in response.get_data(as_text=True)
    assert stored("talk").starts_at == NOON + timedelta(hours=2)


def test_what_is_doubtful_stands_beside_the_session(cast: Cast, talk: EventSession, make: Make) -> None:
    make.session(cast.event, "other", title={"ja": "別", "en": "Other"})
    for page in ("sessions", "board", "sessions/talk"):
        told = cast.olga.get(f"{BASE}/{page}?lang=en").get_data(as_text=True)
        assert "Hall Main room is taken by “Other” at the same time." in told
    assert "is taken by “Talk” at the same time." in cast.olga.get(f"{BASE}/?lang=en").get_data(as_text=True)


def test_the_list_is_searched_by_words_and_room(cast: Cast, talk: EventSession, make: Make) -> None:
    make.session(
        cast.event, "second", title={"ja": "合唱", "en": "Choir"}, room_id=None, online_url="https://a.example"
    )
    page = cast.olga.get(f"{BASE}/sessions?q=choir&lang=en").get_data(as_text=True)
    assert ("Choir" in page, "Talk" in page) == (True, False)
    page = cast.olga.get(f"{BASE}/sessions?room=hall-1/room&lang=en").get_data(as_text=True)
    assert ("Choir" in page, "Talk" in page) == (False, True)


@pytest.mark.parametrize("page", ["sessions", "board"])
def test_more_sessions_ask_no_more_queries(app: Flask, cast: Cast, make: Make, page: str) -> None:
    counts = []
    for number in (1, 4):
        for _more in range(number):
            make.session(cast.event)
        with counted_queries(app) as sent:
            assert cast.olga.get(f"{BASE}/{page}").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
