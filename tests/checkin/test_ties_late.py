"""Days of doors without a network on which tickets could not be read, and one door stood where it was not bound to:
whoever uploads first, once the noted numbers are tied the day comes to the same."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Device, DeviceGate
from app.accounts.queries import digest
from app.clock import frozen
from app.db import db, transaction
from app.errors import Refused
from app.programme.models import Venue
from app.web.actors import Actor
from checkin.models import Conflict, Gate, Scan
from checkin.operations import tie
from checkin.operations.linking import link_tickets
from checkin.rules import ConflictKind, GateKind
from tests.checkin.late_day import DEVICES, EVENING, PARTIES, Claim, Day, Step, World, batches, draw
from tests.make import NOON, Make

TIED_AT = EVENING + timedelta(minutes=5)


def drawn(seed: int, *, steps: int = 30) -> Day:
    """The day of this number, on which most taps are of people whose ticket could not be read."""
    day, pick = draw(seed, steps=steps), Random(f"{seed} unread")
    return day._replace(
        steps=tuple(_unread(pick, step) if step.what == "tap" else step for step in day.steps), cancelled=""
    )


def _unread(pick: Random, step: Step) -> Step:
    if pick.random() < 0.2:
        return step
    who = pick.choice(list(PARTIES))
    people = tuple((key, pick.randint(1, number)) for key, number in PARTIES[who].items())
    if pick.random() < 0.3:
        people = (("unknown", sum(number for _, number in people)),)
    return step._replace(who=who, people=people)


class Unread(World):
    """The same day with the numbers that doors noted; the first device is bound to a gate where nothing happened."""

    def __init__(self, app: Flask, make: Make, day: Day, name: str) -> None:
        super().__init__(app, make, day, name)
        device = db.session.scalars(select(Device).where(Device.token_hash == digest(self.tokens[0]))).one()
        db.session.rollback()
        with transaction():
            venue = db.session.scalars(select(Venue).where(Venue.slug == f"hall-{self.door.event.id}")).one()
            back = {"code": "back", "name": {"ja": "裏口"}, "kind": GateKind.ROOMS, "new_today": False, "position": 9}
            gate = Gate(event_id=self.door.event.id, venue_id=venue.id, **back)
            db.session.add(gate)
            db.session.flush()
            db.session.add(DeviceGate(device_id=device.id, gate_id=gate.id, since=NOON))
            db.session.get_one(Device, device.id).paired = True

    def _claim(self, number: int, step: Step) -> Claim:
        claim = super()._claim(number, step)
        return {**claim, "number": self.tickets[step.who].number} if step.what == "tap" and step.who else claim

    def send(self, device: int, batch: list[Claim]) -> None:
        answers = self.door.send(*batch, at=EVENING, token=self.tokens[device], slug=self.slug)
        faults = {(one["error"] or {}).get("code") for one in answers}
        assert faults <= {None, "nothing_to_undo", "other_gate"}

    def tie(self) -> dict[str, str]:
        """What became of every number that is listed, by the scan that noted it."""
        db.session.rollback()
        with frozen(EVENING):
            link_tickets(EVENING)
        found = db.session.execute(
            select(Conflict.id, Scan.id, Scan.facts["number"].as_string())
            .join(Scan, Scan.id == Conflict.scan_id)
            .where(Conflict.event_id == self.door.event.id, Conflict.resolved_at.is_(None))
            .where(Conflict.kind == ConflictKind.UNREAD_TICKET)
            .order_by(Scan.at, Scan.id)
        ).all()
        numbers = {claim["id"]: str(number) for number, claim in enumerate(self.claims)}
        return {numbers[str(scan)]: self._tied(conflict, number) for conflict, scan, number in found}

    def _tied(self, conflict: int, number: str) -> str:
        db.session.rollback()
        try:
            with transaction():
                tie(self.door.event, conflict, number, at=TIED_AT, actor=Actor())
        except Refused as no:
            return no.code
        return "tied"


@pytest.mark.parametrize("seed", range(4))
def test_for_every_order_of_uploads_who_is_tied_is_counted_once(app: Flask, make: Make, seed: int) -> None:
    come_to_the_same(app, make, seed)


def come_to_the_same(app: Flask, make: Make, seed: int) -> None:
    day, pick = drawn(seed), Random(f"{seed} uploads")
    serial, mixed = Unread(app, make, day, f"serial-{seed}"), Unread(app, make, day, f"mixed-{seed}")
    for step, claim in zip(day.steps, serial.claims, strict=True):
        serial.send(step.device, [claim])
    waiting = {device: batches(pick, queue) for device, queue in enumerate(mixed.queues())}
    while left := [device for device in range(DEVICES) if waiting[device]]:
        device = pick.choice(left)
        mixed.send(device, waiting[device].pop(0))
    outcomes: list[Any] = [world.tie() for world in (serial, mixed)]
    assert (seed, outcomes[0]) == (seed, outcomes[1])
    one, other = serial.came_to(), mixed.came_to()
    for about, expected in one.items():
        assert (seed, about, other[about]) == (seed, about, expected)
