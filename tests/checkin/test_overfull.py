"""Who was one too many for a room: the same scans are listed whichever door is heard of first, and it is settled by
itself once something that is told late shows that there was room."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.programme.models import EventSession
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from app.web.actors import Actor
from checkin.models import Conflict, Scan
from checkin.operations.settling import settle
from checkin.rules import ConflictKind
from registrations.rules import BookingState
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.test_late import Sent, at, let_in, upload
from tests.checkin.test_recount import recount
from tests.checkin.test_retold import went_out
from tests.make import NOON, Make

ORDERS = list(permutations(range(3)))


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(), rights=EVERY_RIGHT)


def room(door: Doorside, make: Make, capacity: int, kind: CapacityKind = CapacityKind.SEATS) -> EventSession:
    return make.session(
        door.event, "talk", admission=AdmissionRule.WALK_IN, capacity=capacity, capacity_kind=kind,
        starts_at=NOON + timedelta(minutes=30),
    )  # fmt: skip


def over(kind: ConflictKind = ConflictKind.OVER_CAPACITY) -> list[tuple[int, str | None]]:
    """Minutes after noon of the scans that were ever listed as too many, and what became of it."""
    db.session.rollback()
    found = db.session.execute(
        select(Scan.at, Conflict.resolution).join(Conflict, Conflict.scan_id == Scan.id).where(Conflict.kind == kind)
    )
    listed = ((int((when - NOON).total_seconds()) // 60, how) for when, how in found)
    return sorted(listed, key=lambda one: (one[0], one[1] or ""))


def still_over() -> list[int]:
    return [minutes for minutes, how in over() if how is None]


def one_by_one(door: Doorside, scans: Sequence[Sent], order: Sequence[int], talk: EventSession) -> None:
    upload(door, [scans[place] for place in order])
    places = door.places(talk)
    assert (places.present, places.arrived, places.anonymous, places.counts_exits) == recount(talk)


@pytest.mark.parametrize("order", ORDERS)
def test_who_came_last_is_too_many_whoever_uploads_first(door: Doorside, make: Make, order: tuple[int, ...]) -> None:
    talk = room(door, make, 2)
    scans = [let_in(door, talk, door.ticket(), door.device(), minutes) for minutes in (0, 10, 20)]
    one_by_one(door, scans, order, talk)
    assert still_over() == [20]


@pytest.mark.parametrize("order", ORDERS)
def test_a_party_that_fits_no_more_is_too_many_as_a_whole(door: Doorside, make: Make, order: tuple[int, ...]) -> None:
    talk, group = room(door, make, 8), door.ticket({"student": 8})
    scans = [
        let_in(door, talk, door.ticket(), door.device(), 0),
        let_in(door, talk, group, door.device(), 10, people={"student": 9}),
        let_in(door, talk, door.ticket(), door.device(), 20),
    ]
    one_by_one(door, scans, order, talk)
    assert still_over() == [10, 20]
    assert door.places(talk).present == 11
    assert over(ConflictKind.SURPLUS) == []


@pytest.mark.parametrize("order", ORDERS)
def test_where_people_leave_there_is_room_after_them_alone(door: Doorside, make: Make, order: tuple[int, ...]) -> None:
    talk = room(door, make, 1, CapacityKind.AT_ONCE)
    first = door.ticket()
    upload(door, [let_in(door, talk, first, door.device(), 0)])
    scans = [
        let_in(door, talk, door.ticket(), door.device(), 10),
        went_out(door, talk, first, 20),
        went_out(door, talk, first, 5),
    ]
    one_by_one(door, scans[:2], [place for place in order if place != 2], talk)
    assert still_over() == [10]
    upload(door, scans[2:])
    assert still_over() == []
    assert over()[-1] == (10, "retold")


@pytest.mark.parametrize("order", ORDERS)
def test_a_place_that_was_held_then_is_nobody_elses(door: Doorside, make: Make, order: tuple[int, ...]) -> None:
    talk = room(door, make, 2)
    booked = door.ticket(booked={talk: BookingState.CONFIRMED})
    scans = [
        let_in(door, talk, door.ticket(), door.device(), 0),
        let_in(door, talk, door.ticket(), door.device(), 10),
        let_in(door, talk, booked, door.device(), 20),
    ]
    one_by_one(door, scans, order, talk)
    assert still_over() == [10, 20]


@pytest.mark.parametrize("order", ORDERS)
def test_people_without_a_ticket_are_too_many_in_their_turn(door: Doorside, make: Make, order: tuple[int, ...]) -> None:
    talk = room(door, make, 5)
    taps = [
        (door.claim(talk, act=act, people={"spectator": number}, shown="counted", at=at(minutes)), door.device())
        for act, number, minutes in (("walk_in", 4, 0), ("head_count", 2, 10), ("walk_in", 1, 20))
    ]
    one_by_one(door, taps, order, talk)
    assert still_over() == [10, 20]


def test_who_was_asked_for_is_too_many_where_somebody_was_in_before(door: Doorside, make: Make) -> None:
    talk = room(door, make, 1)
    assert door.scan(talk, door.ticket(), at=at(10))["verdict"] == "admitted"
    upload(door, [let_in(door, talk, door.ticket(), door.device(), 0)])
    assert still_over() == [10]


def test_what_people_have_said_stays(door: Doorside, make: Make) -> None:
    talk = room(door, make, 1)
    upload(door, [let_in(door, talk, door.ticket(), door.device(), minutes) for minutes in (10, 20)])
    listed = select(Conflict.id).where(Conflict.kind == ConflictKind.OVER_CAPACITY)
    with transaction():
        settle(door.event, db.session.scalars(listed).one(), accept=True, at=NOON, actor=Actor(account_id=None))
    upload(door, [let_in(door, talk, door.ticket(), door.device(), 0)])
    assert over() == [(10, None), (20, "stands")]


def test_one_who_is_taken_back_makes_room_and_is_no_longer_listed(door: Doorside, make: Make) -> None:
    talk = room(door, make, 1)
    scans = [let_in(door, talk, door.ticket(), door.token, minutes) for minutes in (0, 1, 2)]
    upload(door, scans)
    assert still_over() == [1, 2]
    undo = door.claim(talk, act="undo", undoes=scans[1][0]["id"], at=at(3))
    upload(door, [(undo, door.token)])
    assert over() == [(1, "taken_off"), (2, None)]
    upload(door, [(door.claim(talk, act="undo", undoes=scans[0][0]["id"], at=at(4)), door.token)])
    assert over() == [(1, "taken_off"), (2, "retold")]


def test_it_is_listed_again_when_there_was_no_room_after_all(door: Doorside, make: Make) -> None:
    talk = room(door, make, 1)
    first, second = (let_in(door, talk, door.ticket(), door.token, minutes) for minutes in (0, 2))
    undo = door.claim(talk, act="undo", undoes=first[0]["id"], at=at(3))
    upload(door, [first, second, (undo, door.token)])
    assert over() == [(2, "retold")]
    upload(door, [let_in(door, talk, door.ticket(), door.device(), 1)])
    assert over() == [(2, None), (2, "retold")]


def test_until_somebody_is_seen_leaving_nobody_knows_how_full_it_is(door: Doorside, make: Make) -> None:
    """From then on it is known of those before as well."""
    talk = room(door, make, 1, CapacityKind.AT_ONCE)
    first, second = door.ticket(), door.ticket()
    upload(door, [let_in(door, talk, first, door.device(), 0), let_in(door, talk, second, door.device(), 10)])
    assert over() == []
    upload(door, [went_out(door, talk, first, 20)])
    assert over() == [(10, None)]


def test_a_room_count_says_by_itself_that_there_are_too_many(door: Doorside, make: Make) -> None:
    talk = room(door, make, 5, CapacityKind.AT_ONCE)
    count = door.claim(talk, act="room_count", people={"spectator": 7}, shown="counted", at=at(10))
    upload(door, [(count, door.device()), let_in(door, talk, door.ticket(), door.device(), 0)])
    assert over() == [(10, None)]


def test_who_has_no_right_to_come_in_is_listed_as_that_alone(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.BOOKING_ONLY, capacity=1)
    booked = door.ticket(booked={talk: BookingState.CONFIRMED})
    upload(door, [let_in(door, talk, door.ticket(), door.device(), 10), let_in(door, talk, booked, door.device(), 0)])
    assert over() == []
    assert over(ConflictKind.NOT_ENTITLED) == [(10, None)]


def test_a_ticket_that_is_shown_again_inside_takes_no_further_place(door: Doorside, make: Make) -> None:
    door.change(door.event, reentry=Reentry.FREE)
    talk = room(door, make, 2, CapacityKind.AT_ONCE)
    first, second, gone = door.ticket(), door.ticket(), door.ticket()
    upload(door, [let_in(door, talk, gone, door.device(), 0), went_out(door, talk, gone, 1)])
    upload(door, [let_in(door, talk, one, door.device(), minutes) for one, minutes in ((first, 5), (second, 6))])
    upload(door, [let_in(door, talk, first, door.device(), 10), let_in(door, talk, gone, door.device(), 20)])
    assert still_over() == [20]


def test_who_counts_again_after_all_is_listed_again(door: Doorside, make: Make) -> None:
    """The second scan of a ticket is a double admission, until the first one is taken back."""
    talk, ticket = room(door, make, 1), door.ticket()
    first, second = let_in(door, talk, ticket, door.token, 10), let_in(door, talk, ticket, door.device(), 20)
    upload(door, [let_in(door, talk, door.ticket(), door.device(), 0), second, first])
    assert over() == [(10, None), (20, "retold")]
    upload(door, [(door.claim(talk, act="undo", undoes=first[0]["id"], at=at(30)), door.token)])
    assert over() == [(10, "taken_off"), (20, None), (20, "retold")]
