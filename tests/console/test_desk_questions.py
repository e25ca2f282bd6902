"""The organiser's questions where staff fill in: at the desk, later on, and in files; what nobody asked is said."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Actor
from registrations.models import Registration
from registrations.operations.asking import change_question
from registrations.queries.questions import answers_given
from registrations.rules.questions import QuestionFacts
from tests.console.conftest import Cast
from tests.console.editing import opened, post
from tests.console.test_registration_files import in_english, read, take
from tests.console.test_registrations import settled
from tests.make import NOON, Make
from tests.registrations.questions import after, answers, drafted, question
from tests.registrations.views.forms import errors_on, key_on
from tests.registrations.views.test_groups import text_of

AT = NOON - timedelta(days=20)
LIST = "/console/events/fair/registrations"
MINORS = {"student": {"minor": True}}


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def asked(cast: Cast, make: Make) -> dict[str, QuestionFacts]:
    """How one comes (has to be answered), by which bus (only then), a class's lunch, and what a talk needs."""
    talk = make.session(cast.event, "talk", capacity=50)
    with transaction():
        make.categories(db.session.merge(cast.event))["student"].minor = True
    make.release(cast.event)
    way = question(cast.event, "choice", "Way", choices=["Train", "Bus"], required=True)
    return {
        "way": way,
        "line": question(cast.event, "short", "Line", condition=after(way, "c2")),
        "age": question(cast.event, "number", "Age", audience=["child"], required=True),
        "lunch": question(cast.event, "yes_no", "Lunch", audience=["class"], required=True),
        "seat": question(cast.event, "needs", "Seat", session=talk.code),
    }


def sent(cast: Cast, typed: dict[str, Any], query: str = "") -> Any:
    """The desk's form opened, filled in and sent, in English."""
    address = f"{LIST}/new?lang=en{query}"
    first = {"key": key_on(cast.olga.get(address)), "language": "ja", "version": "0", "name": "Ana", "kind": "",
             "with-spectator": "1"}  # fmt: skip
    return post(cast.olga, address, {**first, **typed})


def page_of(cast: Cast, made: Any) -> str:
    assert made.status_code == 303, errors_on(made)
    return text_of(cast.olga.get(made.location.removesuffix("/taken") + "?lang=en"))


def test_the_desk_answers_for_somebody(cast: Cast, asked: dict[str, QuestionFacts]) -> None:
    way, line, seat = (asked[one] for one in ("way", "line", "seat"))
    made = sent(cast, {way.name: "c2", line.name: "6", "sessions": "talk", f"{seat.name}-more": "near the door"})
    page = page_of(cast, made)
    assert answers() == {way.id: {"choice": "c2"}, line.id: {"text": "6"},
                         seat.id: {"choices": [], "text": "near the door"}}  # fmt: skip
    assert ("Bus" in page, "Not asked" in page) == (True, False)


def test_wrong_answers_are_refused_as_on_the_public_form_and_kept(cast: Cast, asked: dict[str, QuestionFacts]) -> None:
    page = sent(cast, {asked["way"].name: "c9", "with-student": "1", asked["age"].name: "ten"})
    assert (page.status_code, errors_on(page)) == (
        422, ["Choose one of the answers. They may have changed meanwhile.", "Type a whole number, 0 or more."],
    )  # fmt: skip
    assert 'value="ten"' in page.get_data(as_text=True)
    assert answers() == {}


def test_what_the_desk_did_not_ask_is_ticked_and_said(cast: Cast, asked: dict[str, QuestionFacts]) -> None:
    way, age = asked["way"], asked["age"]
    children = {"with-student": "2"}
    page = sent(cast, children)
    assert errors_on(page) == [
        "Answer “Way”, or tick that it was not asked.", "Answer “Age”, or tick that it was not asked.",
    ]  # fmt: skip
    made = sent(cast, {**children, f"{way.name}-open": "y", age.name: "8"})
    assert (page_of(cast, made).count("Not asked"), answers()) == (1, {age.id: {"number": 8}})


