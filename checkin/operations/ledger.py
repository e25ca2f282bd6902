"""Rows that a batch of scans writes, gathered and then written in a handful of statements."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import DeviceContact
from app.db import Model
from app.programme.models import SessionPlaces
from checkin.models import Conflict, Entry, EntryNumber, Scan
from checkin.rules.space import Space


@dataclass
class Pending:
    """What is decided and not written yet. numbers: per entry's uuid, per category id; spaces: per session id."""

    scans: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[UUID, dict[int, int]] = field(default_factory=dict)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    spaces: dict[int, Space] = field(default_factory=dict)

    def add_entry(self, row: dict[str, Any], numbers: dict[int, int]) -> None:
        self.entries.append(row)
        self.numbers[row["uuid"]] = numbers

    def write(self, bind: Connection) -> None:
        """Write everything, in the order that foreign keys ask for, and start afresh."""
        if self.scans:
            bind.execute(_ADD_SCANS, self.scans)
        ids = self._write_entries(bind)
        self._write_spaces(bind)
        if self.conflicts:
            for row in self.conflicts:
                row["entry_id"] = ids.get(row["entry_id"])
            bind.execute(_ADD_CONFLICTS, self.conflicts)
        self.__init__()  # type: ignore[misc]

    def _write_entries(self, bind: Connection) -> dict[UUID, int]:
        if not self.entries:
            return {}
        ids = {row.uuid: row.id for row in bind.execute(_ADD_ENTRIES, self.entries)}
        numbers = [
            {"entry_id": ids[uuid], "category_id": category_id, "number": number}
            for uuid, people in self.numbers.items()
            for category_id, number in people.items()
        ]
        bind.execute(_ADD_NUMBERS, numbers)
        return ids

    def _write_spaces(self, bind: Connection) -> None:
        rows = [
            {
                "id": session_id,
                "present": space.present,
                "arrived": space.arrived,
                "anonymous": space.anonymous,
                "counts_exits": space.counts_exits,
            }
            for session_id, space in sorted(self.spaces.items())
        ]
        if rows:
            bind.execute(_SET_SPACE, rows)


def entry_row(**given: Any) -> dict[str, Any]:
    """A ledger line with every column, so that lines of all kinds go into one statement."""
    return {**_EMPTY_ENTRY, "uuid": uuid4(), **given}


def conflict_row(**given: Any) -> dict[str, Any]:
    """A conflict; `entry_id` is the uuid of the line it is about until that is written."""
    return {"uuid": uuid4(), "entry_id": None, "ticket_id": None, "place_id": None, **given}


def note_contact(bind: Connection, device_id: int, *, at: datetime, offset_ms: int, seqs: Iterable[int]) -> None:
    """Remember when a device was last heard of, its clock, and the highest number of its scans."""
    last_seq = max(seqs, default=None)
    make = postgresql.insert if bind.dialect.name == "postgresql" else sqlite.insert
    chosen = _CONTACT.get(bind.dialect.name)
    if chosen is None:
        statement = make(DeviceContact).values(
            device_id=bindparam("id"), last_seen_at=bindparam("at"), last_seq=bindparam("seq"),
            clock_offset_ms=bindparam("offset"),
        )  # fmt: skip
        chosen = _CONTACT[bind.dialect.name] = statement.on_conflict_do_update(
            index_elements=[DeviceContact.device_id],
            set_={
                "last_seen_at": statement.excluded.last_seen_at,
                "last_seq": statement.excluded.last_seq,
                "clock_offset_ms": statement.excluded.clock_offset_ms,
            },
        )
    bind.execute(chosen, {"id": device_id, "at": at, "seq": last_seq, "offset": offset_ms})


def _table(kind: type[Model]) -> Table:
    """The table itself: a bare statement, without what the ORM adds to every row."""
    table = kind.__table__
    assert isinstance(table, Table)
    return table


_CONTACT: dict[str, Any] = {}
_EMPTY_ENTRY: dict[str, Any] = {
    column.name: None for column in Entry.__table__.columns if column.name not in ("id", "reentry")
} | {"reentry": False}
_ADD_SCANS = insert(_table(Scan))
_ADD_ENTRIES = insert(_table(Entry)).returning(Entry.uuid, Entry.id)
_ADD_NUMBERS = insert(_table(EntryNumber))
_ADD_CONFLICTS = insert(_table(Conflict))
_SET_SPACE = (
    update(SessionPlaces)
    .where(SessionPlaces.session_id == bindparam("id"))
    .values(
        present=bindparam("present"),
        arrived=bindparam("arrived"),
        anonymous=bindparam("anonymous"),
        counts_exits=bindparam("counts_exits"),
    )
)
