"""Names and a ticket each inside a family, one person who drops out or joins: places move with them, nothing is counted
twice, and the door knows whose ticket it reads."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from analytics.queries.ledger import count_ledger
from analytics.rules.ledger import Place, Tally
from app.db import Model, db, transaction
from app.outbox.models import Letter
from app.programme.models import Category, Event, EventSession, EventVenue, SessionPlaces, Venue
from app.programme.rules import AdmissionRule
from checkin import models as checkin
from registrations.models import Attendee, Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.operations import (
    ChangedElsewhere,
    LargerThanSession,
    RegistrationClosed,
    SessionsOverlap,
    attend,
    cancel,
    change,
)
from registrations.operations.erasing import erase
from registrations.operations.handing import hand_over, reissue
from registrations.operations.naming import Named, name_people, one_ticket_again, ticket_each
from registrations.operations.people import add_person, drop_person
from registrations.operations.refusals import (
    NobodyLeft,
    NotAllNamed,
    NotForThisKind,
    NumbersByName,
    SomebodyCame,
    TooManyNames,
)
from registrations.queries.people import people_of, sessions_by_person
from registrations.rules import Application, PartyKind
from tests.checkin.doorside import Doorside
from tests.make import NOON, Make

AT = NOON - timedelta(days=5)
FAMILY = {"spectator": 2, "student": 2}
NAMES = {"spectator": ("Ana", "Ben"), "student": ("Cleo", "Dan")}


@pytest.fixture
def event(make: Make) -> Event:
    return make.event()


@pytest.fixture
def talk(make: Make, event: Event) -> EventSession:
    return make.session(event, "talk", capacity=4, admission=AdmissionRule.BOOKING_ONLY)


@pytest.fixture
def family(make: Make, event: Event, talk: EventSession) -> Registration:
    """Four people with one ticket and places in one session that has four."""
    return make.registration(event, talk, numbers=FAMILY, email="ana@example.jp")


def fresh(registration: Registration) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, registration.id, populate_existing=True)


def name(
    registration: Registration, names: Mapping[str, tuple[str, ...]] = NAMES, *, version: int | None = None
) -> None:
    ids = categories(registration)
    given = {ids[key]: [Named(one) for one in called] for key, called in names.items()}
    version = version or fresh(registration).version
    with transaction():
        name_people(registration.id, given, version=version)


def split(registration: Registration) -> dict[str, Ticket]:
    """A ticket each, by name."""
    name(registration)
    with transaction():
        ticket_each(registration.id, at=AT)
    return tickets(registration)


def tickets(registration: Registration) -> dict[str, Ticket]:
    db.session.rollback()
    query = (
        db.select(Attendee.name, Ticket)
        .join(Ticket, Ticket.attendee_id == Attendee.id)
        .where(Ticket.registration_id == registration.id, Ticket.replaced_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return {called or "": ticket for called, ticket in db.session.execute(query)}


def drop(registration: Registration, called: str) -> None:
    (one,) = (one for one in people_of(registration.id) if one.name == called)
    with transaction():
        drop_person(registration.id, one.id, at=AT)


def add(registration: Registration, called: str, **given: Any) -> None:
    category = categories(registration)["student"]
    facts: dict[str, Any] = {"everywhere": True, "at": AT, "version": fresh(registration).version, **given}
    with transaction():
        add_person(registration.id, category, Named(called), **facts)


def seats(registration: Registration, session: EventSession) -> dict[str, int]:
    """Live places in a session, by the name they are for; "" for those that are only numbers."""
    db.session.rollback()
    query = (
        db.select(Attendee.name, BookingLine.number)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .outerjoin(Attendee, Attendee.id == BookingLine.attendee_id)
        .where(Booking.registration_id == registration.id, Booking.session_id == session.id)
        .where(BookingLine.state.in_(("confirmed", "waiting")))
    )
    found: dict[str, int] = {}
    for called, number in db.session.execute(query):
        found[called or ""] = found.get(called or "", 0) + number
    return found


def numbers(registration: Registration) -> int:
    query = db.select(db.func.sum(PartyNumber.number)).where(PartyNumber.registration_id == registration.id)
    return int(db.session.scalar(query) or 0)


def promised(session: EventSession) -> int:
    db.session.rollback()
    return db.session.get_one(SessionPlaces, session.id, populate_existing=True).promised


def count(kind: type[Model]) -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(kind)) or 0


def letters() -> list[str]:
    return list(db.session.scalars(db.select(Letter.kind).order_by(Letter.id)))


def counted(event: Event) -> Tally:
    """The ledger as analytics reads it."""
    rows = db.session.scalars(db.select(checkin.Place).filter_by(event_id=event.id))
    return count_ledger(event, places={one.id: Place(one.session_id, one.venue_id) for one in rows}, undivided=None)


def people_in(tally: Tally) -> int:
    return sum(tally.people.values())


def categories(registration: Registration) -> dict[str, int]:
    query = db.select(Category.key, Category.id).where(Category.event_id == registration.event_id)
    return {row.key: row.id for row in db.session.execute(query)}


def test_names_are_kept_changed_and_taken_away(family: Registration) -> None:
    name(family)
    assert [one.name for one in people_of(family.id)] == ["Ana", "Ben", "Cleo", "Dan"]
    name(family, {"spectator": ("Ana",), "student": ("Cleo", "Daniel")})
    assert [one.name for one in people_of(family.id)] == ["Ana", None, "Cleo", "Daniel"]
    name(family)
    assert ([one.name for one in people_of(family.id)], count(Attendee)) == (["Ana", "Ben", "Cleo", "Dan"], 4)


def test_more_names_than_people_are_refused(family: Registration) -> None:
    with pytest.raises(TooManyNames):
        name(family, {"spectator": ("Ana", "Ben", "Eve")})
    assert people_of(family.id) == []


def test_names_from_a_page_that_is_older_than_a_change_are_refused_and_the_same_ones_twice_are_not(
    family: Registration,
) -> None:
    seen = fresh(family).version
    name(family)
    name(family, version=seen)
    with pytest.raises(ChangedElsewhere):
        name(family, {"spectator": ("Eve",)}, version=seen)


def test_of_a_class_nobody_is_named(make: Make, event: Event) -> None:
    pupils = make.registration(event, numbers={"student": 30}, kind=PartyKind.CLASS)
    with pytest.raises(NotForThisKind):
        name(pupils, {"student": ("Cleo",)})


def test_a_ticket_each_needs_a_name_for_everybody(family: Registration) -> None:
    name(family, {"spectator": ("Ana", "Ben")})
    with pytest.raises(NotAllNamed), transaction():
        ticket_each(family.id, at=AT)


def test_a_ticket_each_replaces_the_one_for_all_and_names_every_seat(
    make: Make, family: Registration, talk: EventSession
) -> None:
    before = make.ticket(family)
    own = split(family)
    assert sorted(own) == ["Ana", "Ben", "Cleo", "Dan"]
    assert seats(family, talk) == {"Ana": 1, "Ben": 1, "Cleo": 1, "Dan": 1}
    assert promised(talk) == 4
    db.session.refresh(before)
    assert (before.replaced_at, before.replaced_by_id) == (AT, None)
    assert letters() == ["confirmed", "confirmed"]
    with transaction():
        ticket_each(family.id, at=AT)
    assert {one.code for one in tickets(family).values()} == {one.code for one in own.values()}


def test_and_back_to_one_ticket_for_all(make: Make, family: Registration, talk: EventSession) -> None:
    own = split(family)
    with transaction():
        one_ticket_again(family.id, at=AT)
    assert tickets(family) == {}
    whole = make.ticket(family)
    assert (seats(family, talk), promised(talk), whole.attendee_id) == ({"": 4}, 4, None)
    assert {row.replaced_by_id for row in db.session.scalars(db.select(Ticket)) if row.id != whole.id} == {whole.id}
    assert len(own) == 4


def test_a_part_of_the_party_is_named_from_the_first_of_each_category(
    make: Make, event: Event, family: Registration
) -> None:
    other = make.session(event, "other", starts_at=NOON + timedelta(hours=3))
    change_to(family, "talk", "other")
    with transaction():
        attend(family.id, "other", {(categories(family)["student"], None): 1}, waits=False, at=AT)
    split(family)
    assert seats(family, other) == {"Cleo": 1}
    with transaction():
        one_ticket_again(family.id, at=AT)
    assert seats(family, other) == {"": 1}


def test_the_door_knows_whose_ticket_it_reads(app: Flask, make: Make, event: Event, family: Registration) -> None:
    door = Doorside(app, make, event)
    whole = make.ticket(family)
    talk = db.session.scalars(db.select(EventSession).filter_by(code="talk")).one()
    own = split(family)
    assert door.scan(talk, whole)["verdict"] == "replaced"
    told = door.scan(talk, own["Dan"])
    assert (told["verdict"], told["person"]["name"]) == ("admitted", "Dan")
    assert door.scan(talk, own["Dan"])["verdict"] == "readmitted"
    assert door.places(talk).arrived == 1


def test_who_was_let_in_keeps_the_tickets_as_they_are(
    app: Flask, make: Make, event: Event, family: Registration, talk: EventSession
) -> None:
    door, whole = Doorside(app, make, event), make.ticket(family)
    name(family)
    door.scan(talk, whole, people={"spectator": 1})
    with pytest.raises(SomebodyCame), transaction():
        ticket_each(family.id, at=NOON)
    assert (tickets(family), seats(family, talk)) == ({}, {"": 4})


def test_after_one_came_on_a_ticket_of_their_own_there_is_no_way_back(
    app: Flask, make: Make, event: Event, family: Registration, talk: EventSession
) -> None:
    own = split(family)
    Doorside(app, make, event).scan(talk, own["Cleo"])
    with pytest.raises(SomebodyCame), transaction():
        one_ticket_again(family.id, at=NOON)
    with pytest.raises(SomebodyCame):
        drop(family, "Cleo")
    assert len(tickets(family)) == 4


def test_a_dropped_person_gives_up_the_seat_and_the_ticket(
    app: Flask, make: Make, event: Event, family: Registration, talk: EventSession
) -> None:
    door, own = Doorside(app, make, event), split(family)
    drop(family, "Dan")
    drop_again = db.session.scalars(db.select(Attendee.id).filter_by(name="Dan")).one()
    with transaction():
        drop_person(family.id, drop_again, at=AT)
    assert (sorted(tickets(family)), numbers(family), promised(talk)) == (["Ana", "Ben", "Cleo"], 3, 3)
    assert seats(family, talk) == {"Ana": 1, "Ben": 1, "Cleo": 1}
    assert letters() == ["confirmed", "confirmed", "changed"]
    assert door.scan(talk, own["Dan"])["verdict"] == "cancelled"
    assert door.scan(talk, own["Ana"])["verdict"] == "admitted"


def test_the_place_of_a_dropped_person_goes_to_who_waits(
    make: Make, event: Event, family: Registration, talk: EventSession
) -> None:
    waits = make.registration(event, waiting=frozenset({"talk"}))
    assert seats(waits, talk) == {"": 1}
    split(family)
    drop(family, "Dan")
    assert promised(talk) == 4
    states = db.session.scalars(
        db.select(BookingLine.state)
        .join(Booking, Booking.id == BookingLine.booking_id)
        .where(Booking.registration_id == waits.id)
    ).all()
    assert [one.value for one in states] == ["confirmed"]


def test_with_one_ticket_for_all_a_named_person_drops_out_as_a_number(
    family: Registration, make: Make, talk: EventSession
) -> None:
    name(family)
    drop(family, "Ben")
    assert ([one.name for one in people_of(family.id)], numbers(family)) == (["Ana", "Cleo", "Dan"], 3)
    assert (seats(family, talk), promised(talk), make.ticket(family).attendee_id) == ({"": 3}, 3, None)


def test_the_last_one_cancels_instead(make: Make, event: Event) -> None:
    pair = make.registration(event, numbers={"student": 2})
    name(pair, {"student": ("Cleo", "Dan")})
    drop(pair, "Dan")
    assert fresh(pair).party_kind is PartyKind.PERSON
    with pytest.raises(NobodyLeft):
        drop(pair, "Cleo")


def test_somebody_who_joins_takes_a_place_and_gets_a_ticket(
    family: Registration, talk: EventSession, make: Make, event: Event
) -> None:
    other = make.session(event, "other", starts_at=NOON + timedelta(hours=3))
    split(family)
    with pytest.raises(LargerThanSession):
        add(family, "Eve")
    assert (sorted(tickets(family)), count(Attendee), numbers(family)) == (["Ana", "Ben", "Cleo", "Dan"], 4, 4)
    add(family, "Eve", everywhere=False)
    assert (sorted(tickets(family)), numbers(family)) == (["Ana", "Ben", "Cleo", "Dan", "Eve"], 5)
    assert seats(family, talk) == {"Ana": 1, "Ben": 1, "Cleo": 1, "Dan": 1}
    change_to(family, "talk", "other", numbers={"spectator": 2, "student": 3})
    assert seats(family, other) == {"Ana": 1, "Ben": 1, "Cleo": 1, "Dan": 1, "Eve": 1}
    assert seats(family, talk) == {"Ana": 1, "Ben": 1, "Cleo": 1, "Dan": 1}


def test_nobody_joins_once_registration_has_closed(make: Make, family: Registration) -> None:
    with pytest.raises(RegistrationClosed):
        add(family, "Eve", everywhere=False, at=NOON + timedelta(days=9))


def change_to(registration: Registration, *codes: str, **given: Any) -> None:
    facts: dict[str, Any] = {"name": "Ana", "email": "ana@example.jp", "numbers": FAMILY, **given}
    version = fresh(registration).version
    with transaction():
        change(registration.id, Application(sessions=frozenset(codes), **facts), version=version, at=AT)


def test_numbers_do_not_fall_below_the_names_and_stand_while_each_has_a_ticket(family: Registration) -> None:
    name(family)
    with pytest.raises(TooManyNames):
        change_to(family, "talk", numbers={"spectator": 1, "student": 2})
    with transaction():
        ticket_each(family.id, at=AT)
    with pytest.raises(NumbersByName):
        change_to(family, "talk", numbers={"spectator": 3, "student": 2})
    assert numbers(family) == 4


def test_nobody_is_in_two_rooms_at_once_by_name(
    make: Make, event: Event, family: Registration, talk: EventSession
) -> None:
    at_once = make.session(event, "at-once")
    student = categories(family)["student"]
    who = {called: (student, ticket.attendee_id) for called, ticket in split(family).items()}

    def send(session: str, *seats: tuple[int, int | None]) -> None:
        with transaction():
            attend(family.id, session, dict.fromkeys(seats, 1), waits=False, at=AT)

    send("talk", who["Dan"])
    with pytest.raises(SessionsOverlap):
        change_to(family, "talk", "at-once")
    with pytest.raises(SessionsOverlap):
        send("at-once", who["Dan"])
    with pytest.raises(ChangedElsewhere):
        send("at-once", (student, None))
    send("at-once", who["Cleo"])
    assert (seats(family, at_once), seats(family, talk)) == ({"Cleo": 1}, {"Dan": 1})


def test_people_count_the_same_with_one_ticket_and_with_one_each(
    app: Flask, make: Make, event: Event, family: Registration, talk: EventSession
) -> None:
    door, whole = Doorside(app, make, event), make.ticket(family)
    door.scan(talk, whole, people=FAMILY)
    before = counted(event)
    undone = make.event("twin")
    twin_talk = make.session(undone, "talk", capacity=4, admission=AdmissionRule.BOOKING_ONLY)
    twin = make.registration(undone, twin_talk, numbers=FAMILY)
    twin_door = Doorside(app, make, undone)
    for ticket in split(twin).values():
        twin_door.scan(twin_talk, ticket)
    assert (people_in(before), people_in(counted(undone))) == (4, 4)


def test_a_paper_that_was_read_without_a_connection_counts_nobody_twice(
    app: Flask, make: Make, event: Event, family: Registration, talk: EventSession
) -> None:
    door, whole = Doorside(app, make, event), make.ticket(family)
    place = f"entrance:{_venue(event)}:{NOON.date().isoformat()}"
    own = split(family)
    door.scan(talk, own["Ana"])
    door.scan(talk, own["Cleo"])
    assert people_in(counted(event)) == 2
    late = door.claim(place, whole, shown="admitted", people=FAMILY)
    assert door.send(late)[0]["verdict"] == "admitted"
    assert door.conflicts() == ["not_entitled"]
    assert people_in(counted(event)) == 4


def _venue(event: Event) -> str:
    query = db.select(Venue.slug).join(EventVenue, EventVenue.venue_id == Venue.id)
    return str(db.session.scalars(query.where(EventVenue.event_id == event.id)).one())


def test_handing_over_makes_one_ticket_and_forgets_every_name(
    make: Make, family: Registration, talk: EventSession
) -> None:
    own = split(family)
    with transaction():
        hand_over(family.id, name="Tomo", address="tomo@example.jp", at=AT)
    assert {one.name for one in people_of(family.id)} == {None}
    assert (make.ticket(family).attendee_id, seats(family, talk), len(own)) == (None, {"": 4}, 4)


def test_new_codes_stay_with_their_people_and_erasing_leaves_no_name(family: Registration) -> None:
    before = split(family)
    with transaction():
        reissue(family.id, at=AT)
    after = tickets(family)
    assert {name: one.attendee_id for name, one in after.items()} == {
        name: one.attendee_id for name, one in before.items()
    }
    assert not {one.code for one in after.values()} & {one.code for one in before.values()}
    drop(family, "Dan")
    with transaction():
        erase(family.id, at=AT)
    rows = db.session.execute(db.select(Attendee.name, Attendee.reading)).all()
    assert {tuple(row) for row in rows} == {(None, None)}


def test_cancelling_gives_back_every_seat_by_name(family: Registration, talk: EventSession) -> None:
    split(family)
    with transaction():
        cancel(family.id, at=AT)
    assert (promised(talk), seats(family, talk), dict(sessions_by_person(family.id))) == (0, {}, {})
