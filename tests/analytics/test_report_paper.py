"""How the report is laid out on paper: where lines, tables and pages end, and what an organiser typed."""

import csv
import io
import re
from dataclasses import replace
from typing import Any

import docx
import openpyxl
import pypdf
import pypdfium2
import pytest
from flask import Flask

from analytics.charts import Bar, Bars, Frame, Pairs
from analytics.exports.pictures import Drawn
from analytics.exports.table import Column, Row, Table
from analytics.report import FORMATS, Report, report_on
from analytics.report.document import Grid, Paragraph, Picture, Section
from analytics.report.fitting import ANYWHERE, TALLEST, breakable, facts_of, pieces, spans, undivided
from analytics.report.parts import comments
from analytics.rules import Missing
from app.web.languages import LocalText, plain, speak
from tests.analytics.files import pdf_text
from tests.analytics.ledger import Ledger
from tests.analytics.test_views import places_of
from tests.make import NOON, Make

LINES = "**寄せられた声**\n=1+1\n\n- #1 <b>良い</b> $x$ a_b @b & `c`\n- 髙橋﨑𠮷邉😀\n\n" + "a" * 200
TOLD = ["寄せられた声", "=1+1", "・#1 <b>良い</b> $x$ a_b @b & `c`", "・髙橋﨑𠮷邉😀", "a" * 200]


def report(*blocks: Any, lang: str = "ja") -> Report:
    words: dict[str, Any] = dict.fromkeys(
        ("kicker", "title", "event", "period", "mark", "about", "made", "source"), "見出し"
    )
    return Report(slug="fair", lang=lang, sections=(Section("one", "節", tuple(blocks), "1"),), **words)


def table(rows: int, columns: int = 2) -> Table:
    return Table(
        name="long",
        title="表題",
        head="行",
        columns=tuple(Column(f"c{at}", f"数{at}") for at in range(columns)),
        rows=tuple(Row(f"r{at}", f"行{at:03}番", (1000 + at,) * columns) for at in range(rows)),
        measures=(),
        provenance=(),
        total=(rows,) * columns,
        notes=("注記",),
    )


@pytest.fixture(autouse=True)
def _japanese(app: Flask) -> Any:
    with app.test_request_context("/", method="POST"):
        speak("ja")
        yield


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("予約確定数", ["予約", "確定数"]),
        ("不参加者数", ["不参加", "者数"]),
        ("延べ人数", ["延べ人数"]),
        ("当選した席", ["当選した席"]),
        ("延べ人数の割合", ["延べ", "人数の", "割合"]),
        ("NPO・企業・地域", ["NPO・", "企業・", "地域"]),
        ("来場（予約あり）", ["来場", "（予約あり）"]),
        ("うち参加票なし", ["うち", "参加票なし"]),
        ("Places confirmed", ["Places", "confirmed"]),
    ],
)
def test_the_head_of_a_column_is_divided_between_words(label: str, found: list[str]) -> None:
    assert pieces(label) == found
    assert pieces(LocalText("来《き》た 子《こ》ども", "ja-easy", fallback=False)) == [
        LocalText("来《き》た", "ja-easy", fallback=False),
        LocalText("子《こ》ども", "ja-easy", fallback=False),
    ]
    assert pieces(LocalText("人《ひと》の 数《かず》", "ja-easy", fallback=False)) == [
        LocalText("人《ひと》の 数《かず》", "ja-easy", fallback=False),
    ]


def test_words_of_a_head_on_the_right_stand_apart_also_after_a_comma() -> None:
    """It hung over the word after it."""
    speak("en")
    wide = replace(table(3, columns=6), columns=tuple(Column(f"c{at}", "Asked for, of the places") for at in range(6)))
    with pypdfium2.PdfDocument(FORMATS["pdf"].make(report(Grid("", wide), lang="en"))) as document:
        page = document[0].get_textpage()
        words = page.get_text_range()
        comma = words.index("for, of") + 3
        after, before = page.get_charbox(comma + 2)[0], page.get_charbox(comma)[2]
    assert after - before > 1, "in points: a blank is two"


def test_cells_beside_each_other_that_lack_the_same_are_one() -> None:
    unknown, later = Missing.UNKNOWN, Missing.NOT_YET
    assert spans((unknown, unknown, later, 3, 3, later, later, None)) == [2, 0, 1, 1, 1, 2, 0, 1]


def test_a_run_of_letters_as_long_as_no_word_may_be_divided_anywhere() -> None:
    assert breakable("長い" + "a" * 30) == "長い" + ANYWHERE.join("a" * 30)
    assert breakable("a few short words, " * 9) == "a few short words, " * 9


