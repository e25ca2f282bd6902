"""An event with 120,000 bookings, put into the database as fast as it takes them."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import now
from app.db import db, transaction
from app.programme.models import Category, Event
from benchmarks.ledgers import count_at_doors, count_on, insert_rows, refer_unchecked
from checkin.models import Place, PlaceClose
from checkin.rules import CountingState
from registrations.rules import ticket_code
from tests.make import Make

PARTIES, PLACES_EACH, SESSIONS, CLOSED, CHUNK = 60_000, 2, 60, 40, 5_000
COLUMNS: dict[str, tuple[str, ...]] = {
    "registration": ("id", "uuid", "event_id", "link", "language", "source", "party_kind", "contact_name", "created_at",
                     "no_photo", "version"),
    "party_number": ("registration_id", "category_id", "number"),
    "ticket": ("id", "event_id", "registration_id", "code", "rid", "number", "issued_at", "change_number"),
    "booking": ("id", "uuid", "registration_id", "session_id", "created_at", "joined_waiting_at", "passed_over",
                "waited_at", "change_number", "version"),
    "booking_line": ("id", "booking_id", "category_id", "number", "state", "state_at"),
    "letter": ("id", "uuid", "event_id", "registration_id", "kind", "cause", "language", "to_address", "facts", "state",
               "created_at", "sent_at", "attempts", "answer_lost"),
    "entry": ("id", "uuid", "event_id", "kind", "direction", "method", "place_id", "ticket_id", "registration_id",
              "received_at", "at", "day", "slot", "booked", "reentry", "party_kind", "language"),
    "entry_number": ("entry_id", "category_id", "number"),
}  # fmt: skip


def a_booked_event(make: Make) -> Event:
    """Sessions on four days, most of them past and closed as counted; each party booked two, one of ten waits for one
    of them. Two of three came, half of all were reminded."""
    noon = now().replace(minute=0, second=0, microsecond=0)
    event = make.event("booked", starts_on=noon.date() - timedelta(2), ends_on=noon.date() + timedelta(1))
    sessions = []
    for number in range(SESSIONS):
        past = number < CLOSED
        starts = noon + timedelta(days=-2 + number % 2 if past else 1, hours=number % 5)
        sessions.append(make.session(event, starts_at=starts, capacity=6000).id)
    places = {one.session_id: one.id for one in db.session.scalars(db.select(Place).filter_by(event_id=event.id))}
    with transaction():
        closed = (places[one] for one in sessions[:CLOSED])
        db.session.add_all(PlaceClose(place_id=one, state=CountingState.COUNTED, closed_at=noon) for one in closed)
    with transaction():
        refer_unchecked()
        _write(_Writing(event, sessions, places, noon))
    db.session.remove()
    return event


class _Writing:
    """Rows by table, a party at a time, and what is promised by then."""

    def __init__(self, event: Event, sessions: list[int], places: dict[int | None, int], noon: datetime) -> None:
        self.event_id, self.sessions, self.places, self.noon = event.id, sessions, places, noon
        self.category = db.session.scalars(db.select(Category.id).filter_by(event_id=event.id, key="spectator")).one()
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
        self.promised: Counter[int] = Counter()
        self.waiting: Counter[int] = Counter()
        self.rng = random.Random(120)

    def party(self, one: int) -> None:
        rows, rng, event_id = self.rows, self.rng, self.event_id
        at = self.noon - timedelta(days=4 + rng.random() * 40)
        people, id_ = 1 + one % 3, UUID(int=1 << 100 | one)
        kind = "family" if people > 1 else "person"
        rows["registration"].append((one, id_, event_id, f"link-{one}", "ja", "web", kind, f"Ana {one}", at, False, 1))
        rows["party_number"].append((one, self.category, people))
        code, row_id = ticket_code(one << 24), one.to_bytes(12, "big")
        rows["ticket"].append((one, event_id, one, code, row_id, f"{one:07d}", at, 0))
        for kind in ("confirmed", "reminder")[: 1 + one % 2]:
            letter = 2 * one + (kind == "reminder")
            rows["letter"].append((letter, UUID(int=2 << 100 | letter), event_id, one, kind, f"{kind}:{one}", "ja",
                                   f"a{one}@example.invalid", "{}", "sent", at, at, 1, False))  # fmt: skip
        waits = rng.randrange(20)
        first = rng.randrange(SESSIONS)
        for number in range(PLACES_EACH):  # the next one is at another hour
            session = self.sessions[(first + number) % SESSIONS]
            self._booking(PLACES_EACH * one + number, one, session, people, at, waits=waits == number)

    def _booking(self, id_: int, one: int, session: int, people: int, at: datetime, *, waits: bool) -> None:
        """Two of three who had a place came."""
        since = at if waits else None
        (self.waiting if waits else self.promised)[session] += 1 if waits else people
        self.rows["booking"].append((id_, UUID(int=3 << 100 | id_), one, session, at, since, 0, since, 0, 1))
        state = "waiting" if waits else "confirmed"
        self.rows["booking_line"].append((id_, id_, self.category, people, state, at))
        if waits or session > self.sessions[CLOSED - 1] or self.rng.random() < 1 / 3:
            return
        came = self.noon - timedelta(days=1)
        kind, method = ("family", "group_confirmed") if people > 1 else ("person", "scanned")
        self.rows["entry"].append(
            (id_, UUID(int=4 << 100 | id_), self.event_id, "entry", "in", method, self.places[session], one, one,
             came, came, came.date(), int(came.timestamp()) // 300, True, False, kind, "ja")
        )  # fmt: skip
        self.rows["entry_number"].append((id_, self.category, people))


def _write(writing: _Writing) -> None:
    for one in range(1, PARTIES + 1):
        writing.party(one)
        if one % CHUNK == 0:
            for name, made in writing.rows.items():
                insert_rows(name, COLUMNS[name], made)
                made.clear()
    for session in writing.sessions:
        of = db.text("UPDATE session_places SET promised = :promised, waiting = :waiting WHERE session_id = :one")
        held = {"promised": writing.promised[session], "waiting": writing.waiting[session]}
        db.session.execute(of, {"one": session, **held})
    for name, columns in COLUMNS.items():
        if "id" in columns:
            count_on(name)
    count_at_doors(writing.event_id)
