"""How many different people came on a day: what a door shows, equal to the figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, Subquery, and_, func, or_, select

from app.db import db
from checkin.models import Entry, EntryNumber
from checkin.rules import Direction
from registrations.models import PartyNumber, Ticket
from registrations.rules import PartyKind


class Came(NamedTuple):
    """How many of one category a ticket that is not alone has let in at one place. attendee: the one person whose it
    is; person: of a registration that was never for more."""

    ticket: int
    registration: int
    attendee: int | None
    person: bool
    place: int
    category: int
    reentry: bool
    number: int


def people_on(event_id: int, day: date) -> int:
    """People who came that day: tickets once (of a party the largest number at one place, and never more than it has;
    whose party came on its one ticket too with the party), others if new today."""
    anonymous = (
        select(func.coalesce(func.sum(EntryNumber.number), 0))
        .join(Entry, Entry.id == EntryNumber.entry_id)
        .where(Entry.event_id == event_id, Entry.day == day, Entry.ticket_id.is_(None), Entry.new_today.is_(True))
        .where(Entry.direction == Direction.IN)
    )
    number = int(db.session.scalar(anonymous) or 0)
    return number + _alone(event_id, day) + _not_alone(event_id, day)


def _alone(event_id: int, day: date) -> int:
    """Of tickets that are the only one of their person or party, and always were: nearly all."""
    came = (
        _entered(event_id, day, Entry.ticket_id, Entry.place_id, EntryNumber.category_id)
        .where(Entry.ticket_id.not_in(_several(event_id, day)))
        .subquery()
    )
    most = (
        select(came.c.ticket_id, func.max(came.c.number).label("most"))
        .group_by(came.c.ticket_id, came.c.category_id)
        .subquery()
    )
    tickets = db.session.scalar(select(func.coalesce(func.sum(most.c.most), 0)))
    return int(tickets or 0) - _twice_named(came, most)


def _entered(event_id: int, day: date, *by: Any) -> Select[Any]:
    return (
        select(*by, func.sum(EntryNumber.number).label("number"))
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.event_id == event_id, Entry.day == day, Entry.ticket_id.is_not(None))
        .where(Entry.direction == Direction.IN)
        .group_by(*by)
    )


def _several(event_id: int, day: date) -> Select[Any]:
    """Tickets of registrations in which one was issued again or people have their own, what replaced one, and with what
    somebody came back that day."""
    of_event = Ticket.event_id == event_id
    registrations = select(Ticket.registration_id).where(
        of_event, or_(Ticket.replaced_by_id.is_not(None), Ticket.attendee_id.is_not(None))
    )
    newer = select(Ticket.replaced_by_id).where(of_event, Ticket.replaced_by_id.is_not(None))
    again = select(Entry.ticket_id).where(
        Entry.event_id == event_id, Entry.day == day, Entry.reentry.is_(True), Entry.ticket_id.is_not(None)
    )
    apart = or_(Ticket.registration_id.in_(registrations), Ticket.id.in_(newer), Ticket.id.in_(again))
    return select(Ticket.id).where(of_event, apart)


def _twice_named(came: Subquery, most: Subquery) -> int:
    """Of tickets whose categories were corrected between two places: people above what the party has, and above the
    largest number at one place."""
    together = select(most.c.ticket_id, func.sum(most.c.most).label("people")).group_by(most.c.ticket_id).subquery()
    of_place = (
        select(came.c.ticket_id, func.sum(came.c.number).label("number"))
        .group_by(came.c.ticket_id, came.c.place_id)
        .subquery()
    )
    at_one = select(of_place.c.ticket_id, func.max(of_place.c.number).label("people")).group_by(of_place.c.ticket_id)
    fullest = at_one.subquery()
    size = (
        select(func.sum(PartyNumber.number))
        .join(Ticket, Ticket.registration_id == PartyNumber.registration_id)
        .where(Ticket.id == together.c.ticket_id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(together.c.people, fullest.c.people, size)
        .join(fullest, fullest.c.ticket_id == together.c.ticket_id)
        .where(together.c.people > fullest.c.people)
    )
    return sum(max(0, int(people - max(most_there, party or people))) for people, most_there, party in rows)


def _not_alone(event_id: int, day: date) -> int:
    """Of all others: papers of one person, and of one party with those of its people, are taken together."""
    of_ticket = (Ticket.id, Ticket.registration_id, Ticket.attendee_id, Entry.party_kind)
    by = (*of_ticket, Entry.place_id, EntryNumber.category_id, Entry.reentry)
    found = _entered(event_id, day, *by).join(Ticket, Ticket.id == Entry.ticket_id)
    rows = db.session.execute(found.where(Entry.ticket_id.in_(_several(event_id, day)))).all()
    if not rows:
        return 0
    last = _last_ones(event_id)
    came = [
        Came(
            last.get(ticket, ticket),
            registration,
            attendee,
            kind is PartyKind.PERSON,
            place or 0,
            category,
            bool(again),
            number,
        )
        for ticket, registration, attendee, kind, place, category, again, number in rows
    ]
    whole = _parties([one.registration for one in came], last)
    together: dict[int, list[Came]] = defaultdict(list)
    for one in came:
        together[whole.get(one.registration, one.ticket)].append(one)
    sizes = _sizes([lines[0].registration for lines in together.values()])
    return sum(_people(lines, sizes.get(lines[0].registration)) for lines in together.values())


def _people(lines: list[Came], size: int | None) -> int:
    """One person who came, or came back, is one; of a party who came back is counted already."""
    if all(one.attendee is not None or one.person for one in lines):
        return int(any(one.number > 0 for one in lines))
    at: dict[tuple[int, int], int] = defaultdict(int)
    for one in (one for one in lines if not one.reentry):
        at[one.category, one.place] += one.number
    most, there = defaultdict[int, int](int), defaultdict[int, int](int)
    for (category, place), number in at.items():
        most[category] = max(most[category], number)
        there[place] += max(0, number)
    return min(sum(most.values()), max([*there.values(), size or sum(most.values())]))


def _parties(registrations: Iterable[int], last: Mapping[int, int]) -> dict[int, int]:
    """By registration the ticket of its whole party, if that was ever let in."""
    found = db.session.execute(
        select(Ticket.registration_id, Ticket.id)
        .join(Entry, and_(Entry.registration_id == Ticket.registration_id, Entry.ticket_id == Ticket.id))
        .where(Ticket.registration_id.in_(set(registrations)), Ticket.attendee_id.is_(None))
        .where(Entry.direction == Direction.IN)
        .distinct()
    )
    return {registration: last.get(ticket, ticket) for registration, ticket in found}


def _last_ones(event_id: int) -> dict[int, int]:
    """Replaced tickets and the one that stands for the same person now."""
    found = db.session.execute(
        select(Ticket.id, Ticket.replaced_by_id).where(Ticket.event_id == event_id, Ticket.replaced_by_id.is_not(None))
    )
    after: dict[int, int] = {old: new for old, new in found if new is not None}
    return {old: _last(old, after) for old in after}


def _last(ticket: int, after: Mapping[int, int]) -> int:
    seen = {ticket}
    while ticket in after and after[ticket] not in seen:
        ticket = after[ticket]
        seen.add(ticket)
    return ticket


def _sizes(registrations: Iterable[int]) -> dict[int, int]:
    found = db.session.execute(
        select(PartyNumber.registration_id, func.sum(PartyNumber.number))
        .where(PartyNumber.registration_id.in_(set(registrations)))
        .group_by(PartyNumber.registration_id)
    )
    return {registration: int(number) for registration, number in found}
