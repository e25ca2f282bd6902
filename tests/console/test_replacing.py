"""A lost ticket is replaced at a desk, which shows the new one, and no other ticket's code."""

from flask import Flask
from sqlalchemy import select

from app.db import db
from registrations.models import Ticket
from registrations.rules import BookingState
from tests.checkin.doorside import Doorside
from tests.console.conftest import Cast
from tests.console.editing import post
from tests.make import Make


def test_a_desk_replaces_it_and_shows_the_new_one_alone(app: Flask, cast: Cast, make: Make) -> None:
    door = Doorside(app, make, cast.event)
    talk = make.session(cast.event, "talk")
    lost, other = (door.ticket(booked={talk: BookingState.CONFIRMED}) for _ in range(2))
    number, code, others = lost.number, lost.code, other.number
    page = f"/console/events/{cast.event.slug}/check-in/session:talk/tickets"
    assert post(cast.sam, f"{page}/{number}/replacement").status_code == 404
    answer = post(cast.dora, f"{page}/{number}/replacement")
    assert answer.status_code == 303
    seen = cast.dora.get(answer.location).get_data(as_text=True)
    db.session.rollback()
    fresh = db.session.scalars(select(Ticket.code).order_by(Ticket.id.desc())).first()
    assert fresh
    assert f"/T/{fresh}" in seen
    assert code not in seen
    assert "/T/" not in cast.dora.get(f"{page}/{others}").get_data(as_text=True).split("<main")[1]
    assert post(cast.dora, f"{page}/{number}/replacement").status_code == 303
    assert door.count(Ticket) == 3


def test_a_desk_takes_a_mistaken_replacement_back_unless_a_door_has_seen_the_new_one(
    app: Flask, cast: Cast, make: Make
) -> None:
    door = Doorside(app, make, cast.event)
    talk = make.session(cast.event, "talk")
    number = door.ticket(booked={talk: BookingState.CONFIRMED}).number
    page = f"/console/events/{cast.event.slug}/check-in/session:talk/tickets"
    fresh = post(cast.dora, f"{page}/{number}/replacement").location.rsplit("/", 1)[1]
    back = f"{page}/{fresh}/replacement/taking-back"
    assert back not in cast.dora.get(f"{page}/{number}").get_data(as_text=True)
    assert back in cast.dora.get(f"{page}/{fresh}").get_data(as_text=True)
    assert post(cast.sam, back, reason="found_again").status_code == 404
    assert post(cast.dora, back).location == f"{page}/{fresh}"
    assert post(cast.dora, back, reason="no such").location == f"{page}/{fresh}"
    assert post(cast.dora, back, reason="wrong_person").location == f"{page}/{number}"
    assert "/T/" not in cast.dora.get(f"{page}/{number}").get_data(as_text=True).split("<main")[1]
    again = post(cast.dora, f"{page}/{number}/replacement").location.rsplit("/", 1)[1]
    post(cast.dora, f"{page}/{again}", do="admit")
    seen = cast.dora.get(f"{page}/{again}").get_data(as_text=True)
    assert "この参加票はすでに受付で使われたため、取り消せません。" in seen
    refused = post(cast.dora, f"{page}/{again}/replacement/taking-back", reason="wrong_person")
    assert refused.location == f"{page}/{again}"
    assert "再発行を取り消せません。" in cast.dora.get(refused.location).get_data(as_text=True)
