"""Sums over all registrations of an event, by the UTC day on which they were made: a day is summed up again only if one
of its registrations changed."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, String, bindparam, cast, func, select

from analytics.queries.keeping import kept_each
from analytics.queries.touched import touched
from app.db import db
from app.direct import Direct, here
from registrations.models import Registration

Sum = TypeVar("Sum")
DAY = timedelta(days=1)


def day_sums(
    what: str,
    event_id: int,
    rests_on: tuple[object, ...],
    make: Callable[[datetime, datetime], Mapping[date, Sum]],
) -> list[Sum]:
    """By day what `make` gives of the days from a first moment up to another one, those without anything left out;
    rests_on: what else it depends on."""

    def made(days: Collection[date]) -> dict[date, Sum | None]:
        found: dict[date, Sum | None] = dict.fromkeys(days)
        for first, last in _stretches(days):
            found |= make(_begin(first), _begin(last + DAY))
        return found

    marks = touched(event_id).days
    found = kept_each((what, event_id), {one: (marks[one], *rests_on) for one in _days(event_id)}, made)
    return [one for one in found.values() if one is not None]


def cut(moment: Any, length: int) -> ColumnElement[str | None]:
    """The beginning of a moment in UTC as both databases write it: `2026-10-31 08` is an hour."""
    if db.engine.dialect.name == "postgresql":
        moment = func.timezone("UTC", moment)
    return func.substr(cast(moment, String), 1, length)


def _stretches(days: Collection[date]) -> Iterator[tuple[date, date]]:
    """Days that follow each other, together."""
    ordered = sorted(days)
    begins = [one for one in ordered if one - DAY not in days]
    ends = [one for one in ordered if one + DAY not in days]
    return zip(begins, ends, strict=True)


def _days(event_id: int) -> list[date]:
    """From the day of the first registration to that of the last."""
    (between,) = _BETWEEN.rows(here(), {"event_id": event_id})
    if between.first is None:
        return []
    first, last = (one.astimezone(UTC).date() for one in between)
    return [first + DAY * number for number in range((last - first).days + 1)]


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


_OF_EVENT = Registration.event_id == bindparam("event_id", type_=BigInteger())
_BETWEEN = Direct(
    select(
        *(
            select(one(Registration.created_at)).where(_OF_EVENT).scalar_subquery().label(name)
            for name, one in (("first", func.min), ("last", func.max))
        )
    )
)
"""Each for itself: then it is the beginning and the end of an index."""
