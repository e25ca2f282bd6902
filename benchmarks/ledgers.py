"""Ledgers of any size for measuring, put into the database as fast as it takes them; their roll-ups are made after."""

import random
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, islice
from typing import Any
from uuid import UUID, uuid4

from app.clock import now
from app.db import db, transaction
from app.programme.models import Category, Event, EventSession, SessionPlaces
from checkin.models import Entry, EntryNumber, Place, Seal
from checkin.operations.rolling import Rolling
from registrations.models import Registration
from registrations.rules import ticket_code
from tests.make import NOON, Make

VENUES, SESSIONS, DAYS, DEVICES = 12, 60, 3, 24
CHUNK = 50_000
SCATTER, MIXED = 7919, 2654435761
"""Primes: steps from place to place that come to all of them, and where a ticket begins."""
AWAY = timedelta(minutes=20)
_NUMBERS = count()
ENTRY = (
    "id", "uuid", "event_id", "kind", "direction", "method", "place_id", "ticket_id", "registration_id", "device_id",
    "undoes_id", "received_at", "at", "day", "slot", "new_today", "booked", "reentry", "party_kind", "language",
)  # fmt: skip
REGISTRATION = ("id", "uuid", "event_id", "link", "language", "source", "party_kind", "created_at", "no_photo",
                "version")  # fmt: skip
TICKET = ("id", "event_id", "registration_id", "code", "rid", "number", "issued_at", "change_number")


@dataclass(frozen=True)
class Scene:
    """A place, and when people come to it."""

    place_id: int
    starts_at: datetime
    minutes: int


def a_large_event(make: Make, lines: int, slug: str = "large", *, noon: datetime = NOON) -> Event:
    """An event of three days, `noon` in the second, in twelve venues with sixty sessions, and a ledger of so many
    lines: three of five by a fifth as many tickets, every fiftieth of a class, the others taps; some undone, some
    returns."""
    today = _day_of(noon)
    event = make.event(slug, starts_on=today - timedelta(1), ends_on=today + timedelta(1))
    venues = [make.venue(event, f"{slug}-{number}") for number in range(VENUES)]
    rooms = [make.room(venue, "hall").id for venue in venues]
    with transaction():
        for venue in venues:
            days = (today + timedelta(days=offset) for offset in range(-1, DAYS - 1))
            db.session.add_all(Place(event_id=event.id, venue_id=venue.id, day=day) for day in days)
    for number in range(SESSIONS):
        starts_at = noon + timedelta(days=number % DAYS - 1, hours=number % 5)
        make.session(event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), room_id=rooms[number % VENUES])
    _fill(_Writing(event, lines, noon))
    return event


def _fill(writing: "_Writing") -> None:
    with transaction():
        refer_unchecked()
        insert_rows("registration", REGISTRATION, writing.registrations())
        insert_rows("ticket", TICKET, writing.tickets())
        numbers: list[tuple[int, int, int]] = []
        entries = writing.entries(numbers)
        while chunk := list(islice(entries, CHUNK)):
            insert_rows("entry", ENTRY, chunk)
            insert_rows("entry_number", ("entry_id", "category_id", "number"), numbers)
            numbers.clear()
        for table in ("registration", "ticket", "entry"):
            count_on(table)
        count_at_doors(writing.event_id)
    db.session.remove()


