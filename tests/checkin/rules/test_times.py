"""Clocks of devices, days that end in the night, and zones that change their clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules.times import clock_is_wrong, corrected, day_window, event_day, lead, slot

TOKYO, BERLIN, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NOON = datetime(2026, 10, 3, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
offsets = st.timedeltas(timedelta(hours=-30), timedelta(hours=30))


@given(moments, offsets, st.timedeltas(timedelta(0), timedelta(hours=5)))
def test_a_clock_that_is_off_by_the_same_all_the_time_does_not_matter(
    happened: datetime, off: timedelta, waited: timedelta
) -> None:
    received = happened + waited
    assert corrected(happened + off, sent_at=received + off, received_at=received) == happened


def test_nothing_happens_after_it_arrived() -> None:
    assert corrected(NOON + MINUTE, sent_at=NOON, received_at=NOON) == NOON


@pytest.mark.parametrize(
    ("claimed", "sent", "wrong"),
    [(0, 0, False), (-300, 0, False), (-9, -9, False), (9, 9, False), (10, 10, True), (-180, -180, True),
     (1, 0, False), (3, 0, True)],
)  # fmt: skip
def test_a_clock_is_looked_at_when_it_is_far_off_or_jumps(claimed: int, sent: int, *, wrong: bool) -> None:
    assert clock_is_wrong(NOON + claimed * MINUTE, sent_at=NOON + sent * MINUTE, received_at=NOON) is wrong


@given(moments, st.sampled_from([TOKYO, BERLIN, NEW_YORK]))
def test_every_moment_is_in_the_window_of_its_day_and_of_no_other(at: datetime, zone: ZoneInfo) -> None:
    at = at.replace(microsecond=0)
    day = event_day(at, zone, time(4))
    days = [day + timedelta(days=offset) for offset in (-1, 0, 1)]
    windows = [day_window(one, zone, time(4)) for one in days]
    assert [window.from_ <= at <= window.to for window in windows] == [False, True, False]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [(TOKYO, date(2026, 10, 24), 24), (BERLIN, date(2026, 10, 24), 25), (BERLIN, date(2026, 3, 28), 23)],
)
def test_a_day_has_the_hours_that_it_has(zone: ZoneInfo, day: date, hours: int) -> None:
    window = day_window(day, zone, time(4))
    assert window.to - window.from_ == timedelta(hours=hours) - timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-1, "same_day"), (0, "same_day"), (1, "1-3"), (3, "1-3"), (4, "4-7"), (8, "8-14"), (30, "15-30"), (31, "31+"),
     (400, "31+")],
)  # fmt: skip
def test_the_lead_of_a_registration_is_a_bucket_of_days(days: int, bucket: str) -> None:
    assert lead(NOON - timedelta(days=days), NOON.date(), TOKYO) == bucket


def test_slots_are_five_minutes() -> None:
    assert slot(NOON + timedelta(minutes=4, seconds=59)) == slot(NOON)
    assert slot(NOON + timedelta(minutes=5)) == slot(NOON) + 1
