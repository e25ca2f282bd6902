"""Teams: exhibitors, speakers and staff take no seat of the audience, come before the doors open, and are counted as
people, not as booked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from analytics.queries.facts import facts_of
from analytics.queries.ledger import count_ledger
from analytics.rules.ledger import Place
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession, Organisation, SessionPlaces
from app.programme.rules import AdmissionRule, OrganisationKind
from checkin import models as checkin
from registrations.models import Registration
from registrations.operations import change
from registrations.operations.refusals import TeamStays
from registrations.operations.restoring import restore
from registrations.operations.staffing import StaffFacts, cancel_by_staff, change_by_staff
from registrations.queries.history import bookings_of
from registrations.rules import Application, BookingState, PartyKind
from tests.checkin.doorside import Doorside
from tests.console.editing import changed
from tests.make import NOON, Make, both

AT = NOON - timedelta(days=5)


@pytest.fixture(autouse=True)
def before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    event = make.event()
    make.session(event, "full", capacity=1, title=both("講演", "Talk"))
    make.session(event, "closed", admission=AdmissionRule.CLOSED, title=both("準備", "Setting up"))
    make.session(event, "free", admission=AdmissionRule.WALK_IN, title=both("展示", "Show"))
    with transaction():
        db.session.add(
            Organisation(host_id=event.host_id, code="npo", kind=OrganisationKind.NPO, name=both("架空の会", "Made-up"))
        )
    make.release(event)
    make.registration(event, session("full"))
    return event


@pytest.fixture
def olga(make: Make, event: Event) -> FlaskClient:
    return make.signed_in(make.olga(event))


def session(code: str) -> EventSession:
    found: EventSession = db.session.scalars(db.select(EventSession).filter_by(code=code)).one()
    return found


def enter(olga: FlaskClient, event: Event, **given: Any) -> TestResponse:
    typed = {
        "name": "Tomo", "with-spectator": "3", "organisation": "npo", "sessions": ["full", "closed", "free"], **given,
    }  # fmt: skip
    return changed(olga, f"/console/events/{event.slug}/registrations/new?kind=team", **typed)


def team() -> Registration:
    db.session.rollback()
    found: Registration = db.session.scalars(db.select(Registration).filter_by(party_kind=PartyKind.TEAM)).one()
    return found


def promised(code: str) -> int:
    db.session.rollback()
    return db.session.get_one(SessionPlaces, session(code).id, populate_existing=True).promised


def test_a_team_is_entered_for_full_and_closed_sessions_and_takes_no_seat(olga: FlaskClient, event: Event) -> None:
    assert enter(olga, event).status_code == 303
    made = team()
    assert (made.group_name, made.organisation_id) == ("架空の会", db.session.scalar(db.select(Organisation.id)))
    assert [promised(code) for code in ("full", "closed", "free")] == [1, 0, 0]
    listed = olga.get(f"/console/events/{event.slug}/registrations?kind=team&lang=ja").get_data(as_text=True)
    assert "架空の会 · 出展者・登壇者・スタッフ" in listed


def test_it_is_changed_cancelled_and_restored_without_moving_a_place(
    olga: FlaskClient, event: Event, make: Make
) -> None:
    enter(olga, event)
    made, actor = team(), make.actor(make.account("Other"))
    where = f"/console/events/{event.slug}/registrations/{made.uuid}/change"
    assert 'value="full" checked' in olga.get(where).get_data(as_text=True)
    typed = {"organisation": "", "group_name": "Stage", "sessions": ["full", "free"], "with-spectator": "4"}
    assert changed(olga, where, **typed).status_code == 303
    assert (team().group_name, team().organisation_id, promised("full")) == ("Stage", None, 1)
    with transaction():
        held = cancel_by_staff(made.id, at=AT, actor=actor)
    assert (promised("full"), len(held or ())) == (1, 2)
    with transaction():
        lost = restore(made.id, held or (), cancelled_at=AT, at=AT + timedelta(minutes=1), actor=actor)
    assert (lost, promised("full")) == ([], 1)


def test_a_team_stays_a_team(olga: FlaskClient, event: Event, make: Make) -> None:
    enter(olga, event)
    made, actor = team(), make.actor(make.account("Other"))
    application = Application(name="Tomo", numbers={"spectator": 3}, sessions=frozenset({"full"}))
    with pytest.raises(TeamStays), transaction():
        change_by_staff(made.id, application, StaffFacts(), version=made.version, at=AT, actor=actor)
    with transaction():
        change(made.id, application, version=team().version, at=AT)
    assert (team().party_kind, promised("full")) == (PartyKind.TEAM, 1)


def test_it_comes_early_into_a_full_room_and_counts_as_people_only(
    app: Flask, olga: FlaskClient, event: Event, make: Make
) -> None:
    enter(olga, event)
    door = Doorside(app, make, event)
    ticket, early = make.ticket(team()), NOON - timedelta(hours=4)
    told = door.scan(session("full"), ticket, at=early, people={"spectator": 3})
    assert told["verdict"] == "admitted"
    places = door.places(session("full"))
    assert (places.present, places.arrived, places.promised) == (0, 0, 1)
    rows = db.session.scalars(db.select(checkin.Place).filter_by(event_id=event.id))
    tally = count_ledger(event, places={one.id: Place(one.session_id, one.venue_id) for one in rows}, undivided=None)
    assert (sum(tally.people.values()), {one.booked for one in tally.admissions}) == (3, {None})
    assert {one.code: one.confirmed for one in facts_of(event).sessions} == {"full": 1, "closed": 0, "free": 0}


def test_the_teams_own_link_keeps_what_no_public_form_lists(app: Flask, olga: FlaskClient, event: Event) -> None:
    enter(olga, event)
    made, client = team(), app.test_client()
    typed = {
        "name": "Tomo 2", "language": "ja", "group_name": "架空の会", "with-spectator": "3",
        "version": str(made.version), "sessions": ["full"],
    }  # fmt: skip
    assert client.post(f"/r/{made.link}/change", data=typed).status_code == 303
    standing = {one.code for one in bookings_of(team().id) if one.state is BookingState.CONFIRMED}
    assert (standing, promised("full")) == ({"full", "closed"}, 1)


def test_nobody_but_who_may_edit_the_event_enters_one(app: Flask, make: Make, event: Event) -> None:
    where = f"/console/events/{event.slug}/registrations/new?kind=team"
    assert app.test_client().get(where).status_code in (302, 303)
    other = make.signed_in(make.olga(make.event("other")))
    assert other.get(where).status_code == 404


def test_a_team_needs_a_name_and_people(olga: FlaskClient, event: Event) -> None:
    refused = enter(olga, event, name="", **{"with-spectator": "0"})
    assert refused.status_code == 422
    assert 'value="npo"' in refused.get_data(as_text=True)
