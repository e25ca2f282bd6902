"""Who is sought at a door: tickets by name, reading, group or short number, as far as a door may see them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from app.db import db
from app.programme.models import Event
from checkin.queries import door, statements
from checkin.queries.rows import DoorTicket
from registrations.models import Attendee, Registration, Ticket
from registrations.rules import read_code
from registrations.rules.sought import alike

MOST = 20
SHORTEST = 2
"""Signs that a search has at least: one alone would list half the event."""


@dataclass(frozen=True, slots=True)
class Sought:
    """One ticket that was found. category: None for a party of several; size: how many people it is good for."""

    number: str
    name: str | None
    category: str | None
    size: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One ticket of all, with its code and what a search looks through."""

    one: Sought
    code: str
    sought: str


def seek(event: Event, text: str) -> tuple[list[Sought], bool]:
    """At most `MOST` tickets in whose names every word is found, by name; and whether there are more."""
    words = [alike(word) for word in text.split()]
    if len("".join(words)) < SHORTEST:
        return [], False
    rows: Iterable[Any] = db.session.execute(_standing(event).where(_found(text, words)).limit(MOST + 1))
    tickets = [DoorTicket(*row) for row in rows]
    return _told(event, tickets[:MOST]), len(tickets) > MOST


def everybody(event: Event) -> list[Listed]:
    """Every ticket that `seek` could find, by name."""
    rows: Iterable[Any] = db.session.execute(_standing(event).add_columns(Registration.sought_as))
    found = [(DoorTicket(*row[:-1]), row[-1] or "") for row in rows]
    told = _told(event, [ticket for ticket, _ in found])
    return [Listed(one, ticket.code, sought) for one, (ticket, sought) in zip(told, found, strict=True)]


def with_numbers(event: Event, numbers: Collection[str]) -> dict[str, Sought]:
    """The tickets of these short numbers, whatever became of them."""
    if not numbers:
        return {}
    wanted = statements.TICKETS.where(Ticket.event_id == event.id, Ticket.number.in_(numbers))
    rows: Iterable[Any] = db.session.execute(wanted)
    return {one.number: one for one in _told(event, [DoorTicket(*row) for row in rows])}


def _standing(event: Event) -> Any:
    """Tickets that count, in the order of names."""
    wanted = statements.TICKETS.where(Ticket.event_id == event.id, Ticket.replaced_at.is_(None))
    wanted = wanted.where(or_(Ticket.attendee_id.is_(None), Attendee.removed_at.is_(None)))
    return wanted.order_by(Registration.contact_reading, Registration.contact_name, Ticket.id)


def _found(text: str, words: list[str]) -> ColumnElement[bool]:
    spelled = and_(*(Registration.sought_as.contains(word, autoescape=True) for word in words if word))
    number = read_code(text).number
    return spelled if number is None else or_(spelled, Ticket.number == number)


def _told(event: Event, tickets: list[DoorTicket]) -> list[Sought]:
    bind = door.connection()
    facts = door.door_event(bind, event.slug, event.id)
    parties = door.parties(bind, facts, {one.registration_id for one in tickets})
    keys = {category_id: key for key, category_id in facts.categories.items()}
    found = []
    for one in tickets:
        numbers = parties[one.registration_id].numbers
        if one.attendee_category_id is not None:
            numbers = {keys[one.attendee_category_id]: 1}
        category = next(iter(numbers)) if len(numbers) == 1 else None
        found.append(Sought(one.number, one.name, category, sum(numbers.values())))
    return found
