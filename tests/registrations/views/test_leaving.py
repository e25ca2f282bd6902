"""Leaving a waiting list, an offer, a draw or a request: at any time, and without what is confirmed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event
from app.programme.rules import AdmissionRule
from registrations.models import Registration
from registrations.operations import cancel, change
from registrations.rules import Application, BookingState, Group, PartyKind
from registrations.rules.waiting import WaitingMode
from tests.make import NOON, Make, both
from tests.registrations.views.test_groups import AT, places, session, states
from tests.registrations.views.test_links import set_up_mail

LIST = "Leave the waiting list"


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event(party_kinds=["person", "family", "class"], class_categories={"pupils": "student"})
    make.session(made, "talk", capacity=40, title=both("講演", "Talk"))
    late = {"starts_at": NOON + timedelta(hours=3)}
    make.session(made, "late", capacity=2, title=both("夕方", "Late talk"), **late)
    draw = {"admission": AdmissionRule.LOTTERY, "booking_closes_at": NOON - timedelta(days=1)}
    make.session(made, "draw", capacity=2, title=both("抽選", "Drawn talk"), **late, **draw)
    return make.release(made)


def page_of(client: FlaskClient, registration: Registration, path: str = "") -> str:
    return client.get(f"/r/{registration.link}{path}?lang=en").get_data(as_text=True)


def leave(client: FlaskClient, registration: Registration, code: str = "late") -> str:
    answer = client.post(f"/r/{registration.link}/sessions/{code}/leaving")
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def waiting(make: Make, event: Event) -> tuple[Registration, Registration, Registration]:
    """Two people have the places, Ana and then Ben wait."""
    first = make.registration(event, session("late"), at=AT, numbers={"spectator": 2})
    ana = make.registration(event, at=AT, name="Ana", email="ana@example.jp", waiting=frozenset({"late"}))
    return first, ana, make.registration(event, at=AT, name="Ben", email="ben@example.jp", waiting=frozenset({"late"}))


def test_everybody_is_told_how_they_hear_of_a_draw(app: Flask, client: FlaskClient, event: Event, make: Make) -> None:
    """Not everybody gave an address, and not every installation sends mail."""
    ana, ben = (make.registration(event, session("draw"), at=AT, email=one) for one in ("ana@example.jp", None))
    alone = "No e-mail comes, so please look here again."
    assert [alone in page_of(client, one) for one in (ana, ben)] == [True, True]
    set_up_mail(app)
    assert [alone in page_of(client, one) for one in (ana, ben)] == [False, True]
    assert "We also e-mail it to ana@example.jp." in page_of(client, ana)
    assert "not settled yet" not in page_of(client, make.registration(event, session("talk"), at=AT))


@pytest.mark.parametrize("mail", [True, False])
def test_the_form_promises_no_letter_that_may_not_come(
    app: Flask, client: FlaskClient, event: Event, mail: bool
) -> None:
    if mail:
        set_up_mail(app)
    how = "It also comes by e-mail if you gave an address." if mail else "No e-mail comes."
    page = client.get("/events/fair/register?lang=en").get_data(as_text=True)
    assert f"The answer stands on the page of your registration. {how}" in page


def changes_are_closed(event: Event) -> None:
    with transaction():
        db.session.get_one(Event, event.id).changes_close_at = AT - timedelta(hours=1)


def test_a_waiting_list_is_left_after_the_date_for_changes_too(client: FlaskClient, event: Event, make: Make) -> None:
    _, ana, ben = waiting(make, event)
    changes_are_closed(event)
    assert LIST in page_of(client, ana)
    asked = page_of(client, ana, "/sessions/late/leaving")
    assert "Leave the waiting list?" in asked
    assert "Number 1 on the waiting list" in asked
    assert places("late") == (2, 2), "asking changes nothing"
    assert leave(client, ana) == f"/r/{ana.link}?done=changed"
    assert leave(client, ana) == f"/r/{ana.link}?done=changed", "sent twice it is done once"
    assert client.get(f"/r/{ana.link}/sessions/late/leaving").headers["Location"] == f"/r/{ana.link}"
    assert places("late") == (2, 1)
    assert "Number 1 on the waiting list" in page_of(client, ben)


def test_an_offer_is_taken_or_left_after_the_date_for_changes_too(
    client: FlaskClient, event: Event, make: Make
) -> None:
    with transaction():
        db.session.get_one(Event, event.id).waiting_mode = WaitingMode.OFFER
    first, ana, ben = waiting(make, event)
    with transaction():
        cancel(first.id, at=AT)
    changes_are_closed(event)
    for one in (ana, ben):
        assert f'action="/r/{one.link}/sessions/late/offer"' in page_of(client, one)
    assert "Give the place that is kept for you to others?" in page_of(client, ana, "/sessions/late/leaving")
    leave(client, ana)
    assert client.post(f"/r/{ben.link}/sessions/late/offer").headers["Location"].endswith("?done=taken")
    assert (BookingState.OFFERED in states(ana, "late"), states(ben, "late")) == (False, {BookingState.CONFIRMED: 1})
    assert places("late") == (1, 0)


def test_a_class_that_waits_for_more_keeps_what_it_has(client: FlaskClient, event: Event, make: Make) -> None:
    group = {"kind": PartyKind.CLASS, "group": Group(name="みほん小学校")}
    make.registration(event, session("talk"), at=AT, numbers={"spectator": 8}, email="first@example.jp")
    tomo = make.registration(event, session("talk"), at=AT, numbers={"student": 30}, email="tomo@example.jp", **group)
    more = Application("Tomo", {"student": 35}, frozenset({"talk"}), "tomo@example.jp")
    with transaction():
        change(tomo.id, more, version=db.session.get_one(Registration, tomo.id).version, at=AT)
    assert states(tomo, "talk") == {BookingState.CONFIRMED: 32, BookingState.WAITING: 3}
    assert LIST in page_of(client, tomo)
    leave(client, tomo, "talk")
    assert states(tomo, "talk").get(BookingState.CONFIRMED) == 32
    assert places("talk") == (40, 0)


def test_an_application_is_withdrawn_and_what_is_confirmed_is_not(
    client: FlaskClient, event: Event, make: Make
) -> None:
    ana = make.registration(event, session("talk"), session("draw"), at=AT, email="ana@example.jp")
    page = page_of(client, ana)
    assert page.count("/leaving") == 1
    assert "Withdraw what you asked for?" in page_of(client, ana, "/sessions/draw/leaving")
    leave(client, ana, "draw")
    assert (states(ana, "draw").get(BookingState.APPLIED), places("draw")) == (None, (0, 0))
    assert client.get(f"/r/{ana.link}/sessions/talk/leaving").headers["Location"] == f"/r/{ana.link}"
    leave(client, ana, "talk")
    assert states(ana, "talk") == {BookingState.CONFIRMED: 1}


def test_sam_leaves_nothing(client: FlaskClient, event: Event, make: Make) -> None:
    _, ana, _ = waiting(make, event)
    for method in (client.get, client.post):
        assert method("/r/not-a-link/sessions/late/leaving").status_code == 404
        assert method(f"/r/{ana.link}/sessions/talk/leaving").status_code == 404, "it is not booked"
    assert places("late") == (2, 2)
