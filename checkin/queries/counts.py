"""How many people are at a place, and how many came: for the counters of a door. A report counts by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.programme.rules import CapacityKind
from checkin.models import Entry, EntryNumber, Place
from checkin.queries import door, rooms
from checkin.queries.gates import categories_of
from checkin.queries.people_today import people_on
from checkin.queries.rows import DoorPlace
from checkin.rules import Direction, EntryKind
from checkin.rules.people import Numbers, plus, total
from checkin.rules.rooms import room_of
from checkin.rules.stay import stay


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


def _tapped(device_id: int | None, place_id: int) -> dict[int, int]:
    """People without a ticket that a device has counted in, undone ones left out, whoever undid them."""
    if device_id is None:
        return {}
    undo = aliased(Entry)
    rows: Any = db.session.execute(
        select(EntryNumber.category_id, func.sum(EntryNumber.number))
        .join(Entry, Entry.id == EntryNumber.entry_id)
        .where(Entry.device_id == device_id, Entry.place_id == place_id, Entry.ticket_id.is_(None))
        .where(
            Entry.direction == Direction.IN, Entry.kind != EntryKind.UNDO, ~exists().where(undo.undoes_id == Entry.id)
        )
        .group_by(EntryNumber.category_id)
    )
    return {category_id: int(number) for category_id, number in rows}
