"""The report on attendance: the published table read back from every kind of file, and who may have it."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import docx
import html5lib
import openpyxl
import pypdf
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from analytics.cli import report
from analytics.queries import figures_of
from analytics.queries.setting import setting_of
from analytics.report import FORMATS, Report, report_on
from analytics.report.writing import Issue, Material, report_of
from app.clock import frozen, now
from app.programme.models import Event
from app.web.actors import Role
from app.web.languages import speak
from checkin.rules import Method
from tests.analytics.files import docx_tables, pdf_text
from tests.analytics.ledger import Ledger
from tests.analytics.test_views import places_of
from tests.analytics.test_yokohama import PUBLISHED, SLUG
from tests.analytics.test_yokohama import yokohama as yokohama  # noqa: PLC0414
from tests.make import NOON, Make

TABLE = [[row[0], row[1], row[2], row[4]] for row in PUBLISHED]
"""Category, people, share, method: the column that the source leaves unknown is named below the table instead."""
ENGLISH = ["62", "412", "485", "101", "101", "1161"]


Files = Callable[..., bytes]
_MADE: dict[tuple[str, str], bytes] = {}


@pytest.fixture
def file_of(request: pytest.FixtureRequest) -> Files:
    """The published event's report as a file of this form, in this language; made once for all tests."""

    def made(form: str, language: str = "ja") -> bytes:
        if (form, language) not in _MADE:
            event = request.getfixturevalue("yokohama")
            with request.getfixturevalue("app").test_request_context("/"):
                speak(language)
                _MADE[form, language] = FORMATS[form].make(report_on(event, at=now()))
        return _MADE[form, language]

    return made


def plainly(cells: list[str]) -> list[str]:
    return [cells[0], *(cell.replace(",", "").rstrip("%") for cell in cells[1:])]


def test_the_pdf_holds_the_published_table(file_of: Files) -> None:
    words = pdf_text(file_of("pdf")).replace(",", "")
    for label, people, share, method in TABLE:
        assert f"{label} {people} {share}% {method}" in words


def test_the_document_holds_the_published_table_as_a_table(file_of: Files) -> None:
    tables = docx_tables(file_of("docx"))
    rows = next(rows for caption, rows in tables.items() if caption.startswith("表1　区分別の実人数（公表値）"))
    assert [plainly(row) for row in rows[1:]] == TABLE


def test_the_workbook_holds_numbers_as_numbers(file_of: Files) -> None:
    book = openpyxl.load_workbook(io.BytesIO(file_of("xlsx")))
    cells = [[cell.value for cell in row[:4]] for row in book["表1 区分別の実人数"].iter_rows(min_row=4, max_row=9)]
    assert [[row[0], row[1], row[3]] for row in cells] == [[row[0], int(row[1]), row[3]] for row in TABLE]
    assert [row[2] for row in cells] == pytest.approx([float(row[2]) / 100 for row in TABLE])
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_csv_holds_every_figure_in_a_line(file_of: Files) -> None:
    lines = list(csv.reader(io.StringIO(file_of("csv").decode("utf-8-sig"), newline="")))
    people = [line for line in lines if line[1].startswith("people.") and line[1].endswith(".number")]
    assert [[line[2], line[4]] for line in people] == [row[:2] for row in TABLE]
    assert {line[6] for line in people} == {"公表値"}


def test_the_web_page_stands_alone_and_holds_the_published_table(file_of: Files) -> None:
    content = file_of("html").decode()
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(content)
    table = page.findall(".//table")[0]
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in table.iter("tr")]
    assert [plainly(row) for row in rows[1:]] == TABLE
    assert page.get("lang") == "ja"
    places = {f"#{one.get('id')}" for one in page.iter() if one.get("id")}
    reached = {str(one.get(name)) for one in page.iter() for name in ("src", "href") if one.get(name)}
    assert {one for one in reached if not one.startswith("data:")} - places == set()


@pytest.mark.parametrize("lang", ["ja", "en", "ja-easy"])
def test_question_marks_of_the_web_page_lead_to_its_own_definitions(file_of: Files, lang: str) -> None:
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(file_of("html", lang).decode())
    asked = [one for one in page.iter("a") if one.get("class") == "ask"]
    named = {one.get("id"): "".join(one.itertext()) for one in page.iter("dt") if one.get("id")}
    assert len(asked) >= len(list(page.iter("table")))
    assert {"#means-people", "#means-visits"} <= {str(one.get("href")) for one in asked}
    assert set(named) >= {"means-people", "means-visits"}
    assert all(one.get("aria-label") for one in asked)


