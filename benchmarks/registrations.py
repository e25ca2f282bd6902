"""The whole way of an attendee: GET the form, POST it, GET the ticket; over 1, 8 and 64 connections."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

from sqlalchemy import func, select

from app.clock import now
from app.db import db
from app.programme.models import SessionPlaces
from benchmarks.client import Connection, Measured, measure
from benchmarks.ground import Ground, ground, memory_mib
from benchmarks.rows import Row
from registrations.models import Registration
from tests.make import Make

ON_POSTGRESQL = True
SLUG, SESSIONS, CAPACITY = "bench", 10, 2000
LOADS = ((1, 100), (8, 400), (64, 600))
WARM_UP = 30
FIELD = re.compile(r"<input[^>]*>")


def measure_all(database: str) -> list[Row]:
    """Ten sessions one can book, one place each time; the promised places must be exactly those registered."""
    with ground(database) as place:
        fill(place)
        with place.serving() as server:
            attendees(place, 8, WARM_UP)
            rows = [
                Row("registration: form, post, ticket", database, connections, attendees(place, connections, count),
                    f"memory then {memory_mib(server.pid):.0f} MiB")
                for connections, count in LOADS
            ]  # fmt: skip
        promised, registered = promises(), db.session.scalar(select(func.count()).select_from(Registration))
    return [*rows, Row("registration, places afterwards", database, note=f"{promised} promised to {registered}")]


def attendees(place: Ground, connections: int, count: int) -> Measured:
    """So many people register, each for one session."""

    async def work(connection: Connection, number: int) -> bool:
        path = f"/events/{SLUG}/register?session=t{number % SESSIONS + 1}"
        form = await connection.ask("GET", path)
        typed = {**hidden(form.body.decode()), "name": f"架空 {number}", "category": "spectator", "consent": "y"}
        sent = await connection.ask(
            "POST", path, urlencode(typed).encode(), Content_Type="application/x-www-form-urlencoded"
        )
        if sent.status != 303:
            return False
        ticket = await connection.ask("GET", sent.headers["location"].removeprefix(place.base_url))
        return ticket.status == 200 and b"qr.svg" in ticket.body

    return measure(place.base_url, work, connections=connections, count=count)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a form, as a browser would send them."""
    fields = {}
    for tag in FIELD.findall(page):
        named = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if named.get("type") == "hidden":
            fields[named["name"]] = unescape(named.get("value", ""))
    return fields


def fill(place: Ground) -> None:
    """An event that takes registrations, released."""
    make, at = Make(place.app), now()
    event = make.event(SLUG, starts_on=at.date(), ends_on=at.date() + timedelta(days=3))
    for number in range(SESSIONS):
        make.session(event, starts_at=at + timedelta(hours=20 + 2 * number), capacity=CAPACITY)
    make.release(event)


def promises() -> int:
    """Places promised over all sessions."""
    db.session.rollback()
    return db.session.scalar(select(func.sum(SessionPlaces.promised))) or 0
