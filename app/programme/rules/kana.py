"""How lists of Japanese names and readings are ordered, and under which letter a line stands."""

import unicodedata


def kana_order(text: str) -> tuple[int, str, str]:
    """Where a reading or a name stands in a list: hiragana and katakana of any width, small letters and long vowels
    alike, voice marks only between equals, a family name before longer ones. Latin letters follow, kanji last."""
    folded = _hiragana(text)
    plain = _unvoiced(folded)
    return ("ぁ" <= plain[:1] <= "ん", "a" <= plain[:1] <= "\u024f", True).index(True), plain, folded


def kana_row(text: str) -> str:
    """The row of the syllabary that a text begins in, あ to わ; A–Z for Latin letters; 他 for the rest."""
    kind, plain, _ = kana_order(text)
    if kind == 0:
        return next(row[0] for row in _SYLLABARY if plain[0] in row)
    return "A–Z" if kind == 1 else "他"


def _hiragana(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).casefold().translate(_TO_HIRAGANA)
    return " ".join(wide.split())


def _unvoiced(folded: str) -> str:
    """Without voice marks, small letters grown, a long vowel as the vowel it prolongs."""
    bare = unicodedata.normalize("NFD", folded)
    letters: list[str] = []
    for letter in (one for one in bare if one not in "\u3099\u309a"):
        grown = _GROWN.get(letter, letter)
        letters.append(_VOWELS.get(letters[-1], "") if grown == "ー" and letters else grown)
    return "".join(letters)


_SYLLABARY = (
    "あいうえお",
    "かきくけこ",
    "さしすせそ",
    "たちつてと",
    "なにぬねの",
    "はひふへほ",
    "まみむめも",
    "や　ゆ　よ",
    "らりるれろ",
    "わゐ　ゑをん",
)
_VOWELS = {letter: "あいうえお"[at] for row in _SYLLABARY for at, letter in enumerate(row[:5])}
_GROWN = dict(zip("ぁぃぅぇぉゕゖっゃゅょゎ", "あいうえおかけつやゆよわ", strict=True))
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)} | {ord("・"): " ", ord("゠"): " "}
