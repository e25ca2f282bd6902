"""The people of a party by name, as staff change them: names, tickets, one fewer, one more; and who may not."""

from datetime import timedelta

import pytest

from app.audit import AuditEntry
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, SessionPlaces
from registrations.models import Registration
from registrations.operations.naming import Named, name_people, ticket_each
from registrations.queries.people import people_of
from registrations.rules import PartyKind
from tests.console.conftest import Cast
from tests.console.editing import post
from tests.make import NOON, Make
from tests.registrations.views.forms import errors_on

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


def test_staff_name_a_family_and_give_and_withdraw_a_ticket_each(cast: Cast, make: Make) -> None:
    talk = make.session(cast.event, "talk", capacity=5)
    make.release(cast.event)
    family = make.registration(cast.event, talk, numbers={"spectator": 2})
    where = f"/console/events/fair/registrations/{family.uuid}/names"
    with frozen(AT):
        assert "/names/tickets" not in cast.olga.get(where).get_data(as_text=True)
        early = post(cast.olga, f"{where}/tickets?lang=en", each="1")
        assert (early.status_code, errors_on(early)) == (
            409, ["Everybody needs a name or a nickname for a ticket of their own."],
        )  # fmt: skip
        named = {"version": str(family.version), "name-spectator-0": "Ana", "name-spectator-1": "Ben"}
        assert [post(cast.olga, where, named).status_code for _ in range(2)] == [303, 303]
        assert [post(cast.olga, f"{where}/tickets", each="1").status_code for _ in range(2)] == [303, 303]
        assert [one.code is not None for one in people_of(family.id)] == [True, True]
        version = db.session.get_one(Registration, family.id).version
        wrong = post(cast.olga, f"{where}?lang=en", {**named, "version": str(version), "name-spectator-1": ""})
        assert (wrong.status_code, errors_on(wrong)) == (422, ["Type a name or a nickname."])
        stale = post(cast.olga, f"{where}?lang=en", {**named, "name-spectator-1": "Bea"})
        assert (stale.status_code, 'value="Bea"' in stale.get_data(as_text=True)) == (409, True)
        assert post(cast.olga, where, {**named, "version": str(version), "name-spectator-1": "Bea"}).status_code == 303
        assert post(cast.olga, f"{where}/tickets", each="0").status_code == 303
    assert (names(family), [one.code for one in people_of(family.id)]) == (["Ana", "Bea"], [None, None])
    assert acts() == [
        ("registration.names", {}), ("registration.tickets", {"each": True}), ("registration.names", {}),
        ("registration.tickets", {"each": False}),
    ]  # fmt: skip


def test_staff_add_a_person_also_once_registration_has_closed(cast: Cast, pair: Registration) -> None:
    where = f"/console/events/fair/registrations/{pair.uuid}/names"
    with transaction():
        db.session.get_one(Event, cast.event.id).registration_closes_at = AT - timedelta(days=1)
    with frozen(AT):
        form = {"more-version": str(db.session.get_one(Registration, pair.id).version), "more-sessions": "y"}
        nobody = post(cast.olga, f"{where}/more?lang=en", {**form, "more-reading": "かんじ漢字"})
        assert (nobody.status_code, len(errors_on(nobody))) == (422, 3)
        assert "かんじ漢字" in nobody.get_data(as_text=True)
        eve = {**form, "more-category": "spectator", "more-name": "Eve"}
        assert post(cast.olga, f"{where}/more", eve).location == where
        again = post(cast.olga, f"{where}/more?lang=en", eve)
        assert (again.status_code, 'value="Eve"' in again.get_data(as_text=True)) == (409, True)
    assert (names(pair), {one.code is not None for one in people_of(pair.id)}) == (["Ana", "Ben", "Eve"], {True})
    assert db.session.scalars(db.select(SessionPlaces.promised)).one() == 3
    new = next(one.uuid for one in people_of(pair.id) if one.name == "Eve")
    assert acts() == [("registration.add_person", {"attendee": str(new)})]


def test_of_a_class_nobody_is_named_and_of_a_cancelled_party_nothing_changes(cast: Cast, make: Make) -> None:
    make.release(cast.event)
    group = make.registration(cast.event, numbers={"student": 8}, kind=PartyKind.CLASS)
    gone = make.registration(cast.event, numbers={"spectator": 2})
    with transaction():
        db.session.get_one(Registration, gone.id).cancelled_at = AT
    for row in (group, gone):
        where = f"/console/events/fair/registrations/{row.uuid}/names"
        assert cast.olga.get(where).location == where.removesuffix("/names")
        sent = [post(cast.olga, where + more, {}).status_code for more in ("", "/tickets", "/more")]
        assert sent == [409, 409, 409]


def test_the_names_are_for_who_may_edit_the_event(cast: Cast, pair: Registration) -> None:
    where = f"/console/events/fair/registrations/{pair.uuid}/names"
    assert cast.statuses(where) == {"owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
    for more in ("", "/tickets", "/more"):
        assert [post(who, where + more).status_code for who in (cast.victor, cast.sam)] == [403, 404]
        assert cast.stranger.post(where + more).status_code == 401
    assert names(pair) == ["Ana", "Ben"]


def acts() -> list[tuple[str, dict[str, object]]]:
    db.session.rollback()
    found = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id))
    return [(one.verb, one.facts) for one in found if one.verb.startswith("registration.")]
