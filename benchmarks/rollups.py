"""Figures served from roll-ups with 10,000 and 1,000,000 ledger lines: the data, every page and every table over HTTP,
and the server's memory. `--huge` measures 10,000,000 lines, on SQLite alone."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from flask import current_app

from analytics.charts import MEDIA
from analytics.exports import doors, registering
from analytics.exports.pictures import PICTURES
from analytics.exports.tables import NAMES, tables_of
from analytics.operations.editions import draft_edition, issue_edition
from analytics.queries import figures_of
from analytics.queries.crossing import crossing_of
from analytics.queries.facts import facts_of
from analytics.queries.presence import presence_of
from analytics.rules import Attendance, Measure
from analytics.rules.crossing import Dimension
from app.accounts.operations import begin_sign_in
from app.clock import now
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Actor, Role
from app.web.languages import LANGUAGES
from benchmarks.client import Connection, Measured, measure
from benchmarks.ground import Ground, ground, memory_mib, watching_memory
from benchmarks.ledgers import a_large_event, one_line_more, settle
from benchmarks.rows import Row
from checkin.operations.rebuilding import rebuild
from tests.make import Make

ON_POSTGRESQL = True
SIZES, HUGE = (10_000, 1_000_000), (10_000_000,)
ROUNDS = 7
CROSSED = (
    (Dimension.SESSION, Dimension.CATEGORY, Measure.PEOPLE),
    (Dimension.ROOM, Dimension.DAY, Measure.PEOPLE),
    (Dimension.ORGANISATION, Dimension.LEAD, Measure.PEOPLE),
    (Dimension.LANGUAGE, Dimension.DAY, Measure.VISITS),
)
"""Of each kind one: where or when, twice that, neither; and visits."""


def measure_all(database: str) -> list[Row]:
    """Medians over a few rounds: in the process, then over HTTP."""
    sizes = HUGE if "--huge" in sys.argv else SIZES
    return [row for lines in sizes for row in _measured(database, lines)]


def _measured(database: str, lines: int) -> list[Row]:
    with ground(database) as place:
        make, began = Make(place.app), time.perf_counter()
        noon = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
        event = db.session.merge(a_large_event(make, lines, noon=noon))
        filled = Row(f"ledger of {lines:,} lines", database, note=f"written in {time.perf_counter() - began:.0f} s")
        rows = [filled, _once("roll-ups made anew", database, lines, lambda: rebuild(event.id))]
        settle()
        make.release(event)
        _issue(event)
        rows += _data(database, event, lines) + _crossings(database, event, lines)
        return rows + _Served(place, event, _sign_in(make, event), lines).rows()


def _data(database: str, event: Event, lines: int) -> list[Row]:
    """In the process. Aim: 5 ms."""
    at = now()
    return [
        _some("figures, nothing kept", database, lines, partial(_figures, event)),
        _some("figures, nothing new", database, lines, partial(figures_of, event, at=at)),
        _some("every standard table of them", database, lines, partial(tables_of, figures_of(event, at=at))),
        _some("who is here now, nothing kept", database, lines, partial(_presence, event, at)),
        _some("figures after one more scan", database, lines, partial(figures_of, event, at=at), event),
    ]


def _crossings(database: str, event: Event, lines: int) -> list[Row]:
    """The first reading of all, which adds up every line, and then of others."""
    rows, facts = [], facts_of(event)
    for first, second, of in CROSSED:
        cross = partial(crossing_of, event, facts, rows=first, columns=second, measure=of)
        with current_app.test_request_context():
            rows.append(_once(f"{of.value} by {first.value} and {second.value}, first reading", database, lines, cross))
    return rows


def _figures(event: Event) -> None:
    for name in ("uketsuke_facts", "uketsuke_figures", "uketsuke_sums"):
        current_app.extensions.pop(name, None)
    figures_of(event, at=now())


def _presence(event: Event, at: datetime) -> None:
    current_app.extensions.pop("uketsuke_presence", None)
    presence_of(event, at=at)


def _issue(event: Event) -> None:
    """The edition that the public reads."""
    draft = draft_edition(event, Attendance.VISITS, figures_of(event, at=now()))
    with transaction():
        issue_edition(event, draft, still_open={}, at=now(), actor=Actor())


def _sign_in(make: Make, event: Event) -> str:
    olga = make.account("Olga", Role.OWNER, event)
    with transaction():
        return begin_sign_in(olga.id, at=now())


@dataclass(frozen=True)
class _Served:
    """An event of so many lines, on ground that a server answers for, and Olga's sign-in."""

    place: Ground
    event: Event
    cookie: str
    lines: int

    def rows(self) -> list[Row]:
        """Over HTTP. Aim: 30 ms a page. One row for each: nothing new; and in the note the first answer of a server,
        and those after one more scan each."""
        rows = []
        for what, path in _main_pages(self.event):  # each the first that a server of its own answers
            with self.place.serving():
                first = self.ask(path, rounds=1)
                rows.append(self.page(what, path, f"first of a server {_ms(first)}; "))
        with self.place.serving() as server:
            rows += [self.page(what, path) for what, path in _other_pages(self.event)]
            memory = f"{memory_mib(server.pid):.0f} MiB after all of these, what is shared counted once"
            charts = self.charts(server.pid)
        rows += [Row(f"memory of the server, {self.lines:,} lines", self.place.database, note=memory), charts]
        with self.place.serving():  # another one, which recalls what this one left
            rows += [self.first(what, path) for what, path in _costly_pages(self.event)]
        return rows

    def charts(self, pid: int) -> Row:
        """Every chart in every form and language from four connections, and the server's memory meanwhile. Aim: 250
        MiB."""
        base = f"/console/events/{self.event.slug}/attendance"
        addresses = [f"{base}/charts/{name}" for name in PICTURES] + [f"{base}/rooms/charts/gates"]
        paths = [f"{one}.{form}?lang={lang}" for form in MEDIA for lang in LANGUAGES for one in addresses]

        async def ask(connection: Connection, number: int) -> bool:
            answer = await connection.ask("GET", paths[number], Cookie=f"uketsuke={self.cookie}")
            return answer.status == 200

        with watching_memory(pid) as seen:
            asked = measure(self.place.base_url, ask, connections=4, count=len(paths))
        note = f"memory meanwhile {max(seen):.0f} MiB at most, {seen[-1]:.0f} at the end, what is shared counted once"
        return Row(f"every chart once, {self.lines:,} lines", self.place.database, 4, asked, note)

    def first(self, what: str, path: str) -> Row:
        """The first answer of a server that was started again. Aim: 1 s."""
        name = f"{what}, first after a restart, {self.lines:,} lines"
        return Row(name, self.place.database, 1, self.ask(path, rounds=1))

    def page(self, what: str, path: str, note: str = "") -> Row:
        early = self.ask(path, rounds=2)
        again = self.ask(path, rounds=ROUNDS)
        newer = Measured()
        for _ in range(ROUNDS):
            one_line_more(self.event.id)
            db.session.rollback()
            one = self.ask(path, rounds=1)
            newer.milliseconds += one.milliseconds
            newer.failures += one.failures
        failed = early.failures + newer.failures
        note += f"after a scan {_ms(newer)}" + (f"; {failed} of these failed" if failed else "")
        return Row(f"{what}, {self.lines:,} lines", self.place.database, 1, again, note)

    def ask(self, path: str, *, rounds: int) -> Measured:
        async def ask(connection: Connection, _number: int) -> bool:
            answer = await connection.ask("GET", path, Cookie=f"uketsuke={self.cookie}")
            return answer.status == 200

        return measure(self.place.base_url, ask, connections=1, count=rounds)


