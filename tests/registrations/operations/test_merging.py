"""Doubles become one: places move and are never free in between, the other ends with its ticket."""

from datetime import timedelta
from typing import Any

import pytest

from app.audit import AuditEntry
from app.db import db, transaction
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import Event, EventSession, SessionPlaces
from app.programme.rules import AdmissionRule
from app.web.actors import Actor
from registrations.models import Booking, BookingLine, Registration, Ticket
from registrations.operations import AlreadyCancelled, cancel
from registrations.operations.merging import Merged, merge
from registrations.operations.refusals import SomebodyCame
from registrations.queries import party_of, sheet_by_link
from registrations.rules import BookingState
from tests.make import NOON, Make

AT = NOON - timedelta(days=20)
State = BookingState


@pytest.fixture
def event(make: Make) -> Event:
    return make.release(make.event())


def at(make: Make, event: Event, code: str, hours: int, **given: Any) -> EventSession:
    return make.session(event, code, starts_at=NOON + timedelta(hours=hours), **{"capacity": 4, **given})


def merged(kept: Registration, other: Registration) -> Merged:
    with transaction():
        return merge(kept.id, other.id, at=AT, actor=Actor())


def stands(made: Registration) -> dict[str, tuple[BookingState, int]]:
    """What a registration has, by session; what is over is left out."""
    db.session.rollback()
    found = db.session.execute(
        db.select(EventSession.code, BookingLine.state, db.func.sum(BookingLine.number))
        .join(Booking, Booking.session_id == EventSession.id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id == made.id, BookingLine.state != State.CANCELLED)
        .group_by(EventSession.code, BookingLine.state)
    )
    return {code: (state, int(number)) for code, state, number in found}


def promised(*sessions: EventSession) -> list[tuple[int, int]]:
    db.session.rollback()
    rows = (db.session.get_one(SessionPlaces, one.id, populate_existing=True) for one in sessions)
    return [(row.promised, row.waiting) for row in rows]


def test_what_is_lacking_moves_and_what_is_had_is_given_back(make: Make, event: Event) -> None:
    both, mine, theirs = (at(make, event, code, hours) for code, hours in (("both", 0), ("mine", 2), ("theirs", 4)))
    kept = make.registration(event, both, mine)
    other = make.registration(event, both, theirs, numbers={"spectator": 2, "student": 1})
    done = merged(kept, other)
    assert done == Merged(moved=("theirs",), had=("both",))
    one = (State.CONFIRMED, 1)
    assert stands(kept) == {"both": one, "mine": one, "theirs": (State.CONFIRMED, 3)}
    assert stands(other) == {}
    assert {one.key: one.number for one in party_of(kept.id)} == {"spectator": 2, "student": 1}
    assert promised(both, mine, theirs) == [(1, 0), (1, 0), (3, 0)]


def test_a_full_session_with_a_queue_never_lets_anybody_in_between(make: Make, event: Event) -> None:
    full = at(make, event, "full", 0, capacity=1)
    other, kept = make.registration(event, full), make.registration(event)
    make.registration(event, waiting=frozenset({"full"}), name="Tomo")
    assert merged(kept, other).moved == ("full",)
    assert stands(kept) == {"full": (State.CONFIRMED, 1)}
    assert promised(full) == [(1, 1)]


def test_who_waits_takes_over_the_places_of_the_other_and_leaves_the_queue(make: Make, event: Event) -> None:
    full = at(make, event, "full", 0, capacity=1)
    other = make.registration(event, full)
    kept = make.registration(event, waiting=frozenset({"full"}))
    assert merged(kept, other).moved == ("full",)
    assert (stands(kept), promised(full)) == ({"full": (State.CONFIRMED, 1)}, [(1, 0)])


