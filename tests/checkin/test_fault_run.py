"""A day at which everything goes wrong: nothing is lost, nothing counted twice, every conflict listed.

Servers killed before and after their commit, answers dropped, poisoned scans, clocks hours off, a revoked device,
offline doors on the same tickets, an hour without a network. The same day with a server that forgets which scans it has
had must not look like this.
"""

from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.programme.models import EventSession, SessionPlaces
from checkin.models import Entry, EntryNumber, Place, Scan
from checkin.queries.conflicts import Sought, conflict_counts, conflict_lines
from checkin.queries.recount import recounted
from checkin.rules import ConflictKind
from registrations.models import Ticket
from tests.app.server import run
from tests.checkin.faults.day import POISONED, SEATS, SLOW_BY, Day, live
from tests.checkin.faults.device import Device
from tests.checkin.test_recording import refuse_scan
from tests.make import Make

pytestmark = pytest.mark.slow

SEED = 20261003


def test_nothing_is_lost_and_nothing_counted_twice_whatever_happens(
    app: Flask, make: Make, tmp_path: Path, database: str, database_url: str
) -> None:
    refuse_scan(database, POISONED)
    day = live(make, tmp_path, database_url, seed=SEED)
    assert day.deaths == ["after 2", "after 3", "before 1", "before 4"], "the server died as it was told to"
    assert (day.starts, day.held_over_the_hour > 100, day.lost_answers > 0) == (6, True, True)
    assert sum(len(door.asked) for door in day.doors.values()) >= 2000
    assert faults(day) == []
    verified = run(tmp_path, "ledger", "verify", day.event.slug, DATABASE_URL=database_url)
    assert (verified.returncode, "everything is right" in verified.stdout) == (0, True), verified.stdout


def test_the_same_day_with_a_server_that_forgets_what_it_has_had_is_told_apart(
    app: Flask, make: Make, tmp_path: Path, database: str, database_url: str
) -> None:
    refuse_scan(database, POISONED)
    found = faults(live(make, tmp_path, database_url, seed=SEED, forgetful=True))
    assert {"counted", "conflicts"} <= {fault.partition(":")[0] for fault in found}


def faults(day: Day) -> list[str]:
    """Everything that is not as it happened at the doors."""
    db.session.rollback()
    db.session.expire_all()
    return [*lost(day), *miscounted(day), *miscounted_without_ticket(day), *wrong_conflicts(day), *wrong_counters(day)]


def lost(day: Day) -> list[str]:
    """Scans that a door made and the server does not have, or has and nobody made."""
    kept = {str(UUID(str(one))) for one in db.session.scalars(select(Scan.id))}
    asked = {scan for door in day.doors.values() for scan in door.asked}
    aside = {scan: why for door in day.doors.values() for scan, why in door.aside.items()}
    poisoned = day.doors["poisoned"].aside
    told = [f"lost: {len(asked - kept - set(aside))} scans"] if asked - kept - set(aside) else []
    told += [f"counted: {len(kept - asked)} scans that nobody made"] if kept - asked else []
    told += [f"aside: {aside}"] if aside != poisoned else []
    return told + ([] if Counter(poisoned.values()) == {"invalid": 2, "fault": 1} else [f"poison: {poisoned}"])


def miscounted(day: Day) -> list[str]:
    """Tickets that stand in the ledger otherwise than once for whom a door let in."""
    sums = db.session.execute(
        select(Ticket.code, func.sum(EntryNumber.number))
        .join(Entry, Entry.ticket_id == Ticket.id)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .group_by(Ticket.code)
    )
    stands = {code: int(number) for code, number in sums}
    came = {code for door in counting(day) for code in door.let_in}
    known = set(db.session.scalars(select(Ticket.code)))
    expected = {code: day.groups.get(code, 1) for code in came & known}
    return [
        f"counted: {code} {stands.get(code, 0)} for {expected.get(code, 0)}"
        for code in known
        if stands.get(code, 0) != expected.get(code, 0)
    ]


def miscounted_without_ticket(day: Day) -> list[str]:
    """People without a ticket, by place, against the taps, and those let in on a strange code."""
    found = db.session.execute(
        select(EventSession.code, func.sum(EntryNumber.number))
        .join(Place, Place.session_id == EventSession.id)
        .join(Entry, Entry.place_id == Place.id)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.ticket_id.is_(None))
        .group_by(EventSession.code)
    )
    stands = {f"session:{code}": int(number) for code, number in found}
    expected: Counter[str] = Counter()
    for door in counting(day):
        expected.update(door.counted)
    expected["session:hall"] += strangers(day)
    return [f"counted: {stands} without a ticket for {dict(expected)}"] if stands != expected else []


def wrong_conflicts(day: Day) -> list[str]:
    """The list against what happened; an organiser's page shows each of them."""
    let_in = Counter(code for door in counting(day) for code, times in door.let_in.items() for _ in range(times))
    known = set(db.session.scalars(select(Ticket.code)))
    doubles = sum(times - 1 for code, times in let_in.items() if code in known)
    room = db.session.scalars(
        select(SessionPlaces).join(EventSession, EventSession.id == SessionPlaces.session_id).filter_by(code="room")
    ).one()
    stolen, trusted = day.doors["revoked"], counting(day)[-1]
    expected = {
        ConflictKind.DOUBLE_ADMISSION: doubles,
        ConflictKind.UNKNOWN_TICKET: strangers(day),
        ConflictKind.OVER_CAPACITY: max(0, room.present - SEATS),
        ConflictKind.CLOCK: len(SLOW_BY),
        ConflictKind.QUARANTINED: len(stolen.asked - trusted.asked),
    }
    found = conflict_counts(day.event.id, Sought())
    listed = Counter(line.kind for line in conflict_lines(day.event.id, Sought(), limit=5000))
    told = [] if found == expected == listed else [f"conflicts: {found} (listed {dict(listed)}) for {expected}"]
    return told + ([] if all(expected.values()) else [f"a day without a kind of conflict: {expected}"])


def wrong_counters(day: Day) -> list[str]:
    return [f"counter: {one}" for one in recounted(day.event.id).wrong]


def strangers(day: Day) -> int:
    """How many were let in on a code that is none of ours."""
    known = set(db.session.scalars(select(Ticket.code)))
    return sum(times for door in counting(day) for code, times in door.let_in.items() if code not in known)


def counting(day: Day) -> list[Device]:
    """The doors whose word counts; the stolen one, as it was before, is the last."""
    doors = [one for one in day.doors.values() if one.trusted is None]
    return [*doors, *(one.trusted for one in day.doors.values() if one.trusted)]
