"""The roll-ups equal a recount whatever happens at the doors, and are mended where they do not."""

import json
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.accounts.models import Device
from app.accounts.queries import digest
from app.db import db, transaction, wired_transaction
from app.errors import Refused
from app.programme.models import EventSession
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from app.web.actors import Actor, DeviceActor
from checkin.cli import ledger
from checkin.forms import read_batch
from checkin.models import Conflict, Entry, RollUp
from checkin.operations import Sent, record_batches
from checkin.operations.correcting import Correction, correct
from checkin.operations.paper import Sheet, type_sheet
from checkin.operations.rolling import Rolling
from checkin.operations.settling import settle
from checkin.queries.corrections import counted_at
from checkin.rules.correcting import CorrectionReason
from registrations.models import PartyNumber, Ticket
from registrations.operations.parties import party_of, rewrite_party
from registrations.operations.tickets import raise_change_number
from registrations.rules import PartyKind
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.checkin.rolled import assert_rolled_up
from tests.make import NOON, Make

pytestmark = pytest.mark.slow
NOBODY = Actor()
PARTIES = (
    ({"spectator": 1}, PartyKind.PERSON),
    ({"student": 1}, PartyKind.PERSON),
    ({"spectator": 2, "student": 3}, PartyKind.FAMILY),
    ({"student": 20, "spectator": 1}, PartyKind.CLASS),
)
ACTS = (
    "in", "in", "in", "in", "out", "other people", "tap", "heads", "room", "undo", "again", "forced", "together",
    "settle", "correct", "sheet", "replace", "shrink",
)  # fmt: skip


