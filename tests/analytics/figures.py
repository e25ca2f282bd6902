"""Figures of an event that was never in a database: visits by day, session and category."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from analytics.rules import Missing
from analytics.rules.facts import Category, Facts, Session
from analytics.rules.figures import CategoryFigures, Count, DayFigures, Figures, SessionFigures
from analytics.rules.suppression import Line
from checkin.rules import Method
from tests.make import both


def figures_from(numbers: Mapping[Line, int], people: Mapping[tuple[str, str], int] | None = None) -> Figures:
    """One category a column, one session a row, in order of their names; days are written as dates. people: different
    ones by day and category, none of whom came on two days."""
    columns, rows = (sorted({line[part] for line in numbers}) for part in (2, 1))
    categories = tuple(Category(at, key, both(key)) for at, key in enumerate(columns, start=1))
    sessions = tuple(
        _session(at, row, min(line[0] for line in numbers if line[1] == row)) for at, row in enumerate(rows, start=1)
    )
    days = sorted({date.fromisoformat(line[0]) for line in numbers})
    facts = Facts(
        slug="fair", title=both("fair"), zone="Asia/Tokyo", day_ends_at=time(4), starts_on=days[0], ends_on=days[-1],
        fictional=False, has_registrations=False, categories=categories, venues=(), sessions=sessions, places={},
    )  # fmt: skip
    by_column = {key: sum(n for line, n in numbers.items() if line[2] == key) for key in columns}
    came = {key: sum(n for (_day, of), n in (people or {}).items() if of == key) for key in columns}
    return Figures(
        facts=facts, people=_count(sum(came.values())) if people else Missing.UNKNOWN,
        visits=_count(sum(numbers.values())), passages=Missing.UNKNOWN, reentries=0,
        categories=tuple(
            CategoryFigures(one, _count(came[one.key]) if people else Missing.UNKNOWN, _count(by_column[one.key]))
            for one in categories
        ),
        sessions=tuple(_figures(one, numbers, categories) for one in sessions),
        days=tuple(_day(day, people, categories) for day in days) if people else (),
        venues=(), arrivals=(), provenance=(), newest_at=None,
    )  # fmt: skip


def _day(day: date, people: Mapping[tuple[str, str], int], categories: tuple[Category, ...]) -> DayFigures:
    numbers = {one.id: people[str(day), one.key] for one in categories}
    total = sum(numbers.values())
    unknown = Missing.UNKNOWN
    return DayFigures(day, unknown, unknown, people=total, anonymous=total, by_category={}, people_by_category=numbers)


def _session(at: int, code: str, day: str) -> Session:
    starts_at = datetime.fromisoformat(day).replace(hour=3, tzinfo=UTC)
    return Session(
        id=at, code=code, title=both(code), starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), venue=None,
        room={}, place=at, takes_bookings=False, cancelled=False,
    )  # fmt: skip


def _figures(session: Session, numbers: Mapping[Line, int], categories: tuple[Category, ...]) -> SessionFigures:
    ids = {one.key: one.id for one in categories}
    mine = {line: n for line, n in numbers.items() if line[1] == session.code}
    total = sum(mine.values())
    return SessionFigures(
        session=session, registered=Missing.UNKNOWN, confirmed=Missing.UNKNOWN, visits=total, booked=0, walk_in=total,
        unclear=0, anonymous=total, by_category={}, reentries=0, partly=False,
        by_day={(date.fromisoformat(day), ids[column]): n for (day, _row, column), n in mine.items()},
    )  # fmt: skip


def _count(number: int) -> Count:
    return Count(number, number, {Method.TAPPED: number} if number else {})
