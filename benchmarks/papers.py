"""A thousand ticket PDFs of A4 with four sessions each: as one document, one after the other, and over HTTP."""

import random
import time
from datetime import timedelta

from app.clock import now
from app.web.languages import speak
from benchmarks.client import Connection, Measured, measure
from benchmarks.ground import Ground, ground
from benchmarks.rows import Row
from registrations.pdf import ticket_pdf
from registrations.queries import Sheet, party_of, sheet_of
from registrations.queries.tickets import PaperTicket
from registrations.rules import CODE_BITS, ticket_code
from tests.make import Make, both

SLUG, TICKETS, SESSIONS, ROUNDS = "bench", 1000, 4, 200
NAMES = ("架空 さくら", "見本 髙橋", "例示 𠮷田", "Sample Alex", "試山 﨑子")


def measure_all(database: str) -> list[Row]:
    """Every ticket has a code and a name of its own, so that nothing is drawn twice."""
    with ground(database) as place:
        sheet, link = fill(place)
        speak("ja")
        rows = [together(sheet, database), apart(sheet, database)]
        with place.serving():
            return [*rows, asked(place, link, database)]


def together(sheet: Sheet, database: str) -> Row:
    """All in one document."""
    tickets, began, worked = some(TICKETS, seed=1), time.perf_counter(), time.process_time()
    content = paper(sheet, tickets)
    note = f"{lasted(began, worked)}, {len(content) / 2**20:.1f} MiB"
    return Row(f"{TICKETS:,} ticket PDFs, in one document", database, note=note)


def apart(sheet: Sheet, database: str) -> Row:
    """A document each."""
    measured, began, worked = Measured(), time.perf_counter(), time.process_time()
    for ticket in some(TICKETS, seed=2):
        started = time.perf_counter()
        paper(sheet, [ticket])
        measured.milliseconds.append((time.perf_counter() - started) * 1000)
    measured.seconds = time.perf_counter() - began
    return Row(f"{TICKETS:,} ticket PDFs, one by one", database, None, measured, lasted(began, worked))


def lasted(began: float, worked: float) -> str:
    """On the clock, and of that the processor's, which a busy machine changes less."""
    return f"{time.perf_counter() - began:.2f} s, processor {time.process_time() - worked:.2f} s"


def asked(place: Ground, link: str, database: str) -> Row:
    """The same paper again and again, as a browser asks for it."""

    async def ask(connection: Connection, _number: int) -> bool:
        answer = await connection.ask("GET", f"/r/{link}/ticket.pdf")
        return answer.status == 200 and answer.body.startswith(b"%PDF")

    return Row("ticket PDF over HTTP", database, 8, measure(place.base_url, ask, connections=8, count=ROUNDS))


def paper(sheet: Sheet, tickets: list[PaperTicket]) -> bytes:
    party = party_of(sheet.registration.id)
    return ticket_pdf(sheet, tickets, base_url="https://uketsuke.example.jp", party=party)


def some(number: int, *, seed: int) -> list[PaperTicket]:
    chance = random.Random(seed)
    return [
        PaperTicket(f"{at:07d}", ticket_code(chance.getrandbits(CODE_BITS)), f"{NAMES[at % len(NAMES)]} {at}")
        for at in range(number)
    ]


def fill(place: Ground) -> tuple[Sheet, str]:
    """One registration for four sessions."""
    make, at = Make(place.app), now()
    event = make.event(SLUG, starts_on=at.date(), ends_on=at.date() + timedelta(days=3))
    sessions = [
        make.session(event, starts_at=at + timedelta(days=1, hours=2 * number), title=both(f"催し{number}のはなし"))
        for number in range(SESSIONS)
    ]
    made = make.registration(make.release(event), *sessions, at=at, numbers={"spectator": 1, "student": 2})
    sheet = sheet_of(made.id)
    assert sheet is not None
    return sheet, made.link
