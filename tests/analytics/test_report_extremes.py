"""Reports of events at which nothing happened: none is counted as nobody, nobody is not called unknown."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from analytics.report import report_on
from analytics.report.document import Grid, Paragraph, Picture, Report
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import ANONYMOUS
from app.web.languages import plain, speak
from checkin.models import Place
from checkin.operations.closing import close_places
from checkin.rules import CountingState
from tests.make import NOON, Make

AFTERWARDS = NOON + timedelta(days=3)


def written(app: Flask, event: Event) -> Report:
    with app.test_request_context("/"):
        speak("en")
        return report_on(event, at=AFTERWARDS)


def sentences(report: Report) -> list[str]:
    return [plain(one.words) for part in report.sections for one in part.blocks if isinstance(one, Paragraph)]


@pytest.fixture
def empty(make: Make) -> Event:
    """Two sessions; the organiser says that everybody was counted, and nobody came."""
    event = make.event("empty")
    make.session(event)
    make.session(event)
    places = db.session.scalars(select(Place.id).filter_by(event_id=event.id)).all()
    with transaction():
        close_places(event, NOON.date(), dict.fromkeys(places, CountingState.COUNTED), at=AFTERWARDS, actor=ANONYMOUS)
    return event


def test_where_nobody_came_no_part_of_nobody_is_called_unknown(app: Flask, empty: Event) -> None:
    said = " ".join(sentences(written(app, empty)))
    assert "Visits by category" not in said
    assert "How it was counted: unknown" not in said


def test_where_nobody_came_there_is_a_table_of_zeroes_and_no_picture_of_them(app: Flask, empty: Event) -> None:
    blocks = [one for part in written(app, empty).sections for one in part.blocks]
    (sessions,) = [one.table for one in blocks if isinstance(one, Grid) and one.table.name == "sessions"]
    assert [row.cells[0] for row in sessions.rows] == [0, 0]
    assert not [one for one in blocks if isinstance(one, Picture)]


def test_an_event_without_sessions_has_no_table_without_lines(app: Flask, make: Make) -> None:
    report = written(app, make.event("nothing"))
    assert all(grid.table.rows for _section, grid in report.grids())
    assert "programme" not in [part.key for part in report.sections]
