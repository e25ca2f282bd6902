"""The key above a plot: what its colours and hatches mean, in as many lines as it needs."""

from dataclasses import dataclass

from analytics.charts.style import EDGE, INK, PAPER, PAPERS, Shape, Sheet, text_width

BOX = 0.17
LINE_HEIGHT = 0.32
AFTER_BOX, AFTER_WORDS, BELOW = 0.08, 0.28, 0.12


@dataclass(frozen=True)
class Part:
    """One colour and its words. An edge of the paper's colour is no edge."""

    words: str
    fill: str
    edge: str = PAPER
    hatch: str = ""


@dataclass(frozen=True)
class Key:
    """Its parts, each with its place from the left and from the top, in inches."""

    parts: tuple[tuple[Part, float, float], ...]
    height: float


def key_of(parts: list[Part], *, shape: Shape, lang: str) -> Key:
    """Lay the parts out line by line."""
    paper = PAPERS[shape]
    placed, left, top = [], EDGE, 0.0
    for part in parts:
        width = BOX + AFTER_BOX + text_width(part.words, size=paper.text, lang=lang)
        if left > EDGE and left + width > paper.width - EDGE:
            left, top = EDGE, top + LINE_HEIGHT
        placed.append((part, left, top))
        left += width + AFTER_WORDS
    return Key(tuple(placed), top + LINE_HEIGHT + BELOW)


def draw_key(sheet: Sheet, key: Key) -> None:
    """Draw it at the top of a sheet."""
    from matplotlib.patches import Rectangle

    for part, left, top in key.parts:
        middle = 1 - (sheet.head + top + BOX / 2 + 0.02) / sheet.height
        size = (BOX / sheet.width, BOX / sheet.height)
        corner = (left / sheet.width, middle - size[1] / 2)
        edged = 0 if part.edge == PAPER else 1
        sheet.figure.add_artist(
            Rectangle(corner, *size, facecolor=part.fill, edgecolor=part.edge, hatch=part.hatch, linewidth=edged)
        )
        after = (left + BOX + AFTER_BOX) / sheet.width
        sheet.figure.text(after, middle, part.words, fontsize=sheet.paper.text, color=INK, ha="left", va="center")
