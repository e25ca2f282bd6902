"""What is asked before the replacement of a lost ticket is taken back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.audit import AuditEntry
from app.db import db
from checkin.models import OF_A_REFUSED_SCAN, Entry, Scan
from registrations.models import Registration, Ticket


def act_of_replacing(registration: UUID, *, event_id: int, at: datetime) -> UUID | None:
    """The line in the record of acts that says who replaced a ticket of this registration just then; None: nobody at a
    door did, the code became another one for another reason."""
    asked = select(AuditEntry.uuid).where(
        AuditEntry.event_id == event_id,
        AuditEntry.at == at,
        AuditEntry.verb == "ticket.replace",
        AuditEntry.subject == f"registration:{registration}",
    )
    return db.session.scalars(asked.limit(1)).first()


def is_used(ticket: Ticket) -> bool:
    """Whether a door has seen its code, whatever it said: whoever was admitted stands in the ledger."""
    refused = exists().where(Scan.event_id == ticket.event_id, Scan.ticket_id == ticket.id, OF_A_REFUSED_SCAN)
    of_it = Entry.registration_id == ticket.registration_id, Entry.ticket_id == ticket.id
    return bool(db.session.scalar(select(refused | exists().where(*of_it))))


def replacement_state(event_id: int, number: str) -> str | None:
    """`fresh`: the ticket with this number took a lost one's place and no door has seen it; `used`: one has; None: it
    took nobody's place at a door, or is in use no more."""
    old = aliased(Ticket)
    chosen = (
        select(Ticket, Registration.uuid)
        .join(old, (old.replaced_by_id == Ticket.id) & (old.replaced_at == Ticket.issued_at))
        .where(old.event_id == event_id)
        .join(Registration, Registration.id == Ticket.registration_id)
        .where(Ticket.event_id == event_id, Ticket.number == number, Ticket.replaced_at.is_(None))
    )
    found = db.session.execute(chosen).first()
    if found is None or act_of_replacing(found.uuid, event_id=event_id, at=found.Ticket.issued_at) is None:
        return None
    return "used" if is_used(found.Ticket) else "fresh"
