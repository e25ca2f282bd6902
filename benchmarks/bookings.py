"""An event with 120,000 bookings: pages that rest on them, with nothing new and after a registration was changed."""

import time
from collections.abc import Callable
from typing import Any

from analytics.queries.forecasts import forecasts_of
from analytics.queries.registering import demand_of, moves_of, parties_of
from app.accounts.operations import begin_sign_in
from app.clock import now
from app.db import db, transaction
from app.programme.models import Event
from app.web.actors import Role
from benchmarks.booked import PARTIES, PLACES_EACH, a_booked_event
from benchmarks.client import Connection, Measured, measure
from benchmarks.ground import Ground, ground
from benchmarks.ledgers import settle
from benchmarks.rows import Row
from checkin.operations.rebuilding import rebuild
from registrations.models import Registration
from registrations.operations import change
from registrations.rules import Application
from tests.make import Make

ON_POSTGRESQL = True
ROUNDS = 7
OF = f"after a registration changed, {PARTIES * PLACES_EACH:,} bookings"


def measure_all(database: str) -> list[Row]:
    """Medians over a few rounds: in the process, then over HTTP."""
    with ground(database) as place:
        make = Make(place.app)
        event = db.session.merge(a_booked_event(make))
        rebuild(event.id)
        settle()
        make.release(event)
        olga = make.account("Olga", Role.OWNER, event)
        with transaction():
            cookie = begin_sign_in(olga.id, at=now())
        rows = [_data(database, event, what, work) for what, work in DATA.items()]
        with place.serving():
            return rows + [_page(place, event, cookie, what, path) for what, path in PAGES.items()]


DATA: dict[str, Any] = {
    "forecasts": lambda event: forecasts_of(event, at=now()),
    "who did not come": parties_of,
    "demand": demand_of,
    "the curve": moves_of,
}
PAGES = {
    "forecasts": "/forecasts",
    "registrations in figures": "/attendance/registrations",
    "attendance page": "/attendance",
    "event, for who organises it": "/",
}


def _data(database: str, event: Event, what: str, work: Callable[[Event], object]) -> Row:
    """In the process. Aim: 5 ms."""
    first, measured = _once(work, event), Measured()
    for _ in range(ROUNDS):
        one_changed()
        db.session.refresh(event)  # as on a page, which has read whose figures it asks for
        measured.milliseconds.append(_once(work, event))
    measured.seconds = sum(measured.milliseconds) / 1000
    return Row(f"{what}, {OF}", database, None, measured, f"in the process; nothing kept {first:.0f} ms")


def _once(work: Callable[[Event], object], event: Event) -> float:
    began = time.perf_counter()
    work(event)
    return (time.perf_counter() - began) * 1000


def _page(place: Ground, event: Event, cookie: str, what: str, path: str) -> Row:
    """Over HTTP. Aim: 30 ms."""

    async def ask(connection: Connection, _number: int) -> bool:
        answer = await connection.ask("GET", f"/console/events/{event.slug}{path}", Cookie=f"uketsuke={cookie}")
        return answer.status == 200

    measure(place.base_url, ask, connections=1, count=2)
    again = measure(place.base_url, ask, connections=1, count=ROUNDS)
    newer = Measured()
    for _ in range(ROUNDS):
        one_changed()
        one = measure(place.base_url, ask, connections=1, count=1)
        newer.milliseconds += one.milliseconds
        newer.failures += one.failures
        newer.seconds += one.seconds
    return Row(f"{what}, {OF}", place.database, 1, newer, f"nothing new {again.quantile(0.5):.1f} ms")


def one_changed() -> None:
    """Somebody who booked two, another one each time, comes to one of them only and goes by another name."""
    with transaction():
        one = db.session.get_one(Registration, _CHANGED.pop(), populate_existing=True)
        codes = db.session.execute(_CODES, {"one": one.id}).scalars().all()
        change(one.id, Application("Ben", {"spectator": 1}, frozenset(codes[:1])), version=one.version, at=now())


_CHANGED = list(range(21, PARTIES, 21))
_CODES = db.text(
    "SELECT code FROM event_session JOIN booking ON session_id = event_session.id WHERE registration_id = :one"
)
