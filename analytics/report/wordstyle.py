"""How a report looks as a document to edit on: styles, fonts for Japanese, and what python-docx leaves to its XML."""

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from analytics.exports.table import Table
from analytics.report.cells import shown
from analytics.report.document import Report, Words
from analytics.report.fitting import pieces
from analytics.report.tables import lines_of
from app.web.languages import LocalText, html_lang, plain

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

INK_SOFT, DEEP, RULE = "4D4D4D", "00234B", "A6A6A6"
MOST_UNDIVIDED = 9
NARROWEST = 36.0
CROWDED = 28.0
"""Of the names of lines, in millimetres; the same beside very many columns."""
MOST_LYING = 8
"""Heads of more columns stand: beside each other they would be divided letter by letter."""
MOST_COLUMNS = 12
HIGHEST = 30.0
"""Of heads that stand, in millimetres."""
SIZES = {"Cell": 9.5, "Small cell": 8, "Smallest cell": 7.5, "Tiny cell": 7}
"""Of letters in tables, in points."""
LATIN, JAPANESE = "Arial", "BIZ UDPゴシック"
LANGUAGES = {"ja": "ja-JP", "en": "en-GB"}


def house_style(document: "Document", report: Report) -> None:
    """A4 with its margins, the fonts of every style, the document's title and language."""
    from docx.shared import Mm, Pt

    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    page.top_margin, page.bottom_margin = Mm(22), Mm(20)
    properties = document.core_properties
    properties.title, properties.author = report.name, "Uketsuke"
    if report.on:
        properties.created = properties.modified = datetime.combine(report.on, time())
    properties.language = LANGUAGES[html_lang(report.lang)]
    _default_language(document, html_lang(report.lang))
    for name, size, colour, bold in (
        ("Normal", 10.5, None, False),
        ("Title", 22, DEEP, True),
        ("Subtitle", 12, None, False),
        ("Heading 1", 14, DEEP, True),
        ("Heading 2", 11.5, None, True),
        ("Caption", 10, None, True),
        ("List Bullet", 10.5, None, False),
    ):
        _style(document.styles[name], size=size, colour=colour, bold=bold)
    for name, size, colour in (
        ("Note", 8.5, INK_SOFT),
        *((name, size, None) for name, size in SIZES.items()),
        ("Kicker", 10.5, None),
    ):
        style: Any = document.styles.add_style(name, 1)
        style.base_style = document.styles["Normal"]
        _style(style, size=size, colour=colour, bold=False)
        style.paragraph_format.space_after = Pt(2)
    for name in ("Title", "Subtitle"):
        document.styles[name].paragraph_format.alignment = 1
    for name, above, below in (("Heading 1", 18, 5), ("Caption", 6, 3)):
        apart: Any = document.styles[name].paragraph_format
        apart.space_before, apart.space_after = Pt(above), Pt(below)
    _lighter(document)


def _lighter(document: "Document") -> None:
    """Without the line that Word draws under a title in a colour of its own; grey lines in tables, as in the PDF."""
    from docx.oxml.ns import qn

    for line in list(document.styles["Title"].element.iter(qn("w:pBdr"))):
        line.getparent().remove(line)
    for lines in document.styles["Table Grid"].element.iter(qn("w:tblBorders")):
        for side in lines:
            side.set(qn("w:color"), RULE)


def _style(style: Any, *, size: float, colour: str | None, bold: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold, style.font.italic = LATIN, Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(colour or "1A1A1A")
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), JAPANESE)


def _default_language(document: "Document", language: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = document.styles["Normal"].element.get_or_add_rPr()
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), LANGUAGES[language])
    mark.set(qn("w:eastAsia"), "ja-JP")
    properties.append(mark)


def language_of(run: "Run", language: str) -> None:
    """Marks in which language these letters are."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:lang")
    mark.set(qn("w:val" if language == "en" else "w:eastAsia"), LANGUAGES[language])
    run._element.get_or_add_rPr().append(mark)


def reading(paragraph: "Paragraph", letters: str, above: str) -> "Run":
    """Letters with their reading above, as Word's own ruby."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.text.run import Run

    run = paragraph.add_run()
    ruby = parse_xml(
        f"<w:ruby {nsdecls('w')}><w:rubyPr><w:rubyAlign w:val='center'/><w:hps w:val='10'/><w:hpsRaise w:val='20'/>"
        "<w:hpsBaseText w:val='21'/><w:lid w:val='ja-JP'/></w:rubyPr>"
        "<w:rt><w:r><w:rPr><w:sz w:val='10'/></w:rPr><w:t/></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t/></w:r></w:rubyBase></w:ruby>"
    )
    over, base = ruby.iter(qn("w:t"))
    over.text, base.text = above, letters
    run._element.append(ruby)
    return Run(base.getparent(), paragraph)


