"""Reports of events at which nothing happened: none is counted as nobody, nobody is not called unknown."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from analytics.report import report_on
from analytics.report.document import Facts, Grid, Paragraph, Picture, Report
from app.db import db, transaction
from app.programme.models import Event, EventVenue
from app.web.actors import ANONYMOUS
from app.web.languages import plain, speak
from checkin.models import Place
from checkin.operations.closing import close_places
from checkin.rules import CountingState
from tests.checkin.doorside import Doorside
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


def test_an_event_without_sessions_says_so_and_does_not_call_none_of_none_counted(app: Flask, make: Make) -> None:
    said = sentences(written(app, make.event("nothing")))
    assert "The programme has no session." in said
    assert not [one for one in said if one.startswith("Of 0 sessions")]


def test_a_report_of_no_figures_says_once_that_it_is_preliminary(app: Flask, make: Make) -> None:
    report = written(app, make.event("nothing"))
    assert (report.mark, report.source) == ("Preliminary", "")


WHERE = [
    ((None,), "No venue entered", "nowhere"),
    (("https://example.jp/a", "https://example.jp/b"), "Online", "online"),
    ((None, "https://example.jp/b"), "Online or no venue entered", "online"),
]


@pytest.mark.parametrize(("addresses", "words", "key"), WHERE)
def test_what_has_no_venue_is_called_online_only_if_it_has_an_address_there(
    app: Flask, make: Make, addresses: tuple[str | None, ...], words: str, key: str
) -> None:
    event = make.event("nowhere")
    with transaction():
        db.session.execute(delete(EventVenue).where(EventVenue.event_id == event.id))
    door = Doorside(app, make, event)
    for address in addresses:
        door.tap(make.session(event, room_id=None, online_url=address), {"spectator": 5})
    report = written(app, event)
    (outline,) = [block for block in report.sections[0].blocks if isinstance(block, Facts)]
    assert [one.lines for one in outline.facts if one.name == "Venues"] == [(words,)]
    (venues,) = [grid.table for _section, grid in report.grids() if grid.table.name == "venues"]
    assert [(row.key, row.label) for row in venues.rows] == [(key, words)]


def test_an_event_whose_venue_nobody_entered_says_so(app: Flask, make: Make) -> None:
    event = make.event("bare")
    with transaction():
        db.session.execute(delete(EventVenue).where(EventVenue.event_id == event.id))
    (outline,) = [block for block in written(app, event).sections[0].blocks if isinstance(block, Facts)]
    assert [one.lines for one in outline.facts if one.name == "Venues"] == [("No venue entered",)]
