"""Draws: who wins, who waits, who gives the rest back, and what anybody can check."""

from datetime import timedelta
from typing import Any

import pytest

from app.db import db, transaction
from app.outbox.models import Letter
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.rules import AdmissionRule, SessionStatus
from app.web.actors import Actor
from registrations.models import Booking, BookingLine, Lottery, Registration
from registrations.operations import (
    LargerThanSession,
    NotDrawable,
    SessionsNotBookable,
    cancel,
    change,
    draw,
    register,
)
from registrations.operations.leaving import leave
from registrations.operations.waiting import promote
from registrations.rules import Application, BookingState
from registrations.rules.lottery import in_order
from tests.make import NOON, Make

EARLY, CLOSED, LATE = NOON - timedelta(days=30), NOON - timedelta(days=9), NOON + timedelta(hours=5)


def lottery(make: Make, event: Event, code: str, **given: Any) -> EventSession:
    closes = NOON - timedelta(days=10)
    return make.session(event, code, admission=AdmissionRule.LOTTERY, booking_closes_at=closes, **given)


def apply(event: Event, *codes: str, number: int = 1, name: str = "Ana") -> Registration:
    with transaction():
        return register(
            event.id,
            Application(name, {"spectator": number}, frozenset(codes), f"{name.lower()}@example.jp"),
            at=EARLY,
        )


def states(session: EventSession) -> dict[int, BookingState]:
    db.session.rollback()
    found = db.session.execute(
        db.select(Booking.registration_id, BookingLine.state)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.session_id == session.id)
    )
    return {registration: state for registration, state in found}  # noqa: C416


def places(session: EventSession) -> tuple[int, int]:
    row = db.session.get_one(SessionPlaces, session.id, populate_existing=True)
    return row.promised, row.waiting


def test_winners_follow_the_kept_seed_and_the_others_wait_in_its_order(make: Make) -> None:
    event = make.event()
    session = lottery(make, event, "l", capacity=3)
    applied = [apply(event, "l", name=f"A{number}") for number in range(8)]
    assert places(session) == (0, 0)
    kept = db.session.get_one(Lottery, session.id)
    assert (kept.opened_at, kept.drawn_at) == (EARLY, None)
    bookings = {one.uuid: one.registration_id for one in db.session.scalars(db.select(Booking))}
    with transaction():
        assert draw(session.id, at=CLOSED, actor=Actor()) == 3
    order = [bookings[one] for one in in_order(kept.seed, bookings)]
    assert states(session) == {
        **dict.fromkeys(order[:3], BookingState.CONFIRMED),
        **dict.fromkeys(order[3:], BookingState.WAITING),
    }
    assert places(session) == (3, 5)
    drawn = db.session.get_one(Lottery, session.id, populate_existing=True)
    assert [(bookings[one], won) for one, won in _result(drawn)] == [(one, one in order[:3]) for one in order]
    queue = db.session.scalars(
        db.select(Booking.registration_id).where(Booking.draw_position.is_not(None)).order_by(Booking.draw_position)
    ).all()
    assert list(queue) == order[3:]
    kinds = db.session.execute(db.select(Letter.registration_id, Letter.kind).where(Letter.kind.like("lottery%")))
    assert {row[0]: row[1] for row in kinds} == {
        one.id: "lottery_won" if one.id in order[:3] else "lottery_lost" for one in applied
    }


def _result(drawn: Lottery) -> list[tuple[Any, bool]]:
    from uuid import UUID

    return [(UUID(hex=one), won) for one, _, won in drawn.result]


def test_it_is_drawn_once_and_only_after_applications_closed(make: Make) -> None:
    event = make.event()
    session, other = lottery(make, event, "l", capacity=3), make.session(event, "x")
    for at, one, why in ((EARLY, session, "open"), (CLOSED, other, "no_lottery")):
        with pytest.raises(NotDrawable) as no, transaction():
            draw(one.id, at=at, actor=Actor())
        assert no.value.why == why
    with transaction():
        assert draw(session.id, at=CLOSED, actor=Actor()) == 0
    with pytest.raises(NotDrawable) as no, transaction():
        draw(session.id, at=CLOSED, actor=Actor())
    assert no.value.why == "drawn"
    with pytest.raises(SessionsNotBookable), transaction():
        register(event.id, Application("Late", {"spectator": 1}, frozenset({"l"})), at=CLOSED)


