"""How many people are at a place, and how many came: for the counters of a door. A report counts by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Subquery, exists, func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.programme.rules import CapacityKind
from checkin.models import Entry, EntryNumber, Place
from checkin.queries import door, rooms
from checkin.queries.gates import categories_of
from checkin.queries.rows import DoorPlace
from checkin.rules import Direction, EntryKind
from checkin.rules.people import Numbers, plus, total
from checkin.rules.rooms import room_of
from checkin.rules.stay import stay
from registrations.models import PartyNumber, Ticket


@dataclass(frozen=True)
class Counts:
    """How many people are at a place, by category key, and how many came; None: no limit, or not known."""

    present: dict[str, int]
    visits: int
    people_today: int
    this_device: dict[str, int]


def counts_at(event_id: int, place: DoorPlace, *, day: date, device_id: int | None) -> Counts:
    """Who is at a place now, who came there, how many people came today, and what one device has counted there."""
    keys = {row.id: row.key for row in categories_of(event_id)}
    if _is_told(event_id, place):
        present, visits = _told(event_id, place, keys)
    else:
        admitted = _admitted(event_id, place.id)
        present = {keys[category]: number for category, number in admitted.items()}
        visits = sum(admitted.values())
    return Counts(
        present={category: number for category, number in present.items() if number > 0},
        visits=visits,
        people_today=people_on(event_id, day),
        this_device={keys[category]: number for category, number in _tapped(device_id, place.id).items() if number},
    )


def sessions_entered(registration_id: int) -> set[int]:
    """The event sessions in which somebody stands admitted on this registration's booked places."""
    found = db.session.scalars(
        select(Place.session_id)
        .join(Entry, Entry.place_id == Place.id)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.registration_id == registration_id, Entry.direction == Direction.IN)
        .where(Entry.booked.is_(True), Entry.reentry.is_(False), Place.session_id.is_not(None))
        .group_by(Place.session_id)
        .having(func.sum(EntryNumber.number) > 0)
    )
    return {session_id for session_id in found if session_id is not None}


def _admitted(event_id: int, place_id: int) -> dict[int, int]:
    """Everybody who came, once, by category id; undo lines take off what they undo."""
    rows = db.session.execute(
        select(EntryNumber.category_id, func.sum(EntryNumber.number))
        .join(Entry, Entry.id == EntryNumber.entry_id)
        .where(Entry.event_id == event_id, Entry.place_id == place_id)
        .where(Entry.direction == Direction.IN, Entry.reentry.is_(False))
        .group_by(EntryNumber.category_id)
    )
    return {category_id: int(number) for category_id, number in rows}


def _is_told(event_id: int, place: DoorPlace) -> bool:
    """Whether somebody was counted out there, or the room was counted: then more is known than who came in."""
    if place.space is not None:
        return place.space.counts_exits
    left = exists().where(Entry.event_id == event_id, Entry.place_id == place.id, Entry.kind == EntryKind.EXIT)
    return bool(db.session.scalar(select(left)))


def _told(event_id: int, place: DoorPlace, keys: Mapping[int, str]) -> tuple[Numbers, int]:
    """Who is inside by category (where each admission takes a seat until the end: who came in), and how many came: of
    each ticket, and whom the room's counts find beside them, else who came without one."""
    kind = place.space.kind if place.space else CapacityKind.AT_ONCE
    unknown = next(row.key for row in categories_of(event_id) if row.unknown)
    standing = rooms.standing(door.connection(), event_id, [place.id], keys)[place.id]
    room = room_of(kind, unknown, standing)
    stays = [stay(lines) for lines in standing.holders]
    present, came = room.present(), 0
    for one in stays:
        present = plus(present, one.admitted if kind is CapacityKind.SEATS else one.inside)
        came += total(one.admitted)
    if room.counts:
        return present, came + total(room.visits())
    return present, sum(_admitted(event_id, place.id).values())


def inside_at(event_id: int, place_id: int) -> int:
    """How many are inside a venue, or a room at whose door who leaves is counted."""
    keys = {row.id: row.key for row in categories_of(event_id)}
    unknown = next(row.key for row in categories_of(event_id) if row.unknown)
    standing = rooms.standing(door.connection(), event_id, [place_id], keys)[place_id]
    with_ticket = sum(total(stay(lines).inside) for lines in standing.holders)
    return with_ticket + total(room_of(CapacityKind.AT_ONCE, unknown, standing).present())


def people_on(event_id: int, day: date) -> int:
    """People who came that day: tickets once (of a party the largest number at one place, and never more than it has),
    others if new today."""
    came = (
        select(Entry.ticket_id, Entry.place_id, EntryNumber.category_id, func.sum(EntryNumber.number).label("number"))
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.event_id == event_id, Entry.day == day, Entry.ticket_id.is_not(None))
        .where(Entry.direction == Direction.IN, Entry.reentry.is_(False))
        .group_by(Entry.ticket_id, EntryNumber.category_id, Entry.place_id)
        .subquery()
    )
    most = (
        select(came.c.ticket_id, func.max(came.c.number).label("most"))
        .group_by(came.c.ticket_id, came.c.category_id)
        .subquery()
    )
    anonymous = (
        select(func.coalesce(func.sum(EntryNumber.number), 0))
        .join(Entry, Entry.id == EntryNumber.entry_id)
        .where(Entry.event_id == event_id, Entry.day == day, Entry.ticket_id.is_(None), Entry.new_today.is_(True))
        .where(Entry.direction == Direction.IN)
    )
    tickets = db.session.scalar(select(func.coalesce(func.sum(most.c.most), 0)))
    return int(tickets or 0) - _twice_named(came, most) + int(db.session.scalar(anonymous) or 0)


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


def _tapped(device_id: int | None, place_id: int) -> dict[int, int]:
    """People without a ticket that a device has counted in, undone ones left out, whoever undid them."""
    if device_id is None:
        return {}
    undo = aliased(Entry)
    rows: Any = db.session.execute(
        select(EntryNumber.category_id, func.sum(EntryNumber.number))
        .join(Entry, Entry.id == EntryNumber.entry_id)
        .where(Entry.device_id == device_id, Entry.place_id == place_id, Entry.ticket_id.is_(None))
        .where(Entry.direction == Direction.IN, Entry.undoes_id.is_(None), ~exists().where(undo.undoes_id == Entry.id))
        .group_by(EntryNumber.category_id)
    )
    return {category_id: int(number) for category_id, number in rows}