class Day:
    """Two sessions, an entrance, three devices, and whatever is drawn."""

    def __init__(self, app: Flask, make: Make, draw: st.DrawFn) -> None:
        self.draw = draw
        self.door = door = Doorside(app, make, make.event(f"e{uuid4().hex}", reentry=Reentry.FREE), rights=EVERY_RIGHT)
        wide = {"ends_at": NOON + timedelta(hours=5), "door_closes_at": NOON + timedelta(hours=5)}
        self.places: list[EventSession | str] = [
            make.session(door.event, "talk", admission=AdmissionRule.WALK_IN, capacity=30, **wide),
            make.session(
                door.event, "hall", admission=AdmissionRule.WALK_IN, capacity_kind=CapacityKind.AT_ONCE, **wide
            ),
            "entrance:hall-1:2026-10-03",
        ]
        self.tickets = [door.ticket(numbers, party_kind=kind) for numbers, kind in PARTIES]
        self.tokens = [door.device(rights=EVERY_RIGHT) for _ in range(3)]
        self.claims: list[dict[str, Any]] = []
        self.minute = 0
        self.high, self.made = uuid4().int >> 64 << 64, 0

    def act(self) -> None:
        what, self.minute = self.draw(st.sampled_from(ACTS)), self.minute + self.draw(st.integers(1, 6))
        {"together": self.together, "settle": self.settle, "correct": self.correct, "sheet": self.sheet,
         "replace": self.replace, "shrink": self.shrink}.get(what, lambda: self.send(what))()  # fmt: skip

    def send(self, what: str) -> None:
        claims = [self.claim(what) for _ in range(self.draw(st.sampled_from((1, 1, 2, 3))))]
        now = NOON + timedelta(minutes=self.minute)
        self.door.send(*claims, at=now, token=self.draw(st.sampled_from(self.tokens)))

    def claim(self, what: str) -> dict[str, Any]:
        """A late one says that it was made up to an hour ago."""
        late = self.draw(st.sampled_from((0, 0, 0, 2, 60)))
        place, at = self.draw(st.sampled_from(self.places)), NOON + timedelta(minutes=self.minute - late)
        made = self.door.claim(place, at=at, id=str(self.new_id()), **self.said(what))
        if what == "again" and self.claims:
            made = self.draw(st.sampled_from(self.claims))
        self.claims.append(made)
        return made

    def new_id(self) -> UUID:
        """In an order that is drawn, and no other day's: of several days with one database none may hear of another."""
        self.made += 1
        return UUID(int=self.high | self.draw(st.integers(0, 2**32 - 1)) << 32 | self.made)

    def said(self, what: str) -> dict[str, Any]:
        category, number = self.draw(st.sampled_from(("spectator", "student"))), self.draw(st.integers(1, 9))
        if what in ("tap", "heads"):
            sign = -1 if what == "heads" and number < 3 else 1
            act = "walk_in" if what == "tap" else "head_count"
            return {"act": act, "people": {category: sign * number}, "new_today": number % 2 == 0}
        if what == "room":
            return {"act": "room_count", "people": {self.draw(st.sampled_from((category, "unknown"))): number * 3}}
        if what == "undo" and self.claims:
            return {"act": "undo", "undoes": self.draw(st.sampled_from(self.claims))["id"]}
        ticket: dict[str, Any] = {"code": self.draw(st.sampled_from(self.tickets)).code}
        if what == "out":
            return {**ticket, "direction": "out"}
        if what == "other people":
            return {**ticket, "people": {category: number}, "shown": "admitted"}
        return {**ticket, "force": "other"} if what == "forced" else {**ticket, "shown": "admitted"}

    def together(self) -> None:
        """Batches of several devices in one transaction."""
        at = NOON + timedelta(minutes=self.minute)
        sents = [self.batch(token, self.claim("in"), at) for token in self.tokens]
        with self.door.app.app_context(), wired_transaction() as wire:
            record_batches(wire, self.door.event.slug, sents)

    def batch(self, token: str, claim: dict[str, Any], at: Any) -> Sent:
        device = db.session.scalars(select(Device).filter_by(token_hash=digest(token))).one()
        body = json.dumps({"sent_at": at.isoformat(), "scans": [claim]}).encode()
        return Sent(DeviceActor(device.id, self.door.event.id, None, EVERY_RIGHT), read_batch(body), at)

    def settle(self) -> None:
        open_ones = select(Conflict.id).where(
            Conflict.event_id == self.door.event.id, Conflict.resolved_at.is_(None)
        )  # fmt: skip
        ids = db.session.scalars(open_ones.order_by(Conflict.id)).all()
        if ids:
            self.quietly(settle, self.draw(st.sampled_from(ids)), accept=self.draw(st.booleans()))

    def correct(self) -> None:
        stood = counted_at(self.door.event.id, self.place_ids()[0])
        changes = self.draw(st.sampled_from(({"student": 2}, {"student": -1}, {"spectator": -1, "student": 1})))
        reason = CorrectionReason.FOUND_LATER if changes == {"student": 2} else CorrectionReason.WRONG_CATEGORY
        if len(changes) == 1 and reason is CorrectionReason.WRONG_CATEGORY:
            reason = CorrectionReason.COUNTED_TWICE
        at = NOON + timedelta(minutes=self.minute)
        self.quietly(correct, Correction(self.new_id(), "session:talk", at, changes, stood, True, reason))

    def sheet(self) -> None:
        at = NOON + timedelta(minutes=self.minute)
        self.quietly(type_sheet, Sheet(self.new_id(), "session:hall", at, {"student": 4}, self.minute % 2 == 0))

    def replace(self) -> None:
        """A lost ticket is replaced; both papers may still be shown."""
        old = self.draw(st.sampled_from(self.tickets))
        with transaction():
            found = db.session.get_one(Ticket, old.id)
            if found.replaced_by_id is None:
                number = f"{9_000_000 + old.id}"
                new = Ticket(
                    event_id=found.event_id, registration_id=found.registration_id, code=f"{old.code[:-7]}{number}",
                    rid=uuid4().bytes[:12], number=number, issued_at=NOON,
                )  # fmt: skip
                db.session.add(new)
                db.session.flush()
                found.replaced_at, found.replaced_by_id = NOON, new.id
                raise_change_number(found.event_id)

    def shrink(self) -> None:
        """A party is fewer than came: its people are no more than it has, or than came to one place."""
        with transaction():
            numbers = db.session.scalars(select(PartyNumber).filter_by(registration_id=self.tickets[2].registration_id))
            for one in numbers:
                one.number = 1
            db.session.flush()
            raise_change_number(self.door.event.id)

    def quietly(self, operation: Any, *arguments: Any, **named: Any) -> None:
        try:
            with transaction():
                event = db.session.merge(self.door.event, load=True)
                operation(event, *arguments, at=NOON + timedelta(minutes=self.minute), actor=NOBODY, **named)
        except Refused:
            db.session.rollback()

    def place_ids(self) -> list[int]:
        talk = self.places[0]
        assert isinstance(talk, EventSession)
        return list(db.session.scalars(text("SELECT id FROM place WHERE session_id = :id").bindparams(id=talk.id)))


