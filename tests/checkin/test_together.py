"""Batches of several devices recorded as one come to what they come to one after the other."""

import json
import random
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Device, DeviceContact
from app.accounts.queries import digest
from app.audit import AuditEntry
from app.db import db, wired_transaction
from app.direct import Direct
from app.programme.models import EventSession, SessionPlaces, Venue
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from app.web.actors import DeviceActor
from app.writer import Wire
from checkin.forms import read_batch
from checkin.models import Conflict, Entry, EntryNumber, Place, Scan
from checkin.operations import Sent, record_batches
from registrations.models import Ticket
from registrations.rules import BookingState
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

WRITTEN = (
    select(Scan.id, Scan.device_id, Scan.verdict, Scan.at, Scan.facts, Scan.forced).order_by(Scan.received_at, Scan.id),
    select(
        Entry.scan_id, Entry.device_id, Entry.kind, Entry.place_id, Entry.ticket_id, Entry.at, Entry.direction,
        Entry.booked, Entry.reentry, Entry.new_today, Entry.received_at, EntryNumber.category_id, EntryNumber.number,
    ).join(EntryNumber, EntryNumber.entry_id == Entry.id).order_by(Entry.scan_id, Entry.id, EntryNumber.category_id),
    select(
        SessionPlaces.session_id, SessionPlaces.present, SessionPlaces.arrived, SessionPlaces.anonymous,
        SessionPlaces.counts_exits,
    ).order_by(SessionPlaces.session_id),
    select(Conflict.kind, Conflict.scan_id, Conflict.ticket_id, Conflict.place_id, Conflict.found_at).order_by(
        Conflict.id
    ),
    select(
        DeviceContact.device_id, DeviceContact.last_seen_at, DeviceContact.last_seq, DeviceContact.clock_offset_ms
    ).order_by(DeviceContact.device_id),
    select(AuditEntry.verb, AuditEntry.subject, AuditEntry.at).order_by(AuditEntry.id),
)  # fmt: skip


class NeverMind(Exception):
    """What was tried is taken back."""


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.AFTER_EXIT), rights=EVERY_RIGHT)


def device(door: Doorside, *rights: str) -> DeviceActor:
    row = db.session.scalars(select(Device).filter_by(token_hash=digest(door.device(rights=rights)))).one()
    return DeviceActor(row.id, door.event.id, None, rights)


def sent(who: DeviceActor, *claims: dict[str, Any], at: datetime = NOON, behind: float = 0) -> Sent:
    body = {"sent_at": (at - timedelta(seconds=behind)).isoformat(), "scans": list(claims)}
    return Sent(who, read_batch(json.dumps(body).encode()), at)


def outcome(door: Doorside, batches: Sequence[Sent], sizes: Sequence[int]) -> tuple[list[Any], list[list[Any]]]:
    """Answers, and what stands in the tables, when so many batches at a time are recorded as one."""
    answers: list[Any] = []
    rows: list[list[Any]] = []
    slug = door.event.slug
    try:
        with wired_transaction() as wire:
            left = list(batches)
            for size in sizes:
                together, left = left[:size], left[size:]
                answers += record_batches(wire, slug, together) if together else []
            rows = written(wire)
            raise NeverMind
    except NeverMind:
        return answers, rows


def written(wire: Wire) -> list[list[Any]]:
    return [[tuple(row) for row in Direct(statement).rows(wire, {})] for statement in WRITTEN]


class Day:
    """Anything that can happen at a door, sent by three devices of which one has no further rights."""

    def __init__(self, door: Doorside, make: Make, seed: int) -> None:
        self.random = random.Random(seed)
        self.door = door
        talk = make.session(door.event, "talk", capacity=4, admission=AdmissionRule.BOOKING_AND_WALK_IN)
        hall = make.session(
            door.event, "hall", capacity=3, capacity_kind=CapacityKind.AT_ONCE, admission=AdmissionRule.WALK_IN
        )
        self.sessions: list[EventSession] = [talk, hall]
        parties = ({"spectator": 1}, {"spectator": 2, "student": 1}, {"spectator": 1})
        self.tickets: list[Ticket] = [door.ticket(one, booked={talk: BookingState.CONFIRMED}) for one in parties[:2]]
        self.tickets += [door.ticket(one) for one in parties]
        self.devices = [device(door, *EVERY_RIGHT), device(door, *EVERY_RIGHT), device(door, "scan")]
        self.claims: list[dict[str, Any]] = []

    def batches(self, number: int) -> list[Sent]:
        return [self._batch(NOON + timedelta(seconds=7 * step)) for step in range(number)]

    def _batch(self, at: datetime) -> Sent:
        claims = [self._claim(at) for _ in range(self.random.choice((1, 1, 2, 3)))]
        self.claims += claims
        behind = self.random.choice((0, 0, 0, 1, 4000))
        return sent(self.random.choice(self.devices), *claims, at=at, behind=behind)

    def _claim(self, at: datetime) -> dict[str, Any]:
        pick, door = self.random, self.door
        place = pick.choice(self.sessions)
        given: dict[str, Any] = {"at": at - timedelta(seconds=pick.choice((0, 1, 40))), "seq": pick.randrange(1000)}
        given["id"] = str(UUID(int=pick.getrandbits(128)))
        act = pick.choice(("scan", "scan", "scan", "out", "tap", "count", "undo", "again", "reused", "nowhere"))
        if act in ("again", "reused") and self.claims:
            same = pick.choice(self.claims)
            return same if act == "again" else {**same, "direction": "out"}
        if act == "undo" and self.claims:
            return door.claim(place, act="undo", undoes=pick.choice(self.claims)["id"], **given)
        if act == "tap":
            return door.claim(place, act="walk_in", people={"spectator": pick.choice((1, 2))}, **given)
        if act == "count":
            return door.claim(place, act="head_count", people={"student": pick.choice((2, 1, -1))}, **given)
        if act == "nowhere":
            return door.claim("session:nowhere", pick.choice(self.tickets), **given)
        more = pick.choice(({}, {}, {}, {"dry_run": True}, {"force": "other"}, {"shown": "admitted"}))
        direction = "out" if act == "out" else "in"
        return door.claim(place, pick.choice(self.tickets), direction=direction, **more, **given)


