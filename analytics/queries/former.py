"""What was typed in of former years, and the organiser's words for the report."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from analytics.models import FormerNumber, FormerYear, ReportComment
from analytics.rules.former import YearFigures
from app.db import db
from app.direct import Direct, here
from app.errors import NotFound


@dataclass(frozen=True)
class Typed:
    """One former year in a list: its figures, and what to open it by."""

    uuid: UUID
    figures: YearFigures


def former_years(event_id: int) -> list[Typed]:
    """All of an event, the oldest first, in two statements; in one where there are none."""
    asked = {"event_id": event_id}
    years = _YEARS.rows(here(), asked)
    numbers: dict[int, dict[int, int]] = defaultdict(dict)
    for one in _NUMBERS.rows(here(), asked) if years else ():
        numbers[one.former_year_id][one.category_id] = one.number
    return [Typed(one.uuid, _figures(one, numbers[one.id])) for one in years]


def former_year(event_id: int, uuid: UUID) -> FormerYear:
    """One of this event. Raises NotFound."""
    found = db.session.scalar(select(FormerYear).filter_by(event_id=event_id, uuid=uuid))
    if found is None:
        raise NotFound
    return found


def numbers_of(former_year_id: int) -> dict[int, int]:
    """Its numbers by category; what is not in it is unknown."""
    found = db.session.scalars(select(FormerNumber).filter_by(former_year_id=former_year_id))
    return {one.category_id: one.number for one in found}


def comment_row(event_id: int) -> ReportComment | None:
    return db.session.get(ReportComment, event_id)


def comments_of(event_id: int) -> Mapping[str, str]:
    """By language; empty if nobody wrote any."""
    found = comment_row(event_id)
    return found.words if found else {}


def _figures(one: Any, numbers: Mapping[int, int]) -> YearFigures:
    return YearFigures(
        year=one.year,
        measure=one.measure,
        methods=frozenset(one.methods),
        numbers=numbers,
        total=one.total,
        source=one.source,
        provenance=one.provenance,
        note=one.note or "",
    )


_YEARS = Direct(
    select(
        FormerYear.id, FormerYear.uuid, FormerYear.year, FormerYear.measure, FormerYear.methods, FormerYear.total,
        FormerYear.source, FormerYear.provenance, FormerYear.note,
    )
    .where(FormerYear.event_id == bindparam("event_id"))
    .order_by(FormerYear.year, FormerYear.id)
)  # fmt: skip
_NUMBERS = Direct(
    select(FormerNumber.former_year_id, FormerNumber.category_id, FormerNumber.number)
    .join(FormerYear, FormerYear.id == FormerNumber.former_year_id)
    .where(FormerYear.event_id == bindparam("event_id"))
)
