"""Who may see attendance, in which language, and in which files."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.exports.files import known_by
from analytics.exports.table import Column, Row, Table
from analytics.exports.tables import NAMES
from analytics.rules import Measure, Missing
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession
from app.web.actors import Role
from checkin.models import Place
from checkin.rules import Method
from tests.analytics.ledger import Ledger
from tests.analytics.reading import api_tables, get_api, get_csv, get_page
from tests.make import NOON, Make, both

PATHS = (
    "/console/events/fair/attendance",
    "/console/events/fair/attendance/people.csv",
    "/console/events/fair/attendance/charts/people.svg",
    "/api/v1/events/fair/attendance",
    "/api/v1/events/fair/attendance/crossed?rows=day&columns=category&of=people",
    "/api/v1/events/fair/attendance/registrations",
    "/api/v1/events/fair/attendance/rooms?every=5",
)


@pytest.fixture
def fair(make: Make) -> Event:
    """A fair with a talk; on its second day seven spectators and two pupils came, one of them by a ticket."""
    event = make.event("fair")
    make.session(event, "talk")
    ledger = Ledger(event)
    places = places_of(event)
    spectator, student, _ = ledger.categories()
    ledger.tap(places["talk"], {spectator: 7}, at=NOON + timedelta(minutes=7))
    ledger.tap(places["talk"], {student: 1}, at=NOON + timedelta(minutes=8))
    ledger.enter(ledger.ticket(), places["talk"], {student: 1}, at=NOON)
    ledger.write()
    return event


@pytest.mark.parametrize("path", PATHS)
def test_olga_and_victor_see_the_figures_of_their_event(make: Make, fair: Event, path: str) -> None:
    for account in (make.olga(fair), make.account("Victor", Role.VIEWER, fair)):
        assert make.signed_in(account).get(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_dora_at_the_door_sees_none(make: Make, fair: Event, path: str) -> None:
    assert make.signed_in(make.dora(fair)).get(path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_for_sam_who_has_another_event_there_is_nothing(make: Make, fair: Event, path: str) -> None:
    other = make.event("other", host=make.host("elsewhere"))
    assert make.signed_in(make.account("Sam", Role.OWNER, other)).get(path).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_for_the_owner_of_another_host_there_is_nothing(make: Make, fair: Event, path: str) -> None:
    stranger = make.account("Sam", Role.OWNER, host=make.host("elsewhere"))
    assert make.signed_in(stranger).get(path).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_who_is_not_signed_in_is_asked_to(client: FlaskClient, fair: Event, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location or "") in (
        (302, f"/sign-in?next={path.replace('/', '/')}"),
        (401, ""),
    )


@pytest.mark.parametrize(
    "path",
    [
        "/console/events/nothing/attendance",
        "/console/events/fair/attendance/nothing.csv",
        "/console/events/fair/attendance/charts/nothing.svg",
        "/console/events/fair/attendance/charts/people.gif",
    ],
)
def test_what_is_not_there_is_not_found(make: Make, fair: Event, path: str) -> None:
    assert make.signed_in(make.olga(fair)).get(path).status_code == 404


@pytest.mark.parametrize("language", ["ja", "en"])
def test_page_file_and_api_say_the_same_in_both_languages(make: Make, fair: Event, language: str) -> None:
    client = make.signed_in(make.olga(fair))
    page = get_page(client, "fair", language)
    answered = api_tables(get_api(client, "fair", language), language)
    assert page == {name: rows for name, rows in answered.items() if rows}
    assert page == {name: get_csv(client, "fair", name, language) for name in page}


def test_the_tables_say_in_words_what_was_counted(make: Make, fair: Event) -> None:
    client = make.signed_in(make.olga(fair))
    with frozen(NOON + timedelta(hours=5)):
        page = get_page(client, "fair", "en")
    assert page["people"] == [
        ["spectator", "7", "77.8", "7", "Tapped by category"],
        ["student", "2", "22.2", "1", "Ticket scanned 1 · Tapped by category 1"],
        ["Total", "9", "100.0", "8", "Ticket scanned 1 · Tapped by category 8"],
    ]
    assert page["days"] == [
        ["Fri 2 Oct", "unknown", "unknown", "unknown"],
        ["Sat 3 Oct", "9", "9", "8"],
        ["Sun 4 Oct", "not over yet", "not over yet", "not over yet"],
        ["Total", "9", "", ""],
        ["People (not the sum)", "", "9", "8"],
    ]
    assert page["arrivals"] == [["12:00", "9"], ["Total", "9"]]


def test_arrivals_can_be_seen_in_steps_of_five_minutes(make: Make, fair: Event) -> None:
    client = make.signed_in(make.olga(fair))
    answer = client.get("/console/events/fair/attendance/arrivals.csv?every=5&lang=en")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row[1], row[2]) for row in rows[1:]] == [("12:00", "1"), ("12:05", "8"), ("Total", "9")]


@pytest.mark.parametrize("asked", ["7", "0", "x", ""])
def test_any_other_step_is_an_hour(make: Make, fair: Event, asked: str) -> None:
    client = make.signed_in(make.olga(fair))
    answer = client.get(f"/console/events/fair/attendance?every={asked}&lang=en")
    assert 'aria-current="true">60 minutes' in answer.get_data(as_text=True)


def test_the_page_links_each_picture_with_words_for_who_does_not_see_it(make: Make, fair: Event) -> None:
    page = make.signed_in(make.olga(fair)).get("/console/events/fair/attendance?lang=en").get_data(as_text=True)
    assert "Horizontal bars: spectator 7, student 2; together 9 people. The table below has the same figures." in page
    for name in ("people", "days", "sessions", "arrivals"):
        assert f"/attendance/charts/{name}.svg?lang=en" in page
        assert f"/attendance/charts/{name}.png?shape=sheet&amp;lang=en" in page
        for part, shape in (("img src", ""), ('source media="[^"]+" srcset', "shape=narrow&amp;")):
            room = rf'<{part}="[^"]*/{name}\.svg\?{shape}lang=en" width="[1-9]\d+" height="[1-9]\d+"'
            assert re.search(room, page), "the page keeps the room for it"


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_the_measures_page_defines_every_measure_that_a_table_names(make: Make, fair: Event, language: str) -> None:
    client = make.signed_in(make.olga(fair))
    page = client.get(f"/console/measures?lang={language}").get_data(as_text=True)
    named = {measure for table in get_api(client, "fair")["tables"].values() for measure in table["measures"]}
    assert named == {
        "people", "people-by-day", "visits", "passages", "came", "registered", "no-show", "arrival", "took-part"
    }  # fmt: skip
    assert [measure for measure in Measure if f'id="{measure}"' not in page] == []


def test_a_file_is_utf_8_with_a_mark_and_its_lines_end_as_the_standard_says(make: Make, fair: Event) -> None:
    answer = make.signed_in(make.olga(fair)).get("/console/events/fair/attendance/people.csv?lang=ja")
    assert answer.headers["Content-Disposition"] == "attachment; filename=fair-people.csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.data.count(b"\n") == answer.data.count(b"\r\n") == 4
    assert answer.data.decode("utf-8-sig").split("\r\n")[1] == "spectator,観覧者,7,77.8,7,区分のタップ,実測・速報"


def test_a_name_that_looks_like_a_formula_stays_a_name(make: Make, app: Flask) -> None:
    event = make.event("trap")
    make.category(event, "trap", label=both('=HYPERLINK("http://x","y")', "＝1+1"), position=7)
    session = make.session(event, "minus", title=both("-2+3", "@SUM(A1)"))
    ledger = Ledger(event)
    ledger.tap(places_of(event)[session.code], {ledger.categories()[-1]: 3})
    ledger.write()
    client = make.signed_in(make.olga(event))
    rows = [
        row
        for name in NAMES
        for language in ("ja", "en")
        for row in csv.reader(
            io.StringIO(
                client.get(f"/console/events/trap/attendance/{name}.csv?lang={language}").data.decode("utf-8-sig")
            )
        )
    ]
    assert [cell for row in rows for cell in row if cell[:1] in "=+-@＝＋－＠\t\r" and cell] == []
    assert {row[1] for row in rows if row[0] in ("trap", "minus")} == {
        '\'=HYPERLINK("http://x","y")',
        "'＝1+1",
        "'-2+3",
        "'@SUM(A1)",
    }


def test_an_event_that_is_made_up_says_so_on_page_file_and_api(make: Make, fair: Event) -> None:
    with transaction():
        db.session.get_one(Event, fair.id).fictional = True
    client = make.signed_in(make.olga(fair))
    page = client.get("/console/events/fair/attendance?lang=ja").get_data(as_text=True)
    assert "練習用・架空" in page
    assert "練習用の架空の数値です。実在の人の数ではありません。" in page
    assert {row[-1] for row in _file(client, "people")[1:]} == {"練習用・架空・速報"}
    assert get_api(client, "fair")["provenance"] == ["made_up"]


def places_of(event: Event) -> dict[str, int]:
    """Session code to the place that one enters."""
    found = db.select(EventSession.code, Place.id).join(Place, Place.session_id == EventSession.id)
    rows = db.session.execute(found.where(EventSession.event_id == event.id)).all()
    return {row.code: row.id for row in rows}


def _file(client: FlaskClient, name: str) -> list[list[str]]:
    answer = client.get(f"/console/events/fair/attendance/{name}.csv?lang=ja")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_measures_page_begins_with_a_way_to_each_of_its_parts(make: Make, fair: Event) -> None:
    client = make.signed_in(make.olga(fair))
    for _again in range(2):
        page: Any = html5lib.parse(
            client.get("/console/measures?lang=en").get_data(as_text=True), namespaceHTMLElements=False
        )
        ways = [one.get("href") for one in page.findall(".//nav[@aria-label='On this page']//a")]
        assert ways == [f"#{one.get('id')}" for one in page.findall(".//section[@class='section']")]
        assert len(ways) > 10


def test_each_line_and_each_table_says_how_it_is_known(make: Make, fair: Event) -> None:
    """Of the talk one visit was scanned and eight tapped: on the page, in the file and for programs."""
    client = make.signed_in(make.olga(fair))
    page: Any = html5lib.parse(
        client.get("/console/events/fair/attendance?lang=en").get_data(as_text=True), namespaceHTMLElements=False
    )
    tables = get_api(client, "fair")["tables"]
    for name in ("sessions", "session-categories", "days", "day-categories", "venues"):
        (block,) = [one for one in page.iter("div") if one.get("id") == f"table-{name}"]
        told = ["".join(one.itertext()) for one in block.iter("span") if "known-by" in str(one.get("class"))]
        assert told == ["How counted: Ticket scanned 1 · Tapped by category 8"], name
        notes = [" ".join("".join(one.itertext()).split()) for one in block.iter("p")]
        assert notes[0].startswith("Known by: Visits 9: Ticket scanned 1 (11.1%) · Tapped by category 8 (88.9%)"), name
        known = [row["methods"] for row in (*tables[name]["rows"], *tables[name]["closing"]) if row["methods"]]
        assert known == [{"scanned": 1, "tapped": 8}] * 2, name
        assert tables[name]["known_by"], name
    assert [line[-1] for line in _file(client, "sessions")[1:]] == [
        "参加票の読み取り 1・区分のタップ 8",
        "参加票の読み取り 1・区分のタップ 8",
        "延べ人数9の内訳：参加票の読み取り 1 (11.1%)・区分のタップ 8 (88.9%)",
    ]
    crossed = client.get("/api/v1/events/fair/attendance/crossed?rows=day&columns=category&of=people").get_json()
    assert [row["methods"] for row in crossed["tables"]["crossed"]["rows"] if row["methods"]]


def test_a_line_of_which_only_places_are_known_is_not_said_to_be_counted_as_the_others_are(app: Flask) -> None:
    """Twelve have booked what is still to come: in the file it said how 592 visits of other sessions were counted."""
    told = Row("talk", "Talk", (9, 4), ways=((Method.SCANNED, 9),))
    later = Row("later", "Later", (Missing.NOT_YET, 12))
    columns = (Column("visits", "Visits"), Column("confirmed", "Confirmed"))
    table = Table("sessions", "By session", "Session", columns, (told, later), (), (), method="Visits 9: …")
    with app.test_request_context():
        said = [known_by(one, later) for one in (table, replace(table, rows=(later,)))]
    assert said == ["", "Visits 9: …"]


def test_people_of_each_day_and_venue_lead_to_how_they_are_known(make: Make, fair: Event) -> None:
    """Their tables say it of visits."""
    client = make.signed_in(make.olga(fair))
    page = html5lib.parse(
        client.get("/console/events/fair/attendance").get_data(as_text=True), namespaceHTMLElements=False
    )
    asked = [str(one.get("href")) for one in page.iter("a") if "columns=method" in str(one.get("href"))]
    assert [address.partition("?")[2].partition("&")[0] for address in asked] == ["rows=day", "rows=site"]
    assert [client.get(address).status_code for address in asked] == [200, 200]