@pytest.mark.parametrize("seed", range(12))
def test_together_is_one_after_the_other(door: Doorside, make: Make, seed: int) -> None:
    day = Day(door, make, seed)
    batches = day.batches(60)
    alone = outcome(door, batches, [1] * 60)
    together = outcome(door, batches, [day.random.randint(1, 9) for _ in range(60)])
    assert together == alone
    verdicts = {answer.verdict or answer.error for answers in alone[0] for answer in answers}
    assert len(verdicts) > 6, "a day on which little happens shows little"


def test_a_question_leaves_no_trace_for_the_next_batch(door: Doorside, make: Make) -> None:
    talk, ticket, who = make.session(door.event, "talk"), door.ticket(), device(door, *EVERY_RIGHT)
    question = door.claim(talk, ticket, dry_run=True)
    (first,), (second,) = outcome(door, [sent(who, question), sent(who, {**question, "dry_run": False})], [2])[0]
    assert [first.verdict, second.verdict, second.error] == ["admitted", "admitted", None]


def test_what_an_upload_before_it_judged_again_is_taken_back_at_the_same_moment_too(door: Doorside, make: Make) -> None:
    talk, ticket = make.session(door.event, "talk", capacity_kind=CapacityKind.AT_ONCE), door.ticket()
    others = [device(door, *EVERY_RIGHT) for _ in range(3)]
    entry, back, left = (
        door.claim(talk, ticket, at=NOON + timedelta(minutes=minutes), shown=shown, direction=direction)
        for minutes, shown, direction in ((0, "admitted", "in"), (20, "admitted", "in"), (10, "left", "out"))
    )
    undo = door.claim(talk, act="undo", undoes=back["id"], at=NOON + timedelta(minutes=21))
    claims = [(others[0], entry), (others[1], back), (others[2], left), (others[1], undo)]
    batches = [sent(who, claim, at=NOON + timedelta(hours=1)) for who, claim in claims]
    alone, together = outcome(door, batches, [1] * 4), outcome(door, batches, [2, 2])
    assert [one.verdict for (one,) in alone[0]] == ["admitted", "already_in", "left", "undone"]
    assert [len(rows) for rows in together[1]] == [len(rows) for rows in alone[1]]


def test_the_id_of_another_device_is_refused_at_the_same_moment_too(door: Doorside, make: Make) -> None:
    talk, ticket = make.session(door.event, "talk"), door.ticket()
    claim = door.claim(talk, ticket)
    answers, rows = outcome(door, [sent(device(door, *EVERY_RIGHT), claim) for _ in range(2)], [2])
    assert [(one.verdict, one.error) for (one,) in answers] == [("admitted", None), (None, "id_reused")]
    assert len(rows[0]) == 1


def entrance_of(door: Doorside) -> str:
    """A place that no row is locked for: whoever comes is written beside everybody else."""
    place = db.session.scalars(select(Place).where(Place.event_id == door.event.id, Place.day.is_not(None))).first()
    assert place is not None
    venue = db.session.get_one(Venue, place.venue_id)
    return f"entrance:{venue.slug}:{place.day}"


def test_two_who_write_at_once_never_wait_for_each_other_in_a_circle(app: Flask, door: Doorside) -> None:
    """What both of them write, they write in one order; in any other PostgreSQL ends one of them."""
    devices = [device(door, *EVERY_RIGHT) for _ in range(6)]
    slug, rounds, refused = door.event.slug, 25, []
    hall = entrance_of(door)
    start = threading.Barrier(2)

    def record(whose: Sequence[DeviceActor]) -> None:
        for _ in range(rounds):
            batches = [sent(one, door.claim(hall, act="walk_in", people={"spectator": 1})) for one in whose]
            start.wait(20)
            try:
                with app.app_context(), wired_transaction() as wire:
                    record_batches(wire, slug, batches)
            except Exception as error:  # noqa: BLE001  told below
                refused.append(error)

    threads = [threading.Thread(target=record, args=(whose,)) for whose in (devices, devices[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    assert refused == []