def _main_pages(event: Event) -> list[tuple[str, str]]:
    base = f"/console/events/{event.slug}"
    return [
        ("attendance page", f"{base}/attendance"),
        ("today", f"{base}/today"),
        ("attendance by the API", f"/api/v1/events/{event.slug}/attendance"),
    ]


def _costly_pages(event: Event) -> list[tuple[str, str]]:
    """Those that once read every line, or every booking."""
    base = f"/console/events/{event.slug}"
    figures = f"{base}/attendance"
    return [
        ("attendance page", figures),
        ("doors and rooms", f"{figures}/rooms"),
        ("registrations in figures", f"{figures}/registrations"),
        ("forecasts", f"{base}/forecasts"),
        ("people by session and category", f"{figures}/crossed?rows=session&columns=category&of=people"),
    ]


def _other_pages(event: Event) -> list[tuple[str, str]]:
    base, api = f"/console/events/{event.slug}", f"/api/v1/events/{event.slug}"
    figures, rooms, registrations = (f"{base}/attendance{rest}" for rest in ("", "/rooms", "/registrations"))
    return [
        ("event, for who organises it", f"{base}/"),
        ("crossed table", f"{figures}/crossed"),
        _costly_pages(event)[-1],
        ("doors and rooms", rooms),
        ("registrations in figures", registrations),
        ("forecasts", f"{base}/forecasts"),
        ("public figures", f"/events/{event.slug}/figures"),
        ("open data, CSV", f"/events/{event.slug}/data/attendance.csv"),
        ("where there is room, on a screen", f"/events/{event.slug}/room?screen=big"),
        ("crossed table by the API", f"{api}/attendance/crossed"),
        ("doors and rooms by the API", f"{api}/attendance/rooms"),
        ("registrations by the API", f"{api}/attendance/registrations"),
        *((f"table {name}, CSV", f"{figures}/{name}.csv") for name in NAMES),
        *((f"table {name}, CSV", f"{rooms}/{name}.csv") for name in doors.NAMES),
        *((f"table {name}, CSV", f"{registrations}/{name}.csv") for name in registering.NAMES),
    ]


def _ms(measured: Measured) -> str:
    return f"{measured.quantile(0.5):.1f} ms"


def _some(what: str, database: str, lines: int, work: Callable[[], object], scanned: Event | None = None) -> Row:
    """scanned: to whose ledger a line is added before each time."""
    work()
    measured, began = Measured(), time.perf_counter()
    for _ in range(ROUNDS):
        if scanned is not None:
            one_line_more(scanned.id)
            db.session.refresh(scanned)  # as on a page, which has read whose figures it asks for
        started = time.perf_counter()
        work()
        measured.milliseconds.append((time.perf_counter() - started) * 1000)
    measured.seconds = time.perf_counter() - began
    return Row(f"{what}, {lines:,} lines", database, None, measured, "in the process")


def _once(what: str, database: str, lines: int, work: Callable[[], object]) -> Row:
    measured, began, processor = Measured(), time.perf_counter(), time.process_time()
    work()
    measured.seconds, processor = time.perf_counter() - began, time.process_time() - processor
    measured.milliseconds.append(measured.seconds * 1000)
    return Row(
        f"{what}, {lines:,} lines", database, None, measured, f"in the process, once; its processor {processor:.2f} s"
    )
