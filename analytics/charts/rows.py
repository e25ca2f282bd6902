"""Rows of bars: where they and their labels lie, on wide paper and on narrow."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics.charts.style import EDGE, INK, LINE, PAPERS, SOFT, Shape, Sheet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAP = 0.12
BAR = 0.3
UNDER_WORDS = 0.04


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

    def middle(self, row: int) -> float:
        """Where the bar of a row lies, from the top of all rows."""
        top = sum(self.height(before) for before in range(row))
        return top + (self.lines(row) + UNDER_WORDS + BAR / 2 if self.above else max(self.lines(row), BAR) / 2)

    @property
    def total(self) -> float:
        return sum(self.height(row) for row in range(len(self.labels)))


def rows_for(texts: list[tuple[str, str]], shape: Shape, *, columns: int = 34) -> Rows:
    """Rows for labels and the smaller details under them."""
    paper = PAPERS[shape]
    above = shape == "narrow"
    columns = int((paper.width - 2 * EDGE) * 144 / paper.text) if above else columns
    labels = tuple(tuple(wrapped(label, columns=columns, lines=2)) for label, _ in texts)
    return Rows(labels, tuple(detail for _, detail in texts), above, paper.text)


def plot(sheet: Sheet, rows: Rows, *, top: float, largest: int, words: float) -> tuple["Axes", float]:
    """Axes over all rows, in inches downwards and in numbers to the right; `words` inches stay free for words."""
    texts = ["\n".join((*label, detail)) for label, detail in zip(rows.labels, rows.details, strict=True)]
    widest = 0.0 if rows.above else max(sheet.text_width(text) for text in texts)
    left = EDGE if rows.above else EDGE + widest + 0.15
    width = sheet.width - left - EDGE
    axes = sheet.axes(left, top, width, rows.total)
    inches = max(width - words - 0.1, 0.5)
    axes.set_xlim(0, max(largest, 1) * width / inches)
    axes.set_ylim(rows.total, 0)
    axes.set_xticks([])
    axes.set_yticks([])
    per_inch = max(largest, 1) / inches
    _write_labels(axes, rows, left=0.0 if rows.above else (EDGE - left) * per_inch, right=-0.15 * per_inch)
    _draw_baseline(axes, rows)
    return axes, per_inch


def _write_labels(axes: "Axes", rows: Rows, *, left: float, right: float) -> None:
    """Short labels end at their bar; those with details start at the left edge."""
    aligned = "left" if rows.above or any(rows.details) else "right"
    where = left if aligned == "left" else right
    for row, (label, detail) in enumerate(zip(rows.labels, rows.details, strict=True)):
        top = rows.middle(row) - (rows.lines(row) + UNDER_WORDS + BAR / 2 if rows.above else rows.lines(row) / 2)
        for index, line in enumerate((*label, detail)):
            middle = top + (index + 0.5) * rows.size * LINE / 72
            looks: dict[str, Any] = {"color": SOFT} if index == len(label) else {"color": INK}
            axes.text(where, middle, line, ha=aligned, va="center", fontsize=rows.size, clip_on=False, **looks)


def _draw_baseline(axes: "Axes", rows: Rows) -> None:
    """Where zero is: one line, or a piece for each bar if words stand between them."""
    middles = [rows.middle(row) for row in range(len(rows.labels))]
    half = BAR / 2 + 0.04
    spans = [(one - half, one + half) for one in middles] if rows.above else [(middles[0] - half, middles[-1] + half)]
    for start, end in spans:
        axes.plot([0, 0], [start, end], color=INK, linewidth=1, clip_on=False, solid_capstyle="butt")


def write_words(axes: "Axes", rows: Rows, row: int, words: str, *, end: float, known: bool) -> None:
    looks: dict[str, Any] = {"color": INK, "fontweight": "bold"} if known else {"color": SOFT}
    axes.text(end, rows.middle(row), words, ha="left", va="center", fontsize=rows.size, **looks)


def bar(axes: "Axes", middle: float, length: int, *, start: int = 0, height: float = BAR, **looks: Any) -> None:
    """One bar. Axes whose limits are set already need no search for new ones."""
    bars(axes, [(middle, start, length)], height=height, **looks)


def bars(axes: "Axes", spans: list[tuple[float, int, int]], *, height: float = BAR, **looks: Any) -> None:
    """Bars that look alike, each by its middle, start and length: one thing to draw, which is quicker than many."""
    from matplotlib.collections import PolyCollection

    half = height / 2
    boxes = [
        [(start, middle - half), (end, middle - half), (end, middle + half), (start, middle + half)]
        for middle, start, end in ((middle, start, start + length) for middle, start, length in spans if length)
    ]
    if boxes:
        axes.add_collection(PolyCollection(boxes, **{"linewidth": 0, **looks}), autolim=False)
