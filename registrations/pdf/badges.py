"""Name badges on sheets of labels: the name as large as it can be, then where from and as what."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _

from app.db import Texts
from app.web.languages import current_language, html_lang, plain
from registrations import qr
from registrations.pdf.press import press
from registrations.pdf.words import said, verbatim


@dataclass(frozen=True)
class LabelSheet:
    """How labels lie on a sheet of A4, in millimetres: so many across and down, the first begins at left and top."""

    across: int
    down: int
    width: float
    height: float
    left: float
    top: float

    @property
    def labels(self) -> int:
        """On one sheet."""
        return self.across * self.down


LABEL_SHEETS = {
    "10": LabelSheet(2, 5, 86.4, 50.8, 18.6, 21.5),
    "10-card": LabelSheet(2, 5, 91, 55, 14, 11),
    "12": LabelSheet(2, 6, 86.4, 42.3, 18.6, 21.6),
    "8": LabelSheet(2, 4, 97, 69, 8, 10.5),
    "24": LabelSheet(3, 8, 66, 33.9, 6, 12.9),
}
"""Sheets that are sold in Japan, by a key; A4, no gaps between labels."""


@dataclass(frozen=True)
class Badge:
    """One badge. Without a name there is a line to write it on; `code`: the ticket's, drawn only where wanted."""

    name: str | None = None
    reading: str | None = None
    group: str | None = None
    category: Texts | None = None
    code: str | None = None


@dataclass(frozen=True)
class BadgeSheet:
    """What is printed, on which labels; `first`: the first label that is still there, counted from 1 along the rows."""

    event: Texts
    title: str
    labels: LabelSheet
    first: int = 1
    cutting: bool = False


def badges_pdf(sheet: BadgeSheet, badges: Iterable[Badge], *, base_url: str) -> bytes:
    """Badges in the order given, along the rows. `base_url`: what codes lead to."""
    content = {
        "lang": html_lang(current_language()),
        "title": f"{sheet.title} – {plain(sheet.event)}",
        "event": said(sheet.event),
        "sheet": asdict(sheet.labels),
        "skip": sheet.first - 1,
        "cutting": sheet.cutting,
        "badges": [_badge(one, base_url) for one in badges],
    }
    return press("badges", content)


def _badge(one: Badge, base_url: str) -> dict[str, Any]:
    return {
        "name": verbatim(one.name) or None,
        "reading": verbatim(one.reading) or None,
        "group": verbatim(one.group) or None,
        "category": said(one.category) if one.category else None,
        "drawing": qr.svg(qr.ticket_address(base_url, one.code)) if one.code else None,
        "alt": plain(_("Ticket code")) if one.code else None,
    }
