"""The roster of a session for paper: who is expected, in the order of the kana, with a box to tick."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.db import Texts
from app.web.languages import current_language, html_lang, plain
from registrations.pdf.press import press
from registrations.pdf.words import said, verbatim


@dataclass(frozen=True)
class Column:
    """A category of people, as wide as its numbers."""

    key: str
    label: Texts


@dataclass(frozen=True)
class RosterLine:
    """One ticket. `numbers`: people by category's key; `note`: a word that staff must see."""

    number: str
    name: str | None
    numbers: dict[str, int]
    reading: str | None = None
    group: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class RosterPart:
    """Lines under one letter of the kana."""

    heading: str
    lines: Sequence[RosterLine]


@dataclass(frozen=True)
class Roster:
    """`heading`: of the sheet; `about`: when and where; `words`: of the columns, by their place in the table;
    `form`: where who came is typed in afterwards: the address, its code as SVG, and what is said beside it."""

    title: str
    heading: Texts
    about: str
    printed: str
    columns: Sequence[Column]
    parts: Sequence[RosterPart]
    words: dict[str, str] = field(default_factory=dict)
    form: tuple[str, str, str] | None = None


def roster_pdf(roster: Roster) -> bytes:
    """A4, with page numbers, the moment of printing, and totals at the end."""
    lines = [line for part in roster.parts for line in part.lines]
    content = {
        "lang": html_lang(current_language()),
        "title": f"{roster.title} – {plain(roster.heading)}",
        "kicker": roster.title,
        "heading": said(roster.heading),
        "about": said(roster.about),
        "printed": roster.printed,
        "columns": [said(column.label) for column in roster.columns],
        "parts": [
            {"heading": part.heading, "lines": [_line(line, roster.columns) for line in part.lines]}
            for part in roster.parts
        ],
        "totals": [sum(line.numbers.get(column.key, 0) for line in lines) for column in roster.columns],
        "total": sum(sum(line.numbers.values()) for line in lines),
        "count": len(lines),
        "form": _form(roster.form) if roster.form else None,
        "words": {name: said(word) for name, word in roster.words.items()},
    }
    return press("roster", content)


def _form(form: tuple[str, str, str]) -> dict[str, Any]:
    address, drawing, words = form
    return {"address": address, "drawing": drawing, "words": said(words), "alt": words}


def _line(line: RosterLine, columns: Sequence[Column]) -> dict[str, Any]:
    return {
        "number": line.number,
        "name": verbatim(line.name),
        "reading": verbatim(line.reading),
        "group": verbatim(line.group),
        "numbers": [line.numbers.get(column.key, 0) for column in columns],
        "total": sum(line.numbers.values()),
        "note": said(line.note) if line.note else None,
    }
