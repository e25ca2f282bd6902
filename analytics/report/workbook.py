"""A report as a workbook: a sheet of words, then a sheet a table; numbers are numbers and shares are percentages."""

from collections.abc import Sequence
from datetime import datetime, time
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from analytics.exports.table import Cell, Column, Table
from analytics.exports.words import side_by_side
from analytics.report.cells import shown, titled
from analytics.report.document import Facts, Grid, Keys, Listing, Paragraph, Report, Words
from analytics.report.tables import cells_of, lines_of
from app.web.languages import html_lang, plain
from app.web.spreadsheets import storable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

INK, SOFT, DEEP, RULE = "1A1A1A", "F2F2F2", "00234B", "BFBFBF"
WIDEST = 60
NARROWED = 46
CROWDED_WORDS = 30
UNDIVIDED = 15
ACROSS = 120
PAGE = 84
"""Characters beside each other: the widest column, one of words in a table that lies, the same beside many others, of
numbers before their head is divided between words, the most on a page that stands, what sentences take at least."""
SIDES = 0.5
"""Margins to the left and right of a page, in inches."""
WORDS_APART = 1.15
"""How much longer sentences are whose lines end between words."""
MOST_LYING = 8
HIGHEST = 150.0
"""Heads of more columns of numbers stand, so many points high at most: else a page is as wide as all their words."""
FONTS = {"ja": "BIZ UDPGothic", "en": "Calibri"}


def xlsx_file(report: Report) -> bytes:
    """The workbook, ready to print on A4."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title, book.properties.creator = report.name, "Uketsuke"
    if report.on:
        book.properties.created = datetime.combine(report.on, time())
    book.properties.language = html_lang(report.lang)
    words = book.active
    assert words is not None
    words.title = _sheet_name(plain(report.title), set())
    _Sheet(words, report).write_words()
    taken = {words.title}
    for _section, grid in report.grids():
        name = _sheet_name(f"{plain(grid.number)} {plain(grid.table.title)}", taken)
        taken.add(name)
        _Sheet(book.create_sheet(name), report).write_table(grid)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _sheet_name(title: str, taken: set[str]) -> str:
    """What a sheet may be called: at most 31 letters, some of them never, and none twice."""
    name = "".join(" " if letter in r"[]:*?/\'" else letter for letter in title)[:31].strip()
    return name if name not in taken else f"{name[:27]} {len(taken)}"


def _on_paper(sheet: Any, report: Report) -> None:
    """A4, as wide as the page; the name of the report above, which may take all of the line, the number of the page and
    what the report is below."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = SIDES
    sheet.oddFooter.center.text = "&P / &N"
    sheet.oddHeader.left.text = report.name.replace("&", "&&")
    sheet.oddFooter.right.text = plain(report.mark)


