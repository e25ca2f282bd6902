"""One thing of the programme at a time: added, changed, taken away; what somebody else changed meanwhile is never lost.

Every change locks its row and names the version that its form showed. Venues, rooms and organisations belong to the
host: taking one out of an event leaves it to the other events that use it.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.audit import record
from app.db import db, lock, savepoint
from app.errors import NotFound, Refused
from app.programme.models import (
    Category,
    Event,
    EventSession,
    EventVenue,
    Organisation,
    Participation,
    Room,
    Speaker,
    Venue,
)
from app.programme.operations.limits import TooFewPlaces, keep_limits
from app.programme.operations.rows import set_columns
from app.programme.operations.sessions import ChangedMeanwhile
from app.programme.queries.things import sessions_at_venue, sessions_in_room, sessions_naming, sessions_with
from app.programme.rules import EventStatus

Row = TypeVar("Row", Event, Category, Venue, Room, Speaker, Organisation, Participation)
STARTING_CATEGORIES: tuple[tuple[str, dict[str, str], dict[str, str], bool], ...] = (
    ("adult", {"ja": "一般", "en": "Adults"}, {"ja": "18歳以上の方", "en": "People of 18 and over"}, False),
    ("youth", {"ja": "中高生", "en": "Teenagers"}, {"ja": "中学生・高校生の方", "en": "Pupils of 12 to 17"}, True),
    ("child", {"ja": "小学生以下", "en": "Children"}, {"ja": "小学生以下のお子さま", "en": "Up to 11 years"}, True),
    ("unknown", {"ja": "区分不明", "en": "Not known"}, {"ja": "区分が分からない方", "en": "Nobody said"}, False),
)


class StillUsed(Refused):
    """Something depends on it. `code`: counted, unknown_category, sessions or taken; `sessions`: titles of those."""

    def __init__(self, code: str, sessions: list[dict[str, str]] | None = None) -> None:
        self.sessions = sessions or []
        super().__init__(code)


def create_event(host_id: int, columns: Mapping[str, Any], *, at: datetime, actor: Any) -> Event:
    """A draft with categories to begin with. Raises StillUsed if its address is taken."""
    if db.session.scalar(select(Event.id).where(Event.slug == columns["slug"])) is not None:
        raise StillUsed("taken")
    empty: dict[str, Any] = {name: {} for name in ("summary", "description", "fee", "how_to_take_part", "access")}
    event = Event(
        host_id=host_id, status=EventStatus.DRAFT, purpose=[], contact={}, source={}, languages=["ja", "en", "ja-easy"],
        scan_salt=secrets.token_bytes(32), created_at=at, **empty, **columns,
    )  # fmt: skip
    db.session.add(event)
    db.session.flush()
    for position, (key, label, belongs, minor) in enumerate(STARTING_CATEGORIES):
        kind = {"unknown": key == "unknown", "minor": minor}
        db.session.add(Category(event_id=event.id, key=key, label=label, belongs=belongs, position=position, **kind))
    db.session.flush()
    record(actor, "event.add", f"event:{event.uuid}", at=at, event_id=event.id, slug=event.slug)
    return event


def add_thing(event: Event, row: Row, *, at: datetime, actor: Any) -> Row:
    """A new row. Raises StillUsed if one of its name is there already."""
    try:
        with savepoint():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise StillUsed("taken") from None
    if isinstance(row, Venue):
        _use_venue(event, row)
    record(actor, f"{row.__tablename__}.add", _subject(row), at=at, event_id=event.id)
    return row


def use_venue(event: Event, venue_id: int, *, at: datetime, actor: Any) -> None:
    """A venue of the host serves this event too. Raises NotFound for another host's."""
    venue = db.session.scalars(select(Venue).filter_by(id=venue_id, host_id=event.host_id)).one_or_none()
    if venue is None:
        raise NotFound
    if db.session.get(EventVenue, (event.id, venue.id)) is None:
        _use_venue(event, venue)
        record(actor, "venue.use", _subject(venue), at=at, event_id=event.id)


def change_thing(
    event: Event, kind: type[Row], ident: int, columns: Mapping[str, Any], *, version: int, at: datetime, actor: Any
) -> Row:
    """Make the row what the form says. Raises NotFound, ChangedMeanwhile, StillUsed, TooFewPlaces."""
    row = _held(kind, ident, version)
    try:
        with savepoint():
            before = set_columns(row, columns)
            db.session.flush()
    except IntegrityError:
        raise StillUsed("taken") from None
    if not before:
        return row
    if "capacity" in before and (short := keep_limits(EventSession.room_id == row.id)):
        raise TooFewPlaces(short)
    changed = {name: [_plain(old), _plain(columns[name])] for name, old in before.items()}
    record(actor, f"{row.__tablename__}.change", _subject(row), at=at, event_id=event.id, changed=changed)
    return row


def delete_thing(event: Event, kind: type[Row], ident: int, *, version: int, at: datetime, actor: Any) -> None:
    """Take it away, or out of this event if others use it. Raises NotFound, ChangedMeanwhile, StillUsed."""
    row: Any = _held(kind, ident, version)
    subject, noun = _subject(row), row.__tablename__
    if isinstance(row, Category) and row.unknown:
        raise StillUsed("unknown_category")
    if using := _sessions_using(event, row):
        raise StillUsed("sessions", using)
    if isinstance(row, Venue):
        db.session.execute(delete(EventVenue).filter_by(event_id=event.id, venue_id=row.id))
    if isinstance(row, Organisation):
        db.session.execute(delete(Participation).filter_by(event_id=event.id, organisation_id=row.id))
    gone = _deleted(row)
    if not gone and not isinstance(row, Venue | Organisation):
        raise StillUsed("counted")
    record(actor, f"{noun}.delete" if gone else f"{noun}.leave", subject, at=at, event_id=event.id)


def _held(kind: type[Row], ident: int, version: int) -> Row:
    rows = lock(kind, [ident])
    if not rows:
        raise NotFound
    if rows[0].version != version:
        raise ChangedMeanwhile(rows[0].version)
    return rows[0]


def _use_venue(event: Event, venue: Venue) -> None:
    used = list(db.session.scalars(select(EventVenue.position).filter_by(event_id=event.id)))
    db.session.add(EventVenue(event_id=event.id, venue_id=venue.id, position=max(used, default=-1) + 1))
    db.session.flush()


def _sessions_using(event: Event, row: Any) -> list[dict[str, str]]:
    asked: dict[type, Any] = {Speaker: sessions_with, Room: sessions_in_room}
    if isinstance(row, Organisation):
        return sessions_naming(event.id, row.id)
    if isinstance(row, Venue):
        return sessions_at_venue(event.id, row.id)
    found: list[dict[str, str]] = asked[type(row)](row.id) if type(row) in asked else []
    return found


def _deleted(row: Any) -> bool:
    """Whether nothing else, in any event, held on to it."""
    kind = type(row)
    try:
        with savepoint():
            if kind is Venue:
                db.session.execute(delete(Room).where(Room.venue_id == row.id))
            db.session.execute(delete(kind).where(kind.id == row.id))
    except IntegrityError:
        return False
    db.session.expunge(row)
    return True


def _subject(row: Any) -> str:
    return f"{row.__tablename__}:{getattr(row, 'uuid', row.id)}"


def _plain(value: Any) -> Any:
    """A value as the record keeps it."""
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, str | int | bool | list | dict | None) else _written(value)


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
