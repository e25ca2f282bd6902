"""The parts of a programme beside its sessions, one at a time: the event itself, categories, venues, rooms, people,
organisations. What was changed meanwhile is never overwritten, what others depend on is never taken away.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from app.audit import record
from app.db import Model, db, lock, savepoint
from app.errors import Refused
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
from app.programme.queries.parts import users_of
from app.programme.rules import ParticipationRole
from app.web.actors import Actor

Part = TypeVar("Part", Event, Category, Venue, Room, Organisation, Speaker)
CODES: dict[type[Model], str] = {
    Category: "key", Venue: "slug", Room: "code", Organisation: "code", Speaker: "code", Event: "slug",
}  # fmt: skip


class Taken(Refused):
    """The code belongs to another one already."""

    def __init__(self) -> None:
        super().__init__("taken", "There is one with this code already.")


class StillUsed(Refused):
    """Others depend on it; `by`: the codes of the sessions that do, where sessions do."""

    def __init__(self, by: Iterable[str] = ()) -> None:
        self.by = tuple(by)
        super().__init__("in_use", "It is in use.")


def add_part(event: Event, part: Part, columns: Mapping[str, Any], *, at: datetime, actor: Actor) -> Part:
    """Add a new category, venue, room, organisation or person; `part` says whose it is. Raises Taken.

    A venue is used by the event from now on.
    """
    set_columns(part, columns)
    try:
        with savepoint():
            db.session.add(part)
            db.session.flush()
    except IntegrityError:
        raise Taken from None
    if isinstance(part, Venue):
        _use(event, part)
    record(actor, f"{_word(part)}.add", _subject(part), at=at, event_id=event.id)
    return part


def change_part(
    event: Event, part: Part, columns: Mapping[str, Any], *, version: int, at: datetime, actor: Actor
) -> Part:
    """Make it what the form says. `version`: the one that the form was made from.

    Raises ChangedMeanwhile, and TooFewPlaces if a room would take fewer people than are promised places in it.
    """
    part = _locked(part, version)
    whole: Any = part
    before = set_columns(part, columns)
    if before:
        db.session.flush()
        if isinstance(whole, Room) and (short := keep_limits(EventSession.room_id == whole.id)):
            raise TooFewPlaces(short)
        record(actor, f"{_word(part)}.change", _subject(part), at=at, event_id=event.id, changed=sorted(before))
    return part


def change_roles(
    event: Event,
    organisation: Organisation,
    roles: Mapping[ParticipationRole, list[Any]],
    *,
    took_part: bool | None,
    at: datetime,
    actor: Actor,
) -> None:
    """How an organisation takes part in the event: its roles with what is exhibited in each, and whether it came.

    The organisation's version rises, so that two people who change this hear of each other too.
    """
    chosen = select(Participation).filter_by(event_id=event.id, organisation_id=organisation.id)
    rows = {row.role: row for row in db.session.scalars(chosen)}
    last = db.session.scalar(select(func.max(Participation.position)).filter_by(event_id=event.id))
    changed = False
    for number, (role, exhibits) in enumerate(roles.items(), start=1 if last is None else last + 1):
        row = rows.pop(role, None)
        if row is None:
            row = Participation(event_id=event.id, organisation_id=organisation.id, role=role, position=number)
            db.session.add(row)
        changed |= bool(set_columns(row, {"exhibits": exhibits, "took_part": took_part}))
    for row in rows.values():
        db.session.delete(row)
    if changed or rows:
        flag_modified(organisation, "name")
        db.session.flush()
        facts = {"roles": [role.value for role in roles], "took_part": took_part}
        record(actor, "organisation.take_part", _subject(organisation), at=at, event_id=event.id, **facts)


def use_venue(event: Event, venue: Venue, *, at: datetime, actor: Actor) -> None:
    """Another of the host's venues is used by this event too."""
    if db.session.get(EventVenue, (event.id, venue.id)) is None:
        _use(event, venue)
        record(actor, "venue.use", _subject(venue), at=at, event_id=event.id)


def delete_part(event: Event, part: Part, *, version: int, at: datetime, actor: Actor) -> None:
    """Take it out of the programme; a venue and an organisation stay with the host, for its other events.

    Raises ChangedMeanwhile, StillUsed.
    """
    row: Any = _locked(part, version)
    subject = _subject(row)
    if isinstance(row, Category) and row.unknown:
        raise StillUsed
    if isinstance(row, Venue):
        _leave(event, row)
    elif isinstance(row, Organisation):
        change_roles(event, row, {}, took_part=None, at=at, actor=actor)
    else:
        _delete(row)
    record(actor, f"{_word(row)}.delete", subject, at=at, event_id=event.id)


def _locked(part: Part, version: int) -> Part:
    (row,) = lock(type(part), [part.id])
    if row.version != version:
        raise ChangedMeanwhile(row.version)
    return row


def _use(event: Event, venue: Venue) -> None:
    last = db.session.scalar(select(func.max(EventVenue.position)).filter_by(event_id=event.id))
    db.session.add(EventVenue(event_id=event.id, venue_id=venue.id, position=0 if last is None else last + 1))
    db.session.flush()


def _leave(event: Event, venue: Venue) -> None:
    if users := users_of(venue):
        raise StillUsed(users)
    db.session.execute(delete(EventVenue).filter_by(event_id=event.id, venue_id=venue.id))


def _delete(part: Any) -> None:
    if isinstance(part, Room | Speaker) and (users := users_of(part)):
        raise StillUsed(users)
    try:
        with savepoint():
            db.session.execute(delete(type(part)).where(type(part).id == part.id))
    except IntegrityError:
        raise StillUsed from None
    db.session.expunge(part)


def _word(part: Model) -> str:
    return type(part).__name__.lower()


def _subject(part: Any) -> str:
    return f"{_word(part)}:{getattr(part, CODES[type(part)])}"
