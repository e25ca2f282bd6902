"""An organiser asks, changes, orders and retires questions, sees the form, and takes the answers along."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Actor
from registrations.models import Question
from registrations.operations import register
from registrations.operations.asking import change_question
from registrations.queries.questions import standing_questions
from registrations.rules import Application
from registrations.rules.questions import Answered, QuestionFacts
from tests.console.conftest import Cast
from tests.console.editing import opened, post, typed_in
from tests.console.test_pages import counted_queries
from tests.console.test_registration_files import file_of
from tests.make import NOON, Make
from tests.registrations.questions import after, answers, drafted, question, standing
from tests.registrations.views.forms import errors_on
from tests.registrations.views.test_groups import text_of

PAGE = "/console/events/fair/questions"
AT = NOON - timedelta(days=20)


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


def asked(cast: Cast) -> list[QuestionFacts]:
    db.session.rollback()
    return list(standing_questions(cast.event.id))


def answered(cast: Cast, *given: tuple[QuestionFacts, dict[str, Any]]) -> str:
    """Ana's registration with answers; the address of its page."""
    with transaction():
        made = register(
            cast.event.id, Application(name="Ana", numbers={"spectator": 1}), at=AT,
            answers=[Answered(one.id, one.version, value) for one, value in given],
        )  # fmt: skip
    return f"/console/events/fair/registrations/{made.uuid}"


def test_a_question_is_written_changed_and_retired(cast: Cast) -> None:
    new = opened(cast.olga, f"{PAGE}/new?kind=choice")
    given = {**new, "label-ja": "色", "label-en": "Colour", "choices-ja": "赤\n青", "choices-en": "Red\nBlue",
             "required": "y", "audience": ["adult", "class"]}  # fmt: skip
    assert post(cast.olga, f"{PAGE}/new?kind=choice", given).status_code == 303
    (made,) = asked(cast)
    assert (made.label, made.required, [one.key for one in made.choices]) == (
        {"ja": "色", "en": "Colour"}, True, ["c1", "c2"],
    )  # fmt: skip
    assert "Colour" in text_of(cast.olga.get(f"{PAGE}?lang=en"))
    form = opened(cast.olga, f"{PAGE}/{made.uuid}")
    assert (form["choices-ja"], form["audience"]) == ("赤\n青", ["adult", "class"])
    assert (
        post(cast.olga, f"{PAGE}/{made.uuid}", {**form, "choices-ja": "赤\n緑\n青", "choices-en": ""}).status_code
        == 303
    )
    (changed,) = asked(cast)
    assert [(one.key, one.label["ja"]) for one in changed.choices] == [("c1", "赤"), ("c3", "緑"), ("c2", "青")]
    assert post(cast.olga, f"{PAGE}/{made.uuid}/retirement", version="1").headers["Location"].endswith(str(made.uuid))
    assert post(cast.olga, f"{PAGE}/{made.uuid}/retirement", version="2").headers["Location"] == PAGE
    assert (asked(cast), db.session.scalars(db.select(Question)).all()) == ([], [])
    assert cast.olga.get(f"{PAGE}/{made.uuid}").status_code == 404
    verbs = db.session.scalars(db.select(AuditEntry.verb).where(AuditEntry.verb.startswith("question"))).all()
    assert verbs == ["question.add", "question.change", "question.retire"]


def test_what_is_missing_is_said_and_the_rest_stays(cast: Cast) -> None:
    given = {"label-en": "", "choices-ja": "一つ", "audience": "nobody", "session": "none", "shown_if": "x:y"}
    page = post(cast.olga, f"{PAGE}/new?kind=several&lang=en", given)
    assert (page.status_code, errors_on(page)) == (
        422,
        [
            "Write the question.", "Tick who is asked.", "What was chosen here is not there any more. Choose again.",
            "What was chosen here is not there any more. Choose again.", "Write at least two answers, one a line.",
        ],
    )  # fmt: skip
    assert "一つ" in page.get_data(as_text=True)
    assert cast.olga.get(f"{PAGE}/new?kind=nonsense").status_code == 404


