"""A report as a document to edit on: real headings, captions, lists and tables, in styles that change everywhere."""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from analytics.charts.easel import easel
from analytics.exports.table import Column, Row
from analytics.report.cells import apart, kind_of, shown, titled
from analytics.report.columns import (
    HIGHEST,
    WIDTH_MM,
    between_facts,
    cell_style,
    divided,
    smaller,
    standing,
    stands,
    widths_of,
)
from analytics.report.document import Block, Facts, Grid, Keys, Listing, Paragraph, Picture, Report, Words
from analytics.report.tables import cells_of, lines_of
from analytics.report.wordstyle import (
    INK_SOFT,
    field,
    head_row,
    house_style,
    keep_together,
    language_of,
    narrow_margins,
    never_split,
    reading,
    shade,
)
from app.web.languages import plain
from registrations.pdf.words import said

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as Lines

TALLEST_MM = 205.0
"""A tall picture leaves room for its heading and its caption."""


def docx_file(report: Report) -> bytes:
    """The document on A4; tables repeat their head on every page, pictures say in words what they show."""
    import docx

    document = docx.Document()
    house_style(document, report)
    _Writer(document, report).write()
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


class _Writer:
    """Writes a report from its first line to its last."""

    def __init__(self, document: "Document", report: Report) -> None:
        self.document, self.report = document, report
        self.style_ids: dict[str, str] = {}
        self.sizes: dict[str | None, float] = {}

    def write(self) -> None:
        report = self.report
        self._running()
        self._said(self._paragraph("Kicker"), report.kicker)
        self._said(self._paragraph("Subtitle"), report.event)
        self._said(self._paragraph("Title"), report.title)
        self._said(self._paragraph("Subtitle"), report.period)
        self._said(self._paragraph("Note"), report.mark, bold=True, size=10.5)
        for words in (report.about, report.source, report.made):
            if words:
                self._said(self._paragraph("Note"), words)
        for section in report.sections:
            self._said(self._paragraph("Heading 1"), section.title, before=f"{section.number}　")
            for block, after in zip(section.blocks, (*section.blocks[1:], None), strict=True):
                self._block(block, leads=isinstance(after, Grid | Picture))

    def _running(self) -> None:
        """Name and mark above every page, its number below."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        page = self.document.sections[0]
        page.header.paragraphs[0].text = f"{self.report.name}　{plain(self.report.mark)}"
        page.header.paragraphs[0].style = "Note"
        foot = page.footer.paragraphs[0]
        foot.style, foot.alignment = "Note", WD_ALIGN_PARAGRAPH.CENTER
        field(foot, "PAGE")
        foot.add_run(" / ")
        field(foot, "NUMPAGES")

    def _block(self, block: Block, *, leads: bool) -> None:
        """leads: a picture or a table follows, and is not left without the words that introduce it."""
        if isinstance(block, Paragraph):
            self._said(self._paragraph("Note" if block.small else "Normal"), block.words, keep=leads)
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Listing):
            self._said(self._paragraph("Heading 2"), block.name)
            for item in block.items:
                self._said(self._paragraph("List Bullet"), item)
        elif isinstance(block, Keys):
            self._keys(block)
        elif isinstance(block, Grid):
            self._grid(block)
        else:
            self._picture(block)

    def _facts(self, block: Facts) -> None:
        table = self._table(len(block.facts), [36.0, WIDTH_MM - 36.0])
        for row, fact in zip(table.rows, block.facts, strict=True):
            never_split(row)
            shade(row.cells[0], "F2F2F2")
            self._fill(row.cells[0], [fact.name], bold=True)
            self._fill(row.cells[1], fact.lines)
        keep_together(table, closing=0, noted=False)
        self._gap()

    def _keys(self, block: Keys) -> None:
        table = self._table(3, [WIDTH_MM / len(block.keys)] * len(block.keys))
        for place, key in enumerate(block.keys):
            for row, words in zip(table.rows, (key.label, key.value, key.note), strict=True):
                never_split(row)
                shade(row.cells[place], "E6EEF7" if key.first else "F2F2F2")
                self._fill(row.cells[place], [words], bold=words is key.value, size=18 if words is key.value else 9)
        keep_together(table, closing=0, noted=False)
        self._gap()

    def _grid(self, block: Grid) -> None:
        table = block.table
        self._said(self._paragraph("Caption"), titled(block), before=f"{plain(block.number)}　", keep=True)
        lines = lines_of(table)
        upright, style = stands(table), cell_style(table)
        widths = widths_of(table, style)
        drawn = self._table(len(lines) + 1, widths)
        if style != "Cell":
            narrow_margins(drawn)
        head_row(drawn.rows[0])
        heads = [(table.head, False), *((one.label, one.kind != "words") for one in table.columns)]
        for cell, (label, right), width in zip(drawn.rows[0].cells, heads, widths, strict=True):
            shade(cell, "F2F2F2")
            room = HIGHEST if upright and right else width
            self._fill(cell, [divided(label, room, style)], bold=True, right=right and not upright, style=style)
        if upright:
            standing(drawn.rows[0], table, style)
        for (row, closing), place in zip(lines, drawn.rows[1:], strict=True):
            never_split(place)
            cells = list(place.cells)
            self._label(cells[0], row, bold=closing, style=style, width=widths[0])
            for (column, value), cell, width in zip(cells_of(table, row), cells[1:], widths[1:], strict=True):
                self._value(cell, column, value, bold=closing, style=style, width=width)
        keep_together(drawn, closing=sum(closing for _row, closing in lines), noted=bool(table.notes))
        for note in table.notes:
            self._said(self._paragraph("Note"), note)
        self._gap()

    def _label(self, cell: "_Cell", row: Row, *, bold: bool, style: str, width: float) -> None:
        self._fill(cell, [row.label], bold=bold, style=style)
        if row.detail:
            detail = between_facts(row.detail, width, style)
            self._said(cell.add_paragraph(style="Note"), detail, size=smaller(style))

    def _value(self, cell: "_Cell", column: Column, value: Any, *, bold: bool, style: str, width: float) -> None:
        """Why there is no number is divided as a head is; ways of counting stand in a line each."""
        missing, words = kind_of(value) == "missing", shown(column, value)
        lines = [divided(words, width, style)] if missing else apart(words)
        right, colour = column.kind != "words", INK_SOFT if missing else None
        self._fill(cell, lines, bold=bold, right=right, colour=colour, style=style)

    def _picture(self, block: Picture) -> None:
        from docx.shared import Emu, Mm, Pt

        frame = block.drawn.frame
        png = easel.draw(block.drawn.chart, frame, shape="wide", form="png")
        paragraph = self._paragraph("Normal")
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(BytesIO(png), width=Mm(WIDTH_MM))
        if shape.height > Mm(TALLEST_MM):
            shape.width, shape.height = Emu(int(shape.width * Mm(TALLEST_MM) / shape.height)), Mm(TALLEST_MM)
        shape._inline.docPr.set("descr", frame.words)
        shape._inline.docPr.set("title", frame.title)
        caption = self._paragraph("Caption")
        caption.paragraph_format.space_after = Pt(14)
        self._said(caption, frame.title, before=f"{plain(block.number)}　")

    def _table(self, rows: int, widths: list[float]) -> Any:
        from docx.shared import Mm

        table = self.document.add_table(rows, len(widths), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
            for cell in column.cells:
                cell.width = Mm(width)
        return table

    def _fill(
        self,
        cell: "_Cell",
        lines: Iterable[Words],
        *,
        bold: bool = False,
        right: bool = False,
        size: float | None = None,
        colour: str | None = None,
        style: str = "Cell",
    ) -> None:
        """Words into a cell, a paragraph a line."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        for place, words in enumerate(lines):
            paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
            paragraph._p.style = self._style_id(style)
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._said(paragraph, words, bold=bold, size=size, colour=colour)

    def _said(
        self,
        paragraph: "Lines",
        words: Words,
        *,
        before: str = "",
        bold: bool = False,
        size: float | None = None,
        colour: str | None = None,
        keep: bool = False,
    ) -> None:
        """Words with their language, and readings as ruby above them."""
        from docx.shared import Pt, RGBColor

        told = said(words)
        paragraph.paragraph_format.keep_with_next = keep or paragraph.paragraph_format.keep_with_next
        for letters, above in [*([[before, ""]] if before else []), *told["runs"]]:
            high = size or self._size(paragraph)
            run = reading(paragraph, letters, above, high) if above else paragraph.add_run(letters)
            language_of(run, told["lang"])
            if bold:
                run.bold = True
            if size:
                run.font.size = Pt(size)
            if colour:
                run.font.color.rgb = RGBColor.from_string(colour)

    def _paragraph(self, style: str) -> "Lines":
        return self.document.add_paragraph(style=style)

    def _size(self, paragraph: "Lines") -> float:
        """Of the letters of a paragraph's style, in points; looked up once as well."""
        style: Any = paragraph._p.style
        if style not in self.sizes:
            known: Any = paragraph.style
            self.sizes[style] = known.font.size.pt
        return self.sizes[style]

    def _style_id(self, name: str) -> str:
        """Looked up once: for every cell anew it took longer than all the rest."""
        if name not in self.style_ids:
            self.style_ids[name] = str(self.document.styles[name].style_id)
        return self.style_ids[name]

    def _gap(self) -> None:
        """A line apart: two tables that touch would become one."""
        self.document.add_paragraph(style="Note")
