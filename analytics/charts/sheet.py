"""The sheet of a picture: shapes and words laid out in inches, and the file made of them. matplotlib is loaded late.

A chart knows where each of its things lies, so nothing here looks for room, for limits or for the size of a text.
"""

import unicodedata
from dataclasses import replace
from functools import cache
from html import escape
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from analytics.charts.letters import Weight, Words, drawn_words, outlined, text_width
from analytics.charts.printing import Size, pdf, svg
from analytics.charts.style import (
    EDGE,
    INK,
    LINE,
    PAPER,
    PAPERS,
    SOFT,
    Format,
    Frame,
    Paper,
    Shape,
    in_sentences,
)
from app.web.fonts import font_files

if TYPE_CHECKING:
    from matplotlib.patches import Patch

Align = Literal["left", "center", "right"]
Hang = Literal["top", "middle", "bottom"]
BASE: dict[Hang, float] = {"top": 0.85, "middle": 0.36, "bottom": -0.2}
"""How far below a height the baseline of words lies that hang from it, in their size: kanji and digits look centred."""
SHARE: dict[Align, float] = {"left": 0, "center": 0.5, "right": 1}

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


ABOVE_SHAPES = 9
_colour_of = attrgetter("colour")


def full_height(frame: Frame, shape: Shape, height: float) -> float:
    """How high a picture is whose plot is so high, in inches."""
    return _head_height(PAPERS[shape]) + height + _foot_height(frame, PAPERS[shape])


class Sheet:
    """A picture being drawn, in inches from the left and from the end of its head downwards."""

    def __init__(self, frame: Frame, shape: Shape, *, height: float) -> None:
        _prepare()
        self.frame, self.paper = frame, PAPERS[shape]
        self.head = _head_height(self.paper)
        self.foot = _foot_height(frame, self.paper)
        self.width, self.height = self.paper.width, self.head + height + self.foot
        self._shapes: list[Patch] = []
        self._words: list[Words] = []
        self._write_frame()

    def text_width(self, text: str, *, size: float | None = None, weight: Weight = "normal") -> float:
        """How wide the widest line of a text is, in inches."""
        return text_width(text, size=size or self.paper.text, weight=weight, lang=self.frame.lang)

    def write(
        self,
        left: float,
        top: float,
        text: str,
        *,
        size: float | None = None,
        weight: Weight = "normal",
        colour: str = INK,
        align: Align = "left",
        hang: Hang = "middle",
    ) -> None:
        """Words at a place, line below line; above every shape. align, hang: what of them lies at the place."""
        size = size or self.paper.text
        lines, apart = unicodedata.normalize("NFC", text).split("\n"), size * LINE / 72
        above = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[hang] * (len(lines) - 1) * apart
        base = self.head + top + BASE[hang] * size / 72 - above
        for index, line in enumerate(lines):
            shift = self.text_width(line, size=size, weight=weight) * SHARE[align] if SHARE[align] else 0
            self._words.append(Words(line, left - shift, base + index * apart, size, weight, colour))

    def fill(self, boxes: list[Box], *, colour: str, edge: str = PAPER, line: float = 0, hatch: str = "") -> None:
        """Boxes that look alike, none over another: one thing to draw. hatch: in the colour of the edge."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        around = [((x, y), (right, y), (right, end), (x, end), (x, y)) for x, y, right, end in boxes if x != right]
        if around:
            steps = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(around)
            path = Path([self._point(corner) for box in around for corner in box], steps)
            looks: dict[str, Any] = {"facecolor": colour, "edgecolor": edge, "linewidth": line, "hatch": hatch or None}
            self._shapes.append(PathPatch(path, **looks))

    def room_for(self, across: float, middle: float, text: str, *, size: float, weight: Weight = "normal") -> Box:
        """Where words lie that are centred there: a hatch under them would make them hard to read."""
        half = self.text_width(text, size=size, weight=weight) / 2 + 0.02
        return across - half, middle - size / 120, across + half, middle + size / 120

    def stroke(
        self, lines: list[list[Point]], *, colour: str, width: float, dashes: tuple[float, ...] | None = None
    ) -> None:
        """Lines that look alike. dashes: of a broken one, in widths of the line."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        if lines:
            steps = [Path.LINETO if index else Path.MOVETO for one in lines for index in range(len(one))]
            path = Path([self._point(point) for one in lines for point in one], steps)
            style: Any = (0, dashes) if dashes else "solid"
            looks: dict[str, Any] = {"edgecolor": colour, "linewidth": width, "linestyle": style, "joinstyle": "round"}
            self._shapes.append(PathPatch(path, facecolor="none", **looks))

    def dots(self, places: list[Point], *, colour: str, size: float) -> None:
        """Round dots; size: across, in points."""
        from matplotlib.patches import Circle

        self._shapes += [Circle(self._point(place), size / 144, facecolor=colour, linewidth=0) for place in places]

    def saved(self, form: Format) -> bytes:
        """The file, with title, description and language inside."""
        return {"svg": self._svg, "png": self._png, "pdf": self._pdf}[form]()

    def _svg(self) -> bytes:
        frame = self.frame
        about = {"Title": frame.title, "Date": None, "Creator": "Uketsuke", "Source": frame.source}
        shapes, end, _ = _named(svg(self._size, self._shapes, about), frame).rpartition("</svg>")
        return f"{shapes}{outlined(self._words, frame.lang)}{end}\n".encode()

    def _pdf(self) -> bytes:
        from analytics.charts.writing import Writing

        frame = self.frame
        flipped = [replace(one, base=self.height - one.base) for one in self._words]
        writing = Writing(flipped, frame.lang, above=ABOVE_SHAPES)
        about = {"Title": frame.title, "Subject": frame.words, "Keywords": frame.source, "Creator": "Uketsuke"}
        return pdf(self._size, [*self._shapes, writing], {**about, "CreationDate": None})

    def _png(self) -> bytes:
        from analytics.charts.dots import png

        frame, written = self.frame, groupby(sorted(self._words, key=_colour_of), key=_colour_of)
        letters = [self._letters(colour, list(words)) for colour, words in written]
        words = {"Title": frame.title, "Description": frame.words, "Source": frame.source, "Software": "Uketsuke"}
        return png(self._size, [*self._shapes, *letters], about=words)

    def _letters(self, colour: str, words: list[Words]) -> "Patch":
        """Words of one colour as one shape, above all others."""
        from matplotlib.patches import PathPatch

        path = drawn_words(words, self.frame.lang, height=self.height)
        return PathPatch(path, facecolor=colour, linewidth=0, zorder=ABOVE_SHAPES)

    def _point(self, place: Point) -> Point:
        """From the lower left corner of the paper, as matplotlib counts."""
        return place[0], self.height - self.head - place[1]

    @property
    def _size(self) -> Size:
        return self.width, self.height

    def _write_frame(self) -> None:
        if self.paper.titled:
            top = EDGE - self.head
            self.write(EDGE, top, self.frame.title, size=17, weight="bold", hang="top")
            self.write(EDGE, top + 19 * LINE / 72, self.frame.subtitle, colour=SOFT, hang="top")
        top = self.height - self.foot + 0.1 - self.head
        self.write(
            EDGE, top, "\n".join(_foot_lines(self.frame, self.paper)), size=self.paper.small, colour=SOFT, hang="top"
        )


