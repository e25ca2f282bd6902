"""How a report looks as a document to edit on: styles, fonts for Japanese, and what python-docx leaves to its XML."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from analytics.report.columns import SIZES
from analytics.report.document import Report
from app.web.languages import html_lang

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

INK_SOFT, DEEP, RULE = "4D4D4D", "00234B", "A6A6A6"
MOST_UNDIVIDED = 9
SMALLEST_READING = 8
"""Of letters above others, in half points."""
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
    properties.title, properties.author, properties.comments = report.name, "Uketsuke", ""
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
    _of_today(document)


def _of_today(document: "Document") -> None:
    """What the empty document of python-docx brings along is taken out or set right: a picture of its empty page, the
    name of a program that did not write this, and that it is to be shown as an old version of Word would, which sets
    tables outside the margins."""
    from docx.oxml.ns import qn

    settings = document.settings.element
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")
    for zoom in settings.iter(qn("w:zoom")):
        zoom.set(qn("w:percent"), "100")
    relations = document.part.package.rels
    for key in [key for key, one in relations.items() if one.reltype.endswith(("/thumbnail", "/extended-properties"))]:
        del relations[key]


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


def reading(paragraph: "Paragraph", letters: str, above: str, size: float) -> "Run":
    """Letters with their reading above, as Word's own ruby: half as high as they are, if that can be read. size: of the
    letters, in points."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.text.run import Run

    run = paragraph.add_run()
    half, whole = max(SMALLEST_READING, round(size)), round(size * 2)  # in half points
    ruby = parse_xml(
        f"<w:ruby {nsdecls('w')}><w:rubyPr><w:rubyAlign w:val='center'/><w:hps w:val='{half}'/>"
        f"<w:hpsRaise w:val='{whole - 1}'/><w:hpsBaseText w:val='{whole}'/><w:lid w:val='ja-JP'/></w:rubyPr>"
        f"<w:rt><w:r><w:rPr><w:sz w:val='{half}'/></w:rPr><w:t/></w:r></w:rt>"
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


def narrow_margins(table: Any) -> None:
    """A millimetre to the left and right of what stands in a cell."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    sides = '<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
    mark = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>")
    table._tbl.tblPr.insert_element_before(mark, "w:tblLook")  # where the standard has it: Word may refuse a file else


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
