"""Texts as a drawing takes them: in which language, and which letters carry a reading above them."""

from collections.abc import Mapping
from typing import Any

from app.web.languages import READING, LocalText, current_language, html_lang, local
from registrations.pdf.phrases import boxes

Said = dict[str, Any]


def said(text: Mapping[str, str] | LocalText | str | None) -> Said:
    """`runs`: pairs of letters and their reading, empty for most. Readings are read in texts of ours and of organisers
    alone; what a person typed goes in as it is, with `verbatim`."""
    if isinstance(text, Mapping) or text is None:
        text = local(text)
    if isinstance(text, LocalText):
        return {"lang": html_lang(text.lang), "runs": _runs(text.text, shown=text.lang == "ja-easy")}
    return {"lang": html_lang(current_language()), "runs": _runs(str(text), shown=True)}


def headed(text: Mapping[str, str] | LocalText | str | None) -> Said:
    """As `said`, for a heading in large letters: a Japanese one is broken between its phrases alone (`whole`)."""
    words = said(text)
    if words["lang"] != "ja" or any(reading for _letters, reading in words["runs"]):
        return words
    runs = [[piece, ""] for letters, _reading in words["runs"] for piece in boxes(letters)]
    return {**words, "runs": runs, "whole": True}


def verbatim(text: str | None) -> str:
    """What somebody typed: every letter of it, in one line."""
    return " ".join((text or "").split())


def _runs(text: str, *, shown: bool) -> list[list[str]]:
    runs, last = [], 0
    for found in READING.finditer(text):
        if found.start() > last:
            runs.append([text[last : found.start()], ""])
        runs.append([found[1] or found[2], found[3] if shown else ""])
        last = found.end()
    return [*runs, [text[last:], ""]] if last < len(text) else runs
