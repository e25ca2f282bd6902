"""The ticket of people who were let in without one comes after the day is closed: they are linked and counted once, and
what was sealed stays as it is."""

from datetime import timedelta
from secrets import randbits
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from analytics.queries.closing import closing_days
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import EventSession
from app.programme.rules import AdmissionRule, CapacityKind
from app.web.actors import Actor
from checkin.cli import ledger
from checkin.models import AwaitedTicket, Conflict, PlaceClose
from checkin.operations import tie
from checkin.operations.closing import close_places, seal_ledger
from checkin.operations.linking import link_tickets
from checkin.queries.closing import Late
from checkin.queries.sealed import chain
from checkin.rules import ConflictKind, CountingState
from registrations.models import Ticket
from registrations.rules.given import RANDOM_BITS, given_code
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

EVENING = NOON + timedelta(hours=9)
NIGHT = EVENING + timedelta(hours=1)
MORNING = NOON + timedelta(hours=20)
FAMILY = {"spectator": 1, "student": 2}


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, rights=EVERY_RIGHT)


def close_the_day(door: Doorside, *sessions: EventSession) -> None:
    """Everything there was counted, says the organiser; what is written so far is sealed."""
    codes = {f"session:{one.code}" for one in sessions}
    found = {one.place.code: one.place.id for day in closing_days(door.event).values() for one in day}
    with transaction():
        states = {found[code]: CountingState.COUNTED for code in codes}
        close_places(door.event, NOON.date(), states, at=EVENING, actor=Actor())
    seal_ledger(EVENING)


def came_late(door: Doorside) -> dict[str, Late]:
    db.session.rollback()
    return {one.place.code: one.late for day in closing_days(door.event).values() for one in day if one.late}


def verified(app: Flask) -> int:
    with frozen(MORNING):
        return app.test_cli_runner().invoke(ledger, ["verify"]).exit_code


def given_out(door: Doorside, place: EventSession, code: str) -> dict[str, Any]:
    """By a door without a network, at noon."""
    return door.claim(place, act="walk_in", people=FAMILY, rid=str(uuid4()), new_code=code, shown="counted")


@pytest.mark.parametrize("by", ["upload", "chore"])
def test_people_are_linked_after_the_close_and_counted_once(
    app: Flask, door: Doorside, make: Make, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN)
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    code, other = given_code(door.event.scan_salt, randbits(RANDOM_BITS)), door.device(rights=EVERY_RIGHT)
    came = door.claim(talk, code, at=NOON + timedelta(minutes=5), shown="provisional")
    first = door.send(came, at=NOON + timedelta(minutes=6), token=other)[0]
    assert (door.places(talk).anonymous, door.places(talk).present) == (1, 1)
    close_the_day(door, hall, talk)
    sealed = chain()
    assert (sealed.unsealed, sealed.broken, came_late(door)) == (0, [], {})

    with monkeypatch.context() as patched:
        if by == "chore":
            patched.setattr("checkin.api.link_tickets", lambda _at: 0)
        assert door.send(given_out(door, hall, code), at=NIGHT)[0]["given"]
    if by == "chore":
        assert door.places(talk).anonymous == 1
        with frozen(NIGHT):
            assert link_tickets(NIGHT) == 1
    here, there = door.places(hall), door.places(talk)
    assert (here.present, here.anonymous, there.present, there.anonymous) == (3, 0, 3, 0)
    assert db.session.scalars(select(AwaitedTicket)).all() == []
    assert db.session.scalars(select(PlaceClose.state)).all() == [CountingState.COUNTED] * 2

    late = came_late(door)
    assert {place: one.lines for place, one in late.items()} == {"session:hall": 1, "session:talk": 1}, (
        "who moved is nobody new, and a family in place of one person is one record"
    )
    kinds = [kind for kind, _ in door.lines()]
    assert kinds == ["entry", "entry", "undo", "entry", "exit"], "let in; given out; linked; gone from one to the other"
    db.session.rollback()
    conflicts = db.session.execute(select(Conflict.kind, Conflict.resolution).order_by(Conflict.id)).all()
    assert [(kind.value, how) for kind, how in conflicts] == [("unknown_ticket", "linked"), ("late_upload", None)]
    assert chain().digests == sealed.digests
    seal_ledger(NIGHT)
    now = chain()
    assert (now.digests[: sealed.blocks], now.unsealed, now.broken) == (sealed.digests, 0, [])
    assert verified(app) == 0
    again = door.send(came, at=MORNING, token=other)[0]
    assert {**again, "person": None} == {**first, "person": None}
    assert (door.places(talk).present, came_late(door)) == (3, late)


