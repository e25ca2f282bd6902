"""The registration form as people meet it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import frozen
from app.db import db
from registrations.models import Consent, PartyNumber, Registration
from tests.make import NOON, Make
from tests.registrations.views.forms import errors_on, key_on, send, typed

AT = NOON - timedelta(days=30)


@pytest.fixture(autouse=True)
def a_month_before():
    with frozen(AT):
        yield


def only_registration() -> Registration:
    return db.session.scalars(db.select(Registration)).one()


def test_a_registration_from_the_full_form_leads_to_its_private_link(client: FlaskClient, make: Make) -> None:
    event = make.event()
    session = make.session(event, capacity=10)
    make.release(event)
    answer = send(client, event, "?lang=en", sessions=[session.code], email="ana@example.jp", with__student="2")
    made = only_registration()
    assert (answer.status_code, answer.location) == (303, f"/r/{made.link}?done=registered")
    assert (made.contact_name, made.contact_email, made.language) == ("Ana", "ana@example.jp", "en")
    assert {row.number for row in db.session.scalars(db.select(PartyNumber))} == {1, 2}
    assert db.session.scalars(db.select(Consent)).one().notice_id is not None
    assert client.get(answer.location).status_code == 200