def test_of_a_day_a_time_or_the_name_of_a_room_no_letter_stands_alone() -> None:
    found = facts_of("10月2日（金） 9:45-10:45　アトリウム")
    assert found == ["10月2日（金） ", "9:45-10:45　", "アトリウム"]
    assert not undivided("受付で来場者のコードを読み取りました。")


@pytest.mark.parametrize("lines", range(22, 40, 2))
def test_a_long_table_is_never_divided_after_its_first_line_or_before_its_last(lines: int) -> None:
    content = FORMATS["pdf"].make(report(*[Paragraph("文。")] * lines, Grid("", table(40))))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    numbers = [sum(f"行{at:03}番" in page for at in range(40)) for page in pages]
    assert sum(numbers) == 40
    assert 1 not in numbers
    assert [("表題" in page) for page in pages].index(True) == next(at for at, found in enumerate(numbers) if found)
    assert "注記" in pages[max(at for at, found in enumerate(numbers) if found)]


HEADS = {
    "en": ["Exhibiting companies and groups", "Universities and research", "Staff of other cities", "Teachers"],
    "ja": ["教職員・学校関係者", "企業・団体の出展者", "他都市の行政職員", "来賓"],
}


@pytest.mark.parametrize("lang", HEADS)
def test_the_heads_of_many_columns_do_not_lie_on_each_other(lang: str) -> None:
    """A head that is wider than its column stands, whole, in two lines at most."""
    speak(lang)
    columns = tuple(Column(f"c{at}", HEADS[lang][at % 4]) for at in range(13))
    many = replace(table(3, 13), columns=columns)
    page = pypdfium2.PdfDocument(FORMATS["pdf"].make(report(Grid("", many), lang=lang)))[0].get_textpage()
    boxes = sorted({page.get_charbox(at) for at in range(page.count_chars()) if page.get_text_range(at, 1).strip()})
    for at, (left, bottom, right, top) in enumerate(boxes):
        for other_left, other_bottom, other_right, other_top in boxes[:at]:
            assert (
                min(right, other_right) - max(left, other_left) < 1
                or min(top, other_top) - max(bottom, other_bottom) < 1
            )


def test_what_stands_below_a_year_takes_few_lines_beside_a_column_of_words() -> None:
    below = "実人数 / 参加票の読み取り・区分のタップ / 報告書 / 公表値"
    columns = (*table(1, 5).columns, Column("change", "増減", "words"))
    years = replace(
        table(0, 0), columns=columns, rows=(Row("1", "2025年", (1, 2, 3, 4, 10, "比較できません"), below),), total=None
    )
    page = pypdfium2.PdfDocument(FORMATS["pdf"].make(report(Grid("", years))))[0].get_textpage()
    label, last = (page.search(words).get_next() for words in ("2025年", "公表値"))
    assert label
    assert last
    assert page.get_charbox(label[0])[1] - page.get_charbox(last[0])[1] < 35


@pytest.mark.parametrize(("sessions", "drawn"), [(17, 17), (31, 17)])
def test_of_more_sessions_than_a_page_can_show_the_table_has_all_and_the_picture_the_highest(
    make: Make, sessions: int, drawn: int
) -> None:
    """And its words are as large as in any other picture."""
    event = make.event("fair")
    ledger = Ledger(event)
    titles = [plain(make.session(event, f"s{number}").title) for number in range(sessions)]
    for number in range(sessions):
        ledger.tap(places_of(event)[f"s{number}"], {ledger.categories()[0]: 3 + number}, at=NOON)
    ledger.write()
    found = [block for section in report_on(event, at=NOON).sections for block in section.blocks]
    (drawing,) = [block.drawn for block in found if isinstance(block, Picture) and block.name == "sessions"]
    (table,) = [block.table for block in found if isinstance(block, Grid) and block.table.name == "sessions"]
    assert isinstance(drawing.chart, Pairs)
    assert {row.label for row in drawing.chart.rows} == set(titles[sessions - drawn :])
    assert (f"数の多い{drawn}件" in drawing.frame.source) is (sessions > drawn)
    assert drawing.size("wide")[1] <= TALLEST
    assert len(table.rows) == sessions


