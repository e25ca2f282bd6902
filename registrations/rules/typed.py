"""What people really type into a box: any width, any kind of kana, days as one writes them in Japan."""

import re
import unicodedata
from datetime import date

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HIRAGANA = {sign: sign - 0x60 for sign in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_MARKS = str.maketrans({"゛": "\u3099", "゜": "\u309a", "ﾞ": "\u3099", "ﾟ": "\u309a"})
"""Marks that stand beside a kana belong to it; by themselves they would be taken for a blank and a mark."""
_READING = re.compile("[ぁ-ゖゝゞー・\u3099\u309a ]*[ぁ-ゖ][ぁ-ゖゝゞー・\u3099\u309a ]*")
_DAY = re.compile("([0-9]{4})(?:-|/|\\.|年)([0-9]{1,2})(?:-|/|\\.|月)([0-9]{1,2})日?")
_YEARS = range(1900, 2200)


def line_typed(text: str) -> str:
    """In one line, without blanks around it."""
    return _seen(" ".join(_UNSEEN.sub(" ", text).split()))


def prose_typed(text: str) -> str:
    """Line breaks and blanks inside stay, in one manner."""
    return _seen(_UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip())


def number_typed(text: str) -> int | None:
    """A whole number, 0 or more, in digits of any width; None if it is none."""
    digits = "".join(unicodedata.normalize("NFKC", text).replace(",", "").split())
    return int(digits) if re.fullmatch("[0-9]{1,9}", digits) else None


def day_typed(text: str) -> date | None:
    """A day of the calendar, as 2026-10-03, 2026/10/3 or 2026年10月3日 in any width; None if it is none."""
    found = _DAY.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    year, month, day = (int(part) for part in found.groups()) if found else (0, 0, 0)
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def hiragana(text: str) -> str | None:
    """A reading in hiragana, from any kind and width of kana, with single blanks; None if it is no kana."""
    kana = unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_HIRAGANA)
    reading = " ".join(unicodedata.normalize("NFC", kana).split())
    return reading if _READING.fullmatch(reading) else None


def _seen(text: str) -> str:
    """Nothing, if nothing of it can be seen."""
    return text if any(unicodedata.category(sign)[0] not in "CZ" for sign in text) else ""
