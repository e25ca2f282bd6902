"""What the door and the organiser ask: one ticket in one query, booked places, the list of registrations."""

from datetime import timedelta
from typing import Any

import pytest

from app.db import db, transaction
from app.programme.models import Event, EventSession
from app.programme.rules import OrganisationKind
from registrations.models import Attendee, Booking, BookingLine, Registration, Ticket
from registrations.operations import cancel, change
from registrations.queries import (
    BookedCount,
    BookedPlaces,
    booked_both,
    booked_counts,
    consents_of,
    door_facts,
    is_of_another_event,
    party_of,
    registration_by_link,
    ticket_by_code,
    ticket_by_number,
)
from registrations.rules import Application, BookingState, PartyKind
from tests.make import NOON, Make
from tests.registrations.views.test_registering import questions

AT = NOON - timedelta(days=30)


@pytest.fixture
def event(make: Make) -> Event:
    return make.event()


@pytest.fixture
def talk(event: Event, make: Make) -> EventSession:
    return make.session(event, "talk")


def set_row(kind: Any, row_id: int, **facts: Any) -> None:
    with transaction():
        row = db.session.get_one(kind, row_id)
        for name, value in facts.items():
            setattr(row, name, value)


def test_the_door_gets_all_it_needs_of_a_ticket(event: Event, talk: EventSession, make: Make) -> None:
    made = make.registration(event, talk, numbers={"spectator": 1, "student": 3}, language="en")
    ticket = make.ticket(made)
    facts = door_facts(event.id, code=ticket.code)
    assert facts is not None
    adults, children = (make.categories(event)[key].id for key in ("spectator", "student"))
    assert (facts.ticket_id, facts.registration_id, facts.number, facts.rid) == (
        ticket.id,
        made.id,
        ticket.number,
        ticket.rid,
    )
    assert (facts.name, facts.party_kind, facts.language, facts.registered_at) == (
        "Ana",
        PartyKind.FAMILY,
        "en",
        NOON - timedelta(days=30),
    )
    assert (facts.cancelled, facts.blocked, facts.replaced, facts.organisation_kind) == (False, False, False, None)
    assert facts.people == {adults: 1, children: 3}
    assert facts.bookings == (
        BookedPlaces(talk.id, adults, None, 1, BookingState.CONFIRMED),
        BookedPlaces(talk.id, children, None, 3, BookingState.CONFIRMED),
    )
    assert facts.confirmed_in(talk.id) == {adults: 1, children: 3}
    assert (facts.states_in(talk.id), facts.states_in(0)) == (frozenset({BookingState.CONFIRMED}), frozenset())


def test_a_ticket_is_found_by_code_row_id_and_number_in_its_own_event_only(event: Event, make: Make) -> None:
    ticket, other = make.ticket(make.registration(event)), make.event("other")
    for key in ({"code": ticket.code}, {"rid": ticket.rid}, {"number": ticket.number}):
        found = door_facts(event.id, **key)
        assert found is not None
        assert (found.ticket_id, door_facts(other.id, **key)) == (ticket.id, None)
    assert (is_of_another_event(other.id, ticket.code), is_of_another_event(event.id, ticket.code)) == (True, False)
    assert not is_of_another_event(event.id, "A" * 26)


def test_one_query_whatever_the_size_of_the_registration(event: Event, make: Make) -> None:
    sessions = [make.session(event, starts_at=NOON + timedelta(hours=n)) for n in range(3)]
    small, large = make.ticket(make.registration(event)), make.ticket(make.registration(event, *sessions))
    codes, event_id = [small.code, large.code], event.id
    assert [questions(lambda code=code: door_facts(event_id, code=code)) for code in codes] == [1, 1]


def test_cancelled_blocked_and_replaced_are_told_apart(event: Event, talk: EventSession, make: Make) -> None:
    made = make.registration(event, talk)
    ticket = make.ticket(made)
    with transaction():
        cancel(made.id, at=AT)
    facts = door_facts(event.id, code=ticket.code)
    assert facts is not None
    assert (facts.cancelled, facts.states_in(talk.id)) == (True, frozenset({BookingState.CANCELLED}))
    set_row(Registration, made.id, cancelled_at=None, blocked_at=NOON)
    set_row(Ticket, ticket.id, replaced_at=NOON)
    facts = door_facts(event.id, code=ticket.code)
    assert facts is not None
    assert (facts.cancelled, facts.blocked, facts.replaced) == (False, True, True)


