"""Sheets for the doors: who may print them, and what stands on them."""

import re
from datetime import timedelta

from app.programme.rules import SessionStatus
from tests.console.conftest import Cast
from tests.make import NOON, Make, both

PAGE = "/console/events/fair/door-sheets"


def test_only_who_edits_the_event_prints_them(cast: Cast) -> None:
    assert cast.statuses(PAGE) == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip


def test_a_sheet_for_each_room_and_day_with_a_code_of_that_day(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk", title=both("講演", "Talk"))
    make.session(cast.event, "late", title=both("夜", "Late"), starts_at=NOON + timedelta(days=1))
    make.session(cast.event, "off", title=both("中止の回", "Off"), status=SessionStatus.CANCELLED)
    make.release(cast.event)
    page = cast.olga.get(f"{PAGE}?lang=en").get_data(as_text=True)
    assert page.count('class="door-sheet"') == 2
    assert "these sheets show the plan" not in page
    assert re.search(r"Does not take place.{0,40}Off", page, re.DOTALL)
    day = NOON.date().isoformat()
    assert f"timetable#day-{day}" in page
    code = cast.olga.get(f"{PAGE}/{day}.svg")
    assert (code.status_code, code.mimetype) == (200, "image/svg+xml")
    assert cast.olga.get(f"{PAGE}/2001-01-01.svg").status_code == 404
    assert cast.sam.get(f"{PAGE}/{day}.svg").status_code == 404


def test_before_the_first_release_they_show_the_plan_and_say_so(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk", title=both("講演", "Talk"))
    page = cast.olga.get(f"{PAGE}?lang=en").get_data(as_text=True)
    assert "Talk" in page
    assert "these sheets show the plan" in page
