"""One house style for every chart: colours, sizes, where lines break.

Colours are those of the categories' keys on the pages (app/static/css/_tokens.css), apart for every kind of colour
vision; beside them stand hatches and numbers, so that a grey print says the same.
"""

import os
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt
from pathlib import Path
from typing import Literal

DOTS_PER_INCH = 200
MOST_DOTS = 2_500_000
"""Of one picture: one that would have more is so tall that it is shown smaller anyway, and has fewer for an inch."""

INK, SOFT, RULE, PAPER = "#1a1a1a", "#4d4d4d", "#cccccc", "#ffffff"
ACCENT, PALE = "#0055ad", "#97d3ff"
SERIES = ("#0055ad", "#b78f00", "#00a3bf", "#8b3200", "#500050", "#08351f")
UNASKED = "#767676"
ON_SERIES = (PAPER, INK, INK, PAPER, PAPER, PAPER)
HATCHES = ("", "", "///", "\\\\\\", "|||", "...")
HATCHES_AGAIN = ("...", "\\\\\\", "xxx", "///", "///", "\\\\\\")
"""From the seventh series on colours come again; another hatch tells them apart."""

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
ALONE = 2
"""Columns of a line that is a single letter."""
EDGE = 0.15
LINE = 1.45


def keep_settings_in(folder: Path) -> None:
    """Where matplotlib keeps its list of fonts: a server's user may have no home."""
    os.environ.setdefault("MPLCONFIGDIR", str(folder))


def dots_per_inch(width: float, height: float) -> float:
    """Of a picture so many inches wide and high."""
    return min(DOTS_PER_INCH, sqrt(MOST_DOTS / (width * height)))


@lru_cache(maxsize=2000)
def _wrapped(text: str, columns: int, lines: int) -> tuple[str, ...]:
    rows: list[str] = []
    row, wide = "", 0
    for piece in (part for whole in _pieces(text) for part in _parts(whole, columns)):
        if row and wide + _columns(piece.rstrip()) > columns:
            rows.append(row.rstrip())
            row, wide = "", 0
        more = piece if row else piece.lstrip()
        row, wide = row + more, wide + _columns(more)
        if len(rows) > lines:
            break
    rows.append(row.rstrip())
    if len(rows) <= lines:
        return tuple(rows)
    last = rows[lines - 1]
    while last and _columns(last) > columns - 2:
        last = last[:-1]
    return (*rows[: lines - 1], f"{last.rstrip()}…")


def wrapped(text: str, *, columns: int, lines: int) -> list[str]:
    """A text in at most `lines` lines of so many columns (a full-width letter takes two); what is cut ends in …
    A last line has more than one letter where the others can give it one. A page that keeps room for a picture lays out
    the same words as the picture: they are known then."""
    found = _wrapped(text, columns, lines)
    for fewer in (columns - 2, columns - 4):
        if len(found) > 1 and _columns(found[-1]) <= ALONE and fewer > ALONE:
            other = _wrapped(text, fewer, lines)
            found = other if len(other) == len(found) and not other[-1].endswith("…") else found
    return list(found)


def in_sentences(text: str, *, columns: int, lines: int) -> list[str]:
    """The same for a few sentences: a line ends with one of them, unless it is too long for a line."""
    rows, row = [], ""
    for sentence in _SENTENCE.findall(text):
        if row and _columns(row) + _columns(sentence.rstrip()) > columns:
            rows.append(row)
            row = ""
        row += sentence
    broken = [line for one in (*rows, row) for line in wrapped(one, columns=columns, lines=lines)]
    return broken if len(broken) <= lines else wrapped(text, columns=columns, lines=lines)


def about_width(text: str, *, size: float, lang: str) -> float:
    """How wide a text may be, in inches: a column is half of the size in Japanese; letters of English vary, most are
    less wide than this."""
    return _columns(text) * size * (0.6 if lang == "en" else 0.5) / 72


def _columns(text: str) -> int:
    return sum(map(_column, text))


@cache
def _column(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter) in "WFA" and letter not in _QUOTES else 1


def _pieces(text: str) -> list[str]:
    """Where a line may break: after a space or between full-width letters, never before a closing mark."""
    pieces: list[str] = []
    for letter in text:
        glued = pieces and (
            letter in _NEVER_FIRST
            or pieces[-1][-1] in _NEVER_LAST
            or pieces[-1][-1] + letter in _OF_A_DATE
            or (_column(letter) == _column(pieces[-1][-1]) == 1 and pieces[-1][-1] != " ")
        )
        if glued:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _parts(piece: str, columns: int) -> list[str]:
    """A word that no line has room for is broken: it would push what it labels off the paper."""
    if _columns(piece.rstrip()) <= columns:
        return [piece]
    parts, wide = [""], 0
    for letter in piece:
        before = parts[-1][-1:]
        inside = before and _column(before) == _column(letter) == 1 and letter not in _NEVER_FIRST
        if inside and wide >= columns:
            parts.append("")
            wide = 0
        parts[-1] += letter
        wide += _column(letter)
    return parts


_SENTENCE = re.compile(r".+?(?:[。！？] *|[.!?] +|$)", re.DOTALL)
_OF_A_DATE = frozenset(
    ["日（", *(two for one in range(10) for two in (f"月{one}", f"{one}年", f"{one}月", f"{one}日"))]
)
_NEVER_FIRST = "、。，．・：；？！）」』】〉》〕］｝ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々〜～％…), "
_QUOTES = "‘’“”"
"""Letters of a word in English, as wide as half a kanji there; Unicode leaves it open."""
_NEVER_LAST = "（「『【〈《〔［｛("
