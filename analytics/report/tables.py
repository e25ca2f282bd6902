"""Tables as a report prints them: columns that nobody counted are named once below instead of filling the page."""

from collections.abc import Iterable
from dataclasses import replace

from flask_babel import gettext as _

from analytics.exports.files import closing_rows
from analytics.exports.table import Cell, Column, Row, Table
from analytics.rules import Missing
from app.web.languages import plain

NOBODY = {Missing.UNKNOWN, Missing.NOT_COUNTED}


def says_anything(table: Table) -> bool:
    """Whether anybody counted anything in it."""
    return any(isinstance(cell, int | float) for row in table.rows for cell in row.cells)


def printed(table: Table, *, leave_out: Iterable[str] = ()) -> Table:
    """Without the columns that are unknown from top to bottom, the first one always kept; a note says which. Another
    says how all of it is known."""
    unwanted = set(leave_out)
    unknown = {column.key for index, column in enumerate(table.columns) if index and _unknown(table, index)}
    noted = [plain(column.label) for column in table.columns if column.key in unknown - unwanted]
    notes = table.notes
    if noted:
        notes = (*notes, _("Not shown because nobody counted: %(columns)s.", columns=_(", ").join(noted)))
    if table.method:
        notes = (*notes, _("Known by: %(ways)s", ways=table.method))
    return replace(without(table, unknown | unwanted), notes=notes)


def without_zeroes(table: Table) -> Table:
    """Without the columns that are 0 from top to bottom, the first one always kept; a note says which."""
    zero = {
        column.key: plain(column.label)
        for index, column in enumerate(table.columns)
        if index and all(row.cells[index] == 0 for row in table.rows)
    }
    if not zero:
        return table
    note = _("Not shown because 0 in every line: %(columns)s.", columns=_(", ").join(zero.values()))
    return replace(without(table, zero), notes=(*table.notes, note))


def without(table: Table, columns: Iterable[str]) -> Table:
    """The same without these columns."""
    gone = set(columns)
    kept = [index for index, column in enumerate(table.columns) if column.key not in gone]

    def cells(of: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(of[index] for index in kept)

    return replace(
        table,
        columns=tuple(table.columns[index] for index in kept),
        rows=tuple(replace(row, cells=cells(row.cells)) for row in table.rows),
        total=None if table.total is None else cells(table.total),
        distinct=None if table.distinct is None else cells(table.distinct),
    )


def lines_of(table: Table) -> list[tuple[Row, bool]]:
    """Every line of a table, and whether it closes it: the total, and people, who are not the sum."""
    return [(row, False) for row in table.rows] + [(row, True) for row in closing_rows(table)]


def cells_of(table: Table, row: Row) -> Iterable[tuple[Column, Cell]]:
    return zip(table.columns, row.cells, strict=True)


def _unknown(table: Table, index: int) -> bool:
    """From top to bottom. What needs no booking, or does not take place, is known; it only has no number."""
    cells = {row.cells[index] for row in table.rows}
    return bool(cells & NOBODY) and cells <= {*NOBODY, Missing.NO_BOOKING, Missing.CANCELLED}
