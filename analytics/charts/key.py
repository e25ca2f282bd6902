"""The key above a plot: what its colours and hatches mean, in as many lines as it needs."""

from dataclasses import dataclass

from analytics.charts.letters import text_width
from analytics.charts.sheet import Sheet
from analytics.charts.style import EDGE, PAPER, PAPERS, Shape

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
    for part, left, top in key.parts:
        box = (left, top + 0.02, left + BOX, top + 0.02 + BOX)
        edged = 0 if part.edge == PAPER else 1
        sheet.fill([box], colour=part.fill, edge=part.edge, hatch=part.hatch, line=edged)
        sheet.write(left + BOX + AFTER_BOX, top + 0.02 + BOX / 2, part.words)
