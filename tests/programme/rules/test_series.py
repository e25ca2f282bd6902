"""Appointments between two times with breaks, and copies of a session: what they are called and when they are."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from app.programme.rules import AdmissionRule
from app.programme.rules.facts import EventSessionFacts
from app.programme.rules.series import Slots, appointments, repeated, spans
from tests.make import NOON

TOKYO = ZoneInfo("Asia/Tokyo")
TALK = EventSessionFacts(
    code="talk", title={"ja": "講演"}, starts_at=NOON, ends_at=NOON + timedelta(hours=1),
    door_opens_at=NOON - timedelta(minutes=30), door_closes_at=NOON + timedelta(minutes=40),
)  # fmt: skip


def minutes(*numbers: int) -> list[tuple[int, int]]:
    """The spans from noon to two that appointments of `numbers[0]` minutes take, around a break if one is given."""
    length, *pause = numbers
    breaks = [(NOON + timedelta(minutes=pause[0]), NOON + timedelta(minutes=pause[1]))] if pause else []
    found = spans(NOON, NOON + timedelta(hours=2), minutes=length, breaks=breaks)
    return [tuple(int((end - NOON).total_seconds() // 60) for end in one) for one in found]  # type: ignore[misc]


def test_appointments_follow_each_other_and_none_ends_too_late() -> None:
    assert minutes(30) == [(0, 30), (30, 60), (60, 90), (90, 120)]
    assert minutes(50) == [(0, 50), (50, 100)]
    assert minutes(121) == []


def test_none_reaches_into_a_break_and_they_go_on_behind_it() -> None:
    assert minutes(30, 45, 60) == [(0, 30), (60, 90), (90, 120)]
    assert minutes(30, 30, 60) == [(0, 30), (60, 90), (90, 120)]
    assert minutes(30, 0, 120) == []


def test_each_is_for_one_party_and_carries_its_time() -> None:
    at = [(NOON, NOON + timedelta(minutes=30)), (NOON + timedelta(minutes=30), NOON + timedelta(hours=1))]
    slots = Slots("advice", {"ja": "相談", "en": "Advice"}, 30, 4, "hall/room", {})
    made = appointments(slots, at, zone=TOKYO, taken=["advice-1003-1230"])
    assert [one.code for one in made] == ["advice-1003-1200", "advice-1003-1230-2"]
    assert [one.title for one in made] == [
        {"ja": "相談 12:00", "en": "Advice 12:00"},
        {"ja": "相談 12:30", "en": "Advice 12:30"},
    ]
    assert {(one.capacity, one.one_party, one.series, one.admission) for one in made} == {
        (4, True, "advice", AdmissionRule.BOOKING_ONLY)
    }


def test_copies_keep_length_and_door_and_count_on() -> None:
    later = [NOON + timedelta(days=1), NOON + timedelta(days=1, hours=3)]
    series, copies = repeated(TALK, later, taken=["talk", "talk-2"])
    assert (series, [one.code for one in copies]) == ("talk", ["talk-3", "talk-4"])
    assert [one.starts_at for one in copies] == later
    assert {(one.ends_at - one.starts_at, one.door_closes_at - one.starts_at, one.series) for one in copies} == {
        (timedelta(hours=1), timedelta(minutes=40), "talk")
    }