def field(paragraph: "Paragraph", name: str) -> None:
    """A number that the reader's program fills in: PAGE, NUMPAGES."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:fldSimple")
    mark.set(qn("w:instr"), name)
    paragraph._p.append(mark)


def head_row(row: Any) -> None:
    """Stands again at the top of every page."""
    _row_mark(row, "w:tblHeader")
    never_split(row)


def never_split(row: Any) -> None:
    """Not divided between two pages."""
    _row_mark(row, "w:cantSplit")


def _row_mark(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def cell_style(table: Table) -> str:
    """The letters of a table: the smaller the more columns."""
    columns = len(table.columns)
    if columns > MOST_COLUMNS:
        return "Tiny cell"
    return "Smallest cell" if columns > 6 else "Small cell" if columns > 5 else "Cell"


def smaller(style: str) -> float:
    """The letters of what stands under the name of a line, in points."""
    return max(6.5, SIZES[style] - 1)


def stands(table: Table) -> bool:
    """Whether the heads of its numbers stand."""
    return len(table.columns) > MOST_LYING


def standing(row: Any, table: Table) -> None:
    """The heads of numbers from below upwards, in a row as high as the longest needs."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    style = cell_style(table)
    heads = [plain(column.label) for column in table.columns if column.kind != "words"]
    row.height = Mm(min(HIGHEST, max(_long(one, style) for one in heads)) * 1.15)  # some programs have wider letters
    for cell, column in zip(row.cells[1:], table.columns, strict=True):
        if column.kind != "words":
            mark = OxmlElement("w:textDirection")
            mark.set(qn("w:val"), "btLr")
            cell._tc.get_or_add_tcPr().append(mark)
            cell.vertical_alignment = 1


def narrow_margins(table: Any) -> None:
    """A millimetre to the left and right of what stands in a cell."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    sides = '<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))


def keep_together(table: Any, *, closing: int, noted: bool) -> None:
    """A short table is not divided; a longer one keeps its head with two lines, and its last lines with its closing
    ones. noted: and with the notes under it."""
    rows = list(table.rows)
    first = 0 if len(rows) <= MOST_UNDIVIDED else max(0, len(rows) - closing - 2)
    for row in (*rows[: min(first, 2)], *(rows[first:] if noted else rows[first:-1])):
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def shade(cell: Any, colour: str) -> None:
    """The ground of a cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:shd")
    mark.set(qn("w:val"), "clear")
    mark.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(mark)


def widths_of(table: Table, whole: float) -> list[float]:
    """In millimetres: a column of numbers has room for the words of its head and for its numbers; names of lines take
    what they need, words the rest."""
    style = cell_style(table)
    words = sum(column.kind == "words" for column in table.columns)
    needed = [_needed(table, at, style) for at, column in enumerate(table.columns) if column.kind != "words"]
    most = (whole - (CROWDED if stands(table) else NARROWEST) * (1 + words)) / (sum(needed) or 1)
    roomy = min(24.0, (whole - 45.0 * words) * 0.66 / (len(needed) or 1))
    numbers = iter([one * most if most < 1 else min(max(one, roomy), one * most) for one in needed])
    found = [0.0 if column.kind == "words" else next(numbers) for column in table.columns]
    left = whole - sum(found)
    labels = max((_long(plain(row.label), style) for row, _closing in lines_of(table)), default=0.0)
    first = min(max(labels, NARROWEST), left * 0.5) if words else left
    return [first, *(one or (left - first) / words for one in found)]


def _needed(table: Table, at: int, style: str) -> float:
    column = table.columns[at]
    said = (shown(column, row.cells[at]) for row, _closing in lines_of(table))
    numbers = [piece for one in said for piece in pieces(one)]
    if not stands(table):
        return max(_long(plain(one), style) for one in (*pieces(column.label), *numbers))
    lines = str(divided(column.label, HIGHEST, style)).count("\n") + 1
    return max(lines * SIZES[style] * 0.5 + 2.4, *(_long(plain(one), style) for one in numbers))


def _long(text: str, style: str) -> float:
    """About how many millimetres a text takes in a cell, its margins and all."""
    letters = sum(1.0 if ord(letter) > 0x2E7F else 0.32 if letter in ",." else 0.62 for letter in text)
    return letters * SIZES[style] * 0.353 + (4.0 if style == "Cell" else 2.4)


def divided(label: Words, width: float, style: str) -> Words:
    """The head of a column in lines that end between words: Japanese may be divided anywhere else."""
    text = label.text if isinstance(label, LocalText) else str(label)
    if _long(plain(label), style) <= width:
        return label
    lines, blank = [""], " " if " " in text else ""
    for piece in map(str, pieces(text)):
        longer = f"{lines[-1]}{blank if lines[-1] else ''}{piece}"
        lines[-1:] = [longer] if not lines[-1] or _long(plain(longer), style) <= width else [lines[-1], piece]
    return replace(label, text="\n".join(lines)) if isinstance(label, LocalText) else "\n".join(lines)
