"""The timetable of ten days, thirty rooms and a thousand sessions: the whole page, and asked again unchanged."""

import gzip
from collections.abc import Callable
from datetime import timedelta

from app.clock import now
from app.programme.rules import AdmissionRule
from benchmarks.client import Answer, Connection, Measured, measure
from benchmarks.ground import Ground, ground
from benchmarks.rows import Row
from tests.make import Make, both

ON_POSTGRESQL = True
SLUG, DAYS, ROOMS, SESSIONS = "bench", 10, 30, 1000
PATH = f"/events/{SLUG}/timetable"
ROUNDS = 60


def measure_all(database: str) -> list[Row]:
    """Warm: the release is in memory, as it is after the first reader."""
    with ground(database) as place:
        fill(place)
        with place.serving():
            return rows(place, database)


def rows(place: Ground, database: str) -> list[Row]:
    page = first(place)
    tag = page.headers["etag"]
    weight = f"{len(page.body) / 1024:,.0f} KiB, {len(gzip.compress(page.body)) / 1024:,.0f} compressed"
    whole = asked(place, lambda answer: answer.status == 200)
    unchanged = asked(place, lambda answer: answer.status == 304, tag)
    return [
        Row(f"timetable, {SESSIONS:,} sessions", database, 1, whole, weight),
        Row(f"timetable, {SESSIONS:,} sessions, unchanged", database, 1, unchanged, "304 by its ETag"),
    ]


def first(place: Ground) -> Answer:
    """The page as the first reader gets it."""
    kept: list[Answer] = []

    async def ask(connection: Connection, _number: int) -> bool:
        kept.append(await connection.ask("GET", PATH))
        return kept[-1].status == 200

    measure(place.base_url, ask, connections=1, count=5)
    return kept[-1]


def asked(place: Ground, well: Callable[[Answer], bool], tag: str = '""') -> Measured:
    """Asked over and over by a reader who holds the page of this tag."""

    async def ask(connection: Connection, _number: int) -> bool:
        return well(await connection.ask("GET", PATH, If_None_Match=tag))

    return measure(place.base_url, ask, connections=1, count=ROUNDS)


def fill(place: Ground) -> None:
    """Every kind of admission, in thirty rooms of three venues, five sessions of an hour in each room over the days."""
    make, at = Make(place.app), now()
    event = make.event(SLUG, starts_on=at.date(), ends_on=at.date() + timedelta(days=DAYS))
    venues = [make.venue(event, f"venue-{number}") for number in range(3)]
    rooms = [make.room(venues[number % 3], f"room-{number}").id for number in range(ROOMS)]
    rules = tuple(AdmissionRule)
    for number in range(SESSIONS):
        make.session(
            event,
            starts_at=at + timedelta(days=1 + number % DAYS, hours=number // (DAYS * ROOMS) * 2),
            room_id=rooms[number // DAYS % ROOMS],
            title=both(f"催し{number}のはなし", f"Talk number {number}"),
            kind=both("講演", "Talk"),
            admission=rules[number % len(rules)],
            capacity=40,
        )
    make.release(event)
