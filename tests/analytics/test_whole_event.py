"""A whole event, told to its door and desk, and the published one: the same five numbers and the same total in whatever
leaves the house, read back from the files themselves."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from analytics.charts import Bars, Days, Hours, Pairs
from analytics.cli import attendance
from analytics.exports.pictures import picture_of, pictures_of
from analytics.exports.tables import tables_of
from analytics.operations.editions import draft_edition, issue_edition
from analytics.queries import figures_of
from analytics.rules import Attendance, Missing
from analytics.rules.figures import Count, Figures
from app.accounts.models import Host
from app.clock import frozen
from app.db import db, transaction
from app.programme.forms import read_event_file
from app.web.actors import ANONYMOUS, Role
from app.web.languages import plain
from checkin.operations.gates import prepare_door
from checkin.operations.importing import import_attendance
from registrations.models import Ticket
from registrations.rules import Group, PartyKind
from tests.analytics.festa import AFTERWARDS, CLASS, HALL, Festa, moment
from tests.analytics.festa import SLUG as FESTA
from tests.analytics.files import REPORTS, Numbers, in_first_table, in_open_csv, in_open_json, in_svg, pdf_text
from tests.analytics.reading import api_tables, csv_table, get_api, get_csv, get_page
from tests.conftest import first_settings, fresh_database, whole_application
from tests.make import Make
from tests.programme.files import DEMO, demo, publish

pytestmark = pytest.mark.slow

YOCOLAB = "yocolab-2023"
EVENTS = pytest.mark.parametrize("slug", [YOCOLAB, FESTA])
PUBLISHED = [62, 412, 485, 101, 101, 1161]
KNOWN = {"scanned": 79, "group_confirmed": 572, "tapped": 409, "typed": 49, "paper": 42, "estimated": 10}
"""How the 1,161 of the told event are known; who was tapped first and estimated afterwards counts as estimated."""


@dataclass(frozen=True)
class World:
    """Both events, over and published: their owner at the console, and a stranger."""

    app: Flask
    festa: Festa
    olga: FlaskClient
    stranger: FlaskClient

    def figures(self) -> Figures:
        """What the told event has now."""
        db.session.rollback()
        return figures_of(self.festa.event, at=AFTERWARDS)

    def get(self, path: str, *, public: bool = False) -> bytes:
        with frozen(AFTERWARDS):
            answer = (self.stranger if public else self.olga).get(path)
        assert answer.status_code == 200, path
        return answer.get_data()

    def report(self, slug: str, form: str) -> bytes:
        return self.get(f"/console/events/{slug}/attendance/report?format={form}&lang=ja")

    def text(self, path: str, *, public: bool = False) -> str:
        return self.get(path, public=public).decode()


@pytest.fixture(scope="module")
def world(
    database: str, migrated: str, templates: FileSystemBytecodeCache, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Made once; the last two tests tell its door more."""
    folder = tmp_path_factory.mktemp("world")
    with (
        fresh_database(database, migrated, folder) as url,
        whole_application(first_settings(url, folder), templates) as app,
    ):
        make = Make(app)
        festa = Festa(app, make)
        festa.tell()
        festa.close_and_issue()
        published(festa.host)
        owner = make.signed_in(make.account("Owner", Role.OWNER, host=festa.host))
        yield World(app, festa, owner, app.test_client())


def published(host: Host) -> None:
    """The Yokohama event as it comes with the program, and its edition."""
    event = publish(host, demo(YOCOLAB))
    told = read_event_file((DEMO / f"{YOCOLAB}.json").read_bytes(), at=AFTERWARDS).attendance
    assert told is not None
    with transaction():
        prepare_door(event)
        import_attendance(event, told, at=AFTERWARDS, actor=ANONYMOUS)
    draft = draft_edition(event, Attendance.PEOPLE, figures_of(event, at=AFTERWARDS))
    with transaction():
        issue_edition(event, draft, still_open={}, at=AFTERWARDS, actor=ANONYMOUS)


