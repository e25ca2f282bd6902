"""One table as a workbook: numbers as numbers, shares as percentages, and where it comes from."""

from io import BytesIO
from typing import Any

from analytics.exports.files import cell_text, closing_rows, known_by
from analytics.exports.table import Cell, Column, Table
from analytics.exports.words import provenance_words
from app.web.languages import plain
from app.web.languages import plainly as _
from app.web.spreadsheets import storable

WIDEST = 60
ACROSS = 84
"""Characters beside each other from which on a sheet is printed across."""


def xlsx_file(table: Table) -> bytes:
    """Title, head, lines, notes; the head stays in sight."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "".join(" " if letter in r"[]:*?/\\'" else letter for letter in plain(table.title))[:31]
    _text(sheet, 1, 1, plain(table.title)).font = Font(bold=True, size=13)
    _text(
        sheet,
        2,
        1,
        "　".join(part for part in (plain(provenance_words(table.provenance)), plain(table.standing)) if part),
    )
    detailed = any(row.detail for row in table.rows)
    known = bool(table.method) and not any(column.key == "method" for column in table.columns)
    told = [_("How counted")] if known else []
    heads = [plain(table.head), *([""] if detailed else []), *(plain(column.label) for column in table.columns), *told]
    first = 3 if detailed else 2
    for at, words in enumerate(heads, start=1):
        _text(sheet, 4, at, words).font = Font(bold=True)
    for at, column in enumerate(table.columns, start=first):
        _stand(sheet.cell(4, at), column)
    sheet.freeze_panes = "C5" if detailed else "B5"
    line = 4
    for line, row in enumerate((*table.rows, *closing_rows(table)), start=5):
        labels = [plain(row.label), *([plain(row.detail)] if detailed else [])]
        for at, words in enumerate(labels, start=1):
            _text(sheet, line, at, words)
        for at, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True), start=first):
            _cell(sheet, line, at, column, cell)
        if known:
            _stand(_text(sheet, line, len(heads), known_by(table, row)), None)
    if known:
        _stand(sheet.cell(4, len(heads)), None)
    for at, note in enumerate(table.notes, start=line + 2):
        _text(sheet, at, 1, plain(note))
    _on_paper(sheet, _fit(sheet, len(heads), last=line))
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(sheet: Any, line: int, at: int, column: Column, cell: Cell) -> None:
    if isinstance(cell, int | float):
        one = sheet.cell(line, at, round(cell / 100, 6) if column.kind == "share" else cell)
        one.number_format = "0.0%" if column.kind == "share" else "#,##0"
    else:
        _stand(_text(sheet, line, at, cell_text(cell)), column)


def _stand(cell: Any, column: Column | None) -> None:
    """Heads of numbers, and words in their place, stand where numbers do; other words a little apart from these."""
    from openpyxl.styles import Alignment

    words = column is None or column.kind == "words"
    cell.alignment = Alignment(horizontal="left", indent=1) if words else Alignment(horizontal="right")


def _text(sheet: Any, line: int, at: int, words: str) -> Any:
    """Letters that never run as a formula."""
    cell = sheet.cell(line, at)
    cell.value = storable(words)
    cell.data_type, cell.quotePrefix = "s", words.startswith(("=", "+", "-", "@"))
    return cell


def _on_paper(sheet: Any, width: int) -> None:
    """A4, as wide as the page, its head on every page, which has its number."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if width > ACROSS else "portrait"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "4:4"
    sheet.oddFooter.center.text = "&P / &N"


def _fit(sheet: Any, columns: int, *, last: int) -> int:
    """As wide as what stands in a column; a full-width letter takes two. How wide all of them are."""
    from openpyxl.utils import get_column_letter

    whole = 0
    for at in range(1, columns + 1):
        texts = [str(sheet.cell(line, at).value or "") for line in range(4, last + 1)]
        widest = max((sum(2 if ord(letter) > 0x2E7F else 1 for letter in text) for text in texts), default=8)
        width = min(WIDEST, max(10, widest + 3))
        sheet.column_dimensions[get_column_letter(at)].width, whole = width, whole + width
    return whole
