"""What a search for registrations looks through: one spelling for all spellings."""

import re
import unicodedata
from collections.abc import Iterable

from app.programme.rules.kanji import NEW_FORMS

LONGEST_SOUGHT = 800
_KANA = {sign: sign - 0x60 for sign in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_NO_DIGIT = re.compile("[^+0-9]")
_UNSEEN = re.compile("[\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def alike(text: str) -> str:
    """A text as searches compare it: hiragana and katakana, widths, cases and the forms of one kanji are the same;
    blanks and invisible signs do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_KANA).translate(NEW_FORMS)
    seen = "".join(sign for sign in _UNSEEN.sub("", plain) if unicodedata.category(sign)[0] not in "CZ")
    return seen if seen == text else alike(seen)  # a sign and its accent may only now stand side by side


def sought_as(
    *, name: str | None, reading: str | None = None, group: str | None = None, people: Iterable[str | None] = ()
) -> str | None:
    """What a search for a registration looks through; None: nothing is known, or all of it was erased. `people`: names
    and readings of those who come along."""
    parts = (alike(part or "") for part in (name, reading, group, *people))
    return "\n".join(filter(None, parts))[:LONGEST_SOUGHT] or None


def phone_digits(text: str | None) -> str:
    """The digits of a telephone number, as two writings of it are compared: +81 45 … and 045 … are one."""
    digits = _NO_DIGIT.sub("", unicodedata.normalize("NFKC", text or ""))
    return f"0{digits[3:].removeprefix('0')}" if digits.startswith("+81") else digits.replace("+", "")
