"""Words for a PDF, which can be searched: each letter is told to matplotlib, which puts its font into the file, and the
lines are written here. matplotlib sets letter by letter, which took five times as long."""

from itertools import groupby
from typing import Any

from matplotlib.artist import Artist
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontPath

from analytics.charts.letters import Letter, Words, letter_of, opened


class Writing(Artist):
    """Lines of text in one language; `base` of the words is from the lower edge of the paper, in inches."""

    def __init__(self, lines: list[Words], lang: str, *, above: float) -> None:
        super().__init__()
        self.set_zorder(above)
        self._lines, self._lang = lines, lang
        self._places: dict[str, tuple[str, int]] = {}

    def draw(self, renderer: Any) -> None:
        """As a piece of the page's own language: matplotlib has none for a line that is laid out already."""
        written = "\n".join(self._written(words, renderer.file) for words in self._lines)
        renderer.file.write(f"q BT\n{written}\nET Q\n".encode())

    def _written(self, words: Words, file: Any) -> str:
        """Where it begins and its colour, then its letters, those of one font beside each other together."""
        colour = " ".join(f"{part:.3f}" for part in to_rgb(words.colour))
        placed = [self._place(letter, one, file) for one in words.text if (letter := self._letter(one, words)).name]
        parts = [
            f"/{font} {words.size:g} Tf <{''.join(f'{code:02x}' for _, code in codes)}> Tj"
            for font, codes in groupby(placed, key=lambda one: one[0])
        ]
        return " ".join((f"{colour} rg 1 0 0 1 {words.left * 72:.2f} {words.base * 72:.2f} Tm", *parts))

    def _letter(self, one: str, words: Words) -> Letter:
        return letter_of(one, words.weight, self._lang)

    def _place(self, letter: Letter, one: str, file: Any) -> tuple[str, int]:
        """In which font of the file a letter is, and its number there: fonts of drawn letters hold 256 at most."""
        key = letter.name + one
        if key not in self._places:
            font = opened(letter.file)
            part, code = file._character_tracker.track_glyph(font, one, letter.glyph)
            self._places[key] = file.fontName(FontPath(str(font.fname), font.face_index), part).name.decode(), code
        return self._places[key]
