"""Corrections on the console: looked at first, written as further lines, shown beside what was counted."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics.queries import figures_of, original_figures_of
from analytics.rules.figures import Count
from app.audit import AuditEntry
from app.clock import frozen
from app.db import db
from app.programme.models import Event
from checkin.models import Entry
from checkin.queries.recount import recounted
from tests.analytics.ledger import Ledger
from tests.analytics.reading import page_tables
from tests.analytics.test_editions import places_of
from tests.console.conftest import Cast
from tests.console.test_gates import post
from tests.make import NOON, Make
from tests.statements import noted

CORRECTIONS = "/console/events/fair/corrections"
ENTRANCE, TALK = f"{CORRECTIONS}/entrance:hall-1:2026-10-03", f"{CORRECTIONS}/session:talk"
AFTER = NOON + timedelta(days=3)


@pytest.fixture
def counted(cast: Cast, make: Make) -> Event:
    make.session(cast.event, "talk")
    make.session(cast.event, "empty")
    ledger = Ledger(cast.event, first_id=1000)
    spectator, student, unknown = ledger.categories()
    ledger.tap(places_of(cast.event)["2026-10-03"], {spectator: 60, student: 5, unknown: 30}, at=NOON)
    ledger.enter(ledger.ticket(), places_of(cast.event)["2026-10-03"], {spectator: 1}, at=NOON)
    ledger.write()
    for number in (8, 12):
        with frozen(AFTER):
            sheet = {"counted_at": "2026-10-03T12:30", "number_spectator": str(number)}
            assert post(cast.olga, "/console/events/fair/tallies/session:talk", **sheet).status_code == 303
    return cast.event


def correct(cast: Cast, path: str, typed: dict[str, str], *, sure: bool = True) -> tuple[int, str]:
    """Fill in the form as it stands, look at it, and confirm."""
    with frozen(AFTER):
        page = cast.olga.get(f"{path}?lang=en").get_data(as_text=True)
        wish = {**fields(page), **typed}
        answer = post(cast.olga, f"{path}?lang=en", **wish)
        if sure and answer.status_code == 200:
            wish = {**fields(answer.get_data(as_text=True)), "sure": "yes"}
            answer = post(cast.olga, f"{path}?lang=en", **wish)
            post(cast.olga, f"{path}?lang=en", **wish)  # a second click
    db.session.rollback()
    return answer.status_code, answer.get_data(as_text=True)


def fields(page: str) -> dict[str, str]:
    """What the form of a page sends: its boxes, and ticks that are set."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        told = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        unset = told.get("type") == "checkbox" and " checked" not in tag
        if told.get("type") != "radio" and not unset and "name" in told:
            found[told["name"]] = told.get("value", "").replace("&#34;", '"')
    return {name: value for name, value in found.items() if name not in ("lang", "to", "csrf_token")}


def people(event: Event, *, original: bool = False) -> dict[str, int]:
    figures = original_figures_of(event, at=AFTER) if original else figures_of(event, at=AFTER)
    assert figures is not None
    counts = {one.category.key: one.people for one in figures.categories}
    return {key: count.number for key, count in counts.items() if isinstance(count, Count)}


def test_who_may_correct(cast: Cast, counted: Event) -> None:
    for path in (CORRECTIONS, ENTRANCE, TALK):
        assert cast.statuses(path) == {
            "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
        }, path  # fmt: skip
    for path in (TALK, f"{CORRECTIONS}/taking-back"):
        assert cast.stranger.post(path).status_code == 401
        assert [post(one, path).status_code for one in (cast.dora, cast.victor, cast.sam)] == [403, 403, 404]
    assert cast.olga.get(f"{CORRECTIONS}/session:none").status_code == 404
    assert post(cast.olga, f"{CORRECTIONS}/taking-back", correction="none").status_code == 404


def test_before_and_after_are_shown_and_nothing_is_written_until_it_is_sure(cast: Cast, counted: Event) -> None:
    wish = {"reason": "wrong_category", "number_spectator": "51", "number_student": "15"}
    status, page = correct(cast, ENTRANCE, wish, sure=False)
    assert (status, "96 → 96" in re.sub("<[^>]*>", "", page)) == (200, True)
    assert original_figures_of(counted, at=AFTER) is None


