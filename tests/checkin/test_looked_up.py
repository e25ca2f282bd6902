"""Lines are found without an index of their own: by the id of their scan, and the newest of an event by its days."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db, transaction
from app.direct import asking
from app.programme.rules import Reentry
from app.web.actors import ANONYMOUS
from checkin.models import Entry, of_scan
from checkin.operations import import_attendance
from checkin.queries.moved import ids_near, standing_of
from registrations.rules import BookingState
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.test_preparing import FIGURES
from tests.make import NOON, Make

DAY = timedelta(days=1)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.AFTER_EXIT), rights=EVERY_RIGHT)


def newest(event_id: int) -> int:
    with asking() as wire:
        return standing_of(wire, event_id).newest_id


def test_the_newest_line_of_an_event_is_found_on_whatever_day_it_is(door: Doorside, make: Make) -> None:
    event = door.event.id
    assert newest(event) == 0
    first, second = (make.session(door.event, code, starts_at=NOON + day * DAY) for day, code in enumerate("ab"))
    for session, day in ((first, 0), (second, 1), (first, 0), (second, 1), (first, 0)):
        door.tap(session, at=NOON + day * DAY)
        expected = db.session.scalar(select(func.max(Entry.id)).where(Entry.event_id == event))
        assert newest(event) == expected
    assert len(set(db.session.scalars(select(Entry.day)))) == 2
    other = make.event("other")
    with transaction():
        import_attendance(other, FIGURES, at=NOON, actor=ANONYMOUS)
    last = db.session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
    assert last.day is None
    assert (newest(last.event_id), newest(event)) == (last.id, expected)
    with asking() as wire:
        assert last.id not in ids_near(wire, event, 0)


def test_a_plain_line_is_called_what_its_scan_is_and_every_line_is_found_by_its_scan(
    door: Doorside, make: Make
) -> None:
    talk = make.session(door.event, "talk", capacity=5)
    booked = {talk: BookingState.CONFIRMED}
    plain, party = door.ticket({"student": 1}, booked=booked), door.ticket({"student": 3}, booked=booked)
    one, three = door.scan(talk, plain), door.scan(talk, party, people={"student": 2})
    gone = door.scan(talk, plain, direction="out", at=NOON + timedelta(minutes=1))
    by_scan = {str(line.scan_id): line for line in db.session.scalars(select(Entry))}
    assert by_scan[one["id"]].uuid == by_scan[one["id"]].scan_id
    assert by_scan[three["id"]].uuid != by_scan[three["id"]].scan_id
    for scan in (one, three, gone):
        asked = by_scan[scan["id"]].scan_id
        found = db.session.scalars(select(Entry.id).where(of_scan(lambda column: column == asked))).all()  # noqa: B023
        assert found == [by_scan[scan["id"]].id]
