"""What is doubtful about a plan, and what stops a release."""

from dataclasses import replace
from datetime import date
from math import ceil, pi
from typing import Any

import pytest

from app.programme.rules.checks import Doubt, Remark, remarks
from app.programme.rules.facts import Programme
from app.programme.rules.walking import walking_minutes
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


def test_a_lottery_needs_a_last_moment_to_apply_and_stops_a_release_without() -> None:
    lottery = session("a", *MORNING, admission="lottery")
    assert doubts(lottery) == [Remark(Doubt.NO_DEADLINE, ("a",))]
    assert Doubt.NO_DEADLINE.stops
    assert doubts({**lottery, "booking_closes_at": "2026-10-02T17:00"}) == []
    assert doubts({**lottery, "status": "cancelled"}, session("b", *MORNING)) == []


@pytest.mark.parametrize("admission", ["lottery", "approval"])
def test_choosing_among_people_without_a_limit_is_asked_about(admission: str) -> None:
    online = {"online_url": "https://meet.example.jp/x", "booking_closes_at": "2026-10-02T17:00"}
    chosen = session("a", *MORNING, admission=admission, **online)
    assert doubts(chosen) == []  # the room's limit counts
    del chosen["room"]
    assert doubts(chosen) == [Remark(Doubt.NO_LIMIT, ("a",))]
    assert not Doubt.NO_LIMIT.stops
    assert doubts({**chosen, "capacity": 20}) == []


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


NEAR, FAR = {"latitude": 35.4501, "longitude": 139.6340}, {"latitude": 35.4590, "longitude": 139.6340}
"""A kilometre apart."""


def apart(*sessions: dict[str, Any], **position: float) -> Programme:
    """A plan of two venues a kilometre apart, or where `position` says."""
    document = small(languages=["ja"])
    foyer = document["venues"][0]
    annex = {"slug": "annex", "name": {"ja": "別館"}, "rooms": [{"code": "loft", "name": {"ja": "屋根裏"}}]}
    document["venues"] = [{**foyer, **NEAR}, {**annex, **(position or FAR)}]
    document["speakers"] = [{"code": "sato", "name": {"ja": "架空 さとう"}}]
    document["sessions"] = list(sessions)
    return programme(document)


@pytest.mark.parametrize(
    ("starts", "found"),
    [
        ("2026-10-03T12:24", [Remark(Doubt.PERSON_TOO_FAR, ("a", "b"), "sato", 25, 24)]),
        ("2026-10-03T12:25", []),
    ],
)
def test_somebody_on_stage_in_two_venues_needs_time_to_walk(starts: str, found: list[Remark]) -> None:
    later = on_stage("b", starts, "2026-10-03T14:00", room="annex/loft")
    assert remarks(apart(on_stage("a", *MORNING), later)) == found


def test_visitors_who_booked_both_need_the_same_time() -> None:
    later = session("b", "2026-10-03T12:10", "2026-10-03T14:00", room="annex/loft")
    plan = apart(session("a", *MORNING), later)
    assert remarks(plan) == []
    assert remarks(plan, {("a", "b"): 7}) == [Remark(Doubt.BOOKED_TOO_FAR, ("a", "b"), "7", 25, 10)]


def test_where_a_venue_lies_must_be_known_and_one_house_is_no_way() -> None:
    later = on_stage("b", "2026-10-03T12:01", "2026-10-03T14:00", room="annex/loft")
    assert remarks(apart(on_stage("a", *MORNING), later, latitude=35.0)) == []
    inside = on_stage("b", "2026-10-03T12:01", "2026-10-03T14:00")
    assert remarks(apart(on_stage("a", *MORNING), inside)) == []


def test_a_way_on_foot_is_the_great_circle_with_a_detour_at_four_kilometres_an_hour() -> None:
    assert walking_minutes((0, 0), (0, 0)) == 5
    assert walking_minutes((0, 0), (0, 1)) == ceil(6371 * pi / 180 * 1.3 / 4 * 60) + 5
    assert walking_minutes(None, (0, 1)) is None
