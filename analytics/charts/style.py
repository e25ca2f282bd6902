"""One house style for every chart: colours, sizes, where lines break.

Colours are those of the categories' keys on the pages (app/static/css/_tokens.css), apart for every kind of colour
vision; beside them stand hatches and numbers, so that a grey print says the same.
"""

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DOTS_PER_INCH = 200

INK, SOFT, RULE, PAPER = "#1a1a1a", "#4d4d4d", "#cccccc", "#ffffff"
ACCENT, PALE = "#0055ad", "#97d3ff"
SERIES = ("#0055ad", "#b78f00", "#00a3bf", "#8b3200", "#500050", "#08351f")
UNASKED = "#767676"
ON_SERIES = (PAPER, INK, INK, PAPER, PAPER, PAPER)
HATCHES = ("", "", "///", "\\\\\\", "", "...")

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
