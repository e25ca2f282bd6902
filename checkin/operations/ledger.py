"""Rows that a batch of scans writes, gathered and then written in a handful of statements."""

import os
import random
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ScalarSelect, Table, bindparam, case, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import DeviceContact
from app.audit import AuditEntry
from app.converting import Made
from app.db import Model
from app.direct import Bound, Direct, at_one_go
from app.programme.models import SessionPlaces
from app.rows import whole_row
from checkin.models import AwaitedTicket, Conflict, Entry, EntryNumber, GivenTicket, Scan
from checkin.operations.plain_lines import (
    EMPTY_ENTRY,
    FEWEST,
    PlainLine,
    by_column,
    line_columns,
    line_row,
    number_columns,
    people,
    scan_columns,
    scan_row,
)
from checkin.operations.rolling import Rolling
from checkin.queries.remembered import forget_places
from checkin.queries.rows import DoorEvent, DoorTicket
from checkin.rules import Direction, EntryKind
from checkin.rules.claims import Batch
from checkin.rules.facts import NewLine
from checkin.rules.space import Space
from checkin.rules.times import lead

LARGEST = 2**31 - 1
_CHANCE = random.Random()  # noqa: S311  for ids, not for secrets
os.register_at_fork(after_in_child=_CHANCE.seed)


