"""Uploads that come late: listed as such, the time of what was counted corrected, nobody counted twice, and the same
whatever their order."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.programme.models import EventSession
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from checkin.models import Conflict, Entry, EntryNumber, Place, Scan
from checkin.rules import Direction
from registrations.models import Ticket
from registrations.rules import BookingState
from tests.checkin.doorside import Doorside
from tests.checkin.test_recount import recount
from tests.make import NOON, Make

EVENING = NOON + timedelta(hours=6)
Sent = tuple[dict[str, Any], str]
Step = tuple[str, str, int, int, bool]
"""Who, into which room, minutes after noon, how many of a class, and whether they leave."""


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.NONE))


def at(minutes: int) -> Any:
    return NOON + timedelta(minutes=minutes)


def let_in(door: Doorside, talk: EventSession, ticket: Ticket, token: str, minutes: int, **given: Any) -> Sent:
    """What a door without a network did, to be uploaded later."""
    return door.claim(talk, ticket, at=at(minutes), shown="admitted", **given), token


def upload(door: Doorside, scans: Sequence[Sent]) -> list[dict[str, Any]]:
    return [door.send(claim, at=EVENING, token=token)[0] for claim, token in scans]


def standing(ticket: Ticket) -> list[tuple[int, int, bool]]:
    """Minutes after noon, number, and whether it is a return, of what stands in the ledger, in order of time."""
    db.session.rollback()
    undone = select(Entry.undoes_id).where(Entry.undoes_id.is_not(None))
    rows = db.session.execute(
        select(Entry.at, EntryNumber.number, Entry.reentry)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.ticket_id == ticket.id, Entry.direction == Direction.IN)
        .where(Entry.undoes_id.is_(None), Entry.id.not_in(undone))
        .order_by(Entry.at, Entry.reentry)
    )
    people: dict[tuple[int, bool], int] = defaultdict(int)
    for when, number, back in rows:
        people[int((when - NOON).total_seconds()) // 60, bool(back)] += number
    return [(minutes, number, back) for (minutes, back), number in people.items()]


def listed(door: Doorside) -> list[tuple[str, int | None]]:
    db.session.rollback()
    found = db.session.execute(select(Conflict.kind, Conflict.ticket_id).order_by(Conflict.id))
    return sorted((kind.value, ticket_id) for kind, ticket_id in found)


def unsettled() -> list[Conflict]:
    db.session.rollback()
    return list(db.session.scalars(select(Conflict).where(Conflict.resolved_at.is_(None))))


def test_an_upload_hours_late_is_listed_one_of_an_hour_is_not(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    late, soon = door.ticket(), door.ticket()
    (answer,) = upload(door, [let_in(door, talk, late, door.token, 0)])
    door.send(door.claim(talk, soon, shown="admitted"), at=at(60))
    assert answer["verdict"] == "admitted"
    assert listed(door) == [("late_upload", late.id)]
    (kept,) = db.session.scalars(select(Conflict))
    assert (str(kept.scan_id), kept.entry_id is not None, kept.found_at) == (answer["id"], True, EVENING)
    upload(door, [let_in(door, talk, late, door.token, 0, direction="out")])
    upload(door, [let_in(door, talk, door.ticket(), door.token, 0) for _ in range(1)])
    assert len(listed(door)) == 3


def test_an_earlier_scan_corrects_the_time_and_adds_nobody(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", capacity=9)
    ticket = door.ticket(booked={talk: BookingState.CONFIRMED})
    other = door.device()
    first = door.scan(talk, ticket, at=at(30), token=other)
    ((claim, token),) = [let_in(door, talk, ticket, door.token, 0)]
    (answer,) = door.send(claim, at=EVENING, token=token)
    assert (first["verdict"], answer["verdict"], answer["conflict"]) == ("admitted", "already_in", "double_admission")
    assert door.lines() == [("entry", {"spectator": 1}), ("entry", {"spectator": 1}), ("undo", {"spectator": -1})]
    assert standing(ticket) == [(0, 1, False)]
    told = db.session.scalars(select(Entry).order_by(Entry.id)).all()
    assert [one.reason for one in told] == [None, "earlier_scan", "earlier_scan"]
    assert [str(one.scan_id) for one in told] == [first["id"], claim["id"], claim["id"]]
    assert [one.booked for one in told] == [True, True, True]
    places = door.places(talk)
    assert (places.present, places.arrived, places.anonymous, places.counts_exits) == recount(talk)
    assert (places.present, places.arrived) == (1, 1)
    open_ones = [("double_admission", UUID(first["id"])), ("late_upload", UUID(claim["id"]))]
    assert sorted((one.kind.value, one.scan_id) for one in unsettled()) == open_ones
    assert door.send(claim, at=EVENING, token=token)[0]["verdict"] == "already_in"
    assert door.count(Entry) == 3


def test_where_one_may_come_back_the_later_scan_becomes_the_return(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", capacity=9, reentry=Reentry.FREE)
    ticket = door.ticket(booked={talk: BookingState.CONFIRMED})
    door.scan(talk, ticket, at=at(30), token=door.device())
    upload(door, [let_in(door, talk, ticket, door.token, 0)])
    assert standing(ticket) == [(0, 1, False), (30, 1, True)]
    assert (door.places(talk).present, door.places(talk).arrived) == (1, 1)
    assert listed(door) == [("late_upload", ticket.id)]


def test_a_scan_that_lets_nobody_in_corrects_nothing(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    ticket = door.ticket()
    door.scan(talk, ticket, at=at(30))
    (answer,) = door.send(door.claim(talk, ticket, at=at(0), shown="not_booked"), at=EVENING)
    assert (answer["verdict"], standing(ticket), listed(door)) == ("already_in", [(30, 1, False)], [])


def played(door: Doorside, talk: EventSession, order: Sequence[int]) -> Any:
    """Three doors let in the same ticket and parts of the same class; their uploads come in this order."""
    ticket = door.ticket(booked={talk: BookingState.CONFIRMED})
    group = door.ticket({"student": 8}, booked={talk: BookingState.CONFIRMED})
    tokens = [door.token, door.device(), door.device()]
    scans = [
        [
            let_in(door, talk, ticket, token, minutes),
            let_in(door, talk, group, token, minutes, people={"student": came}),
        ]
        for token, minutes, came in zip(tokens, (0, 10, 20), (3, 3, 4), strict=True)
    ]
    before = set(db.session.scalars(select(Conflict.uuid)))
    upload(door, [scan for place in order for scan in scans[place]])
    db.session.rollback()
    found = [one for one in db.session.scalars(select(Conflict)) if one.uuid not in before and not one.resolution]
    names = {ticket.id: "ticket", group.id: "group"}
    kinds = sorted((one.kind.value, names[one.ticket_id or 0]) for one in found)
    return standing(ticket), standing(group), kinds, uncounted(group)


@pytest.mark.parametrize("reentry", [Reentry.NONE, Reentry.FREE])
def test_the_order_of_uploads_changes_nothing(door: Doorside, make: Make, reentry: Reentry) -> None:
    results = []
    for number, order in enumerate(permutations(range(3))):
        talk = make.session(door.event, f"talk-{number}", reentry=reentry)
        results.append(played(door, talk, order))
        places = door.places(talk)
        assert (places.present, places.arrived, places.anonymous, places.counts_exits) == recount(talk)
        assert (places.present, places.arrived) == (9, 9)
    assert results == [results[0]] * len(results)


def walked(
    door: Doorside, make: Make, scans: Sequence[Step], order: Sequence[int], reentry: Reentry, number: int
) -> Any:
    """Somebody, and a class that splits, go from room to room; each scan is uploaded by a door of its own."""
    rooms = {
        name: make.session(
            door.event, f"{name}-{number}", reentry=reentry, admission=AdmissionRule.WALK_IN,
            capacity_kind=CapacityKind.AT_ONCE, capacity=99,
        )
        for name in "abc"
    }  # fmt: skip
    before = set(db.session.scalars(select(Conflict.uuid)))
    tickets = {"one": door.ticket(), "class": door.ticket({"student": 8})}
    tokens = [door.token, *(door.device() for _ in scans[1:])]
    sent = []
    for (who, where, minutes, came, out), token in zip(scans, tokens, strict=True):
        numbers = {"people": {"student": came}} if who == "class" else {}
        way = {"direction": "out", "shown": "left"} if out else {"shown": "admitted"}
        sent.append((door.claim(rooms[where], tickets[who], at=at(minutes), **numbers, **way), token))
    upload(door, [sent[place] for place in order])
    for room in rooms.values():
        places = door.places(room)
        assert (places.present, places.arrived, places.anonymous, places.counts_exits) == recount(room)
    found = [one for one in db.session.scalars(select(Conflict)) if one.uuid not in before and not one.resolution]
    sessions = {room.id: name for name, room in rooms.items()}
    found_at = db.session.scalars(select(Place).where(Place.session_id.in_(sessions)))
    codes = {place.id: sessions[place.session_id or 0] for place in found_at}
    whose = {ticket.id: name for name, ticket in tickets.items()}
    kinds = sorted((one.kind.value, whose[one.ticket_id or 0], codes[one.place_id or 0]) for one in found)
    present = [door.places(room).present for room in rooms.values()]
    return present, [standing(ticket) for ticket in tickets.values()], kinds, uncounted(tickets["class"])


def uncounted(group: Ticket) -> list[tuple[int, dict[str, int]]]:
    """How many of a class doors let in beyond it, at how many minutes after noon."""
    scans = db.session.scalars(select(Scan).where(Scan.ticket_id == group.id).order_by(Scan.at))
    found = [(int((one.at - NOON).total_seconds()) // 60, one.facts.get("uncounted", {})) for one in scans]
    return [one for one in found if one[1]]


WALK: list[Step] = [
    ("one", "a", 0, 1, False), ("class", "a", 5, 5, False), ("one", "b", 10, 1, False),
    ("class", "b", 15, 6, False), ("one", "a", 20, 1, False), ("class", "c", 25, 4, False),
]  # fmt: skip


@pytest.mark.parametrize("reentry", list(Reentry))
def test_nobody_is_in_two_rooms_whatever_the_order_of_uploads(door: Doorside, make: Make, reentry: Reentry) -> None:
    orders = [*list(permutations(range(6)))[::90], (5, 4, 3, 2, 1, 0)]
    results = [walked(door, make, WALK, order, reentry, number) for number, order in enumerate(orders)]
    assert results == [results[0]] * len(results)
    assert sum(results[0][0]) == 1 + 8


@pytest.mark.parametrize("reentry", list(Reentry))
@pytest.mark.parametrize("seed", range(4))
def test_drawn_walks_come_to_the_same_whatever_the_order_of_uploads(
    door: Doorside, make: Make, reentry: Reentry, seed: int
) -> None:
    drawn = Random(seed)
    walk = [
        (
            drawn.choice(["one", "class"]),
            drawn.choice("abc"),
            5 * step,
            drawn.randint(1, 8),
            step > 0 and drawn.random() < 0.3,
        )
        for step in range(7)
    ]
    orders = [tuple(range(7)), *(tuple(drawn.sample(range(7), 7)) for _ in range(5))]
    results = [walked(door, make, walk, order, reentry, number) for number, order in enumerate(orders)]
    assert results == [results[0]] * len(results)
