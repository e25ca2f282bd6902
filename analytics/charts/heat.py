"""Two dimensions crossed: a field for each pair, with its number, the darker the more people."""

from dataclasses import dataclass
from functools import cache
from math import ceil

from analytics.charts.data import Heat
from analytics.charts.sheet import Box, Sheet
from analytics.charts.style import ACCENT, EDGE, INK, LINE, PAPER, PAPERS, RULE, SOFT, Frame, Shape, wrapped

FIELD = 0.34
MOST_ROWS, MOST_COLUMNS = 30, 12
SHADES = 16
"""As many shades as an eye tells apart; a file with few colours is small."""
LETTERS, LATIN = 144.0, 118.0
"""So many letters of one point stand in an inch: of Japanese, where each counts twice, and of a wide Latin word."""
SMALLEST = 6.0
"""Of heads, in points, where a word is longer than its column is wide."""
DARK = 0.55
"""From this share of the largest number on, numbers are written in the paper's colour."""


@dataclass(frozen=True)
class _Field:
    """One field: its box, and its number or the words for none."""

    box: Box
    cell: int | str

    @property
    def middle(self) -> tuple[float, float]:
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    @property
    def words(self) -> str:
        return f"{self.cell:,}" if isinstance(self.cell, int) else self.cell

    def shade(self, largest: int) -> float:
        """How dark it is, from 0 to 1."""
        return self.cell / largest if isinstance(self.cell, int) and largest else 0.0


@dataclass(frozen=True)
class CrossedFields:
    """Where the fields lie: labels of rows to the left, of columns above, in up to four lines; lengths in inches."""

    labels: list[list[str]]
    heads: list[list[str]]
    left: float
    across: float
    size: float
    head_size: float

    @classmethod
    def of(cls, chart: Heat, shape: Shape) -> "CrossedFields":
        words = 22 if shape == "narrow" else 38
        left = EDGE + (1.5 if shape == "narrow" else 2.9)
        across = (PAPERS[shape].width - left - EDGE) / len(chart.columns)
        size = 8 if shape == "narrow" or across < 0.62 else 10
        above = max(SMALLEST, min(size, across * LATIN / _longest(chart.columns)))
        heads = [wrapped(label, columns=max(4, int(across * LETTERS / above)), lines=4) for label in chart.columns]
        rows = [wrapped(label, columns=words, lines=3) for label in chart.rows]
        return cls(rows, heads, left, across, size, above)

    @property
    def head(self) -> float:
        return max(len(one) for one in self.heads) * self.head_size * LINE / 72 + 0.1

    @property
    def heights(self) -> list[float]:
        return [max(FIELD, len(one) * self.size * LINE / 72 + 0.08) for one in self.labels]

    @property
    def height(self) -> float:
        return self.head + sum(self.heights)


def _longest(heads: tuple[str, ...]) -> int:
    """Letters of the longest word that is never divided: a Japanese one may be, anywhere."""
    return max((len(word) for head in heads for word in head.split() if word.isascii()), default=1)


def height_of_heat(chart: Heat, shape: Shape) -> float:
    """Of all rows and their heads, in inches."""
    return CrossedFields.of(chart, shape).height


def draw_heat(chart: Heat, frame: Frame, shape: Shape) -> Sheet:
    """Labels of rows to the left, of columns above."""
    table = CrossedFields.of(chart, shape)
    sheet = Sheet(frame, shape, height=table.height)
    left, across, size, head = table.left, table.across, table.size, table.head
    for index, lines in enumerate(table.heads):
        middle = left + (index + 0.5) * across
        sheet.write(middle, head - 0.06, "\n".join(lines), size=table.head_size, align="center", hang="bottom")
    fields, top = [], head
    for lines, height, row in zip(table.labels, table.heights, chart.cells, strict=True):
        sheet.write(left - 0.1, top + height / 2, "\n".join(lines), size=size, align="right")
        fields += [_Field((x, top, x + across, top + height), cell) for x, cell in _placed(row, left, across)]
        top += height
    _draw_fields(sheet, fields, size)
    return sheet


def _placed(row: tuple[int | str, ...], left: float, across: float) -> list[tuple[float, int | str]]:
    return [(left + index * across, cell) for index, cell in enumerate(row)]


def _draw_fields(sheet: Sheet, fields: list[_Field], size: float) -> None:
    """Fields of one shade at once, then their numbers; what is not known has no shade but a hatch."""
    known = [one for one in fields if isinstance(one.cell, int)]
    unknown = [one for one in fields if not isinstance(one.cell, int)]
    largest = max((one.cell for one in known if isinstance(one.cell, int)), default=0)
    shades: dict[str, list[Box]] = {}
    for one in known:
        shades.setdefault(_shade(ceil(one.shade(largest) * SHADES)), []).append(one.box)
    for colour, boxes in shades.items():
        sheet.fill(boxes, colour=colour, edge=RULE, line=0.6)
    sheet.fill([one.box for one in unknown], colour=PAPER, edge=RULE, line=0.6, hatch="////")
    sheet.fill([sheet.room_for(*one.middle, one.words, size=size) for one in unknown], colour=PAPER)
    for one in fields:
        _write_cell(sheet, one, size=size, dark=one.shade(largest) >= DARK)


def _write_cell(sheet: Sheet, field: _Field, *, size: float, dark: bool) -> None:
    across, middle = field.middle
    if field.cell and isinstance(field.cell, int):
        colour = PAPER if dark else INK
        sheet.write(across, middle, field.words, size=size, weight="bold", colour=colour, align="center")
    else:
        sheet.write(across, middle, field.words, size=size, colour=SOFT, align="center")


@cache
def _shade(step: int) -> str:
    """From the paper's colour to the accent; whoever is there at all is not of the paper's colour."""
    ends = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (PAPER, ACCENT)]
    return "#" + "".join(
        f"{round(light + (dark - light) * step / SHADES):02x}" for light, dark in zip(*ends, strict=True)
    )
