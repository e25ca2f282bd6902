"""Whether a door has seen a ticket is found through two narrow indexes: it is what all scans and all lines say."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import db
from app.programme.rules import AdmissionRule
from checkin.models import Entry, Scan
from checkin.queries.replacing import is_used
from registrations.models import Ticket
from tests.checkin.test_rolled_up import Day
from tests.make import Make

pytestmark = pytest.mark.slow


@settings(max_examples=10, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_a_ticket_is_used_once_any_scan_or_line_is_of_it(app: Flask, make: Make, data: st.DataObject) -> None:
    day = Day(app, make, data.draw)  # type: ignore[arg-type]
    booked_up = make.session(day.door.event, "booked", admission=AdmissionRule.BOOKING_ONLY)
    for _ in range(data.draw(st.integers(0, 9))):
        day.act()
    for one in data.draw(st.lists(st.sampled_from(day.tickets), unique=True, max_size=3)):
        assert day.door.scan(booked_up, one.code)["verdict"] in ("not_booked", "replaced"), "seen, and nothing written"
    db.session.rollback()
    tickets = db.session.scalars(select(Ticket).where(Ticket.event_id == day.door.event.id)).all()
    seen = {*db.session.scalars(select(Scan.ticket_id)), *db.session.scalars(select(Entry.ticket_id))}
    assert {one.id for one in tickets if is_used(one)} == {one.id for one in tickets} & seen
