"""Rows of tables laid over a programme: what it would become, and what would happen to each row. Nothing is written.

What no row names stays as it is. A row that cannot be taken leaves what it is about as it was, and takes with it the
rows that need it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.programme.rules.cells import plain
from app.programme.rules.columns import PARTICIPATIONS, TABLES, Table
from app.programme.rules.documents import document_of, programme_of
from app.programme.rules.facts import Programme
from app.programme.rules.faults import Fault
from app.programme.rules.laid import (
    EVENT,
    Beside,
    Document,
    Key,
    Known,
    assembled,
    call,
    known_in,
    name_of,
    paths_in,
)
from app.programme.rules.tabled import CellFault, Names, cells_of, column_at, object_of, top

Located = tuple[str, Key, str, Fault]
Judge = Callable[[Mapping[str, Any]], Iterable[Fault]]
TIMES = {"starts_at", "ends_at"}
"""The end is told by the day of the start: they move together."""
_PLACE = re.compile(r"[a-z_]+(?:\[[0-9]+\])?(?:\.rooms\[[0-9]+\])?")


class What(StrEnum):
    """What would happen to a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """One row: its table, the sheet or file it stands in, its number there, and its cells by column; a column that the
    file does not have is not among them. faults: what was wrong with it before anybody asked what it means."""

    table: str
    sheet: str
    line: int
    cells: Mapping[str, Any]
    faults: tuple[CellFault, ...] = ()


@dataclass(frozen=True)
class Change:
    """A column whose value becomes another one."""

    column: str
    before: str
    after: str


@dataclass
class Fate:
    """A row, what it is called, and what would happen to it."""

    row: Row
    name: str = ""
    what: What = What.SAME
    changes: list[Change] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """What the event would be, and row by row why."""

    programme: Programme
    fates: list[Fate]

    def count(self, what: What) -> int:
        return sum(one.what is what for one in self.fates)

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return any(one.what in (What.NEW, What.CHANGED) for one in self.fates)


@dataclass
class _Thing:
    """One object that rows are about: as it stands, as they want it."""

    table: Table
    key: Key
    before: Document | None
    after: Document
    fates: list[Fate]

    @property
    def refused(self) -> bool:
        return any(fate.faults for fate in self.fates)

    def refuse(self, fault: CellFault) -> None:
        if fault not in self.fates[0].faults:
            self.fates[0].faults.append(fault)


def plan_of(base: Programme, rows: Iterable[Row], *, beside: Beside, language: str, judge: Judge, today: date) -> Plan:
    """What the rows would make of the programme. judge: everything wrong with a document."""
    merge = _Merge(base, list(rows), beside, language)
    document = merge.without_faults(judge)
    programme = programme_of(document, today=today)
    merge.compare(known_in(document_of(programme), Beside()))
    return Plan(programme, merge.fates)


