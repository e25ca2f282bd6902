"""Documents and what they mean: days moved, times in UTC, the normal form."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.rules.documents import document_of, programme_of
from tests.programme.files import demo, session, small

TODAY = date(2026, 10, 3)


@pytest.mark.parametrize("name", ["yocolab-2023", "practice"])
def test_the_normal_form_means_the_same_and_is_its_own_normal_form(name: str) -> None:
    meant = programme_of(demo(name), today=TODAY)
    normal = document_of(meant)
    assert programme_of(normal, today=date(2000, 1, 1)) == meant
    assert document_of(programme_of(normal, today=date(2000, 1, 1))) == normal


def test_day_one_is_so_many_days_before_today() -> None:
    event = programme_of(demo("practice"), today=TODAY).event
    assert (event.starts_on, event.ends_on) == (date(2026, 10, 1), date(2026, 10, 6))


def test_local_times_become_moments_and_are_written_with_their_offset() -> None:
    document = small()
    meant = programme_of(document, today=TODAY)
    assert meant.sessions[0].starts_at == datetime(2026, 10, 3, 1, 0, tzinfo=UTC)
    assert document_of(meant)["sessions"][0]["starts_at"] == "2026-10-03T10:00+09:00"


def test_the_door_is_counted_in_real_minutes_across_a_clock_change() -> None:
    document = small(timezone="Europe/Berlin", starts_on="2026-03-29", ends_on="2026-03-29")
    document["sessions"] = [
        session("early", "2026-03-29T03:15", "2026-03-29T05:00", door={"opens_minutes_before_start": 30})
    ]
    meant = programme_of(document, today=TODAY)
    assert meant.sessions[0].door_opens_at.astimezone(ZoneInfo("Europe/Berlin")).isoformat() == (
        "2026-03-29T01:45:00+01:00"
    )
    assert document_of(meant)["sessions"][0]["door"]["opens_minutes_before_start"] == 30


def test_sessions_stand_in_order_of_time_and_code_whatever_the_file_says() -> None:
    document = small()
    document["sessions"] = [
        session("late", "2026-10-03T14:00", "2026-10-03T15:00"),
        session("b", "2026-10-03T10:00", "2026-10-03T11:00"),
        session("a", "2026-10-03T10:00", "2026-10-03T12:00"),
    ]
    assert [one["code"] for one in document_of(programme_of(document, today=TODAY))["sessions"]] == ["a", "b", "late"]


def test_empty_values_are_left_out_and_defaults_written_out() -> None:
    written = document_of(programme_of(small(), today=TODAY))
    assert written["sessions"][0] == {
        "code": "walk", "title": {"ja": "講演 walk", "en": "Talk walk"}, "for_children": False, "status": "planned",
        "starts_at": "2026-10-03T10:00+09:00", "ends_at": "2026-10-03T12:00+09:00", "room": "hall/foyer",
        "capacity_kind": "seats", "admission": "walk_in",
        "door": {"opens_minutes_before_start": 30, "closes_minutes_after_end": 0},
    }  # fmt: skip
    assert "organisations" not in written
    assert written["event"]["day_ends_at"] == "04:00"


@settings(deadline=None)
@given(
    latitude=st.decimals(-90, 90, places=6),
    longitude=st.decimals(-180, 180, places=6),
)
def test_a_position_survives_writing_and_reading(latitude: object, longitude: object) -> None:
    document = small()
    document["venues"][0] |= {"latitude": float(str(latitude)), "longitude": float(str(longitude))}
    meant = programme_of(document, today=TODAY)
    assert (meant.venues[0].latitude, meant.venues[0].longitude) == (latitude, longitude)
    assert programme_of(document_of(meant), today=TODAY) == meant
