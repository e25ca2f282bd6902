"""Children come along: somebody answers for them, asked only then, once a party, with everything typed kept."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Category, Event
from registrations.models import Consent
from registrations.operations.consents import Answered, write_guardian
from registrations.operations.handing import hand_over
from registrations.rules import ConsentKind, Group, PartyKind
from tests.make import NOON, Make
from tests.registrations.views.forms import errors_on, key_on, send
from tests.registrations.views.test_links import change, text_of

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


def delegation(client: FlaskClient, event: Event, **given: str) -> TestResponse:
    """Somebody brings a delegation."""
    address = f"/events/{event.slug}/register/delegation?lang=en"
    facts = {"group_name": "架空商店会", "name": "Dan", "email": "dan@example.jp", "consent": "y", **given}
    typed = {name.replace("__", "-"): value for name, value in facts.items()}
    return client.post(address, data={"key": key_on(client.get(address)), **typed})


def test_a_delegation_with_children_is_asked_once(client: FlaskClient, event: Event) -> None:
    with transaction():
        event.party_kinds = ["person", "family", "delegation"]
    assert delegation(client, event, with__spectator="9").status_code == 303
    wrong = delegation(client, event, with__student="9")
    assert (wrong.status_code, errors_on(wrong), given_by()) == (422, [ASK], [])
    assert 'value="架空商店会"' in wrong.get_data(as_text=True)
    assert delegation(client, event, with__student="9", adult="yes").status_code == 303
    assert given_by() == ["contact"]


def test_children_who_come_later_raise_the_question_and_an_answer_is_good_for_more(
    client: FlaskClient, event: Event, make: Make
) -> None:
    made = make.registration(event)
    assert change(client, made, with__spectator="2").status_code == 303
    asked = change(client, made, with__student="1")
    assert (asked.status_code, errors_on(asked), given_by()) == (422, [ASK], [])
    assert change(client, made, with__student="1", adult="no", under="yes", guardian="y").status_code == 303
    assert change(client, made, with__student="3").status_code == 303
    assert given_by() == ["guardian"]
    assert "Is an adult registering?" not in client.get(f"/r/{made.link}/change?lang=en").get_data(as_text=True)
    assert "A parent or guardian agrees that the children come" in text_of(client.get(f"/r/{made.link}?lang=en"))


def test_children_who_were_there_before_and_a_class_raise_no_question(
    client: FlaskClient, event: Event, make: Make
) -> None:
    family = make.registration(event, numbers={"spectator": 1, "student": 2})
    assert change(client, family, with__student="1").status_code == 303
    pupils = make.registration(event, numbers={"student": 20}, kind=PartyKind.CLASS, group=Group("架空小学校"))
    page = client.get(f"/r/{pupils.link}/change?lang=en").get_data(as_text=True)
    assert "Is an adult registering?" not in page
    assert given_by() == []


def test_who_takes_over_a_registration_with_children_answers_for_them(
    client: FlaskClient, event: Event, make: Make
) -> None:
    made = make.registration(event, numbers={"spectator": 1, "student": 2})
    with transaction():
        write_guardian(made, Answered("contact", None), at=NOON)
    with transaction():
        link = hand_over(made.id, name="Tomo", address="tomo@example.jp", at=NOON - timedelta(days=20)).link
    address = f"/r/{link}/agreement?lang=en"
    page = client.get(address).get_data(as_text=True)
    notice = re.search(r'name="notice"[^>]*value="(\d+)"', page)
    assert "Is an adult registering?" in page
    assert notice
    agreed = {"notice": notice[1], "consent": "y"}
    refused = client.post(address, data=agreed)
    assert (refused.status_code, errors_on(refused), standing()) == (422, [ASK], [])
    assert client.post(address, data={**agreed, "adult": "yes"}).status_code == 303
    assert standing() == ["contact"]


def standing() -> list[str]:
    db.session.rollback()
    query = db.select(Consent.given_by).where(Consent.kind == ConsentKind.GUARDIAN, Consent.withdrawn_at.is_(None))
    return list(db.session.scalars(query))
