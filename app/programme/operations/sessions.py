"""Event sessions one at a time: added, changed, moved, cancelled, deleted; what was changed meanwhile is never lost.

Every act locks the session's row, then the row of its places. Times are judged as those of a file are.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from app.audit import record
from app.db import db, lock, savepoint
from app.errors import NotFound, Refused
from app.programme.models import (
    Appearance,
    Event,
    EventSession,
    FurtherRoom,
    SessionOrganisation,
    SessionPlaces,
    Speaker,
)
from app.programme.operations.limits import TooFewPlaces, keep_limits
from app.programme.operations.rows import replace_rows, set_columns
from app.programme.queries.sessions import Names, event_facts, names_of, session_facts
from app.programme.rules import SessionStatus
from app.programme.rules.documents import session_document, session_of
from app.programme.rules.facts import EventSessionFacts, SpeakerFacts
from app.programme.rules.faults import BadDocument, Fault, shown
from app.programme.rules.times import times_of_session
from app.web.actors import Actor

_DETAILS = ("room", "further_rooms", "appearances", "organisations")


class ChangedMeanwhile(Refused):
    """Somebody else changed the session since the form was opened."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__("changed_meanwhile", "Somebody else changed this session meanwhile.")


class InUse(Refused):
    """People booked the session or came to it: it can be cancelled, never deleted."""

    def __init__(self) -> None:
        super().__init__("in_use", "People booked this session or came to it; cancel it instead.")


class AlreadyShared(Refused):
    """Places are promised already, perhaps to several parties: it cannot become a session for one alone."""

    def __init__(self, promised: int) -> None:
        self.promised = promised
        super().__init__("already_shared", f"{promised} places are promised already.")


class Same(StrEnum):
    """Stands for a room that stays as it is."""

    ROOM = "same room"


def add_session(
    event: Event, wanted: EventSessionFacts, *, people: Iterable[SpeakerFacts] = (), at: datetime, actor: Actor
) -> EventSession:
    """A new session. `people`: those on stage whom the event does not know yet. Raises BadDocument."""
    _refuse_wrong_times(event, wanted)
    taken = db.session.scalar(select(EventSession.id).filter_by(event_id=event.id, code=wanted.code))
    if taken is not None:
        raise BadDocument([Fault("code", shown(wanted.code), "a code of its own", "taken")])
    names = _with_people(event, people)
    session = EventSession(event_id=event.id, uuid=uuid4())
    set_columns(session, _columns(wanted, names))
    db.session.add(session)
    db.session.flush()
    _write_details(session.id, wanted, names)
    keep_limits(EventSession.id == session.id)
    record(actor, "session.add", f"session:{session.uuid}", at=at, event_id=event.id, code=wanted.code)
    return session


def change_session(
    event: Event,
    code: str,
    wanted: EventSessionFacts,
    *,
    version: int,
    people: Iterable[SpeakerFacts] = (),
    at: datetime,
    actor: Actor,
) -> EventSession:
    """Make the session what the form says; its code stays. `version`: the one that the form showed.

    Raises ChangedMeanwhile, TooFewPlaces, AlreadyShared, BadDocument.
    """
    session = locked_session(event, code)
    if session.version != version:
        raise ChangedMeanwhile(session.version)
    _refuse_wrong_times(event, wanted)
    return _carry_out(event, session, replace(wanted, code=code), "session.change", people=people, at=at, actor=actor)


def move_session(
    event: Event,
    code: str,
    *,
    starts_at: str | None = None,
    minutes: int | None = None,
    room: str | None = Same.ROOM,
    version: int,
    at: datetime,
    actor: Actor,
) -> EventSession:
    """Another start (local, as in a document; the length stays), another length, another room; the door moves along.

    Raises ChangedMeanwhile, TooFewPlaces, BadDocument.
    """
    session = locked_session(event, code)
    if session.version != version:
        raise ChangedMeanwhile(session.version)
    before = session_facts(session)
    moved = _moved(event, before, starts_at, minutes)
    if room != Same.ROOM:
        further = [one for one in before.further_rooms if one != room]
        moved = replace(moved, room=room or None, further_rooms=further)
    return _carry_out(event, session, moved, "session.move", at=at, actor=actor)


def cancel_session(event: Event, code: str, *, version: int, at: datetime, actor: Actor) -> EventSession:
    """It does not take place. Bookings stay, so that restoring brings everything back."""
    return _set_status(event, code, SessionStatus.CANCELLED, version=version, at=at, actor=actor)


def restore_session(event: Event, code: str, *, version: int, at: datetime, actor: Actor) -> EventSession:
    """It takes place after all."""
    return _set_status(event, code, SessionStatus.PLANNED, version=version, at=at, actor=actor)


def delete_session(event: Event, code: str, *, version: int, at: datetime, actor: Actor) -> None:
    """Take the session away as if it never was. Raises InUse if anybody booked it or came, even if cancelled since."""
    session = locked_session(event, code)
    if session.version != version:
        raise ChangedMeanwhile(session.version)
    places = lock(SessionPlaces, [session.id])
    if any(one.promised or one.arrived or one.present or one.anonymous for one in places):
        raise InUse
    try:
        with savepoint():
            db.session.execute(delete(EventSession).where(EventSession.id == session.id))
    except IntegrityError:
        raise InUse from None
    for row in (session, *places):
        db.session.expunge(row)
    record(actor, "session.delete", f"session:{session.uuid}", at=at, event_id=event.id, code=code)


