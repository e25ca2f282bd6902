"""A second reading of every measure: the raw tables of one event, carried into DuckDB and counted there in SQL."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import select

from app.db import Model, db
from app.programme.models import Category, Event, EventSession, Organisation, Participation, Room, SessionPlaces
from checkin.models import Entry, EntryNumber, FigureSource, Place, PlaceClose
from registrations.models import Booking, BookingLine, Lottery, PartyNumber, Registration, Ticket

COUNTING = [
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("recount.sql", "recount_registering.sql")
]
TABLES: dict[type[Model], str] = {
    Event: "timezone TEXT, day_ends_at TIME, people_measure TEXT",
    Category: "id BIGINT, unknown BOOLEAN",
    Room: "id BIGINT, venue_id BIGINT",
    EventSession: "id BIGINT, room_id BIGINT, starts_at TIMESTAMP, ends_at TIMESTAMP",
    Place: "id BIGINT, session_id BIGINT, venue_id BIGINT",
    PlaceClose: "place_id BIGINT, state TEXT",
    Entry: (
        "id BIGINT, kind TEXT, direction TEXT, method TEXT, place_id BIGINT, ticket_id BIGINT, registration_id BIGINT, "
        'undoes_id BIGINT, source_id BIGINT, "at" TIMESTAMP, new_today BOOLEAN, booked BOOLEAN, reentry BOOLEAN, '
        "party_kind TEXT, organisation_kind TEXT, language TEXT, lead_days TEXT"
    ),
    EntryNumber: "entry_id BIGINT, category_id BIGINT, number BIGINT",
    FigureSource: "id BIGINT, measure TEXT",
    Ticket: "id BIGINT, registration_id BIGINT, attendee_id BIGINT, replaced_by_id BIGINT",
    Registration: (
        "id BIGINT, party_kind TEXT, organisation_id BIGINT, language TEXT, created_at TIMESTAMP, "
        "cancelled_at TIMESTAMP"
    ),
    PartyNumber: "registration_id BIGINT, number BIGINT",
    Booking: (
        "id BIGINT, registration_id BIGINT, session_id BIGINT, created_at TIMESTAMP, passed_over BIGINT, "
        "waited_at TIMESTAMP, promoted_at TIMESTAMP, offered_at TIMESTAMP, lapsed_at TIMESTAMP"
    ),
    BookingLine: "booking_id BIGINT, number BIGINT, state TEXT, state_at TIMESTAMP",
    Lottery: "session_id BIGINT, drawn_at TIMESTAMP, result TEXT",
    SessionPlaces: "session_id BIGINT, capacity BIGINT",
    Organisation: "id BIGINT, kind TEXT",
    Participation: "id BIGINT, organisation_id BIGINT, took_part BOOLEAN",
}
"""What is read of each table, and what it is."""

Rows = dict[Any, int]


class Recount:
    """An event's raw tables, counted."""

    def __init__(self, event: Event) -> None:
        self.base = duckdb.connect()
        for kind, columns in TABLES.items():
            name = kind.__tablename__
            self.base.execute(f"CREATE TABLE {name} ({columns})")
            rows = list(_rows(kind, columns, event.id))
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                self.base.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        for counting in COUNTING:
            self.base.execute(counting)

    def rows(self, query: str, *given: Any) -> list[tuple[Any, ...]]:
        return self.base.execute(query, given).fetchall()

    def number(self, query: str, *given: Any) -> int | None:
        """One number; None: there is none."""
        ((number,),) = self.rows(query, *given)
        return None if number is None else int(number)

    def sums(self, query: str, *given: Any) -> Rows:
        """Numbers by all columns before them, zeroes left out."""
        found: Rows = {}
        for *key, number in self.rows(query, *given):
            if number:
                found[key[0] if len(key) == 1 else tuple(key)] = int(number)
        return found

    def people(self, cut: str, by: str, where: str = "TRUE") -> Rows:
        """Different people of each piece of a cut (all, day, venue, session), split by further columns."""
        return self.sums(f"SELECT {by}, sum(number) FROM head WHERE cut = ? AND {where} GROUP BY ALL", cut)

    def visits(self, by: str, where: str = "TRUE") -> Rows:
        """Visits split by these columns."""
        return self.sums(f"SELECT {by}, sum(number) FROM visited WHERE of_session AND {where} GROUP BY ALL")

    def passages(self, by: str, where: str = "TRUE") -> Rows:
        """The same at entrances."""
        return self.sums(f"SELECT {by}, sum(number) FROM visited WHERE NOT of_session AND {where} GROUP BY ALL")

    def reentries(self) -> Rows:
        """Who came back, by session; None: past an entrance."""
        came_back = "reentry AND (NOT single OR number > 0)"
        return self.sums(f"SELECT session, sum(number) FROM inward WHERE {came_back} GROUP BY ALL")

    def arrivals(self, minutes: int, *, of_session: bool) -> Rows:
        """Who came in, by the second since 1970 at which each step of so many minutes begins."""
        step = f"CAST(slot * 300 // {minutes * 60} * {minutes * 60} AS BIGINT)"
        return self.sums(f"SELECT {step}, sum(number) FROM arrival WHERE of_session = ? GROUP BY ALL", of_session)


def _rows(kind: type[Model], columns: str, event_id: int) -> Iterator[tuple[Any, ...]]:
    """The rows of a table that belong to the event, through what they hang on."""
    names = [column.split()[0].strip('"') for column in columns.split(", ")]
    chosen = select(*(getattr(kind, name) for name in names))
    for row in db.session.execute(chosen.where(_of_event(kind, event_id))):
        yield tuple(map(_plain, row))


def _of_event(kind: Any, event_id: int) -> Any:
    """Which rows of a table are an event's."""
    if kind is Event:
        return kind.id == event_id
    if hasattr(kind, "event_id"):
        return kind.event_id == event_id
    if kind in (Room, Organisation):
        return kind.id.is_not(None)
    column, owner = {
        PlaceClose: ("place_id", Place),
        EntryNumber: ("entry_id", Entry),
        PartyNumber: ("registration_id", Registration),
        Booking: ("registration_id", Registration),
        BookingLine: ("booking_id", Booking),
        SessionPlaces: ("session_id", EventSession),
        Lottery: ("session_id", EventSession),
    }[kind]
    ids: Any = owner
    return getattr(kind, column).in_(select(ids.id).where(_of_event(owner, event_id)))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return json.dumps(value) if isinstance(value, list) else value
