"""One house style for every chart: fonts, colours, sizes, the sheet around the plot. matplotlib is loaded at first use.

Colours are those of the categories' keys on the pages (app/static/css/_tokens.css), apart for every kind of colour
vision; beside them stand hatches and numbers, so that a grey print says the same.
"""

import os
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.sax.saxutils import escape, quoteattr

from app.web.fonts import font_files

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAMILIES = {"ja": ("BIZ UDGothic", "Noto Sans JP"), "en": ("Noto Sans JP", "BIZ UDGothic")}
"""By language, the second for letters that the first lacks; BIZ UDGothic sets Latin letters as wide as digits."""
DOTS_PER_INCH = 200

INK, SOFT, RULE, PAPER = "#1a1a1a", "#4d4d4d", "#cccccc", "#ffffff"
ACCENT, PALE = "#0055ad", "#97d3ff"
SERIES = ("#0055ad", "#b78f00", "#00a3bf", "#8b3200", "#500050", "#08351f")
UNASKED = "#767676"
ON_SERIES = (PAPER, INK, INK, PAPER, PAPER, PAPER)
HATCHES = ("", "", "///", "", "", "...")

Shape = Literal["wide", "narrow", "sheet"]
Format = Literal["svg", "png", "pdf"]
MEDIA = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


@dataclass(frozen=True)
class Frame:
    """What stands around a chart: words of the page and of the file. words: the picture said in a sentence or two.
    source: where the figures come from, printed below every picture. lang: of all these words."""

    title: str
    subtitle: str
    words: str
    source: str
    lang: str


@dataclass(frozen=True)
class Paper:
    """One size of picture, in inches and points. wide and narrow lie in a page; sheet stands alone, with its title."""

    width: float
    text: float
    small: float
    titled: bool


PAPERS: dict[Shape, Paper] = {
    "wide": Paper(width=9.6, text=11.5, small=10, titled=False),
    "narrow": Paper(width=4.3, text=11.5, small=10, titled=False),
    "sheet": Paper(width=9.6, text=11.5, small=10, titled=True),
}
EDGE = 0.15
LINE = 1.45


class Sheet:
    """A picture being drawn: laid out in inches from the top, because its height follows from what it holds."""

    def __init__(self, frame: Frame, shape: Shape, *, height: float) -> None:
        from matplotlib.figure import Figure

        prepare(frame.lang)
        self.frame, self.paper = frame, PAPERS[shape]
        self.head = self._head_height()
        self.foot = self._foot_height()
        self.width, self.height = self.paper.width, self.head + height + self.foot
        self.figure: Figure = Figure(figsize=(self.width, self.height), dpi=DOTS_PER_INCH, facecolor=PAPER)
        self._write_frame()

    def axes(self, left: float, top: float, width: float, height: float) -> "Axes":
        """A plot `top` inches below the head; its box in inches."""
        box = (
            left / self.width,
            1 - (self.head + top + height) / self.height,
            width / self.width,
            height / self.height,
        )
        axes = self.figure.add_axes(box)
        for side in axes.spines.values():
            side.set_visible(False)
        axes.tick_params(length=0, labelsize=self.paper.text, labelcolor=INK, pad=6)
        return axes

    def text_width(self, text: str, *, size: float | None = None, weight: str = "normal") -> float:
        """How wide the widest line of a text is, in inches."""
        return text_width(text, size=size or self.paper.text, weight=weight, lang=self.frame.lang)

    def saved(self, form: Format) -> bytes:
        """The file, with title, description and language inside."""
        buffer = BytesIO()
        if form == "png":
            words = {"Title": self.frame.title, "Description": self.frame.words, "Source": self.frame.source}
            self.figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={**words, "Software": "Uketsuke"})
            return buffer.getvalue()
        if form == "pdf":
            about = {"Title": self.frame.title, "Subject": self.frame.words, "Keywords": self.frame.source}
            self.figure.savefig(buffer, format="pdf", metadata={**about, "Creator": "Uketsuke", "CreationDate": None})
            return buffer.getvalue()
        metadata = {"Title": self.frame.title, "Date": None, "Creator": "Uketsuke", "Source": self.frame.source}
        self.figure.savefig(buffer, format="svg", metadata=metadata)
        return _named(buffer.getvalue().decode(), self.frame).encode()

    def _head_height(self) -> float:
        if not self.paper.titled:
            return EDGE
        return EDGE + (17 + 2 + self.paper.text) * LINE / 72 + 0.15

    def _foot_height(self) -> float:
        return len(self._foot_lines()) * self.paper.small * LINE / 72 + EDGE + 0.1

    def _foot_lines(self) -> list[str]:
        return wrapped(
            self.frame.source, columns=int((self.paper.width - 2 * EDGE) * 72 / self.paper.small * 2), lines=4
        )

    def _write_frame(self) -> None:
        place: dict[str, Any] = {"ha": "left", "va": "top"}
        if self.paper.titled:
            self._write(EDGE, EDGE, self.frame.title, fontsize=17, fontweight="bold", color=INK, **place)
            self._write(EDGE, EDGE + 19 * LINE / 72, self.frame.subtitle, fontsize=self.paper.text, color=SOFT, **place)
        foot = "\n".join(self._foot_lines())
        top = self.height - self.foot + 0.1
        self._write(EDGE, top, foot, fontsize=self.paper.small, color=SOFT, linespacing=LINE, **place)

    def _write(self, left: float, top: float, text: str, **looks: Any) -> None:
        self.figure.text(left / self.width, 1 - top / self.height, text, **looks)


