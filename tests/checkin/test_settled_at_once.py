"""Somebody settles what a door listed while a ticket comes in or a door takes the same people back: one of the two
comes first, the other finds that, and neither ends in an error."""

import time
from collections.abc import Callable
from datetime import timedelta
from secrets import randbits
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.console.views.once import once
from app.db import db, transaction
from app.errors import Refused
from app.programme.models import Event, Venue
from app.programme.rules import AdmissionRule
from app.web.actors import Actor
from checkin.models import Conflict
from checkin.operations import linking, settle, settling, tie, tying
from checkin.operations.linking import link_tickets
from checkin.queries.recount import recounted
from checkin.rules import ConflictKind
from registrations.rules.given import RANDOM_BITS, given_code
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.test_races import at_once
from tests.checkin.test_tied import standing, unread
from tests.make import NOON, Make

pytestmark = pytest.mark.slow
LATER = NOON + timedelta(minutes=30)


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, rights=EVERY_RIGHT)


@pytest.fixture(autouse=True)
def slow_thinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds something lets time pass before they ask for more."""
    for module, name, after in ((settling, "held", True), (tying, "held", True), (linking, "settle_findings", False)):
        monkeypatch.setattr(module, name, slowly(getattr(module, name), after=after))


def slowly(real: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    def run(*arguments: Any, **named: Any) -> Any:
        if not after:
            time.sleep(0.1)
        found = real(*arguments, **named)
        if after:
            time.sleep(0.1)
        return found

    return run


def listed(kind: ConflictKind) -> int:
    db.session.rollback()
    return db.session.scalars(select(Conflict.id).where(Conflict.kind == kind)).one()


def settles(event_id: int, conflict: int, *, accept: bool) -> Callable[[], str]:
    def run() -> str:
        try:
            with transaction():
                event = db.session.get_one(Event, event_id)
                return settle(event, conflict, accept=accept, at=LATER, actor=Actor()).value
        except Refused as no:
            return no.code

    return run


@pytest.mark.parametrize("accept", [True, False])
def test_a_ticket_comes_in_while_who_awaits_it_is_settled(
    app: Flask, door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch, *, accept: bool
) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    event_id, code = door.event.id, given_code(door.event.scan_salt, randbits(RANDOM_BITS))
    door.send(door.claim(talk, code, shown="provisional"), at=LATER)
    monkeypatch.setattr("checkin.api.link_tickets", lambda _: 0)
    giving = door.claim(talk, act="walk_in", people={"spectator": 1}, rid=str(uuid4()), new_code=code, shown="counted")
    door.send(giving, at=LATER)
    conflict = listed(ConflictKind.UNKNOWN_TICKET)
    outcomes = at_once(app, [settles(event_id, conflict, accept=accept), lambda: link_tickets(LATER)])
    assert outcomes in ([["stands", "taken_off"][not accept], 1], ["settled", 1])
    assert recounted(event_id).wrong == []


@pytest.mark.parametrize("accept", [True, False])
def test_of_a_full_room_one_is_settled_while_another_one_ties(
    app: Flask, door: Doorside, make: Make, *, accept: bool
) -> None:
    """Both are listed of one scan."""
    small = make.session(door.event, "small", admission=AdmissionRule.WALK_IN, capacity=1)
    door.tap(small)
    ana, event_id = door.ticket(), door.event.id
    number = ana.number
    claim = unread(door, small, number)
    door.send(claim, at=LATER)
    full, noted = listed(ConflictKind.OVER_CAPACITY), listed(ConflictKind.UNREAD_TICKET)
    outcomes = at_once(app, [settles(event_id, full, accept=accept), ties(event_id, noted, number)])
    assert outcomes in (
        ["stands", "tied"],
        ["taken_off", "nothing_to_tie"],
        ["settled", "tied"],
        ["taken_off", "settled"],
    )
    assert recounted(event_id).wrong == []


@pytest.mark.parametrize("first", ["undo", "tie"])
@pytest.mark.parametrize("where", ["talk", "entrance"])
def test_a_door_takes_back_whom_somebody_ties(app: Flask, door: Doorside, make: Make, where: str, first: str) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    place: Any = talk if where == "talk" else entrance(door)
    ana, event_id = door.ticket(), door.event.id
    number = ana.number
    claim = unread(door, place, number)
    door.send(claim, at=LATER)
    noted = listed(ConflictKind.UNREAD_TICKET)
    undo, slug = door.claim(place, act="undo", undoes=claim["id"], at=NOON + timedelta(minutes=1)), door.event.slug

    def taken_back() -> str:
        time.sleep(0.05 if first == "tie" else 0)
        (answer,) = door.send(undo, at=LATER, client=app.test_client(), slug=slug)
        return str(answer["verdict"])

    outcomes = at_once(app, [taken_back, ties(event_id, noted, number)])
    assert outcomes[0] == "undone"
    assert outcomes[1] in ("tied", "nothing_to_tie", "settled")
    assert recounted(event_id).wrong == []
    assert (standing(door), door.places(talk).present) == ([], 0)


def ties(event_id: int, conflict: int, number: str) -> Callable[[], str]:
    def work() -> None:
        with transaction():
            tie(db.session.get_one(Event, event_id), conflict, number, at=LATER, actor=Actor())

    def run() -> str:
        try:
            once(work)
        except Refused as no:
            return no.code
        return "tied"

    return run


def entrance(door: Doorside) -> str:
    venue = db.session.scalars(select(Venue.slug).where(Venue.slug == f"hall-{door.event.id}")).one()
    return f"entrance:{venue}:{NOON.date().isoformat()}"