@pytest.mark.parametrize(
    ("typed", "query", "faults"),
    [
        ({"kind": "class", "group_name": "みほん小学校", "with-student": "20"}, "", ["Lunch"]),
        ({"kind": "team"}, "&kind=team", ["Lunch"]),
        ({}, "", ["Way"]),
    ],
)
def test_a_class_a_team_and_a_person_are_asked_what_is_theirs(
    cast: Cast, asked: dict[str, QuestionFacts], typed: dict[str, str], query: str, faults: list[str]
) -> None:
    page = sent(cast, typed, query)
    assert errors_on(page) == [f"Answer “{one}”, or tick that it was not asked." for one in faults]
    if not query:
        text = unescape(page.get_data(as_text=True))
        assert re.findall(r'data-when="([^"]*)"', text)[:4] == [
            "kind=", f"kind=;{asked['way'].name}=c2", "kind=;category=student with-student>0",
            "kind=class kind=delegation",
        ]  # fmt: skip


def test_a_public_form_has_no_such_tick(cast: Cast, asked: dict[str, QuestionFacts]) -> None:
    name = asked["way"].name
    page = cast.stranger.get("/events/fair/register")
    assert (f"{name}-open" in page.get_data(as_text=True), name in page.get_data(as_text=True)) == (False, True)
    typed = {"key": key_on(page), "name": "Ana", "category": "spectator", "consent": "y", f"{name}-open": "y"}
    assert cast.stranger.post("/events/fair/register", data=typed).status_code == 422