@pytest.mark.parametrize("form", FORMATS)
def test_in_english_the_numbers_are_the_same(file_of: Files, form: str) -> None:
    content = file_of(form, "en")
    if form == "pdf":
        found = re.findall(r" ([0-9,]+) [0-9.]+% From the source", pdf_text(content))
        found = [one.replace(",", "") for one in found[:6]]
    elif form == "docx":
        found = [
            plainly(row)[1]
            for row in docx_tables(content)["Table 1　Distinct people by category (Published figure)"][1:]
        ]
    elif form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content))["Table 1 Distinct people by cate"]
        found = [str(sheet.cell(row, 2).value) for row in range(4, 10)]
    elif form == "csv":
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        found = [line[4] for line in lines if line[1].startswith("people.") and line[1].endswith(".number")]
    else:
        table = html5lib.parse(content.decode(), namespaceHTMLElements=False).findall(".//table")[0]
        found = [plainly(["", str(row[1].text)])[1] for row in list(table.iter("tr"))[1:]]
    assert found == ENGLISH


@pytest.mark.parametrize(("language", "said"), [("ja", "ja"), ("en", "en"), ("ja-easy", "ja")])
def test_the_pdf_is_tagged_in_its_language_with_title_headings_tables_and_words_for_pictures(
    file_of: Files, language: str, said: str
) -> None:
    reader = pypdf.PdfReader(io.BytesIO(file_of("pdf", language)))
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/Lang"] == said
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert "2023" in str(reader.metadata.title)
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_data()
    kinds = [kind for kind, _alt in parts(catalogue["/StructTreeRoot"])]
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/L", "/Figure", "/Caption"} <= set(kinds)
    assert [bool(alt) for kind, alt in parts(catalogue["/StructTreeRoot"]) if kind == "/Figure"] == [True]


