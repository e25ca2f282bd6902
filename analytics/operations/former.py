"""Former years and the organiser's words: kept and taken away again, with what was there before in the record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from analytics.models import FormerNumber, FormerYear, ReportComment
from app.audit import record
from app.db import db
from app.errors import Refused
from app.programme.models import Event
from app.programme.operations import ChangedMeanwhile
from app.web.actors import Actor


def keep_former_year(
    event: Event,
    columns: Mapping[str, Any],
    numbers: Mapping[int, int],
    *,
    row: FormerYear | None = None,
    version: int = 0,
    at: datetime,
    actor: Actor,
) -> FormerYear:
    """A former year as typed; `row`: the one to change, `version`: as its form showed it. Raises ChangedMeanwhile, and
    Refused if this year was typed in this measure already."""
    chosen = select(FormerYear.id).filter_by(event_id=event.id, year=columns["year"], measure=columns["measure"])
    other = db.session.scalar(chosen)
    if other is not None and (row is None or other != row.id):
        raise Refused("typed_before", "This year was typed in this measure already.")
    if row is None:
        row = FormerYear(event_id=event.id, created_at=at, **columns)
        db.session.add(row)
    else:
        db.session.refresh(row)
        if row.version != version:
            raise ChangedMeanwhile(row.version)
        for name, value in columns.items():
            setattr(row, name, value)
        row.created_at = at  # also where numbers alone changed, the version rises
    db.session.flush()
    db.session.execute(delete(FormerNumber).where(FormerNumber.former_year_id == row.id))
    db.session.add_all(
        FormerNumber(former_year_id=row.id, category_id=category_id, number=number)
        for category_id, number in numbers.items()
    )
    db.session.flush()
    record(actor, "former_year.keep", f"former_year:{row.uuid}", at=at, event_id=event.id, year=row.year)
    return row


def drop_former_year(event: Event, row: FormerYear, *, at: datetime, actor: Actor) -> None:
    """Take it away with its numbers."""
    record(actor, "former_year.drop", f"former_year:{row.uuid}", at=at, event_id=event.id, year=row.year)
    db.session.execute(delete(FormerNumber).where(FormerNumber.former_year_id == row.id))
    db.session.execute(delete(FormerYear).where(FormerYear.id == row.id))


def write_comments(event: Event, words: Mapping[str, str], *, version: int, at: datetime, actor: Actor) -> None:
    """The organiser's words for the report, by language. Raises ChangedMeanwhile."""
    row = db.session.get(ReportComment, event.id)
    if (row.version if row else 0) != version:
        raise ChangedMeanwhile(row.version if row else 0)
    if row is None:
        db.session.add(ReportComment(event_id=event.id, words=dict(words)))
    else:
        row.words = dict(words)
    db.session.flush()
    record(actor, "report_comment.write", f"event:{event.uuid}", at=at, event_id=event.id)
