"""The organiser's questions in the event file: out and in again equal, changed where the file says so, judged first."""

import json
from typing import Any

import pytest
from flask import Flask

from app.db import db, transaction
from app.programme.models import Event
from registrations.models import Answer, Question
from registrations.queries.questions import standing_questions
from registrations.rules.filed import written_of
from registrations.rules.questions import QuestionFacts
from tests.make import Make, both
from tests.programme.files import bring_in, small
from tests.registrations.questions import after, question
from tests.registrations.test_files import exported, run


@pytest.fixture
def asked(make: Make) -> list[QuestionFacts]:
    """Questions of every sort on the smallest event: a choice and what follows from it, a session's, a class's."""
    done = bring_in(make.host(), small())
    event = db.session.get_one(Event, done.event_id)
    code = small()["sessions"][0]["code"]
    way = question(event, "choice", "Way", choices=["Train", "Bus", "Ship"], required=True, support=both("説明", "Why"))
    question(event, "number", "Line", condition=after(way, "c2", "c3"), audience=["adult", "class"])
    year = question(event, "school_year", "Year", audience=["child"])
    question(event, "long", "More", condition=after(year, "primary_5"), session=code)
    question(event, "needs", "Needs")
    return standing("walk")


def standing(slug: str) -> list[QuestionFacts]:
    db.session.rollback()
    event_id = db.session.scalars(db.select(Event.id).filter_by(slug=slug)).one()
    return list(standing_questions(event_id))


def imported(app: Flask, document: dict[str, Any]) -> str:
    return run(app, "import", "-", given=json.dumps(document)).output


def test_importing_an_export_changes_nothing_and_elsewhere_gives_equal_questions(
    app: Flask, make: Make, asked: list[QuestionFacts]
) -> None:
    document = exported(app, "walk")
    assert imported(app, document) == "walk was equal to the file already.\n"
    assert standing("walk") == asked
    document["event"]["slug"] = "walk-again"
    assert "walk-again is new" in imported(app, document)
    assert written_of(standing("walk-again")) == document["questions"] == written_of(asked)
    again = exported(app, "walk-again")
    again["event"]["slug"] = "walk"
    assert again == exported(app, "walk")
    assert imported(app, document) == "walk-again was equal to the file already.\n"


def test_a_file_without_questions_leaves_them_and_an_empty_list_takes_them_away(
    app: Flask, asked: list[QuestionFacts]
) -> None:
    document = exported(app, "walk")
    questions = document.pop("questions")
    imported(app, document)
    assert standing("walk") == asked
    assert "5 changed" in imported(app, {**document, "questions": []})
    assert standing("walk") == []
    assert "5 changed" in imported(app, {**document, "questions": questions})
    assert written_of(standing("walk")) == questions


def test_what_the_file_changes_is_changed_and_answers_keep_their_question(
    app: Flask, make: Make, asked: list[QuestionFacts]
) -> None:
    made = make.registration(db.session.get_one(Event, make_id("walk")), numbers={"adult": 1})
    with transaction():
        db.session.add(Answer(registration_id=made.id, question_id=asked[0].id, value={"choice": "c3"}))
    document = exported(app, "walk")
    way, line, year, more, needs = document["questions"]
    way["choices"], line["shown_if"]["answers"] = [both("船", "Ship"), both("徒歩", "On foot")], ["c1"]
    more["label"]["en"], year["key"] = "Anything more?", "year"
    more["shown_if"]["question"] = "year"
    new = {"key": "lunch", "kind": "yes_no", "label": {"en": "Lunch"}}
    needs["shown_if"] = {"question": "lunch", "answers": ["yes"]}
    document["questions"] = [new, year, more, way, line, needs]
    told = imported(app, document)
    now = standing("walk")
    assert [one.label.get("en") for one in now] == ["Lunch", "Year", "Anything more?", "Way", "Line", "Needs"]
    old = db.session.get_one(Question, asked[0].id)
    assert (old.retired_at is not None, now[3].id == old.id) == (True, False)
    assert [one.key for one in now[3].choices] == ["c3", "c4"]
    assert now[4].condition == after(now[3], "c3")
    assert now[5].condition == after(now[0], "yes")
    assert "changed" in told
    assert imported(app, document) == "walk was equal to the file already.\n"
    assert db.session.scalars(db.select(Answer.question_id)).all() == [old.id]


def make_id(slug: str) -> int:
    found: int = db.session.scalars(db.select(Event.id).filter_by(slug=slug)).one()
    return found


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({"key": "q1"}, "questions[5].key: \"q1\" – expected a key that no question above has"),
        ({"kind": "choice"}, "questions[5].choices: null – expected at least two choices"),
        ({"choices": [{"en": "A"}, {"en": "B"}]}, "expected no choices: its kind brings them, or has none"),
        ({"session": "none"}, "questions[5].session: \"none\" – expected the code of a session of this file"),
        ({"shown_if": {"question": "q9", "answers": ["c1"]}}, "questions[5].shown_if.question: \"q9\""),
        ({"shown_if": {"question": "q2", "answers": ["c1"]}}, "the key of a question above that has choices"),
        ({"shown_if": {"question": "q1", "answers": ["c4"]}}, ".shown_if.answers: \"c4\" – expected one of c1, c2, c3"),
        ({"shown_if": {"question": "q3", "answers": ["no"]}}, "expected one of preschool"),
        ({"kind": "essay"}, "questions[5].kind: \"essay\" – expected one of short, long"),
        ({"label": {}}, "questions[5].label"),
        ({"audience": []}, "questions[5].audience"),
        ({"key": None}, "questions[5].key"),
        ({"answers": []}, "questions[5].answers"),
    ],
)  # fmt: skip
def test_a_file_with_wrong_questions_is_refused_whole(
    app: Flask, asked: list[QuestionFacts], question: dict[str, Any], told: str
) -> None:
    document = exported(app, "walk")
    document["questions"].append({"key": "new", "kind": "short", "label": {"en": "New"}, **question})
    document["event"]["title"]["en"] = "Another title"
    done = run(app, "import", "-", given=json.dumps(document))
    assert (done.exit_code, told in done.output) == (1, True), done.output
    assert standing("walk") == asked
    assert exported(app, "walk")["event"]["title"].get("en") != "Another title"


@pytest.mark.parametrize("questions", [7, [7], [None], {}, [{}], [{"key": "a", "kind": "choice"}] * 60, "x"])
def test_questions_that_are_none_are_told_and_never_crash(app: Flask, make: Make, questions: Any) -> None:
    make.host()
    done = run(app, "import", "-", given=json.dumps({**small(), "questions": questions}))
    assert (done.exit_code, "questions" in done.output) == (1, True)
    assert db.session.scalars(db.select(Event)).all() == []


def test_many_questions_are_read_in_one_go(app: Flask, make: Make) -> None:
    make.host()
    many = [{"key": f"k{n}", "kind": "short", "label": {"en": f"Question {n}"}} for n in range(50)]
    assert "is new" in imported(app, {**small(), "questions": many})
    assert [one.label["en"] for one in standing("walk")] == [f"Question {n}" for n in range(50)]
