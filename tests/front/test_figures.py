"""The public page of attendance and its open data: from the newest edition alone, read back from the files."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.exports.open_data import COLUMNS
from analytics.operations.editions import draft_edition, issue_edition, withdraw_edition
from analytics.queries import figures_of
from analytics.queries.editions import newest_number
from analytics.report import FORMATS
from analytics.rules import Attendance
from analytics.rules.editions import WhyWithdrawn
from app.clock import frozen
from app.db import db, transaction
from app.demo import PUBLISHED, load
from app.programme.models import Event
from app.programme.rules import EventStatus
from app.web.actors import ANONYMOUS
from tests.analytics.ledger import Ledger
from tests.analytics.reading import page_tables
from tests.analytics.test_editions import places_of
from tests.make import NOON, Make

AFTER = NOON + timedelta(days=30)
FILES = ("/figures", "/data/attendance.csv", "/data/attendance.json", "/data/attendance.csv-metadata.json")
SAID = {
    "ja": ("不明", "終了前"),
    "en": ("unknown", "not over yet"),
    "ja-easy": ("わかりません", "まだ 終わって いません"),
}
"""Nobody counted; and nobody could yet."""
YOKOHAMA = [62, 412, 485, 101, 101, 1161]


@pytest.fixture
def fair(make: Make) -> Event:
    """A fair that is over, with two talks, of which the public knows the programme; no edition yet."""
    event = make.event(
        "fair",
        status=EventStatus.CLOSED,
        licence="CC BY 4.0",
        licence_url="https://example.jp/",
    )
    for code in ("one", "two", "none"):
        make.session(event, code)
    ledger, places = Ledger(event), places_of(event)
    spectator, student, _ = ledger.categories()
    ledger.tap(places["2026-10-03"], {spectator: 60, student: 45}, at=NOON)
    ledger.tap(places["one"], {spectator: 20, student: 3}, at=NOON, new_today=False)
    ledger.tap(places["two"], {spectator: 11, student: 40}, at=NOON, new_today=False)
    ledger.write()
    return make.release(event)


def issue(event: Event, measure: Attendance = Attendance.PEOPLE) -> None:
    draft = draft_edition(event, measure, figures_of(event, at=AFTER))
    with transaction():
        issue_edition(event, draft, still_open={}, at=AFTER, actor=ANONYMOUS)


def rows(client: FlaskClient, slug: str) -> list[dict[str, str]]:
    answer = client.get(f"/events/{slug}/data/attendance.csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    lines = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert next(lines) == [column.title for column in COLUMNS]
    return [dict(zip([column.name for column in COLUMNS], line, strict=True)) for line in lines]


def number(row: dict[str, str]) -> int | str:
    return int(row["number"]) if row["number"].isdigit() else row["number"]


@pytest.fixture
def demo(app: Flask) -> FlaskClient:
    """A stranger before the demonstration."""
    load()
    return app.test_client()


def test_the_published_table_of_yokohama_stands_on_page_event_csv_and_json(demo: FlaskClient) -> None:
    people = [row for row in rows(demo, PUBLISHED) if row["measure"] == "people"]
    answer = json.loads(demo.get(f"/events/{PUBLISHED}/data/attendance.json").data)
    told = [row["number"] for row in answer["rows"] if row["measure"] == "people"]
    assert ([number(row) for row in people], told) == (YOKOHAMA, YOKOHAMA)
    assert {(row["standing"], row["provenance"], row["methods"]) for row in people} == {
        ("counted", "published", "imported")
    }
    for language in ("ja", "en", "ja-easy"):
        for path in (f"/events/{PUBLISHED}/figures", f"/events/{PUBLISHED}/"):
            page = demo.get(f"{path}?lang={language}").get_data(as_text=True)
            assert shown(page) == [*map(str, YOKOHAMA[:-1]), "1161"], path
    assert [row for row in rows(demo, PUBLISHED) if row["measure"] == "visits" and row["number"]] == []


def shown(page: str) -> list[str]:
    """The numbers of the first table of a page."""
    marked = page.replace("<table", '<div id="table-first"><table', 1).replace("</table>", "</table></div>", 1)
    return [row[1] for row in page_tables(marked)["first"]]


@pytest.mark.parametrize("path", FILES)
def test_without_an_edition_there_is_nothing(client: FlaskClient, fair: Event, path: str) -> None:
    assert client.get(f"/events/fair{path}").status_code == 404
    assert "/figures" not in client.get("/events/fair/").get_data(as_text=True)
    issue(fair)
    assert client.get(f"/events/fair{path}").status_code == 200


@pytest.mark.parametrize("path", FILES)
def test_of_an_event_that_is_not_public_nobody_sees_figures(client: FlaskClient, make: Make, path: str) -> None:
    event = make.event("hidden", status=EventStatus.DRAFT)
    ledger = Ledger(event)
    ledger.tap(places_of(event)["2026-10-03"], {min(ledger.categories()): 60}, at=NOON)
    ledger.write()
    issue(make.release(event))
    assert client.get(f"/events/hidden{path}").status_code == 404


def test_only_the_newest_edition_is_shown_whatever_is_counted_afterwards(client: FlaskClient, fair: Event) -> None:
    issue(fair)
    before = {path: client.get(f"/events/fair{path}").data for path in FILES[1:]}
    ledger = Ledger(fair, first_id=900)
    ledger.tap(places_of(fair)["2026-10-03"], {min(ledger.categories()): 7}, at=NOON)
    ledger.write()
    assert {path: client.get(f"/events/fair{path}").data for path in FILES[1:]} == before
    issue(fair)
    people = [row for row in rows(client, "fair") if row["measure"] == "people"]
    assert [(row["edition"], number(row)) for row in people] == [("2", 67), ("2", 45), ("2", 112)]


def test_small_numbers_are_dashes_everywhere_and_null_in_json(client: FlaskClient, fair: Event) -> None:
    issue(fair)
    found = {(row["session"], row["category"]): row for row in rows(client, "fair") if row["measure"] == "visits"}
    hidden, unknown = ("–", "hidden"), ("", "unknown")
    assert {key: (row["number"], row["standing"]) for key, row in found.items() if key[0] in ("one", "none")} == {
        **{("none", key): unknown for key in ("spectator", "student", "total")},
        **{("one", key): hidden for key in ("spectator", "student")},
        ("one", "total"): ("23", "counted"),
    }
    page = client.get("/events/fair/figures?lang=en").get_data(as_text=True)
    assert (">20<" in page, ">3<" in page, ">40<" in page, ">74<" in page) == (False, False, False, True)
    assert "stands for fewer than 5 people" in page
    answer = json.loads(client.get("/events/fair/data/attendance.json").data)
    assert {row["number"] for row in answer["rows"] if row["standing"] == "hidden"} == {None}
    assert answer["licence"] == {"name": "CC BY 4.0", "url": "https://example.jp/"}


def test_the_event_page_leads_there_once_the_event_is_over(client: FlaskClient, make: Make, fair: Event) -> None:
    issue(fair)
    with frozen(AFTER):
        assert 'href="/events/fair/figures"' in client.get("/events/fair/").get_data(as_text=True)
    with transaction():
        db.session.get_one(Event, fair.id).status = EventStatus.PUBLISHED
    with frozen(NOON):
        assert 'href="/events/fair/figures"' not in client.get("/events/fair/").get_data(as_text=True)


def test_the_metadata_names_every_column_and_the_licence(client: FlaskClient, fair: Event) -> None:
    issue(fair)
    answer = json.loads(client.get("/events/fair/data/attendance.csv-metadata.json").data)
    assert [one["name"] for one in answer["tableSchema"]["columns"]] == [column.name for column in COLUMNS]
    assert (answer["url"].endswith("/events/fair/data/attendance.csv"), answer["dc:license"]) == (
        True,
        "https://example.jp/",
    )


def test_who_holds_a_file_already_gets_it_once(client: FlaskClient, fair: Event) -> None:
    issue(fair)
    for path in FILES:
        first = client.get(f"/events/fair{path}")
        held = {"If-None-Match": first.headers["ETag"]}
        assert client.get(f"/events/fair{path}", headers=held).status_code == 304


def test_the_guide_explains_every_column() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs/guide/attendance.md").read_text(encoding="utf-8")
    told = [line for line in guide.splitlines() if re.fullmatch(r"\| \S+ \| `\w+` \| .+ \|", line)]
    assert told == [f"| {column.title} | `{column.name}` | {column.en} |" for column in COLUMNS]


def test_the_report_to_take_along_is_public_only_of_an_edition_and_in_the_language_of_the_page(
    app: Flask, fair: Event
) -> None:
    stranger = app.test_client()
    assert stranger.get("/events/fair/data/report.csv").status_code == 404
    issue(fair)
    page = stranger.get("/events/fair/figures?lang=en").get_data(as_text=True)
    assert all(f'href="/events/fair/data/report.{form}"' in page for form in FORMATS)
    answer = stranger.get("/events/fair/data/report.csv?lang=en")
    words = answer.data.decode("utf-8-sig")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=fair-report-public-en.csv"
    assert ("sessions.one.student" in words, ",3," in words, "hidden" in words) == (True, False, True)
    again = stranger.get("/events/fair/data/report.csv?lang=en", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    html = stranger.get("/events/fair/data/report.html?lang=ja")
    assert "sandbox" in html.headers["Content-Security-Policy"]
    missing = ("/events/fair/data/report.txt", "/events/none/data/report.csv")
    assert [stranger.get(path).status_code for path in missing] == [404, 404]


def test_what_was_not_over_when_an_edition_was_issued_is_not_unknown(
    client: FlaskClient, make: Make, fair: Event
) -> None:
    make.session(fair, "later", starts_at=AFTER + timedelta(days=1))
    issue(make.release(fair))
    found = [row for row in rows(client, "fair") if row["session"] in ("none", "later") and row["category"] == "total"]
    assert {row["session"]: (row["number"], row["standing"]) for row in found} == {
        "none": ("", "unknown"),
        "later": ("", "not_yet"),
    }
    for language, words in SAID.items():
        page = client.get(f"/events/fair/figures?lang={language}").get_data(as_text=True)
        page = re.sub(r"<rp>.*?</rp>|<rt>.*?</rt>|</?ruby>", "", page)
        cells = re.findall(r'<span class="(?:unknown|soft small)">([^<]+)</span></td>', page)
        assert [cells.count(word) for word in words] == [3, 3]
    page = client.get("/events/fair/figures?lang=en").get_data(as_text=True)
    assert "1 session that nobody counted" in page
    assert "1 session that was not over" in page
    report = client.get("/events/fair/data/report.html?lang=ja").get_data(as_text=True)
    assert "1件のプログラムはこの集計の時点で終了前のため" in report
    assert (report.count("終了前"), report.count("これから"), report.count("開催前")) == (4, 0, 0)


def withdraw(event: Event, reason: WhyWithdrawn = WhyWithdrawn.NUMBERS) -> None:
    with transaction():
        withdraw_edition(event, newest_number(event.id), reason=reason, at=AFTER, actor=ANONYMOUS)


def test_a_withdrawn_edition_leaves_a_page_that_says_why_and_no_figure(client: FlaskClient, fair: Event) -> None:
    issue(fair)
    issue(fair)
    tags = {path: client.get(f"/events/fair{path}?lang=en").headers["ETag"] for path in ("/", *FILES)}
    withdraw(fair)
    for path in ("/", "/figures"):
        answer = client.get(f"/events/fair{path}", query_string={"lang": "en"}, headers={"If-None-Match": tags[path]})
        page = " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())
        assert answer.status_code == 200
        assert "Edition 2 was withdrawn" in page
        assert "Its numbers were found to be wrong." in page
        assert [figure for figure in ("105", "60", "45", "74") if f" {figure} " in page] == []
        assert "data/attendance" not in answer.get_data(as_text=True)
    files = [*FILES[1:], *(f"/data/report.{form}" for form in FORMATS)]
    assert {path: client.get(f"/events/fair{path}").status_code for path in files} == dict.fromkeys(files, 404)
    issue(fair)
    page = client.get("/events/fair/figures?lang=en").get_data(as_text=True)
    assert ("withdrawn" in page, "Edition 3" in page, "It replaces every edition before it" in page) == (
        False,
        True,
        True,
    )


@pytest.mark.parametrize("reason", WhyWithdrawn)
def test_every_reason_is_said_in_every_language(client: FlaskClient, fair: Event, reason: WhyWithdrawn) -> None:
    issue(fair)
    assert "replaces" not in client.get("/events/fair/figures?lang=en").get_data(as_text=True), "there is none before"
    withdraw(fair, reason)
    pages = [client.get(f"/events/fair/figures?lang={lang}") for lang in ("ja", "en", "ja-easy")]
    assert [one.status_code for one in pages] == [200, 200, 200]
    assert all('class="notice is-warning"' in one.get_data(as_text=True) for one in pages)
