"""How many people are at a place, and how many came: for the counters of a door. A report counts by itself."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Subquery, exists, func, select

from app.db import db
from app.programme.rules import CapacityKind
from checkin.models import Entry, EntryNumber, Place
from checkin.queries.gates import categories_of
from checkin.queries.rows import DoorPlace
from checkin.rules import Direction, EntryKind
from checkin.rules.people import NOBODY, first, plus
from checkin.rules.stay import Line, stay
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
    admitted = _admitted(event_id, place.id)
    present = inside_at(event_id, place.id) if _exits_count(event_id, place) else admitted
    return Counts(
        present={keys[category]: number for category, number in present.items() if number > 0},
        visits=sum(admitted.values()),
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


def _exits_count(event_id: int, place: DoorPlace) -> bool:
    """Whether who left is taken off: not where each admission takes a seat until the end, nor where nobody is counted
    out."""
    if place.space is not None:
        return place.space.kind is CapacityKind.AT_ONCE and place.space.counts_exits
    left = exists().where(Entry.event_id == event_id, Entry.place_id == place.id, Entry.kind == EntryKind.EXIT)
    return bool(db.session.scalar(select(left)))


def inside_at(event_id: int, place_id: int) -> dict[int, int]:
    """Who is inside by category id: of each ticket who came and did not leave, and anonymous people in minus out,
    whatever category they had going out."""
    undo = select(Entry.undoes_id).where(Entry.event_id == event_id, Entry.undoes_id.is_not(None))
    rows = db.session.execute(
        select(
            Entry.id, Entry.ticket_id, Entry.at, Entry.direction, Entry.reentry, EntryNumber.category_id,
            EntryNumber.number,
        )
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.event_id == event_id, Entry.place_id == place_id)
        .where(Entry.undoes_id.is_(None), Entry.id.not_in(undo))
    )  # fmt: skip
    anonymous: dict[str, int] = defaultdict(int)
    lines: dict[int, dict[int, Line]] = defaultdict(dict)
    for entry_id, ticket_id, at, direction, reentry, category_id, number in rows:
        if ticket_id is None:
            anonymous[str(category_id)] += number
        else:
            _add(
                lines[ticket_id],
                entry_id,
                Line(at, entry_id, direction or Direction.IN, {str(category_id): number}, reentry),
            )
    inside = NOBODY
    for of_ticket in lines.values():
        inside = plus(inside, stay(of_ticket.values()).inside)
    came = {key: number for key, number in sorted(anonymous.items()) if number > 0}
    inside = plus(inside, first(came, sum(anonymous.values())))
    return {int(category): number for category, number in inside.items()}


def _add(lines: dict[int, Line], entry_id: int, line: Line) -> None:
    """A line of several categories comes in several rows."""
    before = lines.get(entry_id)
    people = plus(before.people, line.people) if before else line.people
    lines[entry_id] = Line(line.at, line.order, line.direction, people, line.reentry)


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
    if device_id is None:
        return {}
    rows: Any = db.session.execute(
        select(EntryNumber.category_id, func.sum(EntryNumber.number))
        .join(Entry, Entry.id == EntryNumber.entry_id)
        .where(Entry.device_id == device_id, Entry.place_id == place_id, Entry.ticket_id.is_(None))
        .group_by(EntryNumber.category_id)
    )
    return {category_id: int(number) for category_id, number in rows}
