"""Sums that rest on registrations are those made anew, whatever changed, and are made anew only where it did."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analytics.queries.booked import booked_both_of, undecided_of
from analytics.queries.forecasts import forecasts_of
from analytics.queries.registered import everybody_in
from analytics.queries.registering import demand_of, moves_of, parties_of
from analytics.queries.touched import touched
from app.console.queries.overview import overview_of
from app.db import db, transaction
from app.programme.models import Event
from app.programme.queries import programme_of_event
from registrations.models import Registration
from registrations.operations.tickets import raise_change_number
from registrations.queries import listed
from tests.analytics.desk import ACTS, CODES, Act, Desk
from tests.make import NOON, Make
from tests.statements import noted

KEPT = ("uketsuke_sums", "uketsuke_touched", "uketsuke_reminders", "uketsuke_followed", "uketsuke_facts")


def read(event_id: int) -> list[Any]:
    """Everything that rests on registrations."""
    event = db.session.get_one(Event, event_id, populate_existing=True)
    found = [
        sorted(parties_of(event), key=repr), forecasts_of(event, at=NOON - timedelta(days=9)),
        forecasts_of(event, at=NOON + timedelta(days=9)), sorted(moves_of(event), key=repr), demand_of(event),
        overview_of(event, at=NOON).registered, everybody_in(event.id, event.change_number), undecided_of(event.id),
        booked_both_of(event, programme_of_event(event).sessions),
        *(sorted(moves_of(event, session=one), key=repr) for one in CODES),
    ]  # fmt: skip
    db.session.rollback()
    return found


def read_anew(app: Flask, event_id: int) -> list[Any]:
    """The same by a process that has kept nothing."""
    aside = {name: app.extensions.pop(name, None) for name in KEPT}
    try:
        return read(event_id)
    finally:
        app.extensions.update({name: one for name, one in aside.items() if one is not None})


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(ACTS, min_size=4, max_size=24))
@pytest.mark.slow
def test_sums_that_are_kept_are_those_made_anew_whatever_changed(app: Flask, make: Make, acts: list[Act]) -> None:
    desk = Desk(app, make)
    read(desk.event.id)
    for act in acts:
        desk.do(act)
        if act.reads:
            assert read(desk.event.id) == read_anew(app, desk.event.id)
    assert read(desk.event.id) == read_anew(app, desk.event.id)
    event, counted = db.session.merge(desk.event), listed.count(desk.event.id, listed.Wanted())
    assert everybody_in(event.id, event.change_number) == (counted.registrations, counted.people)


def sums_made_by(event: Event) -> int:
    """How many statements looked at bookings or registrations for a sum."""
    with noted() as seen:
        read(event.id)
    return sum(1 for one in seen if "booking_line" in str(one) or "party_number" in str(one))


@pytest.mark.parametrize("does", ["approve", "draw", "free"])
def test_places_of_others_that_move_are_found_by_their_bookings(app: Flask, make: Make, does: str) -> None:
    desk = Desk(app, make)
    read(desk.event.id)
    before = touched(desk.event.id).sessions
    desk.do(Act(does, 0, 0, frozenset({"talk"}), 3, reads=True))
    code = {"approve": "asked", "draw": "drawn", "free": "talk"}[does]
    after = touched(desk.event.id).sessions
    assert after[desk.sessions[code].id] != before[desk.sessions[code].id]
    assert read(desk.event.id) == read_anew(app, desk.event.id)


def test_a_change_touches_the_sessions_and_the_day_of_its_registration_alone(app: Flask, make: Make) -> None:
    desk = Desk(app, make)
    desk.do(Act("register", 0, 0, frozenset({"later"}), 1, reads=True))
    before = touched(desk.event.id)
    desk.do(Act("cancel", 3, 0, frozenset(), 1, reads=True))
    after = touched(desk.event.id)
    changed = {code for code, one in desk.sessions.items() if after.sessions[one.id] != before.sessions[one.id]}
    made = db.session.get_one(Registration, desk.who[3]).created_at.date()
    assert changed == {"later"}
    assert {one for one in after.days if after.days[one] != before.days[one]} == {made}
    assert sums_made_by(desk.event) > 0
    assert sums_made_by(desk.event) == 0, "nothing changed"


def test_too_many_changes_are_not_followed(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(app, make)
    read(desk.event.id)
    before = touched(desk.event.id).sessions
    monkeypatch.setattr("analytics.queries.touched.WINDOW", 1)
    with transaction():
        for _ in range(2):
            raise_change_number(desk.event.id)
    after = touched(desk.event.id).sessions
    assert not {one.id for one in desk.sessions.values() if after[one.id] == before[one.id]}
