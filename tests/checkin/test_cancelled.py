"""A cancelled ticket at the door: whoever keeps it can say since when."""

from datetime import timedelta

from flask import Flask

from app.db import db
from app.programme.rules import AdmissionRule
from registrations.models import Booking, BookingLine, Registration
from registrations.rules import BookingState
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make

YESTERDAY = NOON - timedelta(days=1)
"""NOON is 2026-10-03T03:00:00Z."""


def test_a_cancelled_registration_says_since_when(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    talk = make.session(door.event)
    ticket = door.ticket(booked={talk: BookingState.CANCELLED})
    registration = db.session.get_one(Registration, ticket.registration_id)
    door.change(registration, cancelled_at=YESTERDAY)
    answer = door.scan(talk, ticket)
    assert (answer["verdict"], answer["cancelled_at"]) == ("cancelled", "2026-10-02T03:00:00.000Z")


def test_a_cancelled_booking_says_since_when_and_the_same_to_the_same_scan(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    talk = make.session(door.event, admission=AdmissionRule.BOOKING_ONLY)
    ticket = door.ticket(booked={talk: BookingState.CANCELLED})
    (line,) = db.session.query(BookingLine).join(Booking).filter(Booking.registration_id == ticket.registration_id)
    door.change(line, state_at=YESTERDAY)
    claim = door.claim(talk, ticket)
    for _ in range(2):
        (answer,) = door.send(claim)
        assert (answer["verdict"], answer["cancelled_at"]) == ("cancelled", "2026-10-02T03:00:00.000Z")


def test_nothing_of_it_is_said_of_others(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    talk = make.session(door.event)
    assert "cancelled_at" not in door.scan(talk, door.ticket(booked={talk: BookingState.CONFIRMED}))