class _Writing:
    def __init__(self, event: Event, lines: int, noon: datetime) -> None:
        self.event_id, self.lines, self.rng = event.id, lines, random.Random(lines)
        self.categories = list(db.session.scalars(db.select(Category.id).filter_by(event_id=event.id)))
        self.scenes = _scenes(event.id, noon)
        self.persons, self.classes = max(1, lines // 5), max(1, lines // 200)
        self.comings = bytearray(self.persons + self.classes)
        self.first_ticket = int(db.session.scalar(db.select(db.func.max(Registration.id))) or 0) + 1
        self.first_line = int(db.session.scalar(db.select(db.func.max(Entry.id))) or 0) + 1
        db.session.rollback()

    def registrations(self) -> Iterable[tuple[Any, ...]]:
        for number in range(self.persons + self.classes):
            one = self.first_ticket + number
            kind = "person" if number < self.persons else "class"
            yield one, UUID(int=1 << 100 | one), self.event_id, f"link-{one}", "ja", "desk", kind, NOON, False, 1

    def tickets(self) -> Iterable[tuple[Any, ...]]:
        for number in range(self.persons + self.classes):
            one = self.first_ticket + number
            code = ticket_code(one << 24)
            yield one, self.event_id, one, code, one.to_bytes(12, "big"), f"{one:07d}", NOON, 0

    def entries(self, numbers: list[tuple[int, int, int]]) -> Iterator[tuple[Any, ...]]:
        """Lines; what each says of people is noted beside."""
        draw = self.rng.random
        taps: deque[tuple[int, Scene, datetime, dict[int, int], dict[str, Any]]] = deque(maxlen=1000)
        came: deque[tuple[int, Scene, datetime]] = deque(maxlen=1000)
        said: dict[str, Any]
        for number in range(self.lines):
            one, which = self.first_line + number, draw()
            scene, returns, is_class = self.rng.choice(self.scenes), which < 0.03 and bool(came), 0.6 <= which < 0.62
            if which < 0.62 and not returns:
                holder = (self.persons if is_class else 0) + int(draw() * (self.classes if is_class else self.persons))
                scene = self._next_place(holder)
            at = scene.starts_at + timedelta(seconds=self.rng.triangular(-1200, 60 * scene.minutes, 0))
            if returns:
                holder, scene, at = came.popleft()
                at += AWAY
            elif which < 0.6:
                came.append((holder, scene, at))
            if which < 0.62:
                ticket, people = self.first_ticket + holder, {self.categories[holder % len(self.categories)]: 1}
                said = {"ticket_id": ticket, "registration_id": ticket, "party_kind": "person", "language": "ja"}
                said |= {"booked": draw() < 0.7, "reentry": returns}
                if is_class:
                    people = {self.categories[1]: 28, self.categories[0]: 3}
                    said |= {"party_kind": "class", "method": "group_confirmed"}
            elif which < 0.99 or not taps:
                people = {self.categories[int(draw() * len(self.categories))]: 1}
                said = {"method": "tapped", "new_today": which < 0.8}
                taps.append((one, scene, at, people, said))
            else:
                undone, scene, at, people, said = taps.pop()
                people = {category: -many for category, many in people.items()}
                said = {**said, "kind": "undo", "undoes_id": undone}
            numbers.extend((one, category, many) for category, many in people.items())
            yield self._line(one, scene, at, **said)

    def _next_place(self, holder: int) -> Scene:
        """Where this ticket comes next, another place each time: at a door nobody comes in for the first time twice."""
        self.comings[holder] += 1
        return self.scenes[((holder * MIXED >> 8) + self.comings[holder] * SCATTER) % len(self.scenes)]

    def _line(self, one: int, scene: Scene, at: datetime, **said: Any) -> tuple[Any, ...]:
        row = {
            "id": one, "uuid": UUID(int=2 << 100 | one), "event_id": self.event_id, "kind": "entry", "direction": "in",
            "method": "scanned", "place_id": scene.place_id, "received_at": at, "at": at, "reentry": False,
            "day": _day_of(at), "slot": int(at.timestamp()) // 300, **said,
        }  # fmt: skip
        return tuple(row.get(column) for column in ENTRY)


def one_line_more(event_id: int) -> None:
    """A ticket that has come before, another one each time, comes to one place more, and is added to the roll-ups as at
    a door."""
    with transaction():
        after = next(_NUMBERS) * SCATTER % int(db.session.scalar(db.select(db.func.max(Entry.id))) or 1)
        like = db.session.execute(
            db.select(Entry.__table__)
            .where(Entry.event_id + 0 == event_id, Entry.party_kind == "person", Entry.undoes_id.is_(None))
            .where(Entry.id > after)  # by this alone: SQLite else sorts all lines of the event
            .order_by(Entry.id)
            .limit(1)
        ).one()
        columns = {name: value for name, value in like._mapping.items() if name != "id"} | {"uuid": uuid4()}
        been = db.select(Entry.place_id).where(Entry.registration_id == like.registration_id)
        elsewhere = db.select(Place.id).where(Place.event_id == event_id, Place.id.not_in(been))
        columns["place_id"] = db.session.scalar(elsewhere.order_by(Place.id <= like.place_id, Place.id).limit(1))
        columns["reentry"] = False
        category = db.session.scalars(db.select(EntryNumber.category_id).filter_by(entry_id=like.id)).first() or 0
        columns["id"] = db.session.scalar(db.insert(Entry.__table__).values(columns).returning(Entry.id))
        numbers = {category: 1}
        db.session.execute(db.insert(EntryNumber), [{"entry_id": columns["id"], "category_id": category, "number": 1}])
        rolling = Rolling()
        rolling.note([columns], [numbers])
        rolling.write(db.session.connection())
        came = {"present": SessionPlaces.present + 1, "arrived": SessionPlaces.arrived + int(bool(like.booked))}
        there = db.select(Place.session_id).filter_by(id=columns["place_id"]).scalar_subquery()
        db.session.execute(db.update(SessionPlaces).values(came).where(SessionPlaces.session_id == there))


def count_at_doors(event_id: int) -> None:
    """The counters of sessions after these lines; an undo turns the numbers of what it takes back."""
    number = EntryNumber.number
    here = (
        db.select(
            Place.session_id.label("one"),
            db.func.sum(number).label("present"),
            db.func.sum(db.case((Entry.booked, number), else_=0)).label("arrived"),
            db.func.sum(db.case((Entry.ticket_id.is_(None), number), else_=0)).label("anonymous"),
        )
        .join(Entry, Entry.place_id == Place.id)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.event_id == event_id, Entry.reentry.is_(False), Place.session_id.is_not(None))
        .group_by(Place.session_id)
    )
    counters = [{**row._mapping} for row in db.session.execute(here)]
    of = "UPDATE session_places SET present = :present, arrived = :arrived, anonymous = :anonymous"
    db.session.execute(db.text(f"{of} WHERE session_id = :one"), counters)


