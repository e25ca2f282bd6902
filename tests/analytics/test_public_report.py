"""The public edition of the report: what the open data says and not one number more, in every file and language."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import openpyxl
import pypdf
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from hypothesis import HealthCheck, given, settings

from analytics.charts import Bars
from analytics.cli import report
from analytics.exports.open_data import HIDDEN, rows_of
from analytics.exports.words import on_day_from
from analytics.models import FormerNumber, FormerYear
from analytics.queries.editions import Issued, newest_edition
from analytics.report import FORMATS, Report, public_report_on
from analytics.report.document import Grid, Keys, Picture
from analytics.report.public import public_report_of
from analytics.report.tables import lines_of
from analytics.rules import Attendance, Missing
from analytics.rules.editions import PublicFigures, Standing, public_figures
from analytics.rules.former import YearFigures, YearMeasure, hidden_years
from analytics.rules.outline import Outline
from analytics.rules.public import told
from analytics.rules.setting import Setting
from analytics.rules.suppression import WIDTH, Cell, Line, totals
from app.db import db, transaction
from app.programme.models import Event, Organisation, Participation
from app.programme.queries import published
from app.programme.rules import EventStatus, OrganisationKind, ParticipationRole
from app.web.languages import speak
from tests.analytics.figures import figures_from
from tests.analytics.ledger import Ledger
from tests.analytics.rules.test_suppression import TINY, attacker
from tests.analytics.test_editions import AFTER, issue, places_of
from tests.make import NOON, Make, both

EMPTY = Outline((), {}, {}, {}, {}, (), (), (), ())
SECRET = ("137", "1,319", "1319", "1433")
"""Numbers of the event below that are hidden because of small ones, and nowhere else."""


@pytest.fixture
def fair(make: Make) -> Event:
    """Three guests of one talk are hidden, and for their sake 137 of the other, and the same of another category."""
    event = make.event("fair", status=EventStatus.CLOSED)
    for code in ("one", "two", "none"):
        make.session(event, code)
    ledger, places = Ledger(event), places_of(event)
    spectator, student, _ = ledger.categories()
    ledger.tap(places["2026-10-03"], {spectator: 1900, student: 800}, at=NOON)
    ledger.tap(places["one"], {spectator: 1319, student: 3}, at=NOON, new_today=False)
    ledger.tap(places["two"], {spectator: 1433, student: 137}, at=NOON, new_today=False)
    ledger.write()
    return make.release(event)


def newest(event: Event) -> Issued:
    found = newest_edition(event.id)
    assert found is not None
    return found


def text_of(form: str, content: bytes) -> str:
    """Everything that a file says, drawings' titles and words among it."""
    if form == "pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    if form == "docx":
        archive = zipfile.ZipFile(io.BytesIO(content))
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if "xml" in name)
    return re.sub(r"base64,[^\"]*", "", content.decode())


@pytest.mark.parametrize(
    ("form", "language"), [*((form, "ja") for form in FORMATS), *product(("pdf", "html"), ("en", "ja-easy"))]
)
def test_no_file_in_any_language_has_a_hidden_number(app: Flask, fair: Event, form: str, language: str) -> None:
    issue(fair)
    with app.test_request_context("/"):
        speak(language)
        words = text_of(form, FORMATS[form].make(public_report_on(fair, at=AFTER)))
    assert HIDDEN in words
    assert not [secret for secret in SECRET if re.search(rf"(?<![\d.]){secret}(?![\d.])", words)]


def test_every_number_of_the_report_is_one_of_the_open_data_in_the_same_place(app: Flask, fair: Event) -> None:
    issue(fair)
    edition = newest(fair)
    opened = {
        (one.measure.value, one.sitting.code if one.sitting else None, one.category.key if one.category else None): (
            one.shown.number if one.shown.standing is not Standing.HIDDEN else HIDDEN
        )
        for one in rows_of(published(fair.id).programme.event, edition)
        if one.sitting is not None or one.day is None
    }
    with app.test_request_context("/"):
        speak("ja")
        lines = list(csv.reader(io.StringIO(FORMATS["csv"].make(public_report_on(fair, at=AFTER)).decode("utf-8-sig"))))
        book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].make(public_report_on(fair, at=AFTER))))
    said = {line[1]: int(line[4]) if line[4].isdigit() else HIDDEN for line in lines if line[5] in ("", "非表示")}
    for (measure, session, category), shown in opened.items():
        if measure == "people":
            assert said[f"attendance.{category or 'total'}.number"] == shown
        elif shown is not None:
            assert said[f"sessions.{session or 'total'}.{category or 'visits'}"] == shown
    sheet = book["表2 プログラム別・区分別の延べ人数"]
    numbers = [cell.value for row in sheet.iter_rows(min_row=4) for cell in row[2:] if cell.value is not None]
    assert {one for one in numbers if isinstance(one, int)} <= {one for one in opened.values() if isinstance(one, int)}


