"""Answers as people type them, and when a question is asked."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations.rules.questions import (
    SHARED_CHOICES,
    Audience,
    Condition,
    Fault,
    Occasion,
    QuestionFacts,
    QuestionKind,
    Typed,
    choices_of,
    concerns,
    keys_of,
    means_the_same,
    outcome,
    outstanding,
    read,
    rekeyed,
    said,
)
from registrations.rules.typed import hiragana

OWN = [{"key": key, "label": {"ja": key, "en": key}} for key in ("c1", "c2", "c3")]


def asks(kind: str, **given: Any) -> QuestionFacts:
    facts: dict[str, Any] = {
        "id": 1, "uuid": uuid4(), "version": 1, "kind": QuestionKind(kind), "label": {"ja": "問い"}, "support": {},
        "choices": choices_of(QuestionKind(kind), OWN), "audience": frozenset({Audience.ADULT}), **given,
    }  # fmt: skip
    return QuestionFacts(**facts)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("short", "  a \t b\n ", {"text": "a b"}),
        ("short", "\u200b\u3000", None),
        ("short", "x" * 201, Fault.TOO_LONG),
        ("short", "\U00020bb7\u91ce <b>", {"text": "\U00020bb7\u91ce <b>"}),
        ("long", "a\r\n\r\nb ", {"text": "a\n\nb"}),
        ("long", "x" * 2001, Fault.TOO_LONG),
        ("number", "１，２００", {"number": 1200}),
        ("number", "-1", Fault.NO_NUMBER),
        ("number", "1e3", Fault.NO_NUMBER),
        ("number", "9" * 10, Fault.NO_NUMBER),
        ("date", "２０２６年１０月３日", {"date": "2026-10-03"}),
        ("date", "2026/2/3", {"date": "2026-02-03"}),
        ("date", "2026-02-30", Fault.NO_DATE),
        ("date", "0001-01-01", Fault.NO_DATE),
        ("choice", "c2", {"choice": "c2"}),
        ("choice", "c9", Fault.NO_CHOICE),
        ("ward", "c1", {"choice": "c1"}),
        ("yes_no", "no", {"choice": "no"}),
        ("yes_no", "maybe", Fault.NO_CHOICE),
        ("school_year", "junior_3", {"choice": "junior_3"}),
        ("age_group", "80", {"choice": "80"}),
        ("reading", "ﾔﾏﾀﾞ　ﾊﾅｺ", {"text": "やまだ はなこ"}),
        ("reading", "ヴァイオレット・エヴァー", {"text": "ゔぁいおれっと・えゔぁー"}),
        ("reading", "か゛くこう", {"text": "がくこう"}),
        ("reading", "山田", Fault.NO_KANA),
        ("reading", "ー", Fault.NO_KANA),
    ],
)
def test_one_answer(kind: str, typed: str, value: Any) -> None:
    assert read(asks(kind), Typed((typed,))) == value


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("several", Typed(("c3", "c1", "c3")), {"choices": ["c1", "c3"]}),
        ("several", Typed(("c1", "nothing")), Fault.NO_CHOICE),
        ("several", Typed(), None),
        ("needs", Typed(("allergy", "wheelchair"), " そば "), {"choices": ["wheelchair", "allergy"], "text": "そば"}),
        ("needs", Typed((), "quiet"), {"choices": [], "text": "quiet"}),
        ("needs", Typed((), " "), None),
        ("needs", Typed((), "x" * 2001), Fault.TOO_LONG),
    ],
)
def test_several_answers(kind: str, typed: Typed, value: Any) -> None:
    assert read(asks(kind), typed) == value


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_a_required_question_wants_an_answer_and_an_optional_one_does_not(kind: QuestionKind) -> None:
    assert (read(asks(kind, required=True), Typed(("",))), read(asks(kind), Typed())) == (
        Fault.MISSING if kind not in ("several", "needs") else Fault.NO_CHOICE, None,
    )  # fmt: skip
    assert read(asks(kind, required=True), Typed()) is Fault.MISSING


@given(
    st.text(
        alphabet=st.characters(min_codepoint=0x3041, max_codepoint=0x30FF) | st.sampled_from(" ﾞﾟｶｷﾊ゛ー"), max_size=30
    )
)
def test_a_reading_is_hiragana_once_and_for_all(text: str) -> None:
    reading = hiragana(text)
    if reading is not None:
        assert re.fullmatch("[\u3041-\u3096\u309d\u309e\u3099\u309aー・ ]+", reading)
        assert hiragana(reading) == reading


@pytest.mark.parametrize(
    ("audience", "group", "minors", "asked"),
    [
        ({"adult"}, False, False, True),
        ({"adult"}, True, False, False),
        ({"child"}, False, False, False),
        ({"child"}, False, True, True),
        ({"child"}, True, True, False),
        ({"class"}, True, False, True),
        ({"class"}, False, True, False),
        ({"adult", "class"}, True, False, True),
        (set(), False, True, False),
    ],
)
def test_whom_a_question_is_asked(audience: set[str], group: bool, minors: bool, asked: bool) -> None:
    one = asks("short", audience=frozenset(Audience(name) for name in audience))
    assert concerns(one, Occasion(group=group, minors=minors)) is asked


def test_a_question_of_a_session_is_asked_who_books_it() -> None:
    one = asks("short", session="talk")
    assert [concerns(one, Occasion(sessions=frozenset(codes))) for codes in ((), ("tour",), ("tour", "talk"))] == [
        False, False, True,
    ]  # fmt: skip


def test_conditions_follow_each_other_and_end_where_one_does_not_hold() -> None:
    first = asks("choice", id=1)
    second = asks("yes_no", id=2, condition=Condition(first.uuid, frozenset({"c2", "c3"})))
    third = asks("short", id=3, required=True, condition=Condition(second.uuid, frozenset({"yes"})))
    chain = (first, second, third)

    def ids(*typed: str) -> tuple[list[int], dict[UUID, Fault]]:
        found = outcome(chain, Occasion(), {one.uuid: Typed((text,)) for one, text in zip(chain, typed, strict=True)})
        return [one.question_id for one in found.answers], dict(found.faults)

    assert ids("c3", "yes", "a") == ([1, 2, 3], {})
    assert ids("c1", "yes", "a") == ([1], {})
    assert ids("c2", "yes", "") == ([1, 2], {third.uuid: Fault.MISSING})
    assert ids("c9", "yes", "") == ([], {first.uuid: Fault.NO_CHOICE})
    given_now: dict[UUID, Any] = {first.uuid: {"choice": "c2"}, second.uuid: {"choice": "yes"}}
    assert outstanding(chain, Occasion(), given_now) == (third,)
    assert outstanding(chain, Occasion(), {first.uuid: {"choice": "c2"}}) == ()


def test_a_name_is_another_one_after_every_change() -> None:
    one = asks("short")
    assert one.name != replace(one, version=2).name


def test_choices_keep_their_keys_as_long_as_they_read_the_same() -> None:
    before = rekeyed([{"ja": "赤", "en": "Red"}, {"ja": "青", "en": "Blue"}, {"ja": "緑"}])
    assert [one["key"] for one in before] == ["c1", "c2", "c3"]
    after = rekeyed([{"ja": "青い", "en": "Blue"}, {"ja": "黄"}, {"ja": "赤"}], before)
    assert [one["key"] for one in after] == ["c2", "c4", "c1"]


def test_only_other_words_are_another_meaning() -> None:
    row: dict[str, Any] = {"label": {"ja": "部"}, "support": {}, "choices": rekeyed([{"ja": "赤"}, {"ja": "青"}])}
    more = {**row, "label": {"ja": "部", "en": "Club"}, "choices": row["choices"][::-1]}
    assert means_the_same(row, more)
    red = [{**row["choices"][0], "label": {"ja": "朱"}}, row["choices"][1]]
    for change in (
        {"label": {"ja": "クラブ"}},
        {"support": {"ja": "例"}},
        {"choices": red},
        {"choices": row["choices"][:1]},
    ):
        assert not means_the_same(row, {**row, **change})


def test_an_answer_is_said_in_every_language_it_has() -> None:
    needs = SHARED_CHOICES[QuestionKind.NEEDS]
    parts = said(needs, {"choices": ["allergy"], "text": "そば"})
    assert (parts[0]["en"], parts[1]) == ("An allergy", "そば")
    assert said((), {"choice": "gone"}) == ["gone"]
    assert [str(part) for part in said((), {"date": "2026-10-03"}) + said((), {"number": 3})] == ["2026-10-03", "3"]


def test_shared_choices_speak_three_languages_and_have_keys_of_their_own() -> None:
    for choices in SHARED_CHOICES.values():
        assert len({one.key for one in choices}) == len(choices)
        assert {frozenset(one.label) for one in choices} == {frozenset({"ja", "en", "ja-easy"})}
    assert keys_of(None) == frozenset()
