"""Changing and cancelling by the private link: places move with it, and nothing is given back twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.db import db, transaction
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.rules import EventStatus
from registrations.models import Booking, BookingLine, PartyNumber, Registration
from registrations.operations import (
    AlreadyCancelled,
    ChangedElsewhere,
    RegistrationClosed,
    SessionsFull,
    SessionsNotBookable,
    SessionsOverlap,
    StoppedByOrganiser,
    cancel,
    change,
)
from registrations.rules import Application, BookingState, PartyKind
from tests.make import NOON, Make

AT = NOON - timedelta(days=20)
LATER = NOON + timedelta(hours=3)


def change_to(
    made: Registration, *sessions: EventSession, at: datetime = AT, version: int | None = None, **given: Any
) -> None:
    """Ana sends the form of her private link."""
    facts: dict[str, Any] = {"name": "Ana", "numbers": {"spectator": 1}, **given}
    application = Application(sessions=frozenset(one.code for one in sessions), **facts)
    seen = version or db.session.get_one(Registration, made.id, populate_existing=True).version
    with transaction():
        change(made.id, application, version=seen, at=at)


def cancel_it(made: Registration, *, at: datetime = AT) -> None:
    with transaction():
        cancel(made.id, at=at)


def promised(*sessions: EventSession) -> list[int]:
    db.session.rollback()
    return [db.session.get_one(SessionPlaces, one.id, populate_existing=True).promised for one in sessions]


def lines(made: Registration) -> set[tuple[int, int, str]]:
    """Session id, number and state of each booking line."""
    query = (
        db.select(Booking.session_id, BookingLine.number, BookingLine.state)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id == made.id)
    )
    return {(row[0], row[1], row[2].value) for row in db.session.execute(query)}


def kinds() -> list[str]:
    return list(db.session.scalars(db.select(Letter.kind).order_by(Letter.id)))


def letters() -> list[tuple[str, str, str, datetime | None]]:
    """Kind, address, state and next try of each letter."""
    query = db.select(Letter.kind, Letter.to_address, Letter.state, Letter.due_at).order_by(Letter.id)
    return [(row.kind, row.to_address, row.state.value, row.due_at) for row in db.session.execute(query)]


def set_letters(state: LetterState, **facts: Any) -> None:
    with transaction():
        db.session.execute(db.update(Letter).values(state=state, **facts))


def set_event(event: Event, **facts: Any) -> None:
    with transaction():
        row = db.session.get_one(Event, event.id)
        for name, value in facts.items():
            setattr(row, name, value)


def test_sessions_are_dropped_and_added_with_their_places(make: Make) -> None:
    event = make.event()
    first, second = make.session(event), make.session(event, starts_at=LATER)
    made = make.registration(event, first)
    change_to(made, second)
    assert promised(first, second) == [0, 1]
    assert lines(made) == {(first.id, 1, "cancelled"), (second.id, 1, "confirmed")}


def test_a_dropped_session_can_be_taken_up_again(make: Make) -> None:
    event = make.event()
    session = make.session(event)
    made = make.registration(event, session)
    change_to(made)
    change_to(made, session, numbers={"spectator": 2})
    assert promised(session) == [2]
    assert lines(made) == {(session.id, 2, "confirmed")}


def test_numbers_rise_and_fall_in_every_session(make: Make) -> None:
    event = make.event()
    first, second = make.session(event, capacity=5), make.session(event, starts_at=LATER)
    made = make.registration(event, first, second, numbers={"spectator": 2})
    change_to(made, first, second, numbers={"spectator": 1, "student": 4})
    assert promised(first, second) == [5, 5]
    numbers = {row.number for row in db.session.scalars(db.select(PartyNumber))}
    db.session.refresh(made)
    assert (numbers, made.party_kind) == ({1, 4}, PartyKind.FAMILY)
    change_to(made, first, second, numbers={"student": 1})
    assert promised(first, second) == [1, 1]
    assert {line for line in lines(made) if line[2] == "confirmed"} == {
        (first.id, 1, "confirmed"),
        (second.id, 1, "confirmed"),
    }


def test_a_change_for_which_there_is_no_room_changes_nothing(make: Make) -> None:
    event = make.event()
    roomy, tight = make.session(event), make.session(event, starts_at=LATER, capacity=4)
    make.registration(event, tight, numbers={"spectator": 2})
    made = make.registration(event, roomy, numbers={"spectator": 3})
    with pytest.raises(SessionsFull) as refused:
        change_to(made, tight, numbers={"spectator": 3}, name="Other")
    assert refused.value.codes == (tight.code,)
    assert promised(roomy, tight) == [3, 2]
    assert lines(made) == {(roomy.id, 3, "confirmed")}
    assert db.session.get_one(Registration, made.id, populate_existing=True).contact_name == "Ana"


def test_a_full_session_can_still_be_made_smaller(make: Make) -> None:
    event = make.event()
    session = make.session(event, capacity=2)
    made = make.registration(event, session, numbers={"spectator": 2})
    change_to(made, session)
    assert promised(session) == [1]


def test_name_and_address_change_and_the_letter_goes_to_the_new_one(make: Make) -> None:
    made = make.registration(make.event(), email="old@example.jp")
    set_letters(LetterState.SENT, due_at=None)
    change_to(made, name="Ana Sato", email="new@example.jp")
    db.session.refresh(made)
    assert (made.contact_name, made.contact_email) == ("Ana Sato", "new@example.jp")
    assert letters() == [("confirmed", "old@example.jp", "sent", None), ("changed", "new@example.jp", "queued", AT)]


def test_what_waits_for_a_corrected_address_is_not_sent_and_the_confirmation_goes_to_the_new_one(make: Make) -> None:
    event = make.event()
    other = make.registration(event, email="other@example.jp", at=AT)
    made = make.registration(event, email="wrong@stranger.example")
    change_to(made, email="ana@example.jp")
    assert letters() == [
        ("confirmed", other.contact_email, "queued", AT),
        ("confirmed", "wrong@stranger.example", "withdrawn", None),
        ("confirmed", "ana@example.jp", "queued", AT),
    ]


def test_what_has_perhaps_reached_a_corrected_address_is_not_tried_again(make: Make) -> None:
    made = make.registration(make.event(), email="wrong@stranger.example")
    set_letters(LetterState.PERHAPS_SENT, answer_lost=True)
    change_to(made, email="ana@example.jp")
    assert letters() == [
        ("confirmed", "wrong@stranger.example", "perhaps_sent", None),
        ("changed", "ana@example.jp", "queued", AT),
    ]


def test_an_address_that_is_taken_back_gets_no_letter_any_more(make: Make) -> None:
    made = make.registration(make.event(), email="wrong@stranger.example")
    change_to(made)
    assert letters() == [("confirmed", "wrong@stranger.example", "withdrawn", None)]


def test_a_change_that_keeps_the_address_keeps_the_letters_that_wait(make: Make) -> None:
    made = make.registration(make.event(), email="ana@example.jp", at=AT)
    change_to(made, name="Ana Sato", email="ana@example.jp")
    assert [line[2] for line in letters()] == ["queued", "queued"]


def test_the_language_changes_and_the_letter_is_in_the_new_one(make: Make) -> None:
    made = make.registration(make.event(), email="ana@example.jp")
    change_to(made, email="ana@example.jp", language="ja-easy")
    db.session.refresh(made)
    letter = db.session.scalars(db.select(Letter).filter_by(kind="changed")).one()
    assert (made.language, letter.language, made.version) == ("ja-easy", "ja-easy", 2)
    change_to(made, email="ana@example.jp", language="ja-easy", version=1)
    assert kinds() == ["confirmed", "changed"]


def test_each_change_has_its_own_letter_and_number(make: Make) -> None:
    event = make.event()
    session = make.session(event)
    made = make.registration(event, session, email="ana@example.jp")
    change_to(made, email="ana@example.jp")
    change_to(made, session, email="ana@example.jp")
    assert kinds() == ["confirmed", "changed", "changed"]
    booking = db.session.scalars(db.select(Booking)).one()
    assert (make.ticket(made).change_number, booking.change_number) == (3, 3)


def test_the_same_change_sent_twice_is_made_once(make: Make) -> None:
    event = make.event()
    session = make.session(event)
    made = make.registration(event, email="ana@example.jp")
    for _ in range(2):
        change_to(made, session, email="ana@example.jp", version=1)
    assert promised(session) == [1]
    assert kinds() == ["confirmed", "changed"]


def test_a_change_from_a_stale_window_is_refused(make: Make) -> None:
    event = make.event()
    session = make.session(event)
    made = make.registration(event, session)
    change_to(made, version=1)
    with pytest.raises(ChangedElsewhere):
        change_to(made, session, name="Other", version=1)
    assert promised(session) == [0]


def test_sessions_at_the_same_time_are_refused_in_a_change_too(make: Make) -> None:
    event = make.event()
    first, second = make.session(event), make.session(event)
    made = make.registration(event, first)
    with pytest.raises(SessionsOverlap):
        change_to(made, first, second)


def test_a_code_that_is_no_session_is_refused(make: Make) -> None:
    event = make.event()
    made = make.registration(event)
    with pytest.raises(SessionsNotBookable):
        change_to(made, make.session(make.event("other")))


def test_once_the_door_has_opened_a_booking_stays_as_it_is(make: Make) -> None:
    event = make.event()
    now_on, later = make.session(event), make.session(event, starts_at=LATER)
    made = make.registration(event, now_on, later, numbers={"spectator": 2})
    change_to(made, at=now_on.door_opens_at)
    assert promised(now_on, later) == [2, 0]
    assert (now_on.id, 2, "confirmed") in lines(made)


def test_a_change_that_only_touches_an_open_door_changes_the_party_and_leaves_the_booking(make: Make) -> None:
    event = make.event()
    now_on = make.session(event)
    made = make.registration(event, now_on, numbers={"spectator": 2})
    change_to(made, now_on, numbers={"spectator": 1}, at=now_on.door_opens_at)
    assert promised(now_on) == [2]


def test_after_the_window_one_can_give_back_and_not_add(make: Make) -> None:
    event = make.event()
    first, second = make.session(event), make.session(event, starts_at=LATER)
    made = make.registration(event, first, numbers={"spectator": 2})
    set_event(event, registration_closes_at=AT)
    with pytest.raises(RegistrationClosed):
        change_to(made, first, second, numbers={"spectator": 2})
    with pytest.raises(RegistrationClosed):
        change_to(made, first, numbers={"spectator": 3})
    change_to(made, first, numbers={"spectator": 1})
    assert promised(first, second) == [1, 0]


def test_after_the_event_was_closed_nothing_changes(make: Make) -> None:
    event = make.event()
    session = make.session(event)
    made = make.registration(event, session)
    set_event(event, status=EventStatus.CLOSED)
    with pytest.raises(RegistrationClosed):
        change_to(made)
    with pytest.raises(RegistrationClosed):
        cancel_it(made)
    assert (promised(session), db.session.get_one(Registration, made.id).cancelled_at) == ([1], None)


def test_cancelling_gives_every_place_back_once(make: Make) -> None:
    event = make.event()
    first, second = make.session(event), make.session(event, starts_at=LATER)
    made = make.registration(event, first, second, numbers={"spectator": 2}, email="ana@example.jp")
    make.registration(event, first)
    for _ in range(2):
        cancel_it(made)
    db.session.refresh(made)
    assert (promised(first, second), made.cancelled_at) == ([1, 0], AT)
    assert {line[2] for line in lines(made)} == {BookingState.CANCELLED.value}
    assert kinds() == ["confirmed", "cancelled"]
    assert make.ticket(made).change_number == 3


def test_cancelling_leaves_a_booking_whose_door_has_opened_to_the_door(make: Make) -> None:
    event = make.event()
    now_on, later = make.session(event), make.session(event, starts_at=LATER)
    made = make.registration(event, now_on, later)
    cancel_it(made, at=now_on.door_opens_at)
    assert promised(now_on, later) == [1, 0]


def test_a_cancelled_registration_is_not_changed_any_more(make: Make) -> None:
    event = make.event()
    made = make.registration(event)
    cancel_it(made)
    with pytest.raises(AlreadyCancelled):
        change_to(made, make.session(event))


def test_a_stopped_registration_is_neither_changed_nor_cancelled(make: Make) -> None:
    event = make.event()
    session = make.session(event)
    made = make.registration(event, session)
    with transaction():
        db.session.get_one(Registration, made.id).blocked_at = AT
    with pytest.raises(StoppedByOrganiser):
        change_to(made)
    with pytest.raises(StoppedByOrganiser):
        cancel_it(made)
    assert promised(session) == [1]
