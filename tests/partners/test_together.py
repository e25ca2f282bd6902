"""Partners and the organiser change the same session in any order: nothing is lost, nothing overwritten unseen.

Played against a plain model: the draft is a map of fields; a suggestion remembers the draft that it was made from.
"""

from dataclasses import replace
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import db, transaction
from app.programme.models import EventSession, Suggestion
from app.programme.operations import change_session
from app.programme.operations.suggestions import (
    Answer,
    AnsweredAlready,
    Collision,
    answer_suggestion,
    answerable,
    suggest_for_session,
    values_shown,
)
from app.programme.queries.partners import Subject, newest_about, subject_of, subject_session
from app.programme.queries.sessions import session_facts
from app.programme.rules.partners import (
    SuggestionState,
    changes_between,
    collisions,
    open_changes,
    overlaid,
    overtaken,
    same,
)
from app.web.actors import ANONYMOUS
from tests.partners.conftest import AT, Fair

FIELDS = ("title", "reading", "access")
VALUES = st.sampled_from(["a", "b", "c"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.sampled_from(["greens", "blues"]), st.just("")),
        st.tuples(st.just("send"), st.sampled_from(["greens", "blues"]), st.tuples(st.sampled_from(FIELDS), VALUES)),
        st.tuples(st.just("edit"), st.just(""), st.tuples(st.sampled_from(FIELDS), VALUES)),
        st.tuples(st.just("look"), st.sampled_from(["greens", "blues"]), st.just("")),
        st.tuples(st.just("accept"), st.sampled_from(["greens", "blues"]), st.frozensets(st.sampled_from(FIELDS))),
        st.tuples(st.just("return"), st.sampled_from(["greens", "blues"]), st.just("")),
    ),
    max_size=12,
)


def typed(field: str, value: str) -> Any:
    return value if field == "reading" else {"ja": value}


class Play:
    """The product, and beside it what must be true of the draft: who may have changed which field to what."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair
        self.forms: dict[str, dict[str, Any]] = {}
        self.pages: dict[str, tuple[int, dict[str, Any]]] = {}
        self.draft = {name: self.stands()[name] for name in FIELDS}

    def subject(self, who: str) -> Subject:
        db.session.rollback()
        return subject_session(self.fair.partner(who), "shared")

    def stands(self) -> dict[str, Any]:
        return dict(self.subject("greens").values)

    def open(self, who: str, _what: Any) -> None:
        self.forms[who] = values_shown(self.fair.partner(who), self.subject(who))

    def send(self, who: str, what: tuple[str, str]) -> None:
        seen = self.forms.get(who)
        if seen is None:
            return
        wanted = {**seen, what[0]: typed(*what)}
        shown = values_shown(self.fair.partner(who), self.subject(who))
        hit = {name for name in wanted if not same(shown[name], seen[name]) and not same(shown[name], wanted[name])}
        try:
            with transaction():
                suggest_for_session(self.fair.partner(who).id, "shared", wanted, seen=seen, at=AT)
            refused: frozenset[str] = frozenset()
        except Collision as no:
            refused = no.fields
        assert refused == hit

    def edit(self, _who: str, what: tuple[str, str]) -> None:
        session = self.fair.session("shared")
        facts = session_facts(session)
        wanted = replace(facts, **{what[0]: typed(*what)})
        with transaction():
            change_session(self.fair.event, "shared", wanted, version=session.version, at=AT, actor=ANONYMOUS)
        self.draft[what[0]] = typed(*what)

    def look(self, who: str, _what: Any) -> None:
        made = self.waiting(who)
        if made is not None:
            self.pages[who] = made.id, answerable(subject_of(self.fair.partner(who), made), made)

    def accept(self, who: str, fields: frozenset[str]) -> None:
        self.answer(who, Answer(fields))

    def answer(self, who: str, answer: Answer) -> None:
        if who not in self.pages:
            return
        made_id, seen = self.pages[who]
        db.session.rollback()
        made = db.session.get_one(Suggestion, made_id)
        now = answerable(subject_of(self.fair.partner(who), made), made)
        try:
            with transaction():
                answer_suggestion(self.fair.event, made_id, answer, seen=seen, at=AT, actor=ANONYMOUS)
            assert same(now, seen)
            if not answer.returned:
                self.draft |= {name: now[name]["wanted"] for name in now if name in answer.fields}
        except AnsweredAlready:
            assert made.state is not SuggestionState.WAITING
        except Collision:
            assert not same(now, seen)

    def send_back(self, who: str, _what: Any) -> None:
        self.answer(who, Answer(returned=True, words="x"))

    def waiting(self, who: str) -> Suggestion | None:
        newest = newest_about(self.fair.partner(who).id, self.subject(who))
        return newest if newest is not None and newest.state is SuggestionState.WAITING else None


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_the_draft_is_what_the_organiser_wrote_or_said_yes_to_and_nothing_else(
    app: Flask, fair: Fair, steps: list[Any]
) -> None:
    with transaction():
        db.session.execute(db.delete(Suggestion))
        session = db.session.get_one(EventSession, fair.session("shared").id)
        session.title, session.reading, session.access = {"ja": "a"}, "a", {"ja": "a"}
    play = Play(fair)
    acts: dict[str, Any] = {
        "open": play.open,
        "send": play.send,
        "edit": play.edit,
        "look": play.look,
        "accept": play.accept,
        "return": play.send_back,
    }
    for act, who, what in steps:
        acts[act](who, what)
        assert {name: play.stands()[name] for name in FIELDS} == play.draft
        waiting = db.session.scalars(db.select(Suggestion).filter_by(state=SuggestionState.WAITING)).all()
        assert len({one.partner_id for one in waiting}) == len(waiting)


@given(was=VALUES, now=VALUES, wanted=VALUES)
def test_a_change_meets_what_others_changed(was: str, now: str, wanted: str) -> None:
    changes = changes_between({"title": was}, {"title": wanted}, ["title"])
    assert bool(changes) == (was != wanted)
    assert bool(open_changes({"title": now}, changes)) == (wanted not in (was, now))
    assert bool(overtaken({"title": now}, changes)) == (len({was, now, wanted}) == 3)
    assert overlaid({"title": now}, changes)["title"] == (wanted if changes else now)


@given(seen=VALUES, now=VALUES, wanted=VALUES)
def test_only_what_is_neither_as_seen_nor_as_wanted_collides(seen: str, now: str, wanted: str) -> None:
    assert bool(collisions({"title": seen}, {"title": now}, {"title": wanted})) == (now not in (seen, wanted))
