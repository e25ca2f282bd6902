"""When a session takes place is said in one way everywhere: its hours, or that it lasts all day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.web.hours import times
from app.web.languages import speaking

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
MIDNIGHT, NEXT = datetime(2026, 10, 2, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "終日"), ("en", "all day"), ("ja-easy", "一日中《いちにちじゅう》")]
)
def test_what_lasts_all_day_is_said_in_words(app: Flask, language: str, words: str) -> None:
    with app.app_context(), speaking(language):
        assert times(MIDNIGHT, NEXT, TOKYO) == words


def test_the_day_on_which_the_clock_is_put_forward_is_a_whole_day(app: Flask) -> None:
    begins, ends = (datetime(2026, 3, day, tzinfo=BERLIN).astimezone(UTC) for day in (29, 30))
    with app.app_context(), speaking("en"):
        assert times(begins, ends, BERLIN) == "all day"


def test_hours_of_the_night_go_on_counting(app: Flask) -> None:
    begins, ends = datetime(2026, 10, 3, 13, tzinfo=UTC), datetime(2026, 10, 3, 16, 30, tzinfo=UTC)
    with app.app_context(), speaking("en"):
        assert times(begins, ends, TOKYO) == "22:00–25:30"