def second(rows: list[list[str]]) -> Numbers:
    return [int(row[1]) for row in rows]


@EVENTS
def test_on_the_page_in_its_file_and_for_programs(world: World, slug: str) -> None:
    with frozen(AFTERWARDS):
        page, answer = get_page(world.olga, slug), get_api(world.olga, slug)
        table = get_csv(world.olga, slug, "people")
    assert second(page["people"]) == PUBLISHED
    assert page["people"] == table == api_tables(answer)["people"]
    assert answer["measures"]["people"]["number"] == PUBLISHED[-1]


@EVENTS
def test_in_the_chart(world: World, slug: str) -> None:
    assert in_svg(world.text(f"/console/events/{slug}/attendance/charts/people.svg?lang=ja")) == PUBLISHED


@EVENTS
@pytest.mark.parametrize("form", REPORTS)
def test_in_the_report(world: World, slug: str, form: str) -> None:
    assert REPORTS[form](world.report(slug, form)) == PUBLISHED


@EVENTS
def test_on_the_public_page_and_in_the_open_data(world: World, slug: str) -> None:
    assert in_first_table(world.text(f"/events/{slug}/figures?lang=ja", public=True)) == PUBLISHED
    assert in_open_csv(world.get(f"/events/{slug}/data/attendance.csv", public=True)) == PUBLISHED
    assert in_open_json(world.get(f"/events/{slug}/data/attendance.json", public=True)) == PUBLISHED


@EVENTS
def test_twenty_organisations_nineteen_schools_and_ten_departments(world: World, slug: str) -> None:
    with frozen(AFTERWARDS):
        rows = get_page(world.olga, slug)["took-part"]
        assert get_csv(world.olga, slug, "took-part") == rows
    assert [row[1] for row in rows[:3]] == ["20", "19", "10"]


def test_how_the_total_of_the_told_event_is_known_is_the_same_everywhere(world: World) -> None:
    with frozen(AFTERWARDS):
        answer = get_api(world.olga, FESTA)
        rows = get_page(world.olga, FESTA)["methods"]
    assert answer["measures"]["people"]["methods"] == KNOWN
    people = [(row[0], int(row[1])) for row in rows[:-1] if row[1] != "0"]
    assert [number for _label, number in people] == list(KNOWN.values())
    book = openpyxl.load_workbook(io.BytesIO(world.report(FESTA, "xlsx")))
    (sheet,) = (one for one in book if "計数" in one.title)
    told = [(row[0].value, row[2].value) for row in sheet.iter_rows(min_row=4)]
    assert [one for one in told if one in people] == people
    words = pdf_text(world.report(FESTA, "pdf"))
    assert [label for label, number in people if not re.search(rf"(?m)^{label}\n[^。]+。\s{number} ", words)] == []
    opened = json.loads(world.get(f"/events/{FESTA}/data/attendance.json", public=True))
    methods = {row["methods"] for row in opened["rows"] if row["measure"] == "people"}
    assert methods == {" ".join(KNOWN)}


@EVENTS
def test_on_the_command_line(world: World, slug: str) -> None:
    with frozen(AFTERWARDS):
        told = CliRunner().invoke(attendance, [slug, "--csv"], obj=ScriptInfo(create_app=lambda: world.app)).output
    assert second(csv_table(told.encode())) == PUBLISHED


def test_visits_are_each_person_once_per_session_and_passages_stay_apart(world: World) -> None:
    figures = world.figures()
    visits = {one.session.code: one.visits for one in figures.sessions if isinstance(one.visits, int) and one.visits}
    assert visits == {
        "gallery-1": 28, "opening": 22 + 30, "working-together": 63, "gallery-2": 100, "voices": 40 + 12,
        "dialogue": 42, "childrens-lab-1": 11 + 36, "gallery-3": 7 * 36, "gallery-4": 7 * 36,
        "childrens-lab-2": 40 + 2 * 11, "gallery-5": 15, "gallery-6": 22,
    }  # fmt: skip
    assert isinstance(figures.visits, Count)
    assert isinstance(figures.passages, Count)
    assert figures.visits.number == sum(visits.values())
    assert (figures.passages.number, figures.reentries) == (190 + 10 + 59 + 3 * 27 + 24, 5)


