"""Sums that are kept between requests are those made anew, whatever came in, and are made anew only where it did."""

from datetime import timedelta

import pytest
from flask import Flask

from analytics.queries.doors import gates_of
from analytics.queries.registering import moves_of, parties_of
from analytics.rules.absence import absences
from app.db import db, transaction
from app.programme.models import Event
from checkin.models import PlaceClose
from checkin.rules import CountingState
from registrations.rules import BookingState
from tests.analytics.test_editions import places_of
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make
from tests.statements import noted

KEPT = ("uketsuke_gates", "uketsuke_sums", "uketsuke_followed")


def anew(app: Flask) -> None:
    """Forget what was kept."""
    for name in KEPT:
        app.extensions.pop(name, None)


@pytest.mark.parametrize("stretch", [50_000, 1])
def test_arrivals_by_gate_move_on_by_lines_and_by_what_these_take_back(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    """However many lines are added up at once."""
    monkeypatch.setattr("analytics.queries.recorded.STRETCH", stretch)
    door = Doorside(app, make, rights=("scan", "count"))
    event, talk = door.event, make.session(door.event, "talk")
    first = door.scan(talk, door.ticket())
    door.scan(talk, door.ticket())
    counts = []
    for minute in range(3):
        counts.append(sum(sum(one.slots.values()) for one in gates_of(event)))
        with noted() as seen:
            followed = gates_of(event)
        assert not [one for one in seen if "entry_number" in str(one)], "nothing came"
        anew(app)
        assert followed == gates_of(event)
        at = NOON + timedelta(minutes=minute + 1)
        door.scan(talk, door.ticket(), at=at)
        if minute == 0:
            assert door.scan(talk, act="undo", undoes=first["id"], at=at)["verdict"] == "undone"
    assert counts == [2, 2, 3]


def test_no_show_is_summed_up_again_only_where_somebody_came(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    event, hours = door.event, {"talk": 0, "walk": 1, "song": 2}
    sessions = {
        code: make.session(event, code, capacity=9, starts_at=NOON + timedelta(hours=hour))
        for code, hour in hours.items()
    }
    tickets = [door.ticket(booked=dict.fromkeys(sessions.values(), BookingState.CONFIRMED)) for _ in range(3)]
    with transaction():
        for code in ("talk", "walk"):
            place = places_of(event)[code]
            db.session.add(PlaceClose(place_id=place, state=CountingState.COUNTED, closed_at=NOON))
    parties_of(event)
    for number, code in enumerate(("song", "walk", "talk")):
        door.scan(sessions[code], tickets[number], at=NOON + timedelta(hours=hours[code]))
        with noted() as seen:
            followed = parties_of(event)
        again = [one for one in seen if "booking_line" in str(one)]
        assert len(again) == (0 if code == "song" else 1), "song was not closed"
        anew(app)
        assert sorted(followed, key=repr) == sorted(parties_of(event), key=repr)
    assert {one: (found.places, found.came) for one, found in absences(followed, lambda one: one.session).items()} == {
        "talk": (3, 1),
        "walk": (3, 1),
    }


def test_the_curve_knows_the_event_s_days_in_every_zone(app: Flask, make: Make) -> None:
    """Also where these begin within an hour of UTC."""
    for number, (zone, days) in enumerate({"Asia/Tokyo": [12, 13], "Asia/Kathmandu": [12, 13]}.items()):
        event = make.event(f"fair-{number}")
        with transaction():
            db.session.get_one(Event, event.id).timezone = zone
        session = make.session(event, f"talk-{number}", capacity=9)
        midnight = NOON.replace(year=2026, month=9, day=12, hour=15, minute=0, second=0, microsecond=0)
        midnight += timedelta(hours=3, minutes=15) if zone == "Asia/Kathmandu" else timedelta()
        for seconds in (-1, 0):
            make.registration(event, session, at=midnight + timedelta(seconds=seconds), email=f"{seconds}@example.jp")
        assert sorted(one.asked.day for one in moves_of(db.session.get_one(Event, event.id))) == days
