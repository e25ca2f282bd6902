"""Check-in by the endpoint: one scan a request over 1, 8 and 64 connections, batches of 100, many doors at one room."""

import json
import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, select

from app.accounts.models import Device, Host
from app.accounts.queries import digest
from app.clock import now
from app.db import db, transaction
from app.programme.models import Category, Event, EventSession, Room, SessionPlaces, Venue
from app.programme.rules import AdmissionRule, EventStatus, Reentry
from benchmarks.client import Connection, Measured, measure
from benchmarks.ground import Ground, ground
from benchmarks.rows import Row
from checkin.models import Entry, Gate, Place
from checkin.operations.ledger import drawn
from checkin.rules import GateKind
from registrations.models import Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.rules import BookingState, PartyKind, Source, short_number, ticket_code

ON_POSTGRESQL = True
SLUG, DEVICES, SESSIONS = "bench", 64, 10
LOADS = ((1, 1500), (8, 5000), (64, 6000))
BATCHES, BATCH, BATCHES_BEFORE = 120, 100, 20
WARM_UP = 300
DOORS, TAPS, SEATS = 30, 900, 500


def measure_all(database: str) -> list[Row]:
    """Fill an event, serve it, scan every ticket once; the ledger must hold exactly what was admitted."""
    with ground(database) as place:
        needed = WARM_UP + sum(count for _, count in LOADS) + (BATCHES_BEFORE + BATCHES) * BATCH
        codes = iter(fill(needed))
        with place.serving():
            one_by_one(place, codes, 8, WARM_UP)
            rows = [
                Row("check-in, one scan", database, connections, one_by_one(place, codes, connections, count))
                for connections, count in LOADS
            ]
            rows.append(in_batches(place, codes))
            rows.append(at_one_room(place))
        expected = needed + SEATS
        note = "every scan admitted, no seat twice" if kept() == expected else f"{kept()} of {expected} in the ledger"
    return [*rows, Row("check-in, ledger afterwards", database, note=note)]


def one_by_one(place: Ground, codes: Any, connections: int, count: int) -> Measured:
    """`count` scans, each in a request of its own."""
    bodies = [body([next(codes)], number) for number in range(count)]

    async def work(connection: Connection, number: int) -> bool:
        answer = await connection.ask("POST", f"/api/v1/events/{SLUG}/scans", bodies[number], **headers(number))
        return b'"verdict":"admitted"' in answer.body

    return measure(place.base_url, work, connections=connections, count=count)


def in_batches(place: Ground, codes: Any) -> Row:
    """Scans that a device kept while it was offline, sent at once. The first few are not measured: every shape of rows
    has its statement prepared once."""
    every = BATCHES_BEFORE + BATCHES
    bodies = iter([body([next(codes) for _ in range(BATCH)], number) for number in range(every)])

    async def work(connection: Connection, number: int) -> bool:
        answer = await connection.ask("POST", f"/api/v1/events/{SLUG}/scans", next(bodies), **headers(number))
        return answer.body.count(b'"verdict":"admitted"') == BATCH

    measure(place.base_url, work, connections=2, count=BATCHES_BEFORE)
    measured = measure(place.base_url, work, connections=2, count=BATCHES)
    return Row(
        f"check-in, batch of {BATCH}", place.database, 2, measured, f"{measured.per_second * BATCH:,.0f} scans/s"
    )


def at_one_room(place: Ground) -> Row:
    """Thirty doors at once tap people into a room that has not enough seats for all of them."""
    counted = 0

    async def work(connection: Connection, number: int) -> bool:
        nonlocal counted
        answer = await connection.ask("POST", f"/api/v1/events/{SLUG}/scans", tap(number), **headers(number))
        counted += b'"verdict":"counted"' in answer.body
        return b'"verdict":"counted"' in answer.body or b'"verdict":"full"' in answer.body

    measured = measure(place.base_url, work, connections=DOORS, count=TAPS)
    return Row("walk-ins at one room", place.database, DOORS, measured, f"{counted} counted for {SEATS} seats")


def tap(number: int) -> bytes:
    """One person without a ticket."""
    at = now().isoformat()
    scan = {"id": str(drawn()), "seq": number, "at": at, "gate": "door", "place": "session:room", "act": "walk_in",
            "people": {"spectator": 1}}  # fmt: skip
    return json.dumps({"sent_at": at, "scans": [scan]}).encode()


def headers(number: int) -> dict[str, str]:
    return {"Authorization": f"Bearer bench-{number % DEVICES}", "Content_Type": "application/json"}


def body(codes: list[str], number: int) -> bytes:
    """A batch as a device sends it."""
    at = now().isoformat()
    scans = [
        {"id": str(drawn()), "seq": number, "at": at, "gate": "door", "place": f"session:s{code[0]}",
         "act": "scan", "code": code[1:], "direction": "in"}
        for code in codes
    ]  # fmt: skip
    return json.dumps({"sent_at": at, "scans": scans}).encode()