def test_staff_answer_later_also_after_the_last_day_of_changes(
    cast: Cast, make: Make, asked: dict[str, QuestionFacts]
) -> None:
    row, way = make.registration(cast.event), asked["way"]
    with transaction():
        db.session.get_one(Event, cast.event.id).changes_close_at = AT - timedelta(days=1)
    where = f"{LIST}/{row.uuid}/answers"
    form = opened(cast.olga, where)
    assert form[f"{way.name}-open"] == ["y"]
    wrong = post(cast.olga, f"{where}?lang=en", {way.name: "c9"})
    assert (wrong.status_code, len(errors_on(wrong)), answers()) == (422, 1, {})
    assert post(cast.olga, where, {way.name: "c1"}).location == f"{LIST}/{row.uuid}"
    assert answers() == {way.id: {"choice": "c1"}}
    with transaction():
        draft = drafted("choice", "Way there", choices=["Train", "Bus"], required=True)
        change_question(db.session.get_one(Event, cast.event.id), way.uuid, draft, version=1, at=AT, actor=Actor())
    page = text_of(cast.olga.get(f"{LIST}/{row.uuid}?lang=en"))
    assert ("Way there Not asked" in page, "asked in these words until" in page) == (True, True)
    (entry,) = db.session.scalars(db.select(AuditEntry).filter_by(verb="registration.answers"))
    assert entry.facts == {}
    assert cast.statuses(where) == {"owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
    with transaction():
        db.session.get_one(Registration, row.id).cancelled_at = AT
    assert (cast.olga.get(where).status_code, post(cast.olga, where, {}).status_code) == (303, 303)


def table(headings: Sequence[Any], *rows: Sequence[Any]) -> bytes:
    book = Workbook()
    for row in (headings, *rows):
        book.active.append(list(row))  # type: ignore[union-attr]
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_file_answers_and_says_row_by_row_what_is_wrong(cast: Cast, asked: dict[str, QuestionFacts]) -> None:
    way, age, lunch, seat = (asked[one] for one in ("way", "age", "lunch", "seat"))
    headings = ["name", "kind", "sessions", "people:spectator", "people:student", "質問：Way（日）", "Line", "Age",
                f"question:{lunch.uuid.hex[:12]}", "Question: Seat"]  # fmt: skip
    fine: list[list[Any]] = [
        ["Ana", "", "talk", 1, 2, "bus", 6, 8.0, None, "Sign language； near the door"],
        ["School", "class", "", None, 20, None, None, None, True, None],
        ["Ben", "", "", 1, None, None, None, None, None, None],
    ]
    wrong: list[list[Any]] = [
        ["Cleo", "", "", 1, None, "Horse", None, None, None, None],
        ["Dan", "", "", 1, None, "Train", "6", None, None, None],
        ["Eve", "", "", 1, None, "Train", None, 9, None, None],
        ["Finn", "", "", 1, None, "Train", None, None, None, "x" * 2001],
        ["Gus", "", "talk", 1, None, "Train", None, None, None, "x" * 2001],
        ["Hal", "", "", None, 1, "Train", None, "ten", None, None],
    ]
    in_english(cast)
    page = text_of(cast.olga.get(read(cast, table(headings, *fine, *wrong)).location + "?lang=en"))
    for sentence in (
        "Cleo Cannot be taken Way: This is none of the answers.", "Dan Cannot be taken “Line” is not asked",
        "Eve Cannot be taken “Age” is not asked", "Finn Cannot be taken “Seat” is not asked",
        "Gus Cannot be taken Seat: Use at most 2000 characters.", "Hal Cannot be taken Age: Type a whole number",
        "Ben New Not asked Way",
    ):  # fmt: skip
        assert sentence in page, sentence
    assert "3 rows were taken." in take(cast, table(headings, *fine))
    found = answers_by_name()
    assert found == {
        "Ana": {way.id: {"choice": "c2"}, asked["line"].id: {"text": "6"}, age.id: {"number": 8},
                seat.id: {"choices": ["sign_language"], "text": "near the door"}},
        "School": {lunch.id: {"choice": "yes"}},
        "Ben": {},
    }  # fmt: skip
    assert "3 rows are here already" in text_of(cast.olga.get(read(cast, table(headings, *fine)).location + "?lang=en"))


def answers_by_name() -> dict[str | None, Any]:
    db.session.rollback()
    rows = db.session.scalars(db.select(Registration)).all()
    return {row.contact_name: answers_given(row.id) for row in rows}


def test_the_template_has_a_column_for_each_question(cast: Cast, asked: dict[str, QuestionFacts]) -> None:
    twice = question(cast.event, "date", "Line")
    for language, first in (("ja", "質問：Way（日）"), ("en", "Question: Way")):
        book = load_workbook(BytesIO(cast.olga.get(f"{LIST}/imports/template.xlsx?lang={language}").get_data()))
        headings = [cell.value for cell in book.worksheets[0][1]]
        explained = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows(min_row=2)}
        assert headings[-6] == first
        assert {headings[-5], headings[-1]} == {f"question:{one.uuid.hex[:12]}" for one in (asked["line"], twice)}
        assert {"Train", "Bus"} <= set(re.findall("[A-Z][a-z]+", str(explained[first])))
        row: list[Any] = [None] * len(headings)
        row[1], row[headings.index("people:spectator")] = f"Ana {language}", 1
        row[-6], row[-1] = "Train", "2026/10/3"
        assert "1 row was taken." in take(cast, table(headings, row))
    assert answers_by_name()["Ana en"][twice.id] == {"date": "2026-10-03"}
    assert "Question: Way" in text_of(cast.olga.get(f"{LIST}/imports?lang=en"))


def test_a_question_changed_after_the_preview_is_said(cast: Cast, asked: dict[str, QuestionFacts]) -> None:
    in_english(cast)
    number = question(cast.event, "number", "How far")
    where = read(cast, table(["name", "people:spectator", "How far"], ["Ana", 1, 3])).location
    with transaction():
        draft = drafted("number", "How late")
        change_question(db.session.get_one(Event, cast.event.id), number.uuid, draft, version=1, at=AT, actor=Actor())
    post(cast.olga, f"{where}/yes")
    assert "A question was changed meanwhile." in settled(cast.olga, where)
    assert (answers(), db.session.scalars(db.select(Registration)).all()) == ({}, [])
