"""The attendance page with 10,000 ledger lines: the data alone, the page, the API, a file, and one picture drawn."""

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from flask import Flask, current_app

from analytics.charts import draw
from analytics.exports.pictures import pictures_of
from analytics.queries import figures_of
from app.accounts.operations import begin_sign_in
from app.clock import now
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Role
from benchmarks.client import Connection, Measured, measure
from benchmarks.ground import Ground, ground
from benchmarks.rows import Row
from checkin.models import Place
from checkin.rules import Method
from registrations.rules import PartyKind
from tests.analytics.ledger import Holder, Ledger
from tests.make import NOON, Make

ON_POSTGRESQL = True
LINES = 10_000
TICKETS = 3_000
SESSIONS = 30
ROUNDS = 15


def measure_all(database: str) -> list[Row]:
    """Medians over a few rounds: in the process, then over HTTP."""
    with ground(database) as place:
        event, cookie = _fill(place.app)
        rows = [_data(event, database), *_drawing(event, database)]
        with place.serving():
            rows += [_asked(place, database, cookie, what, path) for what, path in _pages(event)]
    return rows


def _pages(event: Event) -> list[tuple[str, str]]:
    base = f"/console/events/{event.slug}/attendance"
    return [
        ("attendance page, 10,000 lines, none new", base),
        ("attendance by the API, 10,000 lines", f"/api/v1/events/{event.slug}/attendance"),
        ("attendance as CSV, 10,000 lines", f"{base}/days.csv"),
        ("a chart that is kept", f"{base}/charts/days.svg"),
    ]


def _data(event: Event, database: str) -> Row:
    """All figures of the event, read and counted, without a page."""

    def once() -> None:
        current_app.extensions.pop("uketsuke_tallies", None)
        figures_of(event, at=now())

    return Row("attendance data, 10,000 lines", database, None, _timed(once), "in the process, after every new line")


def _drawing(event: Event, database: str) -> list[Row]:
    """Each chart, drawn anew."""
    figures = figures_of(event, at=now())
    drawn = pictures_of(figures)
    return [
        Row(f"drawing the chart {name}", database, None,
            _timed(partial(draw, one.chart, one.frame, shape="wide", form="svg")), "SVG, not kept")
        for name, one in drawn.items()
    ]  # fmt: skip


def _asked(place: Ground, database: str, cookie: str, what: str, path: str) -> Row:
    async def ask(connection: Connection, _number: int) -> bool:
        answer = await connection.ask("GET", path, Cookie=f"uketsuke={cookie}")
        return answer.status == 200

    measure(place.base_url, ask, connections=1, count=2)
    return Row(what, database, 1, measure(place.base_url, ask, connections=1, count=ROUNDS))


def _timed(once: Callable[[], object]) -> Measured:
    once()
    measured, began = Measured(), time.perf_counter()
    for _ in range(ROUNDS):
        started = time.perf_counter()
        once()
        measured.milliseconds.append((time.perf_counter() - started) * 1000)
    measured.seconds = time.perf_counter() - began
    return measured


def _fill(app: Flask) -> tuple[Event, str]:
    """An event of three days with 30 sessions in two venues and a ledger as a busy one leaves it; Olga's sign-in."""
    make, rng = Make(app), random.Random(1161)
    event = make.event("bench")
    annex = make.venue(event, "annex")
    rooms = [make.room(annex, f"room-{number}").id for number in range(4)]
    sessions = [
        make.session(
            event, starts_at=NOON + timedelta(days=number % 3 - 1, hours=number % 5), room_id=rng.choice(rooms)
        )
        for number in range(SESSIONS)
    ]
    _write(Ledger(event), {session.id: session.starts_at for session in sessions}, rng)
    olga = make.account("Olga", Role.OWNER, event)
    with transaction():
        cookie = begin_sign_in(olga.id, at=now())
    return event, cookie


def _write(ledger: Ledger, starts: dict[int, datetime], rng: random.Random) -> None:
    rows = db.session.scalars(db.select(Place).filter_by(event_id=ledger.event.id)).all()
    categories = ledger.categories()
    people: list[Holder] = ledger.tickets(TICKETS)
    classes = ledger.tickets(60, PartyKind.CLASS)
    for number in range(LINES):
        place = rows[number % len(rows)]
        at = starts.get(place.session_id or 0, NOON) + timedelta(minutes=rng.triangular(-20, 60, 0))
        kind = rng.random()
        if kind < 0.6:
            ledger.enter(rng.choice(people), place.id, {rng.choice(categories): 1}, at=at, reentry=kind < 0.05)
        elif kind < 0.65:
            ledger.enter(
                rng.choice(classes),
                place.id,
                {categories[1]: 28, categories[0]: 3},
                at=at,
                method=Method.GROUP_CONFIRMED,
            )
        elif kind < 0.98:
            ledger.tap(place.id, {rng.choice(categories): 1}, at=at, new_today=kind < 0.8)
        else:
            ledger.undo(ledger.lines[-1], at=at)
    ledger.write()
