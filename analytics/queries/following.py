"""Where lines have come in since somebody looked: of places with none, what was summed up before still holds."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import Connection

from analytics.queries.recalling import recalled
from app.db import PLANNED_ONCE, db, is_writing
from app.direct import Bound, at_one_go, here
from checkin.queries.moved import (
    STANDING,
    Standing,
    ask_newer,
    fresh_since,
    ids_near,
    places_of,
    standing_in,
    standing_of,
    still_near,
)

KEPT = 20
FOLLOWED = "followed"


@contextmanager
def one_state(*, newest: bool = False) -> Iterator[Connection]:
    """A connection that sees one state of the database. On SQLite every reader does, of when the page began to read;
    newest: of now. On PostgreSQL each statement sees the newest one otherwise."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    if is_writing() or (on_sqlite and not newest):
        yield db.session.connection()
        return
    level = {} if on_sqlite else {"isolation_level": "REPEATABLE READ"}
    with db.engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


def plan_once(bind: Bound) -> None:
    """What follows in this state looks up keys, which PostgreSQL would otherwise plan anew for each list of them: that
    takes it longer than to find them."""
    if bind.dialect.name == "postgresql" and not is_writing():
        bind.connection.dbapi_connection.cursor().execute(PLANNED_ONCE)


def _beginning() -> str:
    return uuid4().hex


@dataclass
class Followed:
    """The ledger of one event as it was seen last, and how many lines came in since it was followed, by place. of: when
    that began, another mark whenever nobody could say where lines came in."""

    lock: Any = field(default_factory=Lock)
    standing: Standing | None = None
    near: set[int] = field(default_factory=set)
    of: str = field(default_factory=_beginning)
    lines: Counter[int] = field(default_factory=Counter)
    kept_at: Standing | None = None

    @classmethod
    def recalled(cls, event_id: int) -> "Followed":
        """As the server before left it, or anew."""
        found = recalled(here(), event_id, FOLLOWED)
        return cls() if found is None else cls(Lock(), *found)

    def packed(self) -> tuple[Any, ...]:
        """What `recalled` needs."""
        return self.standing, self.near, self.of, self.lines, self.standing

    def is_of(self, now: Standing) -> bool:
        """Whether no line came since."""
        return self.standing is not None and now[:4] == self.standing[:4]

    def look(self, bind: Connection, event_id: int) -> frozenset[int] | None:
        """Lines that came since; None: nobody can say which, all has to be read anew."""
        before = self.standing
        with at_one_go(bind):
            if before is not None:
                plan_once(bind)
            asked = STANDING.ask(bind, {"event_id": event_id})
            newer = None if before is None else ask_newer(bind, event_id, before)
        now = standing_in(asked)
        if self.is_of(now):
            return frozenset()
        self.standing = None  # until all of it is done
        fresh = None if before is None else fresh_since(bind, event_id, before, now, self.near, newer=newer)
        if fresh is None:
            self.of, self.lines = _beginning(), Counter()
            self.near = ids_near(bind, event_id, now.newest_id)
        elif fresh:
            self.lines += places_of(bind, fresh)
            self.near = still_near(bind, self.near, fresh, now.newest_id)
        self.standing = now
        return fresh


def seen_at(event_id: int) -> Mapping[int, object]:
    """By place something that is another whenever lines came in there, also for the server that is started next."""
    if is_writing():
        return defaultdict(int)
    all_seen: dict[int, Followed] = current_app.extensions.setdefault("uketsuke_followed", {})
    if len(all_seen) >= KEPT and event_id not in all_seen:
        all_seen.clear()
    followed = all_seen.get(event_id) or all_seen.setdefault(event_id, Followed.recalled(event_id))
    with followed.lock:
        if not followed.is_of(standing_of(here(), event_id)):
            with one_state() as bind:
                followed.look(bind, event_id)
        never = (followed.of, 0)
        return defaultdict(lambda: never, {one: (followed.of, lines) for one, lines in followed.lines.items()})
