"""Laying a programme out: days, columns, now and next, phases."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.front.rules import (
    Phase,
    clock_on,
    days_of,
    event_phase,
    now_and_next,
    open_for_booking,
    open_for_registration,
    same_series,
    session_phase,
)
from app.programme.rules import EventStatus
from app.programme.rules.documents import programme_of
from app.programme.rules.facts import Programme
from tests.make import NOON
from tests.programme.files import programme, session, small


def with_sessions(*sessions: dict[str, Any], **event: Any) -> Programme:
    document = small(**event)
    document["venues"][0]["rooms"].append({"code": "stage", "name": {"ja": "舞台"}})
    document["sessions"] = list(sessions)
    return programme_of(document, today=NOON.date())


def without_room(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "room"}


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-10-03T{clock}:00+09:00")


def test_a_day_holds_what_starts_on_it_locally_however_late_it_ends() -> None:
    found = days_of(
        with_sessions(
            session("dawn", "2026-10-03T00:00", "2026-10-03T01:00"),
            session("night", "2026-10-03T23:00", "2026-10-04T02:00"),
            session("next", "2026-10-04T00:00", "2026-10-04T01:00"),
            ends_on="2026-10-04",
        )
    )
    assert [(day.date, [one.code for one in day.sessions]) for day in found] == [
        (date(2026, 10, 3), ["dawn", "night"]), (date(2026, 10, 4), ["next"])
    ]  # fmt: skip


def test_rooms_stand_in_their_order_and_twice_where_sessions_overlap_and_online_comes_last() -> None:
    (day,) = days_of(
        with_sessions(
            session("a", "2026-10-03T10:00", "2026-10-03T12:00", room="hall/stage"),
            session("b", "2026-10-03T11:00", "2026-10-03T13:00", room="hall/stage"),
            session("c", "2026-10-03T12:00", "2026-10-03T13:00", room="hall/stage"),
            session("d", "2026-10-03T10:00", "2026-10-03T11:00"),
            session("e", "2026-10-03T10:00", "2026-10-03T11:00"),
            without_room(session("f", "2026-10-03T10:00", "2026-10-03T11:00", online_url="https://example.jp/")),
        )
    )
    assert day.columns == ["hall/foyer", "hall/foyer", "hall/stage", "hall/stage", None]
    assert day.column == {"d": 1, "e": 2, "a": 3, "c": 3, "b": 4, "f": 5}


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(5, 100), st.sampled_from(["hall/foyer", "hall/stage"])),
        min_size=1,
        max_size=12,
    )
)
def test_no_two_sessions_of_one_column_overlap(times: list[tuple[int, int, str]]) -> None:
    start = datetime(2026, 10, 2, 23, 0, tzinfo=UTC)
    sessions = [
        session(f"s{n}", (start + timedelta(minutes=begin)).isoformat(timespec="minutes"),
                (start + timedelta(minutes=begin + length)).isoformat(timespec="minutes"), room=room)
        for n, (begin, length, room) in enumerate(times)
    ]  # fmt: skip
    (day,) = days_of(with_sessions(*sessions))
    if not day.columns:
        assert len(sessions) > 10
        return
    for column in range(1, len(day.columns) + 1):
        lane = [one for one in day.sessions if day.column[one.code] == column]
        assert {one.room for one in lane} == {day.columns[column - 1]}
        assert all(first.ends_at <= second.starts_at for first, second in pairwise(lane))


def test_more_rooms_than_a_screen_holds_are_a_list() -> None:
    document = small()
    document["venues"][0]["rooms"] = [{"code": f"r{n}", "name": {"ja": f"室{n}"}} for n in range(11)]
    document["sessions"] = [
        session(f"s{n}", "2026-10-03T10:00", "2026-10-03T11:00", room=f"hall/r{n}") for n in range(11)
    ]
    (day,) = days_of(programme(document))
    assert (day.columns, day.column, len(day.sessions)) == ([], {}, 11)


def test_what_lasts_all_day_stands_above_the_timetable_unless_it_is_all_there_is() -> None:
    long = session("long", "2026-10-03T00:00", "2026-10-04T00:00")
    (day,) = days_of(with_sessions(long, session("short", "2026-10-03T10:00", "2026-10-03T11:00")))
    assert ([one.code for one in day.all_day], [one.code for one in day.sessions]) == (["long"], ["short"])
    (day,) = days_of(with_sessions(long))
    assert ([one.code for one in day.all_day], [one.code for one in day.sessions]) == ([], ["long"])


def test_now_is_what_is_under_way_and_next_all_that_starts_next_together() -> None:
    sessions = with_sessions(
        session("over", "2026-10-03T09:00", "2026-10-03T10:00"),
        session("now", "2026-10-03T10:00", "2026-10-03T12:00"),
        session("off", "2026-10-03T10:00", "2026-10-03T12:00", status="cancelled"),
        session("staff", "2026-10-03T11:00", "2026-10-03T12:00", admission="closed"),
        session("next", "2026-10-03T12:00", "2026-10-03T13:00"),
        session("too", "2026-10-03T12:00", "2026-10-03T13:00", room="hall/stage"),
        session("later", "2026-10-03T13:00", "2026-10-03T14:00"),
    ).sessions
    now, following = now_and_next(sessions, at("10:00"))
    assert ([one.code for one in now], [one.code for one in following]) == (["now"], ["next", "too"])
    assert now_and_next(sessions, at("14:00")) == ([], [])


@pytest.mark.parametrize(
    ("status", "hours", "phase"),
    [
        (EventStatus.PUBLISHED, -1, Phase.UPCOMING),
        (EventStatus.PUBLISHED, 0, Phase.NOW),
        (EventStatus.PUBLISHED, 27, Phase.NOW),
        (EventStatus.PUBLISHED, 28, Phase.ENDED),
        (EventStatus.CLOSED, -1, Phase.ENDED),
        (EventStatus.ARCHIVED, 0, Phase.ENDED),
    ],
)
def test_an_event_is_upcoming_on_or_ended_by_its_own_days(status: EventStatus, hours: int, phase: Phase) -> None:
    event = programme(small()).event
    assert event_phase(event, status, at("00:00") + timedelta(hours=hours)) is phase


def test_a_session_is_on_from_its_start_until_its_end() -> None:
    (walk,) = programme(small()).sessions
    found = [session_phase(walk, at(clock)) for clock in ("09:59", "10:00", "11:59", "12:00")]
    assert found == [Phase.UPCOMING, Phase.NOW, Phase.NOW, Phase.ENDED]


@pytest.mark.parametrize(
    ("registration", "clock", "is_open"),
    [
        ({}, "10:00", True),
        ({"opens_at": "2026-10-03T10:00"}, "09:59", False),
        ({"opens_at": "2026-10-03T10:00"}, "10:00", True),
        ({"closes_at": "2026-10-03T10:00"}, "09:59", True),
        ({"closes_at": "2026-10-03T10:00"}, "10:00", False),
    ],
)
def test_registration_is_open_within_the_organisers_dates(
    registration: dict[str, str], clock: str, is_open: bool
) -> None:
    event = programme(small(registration=registration)).event
    assert open_for_registration(event, EventStatus.PUBLISHED, at(clock)) is is_open
    assert open_for_registration(event, EventStatus.CLOSED, at(clock)) is False


@pytest.mark.parametrize(
    ("more", "clock", "is_open"),
    [
        ({"admission": "booking_only"}, "11:59", True),
        ({"admission": "booking_and_walk_in"}, "12:00", False),
        ({"admission": "booking_only", "status": "cancelled"}, "09:00", False),
        ({"admission": "walk_in"}, "09:00", False),
        ({"admission": "lottery"}, "09:00", True),
        ({"admission": "lottery", "booking_closes_at": "2026-10-03T08:30"}, "09:00", False),
        ({"admission": "closed"}, "09:00", False),
    ],
)
def test_places_can_be_booked_until_the_end_of_what_takes_bookings(
    more: dict[str, str], clock: str, is_open: bool
) -> None:
    (found,) = with_sessions(session("a", "2026-10-03T10:00", "2026-10-03T12:00", **more)).sessions
    assert open_for_booking(found, at(clock)) is is_open


def test_an_hour_after_midnight_is_the_twenty_fifth_of_the_day() -> None:
    zone = ZoneInfo("Asia/Tokyo")
    assert clock_on(NOON, date(2026, 10, 3), zone) == "12:00"
    assert clock_on(at("00:00") + timedelta(days=1, hours=1, minutes=5), date(2026, 10, 3), zone) == "25:05"


def test_sessions_of_one_title_are_a_series() -> None:
    title = {"ja": "ハマッコラボ"}
    found = with_sessions(
        session("a", "2026-10-03T10:00", "2026-10-03T11:00", title=title),
        session("b", "2026-10-03T12:00", "2026-10-03T13:00", title=title),
        session("c", "2026-10-03T14:00", "2026-10-03T15:00"),
    )
    assert [one.code for one in same_series(found, found.session["a"])] == ["b"]
