"""What a batch of scans is decided from, read in a handful of statements whatever the size of the batch.

On PostgreSQL the rows that scans compete for are locked here: registrations first, then the places of event sessions,
each in ascending id, as everywhere. On SQLite the transaction is the lock.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from app.db import db
from app.direct import Asked, Bound, at_one_go
from app.errors import NotFound
from app.programme.rules import SessionStatus
from app.writer import Wire
from checkin.models import Entry
from checkin.queries import apart, given, statements
from checkin.queries.remembered import remembered_places
from checkin.queries.rows import (
    DoorEvent,
    DoorGate,
    DoorPlace,
    DoorTicket,
    KnownScan,
    Lines,
    Opening,
    Party,
    Written,
)
from checkin.rules import Direction, EntryKind
from checkin.rules.space import Space
from checkin.rules.stay import Line
from checkin.rules.times import Window, day_window


def connection() -> Connection:
    """The session's own connection: inside a transaction, the transaction's."""
    return db.session.connection()


def door_event(bind: Bound, slug: str, event_id: int) -> DoorEvent:
    """The event of a device, asked for by its slug. Raises NotFound if the device belongs to another one."""
    return _event(slug, statements.EVENT.rows(bind, {"slug": slug, "event_id": event_id}))


def opening(
    bind: Bound,
    slug: str,
    event_id: int,
    *,
    ids: Collection[UUID],
    codes: Collection[str],
    numbers: Collection[str],
    undone: Collection[UUID],
) -> Opening:
    """What these scans begin with; the registrations of all tickets, those behind `undone` scans too, are locked from
    now on: all of them by one statement, in one order.

    Raises NotFound if the event is not the device's.
    """
    if undone:
        given.AWAITING.rows(bind, {"ids": list(undone)})
    behind = statements.BEHIND.rows(bind, {"event_id": event_id, "ids": list(undone)}) if undone else []
    registrations = {row.registration_id for row in behind}
    remembered: dict[Hashable, Any] = bind.remembered if isinstance(bind, Wire) else {}
    key = "door event", slug, event_id
    with at_one_go(bind):
        event = None if key in remembered else statements.EVENT.ask(bind, {"slug": slug, "event_id": event_id})
        known = statements.KNOWN.ask(bind, {"ids": list(ids)})
        tickets = _ask_tickets(bind, event_id, codes, numbers=numbers, registrations=registrations)
    found = {scan.id: scan for scan in known.each(KnownScan)}
    rows = tickets.rows() if tickets else []
    if event:
        remembered[key] = _event(slug, event.rows())
    read = [DoorTicket(*row[:_OF_A_TICKET]) for row in rows]
    return Opening(remembered[key], found, read, rows if not rows or len(rows[0]) > _OF_A_TICKET else None)


def _event(slug: str, rows: list[Any]) -> DoorEvent:
    if not rows:
        raise NotFound
    first = rows[0]
    categories, unknown = apart.categories(first.categories)
    return DoorEvent(
        id=first.id,
        slug=slug,
        host_id=first.host_id,
        zone=ZoneInfo(first.timezone),
        day_ends_at=first.day_ends_at,
        reentry=first.reentry,
        held_for=timedelta(minutes=first.held_minutes_after_start),
        categories=categories,
        unknown=unknown,
        gates={row.code: DoorGate(row.gate_id, row.code, row.new_today) for row in rows if row.gate_id is not None},
        over_full=not first.full_is_final,
        salt=first.scan_salt,
    )


def tickets_by_id(bind: Bound, ids: Collection[int]) -> dict[int, DoorTicket]:
    """Tickets that were scanned before, as they are today."""
    rows = statements.BY_ID.rows(bind, {"ids": list(ids)}) if ids else []
    return {ticket.id: ticket for ticket in (DoorTicket(*row) for row in rows)}


def parties(bind: Bound, event: DoorEvent, registration_ids: Collection[int]) -> dict[int, Party]:
    """Numbers and bookings of these registrations."""
    if not registration_ids:
        return {}
    return _parties(event, statements.PARTIES.rows(bind, {"ids": list(registration_ids)}))


def histories(
    bind: Bound, event: DoorEvent, registration_ids: Collection[int], *, read: Iterable[Any] | None = None
) -> tuple[dict[int, Party], Lines]:
    """Numbers and bookings of these registrations, and what the ledger says of each person and place; undone lines and
    their undos left out. Read after the lock. read: rows about them and others that were read already."""
    if not registration_ids:
        return {}, _no_lines()
    ids = {"ids": list(registration_ids)}
    if bind.dialect.name == "sqlite":
        if read is None:
            read = statements.PARTIES_WHO_CAME.rows(bind, ids)
        rows = [row for row in read if row.registration_id in registration_ids]
        came = any(row.came for row in rows)
        return _parties(event, rows), _standing(event, statements.LINES.rows(bind, ids) if came else [])
    with at_one_go(bind):
        asked, lines = statements.PARTIES.ask(bind, ids), statements.LINES.ask(bind, ids)
    return _parties(event, asked.rows()), _standing(event, lines.rows())


def _ask_tickets(
    bind: Bound,
    event_id: int,
    codes: Collection[str],
    *,
    numbers: Collection[str],
    registrations: Collection[int],
) -> Asked | None:
    """Tickets of any event by code, of this event by short number, of these registrations: locked, all in one order."""
    if numbers or registrations:
        asked: dict[str, Any] = {"event_id": event_id, "numbers": list(numbers), "registrations": list(registrations)}
        return statements.BY_ANYTHING.ask(bind, {"codes": list(codes), **asked})
    by_code = statements.TICKETS_WITH_PARTIES if bind.dialect.name == "sqlite" else statements.BY_CODE
    return by_code.ask(bind, {"codes": list(codes)}) if codes else None


def _parties(event: DoorEvent, rows: list[Any]) -> dict[int, Party]:
    """Most of a batch are parties and bookings of the same few words, which are taken apart once."""
    keys = event.keys
    numbers = {text: apart.party_numbers(text, keys) for text in {row.party for row in rows}}
    booked = {text: apart.booked_places(text, keys) for text in {row.booked for row in rows}}
    return {row.registration_id: Party(numbers[row.party], booked[row.booked], apart.ended(row.ended)) for row in rows}


def _no_lines() -> Lines:
    return defaultdict(partial(defaultdict, list))


def _standing(event: DoorEvent, rows: list[Any]) -> Lines:
    lines = _no_lines()
    if not rows:
        return lines
    keys = event.keys
    undone = {row.undoes_id for row in rows if row.undoes_id is not None}
    numbers: dict[int, dict[str, int]] = defaultdict(dict)
    kept: dict[int, Any] = {}
    for row in rows:
        if row.id not in undone and row.undoes_id is None and row.place_id is not None:
            numbers[row.id][keys[row.category_id]] = row.number
            kept[row.id] = row
    for entry_id, row in kept.items():
        line = Line(
            at=row.at,
            order=entry_id,
            direction=row.direction or (Direction.OUT if row.kind is EntryKind.EXIT else Direction.IN),
            people=numbers[entry_id],
            reentry=row.reentry,
            booked=bool(row.booked),
            gate_id=row.gate_id,
        )
        lines[row.registration_id, row.attendee_id][row.place_id].append(line)
    return lines


def written_by(bind: Bound, event: DoorEvent, scan_ids: Collection[UUID]) -> list[Written]:
    """The ledger lines that these scans wrote, undone ones too."""
    if not scan_ids:
        return []
    return lines_of(event, statements.WRITTEN.rows(bind, {"event_id": event.id, "ids": list(scan_ids)}))


def numbered(bind: Bound, event: DoorEvent, entry_ids: Collection[int]) -> list[Written]:
    """These ledger lines."""
    return lines_of(event, statements.NUMBERED.rows(bind, {"event_id": event.id, "ids": list(entry_ids)}))


def lines_of(event: DoorEvent, rows: list[Any]) -> list[Written]:
    """Ledger lines from whole rows, one for each category of a line."""
    keys = event.keys
    lines: dict[int, Written] = {}
    for row in rows:
        columns = {column: value for column, value in row._asdict().items() if column in _LEDGER_COLUMNS}
        line = lines.setdefault(row.id, Written(row.id, columns, {}, undone=row.undone_by is not None))
        line.people[keys[row.category_id]] = row.number
    return list(lines.values())


def presence_is_told(bind: Bound, event: DoorEvent, besides: Written) -> bool:
    """Whether somebody was counted out, or the room was counted, and not undone, where this line was, besides by it."""
    asked = {"event_id": event.id, "place_id": besides.columns["place_id"], "besides": besides.id}
    return bool(statements.TELLING.rows(bind, asked))


def places(
    bind: Bound, event: DoorEvent, codes: Collection[str], *, beside: Collection[int] = (), hold: bool = True
) -> dict[str, DoorPlace]:
    """These places by code (`session:CODE`, `entrance:VENUE:DAY`), and `beside` them places by id; sessions' figures
    are locked if they are to `hold`. Codes that are no place of this event are left out."""
    known = remembered_places(bind, event.id, codes, beside) if hold else None
    if known is not None:
        return known
    sessions, entrances = _taken_apart(codes)
    found: list[DoorPlace] = []
    if sessions or beside:
        chosen = (statements.WITH_OTHERS if beside else statements.SESSIONS) if hold else statements.LOOK
        asked = {"event_id": event.id, "codes": list(sessions), "ids": list(beside)}
        found += [_session_place(row, event) for row in chosen.rows(bind, asked)]
    if entrances:
        slugs, days = {slug for slug, _ in entrances}, {day for _, day in entrances}
        rows = statements.ENTRANCES.rows(bind, {"event_id": event.id, "slugs": list(slugs), "days": list(days)})
        found += [_entrance_place(row, event) for row in rows if (row.slug, row.day) in entrances]
    return {place.code: place for place in found}


def entrance_code(venue_slug: str, day: date) -> str:
    """The code of a venue's entrance on one day."""
    return f"entrance:{venue_slug}:{day.isoformat()}"


