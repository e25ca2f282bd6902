"""A report as comma-separated values: one line a cell, so that one file holds every table and a program can read it."""

from collections.abc import Iterator

from flask_babel import gettext as _

from analytics.exports.files import cell_text, heading_of
from analytics.exports.words import MISSING
from analytics.report.cells import kind_of
from analytics.report.document import Block, Facts, Grid, Listing, Paragraph, Report, Words
from analytics.report.tables import cells_of, lines_of
from analytics.rules import Missing
from app.web.languages import plain
from app.web.tables import csv_bytes


def csv_file(report: Report) -> bytes:
    """Outline and notes first, as lines of words; then every cell with its table, its line and its column."""
    return csv_bytes([_headings(), *_head(report), *_words(report), *_cells(report)])


def _headings() -> list[str]:
    return [
        plain(one)
        for one in (
            _("Section"),
            _("Code"),
            _("Line"),
            _("Column"),
            _("Value"),
            _("Why there is none"),
            _("Provenance"),
        )
    ]


def _head(report: Report) -> Iterator[list[str]]:
    for key, words in (("title", report.name), ("mark", report.mark), ("made", report.made), ("source", report.source)):
        if words:
            yield [plain(report.title), key, "", "", plain(words), "", ""]


def _words(report: Report) -> Iterator[list[str]]:
    for section in report.sections:
        for block in section.blocks:
            for name, words in _said(block):
                yield [plain(section.title), section.key, plain(name), "", plain(words), "", ""]


def _said(block: Block) -> Iterator[tuple[Words, Words]]:
    """Names, where there are any, with the lines that stand under them."""
    if isinstance(block, Paragraph):
        yield "", block.words
    elif isinstance(block, Facts):
        yield from ((fact.name, line) for fact in block.facts for line in fact.lines)
    elif isinstance(block, Listing):
        yield from ((block.name, item) for item in block.items)


def _cells(report: Report) -> Iterator[list[str]]:
    for _section, grid in report.grids():
        yield from _of_table(grid)


def _of_table(grid: Grid) -> Iterator[list[str]]:
    table = grid.table
    for row, _closing in lines_of(table):
        if row.detail:
            about = plain(table.about or _("When and where"))
            code = f"{table.name}.{row.key}.about"
            yield [plain(table.title), code, plain(row.label), about, plain(row.detail), "", plain(grid.source)]
        for column, cell in cells_of(table, row):
            if kind_of(cell) == "none":
                continue
            missing = isinstance(cell, Missing)
            yield [
                plain(table.title), f"{table.name}.{row.key}.{column.key}", plain(row.label), heading_of(column),
                "" if missing else cell_text(cell), _why(cell) if isinstance(cell, Missing) else "",
                plain(grid.source),
            ]  # fmt: skip


def _why(missing: Missing) -> str:
    return plain(_("hidden") if missing is Missing.HIDDEN else str(MISSING[missing]))