def test_the_first_win_takes_back_what_is_at_the_same_time(make: Make) -> None:
    event = make.event()
    first, second = lottery(make, event, "l1", capacity=9), lottery(make, event, "l2", capacity=9)
    later = lottery(make, event, "l3", capacity=9, starts_at=NOON + timedelta(hours=5))
    ana, bob = apply(event, "l1", "l2", "l3"), apply(event, "l2", name="Bob")
    for session in (first, second, later):
        with transaction():
            draw(session.id, at=CLOSED, actor=Actor())
    assert states(first) == {ana.id: BookingState.CONFIRMED}
    assert states(second) == {ana.id: BookingState.CANCELLED, bob.id: BookingState.CONFIRMED}
    assert states(later) == {ana.id: BookingState.CONFIRMED}
    assert [places(one) for one in (first, second, later)] == [(1, 0), (1, 0), (1, 0)]


def test_who_holds_a_place_at_that_time_already_does_not_win(make: Make) -> None:
    event = make.event()
    session, talk = lottery(make, event, "l", capacity=9), make.session(event, "talk", capacity=9)
    ana = apply(event, "l", "talk")
    with transaction():
        assert draw(session.id, at=CLOSED, actor=Actor()) == 0
    assert states(session) == {ana.id: BookingState.NOT_DRAWN}
    told = db.session.scalars(db.select(Letter.kind).where(Letter.kind.like("lottery%"))).all()
    assert told == ["lottery_lost"]
    assert states(talk) == {ana.id: BookingState.CONFIRMED}


def test_who_waits_elsewhere_at_that_time_waits_no_more_after_a_win(make: Make) -> None:
    event = make.event()
    session, talk = lottery(make, event, "l", capacity=9), make.session(event, "talk", capacity=1)
    apply(event, "talk", name="First")
    with transaction():
        ana = register(
            event.id,
            Application("Ana", {"spectator": 1}, frozenset({"l"}), waiting=frozenset({"talk"})),
            at=EARLY,
        )
    assert places(talk) == (1, 1)
    with transaction():
        draw(session.id, at=CLOSED, actor=Actor())
    assert states(talk)[ana.id] == BookingState.CANCELLED
    assert places(talk) == (1, 0)


def test_a_party_larger_than_the_session_is_refused_on_entry(make: Make) -> None:
    event = make.event()
    lottery(make, event, "l", capacity=3)
    with pytest.raises(LargerThanSession), transaction():
        register(event.id, Application("Ana", {"spectator": 4}, frozenset({"l"})), at=EARLY)


def test_after_the_draw_the_next_of_those_who_lost_moves_up(make: Make) -> None:
    event = make.event()
    session = lottery(make, event, "l", capacity=1)
    for number in range(3):
        apply(event, "l", name=f"A{number}")
    with transaction():
        draw(session.id, at=CLOSED, actor=Actor())
    order = db.session.scalars(
        db.select(Booking.registration_id).where(Booking.draw_position.is_not(None)).order_by(Booking.draw_position)
    ).all()
    winner = next(one for one, state in states(session).items() if state is BookingState.CONFIRMED)
    with transaction():
        cancel(winner, at=CLOSED)
    assert states(session)[order[0]] == BookingState.CONFIRMED
    assert states(session)[order[1]] == BookingState.WAITING


def test_what_begins_earlier_at_the_same_time_is_drawn_first(make: Make) -> None:
    event = make.event()
    later = lottery(make, event, "l1", capacity=9, starts_at=NOON + timedelta(minutes=30))
    first = lottery(make, event, "l2", capacity=9)
    alone = lottery(make, event, "l3", capacity=9, starts_at=NOON - timedelta(minutes=30))
    ana, bob = apply(event, "l1", "l2"), apply(event, "l3", name="Bob")
    with pytest.raises(NotDrawable) as no, transaction():
        draw(later.id, at=CLOSED, actor=Actor())
    assert (no.value.why, [one.code for one in no.value.first]) == ("earlier", ["l2"])
    for session in (first, later, alone):
        with transaction():
            draw(session.id, at=CLOSED, actor=Actor())
    assert states(first) == {ana.id: BookingState.CONFIRMED}
    assert states(later) == {ana.id: BookingState.CANCELLED}
    assert states(alone) == {bob.id: BookingState.CONFIRMED}