def session_code(code: str) -> str:
    """The code of an event session as a place."""
    return f"session:{code}"


def _taken_apart(codes: Iterable[str]) -> tuple[set[str], set[tuple[str, date]]]:
    sessions: set[str] = set()
    entrances: set[tuple[str, date]] = set()
    for code in codes:
        kind, _, rest = code.partition(":")
        if kind == "session":
            sessions.add(rest)
        elif kind == "entrance":
            slug, _, day = rest.rpartition(":")
            try:
                entrances.add((slug, date.fromisoformat(day)))
            except ValueError:
                continue
    return sessions, entrances


def _session_place(row: Any, event: DoorEvent) -> DoorPlace:
    space = Space(
        kind=row.capacity_kind,
        capacity=row.capacity,
        promised=row.promised,
        arrived=row.arrived,
        present=row.present,
        anonymous=row.anonymous,
        counts_exits=row.counts_exits,
        held_until=row.starts_at + event.held_for,
    )
    return DoorPlace(
        id=row.id,
        code=session_code(row.code),
        window=Window(row.door_opens_at, row.door_closes_at),
        session_id=row.session_id,
        admission=row.admission,
        reentry=row.reentry or event.reentry,
        ends_at=row.ends_at,
        space=space,
        cancelled=row.status is SessionStatus.CANCELLED,
        gates=apart.gates(row.gates),
    )


def _entrance_place(row: Any, event: DoorEvent) -> DoorPlace:
    window = day_window(row.day, event.zone, event.day_ends_at)
    gates = apart.gates(row.gates)
    return DoorPlace(row.id, entrance_code(row.slug, row.day), window, reentry=event.reentry, gates=gates)


_OF_A_TICKET = len(DoorTicket.__struct_fields__)
_LEDGER_COLUMNS = frozenset(column.name for column in Entry.__table__.columns) - {"id", "uuid"}
