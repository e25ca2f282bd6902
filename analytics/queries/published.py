"""What somebody else published about an event: imported lines whose source is a publication."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.programme.models import Category
from checkin.models import Entry, EntryNumber, FigureSource

PROVENANCE = "published"


@dataclass(frozen=True)
class PublishedRow:
    """One category's people as published; `share` in per cent of the total, one decimal."""

    key: str
    label: Mapping[str, str]
    number: int
    share: float


@dataclass(frozen=True)
class PublishedFigures:
    """The published attendance, and what its source says of measure and method."""

    rows: tuple[PublishedRow, ...]
    total: int
    source: Mapping[str, str]
    measure_note: Mapping[str, str]
    method_note: Mapping[str, str]


def published_figures(event_id: int) -> PublishedFigures | None:
    """People by category as a publication gives them, undone lines left out; None if there is no publication."""
    number = func.sum(EntryNumber.number)
    rows = db.session.execute(
        select(Category.key, Category.label, number, FigureSource)
        .join(EntryNumber, EntryNumber.category_id == Category.id)
        .join(Entry, Entry.id == EntryNumber.entry_id)
        .join(FigureSource, FigureSource.id == Entry.source_id)
        .where(Entry.event_id == event_id, FigureSource.provenance == PROVENANCE)
        .where(Entry.id.not_in(select(Entry.undoes_id).where(Entry.undoes_id.is_not(None))))
        .group_by(Category.id, FigureSource.id)
        .order_by(Category.position)
    ).all()
    if not rows:
        return None
    total = sum(count for _, _, count, _ in rows)
    source = rows[0][3]
    shown = tuple(PublishedRow(key, label, count, round(100 * count / total, 1)) for key, label, count, _ in rows)
    return PublishedFigures(shown, total, source.title, source.measure_note, source.method_note)
