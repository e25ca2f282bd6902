"""Where lines of narrow columns end: heads between words; and one word for neighbouring cells that lack the same."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from analytics.exports.table import Cell
from analytics.rules import Missing
from app.web.languages import LocalText, current_language, plain

Words = LocalText | str
TALLEST = 1150
"""Hundredths of an inch: so tall may a picture be, 9.6 inches wide, to stand on a page as wide as its words."""
_KANJI = "々〆㐀-鿿豈-﫿\U00020000-\U0003ffff"
_BETWEEN = re.compile(
    rf" +|(?<=[・、／）])(?!$)|(?=（)|(?<=[ぁ-ん])(?=[{_KANJI}ァ-ヺ])"
    rf"|(?<=[ァ-ヺー])(?=[{_KANJI}])|(?<=[{_KANJI}])(?=[ァ-ヺ])"
)
_COMPOUND = re.compile(rf"[{_KANJI}]{{5,}}")
SHORT = 4
LONGEST_WHOLE = 20
"""In columns, of which a full-width letter takes two."""
LATIN = "\u2e7f"
_PREFIXES = "不未非再実延各全"
_UNBROKEN = re.compile("[^\\s\u200b\u2e80-\uffff\U00020000-\U0003ffff]{25,}")
ANYWHERE = "\u200b"
"""Stands where a line may end, and is not seen."""


def pieces(words: Words, *, crowded: bool = False) -> list[Words]:
    """The words of a head, between which its line may end. Japanese has no spaces: it is divided where the script
    changes after a particle, and within long compounds. No letter stands alone at the end,
    but in easy Japanese where many columns are crowded: names of lines need that room."""
    text = words.text if isinstance(words, LocalText) else str(words)
    language = words.lang if isinstance(words, LocalText) else current_language()
    spaced = language != "ja" or "《" in text
    found = [one for one in (re.split(" +|(?<=・)|(?<! )(?=（)", text) if spaced else _japanese(text)) if one]
    if language != "en" and not (crowded and spaced) and len(found) > 1 and len(plain(found[-1])) == 1:
        found[-2:] = [(" " if spaced else "").join(found[-2:])]
    return [replace(words, text=one) if isinstance(words, LocalText) else one for one in found]


def _japanese(text: str) -> Iterator[str]:
    if len(text) <= SHORT:
        yield text
        return
    for part in _BETWEEN.split(text):
        yield from _COMPOUND.sub(_divided, part).split(ANYWHERE)


def _divided(found: re.Match[str]) -> str:
    """Most compounds are pairs of kanji; one more stands with the first pair after a prefix, else with the last."""
    letters = found[0]
    first = 3 if len(letters) % 2 and letters[0] in _PREFIXES else 2
    pairs = [letters[:first], *(letters[at : at + 2] for at in range(first, len(letters), 2))]
    if len(pairs[-1]) == 1:
        pairs[-2:] = ["".join(pairs[-2:])]
    return ANYWHERE.join(pairs)


def facts_of(line: str) -> list[str]:
    """The facts that a line sets side by side, each with the space after it."""
    return [line] if current_language() == "en" else re.findall("[^ 　]+[ 　]*", line)


def undivided(fact: str) -> bool:
    """Whether a line is never to end within it: a day, a time, the name of a room, as long as the narrowest column."""
    wide = sum(2 if letter > LATIN else 1 for letter in plain(fact).strip())
    return current_language() != "en" and wide <= LONGEST_WHOLE


def breakable(words: Words) -> Words:
    """The same, where a run of letters as long as no word may be divided anywhere."""
    text = words.text if isinstance(words, LocalText) else str(words)
    if not _UNBROKEN.search(text):
        return words
    text = _UNBROKEN.sub(lambda found: ANYWHERE.join(found[0]), text)
    return replace(words, text=text) if isinstance(words, LocalText) else text


def spans(cells: Iterable[Cell]) -> list[int]:
    """How many cells each one takes: neighbours that lack a number for the same reason are one, the others then 0."""
    found: list[int] = []
    for cell, same in groupby(cells, key=lambda one: one if isinstance(one, Missing) else object()):
        number = len(list(same))
        found += [number, *([0] * (number - 1))] if isinstance(cell, Missing) else [1] * number
    return found
