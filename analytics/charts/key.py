"""The key above a plot: what its colours and hatches mean, in as many lines as it needs."""

from dataclasses import dataclass

from analytics.charts.sheet import Sheet
from analytics.charts.style import EDGE, PAPER, PAPERS, Shape, about_width

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
    """Its parts, line by line, and its height in inches."""

    lines: tuple[tuple[Part, ...], ...]
    height: float


def key_of(parts: list[Part], *, shape: Shape, lang: str) -> Key:
    """Lay the parts out line by line, by about how wide words are: a page asks for the height, and reads no font."""
    paper = PAPERS[shape]
    lines: list[list[Part]] = [[]]
    left = EDGE
    for part in parts:
        width = BOX + AFTER_BOX + about_width(part.words, size=paper.text, lang=lang)
        if lines[-1] and left + width > paper.width - EDGE:
            lines.append([])
            left = EDGE
        lines[-1].append(part)
        left += width + AFTER_WORDS
    return Key(tuple(map(tuple, lines)), len(lines) * LINE_HEIGHT + BELOW)


def draw_key(sheet: Sheet, key: Key) -> None:
    """Draw it at the top of a sheet."""
    for line, parts in enumerate(key.lines):
        left, top = EDGE, line * LINE_HEIGHT + 0.02
        for part in parts:
            edged = 0 if part.edge == PAPER else 1
            box = (left, top, left + BOX, top + BOX)
            sheet.fill([box], colour=part.fill, edge=part.edge, hatch=part.hatch, line=edged)
            sheet.write(left + BOX + AFTER_BOX, top + BOX / 2, part.words)
            left += BOX + AFTER_BOX + sheet.text_width(part.words) + AFTER_WORDS
