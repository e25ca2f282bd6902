"""Sheets and rosters that were printed to be typed in, and have not been since."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import Account
from app.audit import AuditEntry
from app.db import db
from app.programme.models import EventSession, Venue
from checkin.models import Entry, Place
from checkin.queries.door import entrance_code
from checkin.queries.undone import stands
from checkin.rules import EntryKind, Method

KINDS = ("tally", "roster")
"""What is counted with strokes; who is booked, with a box to tick."""
PRINTED, UNUSED = "print", "unused"


@dataclass(frozen=True)
class PrintedSheet:
    """Paper that may still lie somewhere. kind: one of KINDS; printed_at: the last time, and by whom."""

    place_id: int
    kind: str
    printed_at: datetime
    printed_by: str | None


def subjects_of(event_id: int) -> dict[int, str]:
    """What the audit calls each place of an event: a session, or a venue's entrance on a day."""
    places = db.session.execute(
        select(Place.id, EventSession.uuid, Venue.slug, Place.day)
        .outerjoin(EventSession, EventSession.id == Place.session_id)
        .outerjoin(Venue, Venue.id == Place.venue_id)
        .where(Place.event_id == event_id)
    )
    return {place: entrance_code(venue, day) if day else f"session:{session}" for place, session, venue, day in places}


def sheets_printed(event_id: int) -> list[PrintedSheet]:
    """The last printing of each sheet and roster not typed in since, nor said not to be used."""
    verbs = [f"{kind}.{what}" for kind in KINDS for what in (PRINTED, UNUSED)]
    told = db.session.execute(
        select(AuditEntry.subject, AuditEntry.verb, AuditEntry.at, Account.name)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(AuditEntry.event_id == event_id, AuditEntry.verb.in_(verbs))
        .order_by(AuditEntry.at, AuditEntry.id)
    ).all()
    if not told:
        return []
    newest = {(subject, *verb.split(".")): (at, name) for subject, verb, at, name in told}
    typed, found = _typed(event_id), []
    for place, subject in subjects_of(event_id).items():
        for kind in KINDS:
            at, by = newest.get((subject, kind, PRINTED), (None, None))
            done = (typed.get((place, kind)), newest.get((subject, kind, UNUSED), (None, None))[0])
            if at is not None and all(one is None or one < at for one in done):
                found.append(PrintedSheet(place, kind, at, by))
    return found


def _typed(event_id: int) -> dict[tuple[int | None, str], datetime]:
    """When something of paper that stands was typed in last: strokes have no ticket, ticks have one."""
    strokes = Entry.ticket_id.is_(None)
    rows = db.session.execute(
        select(Entry.place_id, strokes, func.max(Entry.received_at))
        .where(Entry.event_id == event_id, Entry.method == Method.PAPER, Entry.kind != EntryKind.UNDO, stands())
        .group_by(Entry.place_id, strokes)
    )
    return {(place, KINDS[0] if bare else KINDS[1]): at for place, bare, at in rows}
