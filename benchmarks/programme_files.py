"""A workbook of a thousand sessions: read and laid over an empty programme, written under the lock, read once more; and
all of it with a browser's requests at a real server: file, rows, yes, written.

Beside the times of the clock stand those of the processor, which others on the same machine do not lengthen.
"""

import os
import re
import time
from collections.abc import Callable
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import HTTPRedirectHandler, Request, build_opener

from openpyxl import Workbook

from app.accounts.operations import begin_sign_in
from app.clock import now
from app.console.forms.programme_plan import Laid, laid_over
from app.db import db, transaction
from app.programme.models import Event
from app.programme.operations.tables import take_plan
from app.programme.queries.standing import standing_of
from app.web.actors import ANONYMOUS, Role
from benchmarks.client import Measured
from benchmarks.ground import Ground, ground
from benchmarks.rows import Row
from checkin.operations import prepare_door
from tests.make import Make

ON_POSTGRESQL = True
SESSIONS, ROOMS, PEOPLE, ORGANISATIONS = 1000, 20, 200, 100
HEADINGS = ["code", "title.ja", "title.en", "reading", "date", "begins", "ends", "room", "capacity", "admission",
            "appearances", "organisations", "description.ja", "description.en", "kind.ja", "languages"]  # fmt: skip


BOUNDARY = "----a-workbook"


class Stay(HTTPRedirectHandler):
    """Says where it is sent instead of going there."""

    def redirect_request(self, *_given: Any) -> None:
        return None


class Browser:
    """One signed-in person who sends forms."""

    def __init__(self, base: str, cookie: str) -> None:
        self.base, self.cookies = base, {"uketsuke": cookie}
        self.opener = build_opener(Stay)

    def get(self, path: str) -> str:
        """A page."""
        return self._ask(path)[0]

    def send(self, path: str, *, page: str, file: tuple[str, bytes] | None = None) -> str:
        """A form with the token of a page; where one is sent on to."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found is not None
        parts = [(b'name="csrf_token"', found[1].encode())]
        parts += [(f'name="file"; filename="{file[0]}"'.encode(), file[1])] if file else []
        lines = [b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), head, content)
                 for head, content in parts]  # fmt: skip
        return self._ask(path, b"".join(lines) + f"--{BOUNDARY}--\r\n".encode())[1]

    def _ask(self, path: str, body: bytes | None = None) -> tuple[str, str]:
        request = Request(urljoin(self.base, path), data=body)
        request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if body is not None:
            request.add_header("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
        try:
            answer = self.opener.open(request, timeout=60)
        except HTTPError as other:
            if other.code != 303:
                raise
            answer = other
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.read().decode(), answer.headers.get("Location", "")


def measure_all(database: str) -> list[Row]:
    """One round each: a programme is filled once."""
    with ground(database) as place, place.app.app_context():
        event = Make(place.app).event("bench")
        book = workbook(event)
        done, *reading = timed(lambda: laid(event, book))
        _none, *writing = timed(lambda: write(event, done))
        again, *second = timed(lambda: laid(event, book))
        assert (done.counts["new"], again.counts["same"]) == (SESSIONS + ROOMS + ORGANISATIONS + 1,) * 2
    name, weight = f"workbook of {SESSIONS:,} sessions", f"{len(book) / 1024:,.0f} KiB"
    return [
        row(f"{name}: what it would do", database, reading, weight),
        row(f"{name}: written, the write lock is held", database, writing, "one transaction"),
        row(f"{name}: read again, nothing changes", database, second, weight),
        whole_way(f"{name}: file sent, rows shown, yes, written", database),
    ]


def row(name: str, database: str, found: list[Any], note: str) -> Row:
    measured, processor = found
    return Row(name, database, 1, measured, f"{note}, processor {processor * 1000:,.0f} ms")


def whole_way(name: str, database: str) -> Row:
    """A browser's requests at a real server, until its page says that the programme is written."""
    with ground(database) as place, place.app.app_context():
        make = Make(place.app)
        event = make.event("bench")
        book = workbook(event)
        olga = make.account("Olga", Role.OWNER, event)
        with transaction():
            cookie = begin_sign_in(olga.id, at=now())
        db.session.rollback()
        with place.serving() as server:
            browser, files = Browser(place.base_url, cookie), "/console/events/bench/programme/files"
            browser.get(files)
            worked = processor_seconds(server.pid)
            _none, measured, _own = timed(lambda: brought(browser, files, book))
            worked = processor_seconds(server.pid) - worked
        assert programme_is_written(place, event)
    return Row(name, database, 1, measured, f"the server's processor {worked * 1000:,.0f} ms")


def brought(browser: Browser, files: str, book: bytes) -> None:
    """Choose the file, look at the rows, say yes, wait for the end."""
    rows = browser.send(files, page=browser.get(files), file=("book.xlsx", book))
    browser.send(f"{rows}/yes", page=browser.get(rows))
    while 'http-equiv="refresh"' in browser.get(rows):
        time.sleep(0.1)


def programme_is_written(place: Ground, event: Event) -> bool:
    with place.app.app_context():
        return len(standing_of(db.session.get_one(Event, event.id)).programme.sessions) == SESSIONS


def processor_seconds(pid: int) -> float:
    """What a process, its threads and its children used so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    children = [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return own + sum(processor_seconds(child) for child in children)


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
        prepare_door(db.session.get_one(Event, event.id))


def timed(work: Callable[[], Any]) -> tuple[Any, Measured, float]:
    """What it gave, how long it took, and what of that the processor worked for it."""
    started, worked = time.perf_counter(), time.process_time()
    found = work()
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    return found, Measured([seconds * 1000], seconds=seconds), processor