def text_width(text: str, *, size: float, weight: str = "normal", lang: str) -> float:
    """How wide the widest line of a text will be, in inches."""
    return max(_line_width(line, size, weight, lang) for line in text.split("\n"))


@lru_cache(maxsize=2000)
def _line_width(line: str, size: float, weight: str, lang: str) -> float:
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties

    prepare(lang)
    measuring: Any = RendererAgg(1, 1, DOTS_PER_INCH)  # type: ignore[no-untyped-call]
    font = FontProperties(family=list(FAMILIES[lang]), size=size, weight=weight)
    width, _, _ = measuring.get_text_width_height_descent(line or " ", font, ismath=False)
    return float(width) / DOTS_PER_INCH


def prepare(lang: str) -> None:
    """Load fonts once, and set the language's. Raises MissingFonts with a sentence if they were never built."""
    from matplotlib import rcParams

    if not _prepared:
        _load_fonts()
        rcParams.update(
            {
                "svg.fonttype": "path",
                "svg.hashsalt": "uketsuke",
                "pdf.fonttype": 42,
                "axes.unicode_minus": False,
                "hatch.linewidth": 0.8,
                "text.parse_math": False,
                "savefig.facecolor": PAPER,
            }
        )
        _prepared.append(True)
    rcParams["font.family"] = list(FAMILIES[lang])


def _load_fonts() -> None:
    from matplotlib import font_manager

    for file in font_files():
        font_manager.fontManager.addfont(str(file))


_prepared: list[bool] = []


def keep_settings_in(folder: Path) -> None:
    """Where matplotlib keeps its list of fonts: a server's user may have no home."""
    os.environ.setdefault("MPLCONFIGDIR", str(folder))


def wrapped(text: str, *, columns: int, lines: int) -> list[str]:
    """A text in at most `lines` lines of so many columns (a full-width letter takes two); what is cut ends in …"""
    rows, row = [], ""
    for piece in _pieces(text):
        if row and _columns(row) + _columns(piece.rstrip()) > columns:
            rows.append(row.rstrip())
            row = ""
        row += piece if row else piece.lstrip()
    rows.append(row.rstrip())
    if len(rows) <= lines:
        return rows
    last = rows[lines - 1]
    while last and _columns(last) > columns - 2:
        last = last[:-1]
    return [*rows[: lines - 1], f"{last.rstrip()}…"]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _pieces(text: str) -> list[str]:
    """Where a line may break: after a space or between full-width letters, never before a closing mark."""
    pieces: list[str] = []
    for letter in text:
        glued = pieces and (
            letter in _NEVER_FIRST
            or pieces[-1][-1] in _NEVER_LAST
            or (_columns(letter) == 1 and _columns(pieces[-1][-1]) == 1 and not pieces[-1].endswith(" "))
        )
        if glued:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


_NEVER_FIRST = "、。，．・：；？！）」』】〉》〕］｝ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々〜～％…), "
_NEVER_LAST = "（「『【〈《〔［｛("


def _named(svg: str, frame: Frame) -> str:
    """Title, description and language where a screen reader looks for them."""
    title = f"<title>{escape(frame.title)}</title>"
    head, body = svg.split("<svg ", 1)
    body = body.replace(title, "", 1)
    opening, rest = body.split(">", 1)
    language = quoteattr(frame.lang)
    return (
        f'{head}<svg role="img" lang={language} xml:lang={language} aria-labelledby="title" aria-describedby="desc" '
        f'{opening}>\n <title id="title">{escape(frame.title)}</title>\n <desc id="desc">{escape(frame.words)} '
        f"{escape(frame.source)}</desc>{rest}"
    )
