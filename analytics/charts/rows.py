"""Rows of bars: where they and their labels lie, on wide paper and on narrow."""

from dataclasses import dataclass
from functools import cached_property

from analytics.charts.letters import Weight
from analytics.charts.sheet import Box, Sheet
from analytics.charts.style import EDGE, INK, LINE, PAPERS, SOFT, Shape, wrapped

GAP = 0.12
BAR = 0.3
UNDER_WORDS = 0.04
BESIDE = 0.1
"""Between the end of a bar and its words."""


@dataclass(frozen=True)
class Rows:
    """Where rows of bars and their labels lie: labels to the left of the bars, or above them on narrow paper."""

    labels: tuple[tuple[str, ...], ...]
    details: tuple[str, ...]
    above: bool
    size: float

    def lines(self, row: int) -> float:
        """How high the words of a row are."""
        return (len(self.labels[row]) + bool(self.details[row])) * self.size * LINE / 72

    def height(self, row: int) -> float:
        return (self.lines(row) + UNDER_WORDS + BAR if self.above else max(self.lines(row), BAR)) + GAP

    @cached_property
    def middles(self) -> tuple[float, ...]:
        """Where the bars lie, from the top of all rows."""
        middles, top = [], 0.0
        for row in range(len(self.labels)):
            middles.append(top + (self.height(row) - GAP - BAR / 2 if self.above else (self.height(row) - GAP) / 2))
            top += self.height(row)
        return tuple(middles)

    @property
    def total(self) -> float:
        return sum(self.height(row) for row in range(len(self.labels)))


@dataclass(frozen=True)
class Plot:
    """Rows of a sheet with a scale: where zero is, in inches from the left, and what an inch stands for."""

    sheet: Sheet
    rows: Rows
    top: float
    left: float
    per_inch: float

    def middle(self, row: int) -> float:
        return self.top + self.rows.middles[row]

    def end(self, number: float) -> float:
        """How far to the right a bar of this length reaches."""
        return self.left + number / self.per_inch

    def box(self, row: int, length: float, *, start: float = 0, height: float = BAR) -> Box:
        """The bar of a row."""
        middle = self.middle(row)
        return self.end(start), middle - height / 2, self.end(start + length), middle + height / 2

    def draw_baseline(self) -> None:
        """Where zero is, over the bars: one line, or a piece for each bar if words stand between them."""
        middles = [self.middle(row) for row in range(len(self.rows.labels))]
        half = BAR / 2 + 0.04
        spans = [(one, one) for one in middles] if self.rows.above else [(middles[0], middles[-1])]
        lines = [[(self.left, first - half), (self.left, last + half)] for first, last in spans]
        self.sheet.stroke(lines, colour=INK, width=1)

    def write_words(self, row: int, words: str, *, end: float, known: bool) -> None:
        """Words after the bar that ends there."""
        weight: Weight = "bold" if known else "normal"
        colour = INK if known else SOFT
        left = self.end(end) + BESIDE
        self.sheet.write(left, self.middle(row), words, size=self.rows.size, weight=weight, colour=colour)


def rows_for(texts: list[tuple[str, str]], shape: Shape, *, columns: int = 34) -> Rows:
    """Rows for labels and the smaller details under them."""
    paper = PAPERS[shape]
    above = shape == "narrow"
    columns = int((paper.width - 2 * EDGE) * 144 / paper.text) if above else columns
    labels = tuple(tuple(wrapped(label, columns=columns, lines=2)) for label, _ in texts)
    return Rows(labels, tuple(detail for _, detail in texts), above, paper.text)


def plot(sheet: Sheet, rows: Rows, *, top: float, largest: int, words: float) -> Plot:
    """All rows with their labels; to the right `words` inches stay free for words."""
    texts = ["\n".join((*label, detail)) for label, detail in zip(rows.labels, rows.details, strict=True)]
    widest = 0.0 if rows.above else max(sheet.text_width(text) for text in texts)
    left = EDGE if rows.above else EDGE + widest + 0.15
    inches = max(sheet.width - left - EDGE - words - BESIDE, 0.5)
    drawn = Plot(sheet, rows, top, left, max(largest, 1) / inches)
    _write_labels(drawn)
    return drawn


def _write_labels(plot: Plot) -> None:
    """Short labels end at their bar; those with details start at the left edge."""
    rows, line = plot.rows, plot.rows.size * LINE / 72
    at_left = rows.above or any(rows.details)
    for row, (label, detail) in enumerate(zip(rows.labels, rows.details, strict=True)):
        top = plot.middle(row) - (rows.lines(row) + UNDER_WORDS + BAR / 2 if rows.above else rows.lines(row) / 2)
        for index, words in enumerate((*label, detail)):
            colour, height = SOFT if index == len(label) else INK, top + (index + 0.5) * line
            if at_left:
                plot.sheet.write(EDGE, height, words, size=rows.size, colour=colour)
            else:
                plot.sheet.write(plot.left - 0.15, height, words, size=rows.size, colour=colour, align="right")
