"""How wide words are, and their outlines for an SVG file: each letter is read from its font once and then known."""

import threading
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import quoteattr

from app.web.fonts import font_files

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

Weight = Literal["normal", "bold"]
FONTS = {"ja": (0, 2), "en": (2, 0)}
"""Which of the font files a letter comes from, by language; the second has those that the first lacks."""
BOLD = 1
UNSEEN = ("Cc", "Cf", "Mn")
"""Kinds of characters that only change others: they leave no box where the fonts have no sign for them."""
UNITS = 100
"""Outlines and widths are in hundredths of the size of the text."""

_loading = threading.Lock()


@dataclass(frozen=True)
class Letter:
    """One letter of one font. name: its own in any file; outline: of an SVG path, empty for a blank."""

    name: str
    width: float
    outline: str


@dataclass(frozen=True)
class Words:
    """One line of text: where its baseline starts, in inches from the left and the top of the paper; size in points."""

    text: str
    left: float
    base: float
    size: float
    weight: Weight
    colour: str


def text_width(text: str, *, size: float, weight: Weight = "normal", lang: str) -> float:
    """How wide the widest line of a text will be, in inches."""
    return max(sum(_letter(one, weight, lang).width for one in line) for line in text.split("\n")) * size / UNITS / 72


def outlined(words: list[Words], lang: str) -> str:
    """Words as SVG in points: every letter that occurs once, and where it stands; comments spell them out."""
    letters: dict[str, str] = {}
    lines = [_outlined_line(one, lang, letters) for one in words]
    known = "".join(f"<path id={quoteattr(name)} d={quoteattr(outline)}/>\n" for name, outline in letters.items())
    return f' <defs>\n{known}</defs>\n <g id="words">\n{"".join(lines)}</g>\n'


def _outlined_line(words: Words, lang: str, letters: dict[str, str]) -> str:
    at, placed = 0.0, []
    for one in words.text:
        letter = _letter(one, words.weight, lang)
        if letter.outline:
            letters[letter.name] = letter.outline
            placed.append(f'<use href="#{letter.name}" x="{at:.1f}"/>')
        at += letter.width
    scale, spelled = words.size / UNITS, words.text.replace("--", "- -")
    moved = f"translate({words.left * 72:.2f} {words.base * 72:.2f}) scale({scale:g} {-scale:g})"
    return f'<!-- {spelled} -->\n<g fill="{words.colour}" transform="{moved}">{"".join(placed)}</g>\n'


@lru_cache(maxsize=8000)
def _letter(one: str, weight: Weight, lang: str) -> Letter:
    from matplotlib.ft2font import LoadFlags

    with _loading:
        for index in FONTS[lang]:
            file = index + BOLD * (weight == "bold")
            font = _font(file)
            if glyph := font.get_char_index(ord(one)):
                break
        if not glyph and unicodedata.category(one) in UNSEEN:
            return Letter("", 0, "")
        width = font.load_glyph(glyph, LoadFlags.NO_HINTING).linearHoriAdvance / 65536
        return Letter(f"g{file}-{glyph:x}", width, _outline(font))


@cache
def _font(file: int) -> "FT2Font":
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(font_files()[file]))
    font.set_size(UNITS, 72)
    return font


PENS = {1: (1, "M"), 2: (1, "L"), 3: (2, "Q"), 4: (3, "C"), 79: (0, "Z")}
"""By matplotlib's code of a path: how many points it takes, and the letter that SVG has for it."""


def _outline(font: "FT2Font") -> str:
    """The outline of the letter loaded last. The code of a curve stands at each of its points."""
    points, codes = font.get_path()
    steps, index = [], 0
    while index < len(codes):
        taken, pen = PENS[int(codes[index])]
        places = points[index : index + taken].ravel()
        steps.append(pen + " ".join(f"{place:.1f}".removesuffix(".0") for place in places))
        index += max(taken, 1)
    return "".join(steps)