class _Sheet:
    """One sheet being written from the top."""

    def __init__(self, sheet: "Worksheet", report: Report) -> None:
        self.sheet, self.report, self.at = sheet, report, 0
        self.font = FONTS[html_lang(report.lang)]
        self.sentences: list[tuple[int, str, int]] = []
        _on_paper(sheet, report)

    def write_words(self) -> None:
        """Everything that is not a table, and where each table is: its number is the name of its sheet."""
        report = self.report
        self.sheet.column_dimensions["A"].width, self.sheet.column_dimensions["B"].width = 30, 90
        self._line(report.name, size=16, bold=True)
        for one in (report.period, report.about, report.source, report.made):
            self._line(plain(one))
        for section in report.sections:
            self.at += 1
            self._line(f"{section.number}  {plain(section.title)}", size=13, bold=True, colour=DEEP)
            for block in section.blocks:
                self._block(block)
        self._wrap(2, 120)

    def write_table(self, grid: Grid) -> None:
        """The table from the third line on; its head stays in sight."""
        table = grid.table
        self._line(f"{plain(grid.number)}  {plain(titled(grid))}", size=13, bold=True)
        self.at += 1
        headings = [plain(table.head), *(plain(column.label) for column in table.columns)]
        detailed = any(row.detail for row in table.rows)
        if detailed:
            headings.insert(1, plain(table.about or _("When and where")))
        self._row(headings, bold=True, fill=SOFT, beside=True)
        first = len(headings) - len(table.columns) + 1
        self._beside(table, first=first)
        crowded = len(table.columns) > MOST_LYING
        if crowded:
            self._stand(table, first=first)
        self.sheet.freeze_panes = f"A{self.at + 1}"
        self.sheet.print_title_rows = f"{self.at}:{self.at}"
        for row, closing in lines_of(table):
            label = [plain(row.label), *([plain(row.detail)] if detailed else [])]
            self._row(label, bold=closing, beside=True)
            for place, (column, cell) in enumerate(cells_of(table, row), start=len(label) + 1):
                self._cell(place, column, cell, bold=closing)
        columns = len(table.columns) + 1 + detailed
        whole = self._fit(table, crowded=crowded, first=first)
        self._rule(columns, closing=sum(closing for _row, closing in lines_of(table)))
        self.at += 1
        for note in table.notes:
            self._line(plain(note))
        self._wrap(columns, whole)

    def _block(self, block: object) -> None:
        if isinstance(block, Paragraph):
            self._line(plain(block.words))
        elif isinstance(block, Facts):
            for fact in block.facts:
                self._named(fact.name, fact.lines)
        elif isinstance(block, Listing):
            self._named(block.name, block.items)
        elif isinstance(block, Keys):
            for key in block.keys:
                self._named(key.label, [side_by_side([plain(key.value), plain(key.note)])])
        elif isinstance(block, Grid):
            self._line(f"{plain(block.number)}  {plain(titled(block))}")

    def _named(self, name: Words, lines: Sequence[Words]) -> None:
        """A row for each line, so that none is as high as a page; the name beside the first."""
        for at, line in enumerate(lines):
            self._row(["" if at else plain(name), plain(line)])
            self._make_room(self.at, 2)

    def _line(self, text: str, *, size: int = 11, bold: bool = False, colour: str = INK) -> None:
        from openpyxl.styles import Font

        self.at += 1
        self._text(1, text).font = Font(name=self.font, size=size, bold=bold, color=colour)
        self.sentences.append((self.at, text, size))

    def _wrap(self, columns: int, whole: int) -> None:
        """Sentences go over all columns and into as many lines as they need; else a long one would make the print
        small. Programs reckon no height for cells that are one over several columns."""
        from openpyxl.styles import Alignment
        from openpyxl.utils import get_column_letter

        while whole < PAGE:
            columns, whole = columns + 1, whole + 12
            self.sheet.column_dimensions[get_column_letter(columns)].width = 12
        for row, text, size in self.sentences:
            self.sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
            self.sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
            lines = -(-_width(text) * size // (11 * (whole - 4))) or 1
            self.sheet.row_dimensions[row].height = min(409.0, lines * size * 1.5 + 2)

    def _row(self, texts: list[str], *, bold: bool = False, fill: str | None = None, beside: bool = False) -> None:
        """beside: numbers follow, perhaps in letters of another height."""
        from openpyxl.styles import Alignment, Font, PatternFill

        self.at += 1
        for place, text in enumerate(texts, start=1):
            cell = self._text(place, text)
            cell.font = Font(name=self.font, bold=bold)
            cell.alignment = Alignment(wrap_text=True, vertical="center" if beside else "top")
            if fill:
                cell.fill = PatternFill("solid", fgColor=fill)

    def _beside(self, table: Table, *, first: int) -> None:
        """Heads stand on the side on which the cells below them do."""
        from openpyxl.styles import Alignment

        for place, column in enumerate(table.columns, start=first):
            words = column.kind == "words"
            self.sheet.cell(self.at, place).alignment = Alignment(
                horizontal="left" if words else "right", vertical="center", wrap_text=True, indent=1 if words else 0
            )

    def _stand(self, table: Table, *, first: int) -> None:
        """Heads of numbers stand in a row as high as the longest of them needs."""
        from openpyxl.styles import Alignment

        numbers = [(at, one) for at, one in enumerate(table.columns, start=first) if one.kind != "words"]
        for place, _column in numbers:
            upright = Alignment(textRotation=90, horizontal="center", vertical="bottom", wrap_text=True)
            self.sheet.cell(self.at, place).alignment = upright
        longest = max((_width(plain(column.label)) for _place, column in numbers), default=0)
        self.sheet.row_dimensions[self.at].height = min(HIGHEST, longest * 6.0 + 12)

    def _text(self, place: int, text: str) -> Any:
        """Letters that never run as a formula."""
        cell = self.sheet.cell(self.at, place)
        cell.value = storable(text)
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
        return cell

    def _cell(self, place: int, column: Column, cell: Cell, *, bold: bool) -> None:
        from openpyxl.styles import Alignment, Font

        number = isinstance(cell, int | float)
        one = self.sheet.cell(self.at, place) if number else self._text(place, plain(shown(column, cell)))
        if isinstance(cell, int | float):
            share = column.kind == "share"
            one.value = round(cell / 100, 6) if share else cell
            one.number_format = "0.0%" if share else "#,##0"
        one.font = Font(name=self.font, bold=bold)
        side = "left" if column.kind == "words" else "right"
        inside = 1 if side == "left" else 0
        one.alignment = Alignment(horizontal=side, vertical="center", wrap_text=not number, indent=inside)

    def _fit(self, table: Table, *, crowded: bool, first: int) -> int:
        """How wide all are together. Each is as wide as what stands in it, where a full-width letter takes two; heads
        of numbers and words in their place are divided between words. A wide table is printed across, its words in more
        lines. crowded: heads stand from column `first` on, and words before it take more lines."""
        from openpyxl.utils import get_column_letter

        head, columns = self._head(), first - 1 + len(table.columns)
        words = {*range(1, first), *(at for at, one in enumerate(table.columns, start=first) if one.kind == "words")}
        widths = {}
        for place in range(1, columns + 1):
            below = head + 1 if crowded and place >= first else head
            texts = [str(self.sheet.cell(row, place).value or "") for row in range(below, self.at + 1)]
            widest = max(map(_width, texts), default=8) + 3
            if place not in words:
                pieces = (piece for text in texts for piece in text.split())
                widest = min(widest, max(UNDIVIDED, max(map(_width, pieces), default=0) + 3))
            widths[place] = min(CROWDED_WORDS if crowded else WIDEST, max(7 if crowded else 10, widest))
        if sum(widths.values()) > ACROSS:
            widths |= {place: min(NARROWED, widths[place]) for place in words}
        if sum(widths.values()) > ACROSS:
            self.sheet.page_setup.orientation = "landscape"
        for place, width in widths.items():
            self.sheet.column_dimensions[get_column_letter(place)].width = width
        for row in range(head + 1 if crowded else head, self.at + 1):
            self._make_room(row, columns, around=2.0)
        return sum(widths.values())

    def _head(self) -> int:
        """The row of the heads: the last one that stays in sight."""
        return int(str(self.sheet.freeze_panes)[1:]) - 1

    def _rule(self, columns: int, *, closing: int) -> None:
        """Lines between the rows, for paper shows none of its own; darker under the head and around what closes."""
        from openpyxl.styles import Border, Side

        light, dark = Border(bottom=Side("thin", RULE)), Border(bottom=Side("thin", INK))
        for row in range(self._head(), self.at + 1):
            line = dark if row in (self._head(), self.at - closing, self.at) else light
            for place in range(1, columns + 1):
                self.sheet.cell(row, place).border = line

    def _make_room(self, row: int, columns: int, *, around: float = 0.0) -> None:
        """A row as high as its words need: not every program looks for that when it opens a file. around: besides, in
        points."""
        from openpyxl.utils import get_column_letter

        lines = 1
        for place in range(1, columns + 1):
            cell = self.sheet.cell(row, place)
            room = self.sheet.column_dimensions[get_column_letter(place)].width - 2
            if isinstance(cell.value, str) and _width(cell.value) > room:
                lines = max(lines, ceil(_width(cell.value) * WORDS_APART / room))
        if lines > 1 or around:
            self.sheet.row_dimensions[row].height = lines * 15.0 + around


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
