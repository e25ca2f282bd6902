"""Tickets: a code that names nobody, its row id for scanners offline, and a number to read aloud."""

import secrets
from datetime import datetime

from sqlalchemy import select, update

from app.db import db
from app.programme.models import Event
from registrations.models import Ticket
from registrations.rules import CODE_BITS, derive, short_number, ticket_code

TRIES, CANDIDATES = 5, 8


class NumbersExhausted(RuntimeError):
    """No free short number was found: the event holds close to a million tickets."""


def raise_change_number(event_id: int) -> int:
    """The event's next change number. Locks the event's row until the end: call it after all other locks."""
    raised = update(Event).where(Event.id == event_id).values(change_number=Event.change_number + 1)
    changed = raised.returning(Event.change_number).execution_options(synchronize_session=False)
    number: int = db.session.execute(changed).scalar_one()
    return number


def issue_ticket(event: Event, registration_id: int, *, at: datetime, change_number: int) -> Ticket:
    """A ticket for a whole party. The event's row is locked by then, so a free short number stays free."""
    code = ticket_code(secrets.randbits(CODE_BITS))
    ticket = Ticket(
        event_id=event.id,
        registration_id=registration_id,
        code=code,
        rid=derive(event.scan_salt, code).rid,
        number=_free_number(event.id),
        issued_at=at,
        change_number=change_number,
    )
    db.session.add(ticket)
    return ticket


def _free_number(event_id: int) -> str:
    for _ in range(TRIES):
        candidates = [short_number(secrets.randbelow(1_000_000)) for _ in range(CANDIDATES)]
        taken = set(
            db.session.scalars(select(Ticket.number).where(Ticket.event_id == event_id, Ticket.number.in_(candidates)))
        )
        free = [number for number in candidates if number not in taken]
        if free:
            return free[0]
    raise NumbersExhausted(event_id)