def parts(node: Any) -> list[tuple[str, str]]:
    """Every part of a PDF's structure in reading order, and what it says instead of a picture."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if not isinstance(node, dict):
        return []
    children = node.get("/K", [])
    children = children if isinstance(children, list) else [children]
    mine = [(str(node["/S"]), str(node.get("/Alt", "")))] if "/S" in node else []
    return [*mine, *(found for child in children for found in parts(child))]


def test_what_nobody_counted_is_unknown_in_every_file_and_never_zero(file_of: Files) -> None:
    lines = list(csv.reader(io.StringIO(file_of("csv").decode("utf-8-sig"), newline="")))
    visits = [line for line in lines if line[1].startswith("sessions.") and line[1].endswith(".visits")]
    assert {(line[4], line[5]) for line in visits[:-1]} == {("", "不明")}
    tables = docx_tables(file_of("docx"))
    rows = next(rows for caption, rows in tables.items() if caption.endswith("プログラム別"))
    assert {row[1] for row in rows[1:-1]} == {"不明"}
    assert "延べ人数\n不明" in pdf_text(file_of("pdf"))


def test_the_document_has_real_headings_and_repeats_the_heads_of_tables(file_of: Files) -> None:
    content = file_of("docx")
    document = docx.Document(io.BytesIO(content))
    styles: list[Any] = [one.style for one in document.paragraphs if one.text]
    assert {"Title", "Heading 1", "Heading 2", "Caption", "List Bullet"} <= {style.name for style in styles}
    body = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert body.count("<w:tblHeader/>") == 4
    assert 'descr="横棒グラフ。' in body


def test_in_easy_japanese_the_document_has_readings_above_the_letters(file_of: Files) -> None:
    body = zipfile.ZipFile(io.BytesIO(file_of("docx", "ja-easy"))).read("word/document.xml").decode()
    assert "<w:ruby>" in body
    assert "《" not in body


@pytest.mark.parametrize("form", ["pdf", "xlsx", "csv", "html"])
def test_in_easy_japanese_no_file_shows_our_notation_of_readings(file_of: Files, form: str) -> None:
    content = file_of(form, "ja-easy")
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        words = str([cell.value for sheet in book for row in sheet.iter_rows() for cell in row])
    else:
        words = pdf_text(content) if form == "pdf" else content.decode()
    assert "参加" in words
    assert "《" not in words


def test_it_is_preliminary(file_of: Files) -> None:
    assert pdf_text(file_of("pdf")).startswith("別紙 速報\n")


def test_of_an_edition_it_says_which_and_no_more_that_it_is_preliminary(app: Flask, make: Make) -> None:
    event = make.event("fair")
    with app.test_request_context("/"):
        speak("ja")
        material = Material(figures=figures_of(event, at=NOON), setting=setting_of(event), measure=None)
        issued = report_of(replace(material, issue=Issue(2, NOON)), at=NOON)
    assert issued.mark == "第2版"
    assert str(issued.about).startswith("第2版（2026年")


def written(app: Flask, event: Event) -> Report:
    with app.test_request_context("/"):
        speak("ja")
        return report_on(event, at=NOON)


def test_a_measured_event_says_how_much_was_counted_in_which_way(app: Flask, make: Make) -> None:
    event = make.event("fair")
    make.session(event, "talk")
    ledger = Ledger(event)
    spectator, student, _unknown = ledger.categories()
    place = places_of(event)["talk"]
    ledger.tap(place, {spectator: 7}, at=NOON + timedelta(minutes=7))
    ledger.enter(ledger.ticket(), place, {student: 1}, at=NOON)
    ledger.write()
    methods = next(grid for _section, grid in written(app, event).grids() if grid.table.name == "methods")
    assert [(row.key, row.cells) for row in methods.table.rows] == [
        (Method.SCANNED, (1, 12.5, 1, 12.5)),
        (Method.TAPPED, (7, 87.5, 7, 87.5)),
    ]


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_olga_and_victor_download_it(make: Make, yokohama: Event, form: str) -> None:
    for account in (make.olga(yokohama), make.account("Victor", Role.VIEWER, yokohama)):
        answer = make.signed_in(account).get(f"/console/events/{SLUG}/attendance/report?format={form}&lang=ja")
        assert (answer.status_code, answer.mimetype) == (200, FORMATS[form].media)
        assert answer.headers["Content-Disposition"] == f"attachment; filename={SLUG}-report-ja.{form}"


def test_dora_at_the_door_and_sam_who_has_another_event_get_none(make: Make, yokohama: Event) -> None:
    other = make.event("other", host=make.host("elsewhere"))
    address = f"/console/events/{SLUG}/attendance/report"
    assert make.signed_in(make.dora(yokohama)).get(address).status_code == 403
    assert make.signed_in(make.account("Sam", Role.OWNER, other)).get(address).status_code == 404


def test_a_kind_of_file_that_there_is_not_is_not_found(make: Make, yokohama: Event) -> None:
    olga = make.signed_in(make.olga(yokohama))
    assert olga.get(f"/console/events/{SLUG}/attendance/report?format=odt").status_code == 404


def test_the_page_has_one_button_for_it(make: Make, yokohama: Event) -> None:
    page = make.signed_in(make.olga(yokohama)).get(f"/console/events/{SLUG}/attendance?lang=ja").get_data(as_text=True)
    form: Any = html5lib.parse(page, namespaceHTMLElements=False).find(".//section[@id='report']//form")
    assert form.get("action") == f"/console/events/{SLUG}/attendance/report"
    assert [option.get("value") for option in form.find(".//select[@name='format']")] == list(FORMATS)


def test_the_command_line_writes_the_file(app: Flask, yokohama: Event, tmp_path: Any) -> None:
    out = tmp_path / "report.csv"
    with frozen(NOON):
        said = CliRunner().invoke(
            report, [SLUG, "--lang", "en", "--format", "csv", "--out", str(out)], obj=ScriptInfo(create_app=lambda: app)
        )
    assert said.output == f"The report is in {out}.\n"
    assert "1161" in out.read_text()


def test_words_that_lead_to_a_table_and_its_notes_stay_with_it_in_the_document(file_of: Files) -> None:
    document = docx.Document(io.BytesIO(file_of("docx")))
    methods = next(table for table in document.tables if table.cell(0, 0).text == "計数方法")
    assert {line.paragraph_format.keep_with_next for row in methods.rows for line in row.cells[0].paragraphs} == {True}
    leading = next(line for line in document.paragraphs if line.text.startswith("プログラム13件の内訳"))
    assert leading.paragraph_format.keep_with_next is True


def test_the_notes_of_a_table_stand_on_the_page_of_its_total_in_the_pdf(file_of: Files) -> None:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file_of("pdf"))).pages]
    assert [
        ("輪郭" in page, "延べ人数は足し合わせることができます。実人数はできません" in page)
        for page in pages
        if "輪郭" in page or "延べ人数は足し合わせることができます。実人数はできません" in page
    ] == [(True, True)]
