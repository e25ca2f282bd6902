"""A cancellation is taken back, with places in queues and applications; what cannot come back is named."""

from datetime import timedelta
from typing import Any

import pytest

from app.db import db, transaction
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.rules import AdmissionRule
from app.web.actors import Actor
from registrations.models import Booking, BookingLine, Registration
from registrations.operations import cancel
from registrations.operations.lottery import draw
from registrations.operations.restoring import HeldLine, restore
from registrations.operations.staffing import cancel_by_staff
from registrations.queries.waiting import positions_of
from registrations.rules import BookingState
from tests.make import NOON, Make

AT = NOON - timedelta(days=20)
State = BookingState


def cancelled(made: Registration) -> list[HeldLine]:
    with transaction():
        held = cancel_by_staff(made.id, at=AT, actor=Actor())
    assert held is not None
    return held


def restored(made: Registration, held: list[HeldLine]) -> list[str]:
    with transaction():
        return restore(made.id, held, cancelled_at=AT, at=AT + timedelta(minutes=5), actor=Actor())


def states(made: Registration) -> list[tuple[BookingState, int]]:
    db.session.rollback()
    query = db.select(BookingLine.state, BookingLine.number).join(Booking).where(Booking.registration_id == made.id)
    return [tuple(row) for row in db.session.execute(query.order_by(Booking.session_id))]


def counted(session: EventSession) -> tuple[int, int]:
    db.session.rollback()
    row = db.session.get_one(SessionPlaces, session.id, populate_existing=True)
    return row.promised, row.waiting


def waits(make: Make, event: Event, name: str, day: int) -> Registration:
    return make.registration(event, waiting=frozenset({"full"}), name=name, at=NOON - timedelta(30 - day))


@pytest.fixture
def event(make: Make) -> Event:
    return make.release(make.event())


@pytest.fixture
def full(make: Make, event: Event) -> EventSession:
    session = make.session(event, "full", capacity=1)
    make.registration(event, session, name="Holder")
    return session


def test_a_place_in_the_queue_comes_back_where_it_was(make: Make, event: Event, full: EventSession) -> None:
    first, second = waits(make, event, "Ana", 1), waits(make, event, "Tomo", 2)
    held = cancelled(first)
    assert (positions_of(second.id), counted(full)) == ({full.id: 1}, (1, 1))
    assert restored(first, held) == []
    assert (states(first), positions_of(first.id), positions_of(second.id)) == (
        [(State.WAITING, 1)], {full.id: 1}, {full.id: 2},
    )  # fmt: skip
    assert counted(full) == (1, 2)


def test_who_was_waiting_gets_the_place_that_became_free_meanwhile(
    make: Make, event: Event, full: EventSession
) -> None:
    waiting = waits(make, event, "Ana", 1)
    held = cancelled(waiting)
    holder = db.session.scalars(db.select(Registration).filter_by(contact_name="Holder")).one()
    with transaction():
        cancel(holder.id, at=AT)
    assert restored(waiting, held) == []
    assert (states(waiting), counted(full)) == ([(State.CONFIRMED, 1)], (1, 0))


def test_a_list_that_has_ended_takes_nobody_back(make: Make, event: Event, full: EventSession) -> None:
    waiting = waits(make, event, "Ana", 1)
    held = cancelled(waiting)
    with transaction():
        db.session.merge(event).waiting_mode = "off"
    assert restored(waiting, held) == ["full"]
    assert (states(waiting), counted(full)) == ([(State.CANCELLED, 1)], (1, 0))


@pytest.mark.parametrize(
    ("admission", "state"), [(AdmissionRule.LOTTERY, State.APPLIED), (AdmissionRule.APPROVAL, State.PENDING)]
)
def test_an_application_comes_back_as_it_was(
    make: Make, event: Event, admission: AdmissionRule, state: BookingState
) -> None:
    asked = make.session(event, "asked", capacity=1, admission=admission, booking_closes_at=AT - timedelta(hours=1))
    made = make.registration(event, asked)
    held = cancelled(made)
    assert restored(made, held) == []
    assert (states(made), counted(asked)) == ([(state, 1)], (0, 0))


def test_after_the_draw_an_application_is_over(make: Make, event: Event) -> None:
    drawn = make.session(
        event, "drawn", capacity=1, admission=AdmissionRule.LOTTERY, booking_closes_at=AT - timedelta(hours=1)
    )
    made = make.registration(event, drawn)
    held = cancelled(made)
    with transaction():
        draw(drawn.id, at=AT, actor=Actor())
    assert restored(made, held) == ["drawn"]
    assert states(made) == [(State.CANCELLED, 1)]


@pytest.mark.parametrize(("minutes", "lost"), [(60, []), (4, ["full"])])
def test_an_offer_comes_back_with_its_end_and_only_before_it(
    make: Make, event: Event, full: EventSession, minutes: int, lost: list[str]
) -> None:
    ends: Any = AT + timedelta(minutes=minutes)
    made = db.session.scalars(db.select(Registration).filter_by(contact_name="Holder")).one()
    with transaction():
        db.session.scalars(db.select(BookingLine)).one().state = State.OFFERED
        db.session.scalars(db.select(Booking)).one().offer_ends_at = ends
    held = cancelled(made)
    assert restored(made, held) == lost
    db.session.rollback()
    row = db.session.scalars(db.select(Booking).execution_options(populate_existing=True)).one()
    assert (states(made)[0][0], row.offer_ends_at) == ((State.CANCELLED, None) if lost else (State.OFFERED, ends))
