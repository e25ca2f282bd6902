"""Counters equal a recount of the ledger, after anything that can happen at a door, in any order."""

import random
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db, transaction
from app.programme.models import EventSession, SessionPlaces
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from checkin.models import Entry, EntryNumber, Place
from checkin.rules import Direction, EntryKind
from registrations.rules import BookingState, PartyKind
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make

pytestmark = pytest.mark.slow

Figures = tuple[int, int, int, bool]


def recount(session: EventSession) -> Figures:
    """Present, arrived, anonymous, whether exits are counted: from the lines alone, by other means than the door's."""
    place = select(Place.id).where(Place.session_id == session.id).scalar_subquery()
    numbers = select(func.sum(EntryNumber.number)).where(EntryNumber.entry_id == Entry.id).scalar_subquery()
    chosen = select(Entry, numbers).where(Entry.place_id == place).order_by(Entry.at, Entry.id)
    rows = [(entry, int(number or 0)) for entry, number in db.session.execute(chosen)]
    undone = {entry.undoes_id for entry, _ in rows}
    standing = [
        (entry, number) for entry, number in rows if entry.id not in undone and entry.kind is not EntryKind.UNDO
    ]
    at_once = session.capacity_kind is CapacityKind.AT_ONCE
    audience = [(entry, number) for entry, number in standing if entry.party_kind is not PartyKind.TEAM]
    tickets = [one for one in audience if one[0].ticket_id is not None]
    anonymous = _anonymous(standing, at_once=at_once)
    inside = sum(_inside(tickets, one, at_once=at_once) for one in {entry.ticket_id for entry, _ in tickets})
    arrived = sum(number for entry, number in tickets if entry.booked and not entry.reentry)
    telling = (EntryKind.EXIT, EntryKind.ROOM_COUNT)
    exits = any(entry.kind in telling and entry.reason is None for entry, _ in standing)
    return inside + max(0, anonymous), arrived, anonymous, exits


def _anonymous(standing: list[tuple[Entry, int]], *, at_once: bool) -> int:
    """People without a ticket, by the newest room count (of seats: the one that comes to most), or by all lines. Every
    count of these days is undivided."""
    tickets = [one for one in standing if one[0].ticket_id is not None]
    others = [
        (entry, number)
        for entry, number in standing
        if entry.ticket_id is None
        and entry.kind is not EntryKind.ROOM_COUNT
        and (at_once or entry.kind is not EntryKind.EXIT)
    ]
    found = []
    for count, here in (one for one in standing if one[0].kind is EntryKind.ROOM_COUNT):
        before = [one for one in tickets if one[0].at <= count.at]
        holders = sum(_inside(before, ticket, at_once=True) for ticket in {entry.ticket_id for entry, _ in before})
        since = sum(number for entry, number in others if entry.at > count.at)
        found.append((count.at, max(0, here - holders) + since))
    if not found:
        return sum(number for _, number in others)
    return max(found)[1] if at_once else max(number for _, number in found)


def _inside(lines: list[tuple[Entry, int]], ticket_id: int | None, *, at_once: bool) -> int:
    """Of one ticket of a single category: who came (seats), or who of them is there now."""
    mine = [(entry, number) for entry, number in lines if entry.ticket_id == ticket_id]
    came = sum(number for entry, number in mine if entry.direction is Direction.IN and not entry.reentry)
    if not at_once:
        return came
    inside = 0
    for _, number in mine:
        inside = max(0, min(came, inside + number))
    return inside