def test_a_ticket_of_one_attendee_is_good_for_that_attendee(event: Event, talk: EventSession, make: Make) -> None:
    made = make.registration(event, talk, numbers={"spectator": 1})
    ticket, category = make.ticket(made), make.categories(event)["student"]
    with transaction():
        child, sister = (
            Attendee(registration_id=made.id, category_id=category.id, name=name) for name in ("Ken", "Mei")
        )
        db.session.add_all([child, sister])
        db.session.flush()
        booking = db.session.scalars(db.select(Booking)).one()
        for attendee, state in ((child, BookingState.CONFIRMED), (sister, BookingState.WAITING)):
            db.session.add(
                BookingLine(booking_id=booking.id, category_id=category.id, attendee_id=attendee.id, number=1,
                            state=state, state_at=AT)
            )  # fmt: skip
        db.session.get_one(Ticket, ticket.id).attendee_id = child.id
    facts = door_facts(event.id, code=ticket.code)
    assert facts is not None
    assert (facts.name, facts.people) == ("Ken", {category.id: 1})
    assert {line.attendee_id for line in facts.bookings} == {None, child.id}


def test_a_party_of_an_organisation_says_of_what_kind(event: Event, make: Make) -> None:
    from app.programme.models import Organisation

    made = make.registration(event)
    with transaction():
        npo = Organisation(host_id=event.host_id, code="npo", name={"ja": "会"}, kind=OrganisationKind.NPO)
        db.session.add(npo)
        db.session.flush()
        db.session.get_one(Registration, made.id).organisation_id = npo.id
    facts = door_facts(event.id, code=make.ticket(made).code)
    assert facts is not None
    assert facts.organisation_kind is OrganisationKind.NPO


def test_the_row_can_be_held_until_the_end_of_the_transaction(event: Event, make: Make) -> None:
    code = make.ticket(make.registration(event)).code
    with transaction():
        assert door_facts(event.id, code=code, hold=True) is not None


def test_booked_places_by_session_and_category(event: Event, talk: EventSession, make: Make) -> None:
    late = make.session(event, "late", starts_at=NOON + timedelta(hours=3))
    make.registration(event, talk, late, numbers={"spectator": 2})
    made = make.registration(event, talk, numbers={"spectator": 1, "student": 4})
    make.registration(make.event("other"))
    with transaction():
        change(made.id, Application("Ana", {"spectator": 1, "student": 3}, frozenset({"talk"})), version=1, at=AT)
    assert booked_counts(event.id) == [
        BookedCount("talk", "spectator", BookingState.CONFIRMED, 3),
        BookedCount("talk", "student", BookingState.CONFIRMED, 3),
        BookedCount("late", "spectator", BookingState.CONFIRMED, 2),
    ]
    with transaction():
        cancel(made.id, at=AT)
    assert booked_counts(event.id)[0] == BookedCount("talk", "spectator", BookingState.CONFIRMED, 2)


def test_links_codes_and_numbers_find_their_rows(event: Event, make: Make) -> None:
    made = make.registration(event)
    ticket = make.ticket(made)
    by_code, by_number = ticket_by_code(event.id, ticket.code), ticket_by_number(event.id, ticket.number)
    by_link = registration_by_link(made.link)
    assert by_code is not None
    assert by_number is not None
    assert by_link is not None
    assert (by_code.id, by_number.id, by_link.id) == (ticket.id, ticket.id, made.id)
    assert (ticket_by_code(event.id + 1, ticket.code), registration_by_link("guess")) == (None, None)
    assert [(one.key, one.number) for one in party_of(made.id)] == [("spectator", 1)]
    ((consent, version),) = consents_of(made.id)
    assert (consent.given_at, version) == (NOON - timedelta(days=30), None)


def test_pairs_of_sessions_that_registrations_hold_together_are_counted(make: Make) -> None:
    event = make.event()
    one, two, three = (make.session(event, code, starts_at=NOON + timedelta(hours=n)) for n, code in enumerate("cab"))
    make.registration(event, one, two)
    make.registration(event, one, two, three, numbers={"spectator": 2, "student": 1})
    gone = make.registration(event, two, three)
    with transaction():
        cancel(gone.id, at=NOON - timedelta(days=9))
    assert booked_both(event.id) == {("c", "a"): 2, ("c", "b"): 1, ("a", "b"): 1}