def printed(written: Report) -> Iterator[tuple[str, str, str, object]]:
    """Every cell of every table, and every bar of every picture."""
    for section in written.sections:
        for block in section.blocks:
            if isinstance(block, Grid):
                for row, closing in lines_of(block.table):
                    for column, cell in zip(block.table.columns, row.cells, strict=True):
                        yield block.table.name, "total" if closing else row.key, column.key, cell
            if isinstance(block, Picture):
                assert isinstance(block.drawn.chart, Bars)
                for bar in block.drawn.chart.rows:
                    yield "picture", block.name, bar.label, bar.number


def place_of(public: PublicFigures, table: str, row: str, column: str) -> Cell:
    """Which number of the open data stands there."""
    last = None if column == "visits" else column
    if table == "sessions":
        code, _colon, day = row.partition(":")
        first = next((str(one.day) for one in public.sittings if one.code == code), None)
        return (None, None, last) if row == "total" else (day or first, code, last)
    if table == "days":
        return (None, None, last) if row == "total" else (row, None, last)
    return (None, None, None if row == "total" else row)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TINY)
def test_whoever_subtracts_tables_pictures_and_words_of_the_report_gets_nothing_back(
    app: Flask, tiny: dict[Line, int]
) -> None:
    """All that the report prints, against every table that would print the same."""
    numbers = {(f"2026-10-0{day}", row, column): number for (day, row, column), number in tiny.items()}
    figures = figures_from(numbers)
    public = public_figures(figures, Attendance.VISITS)
    known = told(figures.facts, public, number=1, issued_at=AFTER)
    with app.test_request_context("/"):
        speak("en")
        written = public_report_of(known, Setting(EMPTY, EMPTY), at=AFTER)
    sums, shown = totals(numbers), dict[Cell, int]()
    hidden = set(public.hidden_visits)
    for table, row, column, cell in printed(written):
        if table != "picture" and isinstance(cell, int):
            where = place_of(public, table, row, column)
            assert (cell, where in hidden) == (sums.get(where, 0), False)
            shown |= {where: cell} if where in sums else {}
    loose = {one[3] for one in printed(written) if one[0] == "picture" and one[3] is not None}
    loose |= {int(found) for found in re.findall(r"\d+(?= visits)", said_of(written))}
    assert loose <= {0, *shown.values()}
    for cell in hidden:
        values = {guess[cell] for guess in attacker(shown, hidden, list(numbers), sums[cell] + WIDTH + 1)}
        runs = [all(value + step in values for step in range(WIDTH + 1)) for value in values]
        assert any(runs), (cell, sums[cell], values)


def said_of(written: Report) -> str:
    """The words beside the tables: figures to be seen first, and what pictures say."""
    words = []
    for section in written.sections:
        for block in section.blocks:
            words += [str(key.value) for key in block.keys] if isinstance(block, Keys) else []
            words += [block.drawn.frame.words, repr(block.drawn.chart)] if isinstance(block, Picture) else []
    return " ".join(words)


def test_the_report_says_how_many_numbers_are_hidden_and_why(app: Flask, fair: Event) -> None:
    issue(fair)
    with app.test_request_context("/"):
        speak("en")
        words = text_of("html", FORMATS["html"].make(public_report_on(fair, at=AFTER)))
    cells = re.findall(r'<td class="(?:missing|number)">([^<]*)</td>', words)
    hidden, everything = cells.count(HIDDEN), len([one for one in cells if one != "unknown" and "%" not in one])
    assert f"Of the {everything} numbers in the tables of this report {hidden} are not shown" in words
    assert "Numbers from 1 to 4 are hidden" in words
    assert "by hour, by venue, by way of counting and by booking are not in the public edition" in words


