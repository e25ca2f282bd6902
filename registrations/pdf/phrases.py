"""Where a Japanese heading may be broken: between phrases, never inside a word."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from budoux import Parser

LONGEST = 9
"""Letters that stay together at most: a line of a large heading holds no more. What is longer is broken anywhere."""

_SCRIPTS = re.compile(
    r"(?P<hiragana>[ぁ-ゟ])|(?P<katakana>[゠-ヿ])|(?P<kanji>[々〆㐀-鿿豈-﫿])|(?P<latin>[0-9A-Za-z０-９Ａ-Ｚａ-ｚ])"
)
_KATAKANA = re.compile(r"[゠-ヿ]+[ぁ-ゟ）」』】、。]*|[^゠-ヿ]+")
_STARTS_A_PHRASE, _ENDS_A_PHRASE, _SPACES = "（「『【", "：～・／、。）」』】！？", " 　"
_MARKS = _STARTS_A_PHRASE + _ENDS_A_PHRASE
_BESIDE_MARKS = re.compile(f"[{_MARKS}]|[^{_MARKS}]+")


def boxes(text: str) -> list[str]:
    """The phrases in pieces that each stand in a box: marks by themselves, for in a box they lose the space beside
    them, and no line begins or ends with one that may not."""
    return [piece for phrase in phrases(text) for piece in _BESIDE_MARKS.findall(phrase)]


@lru_cache(maxsize=512)
def phrases(text: str) -> tuple[str, ...]:
    """The text in pieces that a line may end behind; joined they are the text.

    The library's model takes some words of one script apart (た|けのこ). So it is believed only where the script
    changes, and marks that end or start a phrase are read by themselves."""
    pieces = [""]
    for piece in _model().parse(text):
        for at, letter in enumerate(piece):
            before = pieces[-1][-1:]
            if before and _may_break(before, letter, suggested=at == 0):
                pieces.append("")
            pieces[-1] += letter
    return tuple(part for piece in pieces for part in _short(piece))


def _short(piece: str) -> list[str]:
    """A piece that fits into a line; one that does not is broken where katakana begins or ends, else anywhere."""
    if len(piece) <= LONGEST:
        return [piece]
    parts = _KATAKANA.findall(piece)
    return [letters for part in parts for letters in ([part] if len(part) <= LONGEST else part)]


def _may_break(before: str, letter: str, *, suggested: bool) -> bool:
    if letter in _SPACES or before in _SPACES:
        return True
    if letter in _ENDS_A_PHRASE or before in _STARTS_A_PHRASE:
        return False
    if before in _ENDS_A_PHRASE or letter in _STARTS_A_PHRASE:
        return True
    return suggested and _script(before) != _script(letter)


def _script(letter: str) -> str | None:
    found = _SCRIPTS.match(letter)
    return found.lastgroup if found else None


@cache
def _model() -> "Parser":
    from budoux import load_default_japanese_parser  # as late as may be: only paper needs it

    return load_default_japanese_parser()
