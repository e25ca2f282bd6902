"""Rosters, badges and tickets from the console: who may, who is on them, and the record of who printed."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit import AuditEntry
from app.db import db, transaction
from app.programme.models import Category, EventSession
from registrations.models import Attendee, BookingLine, Registration
from registrations.queries.rosters import expected_parties
from registrations.rules import BookingState
from tests.accounts.test_sign_in import csrf_of
from tests.console.conftest import Cast
from tests.console.test_pages import counted_queries
from tests.make import NOON, Make, both
from tests.registrations.paper import codes_on, words_of

PAGE = "/console/events/fair/print"
PLAIN = {"badges-session": "", "badges-group": "", "badges-labels": "10", "badges-first": "1"}


def printed(browser: FlaskClient, what: str, **typed: Any) -> TestResponse:
    token = csrf_of(browser, PAGE)
    return browser.post(f"{PAGE}/{what}", data={"csrf_token": token, **typed})


def named(make: Make, registration: Registration, name: str, reading: str, category: str) -> None:
    key = db.session.scalars(select(Category).filter_by(key=category, event_id=registration.event_id)).one().id
    with transaction():
        db.session.add(Attendee(registration_id=registration.id, category_id=key, name=name, reading=reading))


@pytest.fixture
def talk(cast: Cast, make: Make) -> EventSession:
    session = make.session(cast.event, "talk", title=both("講演", "Talk"))
    make.release(cast.event)
    return session


def test_what_lasts_all_day_is_offered_without_an_hour(cast: Cast, make: Make, talk: EventSession) -> None:
    midnight = NOON.astimezone(ZoneInfo(cast.event.timezone)).replace(hour=0)
    make.session(
        cast.event, "show", title=both("展示", "Show"), starts_at=midnight, ends_at=midnight + timedelta(days=1),
        door_opens_at=midnight, door_closes_at=midnight + timedelta(days=1),
    )  # fmt: skip
    page = cast.olga.get(f"{PAGE}?lang=en").get_data(as_text=True)
    assert ("Sat 3 Oct all day Show" in page, "Sat 3 Oct 12:00–13:00 Talk" in page) == (True, True)


def test_only_who_edits_the_event_prints(cast: Cast) -> None:
    assert cast.statuses(PAGE) == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip
    for what in ("roster", "badges", "ticket"):
        sent = {name: getattr(cast, name).post(f"{PAGE}/{what}").status_code for name in ("dora", "sam", "stranger")}
        assert sent == {"dora": 403, "sam": 400, "stranger": 401}


def test_the_roster_is_in_the_order_of_the_kana_and_adds_up(cast: Cast, make: Make, talk: EventSession) -> None:
    for name, reading, numbers in (
        ("架空 さくら", "カクウ　サクラ", {"spectator": 2, "student": 1}), ("髙橋", "たかはし", {"spectator": 1}),
        ("Alex", None, {"student": 1}), ("例示", "あらい", {"spectator": 1}),
    ):  # fmt: skip
        made = make.registration(cast.event, talk, name=name, numbers=numbers)
        with transaction():
            row = db.session.get_one(Registration, made.id)
            row.contact_reading, row.no_photo = reading, name == "髙橋"
    make.registration(cast.event, name="Elsewhere")
    paper = printed(cast.olga, "roster", **{"roster-session": "talk"})
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    assert (paper.headers["Cache-Control"], paper.headers["X-Robots-Tag"]) == ("private, no-store", "noindex")
    words = words_of(paper.data)
    at = [words.index(word) for word in ("名簿", "講演", "例示", "架空さくら", "髙橋", "Alex", "合計426")]
    assert at == sorted(at)
    assert "撮影不可" in words[at[4] : at[5]]
    assert "撮影不可" not in words[: at[4]]
    assert "Elsewhere" not in words
    assert "Elsewhere" in words_of(printed(cast.olga, "roster", **{"roster-session": ""}).data)


def test_only_confirmed_places_are_on_paper(cast: Cast, make: Make, talk: EventSession) -> None:
    for name, changed in (
        ("Waiting", {}),
        ("Cancelled", {"cancelled_at": talk.starts_at}),
        ("Blocked", {"blocked_at": talk.starts_at}),
    ):
        made = make.registration(cast.event, talk, name=name)
        with transaction():
            for column, value in changed.items():
                setattr(db.session.get_one(Registration, made.id), column, value)
            if name == "Waiting":
                db.session.execute(db.update(BookingLine).values(state=BookingState.WAITING))
    make.registration(cast.event, talk, name="Confirmed")
    for session_id in (talk.id, None):
        assert [party.contact for party in expected_parties(cast.event.id, session_id=session_id)] == ["Confirmed"]


def test_badges_for_the_named_and_one_to_write_on_for_each_other(cast: Cast, make: Make, talk: EventSession) -> None:
    family = make.registration(cast.event, talk, name="見本 花子", numbers={"spectator": 2, "student": 1})
    named(make, family, "見本 太郎", "みほん たろう", "student")
    school = make.registration(cast.event, talk, name="先生", numbers={"student": 3})
    with transaction():
        db.session.get_one(Registration, school.id).group_name = "みほん小学校"
    words = words_of(printed(cast.olga, "badges", **PLAIN, **{"badges-blanks": "y", "badges-codes": "y"}).data)
    assert words.count("市民まつり") == 6
    assert words.count("みほん小学校") == 3
    assert words.count("見本花子様ご一行") == 1
    assert words.count("見本花子") == 2
    assert words.count("見本太郎") == 1
    group = expected_parties(cast.event.id, session_id=talk.id)[1].uuid
    only = printed(cast.olga, "badges", **{**PLAIN, "badges-group": str(group)})
    words = words_of(only.data)
    assert ("先生" in words, "見本" in words, words.count("市民まつり")) == (True, False, 1)
    assert codes_on(only.data) == []


def test_a_wrong_start_or_an_unknown_sheet_is_said_and_nothing_typed_is_lost(cast: Cast, make: Make) -> None:
    for typed, sentence in (
        ({"badges-first": "11"}, "ラベルは1から10まで"), ({"badges-first": ""}, "最初に使うラベル"),
        ({"badges-labels": "9"}, "href=\"#badges-labels\""),
    ):  # fmt: skip
        page = printed(cast.olga, "badges", **{**PLAIN, "badges-codes": "y", **typed})
        text = page.get_data(as_text=True)
        assert page.status_code == 422
        assert sentence in text
        assert 'name="badges-codes" value="y" checked' in " ".join(text.split())
    assert db.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.endswith(".print"))).all() == []


def test_a_paper_ticket_for_a_number_that_somebody_says(cast: Cast, make: Make, talk: EventSession) -> None:
    made = make.registration(cast.event, talk, name="見本 花子", language="en")
    ticket = make.ticket(made)
    number = f"{ticket.number[:3]}-{ticket.number[3:]}"
    paper = printed(cast.olga, "ticket", **{"ticket-number": number, "ticket-size": "large"})
    words = words_of(paper.data)
    assert ("見本花子" in words, "Talk" in words, number in words) == (True, True, True)
    for wrong in ("1234567", "no number", "Z" * 26):
        assert printed(cast.olga, "ticket", **{"ticket-number": wrong, "ticket-size": "a4"}).status_code == 422
    with transaction():
        db.session.get_one(Registration, made.id).cancelled_at = talk.starts_at
    assert printed(cast.olga, "ticket", **{"ticket-number": number, "ticket-size": "a4"}).status_code == 422


def test_who_printed_what_is_recorded_without_a_name(cast: Cast, make: Make, talk: EventSession) -> None:
    made = make.registration(cast.event, talk, name="見本 花子")
    printed(cast.olga, "roster", **{"roster-session": "talk"})
    printed(cast.olga, "badges", **PLAIN)
    printed(cast.olga, "ticket", **{"ticket-number": make.ticket(made).number, "ticket-size": "a6"})
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.verb.endswith(".print")).order_by(AuditEntry.id))
    assert [(one.verb, one.subject, one.facts) for one in entries] == [
        ("roster.print", f"session:{talk.uuid}", {"registrations": 1}),
        ("badges.print", f"event:{cast.event.uuid}", {"registrations": 1}),
        ("ticket.print", f"registration:{made.uuid}", {"registrations": 1}),
    ]


def test_lists_ask_as_much_for_three_parties_as_for_one(cast: Cast, make: Make, talk: EventSession, app: Flask) -> None:
    counts = []
    for number in (1, 2):
        for _ in range(number):
            made = make.registration(cast.event, talk, numbers={"student": 2})
            named(make, made, "見本", "みほん", "student")
        event_id, session_id = cast.event.id, talk.id
        with counted_queries(app) as sent:
            expected_parties(event_id, session_id=session_id)
        counts.append(len(sent))
    assert counts[0] == counts[1] == 5
