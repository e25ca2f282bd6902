"""A lost ticket is replaced at a door: the old code stops, the new one goes on where the person is."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.programme.rules import EventStatus
from registrations.models import Registration, Ticket
from registrations.operations.handing import reissue
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


def _restore(door: Doorside, number: str, reason: str = "found_again", *, token: str | None = None) -> TestResponse:
    with frozen(NOON + timedelta(minutes=5)):
        return door.app.test_client().post(
            f"/api/v1/events/{door.event.slug}/replacements/undone",
            json={"number": number, "reason": reason},
            headers={"Authorization": f"Bearer {token or door.token}"},
        )


def test_a_mistaken_replacement_is_taken_back_and_the_record_says_what_that_undoes(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    lost = door.ticket(booked={talk: BookingState.CONFIRMED})
    code, number = lost.code, lost.number
    assert door.scan(talk, code)["verdict"] == "admitted"
    fresh = _replace(door, number).get_json()
    for token in (door.device(), "no such token"):
        assert _restore(door, fresh["number"], token=token).status_code in (401, 403)
    assert _restore(door, fresh["number"], "because").status_code == 422
    assert _restore(door, "0000000").status_code == 404
    assert _restore(door, number).get_json()["code"] == "no_replacement"
    assert _restore(door, fresh["number"]).get_json() == {"number": number}
    assert door.scan(talk, code, at=NOON + timedelta(minutes=6))["verdict"] == "readmitted"
    assert door.scan(talk, fresh["code"], at=NOON + timedelta(minutes=7))["verdict"] == "replaced"
    assert door.places(talk).present == 1
    made, undone = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert (made.verb, undone.verb) == ("ticket.replace", "ticket.restore")
    assert undone.subject == made.subject
    assert undone.facts == {"undoes": str(made.uuid), "reason": "found_again", "device": made.facts["device"]}
    assert _restore(door, fresh["number"]).get_json()["code"] == "no_replacement"
    assert _replace(door, number).status_code == 201


def test_a_new_code_that_a_door_has_seen_stays_and_so_does_one_that_nobody_lost(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    lost, sent, handed = (door.ticket(booked={talk: BookingState.CONFIRMED}) for _ in range(3))
    fresh = _replace(door, lost.number).get_json()
    assert door.scan(talk, fresh["code"])["verdict"] == "admitted"
    answer = _restore(door, fresh["number"])
    assert (answer.status_code, answer.get_json()["code"]) == (409, "used")
    again = _replace(door, sent.number).get_json()
    newest = _replace(door, again["number"]).get_json()
    assert _restore(door, again["number"]).get_json()["code"] == "replaced"
    assert _restore(door, newest["number"]).status_code == 200
    assert door.scan(talk, again["code"])["verdict"] == "admitted"
    with frozen(NOON), transaction():
        reissue(handed.registration_id, at=NOON)
    newer = select(Ticket).where(Ticket.registration_id == handed.registration_id, Ticket.replaced_at.is_(None))
    assert _restore(door, db.session.scalars(newer).one().number).get_json()["code"] == "no_replacement"
