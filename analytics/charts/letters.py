"""How wide words are, and their outlines for files: each letter is read from its font once and then known."""

import threading
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from app.web.fonts import font_files

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font
    from matplotlib.path import Path

Weight = Literal["normal", "bold"]
FONTS = {"ja": (0, 2), "en": (2, 0)}
"""Which of the font files a letter comes from, by language; the second has those that the first lacks."""
BOLD = 1
UNSEEN = ("Cc", "Cf", "Mn")
"""Kinds of characters that only change others: they leave no box where the fonts have no sign for them."""
UNITS = 100
"""Outlines and widths are in hundredths of the size of the text."""
PENS = {1: (1, "M"), 2: (1, "L"), 3: (2, "Q"), 4: (3, "C"), 79: (0, "Z")}
"""By matplotlib's code of a path: how many points it takes, and the letter that SVG has for it."""

_loading = threading.Lock()


@dataclass(frozen=True)
class Letter:
    """One letter of one font. name: its own in any file, none for what is not seen; file: which of the font files it is
    from, glyph: its number in it; points, codes: of its outline as matplotlib has them, from its place on the baseline;
    none for a blank."""

    name: str
    file: int
    glyph: int
    width: float
    points: Any
    codes: Any

    @cached_property
    def outline(self) -> str:
        """Of an SVG path, empty for a blank. The code of a curve stands at each of its points."""
        steps, index = [], 0
        while index < len(self.codes):
            taken, pen = PENS[int(self.codes[index])]
            places = self.points[index : index + taken].ravel()
            steps.append(pen + " ".join(f"{place:.1f}".removesuffix(".0") for place in places))
            index += max(taken, 1)
        return "".join(steps)


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
    return max(sum(letter_of(one, weight, lang).width for one in line) for line in text.split("\n")) * size / UNITS / 72


def outlined(words: list[Words], lang: str) -> str:
    """Words as SVG in points: every letter that occurs once, and where it stands; comments spell them out."""
    letters: dict[str, str] = {}
    lines = [_outlined_line(one, lang, letters) for one in words]
    known = "".join(f'<path id="{name}" d="{outline}"/>\n' for name, outline in letters.items())
    return f' <defs>\n{known}</defs>\n <g id="words">\n{"".join(lines)}</g>\n'


def drawn_words(words: list[Words], lang: str, *, height: float) -> "Path":
    """Words as one outline, in inches from the left and from the lower edge of a paper of this height."""
    import numpy as np
    from matplotlib.path import Path

    letters: list[Letter] = []
    places: list[tuple[float, float, float]] = []
    for one in words:
        at, base, scale = one.left, height - one.base, one.size / UNITS / 72
        for letter in (letter_of(sign, one.weight, lang) for sign in one.text):
            if len(letter.codes):
                letters.append(letter)
                places.append((scale, at, base))
            at += letter.width * scale
    if not letters:
        return Path(np.empty((0, 2)), np.empty(0, Path.code_type))
    many = [len(letter.codes) for letter in letters]
    points = np.concatenate([letter.points for letter in letters])
    scales, across, up = (np.repeat(side, many) for side in np.array(places).T)
    points *= scales[:, np.newaxis]  # where they are: another copy takes as long as reckoning
    points[:, 0] += across
    points[:, 1] += up
    return Path(points, np.concatenate([letter.codes for letter in letters]))


def _outlined_line(words: Words, lang: str, letters: dict[str, str]) -> str:
    at, placed = 0.0, []
    for one in words.text:
        letter = letter_of(one, words.weight, lang)
        if letter.outline:
            letters[letter.name] = letter.outline
            placed.append(f'<use href="#{letter.name}" x="{at:.1f}"/>')
        at += letter.width
    scale, spelled = words.size / UNITS, words.text.replace("--", "- -")
    moved = f"translate({words.left * 72:.2f} {words.base * 72:.2f}) scale({scale:g} {-scale:g})"
    return f'<!-- {spelled} -->\n<g fill="{words.colour}" transform="{moved}">{"".join(placed)}</g>\n'


@lru_cache(maxsize=8000)
def letter_of(one: str, weight: Weight, lang: str) -> Letter:
    """The sign as it is drawn."""
    from matplotlib.ft2font import LoadFlags

    with _loading:
        for index in FONTS[lang]:
            file = index + BOLD * (weight == "bold")
            font = opened(file)
            if glyph := font.get_char_index(ord(one)):
                break
        if not glyph and unicodedata.category(one) in UNSEEN:
            return Letter("", file, 0, 0, (), ())
        width = font.load_glyph(glyph, LoadFlags.NO_HINTING).linearHoriAdvance / 65536
        return Letter(f"g{file}-{glyph:x}", file, glyph, width, *font.get_path())


@cache
def opened(file: int) -> "FT2Font":
    """The font file of this number."""
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(font_files()[file]))
    font.set_size(UNITS, 72)
    return font
