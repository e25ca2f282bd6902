"""Editions on the console: who issues them, what is told before, what they say, and what they changed."""

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import pytest

from analytics.queries.editions import editions_of, newest_edition
from analytics.rules import Attendance
from app.clock import frozen
from app.db import db
from app.programme.models import Event
from tests.analytics.ledger import Ledger
from tests.analytics.reading import page_tables
from tests.analytics.test_editions import places_of
from tests.console.conftest import Cast
from tests.console.test_gates import post
from tests.make import NOON, Make
from tests.statements import noted

EDITIONS = "/console/events/fair/editions"
AFTER = NOON + timedelta(days=3)


@pytest.fixture
def counted(cast: Cast, make: Make) -> Event:
    make.session(cast.event, "talk")
    ledger = Ledger(cast.event)
    spectator, student, _ = ledger.categories()
    ledger.tap(places_of(cast.event)["2026-10-03"], {spectator: 60, student: 3}, at=NOON)
    ledger.tap(places_of(cast.event)["talk"], {spectator: 20, student: 45}, at=NOON, new_today=False)
    ledger.write()
    return cast.event


def issue(cast: Cast, measure: str = "people", **given: str) -> tuple[int, str]:
    """Send the form of the page as it stands; the status and the page that follows."""
    with frozen(AFTER):
        page = cast.olga.get(f"{EDITIONS}?lang=en").get_data(as_text=True)
        after = re.search(r'name="after"[^>]*value="(\d+)"', page)
        assert after
        answer = post(cast.olga, f"{EDITIONS}?lang=en", **{"measure": measure, "sure": "y", "after": after[1], **given})
    return answer.status_code, answer.get_data(as_text=True)


def test_who_sees_editions_and_who_issues_them(cast: Cast, counted: Event) -> None:
    issue(cast)
    for path in (EDITIONS, f"{EDITIONS}/1"):
        assert cast.statuses(path) == {
            "owner": 200, "olga": 200, "dora": 403, "victor": 200, "sam": 404, "stranger": 302,
        }, path  # fmt: skip
    assert cast.stranger.post(EDITIONS).status_code == 401
    assert [post(one, EDITIONS).status_code for one in (cast.dora, cast.victor, cast.sam)] == [403, 403, 404]
    assert 'name="measure"' not in cast.victor.get(EDITIONS).get_data(as_text=True)
    assert cast.olga.get(f"{EDITIONS}/2").status_code == 404


def test_an_edition_is_issued_with_what_was_open(cast: Cast, counted: Event) -> None:
    assert issue(cast)[0] == 303
    newest = newest_edition(counted.id)
    assert newest is not None
    assert newest.still_open == {
        "conflicts": 0, "unsent": 0, "sheets": 0, "not_closed": 4, "nobody_counted": 2, "late_lines": 0,
    }  # fmt: skip
    page = cast.olga.get(f"{EDITIONS}/1?lang=en").get_data(as_text=True)
    assert "4 places are not closed" in page
    assert page_tables(page)["published"] == [["spectator", "60", "–"], ["student", "3", "–"], ["Total", "63", "63"]]


