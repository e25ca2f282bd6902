"""What somebody else published about an event stands on its page once it is over, with its source."""

from datetime import timedelta

from flask.testing import FlaskClient

from app.clock import frozen
from app.db import transaction
from app.programme.rules import EventStatus
from app.programme.rules.facts import AttendanceFacts, SourceFacts
from app.web.actors import ANONYMOUS
from checkin.operations import import_attendance
from tests.make import NOON, Make, both

FIGURES = AttendanceFacts(
    source=SourceFacts(
        title=both("進捗報告", "Report"), provenance="published", method_note=both("記載なし", "not stated")
    ),
    people={"spectator": 1234, "student": 66},
)


def page(client: FlaskClient, make: Make, status: EventStatus) -> str:
    event = make.event(status=status)
    with transaction():
        import_attendance(event, FIGURES, at=NOON, actor=ANONYMOUS)
    make.release(event)
    with frozen(NOON + timedelta(days=30 if status is EventStatus.CLOSED else 0)):
        return client.get(f"/events/{event.slug}/?lang=en").text


def test_an_event_that_is_over_shows_its_published_figures_and_their_source(client: FlaskClient, make: Make) -> None:
    shown = page(client, make, EventStatus.CLOSED)
    assert all(text in shown for text in ("1,234", "1,300", "94.9", "5.1", "Report", "not stated"))


def test_an_event_that_still_runs_shows_none(client: FlaskClient, make: Make) -> None:
    assert "1,234" not in page(client, make, EventStatus.PUBLISHED)
