"""A teacher brings a class, somebody brings a delegation; waiting, offers, and one session for some of a party."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.rules import AdmissionRule
from registrations.models import Booking, BookingLine, PartyNumber, Registration
from registrations.operations import cancel
from registrations.queries.attending import seats_in
from registrations.rules import BookingState, PartyKind
from tests.make import NOON, Make, both
from tests.registrations.views.forms import errors_on, key_on, send

AT = NOON - timedelta(days=20)
CLASS = {
    "group_name": "みほん小学校", "group_grade": "5年", "group_class": "2組", "name": "Tomo",
    "email": "tomo@example.jp",
    "with-pupils": "30", "with-teachers": "2", "consent": "y", "expected_at": "2026-10-03T12:15",
    "needs": "車いすの児童が1人います",
}  # fmt: skip


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event(
        party_kinds=["person", "family", "class", "delegation"],
        class_categories={"pupils": "student", "teachers": "spectator", "guardians": "spectator"},
    )
    make.session(made, "talk", capacity=40, title=both("講演", "Talk"))
    make.session(made, "late", capacity=2, starts_at=NOON + timedelta(hours=3), title=both("夕方", "Late talk"))
    return make.release(made)


def session(code: str) -> EventSession:
    found: EventSession = db.session.scalars(db.select(EventSession).filter_by(code=code)).one()
    return found


def register_class(client: FlaskClient, kind: str = "class", **given: Any) -> TestResponse:
    address = f"/events/fair/register/{kind}?lang=en"
    page = client.get(address)
    assert page.status_code == 200
    facts = {"key": key_on(page), **CLASS, **{name.replace("__", "-"): value for name, value in given.items()}}
    return client.post(address, data={name: value for name, value in facts.items() if value is not None})


def only() -> Registration:
    db.session.rollback()
    found: Registration = db.session.scalars(db.select(Registration).order_by(Registration.id)).all()[-1]
    return found


def places(code: str) -> tuple[int, int]:
    db.session.rollback()
    row = db.session.get_one(SessionPlaces, session(code).id, populate_existing=True)
    return row.promised, row.waiting


def states(registration: Registration, code: str) -> dict[BookingState, int]:
    db.session.rollback()
    found = db.session.execute(
        db.select(BookingLine.state, db.func.sum(BookingLine.number))
        .join(Booking, Booking.id == BookingLine.booking_id)
        .where(Booking.registration_id == registration.id, Booking.session_id == session(code).id)
        .group_by(BookingLine.state)
    )
    return {state: int(number) for state, number in found}


def text_of(page: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))


def test_a_class_is_three_numbers_and_no_childs_name(client: FlaskClient, event: Event) -> None:
    answer = register_class(client, sessions=["talk"], with__guardians="3")
    assert answer.status_code == 303
    made = only()
    assert (made.party_kind, made.group_name, made.group_grade, made.group_class) == (
        PartyKind.CLASS, "みほん小学校", "5年", "2組",
    )  # fmt: skip
    assert made.expected_at == datetime(2026, 10, 3, 3, 15, tzinfo=UTC)
    party = {row.category_id: row.number for row in db.session.scalars(db.select(PartyNumber))}
    assert sorted(party.values()) == [5, 30]
    assert places("talk") == (35, 0)
    page = text_of(client.get(answer.headers["Location"] + "&lang=en"))
    assert "みほん小学校 5年 2組" in page
    assert "Please confirm these numbers when you know them." in page


def test_a_group_says_what_is_missing_and_keeps_the_rest(client: FlaskClient, event: Event) -> None:
    page = register_class(client, group_name="  ", email="", with__pupils="-3", consent=None)
    assert page.status_code == 422
    assert errors_on(page) == [
        "Type the name of the school or organisation.",
        "Type a whole number, 0 or more.",
        "Type your e-mail address: we ask you for the final numbers before the day.",
        "Tick that you agree. Without it we cannot keep what you typed.",
    ]
    html = page.get_data(as_text=True)
    for kept in ("5年", "車いすの児童が1人います", 'value="-3"', 'value="2026-10-03T12:15"'):
        assert kept in html


@pytest.mark.parametrize(("arrival", "status"), [("", 303), ("nonsense", 422)])
def test_the_time_of_arrival_may_be_left_out(client: FlaskClient, event: Event, arrival: str, status: int) -> None:
    page = register_class(client, expected_at=arrival)
    assert (page.status_code, errors_on(page)) == (
        status,
        ["Type a day and a time, or leave this empty."] if arrival else [],
    )


def test_a_delegation_counts_by_category(client: FlaskClient, event: Event) -> None:
    given = {"with-pupils": None, "with-teachers": None, "with-student": "4", "with-spectator": "6"}
    page = client.get("/events/fair/register/delegation?lang=en")
    data = {name: value for name, value in {**CLASS, **given, "key": key_on(page)}.items() if value is not None}
    assert client.post("/events/fair/register/delegation", data=data).status_code == 303
    assert only().party_kind is PartyKind.DELEGATION
    assert sorted(db.session.scalars(db.select(PartyNumber.number))) == [4, 6]


@pytest.mark.parametrize("kind", ["class", "delegation"])
def test_groups_register_only_where_the_organiser_lets_them(client: FlaskClient, make: Make, kind: str) -> None:
    make.release(make.event("plain"))
    assert client.get(f"/events/plain/register/{kind}").status_code == 404
    assert client.post(f"/events/plain/register/{kind}", data=CLASS).status_code == 404
    assert "school class" not in client.get("/events/plain/register?lang=en").get_data(as_text=True)


def test_a_class_that_grows_gets_what_is_free_and_waits_for_the_rest(client: FlaskClient, event: Event) -> None:
    register_class(client, sessions=["talk"])
    made = only()
    page = client.get(f"/r/{made.link}/change?lang=en").get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version
    data = {**CLASS, "with-student": "44", "with-spectator": "2", "sessions": "talk", "version": version[1]}
    answer = client.post(f"/r/{made.link}/change?lang=en", data=data)
    assert answer.status_code == 409, "44 and 2 are more than the session ever takes"
    answer = client.post(f"/r/{made.link}/change?lang=en", data={**data, "with-student": "36"})
    assert answer.status_code == 303
    assert states(made, "talk") == {BookingState.CONFIRMED: 38}
    with transaction():
        row = db.session.get_one(SessionPlaces, session("talk").id)
        row.capacity = 60
    again = client.get(f"/r/{made.link}/change").get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', again)
    assert version
    with transaction():
        db.session.get_one(SessionPlaces, session("talk").id).promised = 55
    answer = client.post(f"/r/{made.link}/change", data={**data, "with-student": "46", "version": version[1]})
    assert answer.status_code == 303
    assert states(made, "talk") == {BookingState.CONFIRMED: 43, BookingState.WAITING: 5}


def test_the_numbers_of_a_class_are_confirmed_once_they_are_known(client: FlaskClient, event: Event) -> None:
    register_class(client, sessions=["talk"])
    made = only()
    assert made.numbers_confirmed_at is None
    answer = client.post(f"/r/{made.link}/numbers")
    assert (answer.status_code, only().numbers_confirmed_at) == (303, AT)
    assert "Numbers confirmed" in text_of(client.get(f"/r/{made.link}?lang=en"))
    assert client.post("/r/not-a-link/numbers").status_code == 404


def changed_on_page(client: FlaskClient, made: Registration, **given: str) -> datetime | None:
    """Since when the numbers stand after the form was saved as it is shown, but for what is given; "" unticks."""
    page = client.get(f"/r/{made.link}/change?lang=en").get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    ticked = re.search(r'<input[^>]*name="numbers_stand"[^>]* checked', page)
    assert version
    shown = {"with-student": "30", "with-spectator": "2", "version": version[1], "language": "en"}
    shown |= {"numbers_stand": "y"} if ticked else {}
    data = {**CLASS, **shown, **{name.replace("__", "-"): value for name, value in given.items()}}
    answer = client.post(f"/r/{made.link}/change", data={name: value for name, value in data.items() if value})
    assert answer.status_code == 303
    return only().numbers_confirmed_at


def test_who_changes_a_class_has_said_that_the_numbers_stand_only_if_they_say_so(
    client: FlaskClient, event: Event
) -> None:
    register_class(client, sessions=["talk"])
    made = only()
    assert changed_on_page(client, made, contact_phone="045-000-0000") is None
    assert changed_on_page(client, made, with__student="31") is None
    assert changed_on_page(client, made, with__student="31", numbers_stand="y") == AT
    with frozen(AT + timedelta(days=1)):
        assert changed_on_page(client, made, with__student="31", needs="-") == AT, "nothing was said of the numbers"
        assert changed_on_page(client, made, with__student="29") == AT + timedelta(days=1)
        assert changed_on_page(client, made, with__student="29", numbers_stand="") is None


def test_only_a_class_is_asked_whether_its_numbers_stand(client: FlaskClient, event: Event) -> None:
    page = client.get("/events/fair/register/delegation?lang=en")
    client.post("/events/fair/register/delegation", data={**CLASS, "with-student": "4", "key": key_on(page)})
    made = only()
    assert made.party_kind is PartyKind.DELEGATION
    assert "numbers_stand" not in client.get(f"/r/{made.link}/change").get_data(as_text=True)


def full(make: Make, event: Event) -> Registration:
    return make.registration(event, session("late"), at=AT, numbers={"spectator": 2}, email="first@example.jp")


def test_who_finds_a_session_full_joins_the_list_with_one_tick(client: FlaskClient, event: Event, make: Make) -> None:
    first = full(make, event)
    page = client.get("/events/fair/register?lang=en").get_data(as_text=True)
    assert 'name="waiting" value="late"' in page
    assert 'name="sessions" value="late"' not in page
    answer = send(client, event, "?lang=en", waiting="late", sessions="talk", email="ana@example.jp")
    assert answer.status_code == 303
    ana = only()
    assert states(ana, "late") == {BookingState.WAITING: 1}
    shown = text_of(client.get(f"/r/{ana.link}?lang=en"))
    assert "Number 1 on the waiting list" in shown
    with transaction():
        cancel(first.id, at=AT)
    assert states(ana, "late") == {BookingState.CONFIRMED: 1}
    assert places("late") == (1, 0)


def test_a_party_for_which_the_rest_is_too_little_is_offered_the_list(
    client: FlaskClient, event: Event, make: Make
) -> None:
    make.registration(event, session("late"), at=AT)
    page = send(client, event, "?lang=en", sessions="late", with__spectator="1")
    assert page.status_code == 409
    html = page.get_data(as_text=True)
    assert 'name="waiting" value="late"' in html
    assert "tick the waiting list" in errors_on(page)[0]
    answer = client.post(
        "/events/fair/register?lang=en",
        data={"key": key_on(page), "name": "Ana", "category": "spectator", "with-spectator": "1", "consent": "y",
              "waiting": "late"},
    )  # fmt: skip
    assert answer.status_code == 303
    assert places("late") == (1, 1)
    too_large = send(client, event, "?lang=en", waiting="late", with__spectator="4")
    assert "larger than these ever take" in errors_on(too_large)[0]


def test_an_offer_is_taken_at_the_link_or_runs_out(client: FlaskClient, event: Event, make: Make) -> None:
    with transaction():
        db.session.get_one(Event, event.id).waiting_mode = "offer"
    first = full(make, event)
    send(client, event, "?lang=en", waiting="late")
    ana = only()
    with transaction():
        cancel(first.id, at=AT)
    assert states(ana, "late") == {BookingState.OFFERED: 1}
    assert "Take the place by" in text_of(client.get(f"/r/{ana.link}?lang=en"))
    with frozen(AT + timedelta(days=2)):
        late = client.post(f"/r/{ana.link}/sessions/late/offer")
        assert late.headers["Location"].endswith("?done=late")
    taken = client.post(f"/r/{ana.link}/sessions/late/offer")
    assert taken.headers["Location"].endswith("?done=taken")
    assert client.post(f"/r/{ana.link}/sessions/late/offer").headers["Location"].endswith("?done=taken")
    assert states(ana, "late") == {BookingState.CONFIRMED: 1}
    assert client.post("/r/not-a-link/sessions/late/offer").status_code == 404


def test_only_some_of_a_family_come_to_one_session(client: FlaskClient, event: Event, make: Make) -> None:
    made = make.registration(event, session("talk"), at=AT, numbers={"spectator": 2, "student": 2})
    page = client.get(f"/r/{made.link}/sessions/talk?lang=en")
    assert page.status_code == 200
    more = client.post(f"/r/{made.link}/sessions/talk?lang=en", data={"with-spectator": "3", "with-student": "2"})
    assert more.status_code == 422
    assert errors_on(more) == ["Your registration has 2 of these people. To bring more, change the registration."]
    done = client.post(f"/r/{made.link}/sessions/talk", data={"with-spectator": "1", "with-student": "2"})
    assert done.headers["Location"].endswith("?done=changed")
    assert seats_in(made.id, "talk") == {"spectator": 1, "student": 2}
    assert places("talk") == (3, 0)
    client.post(f"/r/{made.link}/sessions/talk", data={"with-spectator": "0", "with-student": ""})
    assert places("talk") == (0, 0)
    assert client.get(f"/r/{made.link}/sessions/talk").status_code == 404, "it is not booked any more"
    assert client.get("/r/not-a-link/sessions/talk").status_code == 404


@pytest.mark.parametrize(
    ("rule", "state", "sentence"),
    [
        (AdmissionRule.APPROVAL, BookingState.PENDING, "Your tick asks for a place."),
        (AdmissionRule.LOTTERY, BookingState.APPLIED, "Your tick takes part in the draw. Apply until"),
    ],
)
def test_one_asks_for_a_place_that_is_given_later(
    client: FlaskClient, make: Make, rule: AdmissionRule, state: BookingState, sentence: str
) -> None:
    event = make.event()
    closes = {"booking_closes_at": NOON - timedelta(days=5)}
    make.session(event, "asked", admission=rule, capacity=1, **closes)
    make.release(event)
    assert sentence in text_of(client.get("/events/fair/register?lang=en"))
    assert send(client, event, sessions="asked").status_code == 303
    made = only()
    assert (states(made, "asked"), places("asked")) == ({state: 1}, (0, 0))
    with frozen(NOON - timedelta(days=4)):
        page = text_of(client.get("/events/fair/register?lang=en"))
        assert sentence not in page
        refused = send(client, event, "?lang=en", sessions="asked")
        assert errors_on(refused) == ["This can no longer be booked: “Talk 1”. Untick it or choose another session."]
