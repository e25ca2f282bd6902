"""Words found whatever their width, case, kana or form of a kanji."""

import unicodedata

from app.programme.rules.kanji import NEW_FORMS


def findable(text: str) -> str:
    """A text as it is compared in a search: letters and digits alone, of one width and case, kana as
    hiragana, old forms of kanji as new ones."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(NEW_FORMS)
    return "".join(_hiragana(sign) for sign in plain if sign.isalnum() or sign == "ー")


def holds_all(text: str, words: str) -> bool:
    """Whether every one of these words, parted by blanks, is in the text."""
    found = findable(text)
    return all(findable(word) in found for word in words.split())


def _hiragana(sign: str) -> str:
    return chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign
