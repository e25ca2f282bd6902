"""An event held again: other days, the same clock, nothing of who came."""

from datetime import date, timedelta

import pytest
from click.testing import Result
from flask import Flask

from app.db import db, transaction
from app.programme.models import Event, EventSession, Participation
from app.programme.operations import SlugTaken, copy_event
from app.programme.queries import programme_of_event
from app.programme.rules import EventStatus
from app.web.actors import Actor
from registrations.cli import event as event_commands
from registrations.models import Registration
from tests.make import NOON, Make
from tests.programme.files import bring_in, demo


def copy(event: Event, slug: str = "again", *, starts_on: date, with_sessions: bool = True) -> Event:
    with transaction():
        return copy_event(event, slug=slug, starts_on=starts_on, with_sessions=with_sessions, at=NOON, actor=Actor())


def test_a_copy_is_the_same_programme_on_other_days(make: Make) -> None:
    done = bring_in(make.host(), demo("yocolab-2023"))
    event = db.session.get_one(Event, done.event_id)
    before = programme_of_event(event)
    made = copy(event, starts_on=before.event.starts_on + timedelta(days=364))
    after = programme_of_event(made)
    assert (made.status, made.host_id) == (EventStatus.DRAFT, event.host_id)
    assert made.ends_on - event.ends_on == timedelta(days=364)
    assert (after.venues, after.categories) == (before.venues, before.categories)
    by = {(after.session[one.code].starts_at - one.starts_at).days for one in before.sessions}
    assert by == {364}
    assert {one.room for one in after.sessions} == {one.room for one in before.sessions}
    assert [one.appearances for one in after.sessions if one.appearances] == []
    assert set(db.session.scalars(db.select(Participation.took_part).filter_by(event_id=made.id))) <= {None}
    assert programme_of_event(event) == before


def test_without_sessions_and_without_bookings(make: Make) -> None:
    event = make.event()
    make.registration(event, make.session(event))
    made = copy(event, starts_on=date(2027, 10, 2), with_sessions=False)
    assert db.session.scalars(db.select(EventSession.id).filter_by(event_id=made.id)).all() == []
    assert db.session.scalars(db.select(Registration.event_id)).all() == [event.id]


def test_the_clock_stays_when_clocks_were_changed_between(make: Make) -> None:
    event = make.event(timezone="Europe/Berlin")
    session = make.session(event)
    made = copy(event, starts_on=date(2027, 1, 10))
    moved = programme_of_event(made).session[session.code]
    zone = programme_of_event(made).event.zone
    assert moved.starts_at.astimezone(zone).time() == session.starts_at.astimezone(zone).time()


def test_an_address_that_is_taken_is_refused_whoever_has_it(make: Make) -> None:
    event = make.event()
    make.event("other", host=make.host("elsewhere"))
    with pytest.raises(SlugTaken):
        copy(event, "other", starts_on=date(2027, 10, 2))


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(event_commands, ["copy", *arguments])


def test_on_the_command_line(app: Flask, make: Make) -> None:
    make.event("fair")
    done = run(app, "fair", "fair-2027", "--starts-on", "2027-10-02")
    assert (done.exit_code, done.output) == (
        0,
        "fair-2027 is a draft for 2027-10-02 to 2027-10-04. The public sees it after it is published and released.\n",
    )
    assert run(app, "fair", "Fair 2027", "--starts-on", "2027-10-02").exit_code == 2
