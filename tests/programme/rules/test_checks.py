"""What is doubtful about a plan, and what stops a release."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.programme.rules.checks import Doubt, Remark, remarks
from tests.programme.files import demo, programme, session, small

MORNING = ("2026-10-03T10:00", "2026-10-03T12:00")


def doubts(*sessions: dict[str, Any], **event: Any) -> list[Remark]:
    """The remarks on a plan of these sessions, in two languages."""
    document = small(languages=["ja", "en"], **event)
    document["sessions"] = list(sessions)
    document["speakers"] = [{"code": "sato", "name": {"ja": "架空 さとう"}}]
    return remarks(programme(document))


def on_stage(code: str, *times: str, **more: Any) -> dict[str, Any]:
    return session(code, *times, appearances=[{"speaker": "sato", "role": "speaker"}], **more)


def test_a_sound_plan_has_none() -> None:
    assert doubts(session("a", *MORNING), session("b", "2026-10-03T12:00", "2026-10-03T13:00")) == []


def test_a_room_taken_twice_is_said_once_and_a_cancelled_session_takes_none() -> None:
    later = session("b", "2026-10-03T11:59", "2026-10-03T13:00")
    assert doubts(session("a", *MORNING), later) == [Remark(Doubt.ROOM_TWICE, ("a", "b"), "hall/foyer")]
    assert doubts(session("a", *MORNING), {**later, "status": "cancelled"}) == []


def test_a_short_session_inside_a_long_one_is_found() -> None:
    inside = session("b", "2026-10-03T10:30", "2026-10-03T10:40")
    after = session("c", "2026-10-03T11:00", "2026-10-03T11:30")
    found = [one.sessions for one in doubts(session("a", *MORNING), inside, after)]
    assert found == [("a", "b"), ("a", "c")]


def test_a_person_in_two_places_is_named() -> None:
    online = {"online_url": "https://meet.example.jp/x"}
    other = on_stage("b", *MORNING, **online)
    del other["room"]
    assert doubts(on_stage("a", *MORNING), other) == [Remark(Doubt.PERSON_TWICE, ("a", "b"), "sato")]


def test_more_people_than_the_room_takes() -> None:
    assert doubts(session("a", *MORNING, capacity=40)) == []
    assert doubts(session("a", *MORNING, capacity=41)) == [Remark(Doubt.MORE_THAN_ROOM, ("a",), "40")]


def test_a_title_that_is_missing_in_a_language_of_the_event() -> None:
    assert doubts(session("a", *MORNING, title={"ja": "講演"})) == [Remark(Doubt.NOT_TRANSLATED, ("a",), "en")]


def test_errors_stand_first_and_stop_a_release() -> None:
    nowhere = session("b", "2026-10-03T13:00", "2026-10-03T14:00")
    del nowhere["room"]
    found = doubts(session("a", *MORNING, title={"ja": "講演"}), nowhere)
    assert found == [Remark(Doubt.NOWHERE, ("b",)), Remark(Doubt.NOT_TRANSLATED, ("a",), "en")]
    assert [one.doubt.stops for one in found] == [True, False]


def test_a_session_on_no_day_of_the_event() -> None:
    plan = programme(small())
    moved = replace(plan, event=replace(plan.event, ends_on=date(2026, 10, 2), starts_on=date(2026, 10, 2)))
    assert Remark(Doubt.OUTSIDE_DAYS, ("walk",), "2026-10-03") in remarks(moved)


def test_a_plan_without_sessions_cannot_be_shown() -> None:
    assert doubts(session("a", *MORNING, status="cancelled")) == [Remark(Doubt.NO_SESSIONS)]


@pytest.mark.parametrize("name", ["yocolab-2023", "practice"])
def test_nothing_stops_the_demonstrations(name: str) -> None:
    assert [one for one in remarks(programme(demo(name))) if one.doubt.stops] == []
