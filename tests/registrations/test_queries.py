"""What the organiser asks: booked places, the list of registrations."""

from datetime import timedelta
from typing import Any

import pytest

from app.db import db, transaction
from app.programme.models import Event, EventSession
from registrations.operations import cancel, change
from registrations.queries import (
    BookedCount,
    booked_beside,
    booked_counts,
    consents_of,
    party_of,
    registration_by_link,
    ticket_by_code,
    ticket_by_number,
)
from registrations.rules import Application, BookingState
from tests.make import NOON, Make

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
    first, second, third = one.id, two.id, three.id
    assert booked_beside([first, second, third]) == {
        first: {second: 2, third: 1}, second: {first: 2, third: 1}, third: {first: 1, second: 1},
    }  # fmt: skip
    assert booked_beside([second]) == {second: {first: 2, third: 1}}