def _head_height(paper: Paper) -> float:
    if not paper.titled:
        return EDGE
    return EDGE + (17 + 2 + paper.text) * LINE / 72 + 0.15


def _foot_height(frame: Frame, paper: Paper) -> float:
    return len(_foot_lines(frame, paper)) * paper.small * LINE / 72 + EDGE + 0.1


def _foot_lines(frame: Frame, paper: Paper) -> list[str]:
    columns = int((paper.width - 2 * EDGE) * 72 / paper.small * 2)
    return in_sentences(frame.source, columns=columns, lines=4)


@cache
def _prepare() -> None:
    """Load fonts once. Raises MissingFonts with a sentence if they were never built.

    Letters of a PDF are outlines that can be searched (3): cutting a whole Japanese font down (42) takes
    twenty times as long."""
    from matplotlib import font_manager, rcParams

    for file in font_files():
        font_manager.fontManager.addfont(str(file))
    rcParams.update({"svg.hashsalt": "uketsuke", "pdf.fonttype": 3, "hatch.linewidth": 0.8})


def _named(svg: str, frame: Frame) -> str:
    """Title, description and language where a screen reader looks for them."""
    title, words, source = (escape(one, quote=False) for one in (frame.title, frame.words, frame.source))
    head, body = svg.split("<svg ", 1)
    body = body.replace(f"<title>{title}</title>", "", 1)
    opening, rest = body.split(">", 1)
    lang = escape(frame.lang)
    return (
        f'{head}<svg role="img" lang="{lang}" xml:lang="{lang}" aria-labelledby="title" aria-describedby="desc" '
        f'{opening}>\n <title id="title">{title}</title>\n <desc id="desc">{words} {source}</desc>{rest}'
    )