def settle() -> None:
    """As a minute after each line was written: the server has no line left to seal, and PostgreSQL has looked through
    its tables. One seal without a meaning stands for all, which takes a moment and not a minute."""
    with transaction():
        newest, lines = db.session.execute(db.select(db.func.max(Entry.id), db.func.count(Entry.id))).one()
        db.session.add(Seal(last_entry_id=newest, lines=lines, digest=bytes(32), sealed_at=now()))
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(db.text("VACUUM ANALYZE"))


def _scenes(event_id: int, noon: datetime) -> list[Scene]:
    """Sessions take an hour; entrances are open eight hours, from one before noon."""
    found = db.session.execute(
        db.select(Place.id, EventSession.starts_at, Place.day)
        .outerjoin(EventSession, EventSession.id == Place.session_id)
        .where(Place.event_id == event_id)
    )
    return [
        Scene(place_id, starts_at or noon + (day - _day_of(noon)) - timedelta(hours=1), 60 if starts_at else 480)
        for place_id, starts_at, day in found
    ]


def _day_of(at: datetime) -> date:
    """The event's day, which ends at four in the night in Japan."""
    return (at + timedelta(hours=5)).date()


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    connection: Any = db.session.connection().connection.driver_connection
    if db.engine.dialect.name == "postgresql":
        with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(columns))
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", (tuple(map(_stored, row)) for row in rows)
    )


def refer_unchecked() -> None:
    """PostgreSQL looks up each row that is referred to, which takes it three times as long as writing; it lets a
    superuser say that they are there."""
    if db.engine.dialect.name == "postgresql" and db.session.scalar(db.text("SHOW is_superuser")) == "on":
        db.session.execute(db.text("SET LOCAL session_replication_role = replica"))


def count_on(table: str) -> None:
    """Who writes a row after these gets the next number; SQLite sees to that itself."""
    if db.engine.dialect.name == "postgresql":
        last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        db.session.execute(db.text(last))


def _stored(value: Any) -> Any:
    """As SQLite holds it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value
