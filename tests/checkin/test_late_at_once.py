"""Doors that come back to the network at the same moment: whatever comes first on whichever connection, the day comes
to what it comes to when everything is uploaded in the order of time."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event
from app.programme.rules import AdmissionRule, Reentry
from app.web.actors import Actor
from checkin.models import Conflict, Entry, EntryNumber
from checkin.operations import doorway
from checkin.operations.linking import link_tickets
from checkin.operations.settling import settle
from checkin.rules import ConflictKind
from registrations.operations import cancel
from tests.checkin.doorside import Doorside
from tests.checkin.late_day import EVENING, Claim, World, batches, draw
from tests.checkin.test_races import at_once
from tests.make import NOON, Make

pytestmark = pytest.mark.slow

TRIES = 20
EXPECTED = (None, "nothing_to_undo")
"""A tap of somebody is taken back once; all else that a door sends is kept."""


@pytest.fixture(autouse=True)
def slow_thinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what a door reads and what it writes there is time for others."""
    real = doorway.open_doorway

    def slowly(*arguments: Any, **named: Any) -> Any:
        opened = real(*arguments, **named)
        time.sleep(0.002)
        return opened

    monkeypatch.setattr("checkin.operations.recording.open_doorway", slowly)


@pytest.mark.parametrize("seed", range(5))
def test_doors_that_upload_at_once_come_to_what_one_after_the_other_would(app: Flask, make: Make, seed: int) -> None:
    come_to_the_same(app, make, seed)


def come_to_the_same(app: Flask, make: Make, seed: int) -> None:
    """The day of this number, uploaded by one connection in the order of time and by all doors at once."""
    day, pick = draw(seed), Random(f"{seed} uploads")
    serial, together = World(app, make, day, f"serial-{seed}"), World(app, make, day, f"together-{seed}")
    for step, claim in zip(day.steps, serial.claims, strict=True):
        assert upload(serial, serial.tokens[step.device], [claim]) == []
    cancels(serial)()
    queues = zip(together.tokens, together.queues(), strict=True)
    works = [sender(together, token, batches(pick, queue)) for token, queue in queues]
    faults = at_once(app, [*works, cancels(together, after=pick.random() / 5)])
    assert (seed, faults) == (seed, [[]] * len(faults))
    with frozen(EVENING):
        link_tickets(EVENING)
    one, other = serial.came_to(), together.came_to()
    for about, expected in one.items():
        assert (seed, about, other[about]) == (seed, about, expected)


def test_who_is_counted_by_people_while_an_upload_explains_them_is_counted_once(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = doorway.open_doorway

    def hesitating(*arguments: Any, **named: Any) -> Any:
        time.sleep(0.1)
        return real(*arguments, **named)

    door = Doorside(app, make, make.event(reentry=Reentry.AFTER_EXIT))
    slug, event_id = door.event.slug, door.event.id
    monkeypatch.setattr("checkin.operations.settling.open_doorway", hesitating)
    for number in range(3):
        talk, group = make.session(door.event, f"talk-{number}", admission=AdmissionRule.WALK_IN), {"student": 8}
        ticket = door.ticket(group)
        came = [
            door.claim(talk, ticket, at=NOON + timedelta(minutes=at), people={"student": 6}, shown="admitted")
            for at in (0, 20)
        ]
        door.send(*came, at=EVENING)
        listed = select(Conflict.id).where(Conflict.kind == ConflictKind.SURPLUS, Conflict.resolved_at.is_(None))
        (conflict_id,) = db.session.scalars(listed).all()
        left = door.claim(
            talk, ticket, at=NOON + timedelta(minutes=10), people={"student": 3}, direction="out", shown="left"
        )
        db.session.rollback()
        token = door.device()

        def settled(conflict_id: int = conflict_id) -> None:
            with transaction():
                settle(db.session.get_one(Event, event_id), conflict_id, accept=True, at=EVENING, actor=Actor())

        def uploaded(left: Claim = left, token: str = token) -> None:
            time.sleep(0.03)
            door.send(left, at=EVENING, token=token, client=app.test_client(), slug=slug)

        assert at_once(app, [settled, uploaded]) == [None, None]
        assert stands_of(came[1]["id"]) == 6


def stands_of(scan_id: str) -> int:
    """How many people stand in the ledger by this scan, with the ticket and without it."""
    numbers = select(func.sum(EntryNumber.number)).join(Entry).where(Entry.scan_id == UUID(scan_id))
    undone = select(Entry.undoes_id).where(Entry.undoes_id.is_not(None))
    return int(db.session.scalar(numbers.where(Entry.undoes_id.is_(None), Entry.id.not_in(undone))) or 0)


def cancels(world: World, *, after: float = 0) -> Callable[[], list[str]]:
    """Somebody's registration is cancelled meanwhile."""

    def run() -> list[str]:
        time.sleep(after)
        if world.cancelled_id is not None:
            with transaction():
                cancel(world.cancelled_id, at=EVENING)
        return []

    return run


def sender(world: World, token: str, queue: Sequence[list[Claim]]) -> Callable[[], list[str]]:
    return lambda: [fault for batch in queue for fault in upload(world, token, batch)]


def upload(world: World, token: str, batch: list[Claim]) -> list[str]:
    """Scans that a device would have lost, with what it was told. It sends again what was not answered."""
    body, door = {"sent_at": EVENING.isoformat(), "scans": batch}, world.door
    for _ in range(TRIES):
        answer = door.post(body, at=EVENING, token=token, client=door.app.test_client(), slug=world.slug)
        if answer.status_code == 200:
            told = {one["id"]: (one["error"] or {}).get("code") for one in answer.get_json()["verdicts"]}
            said = {claim["id"]: told.get(claim["id"], "not answered") for claim in batch}
            return [f"{scan_id}: {error}" for scan_id, error in said.items() if error not in EXPECTED]
        time.sleep(0.01)
    return [f"not answered: {answer.status_code}"]
