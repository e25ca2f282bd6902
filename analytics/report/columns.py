"""How wide the columns of a table in the document are, where their heads end a line, and whether heads stand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from analytics.exports.table import Table
from analytics.report.cells import shown
from analytics.report.document import Words
from analytics.report.fitting import LATIN, facts_of, pieces
from analytics.report.tables import lines_of
from app.web.languages import LocalText, plain

WIDTH_MM = 170.0
"""Of a table, from margin to margin."""
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


def cell_style(table: Table) -> str:
    """The letters of a table: the smaller the more columns, and the smallest where the words of eight heads would leave
    no room for the names of lines."""
    columns = len(table.columns)
    if columns > MOST_COLUMNS or (columns == MOST_LYING and not _roomy(table)):
        return "Tiny cell"
    return "Smallest cell" if columns > 6 else "Small cell" if columns > 5 else "Cell"


def _roomy(table: Table) -> bool:
    numbers = _numbers(table)
    names = NARROWEST * (1 + len(table.columns) - len(numbers))
    return sum(_needed(table, at, "Smallest cell") for at in numbers) + names <= WIDTH_MM


def _numbers(table: Table) -> list[int]:
    return [at for at, column in enumerate(table.columns) if column.kind != "words"]


def smaller(style: str) -> float:
    """The letters of what stands under the name of a line, in points."""
    return max(6.5, SIZES[style] - 1)


def stands(table: Table) -> bool:
    """Whether the heads of its numbers stand."""
    return len(table.columns) > MOST_LYING


def standing(row: Any, table: Table, style: str) -> None:
    """The heads of numbers from below upwards, in a row as high as the longest needs."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    heads = [plain(column.label) for column in table.columns if column.kind != "words"]
    row.height = Mm(min(HIGHEST, max(_long(one, style) for one in heads)) * 1.15)  # some programs have wider letters
    for cell, column in zip(row.cells[1:], table.columns, strict=True):
        if column.kind != "words":
            mark = OxmlElement("w:textDirection")
            mark.set(qn("w:val"), "btLr")
            cell._tc.get_or_add_tcPr().append(mark)
            cell.vertical_alignment = 1


def widths_of(table: Table, style: str) -> list[float]:
    """In millimetres: a column of numbers has room for the words of its head and for its numbers; names of lines take
    what they need, words the rest."""
    whole, needed = WIDTH_MM, [_needed(table, at, style) for at in _numbers(table)]
    words = len(table.columns) - len(needed)
    least = CROWDED if stands(table) or style == "Tiny cell" else NARROWEST
    most = (whole - least * (1 + words)) / (sum(needed) or 1)
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
    return _letters(text) * SIZES[style] * 0.353 + (4.0 if style == "Cell" else 2.4)


def _letters(text: str, latin: float = 0.62) -> float:
    return sum(1.0 if letter > LATIN else 0.32 if letter in ",." else latin for letter in text)


def divided(label: Words, width: float, style: str) -> Words:
    """The head of a column in lines that end between words: Japanese may be divided anywhere else."""
    text = label.text if isinstance(label, LocalText) else str(label)
    blank = " " if " " in text else ""
    parts = [f"{one}{blank}" for one in map(str, pieces(text))]
    return _set_in(label, parts, lambda one: _long(plain(one).rstrip(), style) <= width)


def between_facts(line: str, width: float, style: str) -> Words:
    """When and where, in small lines that end between a day, a time and a room: some programs divide times anywhere."""
    most = (width - (4.0 if style == "Cell" else 2.4)) / (smaller(style) * 0.353)
    return _set_in(line, facts_of(line), lambda one: _letters(plain(one), 0.57) <= most)


def _set_in(words: Words, parts: list[str], fits: Callable[[Words], bool]) -> Words:
    if fits(words):
        return words
    lines = [""]
    for part in parts:
        longer = lines[-1] + part
        lines[-1:] = [longer] if not lines[-1] or fits(longer.rstrip()) else [lines[-1].rstrip(), part]
    text = "\n".join(lines).rstrip()
    return replace(words, text=text) if isinstance(words, LocalText) else text