def test_small_numbers_of_former_years_are_hidden_with_their_neighbours_and_notes() -> None:
    def year(measure: YearMeasure, numbers: dict[int, int], total: int | None) -> YearFigures:
        return YearFigures(2022, measure, frozenset(), numbers, total)

    people, visits = YearMeasure.PEOPLE, YearMeasure.VISITS
    assert hidden_years([year(people, {1: 50, 2: 7}, 57)]) == set()
    assert hidden_years([year(people, {1: 50, 2: 3, 3: 12}, 65)]) == {(2022, 2), (2022, 3)}
    assert hidden_years([year(people, {1: 50, 2: 3}, None)]) == {(2022, 2)}
    assert hidden_years([year(people, {1: 50, 2: 30}, 83)]) == {(2022, 2)}, "three of whom nobody knows the category"
    assert hidden_years([year(people, {1: 3}, 2)]) == {(2022, 1), (2022, None)}
    both_measures = [year(people, {1: 50, 2: 3, 3: 12}, 65), year(visits, {1: 80, 2: 6, 3: 20}, 106)]
    assert hidden_years(both_measures) == {(2022, 2), (2022, 3)}


def test_former_years_stand_beside_this_one_without_their_small_numbers(app: Flask, fair: Event) -> None:
    spectator, student, _ = Ledger(fair).categories()
    with transaction():
        for at, (year, few) in enumerate([(2024, 3), (2026, 8)], start=1):
            db.session.add(
                FormerYear(id=at, event_id=fair.id, year=year, measure="visits", methods=["tapped"], total=303 + few,
                           source="紙", provenance="published", note="内訳 137", created_at=NOON)
            )  # fmt: skip
            db.session.flush()
            for category, count in ((spectator, 303), (student, few)):
                db.session.add(FormerNumber(former_year_id=at, category_id=category, number=count))
    issue(fair)
    with app.test_request_context("/"):
        speak("en")
        grids = {grid.table.name: grid.table for _section, grid in public_report_on(fair, at=AFTER).grids()}
    table = grids["former-years"]
    assert [row.key for row in table.rows] == ["2024", "2025", "2026"], (
        "what was typed of this year itself is not there"
    )
    assert table.rows[0].cells[:2] == (Missing.HIDDEN, Missing.HIDDEN)
    assert "137" not in table.rows[0].detail


def test_names_that_are_not_public_are_counted_only(app: Flask, fair: Event) -> None:
    with transaction():
        for at, (code, public) in enumerate([("open", True), ("quiet", False)]):
            one = Organisation(
                host_id=fair.host_id, code=code, name=both(code), kind=OrganisationKind.NPO, public=public
            )
            db.session.add(one)
            db.session.flush()
            db.session.add(
                Participation(event_id=fair.id, organisation_id=one.id, role=ParticipationRole.EXHIBITOR,
                              took_part=True, position=at)
            )  # fmt: skip
    issue(fair)
    with app.test_request_context("/"):
        speak("en")
        words = text_of("html", FORMATS["html"].make(public_report_on(fair, at=AFTER)))
    assert "open" in words
    assert ("quiet" in words, "1 more that the source does not name" in words) == (False, True)


def test_on_the_command_line_of_an_edition_and_of_none(app: Flask, fair: Event, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        out = tmp_path / "report.csv"
        out.unlink(missing_ok=True)
        command = ["fair", "--format", "csv", "--lang", "en", "--out", str(out), *arguments]
        result = CliRunner().invoke(report, command, obj=ScriptInfo(create_app=lambda: app))
        return result.exit_code, result.output, out.read_text("utf-8-sig") if out.exists() else ""

    code, said, _ = run("--public")
    assert (code, "No edition of fair has been issued yet" in said) == (1, True)
    assert "Preliminary" in run()[2]
    issue(fair)
    issue(fair, Attendance.VISITS)
    assert "There is no edition 3 of fair. The newest is 2." in run("--edition", "3")[1]
    first, second = run("--public", "--edition", "1")[2], run("--public")[2]
    assert ("attendance.total.number,Total,Distinct people,2700" in first, "Edition 2" in second) == (True, True)
    assert "1319" in run("--edition", "1")[2]


def test_a_session_of_the_whole_day_says_so_instead_of_an_hour(app: Flask) -> None:
    midnight = datetime(2026, 10, 2, 15, tzinfo=UTC)
    with app.test_request_context("/"):
        speak("ja")
        told = [on_day_from(date(2026, 10, 3), at, "Asia/Tokyo") for at in (midnight, NOON, None)]
    assert told == ["10月3日（土） 終日", "10月3日（土） 12:00", "10月3日（土）"]
