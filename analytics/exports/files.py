"""Tables as files: comma-separated values that spreadsheets open as text and numbers, and the answer of the API."""

from datetime import datetime
from typing import Any

from analytics.exports.table import Cell, Column, Row, Table
from analytics.exports.words import MISSING, provenance_words
from analytics.rules import Missing
from analytics.rules.figures import Count, Figures
from app.web.languages import LocalText, plain
from app.web.languages import plainly as _
from app.web.tables import csv_bytes


def csv_file(table: Table) -> bytes:
    """Each line says where it comes from and how it is known, so that it may be copied elsewhere."""
    told_apart = any(column.key == "method" for column in table.columns)
    headings = [_("Code"), plain(table.head), *(heading_of(column) for column in table.columns), _("Provenance")]
    words = (plain(provenance_words(table.provenance)), plain(table.standing))
    known = str(_(" · ")).join(word for word in words if word)
    tail = [known, *([] if told_apart else [plain(table.method)])]
    rows = [
        [row.key, plain(row.label), *map(cell_text, row.cells), *tail] for row in (*table.rows, *closing_rows(table))
    ]
    return csv_bytes([[*headings, *([] if told_apart else [_("How counted")])], *rows])


def heading_of(column: Column) -> str:
    """The name of a column in a file; shares say that they are per cent."""
    label = plain(column.label)
    return _("%(label)s (%%)", label=label) if column.kind == "share" else label


def closing_rows(table: Table) -> list[Row]:
    """The total, and people, who are not the sum."""
    closing = []
    if table.total is not None:
        closing.append(Row("total", _("Total"), table.total))
    if table.distinct is not None:
        closing.append(Row("people", _("People (not the sum)"), table.distinct))
    return closing


def cell_text(cell: Cell) -> str:
    """A cell of a file: plain digits, or the word why there is none."""
    if cell is None:
        return ""
    return plain(str(MISSING[cell] if isinstance(cell, Missing) else cell))


def answer(figures: Figures, tables: dict[str, Table], *, at: datetime, definitions: str) -> dict[str, Any]:
    """What the API answers: the same figures, with nothing personal in them. definitions: the address of the page
    that says what each measure means."""
    return {
        "event": figures.facts.slug,
        "title": dict(figures.facts.title),
        "at": at.isoformat(),
        "newest_line_at": figures.newest_at.isoformat() if figures.newest_at else None,
        "provenance": [one.value for one in figures.provenance],
        "edition": figures.edition,
        "standing": "preliminary" if figures.edition is None else "edition",
        "definitions": definitions,
        "sources": [
            {
                "title": dict(source.title),
                "url": source.url,
                "provenance": source.provenance.value,
                "measure": dict(source.measure_note),
                "method": dict(source.method_note),
            }
            for source in figures.facts.sources
        ],
        "measures": {
            "people": _count(figures.people),
            "visits": _count(figures.visits),
            "passages": _count(figures.passages),
            "reentries": figures.reentries if isinstance(figures.visits, Count) else None,
        },
        "tables": {name: _table(table) for name, table in tables.items()},
    }


def _count(count: Count | Missing) -> dict[str, Any]:
    if isinstance(count, Missing):
        return {"number": None, "missing": count.value, "anonymous": None, "methods": {}}
    methods = {method.value: number for method, number in count.methods.items()}
    return {"number": count.number, "missing": None, "anonymous": count.anonymous, "methods": methods}


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": plain(table.title),
        "measures": [measure.value for measure in table.measures],
        "provenance": [one.value for one in table.provenance],
        "columns": [{"key": column.key, "label": plain(column.label), "kind": column.kind} for column in table.columns],
        "rows": [_row(table, row) for row in table.rows],
        "closing": [_row(table, row) for row in closing_rows(table)],
        "notes": [plain(note) for note in table.notes],
    }


def _row(table: Table, row: Row) -> dict[str, Any]:
    """values: null where there is none; missing: why."""
    pairs = list(zip(table.columns, row.cells, strict=True))
    return {
        "key": row.key,
        "label": _label(row.label),
        "values": {column.key: None if isinstance(cell, Missing) else cell for column, cell in pairs},
        "missing": {column.key: cell.value for column, cell in pairs if isinstance(cell, Missing)},
    }


def _label(label: LocalText | str) -> str:
    return plain(label)