class _Merge:
    """All rows, read in the order of the tables: what is named comes before what names it."""

    def __init__(self, base: Programme, rows: list[Row], beside: Beside, language: str) -> None:
        self.slug, self.language, self.zone = base.event.slug, language, base.event.zone
        self.document = document_of(base)
        self.known = known_in(self.document, beside)
        self.names = Names()
        self.things: dict[tuple[str, Key], _Thing] = {}
        self.fates = [Fate(row) for row in rows]
        for (section, _key), one in self.known.items():
            self._call(section, one)
        for key, table in TABLES.items():
            for fate in self.fates:
                if fate.row.table == key:
                    self._read(table, fate)

    def without_faults(self, judge: Judge) -> Document:
        """The document of every row that can be taken, found by leaving out those that cannot until none is left."""
        stood = set(self._located(self.document, judge)) if ("event", EVENT) in self.things else set()
        while True:
            document = self._assembled()
            if not sum(self._blame(one, stood) for one in self._located(document, judge)):
                return document

    def compare(self, now: Known) -> None:
        """Say of every row what becomes of it."""
        for (section, key), thing in self.things.items():
            if thing.refused:
                for fate in thing.fates:
                    fate.what = What.REFUSED
                continue
            after = now.get((section, key), thing.after)
            changes = self._changes(thing, after)
            for number, fate in enumerate(thing.fates):
                fate.what = What.NEW if thing.before is None else What.CHANGED if changes else What.SAME
                fate.changes = changes if number == 0 else []
        for fate in self.fates:
            if fate.faults:
                fate.what = What.REFUSED

    def _call(self, section: str, thing: Mapping[str, Any]) -> None:
        hall = self.things.get(("venues", (thing.get("venue", ""),)))
        names = hall.after if hall else self.known.get(("venues", (thing.get("venue", ""),)), {})
        call(self.names, section, thing, {thing.get("venue", ""): names.get("name", {})})

    def _read(self, table: Table, fate: Fate) -> None:
        """One row: what it leaves out is as it stands now, and so is what cannot be empty."""
        cells = fate.row.cells
        own, _wrong = object_of(table, {name: cells.get(name) for name in table.own}, self.names)
        key = tuple(str(own.get(name, "")) for name in table.own) if table.key != "event" else EVENT
        before = self.known.get((table.key, key))
        stood = cells_of(table, before, language=self.language, zone=self.zone) if before else {}
        needed = {one.key for one in table.columns if one.needed and stood.get(one.key)}
        said = {name: cell for name, cell in cells.items() if name not in needed or plain(cell)}
        after, faults = object_of(table, {**stood, **said}, self.names)
        if table.key == "event":
            faults += [CellFault("slug", "other_event", own["slug"])] if own.get("slug", self.slug) != self.slug else []
            after["slug"] = self.slug
        fate.name = name_of(after, self.language) or " / ".join(filter(None, key))
        fate.faults += [*fate.row.faults, *faults]
        if not all(key):
            return
        thing = self.things.get((table.key, key))
        if thing is None:
            thing = _Thing(table, key, before, self._kept(table, before, stood, after), [fate])
            self.things[table.key, key] = thing
            self._call(table.key, {"name": {}, **after, **own})
            self._exhibits(thing, after, first=True)
        elif table is PARTICIPATIONS:
            thing.fates.append(fate)
            self._exhibits(thing, after, first=False)
        else:
            fate.faults.append(CellFault(table.own[-1], "twice", str(thing.fates[0].row.line)))

    def _kept(self, table: Table, before: Document | None, stood: dict[str, str], after: Document) -> Document:
        """What the row does not change stays exactly as it was."""
        if before is None:
            return after
        wanted = cells_of(table, after, language=self.language, zone=self.zone)
        touched = {top(table, name) for name, text in wanted.items() if text != stood[name]}
        if touched & TIMES:
            touched |= TIMES
        fields = dict.fromkeys([*before, *after])
        chosen = {name: after.get(name) if name in touched else before.get(name, after.get(name)) for name in fields}
        return {name: value for name, value in chosen.items() if value is not None}

    def _exhibits(self, thing: _Thing, after: Document, *, first: bool) -> None:
        """Each row of a role adds an exhibit; a file without that column leaves them as they are."""
        if thing.table is not PARTICIPATIONS:
            return
        shown = after.get("exhibit", [])
        thing.after.pop("exhibit", None)
        if any(name.startswith("exhibit.") for name in thing.fates[-1].row.cells):
            thing.after["exhibits"] = shown if first else [*thing.after.get("exhibits", []), *shown]

    def _assembled(self) -> Document:
        objects: Known = dict(self.known)
        order: dict[str, list[Key]] = {}
        for (section, key), thing in self.things.items():
            if not thing.refused:
                objects[section, key] = thing.after
                order.setdefault(section, []).append(key)
        for thing in self._homeless(objects):
            thing.refuse(CellFault("venue", "no_venues", thing.key[0]))
            objects.pop(("rooms", thing.key), None)
        self._name_used(objects, order)
        return assembled(self.document, self.known, objects, order)

    def _homeless(self, objects: Known) -> list[_Thing]:
        """Rooms whose venue is not there, or cannot be taken."""
        rooms = [thing for (section, _key), thing in self.things.items() if section == "rooms" and not thing.refused]
        return [thing for thing in rooms if ("venues", thing.key[:1]) not in objects]

    def _name_used(self, objects: Known, order: dict[str, list[Key]]) -> None:
        """What sessions and roles name comes along: organisations and venues of the host, people named for the first
        time."""
        users = [("sessions", key) for key in order.get("sessions", [])]
        users += [("participations", key) for key in order.get("participations", [])]
        for section, key in users:
            one = objects[section, key]
            for person in one.get("appearances", []):
                if (code := person["speaker"]) in self.names.fresh:
                    objects.setdefault(("speakers", (code,)), self.names.fresh[code])
                    order.setdefault("speakers", []).append((code,))
            used = [one["organisation"]] if section == "participations" else [
                each["organisation"] for each in one.get("organisations", [])]  # fmt: skip
            order.setdefault("organisations", []).extend((code,) for code in used)
            rooms = [room for room in (one.get("room"), *one.get("further_rooms", [])) if room]
            order.setdefault("venues", []).extend((room.partition("/")[0],) for room in rooms)
        order.setdefault("venues", []).extend((venue,) for venue, _code in order.get("rooms", []))

    def _located(self, document: Document, judge: Judge) -> Iterator[Located]:
        """Every fault of a document: of which table, of which object, at which path inside of it."""
        at = {place: (section, key) for place, section, key in paths_in(document)}
        for fault in judge(document):
            found = _PLACE.match(fault.path)
            place = found[0] if found else ""
            if place == "privacy_notice":
                yield "event", EVENT, fault.path, fault
            else:
                section, key = at.get(place, (place, ()))
                yield section, key, fault.path[len(place) :].lstrip("."), fault

    def _blame(self, located: Located, stood: set[Located]) -> bool:
        """Refuse the rows that a fault is about; what no row touches and was so before is not their fault. Whether any
        was refused."""
        section, key, inside, fault = located
        thing = self.things.get((section, key))
        things = [thing] if thing else [one for (name, _k), one in self.things.items() if name == section and not key]
        kind = fault.kind or ("missing" if fault.value == "missing" else "expected")
        if not things and located not in stood and ("event", EVENT) in self.things:
            things, inside, kind = [self.things["event", EVENT]], "starts_on", "others"
        things = [one for one in things if not one.refused]
        for one in things:
            value = " / ".join(key) if kind == "others" else fault.value.strip('"')[:80]
            column = "date" if kind == "outside" else column_at(one.table, inside)
            one.refuse(CellFault(column, kind, value.replace("T", " ") if fault.kind else value))
        return bool(things)

    def _changes(self, thing: _Thing, after: Document) -> list[Change]:
        """Column by column; a new object has none."""
        if thing.before is None:
            return []
        old, new = (self._shown(thing.table, one) for one in (thing.before, after))
        return [Change(name, old[name], new[name]) for name in old if old[name] != new[name]]

    def _shown(self, table: Table, one: Document) -> dict[str, str]:
        cells = cells_of(table, one, language=self.language, zone=self.zone)
        if table is PARTICIPATIONS:
            for name in [each for each in cells if each.startswith("exhibit.")]:
                tongue = name.partition(".")[2]
                cells[name] = "\n".join(text.get(tongue, "") for text in one.get("exhibits", [])).strip("\n")
        return cells
