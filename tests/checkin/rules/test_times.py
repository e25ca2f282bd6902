"""Clocks of devices, days that end in the night, and zones that change their clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules.times import Clock, Reading, came_late, day_window, event_day, lead, slot

TOKYO, BERLIN, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NOON = datetime(2026, 10, 3, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
waits = st.timedeltas(timedelta(0), timedelta(hours=5))
offsets = st.timedeltas(timedelta(hours=-30), timedelta(hours=30))


@given(moments, offsets, st.timedeltas(timedelta(0), timedelta(hours=5)))
def test_a_clock_that_is_off_by_the_same_all_the_time_does_not_matter(
    happened: datetime, off: timedelta, waited: timedelta
) -> None:
    received = happened + waited
    assert Clock(received + off, received).corrected(happened + off) == happened


def test_nothing_happens_after_it_arrived() -> None:
    assert Clock(NOON, NOON).corrected(NOON + MINUTE) == NOON


@pytest.mark.parametrize(
    ("claimed", "sent", "wrong"),
    [(0, 0, False), (-300, 0, False), (-9, -9, False), (9, 9, False), (10, 10, True), (-180, -180, True),
     (1, 0, False), (3, 0, True)],
)  # fmt: skip
def test_a_clock_is_looked_at_when_it_is_far_off_or_jumps(claimed: int, sent: int, *, wrong: bool) -> None:
    assert Clock(NOON + sent * MINUTE, NOON).is_wrong(NOON + claimed * MINUTE) is wrong


@given(happened=moments, off=offsets, set_to=offsets, waited=waits, reloaded=st.booleans())
def test_whoever_sets_the_clock_after_a_scan_does_not_move_it(
    *, happened: datetime, off: timedelta, set_to: timedelta, waited: timedelta, reloaded: bool
) -> None:
    """The device heard our time since its clock was last moved; whatever became of it later, also in another page."""
    received = happened + waited
    sent = Reading("later" if reloaded else "first", waited)
    made = Reading("first", timedelta(0), -off, steady=True)
    assert Clock(received + set_to, received, sent).corrected(happened + off, made) == happened


@given(happened=moments, heard=offsets, moved_to=offsets, ran=waits, waited=waits, before=st.booleans())
def test_of_a_clock_that_was_moved_once_the_one_that_nobody_sets_tells_whether_before_a_scan_or_after_it(
    *, happened: datetime, heard: timedelta, moved_to: timedelta, ran: timedelta, waited: timedelta, before: bool
) -> None:
    received = happened + waited
    clock = Clock(received + moved_to, received, Reading("page", ran + waited))
    claimed = happened + (moved_to if before else heard)
    assert clock.corrected(claimed, Reading("page", ran, -heard)) == happened


@given(moments, offsets, offsets, waits, waits)
def test_a_clock_that_is_moved_while_nobody_hears_makes_no_scan_later_than_it_was(
    happened: datetime, then: timedelta, now: timedelta, ran: timedelta, waited: timedelta
) -> None:
    """Set back it is known exactly; set forward it cannot be told from a device that slept, and is believed."""
    received = happened + waited
    clock = Clock(received + now, received, Reading("page", ran + waited))
    at = clock.corrected(happened + then, Reading("page", ran))
    assert at == happened if now <= then else at < happened


@given(moments, offsets, waits, waits)
def test_a_device_that_slept_since_the_scan_is_believed_what_its_clock_says(
    happened: datetime, off: timedelta, waited: timedelta, slept: timedelta
) -> None:
    received = happened + waited + slept
    sent = Reading("page", waited)
    made = Reading("page", timedelta(0), -off)
    assert Clock(received + off, received, sent).corrected(happened + off, made) == happened


@given(moments, offsets, offsets, waits)
def test_of_a_page_that_was_killed_before_it_heard_our_time_what_the_clock_says_now_is_all_there_is(
    happened: datetime, off: timedelta, known: timedelta, waited: timedelta
) -> None:
    received = happened + waited
    made = Reading("killed", timedelta(hours=9), -known)
    assert Clock(received + off, received, Reading("new", waited)).corrected(happened + off, made) == happened


def test_a_clock_that_was_far_off_when_a_scan_was_made_is_looked_at_although_it_is_right_now() -> None:
    made = Reading("page", timedelta(0), timedelta(hours=3), steady=True)
    clock = Clock(NOON, NOON, Reading("page", timedelta(minutes=30)))
    assert clock.is_wrong(NOON - timedelta(hours=3, minutes=30), made)
    assert not clock.is_wrong(NOON - timedelta(minutes=30), Reading("page", timedelta(0), timedelta(0), steady=True))


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


@given(moments, st.integers(-3, 40), st.sampled_from((TOKYO, BERLIN, NEW_YORK, ZoneInfo("Pacific/Kiritimati"))))
def test_the_lead_is_that_of_the_days_of_the_zone(registered_at: datetime, days: int, zone: ZoneInfo) -> None:
    registered_on = registered_at.astimezone(zone).date()
    there = datetime.combine(registered_on, time(12), zone).astimezone(UTC)
    day = registered_on + timedelta(days=days)
    assert lead(registered_at, day, zone) == lead(there, day, zone)
    known = dict.fromkeys(range(1, 4), "1-3") | dict.fromkeys(range(4, 8), "4-7") | dict.fromkeys(range(8, 15), "8-14")
    known |= dict.fromkeys(range(15, 31), "15-30") | dict.fromkeys(range(31, 41), "31+")
    assert lead(registered_at, day, zone) == known.get(days, "same_day")


@given(moments, offsets, offsets, st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(hours=5))), offsets)
def test_in_order_is_what_is_neither_late_nor_by_a_wrong_clock(
    received: datetime, off: timedelta, ago: timedelta, ran: timedelta | None, heard: timedelta
) -> None:
    clock = Clock(received + off / 100, received, Reading("page", timedelta(hours=5)))
    claimed = received + ago / 10
    for made in (None, Reading("page", ran, heard / 100, steady=heard > timedelta(0))) if ran is not None else (None,):
        at = clock.corrected(claimed, made)
        odd = clock.is_wrong(claimed, made) or came_late(at, received_at=received)
        assert clock.in_order(claimed, made) == (None if odd else at)


def test_slots_are_five_minutes() -> None:
    assert slot(NOON + timedelta(minutes=4, seconds=59)) == slot(NOON)
    assert slot(NOON + timedelta(minutes=5)) == slot(NOON) + 1
