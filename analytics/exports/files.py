"""Tables as files: comma-separated values that spreadsheets open as text and numbers."""

from analytics.exports.table import Cell, Column, Row, Table
from analytics.exports.words import MISSING, provenance_words, ways_words
from analytics.rules import Missing
from app.web.languages import plain
from app.web.languages import plainly as _
from app.web.tables import csv_bytes


def csv_file(table: Table) -> bytes:
    """Each line says where it comes from and how it is known, so that it may be copied elsewhere."""
    told_apart = any(column.key == "method" for column in table.columns)
    headings = [_("Code"), plain(table.head), *(heading_of(column) for column in table.columns), _("Provenance")]
    words = (plain(provenance_words(table.provenance)), plain(table.standing))
    known = str(_(" · ")).join(word for word in words if word)
    rows = [
        [row.key, plain(row.label), *map(cell_text, row.cells), known, *([] if told_apart else [known_by(table, row)])]
        for row in (*table.rows, *closing_rows(table))
    ]
    return csv_bytes([[*headings, *([] if told_apart else [_("How counted")])], *rows])


def heading_of(column: Column) -> str:
    """The name of a column in a file; shares say that they are per cent."""
    label = plain(column.label)
    return _("%(label)s (%%)", label=label) if column.kind == "share" else label


def known_by(table: Table, row: Row) -> str:
    """How a line is known: in which ways, and how much in each; where no line says it, its whole table. A line that
    does not say it beside others that do has nobody who was counted, though it may have places that were booked."""
    if row.ways:
        return plain(ways_words(row.ways))
    silent = row in table.rows and any(one.ways for one in table.rows)
    return plain(table.method) if counted(row) and not silent else ""


def counted(row: Row) -> bool:
    """Whether it has any number."""
    return any(isinstance(cell, int | float) for cell in row.cells)


def closing_rows(table: Table) -> list[Row]:
    """The total, and people, who are not the sum."""
    closing = []
    if table.total is not None:
        closing.append(Row("total", _("Total"), table.total, ways=table.ways))
    if table.distinct is not None:
        closing.append(Row("people", _("People (not the sum)"), table.distinct))
    return closing


def cell_text(cell: Cell) -> str:
    """A cell of a file: plain digits, or the word why there is none."""
    if cell is None:
        return ""
    return plain(str(MISSING[cell] if isinstance(cell, Missing) else cell))
