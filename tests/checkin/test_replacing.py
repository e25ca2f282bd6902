"""A lost ticket is replaced at a door: the old code stops, the new one goes on where the person is."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit import AuditEntry
from app.clock import frozen
from app.db import db
from app.programme.rules import EventStatus
from registrations.models import Registration, Ticket
from registrations.rules import BookingState
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make


def _replace(door: Doorside, number: str, *, token: str | None = None, slug: str | None = None) -> TestResponse:
    with frozen(NOON):
        return door.app.test_client().post(
            f"/api/v1/events/{slug or door.event.slug}/replacements",
            json={"number": number},
            headers={"Authorization": f"Bearer {token or door.token}"},
        )


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(status=EventStatus.PUBLISHED), rights=("scan", "search"))


def test_the_old_code_stops_the_new_one_works_and_who_is_in_stays_in(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    lost = door.ticket(booked={talk: BookingState.CONFIRMED})
    code = lost.code
    assert door.scan(talk, code)["verdict"] == "admitted"
    made = _replace(door, lost.number)
    assert made.status_code == 201
    fresh = made.get_json()
    assert door.scan(talk, code, at=NOON + timedelta(minutes=1))["verdict"] == "replaced"
    again = door.scan(talk, fresh["code"], at=NOON + timedelta(minutes=2))
    assert again["verdict"] in ("readmitted", "already_in")
    assert door.places(talk).present == 1
    said = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "ticket.replace")).one()
    assert said.subject.startswith("registration:")
    assert code not in str(said.facts)
    assert _replace(door, lost.number).status_code == 409
    assert door.count(Ticket) == 2


def test_it_takes_the_right_to_look_people_up_the_event_and_a_ticket_in_use(door: Doorside, make: Make) -> None:
    ticket, gone = door.ticket(), door.ticket()
    whose = db.session.get_one(Registration, gone.registration_id)
    door.change(whose, cancelled_at=NOON)
    assert _replace(door, ticket.number, token=door.device()).status_code == 403
    assert _replace(door, ticket.number, token="no such token").status_code == 401
    assert _replace(door, ticket.number, slug="other").status_code == 404
    assert _replace(door, "0000000").status_code == 404
    assert _replace(door, gone.number).status_code == 409
    assert _replace(door, "12345678").status_code == 422
    stranger = Doorside(door.app, make, make.event("elsewhere"), rights=("scan", "search"))
    assert _replace(stranger, ticket.number).status_code == 404
    assert door.count(Ticket) == 2