@settings(max_examples=12, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_whatever_happens_the_roll_ups_equal_a_recount(app: Flask, make: Make, data: st.DataObject) -> None:
    day = Day(app, make, data.draw)  # type: ignore[arg-type]
    for _ in range(data.draw(st.integers(5, 25))):
        day.act()
        assert_rolled_up(day.door.event.id)


def test_a_party_that_is_fewer_than_came_is_seen_without_a_new_line(app: Flask, make: Make) -> None:
    """Figures kept in memory hear of it by the number that every change of a registration raises."""
    door = Doorside(app, make, rights=EVERY_RIGHT)
    halls = [make.session(door.event, name, admission=AdmissionRule.WALK_IN) for name in ("one", "two")]
    family = door.ticket({"spectator": 2, "student": 3}, party_kind=PartyKind.FAMILY)
    for hall, people in zip(halls, ({"spectator": 2}, {"student": 3}), strict=True):
        door.send(door.claim(hall, family, people=people, shown="admitted"))
    assert_rolled_up(door.event.id)
    with transaction():
        party = dict.fromkeys(party_of(family.registration_id), 1)
        rewrite_party(family.registration_id, party)
        raise_change_number(door.event.id)
    assert_rolled_up(door.event.id)


def test_a_line_that_is_not_added_up_would_be_seen(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the tests above would prove nothing."""
    door = Doorside(app, make)
    talk = make.session(door.event, "talk")
    with monkeypatch.context() as broken:
        broken.setattr(Rolling, "write", lambda _self, _bind: None)
        door.scan(talk, door.ticket())
    with pytest.raises(AssertionError):
        assert_rolled_up(door.event.id)
    assert run("rebuild", door.event.slug).exit_code == 0
    assert_rolled_up(door.event.id)


def test_verify_names_what_differs_and_rebuild_mends_it(app: Flask, make: Make) -> None:
    door = Doorside(app, make)
    talk = make.session(door.event, "talk")
    for _ in range(3):
        door.scan(talk, door.ticket())
    sound = run("verify", door.event.slug)
    assert (sound.exit_code, "roll-ups counted again, all are right." in sound.output) == (0, True)
    with transaction():
        db.session.execute(text("UPDATE roll_up SET number = number + 4 WHERE cut = 'once'"))
    wrong = run("verify", door.event.slug)
    assert (wrong.exit_code, "1 is wrong (`uketsuke ledger rebuild fair`)" in wrong.output) == (1, True)
    assert "  once place" in wrong.output
    assert "is 7, counted again 3." in wrong.output
    again = run("rebuild")
    assert (again.exit_code, "fair: the roll-ups were made anew from 3 lines of the ledger." in again.output) == (
        0,
        True,
    )
    assert run("verify", door.event.slug).exit_code == 0


def run(*arguments: str) -> Any:
    db.session.rollback()
    return CliRunner().invoke(ledger, list(arguments), catch_exceptions=False)


def test_doors_that_write_at_once_lose_nothing(app: Flask, make: Make) -> None:
    door = Doorside(app, make, rights=EVERY_RIGHT)
    halls = [make.session(door.event, name, admission=AdmissionRule.WALK_IN) for name in ("one", "two")]
    tickets = [door.ticket({"spectator": 2, "student": 1}, party_kind=PartyKind.FAMILY) for _ in range(4)]
    tokens = [door.device(rights=EVERY_RIGHT) for _ in range(6)]
    slug, start, failed = door.event.slug, threading.Barrier(len(tokens)), []

    def claims(number: int, step: int) -> list[dict[str, Any]]:
        hall = halls[(number + step) % 2]
        tap = door.claim(hall, act="walk_in", people={"spectator": 1}, new_today=True)
        return [door.claim(hall, tickets[(number + step) % 4], shown="admitted"), tap]

    work = [[claims(number, step) for step in range(8)] for number in range(len(tokens))]

    def keep_door(number: int) -> None:
        with app.app_context():
            start.wait(20)
            for scans in work[number]:
                body = {"sent_at": NOON.isoformat(), "scans": scans}
                answer = door.post(body, token=tokens[number], client=app.test_client(), slug=slug)
                if answer.status_code != 200 or any(one["error"] for one in answer.get_json()["verdicts"]):
                    failed.append(answer.get_data(as_text=True))

    threads = [threading.Thread(target=keep_door, args=(number,)) for number in range(len(tokens))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failed == []
    db.session.rollback()
    lines = db.session.scalar(select(db.func.count()).select_from(Entry)) or 0
    assert lines > 90
    assert db.session.scalar(select(db.func.sum(RollUp.number)).where(RollUp.cut == "lines")) == lines
    assert_rolled_up(door.event.id)
