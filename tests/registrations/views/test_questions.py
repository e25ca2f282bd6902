"""The organiser's questions on the public pages: asked when they should be, kept as typed, changed at the link."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Category, Event
from app.web.actors import Actor
from registrations.models import Question, Registration
from registrations.operations.asking import change_question, move_question
from registrations.operations.erasing import erase
from registrations.operations.handing import hand_over
from tests.make import NOON, Make, both
from tests.registrations.questions import after, answers, drafted, question
from tests.registrations.views.forms import errors_on, key_on, send, typed
from tests.registrations.views.test_groups import CLASS, text_of

AT = NOON - timedelta(days=20)
ENGLISH = "?lang=en"
MEANWHILE = "Somebody changed the answers meanwhile. Nothing is lost: check below and send it again."


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event(
        party_kinds=["person", "family", "class"],
        class_categories={"pupils": "student", "teachers": "spectator", "guardians": "spectator"},
    )
    make.session(made, "talk", capacity=10, title=both("講演", "Talk"))
    with transaction():
        db.session.scalars(db.select(Category).filter_by(event_id=made.id, key="student")).one().minor = True
    return make.release(made)


def register(client: FlaskClient, event: Event, **given: Any) -> Any:
    """With answers by the names of fields."""
    page = client.get(f"/events/{event.slug}/register{ENGLISH}")
    fields = {name: given.pop(name) for name in list(given) if name.startswith("q-")}
    data = {"key": key_on(page), **typed(**given), **fields}
    return client.post(f"/events/{event.slug}/register{ENGLISH}", data=data)


def read_on(page: Any) -> str:
    """What a form says of the answers that it was filled with."""
    found = re.search(r'name="read"[^>]*value="([^"]*)"', page.get_data(as_text=True))
    assert found
    return found[1]


def only() -> Registration:
    db.session.rollback()
    found: Registration = db.session.scalars(db.select(Registration)).one()
    return found


def test_answers_are_kept_with_the_registration(client: FlaskClient, event: Event) -> None:
    name = question(event, "reading", "Reading")
    needs = question(event, "needs", "Needs")
    paths = question(event, "several", "Paths", choices=["Web", "Friends", "Poster"])
    page = register(client, event, **{
        name.name: "ﾔﾏﾀﾞ　ﾊﾅｺ", needs.name: ["allergy", "wheelchair"], f"{needs.name}-more": "そば",
        paths.name: ["c3", "c1"],
    })  # fmt: skip
    assert page.status_code == 303
    assert answers() == {
        name.id: {"text": "やまだ はなこ"},
        needs.id: {"choices": ["wheelchair", "allergy"], "text": "そば"},
        paths.id: {"choices": ["c1", "c3"]},
    }


def test_what_is_wrong_is_said_and_everything_typed_stays(client: FlaskClient, event: Event) -> None:
    asked = [
        question(event, "short", "Club", required=True), question(event, "number", "Children"),
        question(event, "date", "Birthday"), question(event, "reading", "Reading"), question(event, "long", "Why"),
        question(event, "yes_no", "First time", required=True),
    ]  # fmt: skip
    club, number, day, reading, why, first = (one.name for one in asked)
    wrong = {number: "many", day: "2026-02-30", reading: "山田", why: "a" * 2001, club: " "}
    page = register(client, event, name="Ana <b>", email="ana@example.jp", **wrong)
    assert (page.status_code, errors_on(page)) == (
        422,
        [
            "Answer “Club”.",
            "Type a whole number, 0 or more.",
            "Type a day that exists, such as 2026-10-03.",
            "Type the reading in kana, without kanji or letters.",
            "Use at most 2000 characters.",
            "Answer “First time”.",
        ],
    )
    html = page.get_data(as_text=True)
    for kept in ('value="many"', "2026-02-30", 'value="山田"', "a" * 2001, "Ana &lt;b&gt;", 'value="ana@example.jp"'):
        assert kept in html
    good = {club: "Chess", number: "２", day: "2026年2月3日", reading: "やまだ", why: "", first: "yes"}
    assert (
        client.post(f"/events/fair/register{ENGLISH}", data={"key": key_on(page), **typed(), **good}).status_code == 303
    )
    assert list(answers().values()) == [
        {"text": "Chess"}, {"number": 2}, {"date": "2026-02-03"}, {"text": "やまだ"}, {"choice": "yes"},
    ]  # fmt: skip


def test_a_condition_is_said_in_words_and_what_it_hides_counts_for_nothing(client: FlaskClient, event: Event) -> None:
    source = question(event, "choice", "How did you hear", choices=["Web", "Other"])
    other = question(event, "short", "Where", required=True, condition=after(source, "c2"))
    visit = question(event, "yes_no", "Lunch", required=True, session="talk")
    child = question(event, "school_year", "Year", required=True, audience=["child"])
    html = client.get(f"/events/fair/register{ENGLISH}").get_data(as_text=True)
    for sentence in (
        "Only if you answered “How did you hear” with “Other”.", "Only if you take part in “Talk”.",
        "Only if children take part.",
    ):  # fmt: skip
        assert sentence in html
    assert f'data-when="{source.name}=c2"' in html
    hidden = {source.name: "c1", other.name: "ignored", visit.name: "ignored", child.name: "ignored"}
    assert register(client, event, **hidden).status_code == 303
    assert answers() == {source.id: {"choice": "c1"}}
    asked = register(client, event, sessions="talk", with__student="1", adult="yes", **{source.name: "c2"})
    assert errors_on(asked) == ["Answer “Where”.", "Answer “Lunch”.", "Answer “Year”."]
    whole = {source.name: "c2", other.name: "Radio", visit.name: "no", child.name: "primary_3"}
    done = register(client, event, sessions="talk", with__student="1", adult="yes", **whole)
    assert done.status_code == 303
    assert answers()[child.id] == {"choice": "primary_3"}


def test_a_class_is_asked_what_is_meant_for_classes(client: FlaskClient, event: Event) -> None:
    bus = question(event, "yes_no", "By coach", required=True, audience=["class"])
    question(event, "short", "Nickname", required=True)
    assert "By coach" not in client.get(f"/events/fair/register{ENGLISH}").get_data(as_text=True)
    address = f"/events/fair/register/class{ENGLISH}"
    page = client.get(address)
    assert "Nickname" not in page.get_data(as_text=True)
    missing = client.post(address, data={"key": key_on(page), **CLASS})
    assert errors_on(missing) == ["Answer “By coach”."]
    assert "みほん小学校" in missing.get_data(as_text=True)
    assert client.post(address, data={"key": key_on(page), **CLASS, bus.name: "yes"}).status_code == 303
    with transaction():
        hand_over(only().id, name="Ben", address="ben@example.jp", at=AT)
    assert answers() == {bus.id: {"choice": "yes"}}, "a class keeps what it answered"


def test_a_changed_question_shows_at_once_and_old_answers_keep_the_old_one(client: FlaskClient, event: Event) -> None:
    old = question(event, "short", "Club")
    opened = client.get(f"/events/fair/register{ENGLISH}")
    assert "Club" in opened.get_data(as_text=True)
    register(client, event, **{old.name: "Chess"})
    with transaction():
        new = change_question(
            db.session.get_one(Event, event.id), old.uuid, drafted("short", "Team", required=True), version=1, at=AT,
            actor=Actor(),
        )  # fmt: skip
    page = client.get(f"/events/fair/register{ENGLISH}").get_data(as_text=True)
    assert ("Team" in page, "Club" in page) == (True, False)
    late = client.post(f"/events/fair/register{ENGLISH}", data={"key": key_on(opened), **typed(), old.name: "Go"})
    assert errors_on(late) == ["Answer “Team”."], "an answer to the old one is none to the new"
    assert answers() == {old.id: {"text": "Chess"}}
    assert (new.previous_id, db.session.get_one(Question, old.id).retired_at) == (old.id, AT)


def test_another_order_shows_at_once_and_disturbs_nobody(client: FlaskClient, event: Event) -> None:
    first, second = question(event, "short", "First"), question(event, "short", "Second", required=True)
    opened = client.get(f"/events/fair/register{ENGLISH}")
    with transaction():
        move_question(db.session.get_one(Event, event.id), second.uuid, later=False, at=AT, actor=Actor())
    page = client.get(f"/events/fair/register{ENGLISH}").get_data(as_text=True)
    assert page.index("Second") < page.index("First")
    data = {"key": key_on(opened), **typed(), first.name: "a", second.name: "b"}
    assert client.post(f"/events/fair/register{ENGLISH}", data=data).status_code == 303
    assert answers() == {first.id: {"text": "a"}, second.id: {"text": "b"}}


def test_the_same_form_sent_twice_answers_once(client: FlaskClient, event: Event) -> None:
    club = question(event, "short", "Club")
    page = client.get("/events/fair/register")
    data = {"key": key_on(page), **typed(), club.name: "Chess"}
    assert [client.post("/events/fair/register", data=data).status_code for _ in range(2)] == [303, 303]
    assert answers() == {club.id: {"text": "Chess"}}


def test_answers_are_changed_at_the_link_until_changes_close(client: FlaskClient, event: Event) -> None:
    club = question(event, "short", "Club", required=True)
    source = question(event, "choice", "Source", choices=["Web", "Other"])
    where = question(event, "short", "Where", condition=after(source, "c2"))
    register(client, event, **{club.name: "Chess", source.name: "c2", where.name: "Radio"})
    link = only().link
    assert "See or change your answers" in text_of(client.get(f"/r/{link}{ENGLISH}"))
    html = client.get(f"/r/{link}/questions{ENGLISH}").get_data(as_text=True)
    assert 'value="Chess"' in html
    assert re.search(r'value="c2" checked', html)
    missing = client.post(f"/r/{link}/questions{ENGLISH}", data={where.name: "TV"})
    assert (missing.status_code, errors_on(missing)) == (422, ["Answer “Club”."])
    assert 'value="TV"' in missing.get_data(as_text=True)
    given = {"read": read_on(client.get(f"/r/{link}/questions")), club.name: "Go", source.name: "c1"}
    done = client.post(f"/r/{link}/questions", data={**given, where.name: "TV"})
    assert done.headers["Location"] == f"/r/{link}?done=changed"
    assert answers() == {club.id: {"text": "Go"}, source.id: {"choice": "c1"}}
    with transaction():
        db.session.get_one(Event, event.id).changes_close_at = AT
    assert client.get(f"/r/{link}/questions").headers["Location"] == f"/r/{link}"
    assert client.post(f"/r/{link}/questions", data={club.name: "Late"}).headers["Location"] == f"/r/{link}"
    assert answers()[club.id] == {"text": "Go"}


def test_two_windows_overwrite_none_of_each_others_answers(client: FlaskClient, event: Event) -> None:
    club = question(event, "short", "Club")
    source = question(event, "choice", "Source", choices=["Web", "Other"])
    register(client, event, **{club.name: "Chess", source.name: "c2"})
    where = f"/r/{only().link}/questions{ENGLISH}"
    read = read_on(client.get(where))
    client.post(where, data={"read": read, club.name: "Go", source.name: "c2"})
    late = client.post(where, data={"read": read, club.name: "Shogi", source.name: "c1"})
    assert (late.status_code, errors_on(late)) == (409, [MEANWHILE, "Now it says: Go", "Now it says: Other"])
    assert 'value="Shogi"' in late.get_data(as_text=True)
    assert answers() == {club.id: {"text": "Go"}, source.id: {"choice": "c2"}}
    again = client.post(where, data={"read": read_on(late), club.name: "Shogi", source.name: "c2"})
    assert again.status_code == 303
    assert answers() == {club.id: {"text": "Shogi"}, source.id: {"choice": "c2"}}


def test_what_is_missing_is_said_at_the_link(client: FlaskClient, event: Event, make: Make) -> None:
    ana = make.registration(event, at=AT)
    page = client.get(f"/r/{ana.link}{ENGLISH}").get_data(as_text=True)
    assert "Questions of the organiser" not in page
    assert client.get(f"/r/{ana.link}/questions").headers["Location"] == f"/r/{ana.link}"
    question(event, "short", "Club", required=True)
    assert "An answer is missing" in text_of(client.get(f"/r/{ana.link}{ENGLISH}"))


def test_strangers_and_the_erased_find_no_questions(client: FlaskClient, event: Event) -> None:
    club = question(event, "needs", "Needs")
    register(client, event, **{club.name: ["allergy"]})
    link = only().link
    assert client.get("/r/not-a-link/questions").status_code == 404
    assert client.post("/r/not-a-link/questions", data={club.name: "allergy"}).status_code == 404
    data = client.get(f"/r/{link}/my-data.json").get_json()
    assert [one["answer"][0]["en"] for one in data["answers"]] == ["An allergy"]
    with transaction():
        erase(only().id, at=AT)
    assert answers() == {club.id: None}
    assert "Needs" not in text_of(client.get(f"/r/{link}/questions{ENGLISH}"))


def test_without_questions_the_form_is_as_it_was(client: FlaskClient, event: Event, app: Flask) -> None:
    page = client.get(f"/events/fair/register{ENGLISH}").get_data(as_text=True)
    assert ("step-questions" in page, 'name="q-' in page) == (False, False)
    assert send(client, event).status_code == 303