@pytest.mark.parametrize("form", FORMATS)
def test_what_an_organiser_typed_stands_in_every_file_line_by_line(form: str) -> None:
    written = replace(report(), sections=(replace(comments({"ja": LINES}), number="1"),))
    assert [plain(block.words) for block in written.sections[0].blocks if isinstance(block, Paragraph)] == TOLD
    content = FORMATS[form].make(written)
    if form == "docx":
        found = [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]
        assert found[-5:] == TOLD
    elif form == "xlsx":
        cells = [one for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for one in row]
        assert [cell.value for cell in cells if cell.value in TOLD] == TOLD
        assert {cell.data_type for cell in cells if cell.value} == {"s"}
    elif form == "csv":
        told = ["'=1+1" if line == "=1+1" else line for line in TOLD]
        assert [line[4] for line in csv.reader(io.StringIO(content.decode("utf-8-sig")))][-5:] == told
    elif form == "html":
        assert "<p>・#1 &lt;b&gt;良い&lt;/b&gt; $x$ a_b @b &amp; `c`</p>" in content.decode()
    else:
        words = pdf_text(content)
        assert "・#1 <b>良い</b> $x$ a_b @b & `c`\n・髙橋﨑𠮷邉〓" in words
        assert "a" * 200 not in words


def test_sentences_of_the_workbook_go_over_the_columns_and_wrap() -> None:
    noted = replace(table(3), notes=("長い注記です。" * 40,))
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].make(report(Grid("", noted), Paragraph("文。" * 300)))))
    for sheet in book.worksheets:
        last = sheet.cell(sheet.max_row, 1)
        merged = [found for found in sheet.merged_cells.ranges if last.coordinate in found]
        widths = [sheet.column_dimensions[column].width for column in "ABCDEFGH"]
        columns = merged[0].size["columns"]
        assert (last.alignment.wrap_text, sum(widths[:columns]) >= 84) == (True, True)
        assert sheet.row_dimensions[sheet.max_row].height > 80


def test_heads_in_the_document_are_divided_between_words() -> None:
    wide = replace(table(3, columns=8), columns=tuple(Column(f"c{at}", "うち参加票なし") for at in range(8)))
    document = docx.Document(io.BytesIO(FORMATS["docx"].make(report(Grid("", wide)))))
    assert {cell.text for cell in document.tables[0].rows[0].cells[1:]} == {"うち\n参加票なし"}


def drawn(rows: int) -> Drawn:
    """Bars in so many rows."""
    bars = tuple(Bar(f"講演{at}", at, f"{at}人") for at in range(1, rows + 1))
    return Drawn(Bars(bars), Frame(title="図", subtitle="", words="横棒", source="", lang="ja"))


def test_a_small_picture_does_not_come_before_a_tall_one_with_a_smaller_number(app: Flask) -> None:
    """The tall one has no room under the words and goes to the next page; the small one had room, and stood first."""
    words = [Paragraph("前置きの文です。" * 30) for _ in range(9)]
    pictures = [Picture(f"図{at}", "bars", drawn(rows)) for at, rows in enumerate((30, 3, 3), start=1)]
    with app.test_request_context("/"):
        speak("ja")
        content = FORMATS["pdf"].make(report(*words, *pictures[:2], Paragraph("後の文です。"), pictures[2]))
    found: list[tuple[int, float, str]] = []
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(content)).pages):
        page.extract_text(visitor_text=_noting(found, number))
    assert [name for _page, _down, name in sorted(found)] == ["図1", "図2", "図3"]


def test_a_picture_that_has_room_stands_where_it_belongs_and_another_at_the_head_of_the_next_page() -> None:
    """Words after the second fill what is left before it."""
    said = [Paragraph("前置きの文です。" * 30) for _ in range(3)]
    pictures = [Picture(f"図{at}", "bars", drawn(10)) for at in (1, 2)]
    blocks = (*said, pictures[0], Paragraph("後の文です。"), pictures[1], Paragraph("最後の文です。"))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(FORMATS["pdf"].make(report(*blocks)))).pages]
    assert [re.findall(r"^図\d|後の文|最後の文", page, re.MULTILINE) for page in pages] == [
        ["図1", "後の文", "最後の文"],
        ["図2"],
    ]


def test_a_picture_that_floats_stands_before_the_next_heading() -> None:
    said = [Paragraph("前置きの文です。" * 30) for _ in range(4)]
    first = report(*said, Picture("図1", "bars", drawn(25)), Paragraph("後の文です。"))
    (section,) = first.sections
    whole = replace(first, sections=(section, Section("two", "次の節", (Paragraph("次の文です。"),), "2")))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(FORMATS["pdf"].make(whole))).pages]
    found = [re.findall(r"^図1|後の文|次の節|次の文", page, re.MULTILINE) for page in pages]
    assert (found[0], [one for page in found[1:] for one in page]) == (["後の文"], ["図1", "次の節", "次の文"])


def _noting(found: list[tuple[int, float, str]], number: int) -> Any:
    """Notes where captions stand: page, and how far down."""

    def note(text: str, at: list[float], words: list[float], *_font: object) -> None:
        if name := re.match(r"図\d", text.strip()):
            found.append((number, -(words[5] * at[3] + at[5]), name[0]))

    return note
