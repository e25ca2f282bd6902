"""Of which sessions and days registrations changed since somebody looked: of others, what was summed up before holds.

Every change of a registration raises the event's number, whose row is locked until it is committed, so numbers come in
their order on PostgreSQL too. What changed bears its number: the tickets of a registration that changed, and bookings
whose places moved. Who marks tickets moves places in sessions of that registration alone; who moves those of others (a
draw, an approval, an offer that ends) marks their bookings, and no ticket. So bookings are looked through only where
tickets do not account for every number.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from threading import Lock
from typing import Any, NamedTuple
from uuid import uuid4

from flask import current_app
from sqlalchemy import BigInteger, Integer, bindparam, select

from analytics.queries.recalling import recalled
from app.db import is_writing
from app.direct import Direct, among, here
from app.programme.models import Event, EventSession
from registrations.models import Booking, Registration, Ticket

KEPT = 20
WINDOW = 5000
"""So many changes are followed; after more of them everything is summed up anew."""
TOUCHED = "touched"


class Marks(NamedTuple):
    """By session id, and by the UTC day on which they were made, something that is another whenever registrations there
    changed, and greater the later that was; also for the server that is started next."""

    sessions: Mapping[int, Any]
    days: Mapping[date, Any]


def _beginning() -> str:
    return uuid4().hex


@dataclass
class Touched:
    """The registrations of one event as they were seen last, by the number of that state. of: when that began, another
    mark whenever nobody could say what changed; sessions, days: the number at which each was last seen to change."""

    lock: Any = field(default_factory=Lock)
    number: int | None = None
    of: str = field(default_factory=_beginning)
    sessions: dict[int, int] = field(default_factory=dict)
    days: dict[date, int] = field(default_factory=dict)
    kept_at: int | None = None

    @classmethod
    def recalled(cls, event_id: int) -> "Touched":
        """As the server before left it, or anew."""
        found = recalled(here(), event_id, TOUCHED)
        return cls() if found is None else cls(Lock(), *found)

    def to_write(self, far: int) -> tuple[Any, ...] | None:
        """What `recalled` needs, if so many changes came since it was written down."""
        with self.lock:
            if self.number is None or (self.kept_at is not None and self.number - self.kept_at < far):
                return None
            return self.number, self.of, dict(self.sessions), dict(self.days), self.number

    def look(self, event_id: int) -> None:
        """Follow what changed since."""
        now = change_number_of(event_id)
        before, self.number = self.number, None  # until all of it is done
        if before is None or not 0 <= now - before <= WINDOW:
            self.of, self.sessions, self.days = _beginning(), {}, {}
        elif before < now:
            self._mark(event_id, before, now)
        self.number = now

    def marks(self) -> Marks:
        never = (self.of, 0)
        sessions = {one: (self.of, number) for one, number in self.sessions.items()}
        days = {one: (self.of, number) for one, number in self.days.items()}
        return Marks(defaultdict(lambda: never, sessions), defaultdict(lambda: never, days))

    def _mark(self, event_id: int, before: int, now: int) -> None:
        since = {"event_id": event_id, "since": before}
        tickets = _TICKETS.rows(here(), since)
        changed = sorted({row.registration_id for row in tickets})
        sessions = {row.session_id for row in _SESSIONS.rows(here(), {"ids": changed})} if changed else set()
        if len({row.change_number for row in tickets if row.change_number <= now}) < now - before:
            sessions |= {row.session_id for row in _BOOKINGS.rows(here(), since)}
        self.sessions |= dict.fromkeys(sessions, now)
        self.days |= dict.fromkeys((row.created_at.astimezone(UTC).date() for row in tickets), now)


def touched(event_id: int) -> Marks:
    """As it stands now: ask before anything that rests on it is read."""
    if is_writing():
        return Marks(defaultdict(int), defaultdict(int))
    everything: dict[int, Touched] = current_app.extensions.setdefault("uketsuke_touched", {})
    if len(everything) >= KEPT and event_id not in everything:
        everything.clear()
    one = everything.get(event_id) or everything.setdefault(event_id, Touched.recalled(event_id))
    with one.lock:
        one.look(event_id)
        return one.marks()


def change_number_of(event_id: int) -> int:
    """The number that rises with every change of a registration of the event, as it stands now."""
    return int(CHANGED.rows(here(), {"event_id": event_id})[0].change_number)


def session_ids(event_id: int) -> list[int]:
    """Every session of the event."""
    return [row.id for row in _OF_EVENT.rows(here(), {"event_id": event_id})]


_EVENT = bindparam("event_id", type_=BigInteger())
_SINCE = bindparam("since", type_=Integer())
CHANGED = Direct(select(Event.change_number).where(Event.id == _EVENT))
_OF_EVENT = Direct(select(EventSession.id).where(EventSession.event_id == _EVENT))
_TICKETS = Direct(
    select(Ticket.registration_id, Ticket.change_number, Registration.created_at)
    .join(Registration, Registration.id == Ticket.registration_id)
    .where(Ticket.event_id == _EVENT, Ticket.change_number > _SINCE)
)
_SESSIONS = Direct(select(Booking.session_id).where(among(Booking.registration_id, "ids")).distinct())
_SESSION = Booking.session_id + 0
_BOOKINGS = Direct(
    select(_SESSION.label("session_id"))
    .where(Booking.change_number > _SINCE, _SESSION.in_(_OF_EVENT.statement))
    .distinct()
)
"""One way through the table: SQLite would take an index by session, which does not hold the number, and look each
booking up, which takes it twenty times as long."""
