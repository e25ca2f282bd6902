"""Tickets: a code that names nobody, its row id for scanners offline, and a number to read aloud."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db import db, lock
from app.direct import Bound, Direct, among, here
from app.programme.models import Event
from app.rows import whole_row
from registrations.models import Registration, Ticket
from registrations.queries import LiveEvent
from registrations.rules import CODE_BITS, derive, short_number, ticket_code

TRIES, CANDIDATES = 5, 8


class NumbersExhausted(RuntimeError):
    """No free short number was found: the event holds close to a million tickets."""


_RAISE = Direct(
    update(Event)
    .where(Event.id == bindparam("event"))
    .values(change_number=Event.change_number + 1)
    .returning(Event.change_number)
)
_TAKEN = Direct(select(Ticket.number).where(Ticket.event_id == bindparam("event_id"), among(Ticket.number, "numbers")))


def _new(make: Any) -> Direct:
    """Adds nothing where the number is taken."""
    return Direct(whole_row(Ticket, make).on_conflict_do_nothing(index_elements=[Ticket.event_id, Ticket.number]))


_NEW = {"sqlite": _new(sqlite.insert), "postgresql": _new(postgresql.insert)}


def raise_change_number(event_id: int, bind: Bound | None = None) -> int:
    """The event's next change number. Locks the event's row until the end: call it after all other locks."""
    ((number,),) = _RAISE.rows(bind or here(), {"event": event_id})
    return int(number)


def tell_doors(registration: Registration) -> None:
    """What doors know of it beforehand is not true any more. Locks its tickets, then the event's row: call it last."""
    lock(Ticket, db.session.scalars(select(Ticket.id).where(Ticket.registration_id == registration.id)).all())
    number = raise_change_number(registration.event_id)
    tickets = update(Ticket).where(Ticket.registration_id == registration.id).values(change_number=number)
    db.session.execute(tickets.execution_options(synchronize_session=False))


def issue_ticket(
    event: LiveEvent, registration_id: int, *, at: datetime, change_number: int, attendee_id: int | None = None
) -> None:
    """A ticket for a whole party, or for one named person of it. No other of the event has its short number."""
    code = ticket_code(secrets.randbits(CODE_BITS))
    row = {
        "event_id": event.id,
        "registration_id": registration_id,
        "attendee_id": attendee_id,
        "code": code,
        "rid": derive(event.scan_salt, code).rid,
        "issued_at": at,
        "change_number": change_number,
    }
    connection = here()
    new = _NEW[connection.dialect.name]
    if not any(new.change(connection, {**row, "number": _any_number()}) for _ in range(TRIES * CANDIDATES)):
        raise NumbersExhausted(event.id)


def free_number(bind: Bound, event_id: int) -> str:
    """A short number that no ticket of the event has; the event's row is locked by then."""
    for _ in range(TRIES):
        candidates = [_any_number() for _ in range(CANDIDATES)]
        taken = {row.number for row in _TAKEN.rows(bind, {"event_id": event_id, "numbers": candidates})}
        free = [number for number in candidates if number not in taken]
        if free:
            return free[0]
    raise NumbersExhausted(event_id)


def _any_number() -> str:
    return short_number(secrets.randbelow(1_000_000))
