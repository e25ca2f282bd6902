"""What the door recorded of one registration: its lines of the ledger, and scans that let nobody in."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.db import Texts, db
from app.programme.models import EventSession, Venue
from checkin.models import OF_A_REFUSED_SCAN, Entry, EntryNumber, Gate, Place, Scan
from checkin.rules import Direction, EntryKind, Method, Verdict
from registrations.models import Ticket

MOST_LINES = 200


@dataclass(frozen=True)
class Passage:
    """One line of the ledger: where, which way, how many, and whether a later line took it back."""

    at: datetime
    kind: EntryKind
    direction: Direction | None
    method: Method
    session: Texts | None
    venue: Texts | None
    day: date | None
    gate: Texts | None
    number: int
    undone: bool


@dataclass(frozen=True)
class Refusal:
    """A scan that let nobody in."""

    at: datetime
    verdict: Verdict
    session: Texts | None
    venue: Texts | None
    day: date | None
    gate: Texts | None


def passages_of(registration_id: int) -> list[Passage]:
    """Its ledger lines, newest first."""
    later = aliased(Entry)
    undone = exists().where(later.undoes_id == Entry.id)
    number = select(func.coalesce(func.sum(EntryNumber.number), 0)).where(EntryNumber.entry_id == Entry.id)
    query = (
        select(
            Entry.at, Entry.kind, Entry.direction, Entry.method, EventSession.title, Venue.name, Place.day, Gate.name,
            number.correlate(Entry).scalar_subquery(), undone,
        )
        .outerjoin(Place, Place.id == Entry.place_id)
        .outerjoin(EventSession, EventSession.id == Place.session_id)
        .outerjoin(Venue, Venue.id == Place.venue_id)
        .outerjoin(Gate, Gate.id == Entry.gate_id)
        .where(Entry.registration_id == registration_id)
        .order_by(Entry.at.desc(), Entry.id.desc())
        .limit(MOST_LINES)
    )  # fmt: skip
    return [Passage(*row) for row in db.session.execute(query)]


def refused_scans_of(event_id: int, registration_id: int) -> list[Refusal]:
    """Scans of its tickets that let nobody in, newest first."""
    tickets = select(Ticket.id).where(Ticket.registration_id == registration_id)
    refused = [one for one in Verdict if not one.lets_in and one not in (Verdict.LEFT, Verdict.UNDONE)]
    query = (
        select(Scan.at, Scan.verdict, EventSession.title, Venue.name, Place.day, Gate.name)
        .outerjoin(Place, Place.id == Scan.place_id)
        .outerjoin(EventSession, EventSession.id == Place.session_id)
        .outerjoin(Venue, Venue.id == Place.venue_id)
        .outerjoin(Gate, Gate.id == Scan.gate_id)
        .where(Scan.event_id == event_id, Scan.ticket_id.in_(tickets), Scan.verdict.in_(refused), OF_A_REFUSED_SCAN)
        .order_by(Scan.at.desc())
        .limit(MOST_LINES)
    )
    return [Refusal(*row) for row in db.session.execute(query)]