def locked_session(event: Event, code: str) -> EventSession:
    """The session, fresh and locked. Raises NotFound."""
    found = db.session.scalar(select(EventSession.id).filter_by(event_id=event.id, code=code))
    rows = lock(EventSession, [found]) if found is not None else []
    if not rows:
        raise NotFound
    return rows[0]


def _set_status(
    event: Event, code: str, status: SessionStatus, *, version: int, at: datetime, actor: Actor
) -> EventSession:
    session = locked_session(event, code)
    if session.status is status:
        return session
    if session.version != version:
        raise ChangedMeanwhile(session.version)
    session.status = status
    db.session.flush()
    verb = "session.cancel" if status is SessionStatus.CANCELLED else "session.restore"
    record(actor, verb, f"session:{session.uuid}", at=at, event_id=event.id)
    return session


def _moved(event: Event, before: EventSessionFacts, starts_at: str | None, minutes: int | None) -> EventSessionFacts:
    """The same session at its new time; what the door had before the start and after the end stays."""
    facts = event_facts(event)
    document = session_document(before, facts)
    if starts_at is not None:
        document["starts_at"] = starts_at
        _refuse([one for one in times_of_session(facts, document) if one.name == "starts_at" and one.kind != "order"])
    length = before.ends_at - before.starts_at if minutes is None else timedelta(minutes=minutes)
    begins = session_of({**document, "ends_at": document["starts_at"]}, facts).starts_at
    moved = replace(
        before,
        starts_at=begins,
        ends_at=begins + length,
        booking_closes_at=min(closes, begins + length) if (closes := before.booking_closes_at) else None,
        door_opens_at=begins - (before.starts_at - before.door_opens_at),
        door_closes_at=max(begins, begins + length + (before.door_closes_at - before.ends_at)),
    )
    _refuse_wrong_times(event, moved)
    return moved


def _refuse_wrong_times(event: Event, wanted: EventSessionFacts) -> None:
    facts = event_facts(event)
    _refuse(times_of_session(facts, session_document(wanted, facts)))


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise BadDocument(faults)


def _carry_out(
    event: Event,
    session: EventSession,
    wanted: EventSessionFacts,
    verb: str,
    *,
    people: Iterable[SpeakerFacts] = (),
    at: datetime,
    actor: Actor,
) -> EventSession:
    """Write what differs, raise the version even if only rooms or people differ, keep the limit, and say so."""
    before = session_facts(session)
    _refuse_sharing(session, wanted)
    names = _with_people(event, people)
    set_columns(session, _columns(wanted, names))
    different = {name: (value, getattr(wanted, name)) for name, value in vars(before).items()
                 if value != getattr(wanted, name)}  # fmt: skip
    if not different:
        return session
    flag_modified(session, "code")
    _write_details(session.id, wanted, names)
    db.session.flush()
    if short := keep_limits(EventSession.id == session.id):
        raise TooFewPlaces(short)
    facts = {name: [_plain(old), _plain(new)] for name, (old, new) in different.items() if name not in _DETAILS[2:]}
    others = sorted(set(different) - set(facts))
    record(actor, verb, f"session:{session.uuid}", at=at, event_id=event.id, changed=facts, others=others)
    return session


def _refuse_sharing(session: EventSession, wanted: EventSessionFacts) -> None:
    (places,) = lock(SessionPlaces, [session.id])
    if wanted.one_party and not session.one_party and places.promised:
        raise AlreadyShared(places.promised)


def _plain(value: Any) -> Any:
    """A value as the record keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _columns(session: EventSessionFacts, names: Names) -> dict[str, Any]:
    plain = {name: value for name, value in vars(session).items() if name not in _DETAILS}
    return {**plain, "room_id": names.room(session.room) if session.room else None}


def _with_people(event: Event, people: Iterable[SpeakerFacts]) -> Names:
    """Everything that a session may name, newly named people included."""
    db.session.add_all([Speaker(event_id=event.id, **vars(one)) for one in people])
    db.session.flush()
    return names_of(event)


def _write_details(session_id: int, wanted: EventSessionFacts, names: Names) -> None:
    of = {"session_id": session_id}
    further = [{**of, "room_id": names.room(room)} for room in wanted.further_rooms]
    people = [
        {**of, "speaker_id": names.speaker(one.speaker), "role": one.role, "affiliation": one.affiliation,
         "position": n}
        for n, one in enumerate(wanted.appearances)
    ]  # fmt: skip
    organisations = [
        {**of, "organisation_id": names.organisation(one.organisation), "role": one.role, "position": n}
        for n, one in enumerate(wanted.organisations)
    ]
    for kind, rows in ((FurtherRoom, further), (Appearance, people), (SessionOrganisation, organisations)):
        replace_rows(kind, kind.session_id == session_id, rows)