def test_a_list_of_wards_begins_with_those_of_yokohama(cast: Cast) -> None:
    new = opened(cast.olga, f"{PAGE}/new?kind=ward")
    assert post(cast.olga, f"{PAGE}/new?kind=ward", new).status_code == 303
    (ward,) = asked(cast)
    assert (len(ward.choices), ward.choices[0].label["en"], ward.choices[-1].label["ja"]) == (19, "Tsurumi-ku", "市外")


def test_a_condition_is_ticked_among_answers_above(cast: Cast, make: Make) -> None:
    colour = question(cast.event, "choice", "Colour", choices=["Red", "Blue"])
    lunch = question(cast.event, "yes_no", "Lunch")
    why = question(cast.event, "short", "Why")
    path = f"{PAGE}/{why.uuid}"
    form = opened(cast.olga, path)
    mixed = {**form, "shown_if": [f"{colour.uuid}:c2", f"{lunch.uuid}:yes"]}
    page = post(cast.olga, f"{path}?lang=en", mixed)
    assert (page.status_code, errors_on(page)) == (422, ["Tick answers to one question only."])
    assert post(cast.olga, path, {**form, "shown_if": [f"{colour.uuid}:c2"]}).status_code == 303
    assert asked(cast)[2].condition == after(colour, "c2")
    refused = post(cast.olga, f"{PAGE}/{colour.uuid}/retirement?lang=en", version="1")
    assert refused.headers["Location"] == f"{PAGE}/{colour.uuid}"
    assert "Answers to this question show others" in text_of(cast.olga.get(f"{PAGE}/{colour.uuid}?lang=en"))
    post(cast.olga, f"{PAGE}/{lunch.uuid}/place", to="down")
    assert [one.label["en"] for one in asked(cast)] == ["Colour", "Why", "Lunch"]
    post(cast.olga, f"{PAGE}/{why.uuid}/place", to="up")
    assert [one.label["en"] for one in asked(cast)] == ["Colour", "Why", "Lunch"]


def test_two_people_overwrite_nothing(cast: Cast) -> None:
    club = question(cast.event, "short", "Club")
    path = f"{PAGE}/{club.uuid}"
    mine, theirs = opened(cast.olga, path), opened(cast.owner, path)
    assert post(cast.owner, path, {**theirs, "required": "y"}).status_code == 303
    page = post(cast.olga, path, {**mine, "label-en": "Team"})
    assert (page.status_code, 'role="alert"' in page.get_data(as_text=True)) == (409, True)
    assert post(cast.olga, path, typed_in(page.get_data(as_text=True))).status_code == 303
    assert [(one.label["en"], one.required) for one in asked(cast)] == [("Team", True)]


def test_an_answered_question_says_what_changing_it_means(cast: Cast) -> None:
    club = question(cast.event, "short", "Club")
    answered(cast, (club, {"text": "Go"}))
    page = cast.olga.get(f"{PAGE}/{club.uuid}?lang=en")
    assert "a new question takes this one’s place" in text_of(page)
    form = typed_in(page.get_data(as_text=True))
    assert post(cast.olga, f"{PAGE}/{club.uuid}", {**form, "label-en": "Team"}).status_code == 303
    shown = text_of(cast.olga.get(f"{PAGE}?lang=en"))
    assert shown.index("Team") < shown.index("Asked before") < shown.rindex("Club")
    assert answers() == {club.id: {"text": "Go"}}


