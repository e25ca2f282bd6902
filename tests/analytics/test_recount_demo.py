"""The events of the demonstration, counted once more: everything that happens in them, and figures from a paper."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from app import demo
from app.clock import frozen
from app.db import db
from app.programme.models import Event
from tests.analytics.recount import Recount
from tests.analytics.test_recount import measures

pytestmark = pytest.mark.slow

MORNING = datetime(2026, 10, 2, 23, 0, tzinfo=UTC)


def test_the_events_of_the_demonstration_equal_an_independent_recount(app: Flask) -> None:
    """A waiting list, a lottery, exits and stays are among it; of one event there are totals alone."""
    with frozen(MORNING):
        demo.load()
    for slug in (demo.PRACTICE, demo.PUBLISHED):
        event = db.session.scalars(db.select(Event).filter_by(slug=slug)).one()
        recount = Recount(event)
        assert [one for one in measures(event, recount) if one[1] != one[2]] == []
        if slug == demo.PRACTICE:
            told = [recount.number(f"SELECT count(*) FROM {name}") for name in ("queued", "won", "stay", "no_show")]
            assert 0 not in told
