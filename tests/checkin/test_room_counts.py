"""Room counts at the endpoint: whatever order doors upload in, the figures are those of the order of time."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from analytics.queries import figures_of
from analytics.rules.figures import Count
from app.db import db, transaction
from app.programme.models import EventSession
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from app.web.actors import Actor
from checkin.models import Conflict, Entry
from checkin.operations.settling import settle
from checkin.queries.recount import recounted
from checkin.rules import Direction, EntryKind, Method
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

LATE = NOON + timedelta(minutes=90)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.FREE), rights=EVERY_RIGHT)


def hall(
    door: Doorside,
    make: Make,
    code: str = "hall",
    kind: CapacityKind = CapacityKind.AT_ONCE,
    capacity: int | None = None,
) -> EventSession:
    return make.session(
        door.event, code, capacity_kind=kind, capacity=capacity, admission=AdmissionRule.WALK_IN,
        ends_at=NOON + timedelta(hours=3), door_closes_at=NOON + timedelta(hours=3),
    )  # fmt: skip


def count(door: Doorside, session: EventSession, number: int, minute: int, **given: Any) -> dict[str, Any]:
    at = NOON + timedelta(minutes=minute)
    return door.claim(session, act="room_count", people={"unknown": number}, at=at, **given)


def counts_of(door: Doorside, session: EventSession) -> dict[str, Any]:
    return dict(door.get(f"places/session:{session.code}/counts", at=LATE).get_json())


def test_a_count_is_a_line_of_its_own_that_goes_neither_in_nor_out(door: Doorside, make: Make) -> None:
    session = hall(door, make)
    (answer,) = door.send(count(door, session, 63, 20), at=LATE)
    entry = db.session.scalars(select(Entry)).one()
    assert (answer["verdict"], answer["conflict"], answer["admitted"]) == ("counted", None, None)
    assert (entry.kind, entry.method, entry.direction, entry.new_today, entry.at) == (
        EntryKind.ROOM_COUNT, Method.ROOM_COUNT, None, None, NOON + timedelta(minutes=20),
    )  # fmt: skip
    seen = counts_of(door, session)
    assert (seen["present"], seen["visits"], seen["people_today"], seen["this_device"]) == ({"unknown": 63}, 63, 0, {})


def test_the_same_count_sent_again_is_one_and_nobody_counts_less_than_one(door: Doorside, make: Make) -> None:
    session = hall(door, make)
    claim = count(door, session, 12, 5)
    assert door.send(claim, at=LATE) == door.send(claim, at=LATE)
    nobody, missing = door.send(count(door, session, 0, 6), {**count(door, session, 1, 7), "people": None}, at=LATE)
    assert [one["error"]["code"] for one in (nobody, missing)] == ["invalid", "invalid"]
    assert door.count(Entry) == 1


def test_the_door_and_the_figures_of_the_event_find_the_same_visits(door: Doorside, make: Make) -> None:
    session = hall(door, make)
    door.send(
        *(door.claim(session, door.ticket(), at=NOON + timedelta(minutes=minute)) for minute in range(4)),
        door.claim(session, act="walk_in", people={"spectator": 20}, at=NOON + timedelta(minutes=5), new_today=True),
        count(door, session, 30, 10), count(door, session, 63, 20), count(door, session, 41, 40), at=LATE,
    )  # fmt: skip
    seen = counts_of(door, session)
    figures = figures_of(door.event, at=LATE)
    (mine,) = (one for one in figures.sessions if one.session.code == "hall")
    assert isinstance(figures.people, Count)
    assert (mine.visits, figures.people.number) == (seen["visits"], seen["people_today"])
    assert (seen["visits"], seen["people_today"]) == (4 + 59, 24)
    assert sum(seen["present"].values()) == door.places(session).present == 41


class Uploads:
    """What some doors did in two rooms without a network, each in the order of its own clock. A ticket comes in and
    leaves once at most, so that what one door says of it does not depend on another."""

    def __init__(self, door: Doorside, make: Make, seed: int) -> None:
        self.door, draw = door, random.Random(seed)
        self.tokens = [door.device(rights=EVERY_RIGHT) for _ in range(4)]
        self.sessions = [hall(door, make, kind.value.replace("_", "-"), kind) for kind in CapacityKind]
        tickets = [(draw.choice(self.sessions), door.ticket()) for _ in range(16)]
        steps = [(*one, way) for way in ("in", "out") for one in tickets]
        draw.shuffle(steps)
        self.batches: list[tuple[str, list[dict[str, Any]]]] = []
        minutes = iter(draw.sample(range(1, 80), 60))
        for token in self.tokens:
            claims = [self._claim(draw, steps, next(minutes)) for _ in range(11)]
            self.batches.append((token, sorted(claims, key=lambda claim: str(claim["at"]))))

    def _claim(self, draw: random.Random, steps: list[tuple[Any, ...]], minute: int) -> dict[str, Any]:
        session, at = draw.choice(self.sessions), NOON + timedelta(minutes=minute, seconds=draw.randint(0, 59))
        kind = draw.random()
        if kind < 0.25:
            people = draw.choice(({"unknown": draw.randint(1, 30)}, {"spectator": draw.randint(1, 9), "student": 5}))
            return self.door.claim(session, act="room_count", people=people, at=at)
        if kind < 0.5:
            way = {"direction": "out"} if draw.random() < 0.3 else {"shown": "counted"}
            people = {draw.choice(("spectator", "student")): draw.randint(1, 5)}
            return self.door.claim(session, act="walk_in", people=people, at=at, new_today=draw.random() < 0.5, **way)
        session, ticket, way = steps.pop()
        given = {"direction": "out"} if way == "out" else {"shown": "admitted"}
        return self.door.claim(session, ticket, at=at, **given)

    def arrive(self, order: list[tuple[str, list[dict[str, Any]]]]) -> dict[str, Any]:
        """What the figures are when they have come up in this order, as new scans of the same event."""
        before = {session.code: self.figures(session) for session in self.sessions}
        for token, claims in order:
            self.door.send(*claims, at=LATE, token=token)
        after = {session.code: self.figures(session) for session in self.sessions}
        assert recounted(self.door.event.id).wrong == []
        assert before != after
        return after | {"conflicts": Counter(self.door.conflicts())}

    def figures(self, session: EventSession) -> dict[str, Any]:
        seen = counts_of(self.door, session)
        places = self.door.places(session)
        told = {key: seen[key] for key in ("present", "visits", "people_today")}
        return told | {"counters": (places.present, places.anonymous, places.counts_exits)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_every_order_of_uploads_gives_the_same_figures(app: Flask, make: Make, seed: int) -> None:
    results = []
    for turn in range(3):
        door = Doorside(app, make, make.event(f"fair-{turn}", reentry=Reentry.FREE), rights=EVERY_RIGHT)
        uploads = Uploads(door, make, seed)
        halves = [(token, part) for token, claims in uploads.batches for part in (claims[:6], claims[6:])]
        order = halves if turn == 0 else uploads.batches[::-1] if turn == 1 else random.Random(seed).sample(halves, 8)
        results.append(uploads.arrive(order))
    assert results[0] == results[1] == results[2]


def test_an_undo_that_comes_before_a_late_scan_leaves_no_trace_of_the_count(door: Doorside, make: Make) -> None:
    session = hall(door, make)
    wrong = count(door, session, 300, 20)
    door.send(wrong, at=NOON + timedelta(minutes=20))
    undo = door.claim(session, act="undo", undoes=wrong["id"], at=NOON + timedelta(minutes=21), id=str(uuid4()))
    late = door.claim(session, act="walk_in", people={"spectator": 3}, at=NOON + timedelta(minutes=2), shown="counted")
    assert [one["verdict"] for one in door.send(undo, late, at=LATE)] == ["undone", "counted"]
    places = door.places(session)
    assert (places.present, places.anonymous, places.counts_exits) == (3, 3, False)
    assert db.session.scalar(select(Entry.direction).where(Entry.kind == EntryKind.UNDO)) is not Direction.IN


def test_who_settles_takes_a_count_back_or_accepts_one_of_a_revoked_device(door: Doorside, make: Make) -> None:
    session = hall(door, make, capacity=20)
    door.tap(session, {"spectator": 3}, at=NOON + timedelta(minutes=3))
    door.send(count(door, session, 30, 10), at=LATE)
    door.send(count(door, session, 18, 12), at=LATE, token=door.device(revoked_at=NOON))
    assert (door.places(session).present, door.conflicts()) == (30, ["over_capacity", "quarantined"])
    over, apart = db.session.scalars(select(Conflict).order_by(Conflict.id)).all()
    nobody = Actor(account_id=None)
    for conflict_id, accept in ((over.id, False), (apart.id, True)):
        with transaction():
            settle(door.event, conflict_id, accept=accept, at=LATE, actor=nobody)
    places = door.places(session)
    assert (places.present, places.anonymous, places.counts_exits) == (18, 18, True)
    assert recounted(door.event.id).wrong == []