@pytest.mark.parametrize(("language", "words"), [("ja", "色（日）"), ("en", "Colour"), ("ja-easy", "色（日）")])
def test_the_preview_is_the_form_in_each_language_and_cannot_be_sent(cast: Cast, language: str, words: str) -> None:
    question(cast.event, "choice", "Colour", choices=["Red", "Blue"])
    with transaction():
        db.session.scalars(db.select(Question)).one().label = {"ja": "色（日）", "en": "Colour"}
    html = cast.olga.get(f"{PAGE}/preview/people/{language}?lang=en").get_data(as_text=True)
    main = html[html.index("<main") : html.index("</main>")]
    assert words in main
    assert "<form" not in main
    assert set(re.findall(r'<input[^>]*name="([^"]+)"', main)) == {
        standing(db.session.scalars(db.select(Question)).one()).name
    }
    assert "Nothing is asked here" in text_of(cast.olga.get(f"{PAGE}/preview/class/{language}?lang=en"))
    assert cast.olga.get(f"{PAGE}/preview/people/fr").status_code == 404


def test_answers_stand_on_the_page_of_the_registration_and_nowhere_in_lists(cast: Cast) -> None:
    needs = question(cast.event, "needs", "Needs")
    day = question(cast.event, "date", "Birthday")
    path = answered(cast, (needs, {"choices": ["allergy"], "text": "buckwheat"}), (day, {"date": "2010-02-03"}))
    page = text_of(cast.olga.get(f"{path}?lang=en"))
    assert "Needs An allergy, buckwheat" in page
    assert "Wednesday 3 February 2010" in page
    for elsewhere in ("registrations", "arrivals", "applications", ""):
        assert "buckwheat" not in cast.olga.get(f"/console/events/fair/{elsewhere}").get_data(as_text=True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_files_have_a_column_for_each_question(cast: Cast, make: Make, kind: str) -> None:
    make.release(cast.event)
    cast.olga.set_cookie("uketsuke_display", "en.standard.standard", domain="localhost")
    colour = question(cast.event, "several", "Colour", choices=["Red", "Blue"])
    number = question(cast.event, "number", "Number of bags")
    club = question(cast.event, "short", "Club")
    answered(
        cast, (colour, {"choices": ["c1", "c2"]}), (number, {"number": 3}), (club, {"text": "=1+1"})
    )  # fmt: skip
    with transaction():
        row = change_question(
            db.session.get_one(Event, cast.event.id),
            club.uuid,
            drafted("short", "Team"),
            version=1,
            at=AT,
            actor=Actor(),
        )
    assert standing(row).label["en"] == "Team"
    content = file_of(cast, kind)
    if kind == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert lines[0].endswith("Note for staff,Colour,Number of bags,Team,Club (until Sun 13 Sep 12:00)")
        assert lines[1].endswith(',"Red, Blue",3,,\'=1+1')
        return
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    heads, values = ([cell.value for cell in line][-4:] for line in sheet.iter_rows())
    assert heads == ["Colour", "Number of bags", "Team", "Club (until Sun 13 Sep 12:00)"]
    assert values == ["Red, Blue", 3, None, "=1+1"]


def test_a_longer_list_asks_no_more(app: Flask, cast: Cast) -> None:
    counts = []
    for number in (1, 2):
        for kind in ("short", "yes_no"):
            question(cast.event, kind, f"{kind} {number}")
        with counted_queries(app) as sent:
            assert cast.olga.get(PAGE).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_only_who_edits_the_event_asks(cast: Cast, make: Make) -> None:
    club = question(cast.event, "short", "Club")
    nobody = {"owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
    for path in (PAGE, f"{PAGE}/new?kind=short", f"{PAGE}/{club.uuid}", f"{PAGE}/preview/people/ja"):
        assert cast.statuses(path) == nobody
    for who, status in ((cast.dora, 403), (cast.sam, 404)):
        for path in ("new?kind=short", str(club.uuid), f"{club.uuid}/place", f"{club.uuid}/retirement"):
            assert post(who, f"{PAGE}/{path}", {"label-ja": "x", "version": "1"}).status_code == status
    elsewhere = question(make.event("elsewhere"), "short", "Elsewhere")
    assert cast.olga.get(f"{PAGE}/{elsewhere.uuid}").status_code == 404
    assert post(cast.olga, f"{PAGE}/{elsewhere.uuid}/retirement", version="1").status_code == 404
    assert [one.label["en"] for one in asked(cast)] == ["Club"]
