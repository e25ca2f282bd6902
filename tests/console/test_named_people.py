"""One named person taken out of a party by staff, from the page of the registration; and who may not."""

from datetime import timedelta

import pytest

from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import SessionPlaces
from registrations.models import Registration
from registrations.operations.naming import Named, name_people, ticket_each
from registrations.queries.people import people_of
from tests.console.conftest import Cast
from tests.console.editing import post
from tests.make import NOON, Make

AT = NOON - timedelta(days=5)


@pytest.fixture
def pair(make: Make, cast: Cast) -> Registration:
    """Ana and Ben with a ticket each and a place each."""
    talk = make.session(cast.event, "talk", capacity=5)
    make.release(cast.event)
    made = make.registration(cast.event, talk, numbers={"spectator": 2})
    category = make.categories(cast.event)["spectator"].id
    with transaction():
        name_people(made.id, {category: [Named("Ana"), Named("Ben")]}, version=made.version)
        ticket_each(made.id, at=AT)
    return made


def names(registration: Registration) -> list[str | None]:
    db.session.rollback()
    return [one.name for one in people_of(registration.id)]


def test_staff_take_one_person_out_by_name(cast: Cast, pair: Registration) -> None:
    where = f"/console/events/fair/registrations/{pair.uuid}"
    ben = next(one.uuid for one in people_of(pair.id) if one.name == "Ben")
    with frozen(AT):
        assert post(cast.olga, f"{where}/people/{ben}/drop").status_code == 303
        shown = cast.olga.get(f"{where}?lang=en").get_data(as_text=True)
        assert post(cast.olga, f"{where}/people/{ben}/drop").status_code == 404
        ana = next(one.uuid for one in people_of(pair.id))
        assert post(cast.olga, f"{where}/people/{ana}/drop").status_code == 409
    assert names(pair) == ["Ana"]
    assert ("left the party" in shown, f"/people/{ana}/drop" in shown) == (True, False)
    assert db.session.scalars(db.select(SessionPlaces.promised)).one() == 1
    entry = db.session.scalars(db.select(AuditEntry).filter_by(verb="registration.drop_person")).one()
    assert entry.facts == {"attendee": str(ben)}


def test_nobody_else_does(cast: Cast, pair: Registration) -> None:
    ben = next(one.uuid for one in people_of(pair.id) if one.name == "Ben")
    path = f"/console/events/fair/registrations/{pair.uuid}/people/{ben}/drop"
    statuses = [post(who, path).status_code for who in (cast.victor, cast.sam)]
    assert (statuses, cast.stranger.post(path).status_code) == ([403, 404], 401)
    assert names(pair) == ["Ana", "Ben"]