def test_a_place_in_the_queue_and_a_name_in_the_draw_move_as_they_are(make: Make, event: Event) -> None:
    full, drawn = at(make, event, "full", 0, capacity=1), at(make, event, "drawn", 2, admission=AdmissionRule.LOTTERY)
    make.registration(event, full, name="Tomo")
    other = make.registration(event, drawn, waiting=frozenset({"full"}))
    kept = make.registration(event)
    before = {row.session_id: (row.uuid, row.joined_waiting_at) for row in db.session.scalars(db.select(Booking))}
    assert merged(kept, other).moved == ("full", "drawn")
    assert stands(kept) == {"full": (State.WAITING, 1), "drawn": (State.APPLIED, 1)}
    rows = db.session.scalars(
        db.select(Booking).filter_by(registration_id=kept.id).execution_options(populate_existing=True)
    )
    assert {row.session_id: (row.uuid, row.joined_waiting_at) for row in rows} == {
        one: before[one] for one in (full.id, drawn.id)
    }
    assert promised(full) == [(1, 1)]


def test_what_was_given_back_once_is_taken_up_again(make: Make, event: Event) -> None:
    talk = at(make, event, "talk", 0)
    kept, other = make.registration(event, talk), make.registration(event, talk)
    with transaction():
        line = db.session.scalars(db.select(BookingLine).order_by(BookingLine.id)).first()
        assert line
        line.state = State.CANCELLED
        db.session.get_one(SessionPlaces, talk.id).promised -= 1
    assert merged(kept, other).moved == ("talk",)
    assert (stands(kept), stands(other), promised(talk)) == ({"talk": (State.CONFIRMED, 1)}, {}, [(1, 0)])


def test_what_is_at_the_same_time_is_told_and_given_back(make: Make, event: Event) -> None:
    mine, theirs = at(make, event, "mine", 0), at(make, event, "theirs", 0)
    later, again = at(make, event, "later", 3), at(make, event, "again", 3, drop_in=True)
    kept, other = make.registration(event, mine), make.registration(event, theirs, later, again)
    assert merged(kept, other) == Merged(moved=("later", "again"), overlapping=("theirs",))
    assert promised(mine, theirs, later, again) == [(1, 0), (0, 0), (1, 0), (1, 0)]


def test_the_other_ends_its_ticket_leads_to_the_new_one_and_its_link_says_so(make: Make, event: Event) -> None:
    kept, other = make.registration(event), make.registration(event)
    new, old = make.ticket(kept), make.ticket(other)
    merged(kept, other)
    row = db.session.get_one(Ticket, old.id, populate_existing=True)
    assert (row.replaced_at, row.replaced_by_id) == (AT, new.id)
    sheet = sheet_by_link(other.link)
    assert sheet
    assert (sheet.registration.cancelled_at, sheet.usable) == (AT, False)
    entry = db.session.scalars(db.select(AuditEntry).filter_by(verb="registration.merge")).one()
    assert entry.subject == f"registration:{kept.uuid}"
    assert entry.facts["other"] == f"registration:{other.uuid}"


@pytest.mark.parametrize(
    ("address", "kinds"), [("ana@example.jp", ["changed"]), ("other@example.jp", ["changed", "cancelled"])]
)
def test_one_letter_about_what_stays_and_another_only_to_another_address(
    make: Make, event: Event, address: str, kinds: list[str]
) -> None:
    kept = make.registration(event, email="ana@example.jp")
    other = make.registration(event, email=address)
    with transaction():
        for letter in db.session.scalars(db.select(Letter)):
            letter.state = LetterState.SENT
    merged(kept, other)
    queued = db.select(Letter).filter_by(state=LetterState.QUEUED).order_by(Letter.id)
    assert [one.kind for one in db.session.scalars(queued)] == kinds


def test_what_does_not_stand_or_has_let_somebody_in_stays(
    make: Make, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, other, gone = (make.registration(event) for _ in range(3))
    with transaction():
        cancel(gone.id, at=AT)
    for pair in ((kept, gone), (gone, kept)):
        with pytest.raises(AlreadyCancelled):
            merged(*pair)
    monkeypatch.setattr("registrations.operations.merging.somebody_came", lambda one: one == other.id)
    with pytest.raises(SomebodyCame):
        merged(kept, other)
    assert db.session.get_one(Registration, other.id, populate_existing=True).cancelled_at is None
