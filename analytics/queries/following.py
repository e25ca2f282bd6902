"""Where lines have come in since somebody looked: of places with none, what was summed up before still holds."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from flask import current_app
from sqlalchemy import Connection

from app.db import db, is_writing
from app.direct import here
from checkin.queries.moved import Standing, fresh_since, ids_near, places_of, standing_of, still_near

KEPT = 20


@contextmanager
def one_state() -> Iterator[Connection]:
    """A connection that sees one state of the database. On SQLite every reader does; on PostgreSQL each statement sees
    the newest one otherwise."""
    if db.engine.dialect.name == "sqlite" or is_writing():
        yield db.session.connection()
        return
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        yield connection


@dataclass
class Followed:
    """The ledger of one event as it was seen last, and how often lines were seen to have come in, by place. anew: how
    often nobody could say where."""

    lock: Any = field(default_factory=Lock)
    standing: Standing | None = None
    near: set[int] = field(default_factory=set)
    of: object = field(default_factory=object)
    anew: int = 0
    times: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def is_of(self, now: Standing) -> bool:
        """Whether no line came since."""
        return self.standing is not None and now[:4] == self.standing[:4]

    def look(self, bind: Connection, event_id: int) -> frozenset[int] | None:
        """Lines that came since; None: nobody can say which, all has to be read anew."""
        now, before = standing_of(bind, event_id), self.standing
        if self.is_of(now):
            return frozenset()
        self.standing = None  # until all of it is done
        fresh = None if before is None else fresh_since(bind, event_id, before, now, self.near)
        if fresh is None:
            self.anew += 1
            self.near = ids_near(bind, event_id, now.newest_id)
        elif fresh:
            self.near = still_near(bind, self.near, fresh, now.newest_id)
        for place in places_of(bind, fresh) if fresh else ():
            self.times[place] += 1
        self.standing = now
        return fresh


def seen_at(event_id: int) -> Mapping[int, object]:
    """By place something that is another whenever lines came in there."""
    if is_writing():
        return defaultdict(int)
    all_seen: dict[int, Followed] = current_app.extensions.setdefault("uketsuke_followed", {})
    if len(all_seen) >= KEPT and event_id not in all_seen:
        all_seen.clear()
    followed = all_seen.setdefault(event_id, Followed())
    with followed.lock:
        if not followed.is_of(standing_of(here(), event_id)):
            with one_state() as bind:
                followed.look(bind, event_id)
        never = (followed.of, followed.anew, 0)
        return defaultdict(lambda: never, {one: (*never[:2], times) for one, times in followed.times.items()})