def test_what_was_taken_back_before_the_close_stays_so_when_the_ticket_comes_after_it(
    app: Flask, door: Doorside, make: Make
) -> None:
    hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN)
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    code = given_code(door.event.scan_salt, randbits(RANDOM_BITS))
    came = door.claim(talk, code)
    door.send(came)
    door.send(door.claim(talk, act="undo", undoes=came["id"]))
    close_the_day(door, hall, talk)
    door.send(given_out(door, hall, code), at=NIGHT)
    assert (door.places(hall).present, door.places(talk).present) == (3, 0)
    assert set(came_late(door)) == {"session:hall"}
    seal_ledger(NIGHT)
    assert verified(app) == 0


def test_one_person_who_is_linked_after_the_close_is_nobody_new_and_no_late_line(door: Doorside, make: Make) -> None:
    hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN)
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    code, other = given_code(door.event.scan_salt, randbits(RANDOM_BITS)), door.device(rights=EVERY_RIGHT)
    door.send(door.claim(talk, code, shown="provisional"), token=other)
    close_the_day(door, hall, talk)
    alone = door.claim(hall, act="walk_in", people={"spectator": 1}, rid=str(uuid4()), new_code=code, shown="counted")
    door.send(alone, at=NIGHT)
    assert [kind for kind, _ in door.lines()][:4] == ["entry", "entry", "undo", "entry"]
    assert door.places(talk).anonymous == 0
    assert {place: one.lines for place, one in came_late(door).items()} == {"session:hall": 1}


def test_who_left_before_the_ticket_came_and_was_taken_back_has_not_left(door: Doorside, make: Make) -> None:
    hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN, capacity_kind=CapacityKind.AT_ONCE)
    code, other = given_code(door.event.scan_salt, randbits(RANDOM_BITS)), door.device(rights=EVERY_RIGHT)
    left = door.claim(hall, code, at=NOON + timedelta(minutes=5), shown="left", direction="out")
    undo = door.claim(hall, act="undo", undoes=left["id"], at=NOON + timedelta(minutes=6))
    answers = door.send(left, undo, at=EVENING, token=other)
    assert [one["verdict"] for one in answers] == ["left", "undone"]
    door.send(given_out(door, hall, code), at=EVENING)
    assert (door.count(AwaitedTicket), door.places(hall).present) == (0, 3)


def test_that_a_scan_came_late_is_said_of_the_ticket_once_it_is_here(door: Doorside, make: Make) -> None:
    hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN)
    code, other = given_code(door.event.scan_salt, randbits(RANDOM_BITS)), door.device(rights=EVERY_RIGHT)
    door.send(door.claim(hall, code, at=NOON + timedelta(minutes=5), shown="provisional"), at=EVENING, token=other)
    door.send(given_out(door, hall, code), at=EVENING)
    db.session.rollback()
    late = select(Conflict.ticket_id).where(Conflict.kind == ConflictKind.LATE_UPLOAD)
    ticket_id = db.session.scalars(select(Ticket.id)).one()
    assert db.session.scalars(late).all() == [ticket_id] * 2


def test_who_is_tied_after_the_close_is_nobody_new_and_what_was_sealed_stays(
    app: Flask, door: Doorside, make: Make
) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    ana = door.ticket({"student": 1})
    number = ana.number
    tap = door.claim(talk, act="walk_in", people={"unknown": 1}, number=number, shown="counted")
    door.send(tap, at=NOON + timedelta(minutes=6))
    close_the_day(door, talk)
    noted = db.session.scalars(select(Conflict.id)).one()
    db.session.rollback()
    with transaction():
        tie(door.event, noted, number, at=NIGHT, actor=Actor())
    assert (came_late(door), door.places(talk).present) == ({}, 1)
    assert (verified(app), chain().broken) == (0, [])
    seal_ledger(MORNING)
    assert (verified(app), chain().unsealed, chain().broken) == (0, 0, [])
