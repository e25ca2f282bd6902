"""Attendance served from roll-ups with 10,000 and 1,000,000 ledger lines: data, pages, tables; rebuilding; and what the
roll-ups cost a check-in. `--huge` measures 10,000,000 lines, on SQLite alone."""

import sys
import time
from collections.abc import Callable
from functools import partial

from flask import current_app

from analytics.exports.tables import tables_of
from analytics.queries import figures_of
from analytics.queries.presence import presence_of
from app.accounts.operations import begin_sign_in
from app.clock import now
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Role
from benchmarks.client import Connection, Measured, measure
from benchmarks.ground import Ground, ground
from benchmarks.ledgers import a_large_event, one_line_more
from benchmarks.rows import Row
from checkin.operations.rebuilding import rebuild
from tests.make import NOON, Make

ON_POSTGRESQL = True
SIZES, HUGE = (10_000, 1_000_000), (10_000_000,)
ROUNDS = 7


def measure_all(database: str) -> list[Row]:
    """Medians over a few rounds: in the process, then over HTTP."""
    sizes = HUGE if "--huge" in sys.argv else SIZES
    return [row for lines in sizes for row in _measured(database, lines)]


def _measured(database: str, lines: int) -> list[Row]:
    with ground(database) as place:
        make = Make(place.app)
        event = db.session.merge(a_large_event(make, lines))
        rows = [_once("roll-ups made anew", database, lines, lambda: rebuild(event.id))]
        rows += [
            _some(what, database, lines, work)
            for what, work in (
                ("figures, nothing kept", partial(_figures, event)),
                ("figures, nothing new", partial(figures_of, event, at=now())),
                ("every standard table of them", partial(tables_of, figures_of(event, at=now()))),
                ("who is here now, nothing kept", partial(_presence, event)),
            )
        ]
        rows.append(_after_scans(database, event, lines))
        olga = make.account("Olga", Role.OWNER, event)
        with transaction():
            cookie = begin_sign_in(olga.id, at=now())
        with place.serving():
            rows += [
                Row(f"{what}, {lines:,} lines", database, 1, _asked(place, cookie, path))
                for what, path in _pages(event)
            ]
    return rows


def _figures(event: Event) -> None:
    for name in ("uketsuke_facts", "uketsuke_figures"):
        current_app.extensions.pop(name, None)
    figures_of(event, at=now())


def _after_scans(database: str, event: Event, lines: int) -> Row:
    """Figures each time one line more has come."""
    measured, began = Measured(), time.perf_counter()
    for number in range(ROUNDS):
        one_line_more(event.id, number)
        db.session.rollback()
        started = time.perf_counter()
        figures_of(event, at=now())
        measured.milliseconds.append((time.perf_counter() - started) * 1000)
    measured.seconds = time.perf_counter() - began
    return Row(f"figures after one more scan, {lines:,} lines", database, None, measured, "in the process")


def _presence(event: Event) -> None:
    current_app.extensions.pop("uketsuke_presence", None)
    presence_of(event, at=NOON)


def _pages(event: Event) -> list[tuple[str, str]]:
    base = f"/console/events/{event.slug}"
    return [
        ("attendance page", f"{base}/attendance"),
        ("today", f"{base}/today"),
        ("attendance by the API", f"/api/v1/events/{event.slug}/attendance"),
    ]


def _asked(place: Ground, cookie: str, path: str) -> Measured:
    async def ask(connection: Connection, _number: int) -> bool:
        answer = await connection.ask("GET", path, Cookie=f"uketsuke={cookie}")
        return answer.status == 200

    measure(place.base_url, ask, connections=1, count=2)
    return measure(place.base_url, ask, connections=1, count=ROUNDS)


def _some(what: str, database: str, lines: int, work: Callable[[], object]) -> Row:
    work()
    return Row(f"{what}, {lines:,} lines", database, None, _timed(work, ROUNDS), "in the process")


def _once(what: str, database: str, lines: int, work: Callable[[], object]) -> Row:
    return Row(f"{what}, {lines:,} lines", database, None, _timed(work, 1), "in the process, once")


def _timed(work: Callable[[], object], rounds: int) -> Measured:
    measured, began = Measured(), time.perf_counter()
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        measured.milliseconds.append((time.perf_counter() - started) * 1000)
    measured.seconds = time.perf_counter() - began
    return measured
