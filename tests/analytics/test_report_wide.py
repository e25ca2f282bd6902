"""Tables of very many columns in the files to edit on: heads stand, and what is printed can be read."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn
from flask import Flask
from openpyxl.utils import get_column_letter

from analytics.exports.table import Column, Row
from analytics.report import FORMATS, report_on
from analytics.report.document import Fact, Facts, Grid, Listing
from analytics.rules import Missing
from app.clock import now
from app.web.languages import speak
from tests.analytics.ledger import Ledger
from tests.analytics.test_report_paper import HEADS, report, table
from tests.analytics.test_views import places_of
from tests.make import NOON, Make, both

LONG = {
    "ja": "とても長い題名のプログラムは幾つもの行に分けて書き、一行には入りません",
    "en": "A very long title of a session that is set in several lines and does not fit into one",
}


@pytest.fixture(params=["ja", "en"])
def lang(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with app.test_request_context("/"):
        speak(request.param)
        yield request.param


def made(form: str, lang: str, columns: int = 14) -> io.BytesIO:
    """A report with one table of so many columns; every fifth number is unknown."""
    cells = tuple(Missing.UNKNOWN if at % 5 == 0 else 1234 + at for at in range(columns))
    wide = replace(
        table(3, columns),
        columns=tuple(Column(f"c{at}", HEADS[lang][at % 4]) for at in range(columns)),
        rows=tuple(Row(f"r{at}", LONG[lang], cells, detail="10月2日（金） 9:45-10:45") for at in range(30)),
    )
    return io.BytesIO(FORMATS[form].make(report(Grid("", wide), lang=lang)))


@pytest.mark.parametrize(("columns", "directions"), [(8, [None]), (14, [None, "btLr"])])
def test_heads_of_more_than_eight_columns_stand_in_the_document(
    lang: str, columns: int, directions: list[str | None]
) -> None:
    head = docx.Document(made("docx", lang, columns)).tables[0].rows[0]
    found = [cell._tc.find(f".//{qn('w:textDirection')}") for cell in head.cells]
    assert found[0] is None
    assert {None if one is None else one.get(qn("w:val")) for one in found} == set(directions)
    assert (head.height is not None) == (columns > 8)


def test_no_number_of_fourteen_columns_is_divided_in_the_document(lang: str) -> None:
    """Four digits and a comma in letters of seven points are eight millimetres wide, margins and all."""
    cells = docx.Document(made("docx", lang)).tables[0].rows[0].cells
    assert min(cell.width.mm for at, cell in enumerate(cells[1:]) if cell.width and at % 5) > 8.3
    assert sum(cell.width.mm for cell in cells if cell.width) == pytest.approx(170, abs=0.5)


def test_a_wide_table_is_printed_across_on_pages_as_wide_as_it_with_its_head_on_each(lang: str) -> None:
    """And in letters of seven points at least: a page takes 140 letters of eleven points beside each other."""
    sheet: Any = openpyxl.load_workbook(made("xlsx", lang)).worksheets[1]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$3"
    whole = sum(sheet.column_dimensions[one.column_letter].width for one in sheet[3])
    assert 11 * 140 / whole >= 7
    turned = [cell.alignment.textRotation for cell in sheet[3]]
    assert turned == [0, 0, *[90] * 14]
    assert sheet.row_dimensions[3].height >= 60
    assert sheet.row_dimensions[4].height >= 30, "words of three lines lie over the row below"


def test_heads_of_few_columns_lie_in_the_workbook(lang: str) -> None:
    sheet = openpyxl.load_workbook(made("xlsx", lang, 5)).worksheets[1]
    assert {cell.alignment.textRotation for cell in sheet[3]} == {0}


def test_every_line_of_what_a_workbook_says_has_a_row_as_high_as_it_needs(lang: str) -> None:
    """Not every program looks for that when it opens a file: lines of one cell lay on the row below."""
    names = [f"{LONG[lang]} {at}" for at in range(40)]
    said = [
        Facts((Fact("名前", ("Civic Hall", LONG[lang] * 4)),)),
        Listing("団体", tuple(names)),
        Grid("表1", table(3, 2)),
    ]
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].make(report(*said, lang=lang))))
    words: Any = book.worksheets[0]
    rows = {row[1].value: row for row in words.iter_rows() if row[1].value}
    assert rows["Civic Hall"][0].value == "名前"
    assert (words.row_dimensions[rows[LONG[lang] * 4][0].row].height or 15) >= 45
    assert not [text for text in rows if "\n" in text]
    assert [rows[name][0].value for name in names] == ["団体", *[None] * 39]
    assert [row[0].value for row in words.iter_rows() if str(row[0].value).startswith("表1 ")]


HEADS_OF_PLACES = [
    "プログラムごとに 数《かぞ》えた 人数《にんずう》",
    "予約《よやく》して 来《き》た 人《ひと》",
    "予約《よやく》しないで 来《き》た 人《ひと》",
    "チケットが ない 人《ひと》",
    "もう一度《いちど》 入《はい》った 回数《かいすう》",
    "申《もう》し込《こ》みの 数《かず》",
    "決《き》まった 予約《よやく》の 数《かず》",
    "来《き》ませんでした",
]


def test_no_word_of_easy_japanese_is_divided_in_a_table_of_eight_columns(app: Flask) -> None:
    """Neither in a head nor where it says why there is no number."""
    columns = tuple(Column(f"c{at}", label) for at, label in enumerate(HEADS_OF_PLACES))
    rows = tuple(
        Row(
            f"r{at}",
            "みんなの 声《こえ》から 考《かんが》える まちづくりの 会《かい》",
            (1234, 4, 5, 6, 0, 7, 8, why),
        )
        for at, why in enumerate((Missing.UNKNOWN, Missing.CANCELLED, Missing.NOT_COUNTED))
    )
    eight = replace(table(3, 8), columns=columns, rows=rows, total=None)
    with app.test_request_context("/"):
        speak("ja-easy")
        file = FORMATS["pdf"].make(report(Grid("", eight), lang="ja-easy"))
    lines = pypdf.PdfReader(io.BytesIO(file)).pages[0].extract_text().splitlines()
    spoken = "\n".join(lines)
    for word in ("プログラムごとに", "チケットが", "わかりません", "ありません"):
        assert word in spoken


def test_a_short_list_of_meanings_is_not_divided_in_the_document(lang: str) -> None:
    meant = Facts(tuple(Fact(f"語{at}", (LONG[lang],)) for at in range(3)))
    file = FORMATS["docx"].make(report(meant, lang=lang))
    rows = docx.Document(io.BytesIO(file)).tables[0].rows
    kept = [{line.paragraph_format.keep_with_next for cell in row.cells for line in cell.paragraphs} for row in rows]
    assert kept == [{True}, {True}, {None}]


def test_a_wide_sheet_of_the_workbook_is_printed_across(app: Flask, make: Make) -> None:
    event = make.event("fair")
    make.session(event, "talk", capacity=9, title=both("講演", "Talk of the people of the ward with those of the city"))
    ledger = Ledger(event)
    ledger.tap(places_of(event)["talk"], {ledger.categories()[0]: 7}, at=NOON)
    ledger.write()
    with app.test_request_context("/"):
        speak("en")
        book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].make(report_on(event, at=now()))))
    across = {sheet.title.split(" ", 2)[2]: sheet.page_setup.orientation for sheet in book.worksheets[1:]}
    assert (across["By session"], across["By day"]) == ("landscape", None)
    sheet = book["Table 5 By session"]
    assert [sheet.cell(3, place).value for place in (1, 2)] == ["Session", "When and where"]
    widths = [sheet.column_dimensions[get_column_letter(at)].width for at in range(1, len(sheet[3]) + 1)]
    assert (widths[0], max(widths[2:])) == (46, 15), "words that stand for a number made its column as wide as a name"
    ruled = [[cell.border.bottom.style for cell in row] for row in sheet.iter_rows(3, 4, max_col=len(widths))]
    assert ruled == [["thin"] * len(widths)] * 2, "on paper nothing told one line from the next"


def test_what_stands_under_a_name_in_the_document_is_smaller_than_it(lang: str) -> None:
    detailed = replace(table(3, 7), rows=tuple(replace(row, detail="9:00") for row in table(3, 7).rows))
    content = FORMATS["docx"].make(report(Grid("表1", detailed), lang=lang))
    name, detail = docx.Document(io.BytesIO(content)).tables[0].rows[1].cells[0].paragraphs
    style: Any = name.style
    assert (style.font.size.pt, detail.runs[0].font.size.pt) == (7.5, 6.5)


def test_lines_of_the_document_are_grey_and_none_is_in_a_colour_of_its_program(lang: str) -> None:
    document = docx.Document(made("docx", lang))
    drawn = next(document.styles["Table Grid"].element.iter(qn("w:tblBorders")))
    assert {side.get(qn("w:color")) for side in drawn} == {"A6A6A6"}
    assert list(document.styles["Title"].element.iter(qn("w:pBdr"))) == []
