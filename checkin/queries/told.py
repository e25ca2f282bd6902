"""What a device hears of conflicts in which it had a part: found ones, and what people made of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from app.accounts.models import Device, DeviceContact
from app.db import Texts, db
from app.programme.models import EventSession, Venue
from app.web.actors import DeviceActor
from checkin.models import Conflict, Entry, Gate, Place, Scan
from checkin.rules import ConflictKind
from checkin.rules.settling import TOLD_AT_ONCE, Settlement
from registrations.models import Ticket

OVERLAP = timedelta(seconds=5)
"""What was committed while the last answer was on its way is told with the next one; twice told does no harm."""
MOST = 50
"""So many, and whatever happened in the same moment as the last of them; the next contact hears the rest."""


_TAKEN_BACK_THERE = and_(Conflict.resolution == Settlement.TAKEN_OFF.value, Conflict.resolved_by_id.is_(None))
"""By the door itself, which knows."""


@dataclass(frozen=True)
class Message:
    """One of them. `settled`: what people made of it; None: it was found."""

    conflict: UUID
    kind: ConflictKind
    settled: Settlement | None
    at: datetime | None
    gate: Texts | None
    place: Texts | None
    number: str | None

    @property
    def id(self) -> str:
        """The same whenever it is told."""
        return f"{self.conflict}:{self.settled.value if self.settled else 'found'}"


def told_until(device_id: int) -> datetime:
    """Up to when a device has heard of conflicts: until its last contact, or since it was made."""
    made_at, heard_at = db.session.execute(
        select(Device.created_at, DeviceContact.told_until)
        .outerjoin(DeviceContact, DeviceContact.device_id == Device.id)
        .where(Device.id == device_id)
    ).one()
    until: datetime = heard_at or made_at
    return until


def messages_for(scanner: DeviceActor, *, since: datetime, until: datetime) -> tuple[list[Message], datetime]:
    """What this device's door should hear since then, the oldest first, and up to when it has heard everything now: it
    made the scan, or it counted the same ticket there."""
    after = since - OVERLAP
    counted_it = exists().where(
        Entry.registration_id == Ticket.registration_id,
        Entry.ticket_id == Conflict.ticket_id,
        Entry.place_id == Conflict.place_id,
        Entry.device_id == scanner.device_id,
    )
    found = and_(Conflict.found_at > after, Conflict.found_at <= until, Conflict.kind.in_(TOLD_AT_ONCE))
    settled = and_(Conflict.resolved_at > after, Conflict.resolved_at <= until, ~_TAKEN_BACK_THERE)
    rows = db.session.execute(
        select(
            Conflict.uuid, Conflict.kind, Conflict.found_at, Conflict.resolved_at, Conflict.resolution, Scan.at,
            Gate.name, EventSession.title, Venue.name, Ticket.number,
        )
        .outerjoin(Scan, Scan.id == Conflict.scan_id)
        .outerjoin(Gate, Gate.id == Scan.gate_id)
        .outerjoin(Place, Place.id == Conflict.place_id)
        .outerjoin(EventSession, EventSession.id == Place.session_id)
        .outerjoin(Venue, Venue.id == Place.venue_id)
        .outerjoin(Ticket, Ticket.id == Conflict.ticket_id)
        .where(Conflict.event_id == scanner.event_id, or_(found, settled))
        .where(or_(Scan.device_id == scanner.device_id, counted_it))
        .order_by(Conflict.id)
    )  # fmt: skip
    news = sorted((one for row in rows for one in _messages(row, after, until)), key=lambda one: one[0])
    new = [moment for moment, _ in news if moment > since]
    heard = new[MOST - 1] if len(new) > MOST else until
    return [message for moment, message in news if moment <= heard], heard


def _messages(row: Any, after: datetime, until: datetime) -> list[tuple[datetime, Message]]:
    """Each with the moment in which it became news."""
    uuid, kind, found_at, resolved_at, resolution, at, gate, session, venue, number = row
    about = (at, gate, session or venue, number)
    told = []
    if after < found_at <= until and kind in TOLD_AT_ONCE:
        told.append((found_at, Message(uuid, kind, None, *about)))
    if resolved_at is not None and after < resolved_at <= until:
        told.append((resolved_at, Message(uuid, kind, Settlement(resolution), *about)))
    return told
