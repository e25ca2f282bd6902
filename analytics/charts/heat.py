"""Two dimensions crossed: a field for each pair, with its number, the darker the more people."""

from typing import TYPE_CHECKING

from analytics.charts.data import Heat
from analytics.charts.style import ACCENT, EDGE, INK, LINE, PAPER, RULE, SOFT, Frame, Shape, Sheet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIELD = 0.34
MOST_ROWS, MOST_COLUMNS = 30, 12
DARK = 0.55
"""From this share of the largest number on, numbers are written in the paper's colour."""


def draw_heat(chart: Heat, frame: Frame, shape: Shape) -> Sheet:
    """Labels of rows to the left, of columns above, in up to four lines."""
    words = 22 if shape == "narrow" else 34
    labels = [wrapped(label, columns=words, lines=2) for label in chart.rows]
    left = EDGE + (1.5 if shape == "narrow" else 2.9)
    width = (4.3 if shape == "narrow" else 9.6) - left - EDGE
    across = width / len(chart.columns)
    size = 8 if shape == "narrow" or across < 0.62 else 10
    heads = [wrapped(label, columns=max(4, int(across * 144 / size)), lines=4) for label in chart.columns]
    head = max(len(one) for one in heads) * size * LINE / 72 + 0.1
    heights = [max(FIELD, len(one) * size * LINE / 72 + 0.08) for one in labels]
    sheet = Sheet(frame, shape, height=head + sum(heights))
    axes = sheet.axes(left, head, width, sum(heights))
    axes.set_xlim(0, len(chart.columns))
    axes.set_ylim(sum(heights), 0)
    axes.set_xticks([])
    axes.set_yticks([])
    for index, lines in enumerate(heads):
        axes.text(index + 0.5, -0.06, "\n".join(lines), ha="center", va="bottom", fontsize=size, color=INK)
    top, largest = 0.0, max((n for row in chart.cells for n in row if isinstance(n, int)), default=0)
    for lines, height, row in zip(labels, heights, chart.cells, strict=True):
        axes.text(-0.1 / across, top + height / 2, "\n".join(lines), ha="right", va="center", fontsize=size, color=INK)
        for index, cell in enumerate(row):
            _field(axes, index, top, height, cell, largest=largest, size=size)
        top += height
    return sheet


def _field(axes: "Axes", index: int, top: float, height: float, cell: int | str, *, largest: int, size: float) -> None:
    """One field: its shade, and its number; what is not known has no shade but a hatch."""
    from matplotlib.patches import Rectangle

    known = isinstance(cell, int)
    share = cell / largest if isinstance(cell, int) and largest else 0.0
    looks = {"facecolor": _shade(share), "edgecolor": RULE, "linewidth": 0.6, "hatch": None if known else "////"}
    axes.add_artist(Rectangle((index, top), 1, height, **looks))  # type: ignore[arg-type]
    box = None if known else {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}
    ink = SOFT if not known or not cell else PAPER if share >= DARK else INK
    words = f"{cell:,}" if isinstance(cell, int) else cell
    weight = "bold" if known and cell else "normal"
    axes.text(
        index + 0.5,
        top + height / 2,
        words,
        ha="center",
        va="center",
        fontsize=size,
        color=ink,
        fontweight=weight,
        bbox=box,
    )


def _shade(share: float) -> str:
    """From the paper's colour to the accent."""
    ends = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (PAPER, ACCENT)]
    return "#" + "".join(f"{round(light + (dark - light) * share):02x}" for light, dark in zip(*ends, strict=True))