def test_people_of_the_days_are_more_than_people_of_the_event(world: World) -> None:
    figures = world.figures()
    people = [one.people for one in figures.days]
    assert people == [
        22 + 30 + 28 + 190 + 27,
        40 + 100 + 12 + 42 + 10 + 27,
        11 + 7 * 36 + 36 + 59,
        7 * 36,
        15,
        22 + 27 + 24,
    ]
    assert isinstance(figures.people, Count)
    assert (figures.people.number, figures.people.anonymous) == (1161, 461)


def test_pictures_show_the_numbers_of_the_tables(world: World) -> None:
    figures = world.figures()
    with world.app.test_request_context("/?lang=ja"):
        tables, drawn = tables_of(figures), pictures_of(figures)
        every_session = picture_of("sessions", figures, most=len(figures.sessions))
    assert every_session is not None
    bars, days = drawn["people"].chart, drawn["days"].chart
    pairs, hours = every_session.chart, drawn["arrivals"].chart
    assert isinstance(bars, Bars)
    assert isinstance(days, Days)
    assert isinstance(pairs, Pairs)
    assert isinstance(hours, Hours)
    assert [(bar.label, bar.number) for bar in bars.rows] == [
        (plain(row.label), row.cells[0]) for row in tables["people"].rows
    ]
    assert [(one.label, *one.numbers) for one in days.rows] == [
        (row.label, *row.cells[:-1]) for row in tables["day-categories"].rows
    ]
    assert [(pair.label, (pair.booked or 0) + (pair.walk_in or 0)) for pair in pairs.rows] == [
        (plain(row.label), row.cells[0]) for row in tables["sessions"].rows if row.cells[0] is not Missing.CANCELLED
    ]
    columns = list(zip(*(row.cells for row in tables["arrivals"].rows), strict=True))
    assert [[number for _, number in span.numbers] for span in hours.days] == [
        [number for number in column if number] for column in columns
    ]


def test_the_same_code_again_is_neither_a_person_nor_a_visit(world: World) -> None:
    before = world.figures()
    ticket = db.session.scalars(db.select(Ticket).order_by(Ticket.id)).first()
    answer = world.festa.door.scan("session:opening", ticket, gate=HALL, at=moment(1, "11:30"))
    assert answer["verdict"] == "already_in"
    world.festa.scan("opening", [ticket.code] if ticket else [], at=moment(1, "11:40"), direction="out")
    world.festa.scan("opening", [ticket.code] if ticket else [], at=moment(1, "11:50"))
    world.festa.send()
    after = world.figures()
    assert (after.people, after.visits, after.reentries) == (before.people, before.visits, before.reentries + 1)


def test_taking_back_a_class_takes_its_people_and_visits_back(world: World) -> None:
    before = world.figures()
    party = world.festa.registered(CLASS, kind=PartyKind.CLASS, group=Group("架空の学校 21"))
    claim = world.festa.tell_door("opening", party, at=moment(1, "11:20"), people=CLASS)
    world.festa.send()
    assert whole(world.figures()) == [62, 412, 485 + 31, 101 + 3, 101 + 2]
    world.festa.tell_door("opening", act="undo", undoes=claim["id"], at=AFTERWARDS)
    world.festa.send()
    after = world.figures()
    assert whole(after) == PUBLISHED[:-1]
    assert (after.people, after.visits, after.arrivals) == (before.people, before.visits, before.arrivals)


def whole(figures: Figures) -> Numbers:
    return [one.people.number for one in figures.categories if isinstance(one.people, Count)]
