"""How many registered, added up once for all who ask."""

from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select, text

from analytics.queries.days import cut, day_sums
from analytics.queries.keeping import kept
from app.db import db
from registrations.models import PartyNumber, Registration


class Registered(NamedTuple):
    """Registrations, and the people in them."""

    registrations: int = 0
    people: int = 0


def everybody_in(event_id: int, change_number: int) -> Registered:
    """All that are or were."""
    standing, cancelled = _by_standing(event_id, change_number)
    return Registered(standing.registrations + cancelled.registrations, standing.people + cancelled.people)


def not_cancelled_in(event_id: int, change_number: int) -> Registered:
    """Those that were not cancelled."""
    return _by_standing(event_id, change_number)[0]


def _by_standing(event_id: int, change_number: int) -> tuple[Registered, Registered]:
    """Not cancelled, and cancelled. Looked for what changed only if the number is another."""
    return kept(("registered-in-all", event_id), change_number, lambda: _added_up(event_id))


def _added_up(event_id: int) -> tuple[Registered, Registered]:
    """Of a day only if a registration made then was changed."""
    query = (
        select(
            cut(Registration.created_at, len("2026-10-31")), Registration.cancelled_at.is_not(None),
            func.count(func.distinct(Registration.id)), func.coalesce(func.sum(PartyNumber.number), 0),
        )
        .outerjoin(PartyNumber, PartyNumber.registration_id == Registration.id)
        .where(Registration.event_id == event_id)
        .group_by(text("1"), text("2"))
    )  # fmt: skip

    def of_days(begin: datetime, end: datetime) -> dict[date, dict[bool, Registered]]:
        found = db.session.execute(query.where(Registration.created_at >= begin, Registration.created_at < end))
        days: dict[date, dict[bool, Registered]] = defaultdict(dict)
        for one, cancelled, many, people in found:
            days[date.fromisoformat(str(one))][bool(cancelled)] = Registered(int(many), int(people))
        return days

    days = day_sums("registered", event_id, (), of_days)
    standing, cancelled = ([day.get(one, Registered()) for day in days] for one in (False, True))
    return _sum(standing), _sum(cancelled)


def _sum(found: list[Registered]) -> Registered:
    return Registered(sum(one.registrations for one in found), sum(one.people for one in found))
