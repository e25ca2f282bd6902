"""A copied event asks what the event before it asked, in the same words and under the same conditions."""

from datetime import timedelta

from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Actor
from registrations.operations.asking import retire_question
from registrations.operations.asking_again import copy_questions
from registrations.queries.questions import standing_questions
from registrations.rules.questions import QuestionFacts
from tests.make import NOON, Make
from tests.registrations.questions import after, question

AT = NOON - timedelta(days=20)


def asked(event: Event) -> list[tuple[object, ...]]:
    """What an event asks, without what is its own: ids; a condition by its place in the list."""
    db.session.rollback()
    rows = standing_questions(event.id)
    places: dict[object, int] = {one.uuid: at for at, one in enumerate(rows)}

    def facts(one: QuestionFacts) -> tuple[object, ...]:
        condition = (places[one.condition.question], one.condition.answers) if one.condition else None
        return one.kind, one.label, one.choices, one.audience, one.required, one.session, condition

    return [facts(one) for one in rows]


def copied(source: Event, target: Event) -> None:
    with transaction():
        copy_questions(db.session.get_one(Event, source.id), db.session.get_one(Event, target.id), at=AT, actor=Actor())


def test_what_stands_is_asked_again_under_the_same_conditions(make: Make) -> None:
    before, after_it = make.event("fair"), make.event("next")
    make.session(before, "talk")
    make.session(after_it, "talk")
    gone = question(before, "short", "Gone")
    heard = question(before, "choice", "Heard", choices=["School", "Elsewhere"], required=True)
    question(before, "short", "Where", condition=after(heard, heard.choices[1].key), audience=["class"])
    question(before, "needs", "Needs", session="talk")
    with transaction():
        retire_question(db.session.get_one(Event, before.id), gone.uuid, version=gone.version, at=AT, actor=Actor())
    copied(before, after_it)
    assert asked(after_it) == asked(before)
    assert len(asked(after_it)) == 3
    ids = {one.uuid for one in standing_questions(before.id)} & {one.uuid for one in standing_questions(after_it.id)}
    assert ids == set()


def test_what_asks_of_a_session_that_is_not_there_is_left_out_with_what_follows_from_it(make: Make) -> None:
    before, after_it = make.event("fair"), make.event("next")
    make.session(before, "talk")
    wants = question(before, "yes_no", "Wants", session="talk")
    question(before, "short", "What", condition=after(wants, "yes"))
    question(before, "number", "Other")
    copied(before, after_it)
    assert [str(one.kind) for one in standing_questions(after_it.id)] == ["number"]