def kept() -> int:
    """How many lines the ledger holds."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Entry)) or 0


def fill(tickets: int) -> list[str]:
    """An event with ten sessions that are open now, and so many booked tickets: the session's digit and the code."""
    at = now()
    with transaction():
        event, category, sessions = programme(at)
        for number in range(DEVICES):
            token = digest(f"bench-{number}")
            db.session.add(
                Device(event_id=event, name=f"door {number}", token_hash=token, rights=["scan"], created_at=at,
                       expires_at=at + timedelta(hours=16))
            )  # fmt: skip
    return [
        code
        for start in range(0, tickets, 2000)
        for code in people(event, category, sessions, range(start, min(start + 2000, tickets)))
    ]


def programme(at: Any) -> tuple[int, int, list[int]]:
    """The event, its category, and its sessions by id."""
    name = {"ja": "測定", "en": "Bench"}
    host = keep(Host(slug="bench", name=name, created_at=at))
    event = keep(
        Event(host_id=host, slug=SLUG, title=name, summary={}, description={}, purpose=[], fee={}, how_to_take_part={},
              access={}, contact={}, source={}, starts_on=at.date(), ends_on=at.date(), timezone="Asia/Tokyo",
              languages=["ja"], status=EventStatus.PUBLISHED, scan_salt=secrets.token_bytes(32), created_at=at,
              reentry=Reentry.NONE)
    )  # fmt: skip
    keep(Category(event_id=event, key="unknown", label=name, belongs={}, position=1, unknown=True))
    category = keep(Category(event_id=event, key="spectator", label=name, belongs={}, position=0))
    venue = keep(Venue(host_id=host, slug="hall", name=name, address={}, access={}))
    room = keep(Room(venue_id=venue, code="room", name=name, access={}, position=0))
    keep(Gate(event_id=event, venue_id=venue, code="door", name=name, kind=GateKind.ROOMS, new_today=False))
    sessions = []
    for number in range(SESSIONS + 1):
        code, capacity = (f"s{number}", 100_000) if number < SESSIONS else ("room", SEATS)
        session = keep(
            EventSession(event_id=event, room_id=room, code=code, title=name, description={}, access={},
                         kind=name, languages=["ja"], starts_at=at, ends_at=at + timedelta(hours=8),
                         door_opens_at=at - timedelta(hours=1), door_closes_at=at + timedelta(hours=8),
                         admission=AdmissionRule.BOOKING_AND_WALK_IN, capacity=capacity)
        )  # fmt: skip
        promised = capacity // 2 if number < SESSIONS else 0
        db.session.add(SessionPlaces(session_id=session, capacity=capacity, promised=promised))
        db.session.add(Place(event_id=event, session_id=session))
        sessions.append(session)
    return event, category, sessions


def keep(row: Any) -> int:
    db.session.add(row)
    db.session.flush()
    return int(row.id)


def people(event: int, category: int, sessions: list[int], numbers: range) -> list[str]:
    """Registrations of one person each, booked for one session, with their tickets."""
    at = now() - timedelta(days=9)
    codes = [ticket_code(secrets.randbits(130)) for _ in numbers]
    with transaction():
        bind = db.session.connection()
        registration = {"event_id": event, "language": "ja", "source": Source.WEB, "party_kind": PartyKind.PERSON,
                        "contact_name": "架空 花子", "created_at": at, "version": 1}  # fmt: skip
        ids = insert_all(bind, Registration, [{**registration, "link": uuid4().hex, "uuid": uuid4()} for _ in numbers])
        bind.execute(
            insert(PartyNumber), [{"registration_id": one, "category_id": category, "number": 1} for one in ids]
        )
        booked = [
            {"registration_id": one, "session_id": sessions[number % SESSIONS], "created_at": at, "passed_over": 0,
             "change_number": 0, "version": 1, "uuid": uuid4()}
            for one, number in zip(ids, numbers, strict=True)
        ]  # fmt: skip
        bookings = insert_all(bind, Booking, booked)
        line = {"category_id": category, "number": 1, "state": BookingState.CONFIRMED, "state_at": at}
        bind.execute(insert(BookingLine), [{**line, "booking_id": one} for one in bookings])
        tickets = [
            {"event_id": event, "registration_id": one, "code": code, "rid": secrets.token_bytes(12),
             "number": short_number(number), "issued_at": at, "change_number": 0}
            for one, code, number in zip(ids, codes, numbers, strict=True)
        ]  # fmt: skip
        bind.execute(insert(Ticket), tickets)
    return [f"{number % SESSIONS}{code}" for code, number in zip(codes, numbers, strict=True)]


def insert_all(bind: Any, kind: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert and give the ids back in order."""
    return list(bind.scalars(insert(kind.__table__).returning(kind.id, sort_by_parameter_order=True), rows))