def test_an_earlier_one_that_does_not_take_place_or_that_nobody_wants_keeps_no_draw_back(make: Make) -> None:
    event = make.event()
    off = lottery(make, event, "l1", capacity=9)
    left = lottery(make, event, "l2", capacity=9)
    later = lottery(make, event, "l3", capacity=9, starts_at=NOON + timedelta(minutes=30))
    ana = apply(event, "l1", "l2", "l3")
    with transaction():
        leave(ana.id, "l2", at=EARLY)
        db.session.get_one(EventSession, off.id).status = SessionStatus.CANCELLED
    with transaction():
        assert draw(later.id, at=CLOSED, actor=Actor()) == 1
    assert states(left) == {ana.id: BookingState.CANCELLED}


def test_a_draw_keeps_how_many_places_there_were(make: Make) -> None:
    event = make.event()
    limited, open_to_all = lottery(make, event, "l1", capacity=3), lottery(make, event, "l2", starts_at=LATE)
    for session in (limited, open_to_all):
        with transaction():
            draw(session.id, at=CLOSED, actor=Actor())
    kept = [db.session.get_one(Lottery, one.id, populate_existing=True).places for one in (limited, open_to_all)]
    assert kept == [3, None]


@pytest.fixture
def lost_both(make: Make) -> tuple[EventSession, EventSession, Registration, Registration, Registration]:
    """Two lotteries at the same time with one place each; Ana lost both and waits first in each, the others won."""
    event = make.event()
    one = lottery(make, event, "l1", capacity=1)
    two = lottery(make, event, "l2", capacity=1, starts_at=NOON + timedelta(minutes=30))
    ana, bob, eve = apply(event, "l1", "l2"), apply(event, "l1", name="Bob"), apply(event, "l2", name="Eve")
    for session, winner in ((one, bob), (two, eve)):
        with transaction():
            seed_for(session, winner)
            draw(session.id, at=CLOSED, actor=Actor())
        assert states(session) == {winner.id: BookingState.CONFIRMED, ana.id: BookingState.WAITING}
    return one, two, ana, bob, eve


def seed_for(session: EventSession, winner: Registration) -> None:
    """A seed with which this registration comes first."""
    applied = {
        row.uuid: row.registration_id for row in db.session.scalars(db.select(Booking).filter_by(session_id=session.id))
    }
    seeds = (number.to_bytes(32) for number in range(1000))
    seed = next(seed for seed in seeds if applied[in_order(seed, applied)[0]] == winner.id)
    db.session.get_one(Lottery, session.id).seed = seed


Lost = tuple[EventSession, EventSession, Registration, Registration, Registration]


def test_who_lost_two_draws_and_moves_up_in_one_waits_for_the_other_no_more(lost_both: Lost) -> None:
    one, two, ana, bob, eve = lost_both
    with transaction():
        cancel(bob.id, at=CLOSED)
    assert (states(one)[ana.id], states(two)[ana.id]) == (BookingState.CONFIRMED, BookingState.WAITING)
    with transaction():
        cancel(eve.id, at=CLOSED)
    assert (states(one)[ana.id], states(two)[ana.id]) == (BookingState.CONFIRMED, BookingState.NOT_DRAWN)
    assert (places(one), places(two)) == ((1, 0), (0, 0)), "nobody is in two rooms at once"
    kinds = db.session.scalars(db.select(Letter.kind).where(Letter.registration_id == ana.id).order_by(Letter.id)).all()
    assert list(kinds) == ["received", "lottery_lost", "lottery_lost", "promoted", "lottery_lost"]


def test_an_offer_keeps_the_other_wait_until_it_is_answered(lost_both: Lost) -> None:
    one, two, ana, bob, eve = lost_both
    with transaction():
        event = db.session.get_one(Event, ana.event_id)
        event.waiting_mode, event.offer_minutes = "offer", 60
    for other in (bob, eve):
        with transaction():
            cancel(other.id, at=CLOSED)
    assert (states(one)[ana.id], states(two)[ana.id]) == (BookingState.OFFERED, BookingState.WAITING)
    with transaction():
        leave(ana.id, "l1", at=CLOSED)
        promote(two.id, at=CLOSED)
    assert (states(one)[ana.id], states(two)[ana.id]) == (BookingState.CANCELLED, BookingState.OFFERED)
    assert (places(one), places(two)) == ((0, 0), (1, 0))


def test_who_waits_after_two_lost_draws_can_still_change_a_name(lost_both: Lost) -> None:
    ana = lost_both[2]
    asked = Application("Anna", {"spectator": 1}, frozenset({"l1", "l2"}), "ana@example.jp")
    with transaction():
        change(ana.id, asked, version=db.session.get_one(Registration, ana.id).version, at=CLOSED)
    assert [states(one)[ana.id] for one in lost_both[:2]] == [BookingState.WAITING] * 2