def test_a_category_is_corrected_by_further_lines_and_what_was_counted_stays_beside(cast: Cast, counted: Event) -> None:
    before = {one.id for one in db.session.scalars(db.select(Entry))}
    status, _ = correct(cast, ENTRANCE, {"reason": "wrong_category", "number_spectator": "51", "number_student": "15"})
    assert (status, people(counted), people(counted, original=True)) == (
        303, {"spectator": 51, "student": 15, "unknown": 30}, {"spectator": 61, "student": 5, "unknown": 30},
    )  # fmt: skip
    added = [one for one in db.session.scalars(db.select(Entry)) if one.id not in before]
    assert [(one.kind.value, one.method.value, one.reason, one.account_id is not None) for one in added] == [
        ("correction", "tapped", "wrong_category", True)
    ]
    told = db.session.scalars(db.select(AuditEntry).filter_by(verb="correction.add")).one()
    assert told.facts == {"reason": "wrong_category", "changes": {"spectator": -10, "student": 10}}
    for path in (CORRECTIONS, "/console/events/fair/attendance"):
        page = cast.olga.get(f"{path}?lang=en").get_data(as_text=True)
        assert page_tables(page)["corrections"] == [["spectator", "61", "51", "-10"], ["student", "5", "15", "+10"]]


def test_who_was_not_asked_is_distributed_by_an_estimate(cast: Cast, counted: Event) -> None:
    wish = {"reason": "estimated", "number_unknown": "0", "number_spectator": "81", "number_student": "15"}
    assert correct(cast, ENTRANCE, wish)[0] == 303
    total = figures_of(counted, at=AFTER).people
    assert isinstance(total, Count)
    assert (people(counted), {method.value: number for method, number in total.methods.items()}) == (
        {"spectator": 81, "student": 15},
        {"scanned": 1, "tapped": 65, "estimated": 30},
    )


def test_a_sheet_found_later_and_people_counted_twice_move_the_room_too(cast: Cast, counted: Event) -> None:
    assert correct(cast, TALK, {"reason": "found_later", "number_spectator": "25"})[0] == 303
    assert correct(cast, TALK, {"reason": "counted_twice", "number_spectator": "22"})[0] == 303
    assert {one.session.code: one.visits for one in figures_of(counted, at=AFTER).sessions}["talk"] == 22
    assert [one for one in recounted(counted.id).wrong if one.session == "talk"] == []
    page = cast.olga.get(f"{CORRECTIONS}?lang=en").get_data(as_text=True)
    found = re.findall(r'name="correction" value="([^"]+)"', page)
    for _ in range(2):
        assert post(cast.olga, f"{CORRECTIONS}/taking-back", correction=found[0]).status_code == 303
    db.session.rollback()
    assert {one.session.code: one.visits for one in figures_of(counted, at=AFTER).sessions}["talk"] == 25
    assert [one for one in recounted(counted.id).wrong if one.session == "talk"] == []


def test_where_people_come_all_day_a_correction_is_of_noon_not_of_midnight_and_a_sheet_has_to_say(
    cast: Cast, counted: Event, make: Make
) -> None:
    midnight = NOON.astimezone(ZoneInfo(counted.timezone)).replace(hour=0)
    make.session(counted, "shown", starts_at=midnight, ends_at=midnight + timedelta(days=1))
    for path, at, expected in (
        (f"{CORRECTIONS}/session:shown", AFTER, "2026-10-03T12:00"),
        (f"{CORRECTIONS}/session:shown", NOON - timedelta(hours=1), "2026-10-03T11:00"),
        ("/console/events/fair/tallies/session:shown", AFTER, ""),
        (ENTRANCE, AFTER, "2026-10-03T12:00"),
        (TALK, AFTER, "2026-10-03T12:00"),
    ):
        with frozen(at):
            assert fields(cast.olga.get(path).get_data(as_text=True))["counted_at"] == expected


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"number_spectator": "30"}, "Choose why."),
        ({"reason": "counted_twice"}, "Nothing is changed."),
        ({"reason": "counted_twice", "number_spectator": "30"}, "These numbers do not fit the reason."),
        ({"reason": "found_later", "number_spectator": "many"}, "Type a whole number"),
        ({"reason": "found_later", "number_spectator": "21", "counted_at": "2026-12-01T12:00"}, "still to come"),
        ({"reason": "found_later", "number_spectator": "21", "stood": "{}"}, "have changed meanwhile"),
        ({"reason": "counted_twice", "number_spectator": "10", "new_today": "y"}, "of spectator at most 0"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    cast: Cast, counted: Event, typed: dict[str, str], says: str
) -> None:
    status, page = correct(cast, TALK, typed)
    assert (status, says in page, original_figures_of(counted, at=AFTER)) == (422, True, None)


def test_the_list_asks_the_database_as_often_for_two_as_for_one(cast: Cast, counted: Event) -> None:
    asked = []
    for number in ("25", "30"):
        correct(cast, TALK, {"reason": "found_later", "number_spectator": number})
        cast.olga.get(CORRECTIONS)
        with noted() as seen:
            cast.olga.get(CORRECTIONS)
        asked.append(len(seen))
    assert asked[0] == asked[1]
