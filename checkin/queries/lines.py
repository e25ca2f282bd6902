"""The lines of the ledger about one registration, for who asks what is kept about them."""

from sqlalchemy import func, select

from app.db import db
from app.programme.models import EventSession, Venue
from checkin.models import Entry, EntryNumber, Place
from checkin.rules import EntryKind
from registrations.models import Ticket
from registrations.queries.entered import DoorLine

_LINES = (
    select(
        Entry.id, Entry.at, Entry.direction, EventSession.title, Venue.name, func.sum(EntryNumber.number),
        Ticket.attendee_id,
    )
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .outerjoin(Ticket, Ticket.id == Entry.ticket_id)
    .outerjoin(Place, Place.id == Entry.place_id)
    .outerjoin(EventSession, EventSession.id == Place.session_id)
    .outerjoin(Venue, Venue.id == Place.venue_id)
    .where(Entry.kind != EntryKind.UNDO)
    .group_by(Entry.id, EventSession.id, Venue.id, Ticket.attendee_id)
    .order_by(Entry.id)
)  # fmt: skip


def lines_of(registration_id: int) -> list[DoorLine]:
    """What was written about this registration at the doors; lines that undo others are told at those."""
    undone = set(
        db.session.scalars(
            select(Entry.undoes_id).where(Entry.registration_id == registration_id, Entry.undoes_id.is_not(None))
        )
    )
    return [
        DoorLine(
            at, session or venue or {}, direction.value if direction else "", abs(int(number)), line in undone, who
        )
        for line, at, direction, session, venue, number, who in db.session.execute(
            _LINES.where(Entry.registration_id == registration_id)
        )
    ]
