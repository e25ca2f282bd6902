"""How one cell of a table is written where people read it: numbers with thousands set apart, or why there is none."""

import re

from analytics.exports.table import Cell, Column
from analytics.exports.words import MISSING
from analytics.report.document import Grid
from analytics.rules import Missing
from app.web.languages import LocalText, current_language

BEFORE_NUMBER = re.compile(r" (?=\d)")
AFTER_NUMBER = re.compile(r"(?<=\d)(?: · |・)")


def shown(column: Column, cell: Cell) -> LocalText | str:
    """What stands in the cell."""
    if cell is None:
        return ""
    if isinstance(cell, Missing):
        return str(MISSING[cell])
    if isinstance(cell, str):
        return cell
    return f"{cell:.1f}%" if column.kind == "share" else f"{cell:,}"


def set_together(words: LocalText | str) -> LocalText | str:
    """A number in words stays on the line of what it counts."""
    return BEFORE_NUMBER.sub("\u00a0", words) if isinstance(words, str) else words


def apart(words: LocalText | str) -> list[LocalText | str]:
    """Ways of counting with their numbers, one by one: side by side some programs divide a number."""
    return [*AFTER_NUMBER.split(words)] if isinstance(words, str) else [words]


def kind_of(cell: Cell) -> str:
    """missing, none, words or number."""
    if cell is None:
        return "none"
    if isinstance(cell, Missing):
        return "missing"
    return "words" if isinstance(cell, str) else "number"


def titled(grid: Grid) -> str:
    """What a table shows, and whether it was measured, published or made up."""
    if not grid.source:
        return grid.table.title
    brackets = "%s (%s)" if current_language() == "en" else "%s（%s）"
    return brackets % (grid.table.title, grid.source)
