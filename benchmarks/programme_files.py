"""A workbook of a thousand sessions: read and laid over an empty programme, written under the lock, read once more."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from app.clock import now
from app.console.forms.programme_plan import Laid, laid_over
from app.db import db, transaction
from app.programme.models import Event
from app.programme.operations.tables import take_plan
from app.programme.queries.standing import standing_of
from app.web.actors import ANONYMOUS
from benchmarks.client import Measured
from benchmarks.ground import ground
from benchmarks.rows import Row
from tests.make import Make

ON_POSTGRESQL = True
SESSIONS, ROOMS, PEOPLE, ORGANISATIONS = 1000, 20, 200, 100
HEADINGS = ["code", "title.ja", "title.en", "reading", "date", "begins", "ends", "room", "capacity", "admission",
            "appearances", "organisations", "description.ja", "description.en", "kind.ja", "languages"]  # fmt: skip


def measure_all(database: str) -> list[Row]:
    """One round each: a programme is filled once."""
    with ground(database) as place, place.app.app_context():
        event = Make(place.app).event("bench")
        book = workbook(event)
        done, reading = timed(lambda: laid(event, book))
        _none, writing = timed(lambda: write(event, done))
        again, second = timed(lambda: laid(event, book))
        assert (done.counts["new"], again.counts["same"]) == (SESSIONS + ROOMS + ORGANISATIONS + 1,) * 2
    name, weight = f"workbook of {SESSIONS:,} sessions", f"{len(book) / 1024:,.0f} KiB"
    return [
        Row(f"{name}: what it would do", database, 1, reading, weight),
        Row(f"{name}: written, under the lock", database, 1, writing, "one transaction"),
        Row(f"{name}: read again, nothing changes", database, 1, second, weight),
    ]


def workbook(event: Event) -> bytes:
    """Sessions of made-up people and organisations in twenty new rooms and the one that is there."""
    book = Workbook()
    book.remove(book.worksheets[0])
    rooms = [["new", f"r{number:02}", f"室{number}", 100] for number in range(ROOMS)]
    organisations = [[f"org-{number}", f"架空団体{number}", "npo"] for number in range(ORGANISATIONS)]
    tables: dict[str, list[list[Any]]] = {
        "sessions": [HEADINGS, *(session(event, number) for number in range(SESSIONS))],
        "venues": [["slug", "name.ja"], ["new", "新館"]],
        "rooms": [["venue", "code", "name.ja", "capacity"], *rooms],
        "organisations": [["code", "name.ja", "kind"], *organisations],
    }
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def session(event: Event, number: int) -> list[Any]:
    room = f"new/r{number % ROOMS:02}" if number % 2 else f"hall-{event.id}/room"
    who, party = f"架空 人物{number % PEOPLE} | 登壇 | 架空大学", f"org-{number % ORGANISATIONS} | 協力"
    begins, ends = f"{9 + number % 9}:00", f"{10 + number % 9}時30分"
    texts = ["説明文です。" * 20, "A description. " * 20, "講演", "日本語"]
    names = [f"s-{number:04}", f"催し{number}", f"Session {number}", "もよおし"]
    return [*names, str(event.starts_on), begins, ends, room, 20 + number % 50, "事前申込制", who, party, *texts]


def laid(event: Event, book: bytes) -> Laid:
    db.session.rollback()
    files = [("book.xlsx", book)]
    return laid_over(files, standing_of(event), language="ja", today=now().date(), progress=lambda: None)


def write(event: Event, done: Laid) -> None:
    with transaction():
        take_plan(event.id, done.plan.programme, mark=done.mark, uuids=done.uuids, at=now(), actor=ANONYMOUS)


def timed(work: Callable[[], Any]) -> tuple[Any, Measured]:
    """What it gave, and how long it took."""
    started = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - started
    return found, Measured([seconds * 1000], seconds=seconds)
