"""The days of a made-up event, as they would have gone: people register, every morning has its forecasts, people come
or stay away, and in the evening somebody says what was counted. So forecasts of the demonstration can be judged.

What is forecast in a morning knows who had a place by then, and of former days what was closed; nothing of the day.
"""

import sys
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import click

from analytics.operations.forecasts import issue_for
from analytics.queries.closing import closing_days
from app.db import transaction
from app.programme.models import Event
from app.web.actors import ANONYMOUS
from checkin.operations import Practice
from checkin.operations.closing import close_places
from checkin.rules import CountingState
from checkin.rules.times import day_window


def play(event: Event, recipe: Mapping[str, Any], *, until: datetime, at: datetime) -> None:
    """Made-up people attend what was over by `until`, day by day, and book what was not; each line of the recipe in a
    short transaction."""
    practice = Practice(event, recipe, at=at)
    over, to_come = practice.attended_before(until), practice.booked_after(until)
    days: dict[date, list[Any]] = defaultdict(list)
    length = 2 * len(over) + len(to_come)
    with click.progressbar(
        length=length, label="Practice event", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as shown:
        for line in over:
            with transaction():
                days[practice.day_of(line)].append((line, practice.expect(line)))
            shown.update(1)
        for day in sorted(days):
            issue_for(event, day_window(day, practice.zone, event.day_ends_at).from_)
            for line, guests in days[day]:
                with transaction():
                    practice.attend(line, guests)
                shown.update(1)
            _close(event, day, at=datetime.combine(day + timedelta(days=1), time(), practice.zone))
        for line in to_come:
            with transaction():
                practice.book(line)
            shown.update(1)


def _close(event: Event, day: date, *, at: datetime) -> None:
    """Where somebody was counted everybody was; elsewhere nobody stood."""
    states = {
        one.place.id: CountingState.COUNTED if one.methods else CountingState.NOT_COUNTED
        for one in closing_days(event)[day]
    }
    with transaction():
        close_places(event, day, states, at=at, actor=ANONYMOUS)
