"""Days in easy Japanese: every day of a month and every month as people read them, the week's days beside them."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from app.web.languages import without_readings
from app.web.readings import day_with_readings, month_with_reading

TABLE = json.loads(Path(__file__).with_name("days.json").read_text())
"""Read by the tests of the door's page too."""


@pytest.mark.parametrize(("day", "shown"), list(enumerate(TABLE["days"], start=1)))
def test_each_day_of_a_month_has_its_own_reading(day: int, shown: str) -> None:
    assert day_with_readings(date(2023, 10, day)).startswith(f"10月《がつ》 {shown}（")


@pytest.mark.parametrize(("month", "shown"), list(enumerate(TABLE["months"], start=1)))
def test_a_month_that_is_read_in_its_own_way_is_read_whole(month: int, shown: str) -> None:
    assert month_with_reading(month) == shown
    assert day_with_readings(date(2023, month, 1)).startswith(f"{shown} ｜1日《ついたち》")


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (30, "月《げつ》"),
        (31, "火《か》"),
        (25, "水《すい》"),
        (26, "木《もく》"),
        (27, "金《きん》"),
        (28, "土《ど》"),
        (29, "日《にち》"),
    ],
)
def test_days_of_the_week_have_readings(day: int, shown: str) -> None:
    assert day_with_readings(date(2023, 10, day)).endswith(f"（{shown}）")


@pytest.mark.parametrize("day", range(1, 31))
def test_without_readings_a_day_is_as_in_japanese_but_for_a_blank(day: int) -> None:
    assert re.fullmatch(rf"11月 {day}日（[月火水木金土日]）", without_readings(day_with_readings(date(2023, 11, day))))
