"""Questions are added, changed, moved and retired; answers keep the question that they answer."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event as Signal
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.errors import NotFound
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile
from app.web.actors import Actor
from registrations.models import Answer, Question
from registrations.operations import register
from registrations.operations.answering import AnswersChanged, QuestionsChanged, change_answers
from registrations.operations.asking import (
    ConditionMissing,
    NeededByOthers,
    TooManyQuestions,
    change_question,
    move_question,
    retire_question,
)
from registrations.operations.refusals import ChangesClosed
from registrations.queries.questions import standing_questions
from registrations.rules import Application
from registrations.rules.meanwhile import fingerprint
from registrations.rules.questions import MOST_QUESTIONS, Answered, Audience, QuestionFacts
from tests.make import NOON, Make, both
from tests.registrations.questions import after, answers, drafted, question, standing

AT = NOON - timedelta(days=20)


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    return make.release(make.event())


def again(event: Event) -> Event:
    return db.session.get_one(Event, event.id)


def change(event: Event, one: QuestionFacts, *, version: int | None = None, **given: Any) -> QuestionFacts:
    draft = drafted(one.kind.value, **given)
    with transaction():
        row = change_question(again(event), one.uuid, draft, version=version or one.version, at=AT, actor=Actor())
    return standing(row)


def retire(event: Event, one: QuestionFacts) -> None:
    with transaction():
        retire_question(again(event), one.uuid, version=standing_version(one), at=AT, actor=Actor())


def standing_version(one: QuestionFacts) -> int:
    return db.session.get_one(Question, one.id, populate_existing=True).version


def move(event: Event, one: QuestionFacts, *, later: bool) -> None:
    with transaction():
        move_question(again(event), one.uuid, later=later, at=AT, actor=Actor())


def labels(event: Event) -> list[str]:
    db.session.rollback()
    return [one.label["en"] for one in standing_questions(event.id)]


def answer(event: Event, one: QuestionFacts, value: dict[str, Any]) -> int:
    with transaction():
        made = register(
            event.id, Application(name="Ana", numbers={"spectator": 1}), at=AT,
            answers=[Answered(one.id, one.version, value)],
        )  # fmt: skip
    return made.id


def test_a_question_nobody_answered_is_changed_in_place(event: Event) -> None:
    club = question(event, "short", "Club")
    changed = change(event, club, label="Team", required=True, audience=["adult", "class"])
    assert (changed.id, changed.uuid, changed.version) == (club.id, club.uuid, 2)
    assert changed.required
    assert changed.audience == frozenset({Audience.ADULT, Audience.CLASS})
    with pytest.raises(ChangedMeanwhile):
        change(event, club, label="Late")
    assert labels(event) == ["Team"]


def test_an_answered_one_becomes_a_new_question_when_its_words_change(event: Event) -> None:
    colour = question(event, "choice", "Colour", choices=["Red", "Blue"])
    why = question(event, "short", "Why", condition=after(colour, "c2"))
    answer(event, colour, {"choice": "c1"})
    same = change(event, colour, label="Colour", choices=["Blue", "Red"], required=True)
    assert (same.id, [one.key for one in same.choices]) == (colour.id, ["c2", "c1"])
    new = change(event, same, label="Colour", choices=["Blue", "Red", "Green"])
    assert new.id != colour.id
    assert [one.key for one in new.choices] == ["c2", "c1", "c3"]
    old = db.session.get_one(Question, colour.id, populate_existing=True)
    assert (old.retired_at, db.session.get_one(Question, new.id).previous_id) == (AT, colour.id)
    assert answers() == {colour.id: {"choice": "c1"}}
    assert standing(db.session.get_one(Question, why.id)).condition == after(new, "c2")
    assert labels(event) == ["Colour", "Why"]
    verbs = db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs[1:] == ["question.add", "question.add", "question.change", "question.replace"], "after the release"


def test_a_translation_is_added_to_an_answered_one(event: Event) -> None:
    club = question(event, "short", "Club")
    answer(event, club, {"text": "Go"})
    draft = drafted("short", "Club")
    more = type(draft)(draft.kind, {**draft.label, "ja-easy": "クラブ"})
    with transaction():
        row = change_question(again(event), club.uuid, more, version=1, at=AT, actor=Actor())
    assert (row.id, row.label["ja-easy"]) == (club.id, "クラブ")


def test_what_was_answered_is_retired_and_what_was_not_is_gone(event: Event) -> None:
    club, lunch = question(event, "short", "Club"), question(event, "yes_no", "Lunch")
    answer(event, club, {"text": "Go"})
    retire(event, club)
    retire(event, lunch)
    assert (labels(event), answers()) == ([], {club.id: {"text": "Go"}})
    assert db.session.scalars(db.select(Question.id)).all() == [club.id]
    with pytest.raises(NotFound), transaction():
        retire_question(again(event), club.uuid, version=2, at=AT, actor=Actor())


def test_no_condition_loses_what_it_names(event: Event) -> None:
    colour = question(event, "choice", "Colour", choices=["Red", "Blue"])
    why = question(event, "short", "Why", condition=after(colour, "c2"))
    with pytest.raises(NeededByOthers):
        retire(event, colour)
    with pytest.raises(NeededByOthers):
        change(event, colour, label="Colour", choices=["Red", "Green"])
    for later, one in ((True, colour), (False, why)):
        with pytest.raises(NeededByOthers):
            move(event, one, later=later)
    for wrong in (after(colour), after(colour, "c9"), after(why, "c1")):
        with pytest.raises(ConditionMissing):
            change(event, why, label="Why", condition=wrong)
    with pytest.raises(ConditionMissing):
        question(event, "short", "How", condition=after(type(colour)(**{**vars(colour), "uuid": uuid4()}), "c1"))
    with pytest.raises(ConditionMissing):
        change(event, colour, label="Colour", choices=["Red", "Blue"], condition=after(why, "c1"))


def test_questions_change_places(event: Event) -> None:
    a, _b, c = (question(event, "short", name) for name in "ABC")
    move(event, c, later=False)
    assert labels(event) == ["A", "C", "B"]
    move(event, a, later=False)
    move(event, a, later=True)
    assert labels(event) == ["C", "A", "B"]
    assert {one.version for one in standing_questions(event.id)} == {1}


def test_an_event_asks_only_so_much_and_only_of_its_own(event: Event, make: Make) -> None:
    other = make.event("other")
    elsewhere = question(other, "short", "Elsewhere")
    with pytest.raises(NotFound):
        change(event, elsewhere, label="Mine")
    with pytest.raises(NotFound):
        question(event, "short", "Session", session="none")
    with transaction():
        db.session.add_all(
            Question(
                event_id=event.id, kind="short", label=both(str(n)), support={}, choices=[], audience=[], shown_if=None
            )
            for n in range(MOST_QUESTIONS)
        )
    with pytest.raises(TooManyQuestions):
        question(event, "short", "Too many")


def test_answers_to_a_question_that_changed_meanwhile_are_refused_whole(event: Event) -> None:
    club, lunch = question(event, "short", "Club"), question(event, "yes_no", "Lunch")
    change(event, club, label="Team")
    with pytest.raises(QuestionsChanged):
        answer(event, club, {"text": "Go"})
    retire(event, lunch)
    with pytest.raises(QuestionsChanged):
        answer(event, lunch, {"choice": "yes"})
    assert db.session.scalars(db.select(Answer)).all() == []


def test_an_answer_to_a_question_retired_meanwhile_is_kept(event: Event) -> None:
    club = question(event, "short", "Club")
    answer(event, club, {"text": "Chess"})
    retire(event, club)
    answer(event, club, {"text": "Go"})
    assert len(db.session.scalars(db.select(Answer)).all()) == 2


def test_changed_answers_replace_those_asked_and_no_others(event: Event) -> None:
    club = question(event, "short", "Club")
    ana = answer(event, club, {"text": "Go"})
    new = change(event, club, label="Team")
    for read, value in (("", "A"), (fingerprint({new.id: {"text": "A"}}), "B")):
        with transaction():
            change_answers(ana, [Answered(new.id, 1, {"text": value})], asked=[new.id], read=read, at=AT)
    assert answers() == {club.id: {"text": "Go"}, new.id: {"text": "B"}}
    with pytest.raises(AnswersChanged), transaction():
        change_answers(ana, [], asked=[new.id], read="", at=AT)
    with transaction():
        change_answers(ana, [], asked=[new.id], read=fingerprint({new.id: {"text": "B"}}), at=AT)
    assert answers() == {club.id: {"text": "Go"}}
    with transaction():
        again(event).changes_close_at = AT
    with pytest.raises(ChangesClosed), transaction():
        change_answers(ana, [], asked=[club.id], read="", at=AT)


def test_who_answers_while_a_question_changes_waits_for_it(app: Flask, event: Event) -> None:
    """Without the locks the answer would belong to words that nobody read."""
    club = question(event, "short", "Club")
    begun, found = Signal(), []

    def answering() -> None:
        with app.app_context():
            begun.set()
            try:
                answer(event, club, {"text": "Go"})
            except QuestionsChanged:
                found.append("refused")

    thread = Thread(target=answering)
    with transaction():
        change_question(again(event), club.uuid, drafted("short", "Team"), version=1, at=AT, actor=Actor())
        thread.start()
        begun.wait(10)
        thread.join(0.3)
    thread.join(20)
    assert (found, answers()) == (["refused"], {})
