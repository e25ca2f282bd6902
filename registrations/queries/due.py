"""To whom a letter is due by the clock alone: reminders, thanks, a class's numbers. Reads only, no lock."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, bindparam, cast, exists, func, literal, select

from app.db import db
from app.direct import Direct, among, here
from app.outbox.models import Letter
from app.programme.models import Event, EventSession
from app.programme.rules import EventStatus, SessionStatus
from registrations.models import Booking, BookingLine, Registration
from registrations.rules import BookingState, PartyKind

MORNING, FORENOON, EVENING = time(7), time(10), time(18)
"""The local time from which a letter of the same day, of another day, and thanks on the last evening go out."""
THANKS_WITHIN = timedelta(days=14)
CLASS_DUE_BEFORE = timedelta(days=3)
_STANDING = (
    Registration.cancelled_at.is_(None),
    Registration.blocked_at.is_(None),
    Registration.erased_at.is_(None),
    Registration.contact_email.is_not(None),
)


@dataclass(frozen=True)
class DueLetter:
    """A letter that nobody has written yet."""

    event_id: int
    kind: str
    registration_id: int
    language: str
    to_address: str
    cause: str
    facts: dict[str, Any] = field(default_factory=dict)


def reminders_due(at: datetime, *, most: int) -> list[DueLetter]:
    """So many days before the first day on which somebody has something confirmed, and on its morning.

    Who registered on this very day has just had a letter, and gets no other.
    """
    return list(islice(_reminders(at, most), most))


def thanks_due(at: datetime, *, most: int) -> list[DueLetter]:
    """So many days after the event's last day, for two weeks at most, to everybody who had something confirmed."""
    return list(islice(_thanks(at, most), most))


def class_numbers_due(at: datetime, *, most: int) -> list[DueLetter]:
    """Three days before the organiser's date, to classes that have not confirmed their numbers."""
    events = _events(
        Event.status == EventStatus.PUBLISHED,
        Event.class_numbers_due_at > at,
        Event.class_numbers_due_at <= at + CLASS_DUE_BEFORE,
    )
    found = (
        one
        for event in events
        for one in _without_letter(
            event.id,
            "class_due",
            f":{event.class_numbers_due_at:%Y-%m-%d}",
            most,
            Registration.party_kind == PartyKind.CLASS,
            Registration.numbers_confirmed_at.is_(None),
        )
    )
    return list(islice(found, most))


def classes_without_numbers(event_ids: list[int], *, at: datetime) -> dict[int, int]:
    """How many classes of each event let the organiser's date pass without confirming their numbers."""
    found = CLASSES_WITHOUT_NUMBERS.rows(here(), {"ids": event_ids, "at": at})
    return {row.id: int(row.number) for row in found if row.number}


def _reminders(at: datetime, most: int) -> Iterator[DueLetter]:
    for event in _events(Event.status == EventStatus.PUBLISHED, Event.ends_on >= at.date() - timedelta(days=1)):
        zone = ZoneInfo(event.timezone)
        local = at.astimezone(zone)
        for days in sorted({one for one in event.reminder_days if isinstance(one, int) and one >= 0}):
            if local.time() < (FORENOON if days else MORNING):
                continue
            day = local.date() + timedelta(days=days)
            begins = _midnight(day, zone)
            yield from _without_letter(
                event.id,
                "reminder",
                f":{day.isoformat()}:{days}",
                most,
                _confirmed_between(max(begins, at), _midnight(day + timedelta(days=1), zone)),
                ~_confirmed_between(None, begins),
                Registration.created_at < _midnight(local.date(), zone),
            )


def _thanks(at: datetime, most: int) -> Iterator[DueLetter]:
    over = Event.status.in_((EventStatus.PUBLISHED, EventStatus.CLOSED))
    for event in _events(over, Event.thanks_days.is_not(None), Event.ends_on <= at.date() + timedelta(days=1)):
        day = event.ends_on + timedelta(days=event.thanks_days)
        starts = datetime.combine(day, FORENOON if event.thanks_days else EVENING, ZoneInfo(event.timezone))
        if starts <= at < starts + THANKS_WITHIN:
            yield from _without_letter(event.id, "thanks", "", most, _confirmed_between(None, None))


def _events(*where: ColumnElement[bool]) -> list[Any]:
    columns = (
        Event.id, Event.timezone, Event.ends_on, Event.reminder_days, Event.thanks_days, Event.class_numbers_due_at,
    )  # fmt: skip
    return list(db.session.execute(select(*columns).where(Event.deleted_at.is_(None), *where).order_by(Event.id)))


def _without_letter(
    event_id: int, kind: str, ending: str, most: int, *where: ColumnElement[bool]
) -> Iterator[DueLetter]:
    cause = literal(f"{kind}:") + cast(Registration.id, String) + literal(ending)
    query = (
        select(Registration.id, Registration.language, Registration.contact_email, cause)
        .where(Registration.event_id == event_id, *_STANDING, *where, ~exists().where(Letter.cause == cause))
        .order_by(Registration.id)
        .limit(most)
    )
    for registration_id, language, address, text in db.session.execute(query).all():
        yield DueLetter(event_id, kind, registration_id, language, str(address), text)


def _confirmed_between(begins: datetime | None, ends: datetime | None) -> ColumnElement[bool]:
    """Whether the registration has confirmed places in a session that starts in this time."""
    held = (
        select(Booking.id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .where(
            Booking.registration_id == Registration.id,
            BookingLine.state == BookingState.CONFIRMED,
            EventSession.status == SessionStatus.PLANNED,
        )
    )
    if begins is not None:
        held = held.where(EventSession.starts_at >= begins)
    if ends is not None:
        held = held.where(EventSession.starts_at < ends)
    return held.correlate(Registration).exists()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


_WITHOUT_NUMBERS = (
    select(func.count())
    .where(
        Registration.event_id == Event.id,
        Registration.party_kind == PartyKind.CLASS,
        Registration.numbers_confirmed_at.is_(None),
        Registration.cancelled_at.is_(None),
        Registration.erased_at.is_(None),
    )
    .correlate(Event)
    .scalar_subquery()
)
CLASSES_WITHOUT_NUMBERS = Direct(
    select(Event.id, _WITHOUT_NUMBERS.label("number")).where(
        among(Event.id, "ids"), Event.class_numbers_due_at <= bindparam("at")
    )
)
"""Registrations are looked at only where the date is past."""
