"""The published event: its table on every way out, and 不明 for every split that its source does not make."""

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask.testing import FlaskClient

from analytics.charts import Bars
from analytics.cli import attendance
from analytics.exports.pictures import pictures_of
from analytics.queries import figures_of
from app.clock import now
from app.db import transaction
from app.programme.forms import read_event_file
from app.programme.models import Event
from app.web.actors import ANONYMOUS
from checkin.operations.gates import prepare_door
from checkin.operations.importing import import_attendance
from tests.analytics.reading import api_tables, get_api, get_csv, get_page
from tests.make import Make
from tests.programme.files import DEMO, demo, publish

SLUG = "yocolab-2023"
PUBLISHED = [
    ["NPO・企業・地域", "62", "5.3", "不明", "出典による"],
    ["イベント観覧者", "412", "35.5", "不明", "出典による"],
    ["小中高校生・専門学校生", "485", "41.8", "不明", "出典による"],
    ["保護者", "101", "8.7", "不明", "出典による"],
    ["関係者", "101", "8.7", "不明", "出典による"],
    ["合計", "1161", "100.0", "不明", "出典による"],
]


@pytest.fixture
def yokohama(app: Flask, make: Make) -> Event:
    event = publish(make.host(), demo(SLUG))
    told = read_event_file((DEMO / f"{SLUG}.json").read_bytes(), at=now()).attendance
    assert told is not None
    with transaction():
        prepare_door(event)
        import_attendance(event, told, at=now(), actor=ANONYMOUS)
    return event


@pytest.fixture
def olga(make: Make, yokohama: Event) -> FlaskClient:
    return make.signed_in(make.olga(yokohama))


def test_the_published_table_stands_on_page_file_api_and_command_line(app: Flask, olga: FlaskClient) -> None:
    printed = CliRunner().invoke(attendance, [SLUG], obj=ScriptInfo(create_app=lambda: app)).output
    lines = [line.split() for line in printed.splitlines()[5:12] if not line.startswith("-")]
    assert get_page(olga, SLUG)["people"] == PUBLISHED
    assert get_csv(olga, SLUG, "people") == PUBLISHED
    assert api_tables(get_api(olga, SLUG))["people"] == PUBLISHED
    assert [[line[0], line[1].replace(",", ""), line[2].rstrip("%"), *line[3:]] for line in lines] == PUBLISHED


def test_its_picture_shows_the_published_numbers_and_its_source(app: Flask, yokohama: Event) -> None:
    with app.test_request_context("/?lang=ja"):
        drawn = pictures_of(figures_of(yokohama, at=now()))
    chart = drawn["people"].chart
    assert isinstance(chart, Bars)
    assert [(bar.label, str(bar.number)) for bar in chart.rows] == [(row[0], row[1]) for row in PUBLISHED[:-1]]
    assert chart.total == ("合計", "1,161人")
    assert list(drawn) == ["people"]
    assert drawn["people"].frame.source == (
        "全日程の実人数。出典：協働・共創の一体的取組について（進捗報告）別紙「ヨコラボ 2023」参加人数（公表値）。"
        "速報。"
    )


@pytest.mark.parametrize("name", ["visits", "sessions", "session-categories", "days", "day-categories", "venues"])
def test_what_the_source_does_not_split_is_unknown(olga: FlaskClient, name: str) -> None:
    rows = get_page(olga, SLUG)[name]
    distinct = [row for row in rows if row[0].startswith("実人数")]
    assert {cell for row in rows if row not in distinct for cell in row[1:] if cell} == {"不明"}
    assert all("1161" in row for row in distinct)
    assert get_csv(olga, SLUG, name) == rows


def test_its_sessions_are_thirteen_and_each_is_listed(olga: FlaskClient) -> None:
    assert len(get_page(olga, SLUG)["sessions"]) == 13 + 2


def test_twenty_organisations_nineteen_schools_and_ten_departments_took_part(olga: FlaskClient) -> None:
    assert get_page(olga, SLUG)["took-part"][:3] == [
        ["NPO・企業・地域", "20", "1"],
        ["学校", "19", "0"],
        ["市の部局", "10", "0"],
    ]


def test_the_api_says_that_the_figures_are_published_and_where_measures_are_defined(olga: FlaskClient) -> None:
    found = get_api(olga, SLUG)
    assert found["provenance"] == ["published"]
    assert found["definitions"].endswith("/console/measures")
    assert [source["provenance"] for source in found["sources"]] == ["published"]
    assert found["measures"]["visits"] == {"number": None, "missing": "unknown", "anonymous": None, "methods": {}}


def test_the_page_quotes_what_the_source_says_of_measure_and_method(olga: FlaskClient) -> None:
    page = olga.get(f"/console/events/{SLUG}/attendance?lang=ja").get_data(as_text=True)
    assert "実人数として扱うのは当方の読み方です。" in page
    assert "出典に計数方法の記載はありません。" in page