def test_what_can_be_reported_leads_to_what_it_means(cast: Cast) -> None:
    page, measures = (cast.olga.get(where).get_data(as_text=True) for where in (EDITIONS, "/console/measures"))
    for one in Attendance:
        section = one.value.replace("_", "-")
        assert f'href="/console/measures#{section}"' in page
        assert f'id="{section}"' in measures


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"measure": ""}, "Choose what is counted."),
        ({"measure": "heads"}, "Not a valid choice"),
        ({"sure": ""}, "Tick it, or settle first what is open."),
        ({"after": "7"}, "Somebody else has issued an edition meanwhile."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_issued(
    cast: Cast, counted: Event, given: dict[str, str], says: str
) -> None:
    status, page = issue(cast, **given)
    assert (status, says in page, editions_of(counted.id)) == (422, True, [])


def test_in_a_measure_that_nobody_counted_nothing_is_issued(cast: Cast) -> None:
    status, page = issue(cast, "visits")
    assert (status, "Nobody was counted in this measure" in page) == (422, True)
    assert editions_of(cast.event.id) == []


def test_the_next_edition_says_what_it_changed(cast: Cast, counted: Event) -> None:
    issue(cast)
    ledger = Ledger(counted, first_id=900)
    ledger.tap(places_of(counted)["talk"], {min(ledger.categories()): 5}, at=NOON)
    ledger.write()
    issue(cast, "visits")
    page = cast.olga.get(f"{EDITIONS}/2?lang=en").get_data(as_text=True)
    assert page_tables(page)["difference"] == [
        ["Distinct people", "63", "68", "+5"],
        ["Visits", "65", "70", "+5"],
        ["spectator", "60", "65", "+5"],
        ["spectator", "20", "25", "+5"],
        ["Talk 1", "65", "70", "+5"],
    ]


def test_a_total_that_the_public_would_not_see_is_told_before(cast: Cast, make: Make) -> None:
    make.session(cast.event, "talk")
    ledger = Ledger(cast.event)
    ledger.tap(places_of(cast.event)["2026-10-03"], {min(ledger.categories()): 3}, at=NOON)
    ledger.write()
    status, page = issue(cast)
    assert (status, "The public would not see the total of this edition" in page) == (422, True)
    assert ('name="unseen" value="yes"' in page, editions_of(cast.event.id)) == (True, [])
    assert issue(cast, unseen="yes")[0] == 303


def test_the_list_asks_the_database_as_often_for_three_as_for_one(cast: Cast, counted: Event) -> None:
    asked = []
    for _ in range(2):
        issue(cast)
        with noted() as seen:
            cast.olga.get(EDITIONS)
        asked.append(len(seen))
        db.session.rollback()
    assert asked[0] == asked[1]


def test_the_report_of_an_edition_is_made_whole_or_for_the_public(cast: Cast, make: Make, counted: Event) -> None:
    report = "/console/events/fair/attendance/report?format=csv&lang=en"
    assert cast.olga.get(f"{report}&reader=public").status_code == 404, "no edition yet"
    issue(cast)
    issue(cast, "visits")
    assert 'name="reader"' not in cast.olga.get(f"{EDITIONS}/1").get_data(as_text=True), "the programme is not released"
    assert cast.olga.get(f"{report}&reader=public").status_code == 404
    make.release(counted)
    assert 'name="reader"' in cast.olga.get(f"{EDITIONS}/1").get_data(as_text=True)
    assert 'name="reader"' in cast.olga.get("/console/events/fair/attendance").get_data(as_text=True)
    public = cast.olga.get(f"{report}&reader=public&edition=1")
    assert "fair-report-public-en.csv" in public.headers["Content-Disposition"]
    words, whole = public.get_data(as_text=True), cast.olga.get(f"{report}&edition=1").get_data(as_text=True)
    assert ("Edition 1" in words, "attendance.student.number,student,Distinct people,,hidden" in words) == (True, True)
    assert ("Edition 1" in whole, "people.student.number,student,Distinct people,3," in whole) == (True, True)
    assert cast.olga.get(f"{report}&edition=3").status_code == 404
    assert cast.statuses(f"{report}&reader=public&edition=1") == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 200, "sam": 404, "stranger": 302,
    }  # fmt: skip


def withdraw(cast: Cast, given: Mapping[str, str] = MappingProxyType({})) -> tuple[int, str]:
    with frozen(AFTER):
        answer = post(cast.olga, f"{EDITIONS}/1/withdrawal?lang=en", **{"reason": "numbers", "sure": "y", **given})
    return answer.status_code, answer.get_data(as_text=True)


def test_who_may_withdraw_an_edition(cast: Cast, counted: Event) -> None:
    issue(cast)
    path = f"{EDITIONS}/1/withdrawal"
    assert cast.stranger.post(path).status_code == 401
    assert [post(one, path).status_code for one in (cast.dora, cast.victor, cast.sam)] == [403, 403, 404]
    assert ("withdrawal" in cast.victor.get(f"{EDITIONS}/1").get_data(as_text=True)) is False
    assert ("withdrawal" in cast.olga.get(f"{EDITIONS}/1").get_data(as_text=True)) is True
    assert post(cast.olga, f"{EDITIONS}/2/withdrawal").status_code == 404


def test_an_edition_is_withdrawn_with_a_reason_and_its_page_says_so(cast: Cast, counted: Event) -> None:
    issue(cast)
    assert withdraw(cast)[0] == 303
    page = cast.olga.get(f"{EDITIONS}/1?lang=en").get_data(as_text=True)
    assert "This edition was withdrawn" in page
    assert "Its numbers are wrong" in page
    assert ("Make the report" in page, "Withdraw this edition" in page) == (False, False)
    assert page_tables(page)["published"][-1] == ["Total", "63", "63"], "the staff sees what it said"
    assert "On the public page then" in page
    assert "Withdrawn" in cast.olga.get(f"{EDITIONS}?lang=en").get_data(as_text=True)
    status, page = withdraw(cast)
    assert (status, "nothing was withdrawn" in page) == (422, True)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reason": ""}, "Choose why."),
        ({"reason": "mood"}, "Not a valid choice"),
        ({"sure": ""}, "Tick it"),
    ],
)
def test_an_edition_is_not_withdrawn_by_half(cast: Cast, counted: Event, given: dict[str, str], says: str) -> None:
    issue(cast)
    status, page = withdraw(cast, given)
    assert (status, says in page, newest_edition(counted.id) is None) == (422, True, False)


def test_an_edition_that_was_replaced_says_by_which(cast: Cast, counted: Event) -> None:
    issue(cast)
    issue(cast, "visits")
    page = cast.olga.get(f"{EDITIONS}/1?lang=en").get_data(as_text=True)
    assert "This edition was replaced" in page
    assert "On the public page then" in page
    assert "On the public page then" not in cast.olga.get(f"{EDITIONS}/2?lang=en").get_data(as_text=True)
    assert f'href="{EDITIONS}/2"' in page
    assert "This edition was replaced" not in cast.olga.get(f"{EDITIONS}/2?lang=en").get_data(as_text=True)
