"""The private link: one's ticket at once, changing, giving back; and what Sam, a stranger, gets."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.operations import release
from app.programme.rules import EventStatus, SessionStatus
from app.web.actors import ANONYMOUS
from registrations.models import Registration
from registrations.rules import in_groups, spoken
from tests.make import NOON, Make, both
from tests.registrations.views.forms import errors_on
from tests.registrations.views.test_registering import questions

AT = NOON - timedelta(days=20)


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event()
    make.session(made, "talk", capacity=10, title=both("講演", "Talk"))
    make.session(made, "late", capacity=2, starts_at=NOON + timedelta(hours=3), title=both("夕方", "Late talk"))
    return make.release(made)


@pytest.fixture
def talk(event: Event) -> EventSession:
    found: EventSession = db.session.scalars(db.select(EventSession).filter_by(code="talk")).one()
    return found


@pytest.fixture
def late(event: Event) -> EventSession:
    found: EventSession = db.session.scalars(db.select(EventSession).filter_by(code="late")).one()
    return found


def text_of(page: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))


def change(client: FlaskClient, made: Registration, **given: Any) -> TestResponse:
    """Open the change form and send it filled in."""
    address = f"/r/{made.link}/change?lang=en"
    page = client.get(address).get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version
    facts = {"name": "Ana", "with__spectator": "1", "version": version[1], **given}
    return client.post(address, data={name.replace("__", "-"): value for name, value in facts.items()})


def promised(*sessions: EventSession) -> list[int]:
    db.session.rollback()
    return [db.session.get_one(SessionPlaces, one.id, populate_existing=True).promised for one in sessions]


def test_the_ticket_is_there_at_once_with_number_and_code(client: FlaskClient, event: Event, make: Make) -> None:
    made = make.registration(event)
    ticket = make.ticket(made)
    page = client.get(f"/r/{made.link}?done=registered&lang=en")
    html = page.get_data(as_text=True)
    assert f'src="/t/{ticket.code}/qr.svg"' in html
    assert spoken(ticket.number) in html
    assert in_groups(ticket.code).replace(" ", "") in re.sub(r"<[^>]+>|\s", "", html)
    assert "You are registered" in text_of(page)


def test_who_gave_no_address_is_told_to_photograph_the_page(
    app: Flask, client: FlaskClient, event: Event, make: Make
) -> None:
    set_up_mail(app)
    silent, reached = make.registration(event), make.registration(event, email="ana@example.jp")
    assert "Take a photo of this page" in text_of(client.get(f"/r/{silent.link}?lang=en"))
    told = text_of(client.get(f"/r/{reached.link}?done=registered&lang=en"))
    assert "Take a photo" not in told
    assert "ana@example.jp" in told


def test_without_a_mail_server_nobody_is_promised_a_letter(client: FlaskClient, event: Event, make: Make) -> None:
    made = make.registration(event, email="ana@example.jp")
    told = text_of(client.get(f"/r/{made.link}?done=registered&lang=en"))
    assert "No e-mail will come. Take a photo of the square code" in told
    assert "also e-mailing" not in told
    form = text_of(client.get(f"/events/{event.slug}/register?lang=en"))
    assert "E-mail is not set up on this site yet: take a photo of the next page." in form


def set_up_mail(app: Flask) -> None:
    """As with a mail server in the settings."""
    settings = app.extensions["uketsuke_settings"]
    app.extensions["uketsuke_settings"] = replace(settings, mail_url="smtp://localhost:2525")


def test_sessions_and_people_are_listed(client: FlaskClient, event: Event, talk: EventSession, make: Make) -> None:
    made = make.registration(event, talk, numbers={"spectator": 1, "student": 3})
    told = text_of(client.get(f"/r/{made.link}?lang=en"))
    assert "Talk Sat 3 Oct 12:00–13:00 Hall Main room 4 people" in told
    assert "spectator : 1 person" in told.replace(":", " :")
    assert "student : 3 people" in told.replace(":", " :")


def test_the_page_is_kept_by_no_cache_and_listed_by_no_search_engine(
    client: FlaskClient, event: Event, make: Make
) -> None:
    made = make.registration(event)
    for path in ("", "/change", "/cancel"):
        page = client.get(f"/r/{made.link}{path}")
        assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
        assert '<meta name="robots" content="noindex">' in page.get_data(as_text=True)


def test_the_booked_sessions_go_into_a_calendar(
    client: FlaskClient, event: Event, talk: EventSession, make: Make
) -> None:
    made = make.registration(event, talk)
    answer = client.get(f"/r/{made.link}/calendar.ics?lang=en")
    assert answer.mimetype == "text/calendar"
    entries: list[Any] = list(Calendar.from_ical(answer.data).walk("VEVENT"))
    assert [(str(one["summary"]), one["dtstart"].dt, one["dtend"].dt) for one in entries] == [
        ("Talk – Fair", talk.starts_at, talk.ends_at)
    ]


def entries_of(content: bytes) -> dict[str, Any]:
    """Calendar entries by title."""
    return {str(one["summary"]): one for one in Calendar.from_ical(content.decode()).walk("VEVENT")}


def test_a_calendar_that_asks_again_gets_nothing_until_something_changed(
    client: FlaskClient, event: Event, talk: EventSession, late: EventSession, make: Make
) -> None:
    made = make.registration(event, talk)
    path = f"/r/{made.link}/calendar.ics?lang=en"
    first = client.get(path)
    assert (first.headers["Cache-Control"], first.headers["X-Robots-Tag"]) == ("private, no-cache", "noindex")
    assert "Set-Cookie" not in first.headers
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    change(client, made, sessions=["late"], name="Ana", email="", with__student="1")
    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert {name: str(one["status"]) for name, one in entries_of(second.data).items()} == {
        "Talk – Fair": "CANCELLED",
        "Late talk – Fair": "CONFIRMED",
    }
    assert entries_of(second.data)["Talk – Fair"]["sequence"] > entries_of(first.data)["Talk – Fair"]["sequence"]


def test_ones_own_calendar_has_the_ids_of_the_events_and_its_zone(
    client: FlaskClient, event: Event, talk: EventSession, make: Make
) -> None:
    made = make.registration(event, talk)
    own = client.get(f"/r/{made.link}/calendar.ics?lang=en").data
    public = client.get(f"/events/{event.slug}/data/programme.ics?lang=en").data
    assert entries_of(own)["Talk – Fair"]["uid"] == entries_of(public)["Talk"]["uid"]
    assert [str(one["tzid"]) for one in Calendar.from_ical(own.decode()).walk("VTIMEZONE")] == ["Asia/Tokyo"]


def test_a_session_that_does_not_take_place_stays_in_the_calendar_marked_so(
    client: FlaskClient, event: Event, talk: EventSession, make: Make
) -> None:
    made = make.registration(event, talk)
    before = entries_of(client.get(f"/r/{made.link}/calendar.ics?lang=en").data)["Talk – Fair"]
    with transaction():
        talk.status = SessionStatus.CANCELLED
    after = entries_of(client.get(f"/r/{made.link}/calendar.ics?lang=en").data)["Talk – Fair"]
    assert (str(before["status"]), str(after["status"])) == ("CONFIRMED", "CANCELLED")
    assert (after["uid"], after["sequence"] > before["sequence"]) == (before["uid"], True)


def test_the_online_address_goes_only_to_who_holds_a_place(
    client: FlaskClient, event: Event, talk: EventSession, make: Make
) -> None:
    with transaction():
        talk.online_url = "https://stream.example.jp/secret"
    made = make.registration(event, talk)
    path = f"/r/{made.link}/calendar.ics"
    assert b"secret" in client.get(path).data
    with transaction():
        made.blocked_at = NOON
    assert b"secret" not in client.get(path).data
    with transaction():
        made.blocked_at = None
    client.post(f"/r/{made.link}/cancel")
    assert b"secret" not in client.get(path).data


def test_the_private_page_offers_the_subscription(
    client: FlaskClient, event: Event, talk: EventSession, make: Make
) -> None:
    made = make.registration(event, talk)
    page = client.get(f"/r/{made.link}?lang=en").get_data(as_text=True)
    assert f'href="webcal://localhost:8000/r/{made.link}/calendar.ics?lang=en"' in page


def test_the_log_never_shows_whose_calendar_was_asked_for(
    client: FlaskClient, event: Event, talk: EventSession, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    made = make.registration(event, talk)
    with caplog.at_level("INFO"):
        client.get(f"/r/{made.link}/calendar.ics")
        assert client.get("/r/somebody/calendar.ics").status_code == 404
    assert "GET /r/<link>/calendar.ics 200" in caplog.text
    assert made.link not in caplog.text
    assert "somebody" not in caplog.text


def test_a_change_is_made_and_shown(
    client: FlaskClient, event: Event, talk: EventSession, late: EventSession, make: Make
) -> None:
    made = make.registration(event, talk)
    answer = change(client, made, sessions=["late"], name="Ana Sato", email="ana@example.jp", with__student="1")
    assert (answer.status_code, answer.location) == (303, f"/r/{made.link}?done=changed")
    assert promised(talk, late) == [0, 2]
    told = text_of(client.get(f"{answer.location}&lang=en"))
    assert "Your changes are saved" in told
    assert "Late talk" in told
    assert "Ana Sato" in told


def test_the_change_form_shows_the_registration_as_it_stands(
    client: FlaskClient, event: Event, talk: EventSession, make: Make
) -> None:
    made = make.registration(event, talk, numbers={"student": 3}, email="ana@example.jp")
    page = client.get(f"/r/{made.link}/change").get_data(as_text=True)
    assert re.search(r'id="sessions-talk"[^>]*checked', page)
    assert not re.search(r'id="sessions-late"[^>]*checked', page)
    assert re.search(r'name="with-student"[^>]*value="3"', page)
    assert 'value="ana@example.jp"' in page


def test_a_booked_session_can_be_kept_though_it_is_full_by_now(
    client: FlaskClient, event: Event, late: EventSession, make: Make
) -> None:
    made = make.registration(event, late)
    make.registration(event, late)
    page = client.get(f"/r/{made.link}/change").get_data(as_text=True)
    assert re.search(r'id="sessions-late"[^>]*checked', page)
    assert not re.search(r'id="sessions-late"[^>]*disabled', page)
    assert change(client, made, sessions=["late"], name="Other").status_code == 303


def test_a_change_without_room_says_so_and_keeps_what_was_typed(
    client: FlaskClient, event: Event, talk: EventSession, late: EventSession, make: Make
) -> None:
    made = make.registration(event, talk)
    make.registration(event, late, numbers={"spectator": 2})
    answer = change(client, made, sessions=["talk", "late"], name="Ana Sato")
    assert (answer.status_code, errors_on(answer)) == (
        409,
        [
            (
                "Not enough places left for your party: “Late talk”. Bring fewer people, choose another session, "
                "or tick the waiting list."
            )
        ],
    )
    assert 'value="Ana Sato"' in answer.get_data(as_text=True)
    assert promised(talk, late) == [1, 2]


def test_two_windows_do_not_overwrite_each_other(
    client: FlaskClient, event: Event, talk: EventSession, make: Make
) -> None:
    made = make.registration(event, talk)
    assert change(client, made, name="First").status_code == 303
    stale = change(client, made, version="1", sessions=["talk"], name="Second")
    assert stale.status_code == 409
    assert errors_on(stale) == [
        "The registration was changed in another window meanwhile. Check below and send it again."
    ]
    assert 'name="version" type="hidden" value="2"' in stale.get_data(as_text=True)
    assert 'value="Second"' in stale.get_data(as_text=True)


def test_bad_numbers_and_names_are_refused_in_a_change_too(client: FlaskClient, event: Event, make: Make) -> None:
    made = make.registration(event)
    answers = {
        sentence: change(client, made, **given)
        for given, sentence in (
            ({"name": ""}, "Type your name or a nickname."),
            ({"with__spectator": "-1"}, "Type a whole number, 0 or more."),
            ({"with__spectator": "0"}, "One registration brings from 1 to 50 people. For more, ask the organiser."),
            ({"with__spectator": "51"}, "One registration brings from 1 to 50 people. For more, ask the organiser."),
            ({"email": "@"}, "This is not a valid e-mail address. Correct it, or leave the field empty."),
        )
    }
    assert {sentence: errors_on(answer) for sentence, answer in answers.items()} == {one: [one] for one in answers}


@pytest.mark.parametrize("shown", ["ja", "en", "ja-easy"])
def test_the_language_of_letters_is_chosen_at_the_link_whatever_the_page_is_in(
    client: FlaskClient, event: Event, make: Make, shown: str
) -> None:
    made = make.registration(event, language="en")
    page = client.get(f"/r/{made.link}/change?lang={shown}").get_data(as_text=True)
    assert re.findall(r'name="language" value="([^"]+)"( checked)?', page) == [
        ("ja", ""),
        ("en", " checked"),
        ("ja-easy", ""),
    ]
    assert change(client, made, name="Ana Sato").status_code == 303
    db.session.refresh(made)
    assert made.language == "en"
    assert change(client, made, language="ja-easy").status_code == 303
    db.session.refresh(made)
    assert made.language == "ja-easy"
    assert change(client, made, language="tlh").status_code == 422


def test_a_session_whose_door_is_open_is_kept_and_says_why(
    client: FlaskClient, event: Event, talk: EventSession, late: EventSession, make: Make
) -> None:
    made = make.registration(event, talk, late)
    with frozen(talk.door_opens_at):
        page = client.get(f"/r/{made.link}/change?lang=en")
        assert re.search(r'id="sessions-talk"[^>]*checked disabled', page.get_data(as_text=True))
        assert "The door is open: this place stays yours." in text_of(page)
        assert change(client, made).status_code == 303
    assert promised(talk, late) == [1, 0]


def test_cancelling_asks_first_and_then_gives_everything_back(
    client: FlaskClient, event: Event, talk: EventSession, make: Make
) -> None:
    made = make.registration(event, talk)
    asked = client.get(f"/r/{made.link}/cancel?lang=en")
    assert "Cancel the registration?" in text_of(asked)
    assert promised(talk) == [1]
    for _ in range(2):
        answer = client.post(f"/r/{made.link}/cancel")
        assert (answer.status_code, answer.location) == (303, f"/r/{made.link}?done=cancelled")
    page = client.get(f"{answer.location}&lang=en")
    assert (promised(talk), "Your registration was cancelled" in text_of(page)) == ([0], True)
    assert "qr.svg" not in page.get_data(as_text=True)


def test_a_cancelled_a_stopped_and_a_closed_registration_are_not_changed(
    client: FlaskClient, event: Event, talk: EventSession, make: Make
) -> None:
    cancelled, stopped = make.registration(event, talk), make.registration(event, talk)
    client.post(f"/r/{cancelled.link}/cancel")
    with transaction():
        db.session.get_one(Registration, stopped.id).blocked_at = AT
    for made in (cancelled, stopped):
        for path in ("change", "cancel"):
            assert client.get(f"/r/{made.link}/{path}").location == f"/r/{made.link}"
            answer = client.post(f"/r/{made.link}/{path}", data={"name": "Sam", "with-spectator": "9", "version": "1"})
            assert answer.status_code == 303
    assert "The organiser has stopped this registration" in text_of(client.get(f"/r/{stopped.link}?lang=en"))
    assert promised(talk) == [1]


def test_after_the_event_was_closed_the_page_stays_and_offers_no_change(
    client: FlaskClient, event: Event, make: Make
) -> None:
    made = make.registration(event)
    with transaction():
        db.session.get_one(Event, event.id).status = EventStatus.CLOSED
    page = client.get(f"/r/{made.link}?lang=en")
    assert (page.status_code, "Change or cancel" in text_of(page)) == (200, False)
    assert client.post(f"/r/{made.link}/change", data={"name": "Ana"}).location == f"/r/{made.link}"
    assert client.post(f"/r/{made.link}/cancel").location == f"/r/{made.link}"
    db.session.refresh(made)
    assert made.cancelled_at is None


def test_after_the_window_the_form_says_that_nothing_can_be_added(
    client: FlaskClient, event: Event, talk: EventSession, make: Make
) -> None:
    made = make.registration(event)
    with transaction():
        db.session.get_one(Event, event.id).registration_closes_at = AT
    answer = change(client, made, sessions=["talk"])
    assert (answer.status_code, errors_on(answer)) == (
        409,
        ["Registration has closed. You can still give places back, but not add any."],
    )


def test_sam_finds_nothing_by_guessing_and_is_slowed_down_while_ana_beside_him_is_not(
    client: FlaskClient, event: Event, make: Make
) -> None:
    made = make.registration(event)
    guesses = [client.get(f"/r/guess-{n}").status_code for n in range(31)]
    assert (set(guesses[:30]), guesses[30]) == ({404}, 429)
    assert client.get(f"/r/{made.link}").status_code == 200
    assert change(client, made, name="Ana Sato").status_code == 303
    assert client.post(f"/r/{made.link}/cancel").status_code == 303


def test_sam_cannot_change_what_he_does_not_know_the_link_of(client: FlaskClient, event: Event, make: Make) -> None:
    made = make.registration(event)
    ticket = make.ticket(made)
    for guess in (made.link.lower() + "x", str(made.uuid), ticket.code, ticket.number, str(made.id)):
        for path in ("/change", "/cancel"):
            assert client.post(f"/r/{guess}{path}", data={"name": "Sam", "with-spectator": "1"}).status_code == 404
    db.session.refresh(made)
    assert (made.contact_name, made.cancelled_at) == ("Ana", None)


def test_the_page_asks_the_database_the_same_few_questions_for_one_session_and_for_two(
    client: FlaskClient, event: Event, talk: EventSession, late: EventSession, make: Make
) -> None:
    one, two = make.registration(event, talk), make.registration(event, talk, late)
    client.get(f"/r/{one.link}")
    asked = [questions(lambda made=made: client.get(f"/r/{made.link}")) for made in (one, two)]
    assert asked == [5, 5]


def test_a_session_that_was_moved_after_it_was_booked_says_so(make: Make) -> None:
    event = make.event()
    talk = make.session(event, "talk", starts_at=NOON + timedelta(hours=1))
    late = make.session(event, "late", starts_at=NOON + timedelta(hours=5))
    make.release(event)
    before = make.registration(event, talk, late)
    with transaction():
        row = db.session.get_one(EventSession, talk.id)
        row.starts_at, row.ends_at = NOON + timedelta(hours=2), NOON + timedelta(hours=3)
        row.door_closes_at = row.ends_at
        release(event.id, at=NOON - timedelta(20), actor=ANONYMOUS)
    after = make.registration(event, talk, late, at=NOON - timedelta(10))
    with frozen(NOON - timedelta(5)):
        pages = [make.app.test_client().get(f"/r/{one.link}?lang=en").get_data(as_text=True) for one in (before, after)]
    assert [page.count("Changed since you booked") for page in pages] == [1, 0]
    assert ["Before: Sat 3 Oct 13:00–14:00" in page for page in pages] == [True, False]
    assert all("14:00–15:00" in page for page in pages)
    with frozen(NOON + timedelta(hours=4)):
        assert "Changed since" not in make.app.test_client().get(f"/r/{before.link}?lang=en").get_data(as_text=True)
