"""The roll-ups move on in the transaction that writes lines of the ledger: summed up for all of them, written once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from app.db import db
from app.direct import Bound, Direct, at_one_go
from checkin.operations import plain_lines, rolled_rows
from checkin.operations.rolled_plainly import (
    SAID,
    Numbers,
    is_alone,
    is_plain,
    lets_in,
    lines_at,
    of_somebody_alone,
    rows_of_one,
    written,
)
from checkin.queries import rollups
from checkin.queries.rollups import told
from checkin.queries.rooms import KnownPlace, forget_known, known_places
from checkin.rules import Cut, EntryKind, Method
from checkin.rules.found import Found
from checkin.rules.rollup import NOTHING_APART, Apart, Cell, Cells, Told, difference, of_nobody, of_registration


@dataclass
class Rolling:
    """Lines of one event that a transaction writes, until they are added to the roll-ups. One transaction adds once,
    at its end: rows that others change too are then changed in one order. newcomers: registrations of which, under
    their lock, no line stood, and whose people have no tickets of their own; their lines need not be read. places: what
    was asked about places already, under their lock."""

    rows: list[tuple[Mapping[str, Any], Numbers]] = field(default_factory=list)
    plain: list[plain_lines.PlainLine] = field(default_factory=list)
    newcomers: set[int] = field(default_factory=set)
    places: Mapping[int, KnownPlace | None] = field(default_factory=dict)

    def note(
        self, rows: Iterable[Mapping[str, Any]], numbers: Iterable[Numbers], plain: Iterable[plain_lines.PlainLine] = ()
    ) -> None:
        """These lines are being written: columns of the ledger, and of each its numbers per category. plain: others."""
        self.rows += zip(rows, numbers, strict=True)
        self.plain += plain

    def write(self, bind: Bound) -> None:
        """Add what was noted; the lines stand in the ledger already."""
        if len(self.rows) == 1 and not self.plain and self._write_one(bind, *self.rows[0]):
            self._start_afresh()
        elif self.rows or self.plain:
            wanted = {row["place_id"] for row, _ in self.rows if row["place_id"] is not None}
            wanted |= plain_lines.places_of(self.plain)
            new = wanted - self.places.keys()
            known = {**self.places, **known_places(bind, new)} if new else self.places
            _Adding(bind, self.rows, self.plain, self.newcomers, {one: known[one] for one in wanted}).write()
            self._start_afresh()

    def _write_one(self, bind: Bound, row: Mapping[str, Any], numbers: Numbers) -> bool:
        """Add one line alone, which is what a door mostly writes. False: it is not plain, and nothing was added."""
        known = self.places.get(row["place_id"])
        if known is None or not is_plain(row, numbers, self.newcomers, known.counted_at):
            return False
        cells = rows_of_one(row["event_id"], known.venue_id, *SAID(row), *numbers.items())
        rolled_rows.ADD_CELLS[bind.dialect.name].write(bind, cells, rolled_rows.CELL_COLUMNS)
        return True

    def _start_afresh(self) -> None:
        self.rows, self.plain, self.newcomers, self.places = [], [], set(), {}


class _Adding:
    """Some lines on their way into the roll-ups."""

    def __init__(
        self,
        bind: Bound,
        rows: list[tuple[Mapping[str, Any], Numbers]],
        plain: list[plain_lines.PlainLine],
        newcomers: Set[int],
        places: Mapping[int, KnownPlace | None],
    ) -> None:
        self.bind = bind
        self.rows = rows
        self.plain = plain
        self.newcomers = newcomers
        self.event_id: int = rows[0][0]["event_id"] if rows else plain_lines.event_of(plain)
        self.cells: Cells = defaultdict(int)
        self.venues = {one.place_id: one.venue_id for one in places.values() if one}
        self.counted = {one.place_id: one.counted_at for one in places.values() if one}
        self.new_places = sorted(place_id for place_id, known in places.items() if known is None)
        self.undone: dict[int, Any] = {}
        self.apart: dict[int, Apart] = {}
        self.rooms: dict[int, tuple[Found | None, datetime | None]] = {}

    def write(self) -> None:
        if self.new_places:
            found = rollups.VENUES.rows(self.bind, {"ids": self.new_places})
            self.venues |= {row.id: row.venue for row in found}
        if self.plain and not self._add_plain():
            self.rows = [*[(plain_lines.line_row(one), plain_lines.people(one)) for one in self.plain], *self.rows]
        if self.rows:
            self._add_any()
        self._send()

    def _add_plain(self) -> bool:
        """Add plain lines, if nothing else is added of these people, of whom nothing stood before, and no place was
        counted: mostly so. False: it is not so, and nothing was added."""
        came, others = plain_lines.registrations_of(self.plain), {row["registration_id"] for row, _ in self.rows}
        if any(self.counted.values()) or len(came) < len(self.plain) or not came <= self.newcomers:
            return False
        if not others.isdisjoint(came):
            return False
        for (place_id, day, slot, booked, device_id, category_id), many in plain_lines.alike(self.plain).items():
            said = place_id, Method.SCANNED, day, slot, booked, False, device_id, EntryKind.ENTRY
            self._add_alone((self.venues[place_id], *said, (category_id, 1)), many)
            self.cells[lines_at(place_id, device_id or 0)] += many
        return True

    def _add_any(self) -> None:
        self._know_undone()
        lines: dict[tuple[int | None, int | None], int] = defaultdict(int)
        for row, numbers in self.rows:
            lines[_WHERE(row)] += 1
            if row["ticket_id"] is None:
                self._add_anonymous(row, numbers)
        for (place_id, device_id), number in lines.items():
            self.cells[lines_at(place_id or 0, device_id or 0)] += number
        self._add_registrations()
        for place_id in sorted(self._rooms_touched()):
            self.rooms[place_id] = rollups.room_found(self.bind, self.event_id, place_id)

    def _know_undone(self) -> None:
        ids = sorted(row["undoes_id"] for row, _ in self.rows if row["undoes_id"] and row["ticket_id"] is None)
        if ids:
            self.undone = {row.id: row for row in rollups.UNDONE.rows(self.bind, {"ids": ids})}

    def _add_anonymous(self, row: Mapping[str, Any], numbers: Numbers) -> None:
        """A line of nobody; an undo takes off, with its turned numbers, what the undone line had added."""
        undone = self.undone.get(row["undoes_id"])
        if undone:
            row = {**row, "kind": EntryKind(undone.kind), "device_id": undone.device}
        if not lets_in(row):
            return
        for one in numbers.items():
            line = written(row, one, 0, self.venues[row["place_id"]])
            for cell, more in of_nobody(line, new_today=bool(row["new_today"])):
                self.cells[cell] += more

    def _add_registrations(self) -> None:
        """What the lines of these registrations add now, less what they added before."""
        with_ticket = [(row, numbers) for row, numbers in self.rows if row["ticket_id"] is not None]
        known = {row["registration_id"] for row, _ in with_ticket} - self.newcomers
        known |= {row["registration_id"] for row, _ in with_ticket if row["undoes_id"] is not None}
        if known:
            self._add_known(known)
        lines: dict[int, list[tuple[int, Mapping[str, Any], Numbers]]] = defaultdict(list)
        for order, (row, numbers) in enumerate(with_ticket):
            if row["registration_id"] not in known and lets_in(row):
                lines[row["registration_id"]].append((order, row, numbers))
        self._add_newcomers(lines)

    def _add_newcomers(self, lines: Mapping[int, list[tuple[int, Mapping[str, Any], Numbers]]]) -> None:
        """Most come alone by one line, and many alike: what one of them adds follows from a few words."""
        times: dict[tuple[Any, ...], int] = defaultdict(int)
        for registration_id, mine in lines.items():
            _, row, numbers = mine[0]
            if len(mine) == 1 and is_alone(row, numbers):
                times[(self.venues[row["place_id"]], *SAID(row), *numbers.items())] += 1
                continue
            said = [
                written(row, one, order, self.venues[row["place_id"]])
                for order, row, numbers in mine
                for one in numbers.items()
            ]
            added, apart = of_registration(said)
            for cell, number in added.items():
                self.cells[cell] += number
            if apart != NOTHING_APART:
                self.apart[registration_id] = apart
        for key, many in times.items():
            self._add_alone(key, many)

    def _add_alone(self, key: tuple[Any, ...], many: int) -> None:
        for cell, number in of_somebody_alone(*key):
            self.cells[cell] += number * many

    def _add_known(self, ids: Set[int]) -> None:
        fresh = {_raw(self.bind, row["uuid"]) for row, _ in self.rows}
        before: dict[int, list[Told]] = defaultdict(list)
        after: dict[int, list[Told]] = defaultdict(list)
        for row in rollups.OF_REGISTRATIONS.rows(self.bind, {"ids": sorted(ids)}):
            if row.undone_by is not None and row.undone_by not in fresh:
                continue
            line = told(row, self.venues.get(row.place_id, row.venue))
            if row.uuid not in fresh:
                before[row.registration_id].append(line)
            if row.undone_by is None:
                after[row.registration_id].append(line)
        for registration_id in ids:
            self._add_difference(registration_id, before[registration_id], after[registration_id])

    def _add_difference(self, registration_id: int, before: list[Told], after: list[Told]) -> None:
        then, apart_then = of_registration(before)
        now, apart_now = of_registration(after)
        for cell, more in difference(then, now):
            self.cells[cell] += more
        if apart_now != apart_then:
            self.apart[registration_id] = apart_now

    def _rooms_touched(self) -> set[int]:
        """Places whose counts may find others than before: counted now, or something is undone there, or a ticket
        holder came or went before a count."""
        touched = set()
        for row, _ in self.rows:
            place_id, newest = row["place_id"], self.counted.get(row["place_id"])
            counted_now = row["method"] == Method.ROOM_COUNT
            moved = newest is not None and (row["undoes_id"] or (row["ticket_id"] is not None and row["at"] <= newest))
            if place_id is not None and (counted_now or moved):
                touched.add(place_id)
        return touched

    def _send(self) -> None:
        name = self.bind.dialect.name
        places: dict[int, dict[str, Any]] = {}
        for place_id in self.new_places:
            places[place_id] = self._place(place_id, None)
        for place_id, (_, newest) in self.rooms.items():
            if place_id in places or newest != self.counted.get(place_id):
                places[place_id] = self._place(place_id, newest)
        cells = [(self.event_id, *cell, number) for cell, number in sorted(self.cells.items()) if number]
        steps: list[tuple[Direct, list[dict[str, Any]]]] = []
        if places:
            forget_known(self.bind)
            steps.append((rolled_rows.SET_PLACE[name], [places[place_id] for place_id in sorted(places)]))
        if self.rooms:
            found = {one: found for one, (found, _) in self.rooms.items()}
            steps.append((rolled_rows.CLEAR_ROOM, [{"place": place_id} for place_id in sorted(self.rooms)]))
            steps.append((rolled_rows.ADD_ROOM, list(rolled_rows.room_rows(self.event_id, found))))
        if self.apart:
            steps.append((rolled_rows.SET_APART[name], list(rolled_rows.apart_rows(self.event_id, self.apart))))
        with at_one_go(self.bind):
            for statement, rows in steps:
                if rows:
                    statement.write(self.bind, rows)
            if cells:
                rolled_rows.ADD_CELLS[name].write(self.bind, cells, rolled_rows.CELL_COLUMNS)

    def _place(self, place_id: int, counted_at: datetime | None) -> dict[str, Any]:
        venue = self.venues[place_id]
        return {"place_id": place_id, "event_id": self.event_id, "venue_id": venue, "counted_at": counted_at}


def count_placeless(event_id: int, lines: int) -> None:
    """Lines of a source were added that stand at no place: they are only counted, for they are read as they are."""
    bind = db.session.connection()
    cell = Cell(Cut.LINES.value)
    rolled_rows.ADD_CELLS[bind.dialect.name].write(bind, [(event_id, *cell, lines)], rolled_rows.CELL_COLUMNS)


_WHERE = itemgetter("place_id", "device_id")


def _raw(bind: Bound, uuid: UUID) -> Any:
    """As the driver gives it."""
    return uuid.hex if bind.dialect.name == "sqlite" else uuid