class Day:
    """A day at the door, drawn from a seed."""

    def __init__(self, door: Doorside, make: Make, seed: int) -> None:
        self.door, self.random = door, random.Random(seed)
        kinds = (CapacityKind.SEATS, CapacityKind.AT_ONCE)
        self.sessions = [
            make.session(
                door.event, f"{kind.value}-{rule.value}-{reentry.value}".replace("_", "-"), capacity=14,
                capacity_kind=kind, admission=rule, reentry=reentry, ends_at=NOON + timedelta(hours=3),
                door_closes_at=NOON + timedelta(hours=2),
            )
            for kind in kinds
            for rule in (AdmissionRule.WALK_IN, AdmissionRule.BOOKING_AND_WALK_IN)
            for reentry in (Reentry.FREE, Reentry.AFTER_EXIT)
        ]  # fmt: skip
        parties = ({"spectator": 1}, {"spectator": 1}, {"student": 3}, {"student": 6})
        self.tickets = [
            (party, door.ticket(party, booked=self._booked(party), party_kind=self._kind(party, number)))
            for number, party in enumerate(parties * 3)
        ]
        self.sent: list[str] = []

    def live(self, scans: int) -> None:
        minute = 0
        while scans:
            count = min(scans, self.random.choice((1, 1, 2, 5)))
            minute += self.random.randint(0, 3)
            claims = [self._claim(NOON + timedelta(minutes=minute)) for _ in range(count)]
            self.door.send(*claims, at=NOON + timedelta(minutes=minute + self.random.choice((0, 0, 4))))
            self.sent += [claim["id"] for claim in claims]
            scans -= count

    def _booked(self, party: dict[str, int]) -> dict[EventSession, Any]:
        chosen = [one for one in self.sessions if one.admission is AdmissionRule.BOOKING_AND_WALK_IN]
        return dict.fromkeys(
            self.random.sample(chosen, 1), BookingState.CONFIRMED if sum(party.values()) < 6 else BookingState.WAITING
        )

    def _kind(self, party: dict[str, int], number: int) -> PartyKind:
        if number % 5 == 4:
            return PartyKind.TEAM
        return PartyKind.PERSON if sum(party.values()) == 1 else PartyKind.FAMILY

    def _claim(self, at: Any) -> dict[str, Any]:
        draw, door = self.random, self.door
        session = draw.choice(self.sessions)
        at -= timedelta(minutes=draw.choice((0, 0, 0, 5)))
        if self.sent and draw.random() < 0.2:
            return door.claim(session, act="undo", undoes=draw.choice(self.sent), at=at)
        more: dict[str, Any] = {}
        if draw.random() < 0.3:
            more["direction"] = "out"
        if draw.random() < 0.2:
            more["shown"] = "admitted"
        if draw.random() < 0.2:
            more["force"] = "other"
        if draw.random() < 0.08:
            return door.claim(session, act="room_count", people={"unknown": draw.randint(1, 20)}, at=at, **more)
        if draw.random() < 0.35:
            act = draw.choice(("walk_in", "head_count"))
            number = draw.randint(1, 4) * (draw.choice((1, -1)) if act == "head_count" else 1)
            return door.claim(session, act=act, people={"spectator": number}, at=at, **more)
        party, ticket = draw.choice(self.tickets)
        if draw.random() < 0.7:
            more["people"] = {key: draw.randint(1, number + 1) for key, number in party.items()}
        return door.claim(session, ticket, at=at, act=draw.choice(("scan", "scan", "walk_in")), **more)


def wrong(day: Day) -> list[str]:
    """Sessions whose counters are not what the ledger says."""
    places = {session.code: day.door.places(session) for session in day.sessions}
    told = {code: (one.present, one.arrived, one.anonymous, one.counts_exits) for code, one in places.items()}
    return [session.code for session in day.sessions if told[session.code] != recount(session)]


@pytest.mark.parametrize("seed", range(8))
def test_the_counters_equal_a_recount(app: Flask, make: Make, seed: int) -> None:
    day = Day(Doorside(app, make, make.event(), rights=EVERY_RIGHT), make, seed)
    day.live(160)
    assert day.door.count(Entry) > 80
    assert wrong(day) == []


def test_a_counter_that_is_off_by_one_is_found(app: Flask, make: Make) -> None:
    day = Day(Doorside(app, make, make.event(), rights=EVERY_RIGHT), make, seed=1)
    day.live(40)
    session = day.sessions[3]
    with transaction():
        db.session.get_one(SessionPlaces, session.id).present += 1
    assert wrong(day) == [session.code]
