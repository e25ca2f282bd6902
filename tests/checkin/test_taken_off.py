"""Nobody is less than nobody: a minus falls away with those whom it took off, whoever takes them back and when."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from analytics.queries import figures_of
from analytics.rules.figures import Count
from app.db import db, transaction
from app.programme.models import Event, EventSession
from app.programme.rules import AdmissionRule, CapacityKind
from app.web.actors import Actor
from checkin.models import Entry, EntryNumber
from checkin.operations import take_back
from checkin.operations.correcting import Correction, CountedMeanwhile, NotWithoutTicket, correct
from checkin.queries.corrections import corrections_of, counted_at
from checkin.queries.recount import recounted
from checkin.queries.undone import stands
from checkin.rules import Direction, EntryKind
from checkin.rules.correcting import CorrectionReason, is_possible
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

MINUTE = timedelta(minutes=1)
NOBODY = Actor()
LATER = NOON + timedelta(days=9)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, rights=EVERY_RIGHT)


@pytest.fixture
def hall(door: Doorside, make: Make) -> EventSession:
    return make.session(door.event, "hall", admission=AdmissionRule.WALK_IN, ends_at=NOON + timedelta(hours=9))


def count(door: Doorside, hall: EventSession, minute: int, **people: int) -> dict[str, Any]:
    answer = door.scan(hall, act="head_count", people=people, new_today=True, at=NOON + minute * MINUTE)
    assert answer["verdict"] == "counted"
    return answer


def undo(door: Doorside, hall: EventSession, minute: int, scan: dict[str, Any]) -> None:
    answer = door.scan(hall, act="undo", undoes=scan["id"], at=NOON + minute * MINUTE)
    assert answer["verdict"] == "undone"


def correction(door: Doorside, hall: EventSession, reason: CorrectionReason, **changes: int) -> UUID:
    stood = counted_at(door.event.id, place_id(door))
    wish = Correction(uuid4(), f"session:{hall.code}", NOON + MINUTE, changes, stood, new_today=True, reason=reason)
    with transaction():
        assert correct(door.event, wish, at=NOON + 4 * MINUTE, actor=NOBODY)
    return wish.id


def place_id(door: Doorside) -> int:
    return db.session.scalars(select(Entry.place_id).order_by(Entry.id)).first() or 0


def told(door: Doorside, hall: EventSession) -> tuple[dict[str, int], int, int, int]:
    """What stands by category; visits at the door; people and visits in the report."""
    seen = door.get(f"places/session:{hall.code}/counts", at=NOON + timedelta(hours=3)).get_json()
    db.session.rollback()
    db.session.expire_all()
    assert recounted(door.event.id).wrong == []
    report = figures_of(db.session.get_one(Event, door.event.id), at=LATER)
    found = [one.number if isinstance(one, Count) else 0 for one in (report.people, report.visits)]
    return counted_at(door.event.id, place_id(door)), seen["visits"], *found


def listed(door: Doorside) -> list[tuple[dict[str, int], bool]]:
    """The corrections as the console lists them: what they change, and whether they stand."""
    return [(dict(one.changes), one.standing) for one in corrections_of(door.event.id, limit=9)]


class TestOfWhatADeviceTookOff:
    def test_nothing_is_left_when_the_people_are_undone(self, door: Doorside, hall: EventSession) -> None:
        three, two = count(door, hall, 0, spectator=3), count(door, hall, 1, spectator=-2)
        undo(door, hall, 2, three)
        assert told(door, hall) == ({}, 0, 0, 0)
        undo(door, hall, 3, two)
        assert told(door, hall) == ({}, 0, 0, 0)
        undo(door, hall, 4, three)
        assert told(door, hall) == ({}, 0, 0, 0)

    def test_as_much_stays_as_takes_off_others(self, door: Doorside, hall: EventSession) -> None:
        three, _ = count(door, hall, 0, spectator=3), count(door, hall, 1, spectator=1, student=4)
        two = count(door, hall, 2, spectator=-2, student=-1)
        assert told(door, hall) == ({"spectator": 2, "student": 3}, 5, 5, 5)
        undo(door, hall, 3, three)
        assert told(door, hall) == ({"student": 3}, 3, 3, 3)
        undo(door, hall, 4, two)
        assert told(door, hall) == ({"spectator": 1, "student": 4}, 5, 5, 5)

    def test_what_another_device_counted_stays(self, door: Doorside, hall: EventSession) -> None:
        other = door.device()
        door.scan(hall, act="head_count", people={"spectator": 5}, new_today=True, token=other)
        three, _ = count(door, hall, 1, spectator=3), count(door, hall, 2, spectator=-3)
        undo(door, hall, 3, three)
        assert told(door, hall) == ({"spectator": 5}, 5, 5, 5)

    def test_falls_too_when_a_supervisor_takes_off_taps(self, door: Doorside, hall: EventSession) -> None:
        tap = door.tap(hall, {"spectator": 2}, new_today=True)
        count(door, hall, 1, spectator=-1)
        door.scan(hall, act="undo", undoes=tap["id"], token=door.device(rights=EVERY_RIGHT), at=NOON + 2 * MINUTE)
        assert told(door, hall) == ({}, 0, 0, 0)

    def test_all_in_one_batch(self, door: Doorside, hall: EventSession) -> None:
        claims = [
            door.claim(hall, act="head_count", people={"spectator": number}, at=NOON + minute * MINUTE)
            for minute, number in enumerate((3, -2))
        ]
        back = door.claim(hall, act="undo", undoes=claims[0]["id"], at=NOON + 2 * MINUTE)
        door.send(*claims, back, at=NOON + 2 * MINUTE)
        assert told(door, hall)[:2] == ({}, 0)

    def test_moves_what_a_room_count_finds(self, door: Doorside, make: Make) -> None:
        room = make.session(door.event, "hall", capacity_kind=CapacityKind.AT_ONCE, admission=AdmissionRule.WALK_IN)
        three = count(door, room, 0, spectator=3)
        door.scan(room, act="room_count", people={"spectator": 1}, at=NOON + MINUTE)
        count(door, room, 2, spectator=-2)
        undo(door, room, 3, three)
        assert told(door, room)[0] == {}
        assert door.places(room).present == 1


class TestOfWhatWasCorrected:
    def test_as_counted_twice_no_more_is_taken_off_than_is_there(self, door: Doorside, hall: EventSession) -> None:
        taps = [count(door, hall, minute, spectator=1) for minute in range(4)]
        wrong = correction(door, hall, CorrectionReason.COUNTED_TWICE, spectator=-3)
        assert told(door, hall) == ({"spectator": 1}, 1, 1, 1)
        undo(door, hall, 5, taps[0])
        assert told(door, hall) == ({}, 0, 0, 0)
        assert listed(door) == [({"spectator": -3}, True)]
        undo(door, hall, 6, taps[1])
        assert told(door, hall) == ({}, 0, 0, 0)
        assert listed(door) == [({"spectator": -2}, True)]
        with transaction():
            scan = door.stored(str(wrong))
            assert scan is not None
            take_back(door.event, scan, at=LATER, actor=NOBODY)
        assert told(door, hall) == ({"spectator": 2}, 2, 2, 2)
        assert listed(door) == [({"spectator": -3}, False)]

    def test_as_of_another_category_it_falls_with_them(self, door: Doorside, hall: EventSession) -> None:
        taps = [count(door, hall, minute, spectator=2) for minute in range(2)]
        correction(door, hall, CorrectionReason.WRONG_CATEGORY, spectator=-3, student=3)
        correction(door, hall, CorrectionReason.COUNTED_TWICE, student=-1)
        assert told(door, hall) == ({"spectator": 1, "student": 2}, 3, 3, 3)
        undo(door, hall, 5, taps[0])
        assert told(door, hall) == ({"spectator": 2}, 2, 2, 2)
        assert listed(door) == [({"student": -1}, False), ({"spectator": -3, "student": 3}, False)]

    def test_a_device_takes_off_only_who_is_left(self, door: Doorside, hall: EventSession) -> None:
        count(door, hall, 0, spectator=3)
        correction(door, hall, CorrectionReason.COUNTED_TWICE, spectator=-2)
        assert count(door, hall, 1, spectator=-3)["admitted"] == {"spectator": -1}
        assert told(door, hall) == ({}, 0, 0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_counted_corrected_and_undone(door: Doorside, hall: EventSession, seed: int) -> None:
    pick, devices, sent = random.Random(seed), [door.token, door.device(rights=EVERY_RIGHT)], [uuid4()]
    for minute in range(40):
        at, act = NOON + minute * MINUTE, pick.choice(("count", "count", "tap", "undo", "undo", "correct", "back"))
        people = {pick.choice(("spectator", "student")): pick.choice((4, 2, 1, -1, -2, -3))}
        if act == "count":
            claim = door.claim(hall, act="head_count", people=people, new_today=pick.random() < 0.7, at=at)
        elif act == "tap":
            claim = door.claim(hall, act="walk_in", people={name: abs(one) for name, one in people.items()}, at=at)
        elif act == "undo":
            claim = door.claim(hall, act="undo", undoes=str(pick.choice(sent)), at=at)
        else:
            _correct_something(door, hall, pick, taking_back=act == "back", at=at)
            continue
        sent.append(UUID(claim["id"]))
        door.send(claim, at=at, token=pick.choice(devices))
        assert all(number > 0 for number in standing().values()), (minute, claim, standing())
        assert recounted(door.event.id).wrong == []


def _correct_something(door: Doorside, hall: EventSession, pick: random.Random, *, taking_back: bool, at: Any) -> None:
    if taking_back:
        made = db.session.scalars(select(Entry.scan_id).filter_by(kind=EntryKind.CORRECTION).distinct()).all()
        scan = door.stored(str(pick.choice(sorted(map(str, made))))) if made else None
        if scan is not None:
            with transaction():
                take_back(door.event, scan, at=at, actor=NOBODY)
        return
    reason = pick.choice(list(CorrectionReason))
    less, more = {"spectator": -pick.randrange(1, 5)}, {"student": pick.randrange(1, 5)}
    changes = {CorrectionReason.COUNTED_TWICE: less, CorrectionReason.FOUND_LATER: more}.get(
        reason, {**less, "student": -less["spectator"]}
    )
    if is_possible(reason, changes, unknown="unknown") and place_id(door):
        try:
            correction(door, hall, reason, **changes)
        except (CountedMeanwhile, NotWithoutTicket):
            db.session.rollback()


def standing() -> dict[Any, int]:
    """Who stands without a ticket, by whether they are new, how they are known and category."""
    db.session.rollback()
    group = (func.coalesce(Entry.new_today, False), Entry.method, EntryNumber.category_id)
    found = db.session.execute(
        select(*group, func.sum(EntryNumber.number))
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.kind != EntryKind.UNDO, Entry.direction == Direction.IN, stands())
        .group_by(*group)
    )
    return {tuple(of): int(number) for *of, number in found if number}
