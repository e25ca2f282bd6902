"""Pages that count among many letters and registrations find what they count in an index."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.console.queries.overview import news_of
from app.db import db
from app.direct import here
from app.outbox.queries import letter_counts
from registrations.queries.arrivals import expected_groups
from tests.make import NOON, Make

ASKED: dict[str, Callable[[int], object]] = {
    "COVERING INDEX ix_letter_event_state (event_id=?)": letter_counts,
    "COVERING INDEX ix_letter_event_state (event_id=? AND state=?)": lambda event_id: news_of([event_id], at=NOON),
    "INDEX ix_registration_event_expected (event_id=? AND expected_at>?)": expected_groups,
}


@pytest.mark.parametrize("way", ASKED)
def test_letters_are_counted_and_groups_found_by_their_index(app: Flask, make: Make, database: str, way: str) -> None:
    """PostgreSQL decides by what the tables hold, so there they are only asked."""
    event = make.event()
    asked: list[str] = []
    connections: list[Any] = [here().connection, db.session.connection().connection.dbapi_connection]
    for one in connections if database == "sqlite" else ():
        one.set_trace_callback(asked.append)
    ASKED[way](event.id)
    for one in connections if database == "sqlite" else ():
        one.set_trace_callback(None)
    questions = [one for one in asked if one.startswith("SELECT")]
    steps = [step[3] for one in questions for step in connections[0].cursor().execute(f"EXPLAIN QUERY PLAN {one}")]
    assert database != "sqlite" or [step for step in steps if way in step]
