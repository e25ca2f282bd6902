"""Counting on paper: sheets, and the form that types them into the ledger, marked as paper."""

import re
from datetime import timedelta

from app.clock import frozen
from app.db import db
from checkin.models import Conflict, Entry
from checkin.rules import Method
from tests.console.conftest import Cast
from tests.console.test_gates import post
from tests.front.test_views import words
from tests.make import NOON, Make

TALLIES = "/console/events/fair/tallies"
AFTERWARDS = NOON + timedelta(hours=3)


def typed(cast: Cast, place: str, **numbers: str) -> tuple[int, str]:
    """A fresh form, filled in and sent."""
    path = f"{TALLIES}/{place}"
    with frozen(AFTERWARDS):
        found = re.search(r'name="sheet"[^>]*value="([^"]+)"', cast.olga.get(path).get_data(as_text=True))
        assert found
        wish = {"counted_at": "2026-10-03T12:30", "sheet": found[1], **numbers}
        answer = post(cast.olga, path, **wish)
        post(cast.olga, path, **wish)  # a second click
    return answer.status_code, answer.get_data(as_text=True)


def lines() -> list[tuple[str, str, bool | None]]:
    db.session.rollback()
    found = db.session.scalars(db.select(Entry).order_by(Entry.id))
    return [(one.kind.value, one.method.value, one.new_today) for one in found]


def test_who_may_type_sheets(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    for path in (TALLIES, f"{TALLIES}/session:talk", f"{TALLIES}/session:talk/sheet"):
        assert cast.statuses(path) == {
            "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
        }, path  # fmt: skip
    for path in (f"{TALLIES}/session:talk", f"{TALLIES}/session:talk/taking-back"):
        assert cast.stranger.post(path).status_code == 401
        assert [post(one, path).status_code for one in (cast.dora, cast.sam)] == [403, 404]
    assert cast.olga.get(f"{TALLIES}/session:none").status_code == 404


def test_a_sheet_is_written_once_marked_as_paper_and_can_be_taken_back(cast: Cast, make: Make) -> None:
    session = make.session(cast.event, "talk", capacity=20)
    assert typed(cast, "session:talk", number_spectator="7", number_student="３")[0] == 303
    assert lines() == [("count", "paper", False)]
    line = db.session.scalars(db.select(Entry)).one()
    assert (line.device_id, line.gate_id, line.account_id is not None, line.at) == (
        None, None, True, NOON + timedelta(minutes=30),
    )  # fmt: skip
    assert line.method is Method.PAPER
    figures = cast.olga.get("/api/v1/events/fair/places/session:talk/counts").get_json()
    assert figures["present"] == {"spectator": 7, "student": 3}
    page = cast.olga.get(f"{TALLIES}/session:talk").get_data(as_text=True)
    found = re.search(r'name="sheet" value="([^"]+)"><button', page)
    assert found
    for _ in range(2):
        assert post(cast.olga, f"{TALLIES}/session:talk/taking-back", sheet=found[1]).status_code == 303
    assert [kind for kind, _, _ in lines()] == ["count", "undo"]
    assert post(cast.olga, f"{TALLIES}/session:talk/taking-back", sheet="none").status_code == 404
    assert session.capacity == 20


def test_at_an_entrance_people_are_new_and_a_full_room_is_listed(cast: Cast, make: Make) -> None:
    make.session(cast.event, "small", capacity=5)
    venue = f"hall-{cast.event.id}"
    assert typed(cast, f"entrance:{venue}:2026-10-03", number_spectator="4", new_today="y")[0] == 303
    assert typed(cast, "session:small", number_spectator="9")[0] == 303
    assert lines() == [("count", "paper", True), ("count", "paper", False)]
    assert [one.value for one in db.session.scalars(db.select(Conflict.kind))] == ["over_capacity"]


def test_what_cannot_be_is_said_and_kept(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    status, page = typed(cast, "session:talk", number_spectator="many", number_student="2")
    assert (status, 'value="many"' in page, 'value="2"' in page) == (422, True, True)
    assert typed(cast, "session:talk")[0] == 422
    assert typed(cast, "session:talk", number_student="2", counted_at="2026-10-09T12:00")[0] == 422
    assert lines() == []


def test_a_time_that_is_none_is_refused_with_a_sentence(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    path = f"{TALLIES}/session:talk"
    assert post(cast.olga, path, counted_at="yesterday", number_spectator="7").status_code == 422
    assert lines() == []


def test_a_time_of_another_day_is_refused_and_one_after_midnight_is_not(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    status, page = typed(cast, "session:talk", number_student="2", counted_at="2025-10-03T12:30")
    assert (status, 'value="2"' in page, lines()) == (422, True, [])
    venue = f"entrance:hall-{cast.event.id}:2026-10-02"
    assert typed(cast, venue, number_student="2", counted_at="2026-10-03T04:30")[0] == 422
    assert typed(cast, venue, number_student="2", counted_at="2026-10-03T03:30")[0] == 303


def test_the_same_figures_from_another_form_are_asked_about_first(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    assert typed(cast, "session:talk", number_spectator="7")[0] == 303
    status, page = typed(cast, "session:talk", number_spectator="7")
    assert (status, 'name="another" value="yes"' in page, len(lines())) == (422, True, 1)
    assert typed(cast, "session:talk", number_spectator="7", another="yes")[0] == 303
    assert typed(cast, "session:talk", number_spectator="8")[0] == 303
    assert len(lines()) == 3


def test_each_wrong_number_is_named_above_the_form_and_in_the_title(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    _, page = typed(cast, "session:talk", number_spectator="many", number_student="-2")
    shown = words(page)
    assert "<title>エラー：" in page
    assert all(f"{one}：0 から 9999 までの整数を入力してください。" in shown for one in ("観覧者", "児童生徒学生"))


def test_of_what_lasts_all_day_nobody_is_told_a_time(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk", ends_at=NOON + timedelta(hours=24))
    for path in ("session:talk", "session:talk/roster"):
        page = cast.olga.get(f"{TALLIES}/{path}").get_data(as_text=True)
        assert "2026-10-03T12:00" not in page


def test_every_way_of_paper_is_found_from_the_list(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    page = cast.olga.get(TALLIES).get_data(as_text=True)
    found = set(re.findall(f'href="({TALLIES}/session:talk[^"]*|/console/events/fair/print)"', page))
    ways = {f"{TALLIES}/session:talk{way}" for way in ("", "/sheet", "/roster")}
    assert found == ways | {"/console/events/fair/print"}


def test_a_sheet_says_who_belongs_to_each_category_and_who_is_counted_elsewhere(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    sheet = cast.olga.get(f"{TALLIES}/session:talk/sheet?lang=en").get_data(as_text=True)
    assert re.findall(r'tally-belongs">([^<]+)<', sheet)[:1] == ["spectator people"]
    assert "Do not count people who are ticked off on a roster or were scanned." in sheet
