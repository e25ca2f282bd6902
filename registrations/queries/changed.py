"""Whom a release concerns, and what it changed for them: read from releases, not from the staff's own tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, exists, func, select

from app.db import db
from app.programme.models import EventSession, Release
from app.programme.queries import published, released
from app.programme.rules.facts import EventSessionFacts, Programme, Texts
from app.programme.rules.releases import TOLD, to_tell
from registrations.models import Booking, BookingLine, Registration
from registrations.queries.clashing import clashes
from registrations.queries.sheets import Sheet
from registrations.rules import BookingState

CONCERNED = (
    BookingState.CONFIRMED,
    BookingState.PENDING,
    BookingState.WAITING,
    BookingState.APPLIED,
    BookingState.OFFERED,
)
"""States of a booking whose people still mean to come."""
_STANDING = (
    Registration.cancelled_at.is_(None),
    Registration.blocked_at.is_(None),
    Registration.erased_at.is_(None),
)
_AT_NEW_TIME = frozenset({"moved", "restored"})
_STILL_MEANT = exists().where(BookingLine.booking_id == Booking.id, BookingLine.state.in_(CONCERNED))


@dataclass(frozen=True)
class Addressee:
    """A standing registration that booked what changed; `sessions`: the codes of those."""

    registration_id: int
    language: str
    address: str | None
    sessions: tuple[str, ...]


@dataclass(frozen=True)
class Concerned:
    """How many registrations booked what changed."""

    with_address: int = 0
    without_address: int = 0


@dataclass(frozen=True)
class Seen:
    """A session as one release shows it."""

    title: Texts
    starts_at: datetime
    ends_at: datetime
    venue: Texts | None
    floor: str | None
    room: Texts | None
    online: bool


@dataclass(frozen=True)
class Difference:
    """What changed for somebody who booked a session: kinds of `to_tell`, before and after (None: withdrawn). `beside`:
    what else they hold places in at its new time, more than they have people."""

    code: str
    kinds: tuple[str, ...]
    before: Seen
    after: Seen | None
    beside: tuple[Texts, ...] = ()


def codes_to_tell(before: Programme | None, after: Programme, *, at: datetime) -> list[str]:
    """The sessions whose change between two releases those who booked must hear of."""
    known = before.session if before else {}
    return [code for code, session in known.items() if to_tell(session, after.session.get(code), at=at)]


def codes_at_new_times(before: Programme | None, after: Programme, *, at: datetime) -> list[str]:
    """Those of `codes_to_tell` that now take place at a time at which they did not."""
    known = before.session if before else {}
    return [code for code, one in known.items() if _AT_NEW_TIME & {*to_tell(one, after.session.get(code), at=at)}]


def concerned(event_id: int, codes: Iterable[str]) -> Concerned:
    """How many registrations a release that changes these sessions would be told to."""
    sessions = _sessions(event_id, codes)
    if not sessions:
        return Concerned()
    reachable = func.sum(case((Registration.contact_email.is_not(None), 1), else_=0))
    booked = select(Booking.registration_id).where(Booking.session_id.in_(sessions), _STILL_MEANT)
    query = select(func.count(), reachable).where(*_STANDING, Registration.id.in_(booked))
    every, some = db.session.execute(query).one()
    return Concerned(int(some or 0), int(every) - int(some or 0))


def to_be_told_otherwise(event_id: int, codes: Iterable[str]) -> list[str]:
    """Which of these sessions, by code, somebody without a mail address has booked: no letter tells them."""
    sessions = _sessions(event_id, codes)
    if not sessions:
        return []
    query = (
        select(Booking.session_id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(*_STANDING, Registration.contact_email.is_(None), Booking.session_id.in_(sessions), _STILL_MEANT)
    )
    return sorted(sessions[one] for one in db.session.scalars(query.distinct()))


def addressees(event_id: int, codes: Iterable[str]) -> list[Addressee]:
    """Everybody whom a release that changes these sessions concerns, in two queries."""
    sessions = _sessions(event_id, codes)
    if not sessions:
        return []
    query = (
        select(Registration.id, Registration.language, Registration.contact_email, Booking.session_id)
        .join(Booking, Booking.registration_id == Registration.id)
        .where(*_STANDING, Booking.session_id.in_(sessions), _STILL_MEANT)
        .order_by(Registration.id, Booking.session_id)
    )
    found: dict[int, tuple[str, str | None, list[str]]] = {}
    for registration_id, language, address, session_id in db.session.execute(query):
        found.setdefault(registration_id, (language, address, []))[2].append(sessions[session_id])
    return [Addressee(one, language, address, tuple(codes)) for one, (language, address, codes) in found.items()]


def differences(event_id: int, since: Mapping[str, int], *, registration_id: int, at: datetime) -> list[Difference]:
    """What is different now for a registration from how each session stood in the release of that number, by time.

    `since`: session code to release number. What was changed back has no difference.
    """
    now = published(event_id).programme
    found = [_difference(released(event_id, number).programme, now, code, at) for code, number in since.items()]
    ordered = sorted((one for one in found if one), key=lambda one: ((one.after or one.before).starts_at, one.code))
    at_new_times = [one.code for one in ordered if _AT_NEW_TIME & {*one.kinds}]
    groups = [one.codes for one in clashes(event_id, now, at_new_times, registration_id=registration_id)]
    return [replace(one, beside=_beside(one.code, groups, now)) for one in ordered]


def _beside(code: str, groups: Iterable[tuple[str, ...]], programme: Programme) -> tuple[Texts, ...]:
    others = dict.fromkeys(other for group in groups if code in group for other in group if other != code)
    return tuple(programme.session[one].title for one in others)


def _sessions(event_id: int, codes: Iterable[str]) -> dict[int, str]:
    wanted = set(codes)
    if not wanted:
        return {}
    found = db.session.execute(select(EventSession.id, EventSession.code).where(EventSession.event_id == event_id))
    return {session_id: code for session_id, code in found if code in wanted}


def changed_since_booked(sheet: Sheet, *, at: datetime) -> dict[str, Difference]:
    """By session code: what releases changed in it after its places were booked, as things stand now."""
    booked = {one.code: one.booked_at for one in sheet.standing}
    if not booked or sheet.released_at <= min(booked.values()):
        return {}
    query = select(Release.number, Release.released_at, Release.changes).where(
        Release.event_id == sheet.live.id, Release.released_at > min(booked.values())
    )
    since: dict[str, int] = {}
    for number, released_at, changes in db.session.execute(query.order_by(Release.number)):
        for change in changes:
            code = change.get("session")
            if code in booked and change["kind"] in TOLD and released_at > booked[code]:
                since.setdefault(code, number - 1)
    found = differences(sheet.live.id, since, registration_id=sheet.registration.id, at=at)
    return {one.code: one for one in found}


def _difference(old: Programme, now: Programme, code: str, at: datetime) -> Difference | None:
    before, after = old.session.get(code), now.session.get(code)
    kinds = to_tell(before, after, at=at)
    if before is None or not kinds:
        return None
    return Difference(code, kinds, _seen(old, before), _seen(now, after) if after else None)


def _seen(programme: Programme, session: EventSessionFacts) -> Seen:
    venue, room = programme.room.get(session.room or "", (None, None))
    return Seen(
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        venue=venue.name if venue else None,
        floor=room.floor if room else None,
        room=room.name if room else None,
        online=session.online,
    )
