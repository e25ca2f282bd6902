"""Children come along: somebody answers for them, asked only then, once a party, with everything typed kept."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Category, Event
from registrations.models import Consent
from registrations.rules import ConsentKind
from tests.make import NOON, Make
from tests.registrations.views.forms import errors_on, send

ASK = "Children come along: say whether an adult is registering."


@pytest.fixture(autouse=True)
def three_weeks_before() -> Iterator[None]:
    with frozen(NOON - timedelta(days=20)):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    made = make.event(guardian_age=14)
    with transaction():
        db.session.scalars(db.select(Category).filter_by(key="student")).one().minor = True
    return make.release(made)


def given_by() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Consent.given_by).where(Consent.kind == ConsentKind.GUARDIAN)))


def test_grown_ups_are_asked_nothing(client: FlaskClient, event: Event) -> None:
    assert send(client, event, with__spectator="2").status_code == 303
    assert given_by() == []


@pytest.mark.parametrize(
    ("answers", "errors", "by"),
    [
        ({}, [ASK], []),
        ({"adult": "maybe"}, [ASK], []),
        ({"adult": "yes"}, [], ["contact"]),
        ({"adult": "no"}, ["Choose yes or no."], []),
        ({"adult": "no", "under": "no"}, [], []),
        ({"adult": "no", "under": "yes"}, ["Ask your parent or guardian, and tick this once they agree."], []),
        ({"adult": "no", "under": "yes", "guardian": "y"}, [], ["guardian"]),
    ],
)
@pytest.mark.parametrize("party", [{"category": "student"}, {"with__student": "2"}])
def test_somebody_answers_for_children(
    client: FlaskClient, event: Event, answers: dict[str, str], errors: list[str], by: list[str], party: dict[str, str]
) -> None:
    page = send(client, event, "?lang=en", **party, **answers)
    assert (page.status_code, errors_on(page), given_by()) == (422 if errors else 303, errors, by)
    if errors:
        html = page.get_data(as_text=True)
        assert "Are you under 14 years old?" in html
        assert 'value="Ana"' in html
