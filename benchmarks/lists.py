"""The organiser's list of 20,000 registrations, and all of them as a workbook."""

import random
import time
from datetime import timedelta
from urllib.parse import quote

from sqlalchemy import insert, text

from app.accounts.operations import begin_sign_in
from app.clock import now
from app.console.exports.lists import registrations_file
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Role
from app.web.languages import speak
from benchmarks.client import Connection, Measured, measure
from benchmarks.ground import Ground, ground
from benchmarks.rows import Row
from registrations.models import Booking, BookingLine, PartyNumber, Registration, Ticket
from registrations.queries.listed import Wanted
from registrations.rules import CODE_BITS, BookingState, PartyKind, Source, ticket_code
from registrations.rules.sought import sought_as
from tests.make import NOON, Make

ON_POSTGRESQL = True
PEOPLE, SESSIONS, ROUNDS = 20_000, 20, 15
NAMES = ("架空 さくら", "見本 髙橋", "例示 𠮷田", "Sample Alex", "試山 﨑子")


def measure_all(database: str) -> list[Row]:
    """Pages over HTTP, the file in the process."""
    with ground(database) as place:
        event, cookie = fill(place)
        db.session.execute(text("ANALYZE"))  # as databases do by themselves once that much was added
        db.session.commit()
        rows = [workbook(event, database)]
        with place.serving():
            return rows + [asked(place, database, cookie, what, query) for what, query in PAGES.items()]


PAGES = {
    "first page": "",
    "last page": f"?page={PEOPLE // 30}",
    "a name": "?q=たかはし",
    "part of a name, one session": "?q=髙橋&session=t3",
}


def asked(place: Ground, database: str, cookie: str, what: str, query: str) -> Row:
    """One page of the list, again and again."""
    path = "/console/events/bench/registrations" + quote(query, safe="?=&")

    async def ask(connection: Connection, _number: int) -> bool:
        answer = await connection.ask("GET", path, Cookie=f"uketsuke={cookie}")
        return answer.status == 200

    measure(place.base_url, ask, connections=1, count=2)
    measured = measure(place.base_url, ask, connections=1, count=ROUNDS)
    return Row(f"list of {PEOPLE:,} registrations, {what}", database, 1, measured)


def workbook(event: Event, database: str) -> Row:
    """All of them as XLSX, with a sheet of their bookings."""
    speak("ja")
    began, worked = time.perf_counter(), time.process_time()
    content = registrations_file(event, Wanted(), kind="xlsx", progress=lambda _done: None)
    measured = Measured([(time.perf_counter() - began) * 1000], seconds=time.perf_counter() - began)
    note = f"{len(content) / 2**20:.1f} MiB, processor {time.process_time() - worked:.2f} s"
    return Row(f"{PEOPLE:,} registrations as XLSX", database, None, measured, note)


def fill(place: Ground) -> tuple[Event, str]:
    """Registrations of one to three people in one to three sessions, a few of them waiting; Olga's sign-in."""
    make, rng = Make(place.app), random.Random(20)
    event = make.event("bench")
    sessions = [make.session(event, starts_at=NOON + timedelta(hours=number)).id for number in range(SESSIONS)]
    categories = [row.id for row in make.categories(event).values() if not row.unknown]
    rows: dict[type, list[dict[str, object]]] = {
        kind: [] for kind in (Registration, PartyNumber, Ticket, Booking, BookingLine)
    }
    for number in range(1, PEOPLE + 1):
        at = NOON - timedelta(days=30) + timedelta(minutes=number)
        name, people, category = f"{rng.choice(NAMES)} {number}", rng.randint(1, 3), rng.choice(categories)
        rows[Registration].append(
            {"id": number, "event_id": event.id, "link": f"link-{number}", "language": "ja", "source": Source.WEB,
             "party_kind": PartyKind.PERSON, "contact_name": name, "contact_email": f"p{number}@example.invalid",
             "created_at": at, "sought_as": sought_as(name=name, group=None)}
        )  # fmt: skip
        rows[PartyNumber].append({"registration_id": number, "category_id": category, "number": people})
        rows[Ticket].append(
            {"event_id": event.id, "registration_id": number, "code": ticket_code(rng.getrandbits(CODE_BITS)),
             "rid": number.to_bytes(12, "big"), "number": f"{number:07}", "issued_at": at}
        )  # fmt: skip
        for session in rng.sample(sessions, rng.randint(1, 3)):
            booking = len(rows[Booking]) + 1
            rows[Booking].append({"id": booking, "registration_id": number, "session_id": session, "created_at": at})
            state = BookingState.WAITING if rng.random() < 0.1 else BookingState.CONFIRMED
            rows[BookingLine].append(
                {"booking_id": booking, "category_id": category, "number": people, "state": state, "state_at": at}
            )
    olga = make.account("Olga", Role.OWNER, event)
    with transaction():
        for kind, made in rows.items():
            db.session.execute(insert(kind), made)
        cookie = begin_sign_in(olga.id, at=now())
    return event, cookie
