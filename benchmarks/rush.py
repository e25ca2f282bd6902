"""A rush: many more people than places, the whole way of each, over 64 connections; exactly the places are given.

A tenth of it in the default run, because the whole takes minutes; `--whole` does all: 5,000 people, 10 sessions of 450.
"""

import sys
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import func, select

from app.clock import now
from app.db import db
from benchmarks.client import Answer, Connection, Measured, measure
from benchmarks.ground import Ground, ground
from benchmarks.registrations import SLUG, hidden
from benchmarks.rows import Row
from registrations.models import BookingLine
from registrations.rules import BookingState
from tests.make import Make

ON_POSTGRESQL = True
SHARE = 1 if "--whole" in sys.argv else 10
PEOPLE, SESSIONS, CAPACITY, CONNECTIONS = 5000 // SHARE, 10, 450 // SHARE, 64
SAID = f"{PEOPLE:,} people on {SESSIONS} sessions of {CAPACITY}" + ("" if SHARE == 1 else ", a tenth (whole: --whole)")


def measure_all(database: str) -> list[Row]:
    """Everybody registers or, where it is full, joins the waiting list; the lines are counted afterwards."""
    with ground(database) as place:
        fill(place)
        with place.serving():
            row = Row("rush: form, post, ticket", database, CONNECTIONS, rush(place), SAID)
        given, waiting = people_in(BookingState.CONFIRMED), people_in(BookingState.WAITING)
    right = (given, waiting) == (SESSIONS * CAPACITY, PEOPLE - SESSIONS * CAPACITY)
    said = f"{given:,} confirmed, {waiting:,} waiting" + ("" if right else ": WRONG")
    return [row, Row("rush, places afterwards", database, note=said)]


def rush(place: Ground) -> Measured:
    """The whole way of each person; who is told that it is full ticks the waiting list and sends the form again."""

    async def work(connection: Connection, number: int) -> bool:
        code = f"t{number % SESSIONS + 1}"
        path = f"/events/{SLUG}/register?session={code}"
        form = (await connection.ask("GET", path)).body.decode()
        field = "waiting" if f'name="waiting" value="{code}"' in form else "sessions"
        typed = {**hidden(form), "name": f"架空 {number}", "category": "spectator", "consent": "y"}
        sent = await post(connection, path, {**typed, field: code})
        if sent.status == 409:
            sent = await post(connection, path, {**typed, "waiting": code})
        if sent.status != 303:
            return False
        ticket = await connection.ask("GET", sent.headers["location"].removeprefix(place.base_url))
        return ticket.status == 200 and b"qr.svg" in ticket.body

    return measure(place.base_url, work, connections=CONNECTIONS, count=PEOPLE)


async def post(connection: Connection, path: str, typed: dict[str, str]) -> Answer:
    """Send a form."""
    return await connection.ask(
        "POST", path, urlencode(typed).encode(), Content_Type="application/x-www-form-urlencoded"
    )


def fill(place: Ground) -> None:
    """An event with fewer places than people."""
    make, at = Make(place.app), now()
    event = make.event(SLUG, starts_on=at.date(), ends_on=at.date() + timedelta(days=3))
    for number in range(SESSIONS):
        make.session(event, starts_at=at + timedelta(hours=20 + 2 * number), capacity=CAPACITY)
    make.release(event)


def people_in(state: BookingState) -> int:
    """People whose lines are in this state."""
    db.session.rollback()
    return db.session.scalar(select(func.sum(BookingLine.number)).where(BookingLine.state == state)) or 0
