"""What is told late, or taken back, changes what later scans come to: they are judged again, and what was listed of
them is settled by itself."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession, Venue
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from app.web.actors import Actor
from checkin.models import Conflict, Entry, EntryNumber, Scan
from checkin.operations.settling import settle, take_back
from registrations.models import Ticket
from registrations.rules import BookingState
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.test_late import EVENING, at, let_in, standing, upload
from tests.checkin.test_recount import recount
from tests.make import NOON, Make


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.AFTER_EXIT), rights=EVERY_RIGHT)


def room(door: Doorside, make: Make, code: str = "talk") -> EventSession:
    return make.session(
        door.event, code, admission=AdmissionRule.WALK_IN, capacity_kind=CapacityKind.AT_ONCE, capacity=99
    )


def went_out(door: Doorside, talk: EventSession | str, ticket: Ticket, minutes: int) -> Any:
    return door.claim(talk, ticket, at=at(minutes), direction="out", shown="left"), door.device()


def listed(kind: str = "double_admission") -> list[tuple[int, str | None, dict[str, int] | None]]:
    """Minutes after noon of the scan, what became of it, and who is not counted."""
    db.session.rollback()
    found = db.session.execute(
        select(Scan.at, Conflict.resolution, Scan.facts)
        .join(Conflict, Conflict.scan_id == Scan.id)
        .where(Conflict.kind == kind)
        .order_by(Scan.at)
    )
    return [(int((when - NOON).total_seconds()) // 60, how, facts.get("uncounted")) for when, how, facts in found]


def holds(door: Doorside, talk: EventSession, present: int) -> None:
    places = door.places(talk)
    assert (places.present, places.arrived, places.anonymous, places.counts_exits) == recount(talk)
    assert places.present == present


def test_an_exit_that_comes_after_the_return_makes_it_one(door: Doorside, make: Make) -> None:
    talk, ticket = room(door, make), door.ticket()
    upload(door, [let_in(door, talk, ticket, door.token, 0), let_in(door, talk, ticket, door.device(), 60)])
    assert listed() == [(60, None, {"spectator": 1})]
    upload(door, [went_out(door, talk, ticket, 30)])
    assert standing(ticket) == [(0, 1, False), (60, 1, True)]
    assert listed() == [(60, "retold", None)]
    newest = db.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert newest is not None
    assert (newest.reason, newest.reentry, newest.received_at) == ("earlier_scan", True, EVENING)
    holds(door, talk, 1)


def test_the_doors_are_told_that_it_was_a_return(door: Doorside, make: Make) -> None:
    talk, ticket = room(door, make), door.ticket()
    upload(door, [let_in(door, talk, ticket, door.token, 0), let_in(door, talk, ticket, door.device(), 60)])
    upload(door, [went_out(door, talk, ticket, 30)])
    later = EVENING + timedelta(minutes=1)
    with frozen(later):
        answer = door.app.test_client().post(
            "/api/v1/device/contact",
            json={"sent_at": later.isoformat()},
            headers={"Authorization": f"Bearer {door.token}", "Accept-Language": "en"},
        )
    words = [one["text"] for one in answer.get_json()["messages"] if one["settled"] == "retold"]
    assert words == ["What came in since explains it. This scan is counted."]


def test_a_return_before_the_one_that_was_counted_takes_its_place(door: Doorside, make: Make) -> None:
    talk, ticket = room(door, make), door.ticket()
    upload(door, [let_in(door, talk, ticket, door.token, 0), went_out(door, talk, ticket, 10)])
    upload(door, [let_in(door, talk, ticket, door.device(), 40), let_in(door, talk, ticket, door.device(), 20)])
    assert standing(ticket) == [(0, 1, False), (20, 1, True)]
    assert listed() == [(40, None, {"spectator": 1})]
    upload(door, [went_out(door, talk, ticket, 30)])
    assert standing(ticket) == [(0, 1, False), (20, 1, True), (40, 1, True)]
    assert listed() == [(40, "retold", None)]
    holds(door, talk, 1)


def test_of_a_party_as_many_come_back_as_had_gone_out(door: Doorside, make: Make) -> None:
    talk, group = room(door, make), door.ticket({"student": 8})
    came = [let_in(door, talk, group, door.device(), minutes, people={"student": 6}) for minutes in (0, 60)]
    upload(door, came)
    assert listed("surplus") == [(60, None, {"student": 4})]
    claim, token = went_out(door, talk, group, 30)
    upload(door, [({**claim, "people": {"student": 3}}, token)])
    assert standing(group) == [(0, 6, False), (60, 2, False), (60, 3, True)]
    assert listed("surplus") == [(60, None, {"student": 1})]
    holds(door, talk, 8)


def test_at_an_entrance_too(door: Doorside, make: Make) -> None:
    slug = db.session.scalars(select(Venue.slug)).one()
    place, ticket = f"entrance:{slug}:{NOON.date().isoformat()}", door.ticket()
    scans = [door.claim(place, ticket, at=at(minutes), shown="admitted") for minutes in (0, 60)]
    upload(door, [(scan, door.device()) for scan in scans])
    upload(door, [went_out(door, place, ticket, 30)])
    assert standing(ticket) == [(0, 1, False), (60, 1, True)]
    assert listed() == [(60, "retold", None)]


def test_what_people_have_settled_stays_so(door: Doorside, make: Make) -> None:
    talk, ticket = room(door, make), door.ticket()
    upload(door, [let_in(door, talk, ticket, door.token, 0), let_in(door, talk, ticket, door.device(), 60)])
    (open_one,) = db.session.scalars(select(Conflict.id).where(Conflict.kind == "double_admission"))
    with transaction():
        settle(door.event, open_one, accept=True, at=EVENING, actor=Actor(account_id=None))
    upload(door, [went_out(door, talk, ticket, 30)])
    assert standing(ticket) == [(0, 1, False)]
    assert listed() == [(60, "counted", {"spectator": 1})]
    holds(door, talk, 1)


def test_whoever_was_in_already_is_admitted_once_the_other_entry_is_taken_back(door: Doorside, make: Make) -> None:
    talk, ticket = room(door, make), door.ticket()
    first, second = let_in(door, talk, ticket, door.token, 0), let_in(door, talk, ticket, door.device(), 60)
    upload(door, [first, second])
    door.send(door.claim(talk, act="undo", undoes=first[0]["id"], at=EVENING), at=EVENING)
    assert standing(ticket) == [(60, 1, False)]
    assert listed() == [(60, "retold", None)]
    holds(door, talk, 1)


@pytest.mark.parametrize("reentry", list(Reentry))
@pytest.mark.parametrize("by_hand", [False, True])
def test_whoever_was_never_in_the_middle_room_left_the_first_for_the_last(
    door: Doorside, make: Make, reentry: Reentry, by_hand: bool
) -> None:
    door.change(door.event, reentry=reentry)
    rooms, ticket = [room(door, make, code) for code in "abc"], door.ticket()
    scans = [let_in(door, where, ticket, door.device(), 10 * number) for number, where in enumerate(rooms)]
    upload(door, scans)
    middle = scans[1][0]
    if by_hand:
        with transaction():
            scan = door.stored(middle["id"])
            assert scan is not None
            take_back(door.event, scan, at=EVENING, actor=Actor(account_id=None))
    else:
        door.send(door.claim(rooms[1], act="undo", undoes=middle["id"], at=EVENING), at=EVENING)
    assert [door.places(where).present for where in rooms] == [0, 0, 1]
    for where, present in zip(rooms, (0, 0, 1), strict=True):
        holds(door, where, present)
    undone = select(Entry.undoes_id).where(Entry.undoes_id.is_not(None))
    exits = select(Entry.at).where(Entry.kind == "exit", Entry.id.not_in(undone), Entry.place_id.is_not(None))
    assert db.session.scalars(exits).all() == [at(20)]


def taken_back(door: Doorside, scan: Any, minutes: int) -> Any:
    """The undo of a scan by the device that made it, to be uploaded later."""
    claim, token = scan
    return door.claim(claim["place"], act="undo", undoes=claim["id"], at=at(minutes)), token


@pytest.mark.parametrize("reentry", list(Reentry))
def test_an_earlier_scan_that_is_taken_back_leaves_the_later_one(door: Doorside, make: Make, reentry: Reentry) -> None:
    door.change(door.event, reentry=reentry)
    talk, ticket = room(door, make), door.ticket()
    first, second = let_in(door, talk, ticket, door.token, 0), let_in(door, talk, ticket, door.device(), 30)
    upload(door, [second, first, taken_back(door, first, 5)])
    assert (standing(ticket), [one for one in listed() if one[1] is None]) == ([(30, 1, False)], [])
    holds(door, talk, 1)


@pytest.mark.parametrize("reentry", [Reentry.NONE, Reentry.AFTER_EXIT])
def test_whoever_was_in_already_can_be_taken_back_and_never_comes_back_by_that_scan(
    door: Doorside, make: Make, reentry: Reentry
) -> None:
    door.change(door.event, reentry=reentry)
    talk, ticket = room(door, make), door.ticket()
    first, second = let_in(door, talk, ticket, door.token, 0), let_in(door, talk, ticket, door.device(), 60)
    undo = taken_back(door, second, 65)
    answers = upload(door, [first, second, undo, undo])
    assert [one["verdict"] for one in answers] == ["admitted", "already_in", "undone", "undone"]
    assert listed() == [(60, "taken_off", None)]
    upload(door, [went_out(door, talk, ticket, 30)])
    assert (standing(ticket), listed()) == ([(0, 1, False)], [(60, "taken_off", None)])
    holds(door, talk, 0)


@pytest.mark.parametrize("by_hand", [False, True])
def test_who_is_one_too_many_goes_with_the_scan_that_is_taken_back(door: Doorside, make: Make, by_hand: bool) -> None:
    talk, group = room(door, make), door.ticket({"student": 8})
    first, second = (let_in(door, talk, group, door.device(), minutes, people={"student": 6}) for minutes in (0, 10))
    upload(door, [first, second])
    if by_hand:
        with transaction():
            scan = door.stored(second[0]["id"])
            assert scan is not None
            take_back(door.event, scan, at=EVENING, actor=Actor(account_id=None))
    else:
        upload(door, [taken_back(door, second, 15)])
    assert (standing(group), listed("surplus")) == ([(0, 6, False)], [(10, "taken_off", None)])
    holds(door, talk, 6)


def test_all_who_are_there_leave_however_late_the_others_are_told(door: Doorside, make: Make) -> None:
    talk, group = room(door, make), door.ticket({"student": 8})
    came = [let_in(door, talk, group, door.device(), minutes, people={"student": 3}) for minutes in (0, 10)]
    upload(door, [came[0], went_out(door, talk, group, 30), came[1]])
    undone = select(Entry.undoes_id).where(Entry.undoes_id.is_not(None))
    exits = select(EntryNumber.number).join(Entry).where(Entry.kind == "exit", Entry.id.not_in(undone))
    assert db.session.scalars(exits).all() == [-6]
    holds(door, talk, 0)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_more_than_the_party_those_beyond_it_come_in_by_the_order_of_time(
    door: Doorside, make: Make, order: tuple[int, ...]
) -> None:
    talk, group = room(door, make), door.ticket({"student": 8})
    more, early = (
        let_in(door, talk, group, door.device(), minutes, people={"student": number})
        for minutes, number in ((10, 10), (0, 3))
    )
    scans = [more, early, taken_back(door, early, 5)]
    upload(door, [scans[place] for place in order if place != 2])
    assert (standing(group), listed("surplus")[-1]) == ([(0, 3, False), (10, 5, False)], (10, None, {"student": 5}))
    holds(door, talk, 8)
    upload(door, [scans[2]])
    assert (standing(group), listed("surplus")) == ([(10, 8, False)], [(10, "retold", None)])
    assert door.places(talk).anonymous == 2
    holds(door, talk, 10)


def test_who_came_in_besides_a_party_at_a_place_without_walk_ins_stays_listed(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "booked", admission=AdmissionRule.BOOKING_ONLY)
    group = door.ticket({"student": 8}, booked={talk: BookingState.CONFIRMED})
    early, more = (
        let_in(door, talk, group, door.device(), minutes, people={"student": number})
        for minutes, number in ((0, 3), (10, 10))
    )
    upload(door, [more, early])
    assert listed("surplus") == [(10, None, {"student": 5})]
    upload(door, [taken_back(door, early, 5)])
    assert listed("surplus") == [(10, None, {"student": 2})]
    holds(door, talk, 8)


def test_whoever_was_elsewhere_meanwhile_comes_back_however_late_it_is_told(door: Doorside, make: Make) -> None:
    """What was done in a room that has been left since then counts too."""
    talk, other, ticket = room(door, make), room(door, make, "other"), door.ticket()
    came = [let_in(door, where, ticket, door.device(), minutes) for where, minutes in ((talk, 0), (other, 10))]
    back = let_in(door, talk, ticket, door.device(), 30)
    upload(door, [*came, went_out(door, other, ticket, 20), back])
    assert standing(ticket) == [(0, 1, False), (10, 1, False), (30, 1, True)]
    gone = went_out(door, talk, ticket, 25)
    upload(door, [gone])
    upload(door, [(door.claim(talk, act="undo", undoes=gone[0]["id"], at=at(26)), gone[1])])
    assert standing(ticket) == [(0, 1, False), (10, 1, False), (30, 1, True)]
    assert listed() == []
    holds(door, talk, 1)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (0, 2, 1)])
def test_a_booked_place_is_free_again_for_those_who_come_later(
    door: Doorside, make: Make, order: tuple[int, ...]
) -> None:
    talk = room(door, make)
    group = door.ticket({"student": 8}, booked={talk: BookingState.CONFIRMED})
    first, later = (
        let_in(door, talk, group, door.device(), minutes, people={"student": number})
        for minutes, number in ((0, 7), (20, 4))
    )
    scans = [first, later, taken_back(door, first, 5)]
    upload(door, [scans[place] for place in order])
    assert standing(group) == [(20, 4, False)]
    assert door.places(talk).arrived == 4
    holds(door, talk, 4)