@dataclass
class Pending:
    """What is decided and not written yet. numbers: of each entry per category id, in the order of the entries; spaces:
    per session id. plain: of who came plainly, each with its scan; their lines are written before the
    others, for nothing that they say hangs on those."""

    plain: list[PlainLine] = field(default_factory=list)
    scans: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[dict[int, int]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    audit: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    given: list[dict[str, Any]] = field(default_factory=list)
    awaited: list[dict[str, Any]] = field(default_factory=list)
    spaces: dict[int, Space] = field(default_factory=dict)
    rolling: Rolling = field(default_factory=Rolling)

    def add_entry(self, row: dict[str, Any], numbers: dict[int, int]) -> None:
        self.entries.append(row)
        self.numbers.append(numbers)

    def take_scans(self) -> list[dict[str, Any]]:
        """Scans that are kept already, each with the answer it got: they are not written, their lines are."""
        self.spread_out()
        scans, self.scans = self.scans, []
        return scans

    def spread_out(self) -> None:
        """Rows like all others for who came plainly."""
        if self.plain:
            self.scans += map(scan_row, self.plain)
            self.entries[:0] = map(line_row, self.plain)
            self.numbers[:0] = map(people, self.plain)
            self.plain = []

    def write(self, bind: Bound) -> None:
        """Write everything, the roll-ups too, and start afresh. It ends the writing of a transaction."""
        self.flush(bind)
        self.rolling.write(bind)

    def flush(self, bind: Bound) -> None:
        """Write the rows, in the order that foreign keys ask for, and start afresh. Rows that another transaction may
        write at the same time (a scan sent again, a device's contact) come in one order, or two would wait for each
        other; for that order the roll-ups wait for the last rows."""
        if len(self.plain) < FEWEST:
            self.spread_out()
        if self.scans:
            self.scans += map(scan_row, self.plain)
        ids = [scan["id"].int for scan in self.scans]
        if ids != sorted(ids):
            self.scans.sort(key=_by_id)
        self.contacts.sort(key=itemgetter("device_id"))
        steps = (
            (_ADD_SCANS, self.scans),
            (_ADD_ENTRIES, self.entries),
            (_ADD_NUMBERS, list(self._numbers())),
            (_SET_SPACE, list(self._spaces())),
            (_ADD_CONFLICTS, self.conflicts),
            (_ADD_AUDIT, self.audit),
            (_ADD_GIVEN, self.given),
            (_ADD_AWAITED, self.awaited),
            (_CONTACT[bind.dialect.name], self.contacts),
        )
        self.rolling.note(self.entries, self.numbers, self.plain)
        if self.spaces:
            forget_places(bind, self.spaces)
        plain, made = by_column(self.plain) if self.plain else None, Made()
        with at_one_go(bind):
            if plain and not self.scans:
                _ADD_SCANS.write_columns(bind, scan_columns(plain), made)
            _write(bind, steps[:1])
            if plain:
                _ADD_ENTRIES.write_columns(bind, line_columns(plain), made)
                _ADD_NUMBERS.write_columns(bind, number_columns(plain), made)
            _write(bind, steps[1:])
        self.__init__(rolling=self.rolling)  # type: ignore[misc]

    def note_contact(self, device_id: int, batch: Batch, *, at: datetime) -> None:
        """When a device was last heard of, its clock against ours, and the highest number of what it sent."""
        offset = round((at - batch.sent_at).total_seconds() * 1000)
        seen = {"device_id": device_id, "last_seen_at": at, "last_seq": batch.last_seq}
        self.contacts.append({**seen, "clock_offset_ms": max(-LARGEST, min(offset, LARGEST))})

    def _numbers(self) -> Iterator[dict[str, Any]]:
        for row, numbers in zip(self.entries, self.numbers, strict=True):
            for category_id, number in numbers.items():
                yield {"entry": row["uuid"], "category_id": category_id, "number": number}

    def _spaces(self) -> Iterator[dict[str, Any]]:
        for session_id, space in sorted(self.spaces.items()):
            yield {
                "id": session_id,
                "present": space.present,
                "arrived": space.arrived,
                "anonymous": space.anonymous,
                "counts_exits": space.counts_exits,
            }


def _write(bind: Bound, steps: Iterable[tuple[Direct, list[dict[str, Any]]]]) -> None:
    for statement, rows in steps:
        if rows:
            statement.write(bind, rows)


def _by_id(scan: Mapping[str, Any]) -> int:
    """Compared as a number: the order of uuids themselves takes ten times as long to find."""
    number: int = scan["id"].int
    return number


def entry_row(*given: Mapping[str, Any]) -> dict[str, Any]:
    """A ledger line with every column, so that lines of all kinds go into one statement."""
    row = EMPTY_ENTRY.copy()
    for columns in given:
        row.update(columns)
    row["uuid"] = drawn()
    return row


def drawn() -> UUID:
    """A uuid of version 7, which begins with the time: new lines stand side by side in its index, and a commit writes
    that one page of it instead of a page for each line. No secret: nothing is opened with it."""
    chance = _CHANCE.getrandbits(74)
    moment = time.time_ns() // 1_000_000 << 80
    return UUID(int=moment | 7 << 76 | (chance >> 62) << 64 | 2 << 62 | chance & (1 << 62) - 1)


def columns_of(line: NewLine) -> dict[str, Any]:
    """What a decision says of a line."""
    return {
        "kind": line.kind,
        "direction": _direction(line),
        "method": line.method,
        "booked": line.booked,
        "reentry": line.reentry,
        "new_today": line.new_today,
        "reason": line.reason,
    }


def _direction(line: NewLine) -> Direction | None:
    """A room count says who is there: nobody comes in or goes out by it."""
    if line.kind is EntryKind.ROOM_COUNT:
        return None
    return Direction.OUT if line.kind is EntryKind.EXIT else Direction.IN


def dimensions_of(ticket: DoorTicket, day: Any, event: DoorEvent) -> dict[str, Any]:
    """What is copied to a line of a ticket, so that it can be counted when the person is long erased."""
    return {
        "ticket_id": ticket.id,
        "registration_id": ticket.registration_id,
        "party_kind": ticket.party_kind,
        "organisation_kind": ticket.organisation_kind,
        "language": ticket.language,
        "lead_days": lead(ticket.registered_at, day, event.zone),
    }


def conflict_row(**given: Any) -> dict[str, Any]:
    """A conflict; `entry`: the uuid of the line it is about."""
    return {"uuid": uuid4(), "entry": None, "ticket_id": None, "place_id": None, **given}


def _table(kind: type[Model]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)
    return table


def _entry_of(name: str) -> ScalarSelect[int]:
    """The number of the line with this uuid."""
    return select(Entry.id).where(Entry.uuid == bindparam(name)).scalar_subquery()


def _contact(make: Any) -> Direct:
    columns = ("device_id", "last_seen_at", "last_seq", "clock_offset_ms")
    statement = make(_table(DeviceContact)).values({name: bindparam(name) for name in columns})
    new, known = statement.excluded, DeviceContact.last_seq
    newest = {name: getattr(new, name) for name in columns[1:]}
    newest["last_seq"] = case((func.coalesce(new.last_seq, -1) > func.coalesce(known, -1), new.last_seq), else_=known)
    return Direct(statement.on_conflict_do_update(index_elements=["device_id"], set_=newest))


_ADD_SCANS = Direct(whole_row(Scan))
_ADD_ENTRIES = Direct(whole_row(Entry))
_ADD_NUMBERS = Direct(
    insert(_table(EntryNumber))
    .inline()
    .values(entry_id=_entry_of("entry"), category_id=bindparam("category_id"), number=bindparam("number"))
)
_ADD_CONFLICTS = Direct(whole_row(Conflict, entry_id=_entry_of("entry")))
_ADD_AUDIT = Direct(whole_row(AuditEntry))
_ADD_GIVEN = Direct(whole_row(GivenTicket))
_ADD_AWAITED = Direct(whole_row(AwaitedTicket))
_SET_SPACE = Direct(
    update(_table(SessionPlaces))
    .where(SessionPlaces.session_id == bindparam("id"))
    .values(
        present=bindparam("present"),
        arrived=bindparam("arrived"),
        anonymous=bindparam("anonymous"),
        counts_exits=bindparam("counts_exits"),
    )
)
_CONTACT = {"sqlite": _contact(sqlite.insert), "postgresql": _contact(postgresql.insert)}
