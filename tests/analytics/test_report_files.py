"""The files to edit on are what the standard of their formats asks for, and other programs set them without a fault."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from flask import Flask

from analytics.exports.table import Column, Row
from analytics.report import FORMATS
from analytics.report.document import Fact, Facts, Grid, Key, Keys, Listing, Paragraph, Picture
from analytics.rules import Missing
from app.web.languages import speak
from tests.analytics.test_report_paper import drawn, report, table
from tests.analytics.test_report_wide import HEADS_OF_PLACES

ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "rubyPr": "rubyAlign hps hpsRaise hpsBaseText lid dirty",
}
"""In which order ECMA-376 has what stands in each; Word may offer to repair a file that has another."""


@pytest.fixture(params=["ja", "en", "ja-easy"])
def lang(app: Flask, request: pytest.FixtureRequest) -> Any:
    with app.test_request_context("/", method="POST"):
        speak(request.param)
        yield request.param


@pytest.fixture
def easy(app: Flask) -> Any:
    with app.test_request_context("/", method="POST"):
        speak("ja-easy")
        yield "ja-easy"


def everything(lang: str) -> bytes:
    """A document with every kind of block, a table of few columns, one of eight and one of fourteen."""
    return FORMATS["docx"].make(
        report(
            Paragraph("文《ぶん》"),
            Facts((Fact("目的", ("試す",)),)),
            Listing("団体", ("一つ", "二つ")),
            keys(),
            *(Grid("表1", table(3, columns)) for columns in (2, 8, 14)),
            Picture("図1", "bars", drawn(3)),
            Picture("図2", "bars", drawn(4)),
            lang=lang,
        )
    )


def keys() -> Keys:
    return Keys((Key("人数", "360人", "1回", first=True), Key("延べ", "592人", "毎回")))


def part(content: bytes, name: str) -> Any:
    return parse_xml(zipfile.ZipFile(io.BytesIO(content)).read(name))


def name_of(element: Any) -> str:
    return str(element.tag).split("}")[1]


def test_what_stands_in_the_document_stands_in_the_order_of_the_standard(lang: str) -> None:
    wrong = []
    for name in ("word/document.xml", "word/styles.xml", "word/header1.xml", "word/footer1.xml"):
        root = part(everything(lang), name)
        for holder, order in ORDERS.items():
            places = {qn(f"w:{one}"): at for at, one in enumerate(order.split())}
            for one in root.iter(qn(f"w:{holder}")):
                found = [places[child.tag] for child in one]
                if found != sorted(set(found)):
                    wrong.append(f"{name}: {holder} {[*map(name_of, one)]}")
    assert wrong == []


def test_pictures_of_the_document_have_a_number_each_and_every_relation_leads_somewhere(lang: str) -> None:
    content = everything(lang)
    document = part(content, "word/document.xml")
    numbers = [one.get("id") for one in document.iter("{*}docPr")]
    assert len(numbers) == len(set(numbers)) == 2
    there = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    led = {f"word/{one.get('Target')}" for one in part(content, "word/_rels/document.xml.rels")}
    assert {one.replace("word/../", "") for one in led} <= there


def test_the_document_is_of_todays_word_and_nothing_in_it_comes_from_an_empty_one(lang: str) -> None:
    """Of a time before, Word sets tables outside the margins and says that it is in a mode of its own."""
    content = everything(lang)
    settings = part(content, "word/settings.xml")
    modes = [one.get(qn("w:val")) for one in settings.iter(qn("w:compatSetting"))]
    assert modes[0] == "15"
    assert [one.get(qn("w:percent")) for one in settings.iter(qn("w:zoom"))] == ["100"]
    assert not {"docProps/thumbnail.jpeg", "docProps/app.xml"} & set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    assert docx.Document(io.BytesIO(content)).core_properties.comments == ""


def test_the_figures_to_be_seen_first_are_not_divided_between_two_pages(lang: str) -> None:
    content = FORMATS["docx"].make(report(keys(), lang=lang))
    rows = docx.Document(io.BytesIO(content)).tables[0].rows
    kept = [{line.paragraph_format.keep_with_next for cell in row.cells for line in cell.paragraphs} for row in rows]
    assert kept == [{True}, {True}, {None}]


def test_each_way_of_counting_stands_in_a_line_of_its_own(lang: str) -> None:
    """Side by side, some programs divide the number that stands at the end of a line."""
    blank = {"en": " · "}.get(lang, "・")
    told = replace(
        table(1),
        columns=(Column("n", "数"), Column("method", "計数方法", "words")),
        rows=(Row("r", "観覧者", (1253, f"参加票の読み取り 48{blank}タップ 1,205")),),
        total=None,
    )
    document = docx.Document(io.BytesIO(FORMATS["docx"].make(report(Grid("", told), lang=lang))))
    cell = document.tables[0].rows[1].cells[2]
    assert [line.text for line in cell.paragraphs] == ["参加票の読み取り 48", "タップ 1,205"]


def test_words_and_times_of_easy_japanese_are_not_divided_in_the_document(easy: str) -> None:
    """Neither in eight heads beside each other, nor where there is no number, nor under a name."""
    detail = "11月29日（日） 15:15-16:30　大会議室"
    why = (Missing.NOT_YET,) * 8
    eight = replace(
        table(1),
        columns=tuple(Column(f"c{at}", label) for at, label in enumerate(HEADS_OF_PLACES)),
        rows=(Row("r", "会《かい》", why, detail=detail),),
        total=None,
    )
    document = docx.Document(io.BytesIO(FORMATS["docx"].make(report(Grid("", eight), lang=easy))))
    head, row = document.tables[0].rows
    widths = [cell.width.mm for cell in head.cells if cell.width]
    style: Any = head.cells[1].paragraphs[0].style
    room = [(width - 2.4) / (style.font.size.pt * 0.353) for width in widths]
    lines = [[*_read(cell).split("\n")] for cell in (*head.cells[1:], *row.cells[1:])]
    too_long = [
        (line, most)
        for cell, most in zip(lines, room[1:] * 2, strict=True)
        for line in cell
        if len(line) - 0.4 * line.count(" ") > most + 0.1
    ]
    assert too_long == []
    assert row.cells[0].paragraphs[1].text == "11月29日（日） 15:15-16:30\n大会議室"
    assert widths[0] >= 28


def _read(cell: Any) -> str:
    """Without readings: what stands on the line."""
    found = ""
    for one in cell._tc.iter(qn("w:t"), qn("w:br")):
        if not any(above.tag == qn("w:rt") for above in one.iterancestors()):
            found += "\n" if one.tag == qn("w:br") else one.text or ""
    return found


def test_readings_are_half_as_high_as_their_letters(easy: str) -> None:
    content = FORMATS["docx"].make(report(Paragraph("数《かず》"), Paragraph("数《かず》", small=True), lang=easy))
    marks = [
        {name_of(one): one.get(qn("w:val")) for one in ruby}
        for ruby in part(content, "word/document.xml").iter(qn("w:rubyPr"))
    ]
    assert [(mark["hps"], mark["hpsBaseText"]) for mark in marks] == [("10", "21"), ("8", "17")]


def test_numbers_of_the_workbook_stand_beside_their_words_in_rows_with_room(lang: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].make(report(Grid("表1", table(3)), lang=lang))))
    sheet = book.worksheets[1]
    cells = [cell for row in sheet.iter_rows(3, 7, max_col=3) for cell in row]
    assert {cell.alignment.vertical for cell in cells} == {"center"}
    assert {sheet.row_dimensions[row].height for row in range(3, 8)} == {17}
