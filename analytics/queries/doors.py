"""What doors saw over time: arrivals by gate, and who came and went at each place."""

from collections import defaultdict
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import func, select, union

from analytics.queries.ledger import ADMITTING, standing
from analytics.rules.stays import Step
from app.db import Texts, db, is_writing
from app.direct import here
from app.programme.models import Category, Event, EventSession, SessionPlaces
from checkin.models import OF_A_ROOM_COUNT, OF_AN_EXIT, Entry, EntryNumber, Gate, Place
from checkin.queries.moved import Standing, standing_of
from checkin.rules import Direction, EntryKind, Method
from registrations.models import Ticket

KEPT = 20


class GateSlots(NamedTuple):
    """One gate: how many were let in there in each slot of five minutes, signed; id None: the line names no gate.
    methods: how the lines are known."""

    id: int | None
    name: Texts | None
    slots: dict[int, int]
    methods: frozenset[Method] = frozenset()


class Watched(NamedTuple):
    """A session at whose door more is known than who came in: exits, or room counts."""

    code: str
    capacity: int | None
    exits: bool
    steps: list[Step]


def gates_of(event: Event) -> list[GateSlots]:
    """Everybody let in, re-entries apart, by gate in the event's order. Lines are counted, so what was counted is kept
    until one comes."""
    kept: dict[int, tuple[Standing, list[Any]]] = current_app.extensions.setdefault("uketsuke_gates", {})
    standing_now, before = standing_of(here(), event.id), kept.get(event.id)
    found = before[1] if before is not None and before[0] == standing_now else _let_in(event.id)
    if not is_writing():
        if len(kept) >= KEPT:
            kept.clear()
        kept[event.id] = standing_now, found
    slots: dict[int | None, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    methods: dict[int | None, set[Method]] = defaultdict(set)
    for gate_id, slot, method, number in found:
        slots[gate_id][slot or 0] += int(number)
        methods[gate_id].add(Method(method))
    names = db.session.execute(
        select(Gate.id, Gate.name).where(Gate.event_id == event.id).order_by(Gate.position, Gate.id)
    )
    told = [(one, name) for one, name in names if one in slots] + ([(None, None)] if None in slots else [])
    return [GateSlots(one, name, dict(slots[one]), frozenset(methods[one])) for one, name in told]


def _let_in(event_id: int) -> list[Any]:
    """By gate, slot and method."""
    found = db.session.execute(
        select(Entry.gate_id, Entry.slot, Entry.method, func.sum(EntryNumber.number))
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(standing(event_id), Entry.kind.in_(ADMITTING), Entry.slot.is_not(None), Entry.reentry.is_(False))
        .where(func.coalesce(Entry.direction, Direction.IN) == Direction.IN)
        .group_by(Entry.gate_id, Entry.slot, Entry.method)
    )
    return [tuple(row) for row in found]


def watched_of(event: Event) -> list[Watched]:
    """Sessions where somebody was counted out or the room was counted, with all that stands there, by time."""
    telling = union(
        *(
            select(Entry.place_id).where(standing(event.id), of_a_kind, Entry.place_id.is_not(None))
            for of_a_kind in (OF_AN_EXIT, OF_A_ROOM_COUNT)
        )
    )
    places = db.session.execute(
        select(Place.id, EventSession.code, SessionPlaces.capacity)
        .join(EventSession, EventSession.id == Place.session_id)
        .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
        .where(Place.event_id == event.id, Place.id.in_(telling))
        .order_by(EventSession.starts_at, EventSession.code)
    ).all()
    steps = _steps(event.id, [row[0] for row in places])
    return [
        Watched(code, capacity, any(one.out for one in steps[place]), steps[place]) for place, code, capacity in places
    ]


def _steps(event_id: int, places: list[int]) -> dict[int, list[Step]]:
    reissued = _reissued(event_id)
    found = db.session.execute(
        select(
            Entry.place_id,
            Entry.at,
            Entry.ticket_id,
            EntryNumber.number,
            Entry.kind,
            Entry.direction,
            Entry.reentry,
            Category.unknown,
            Category.id,
            Entry.id,
        )
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(Category, Category.id == EntryNumber.category_id)
        .where(standing(event_id), Entry.place_id.in_(places))
        .order_by(Entry.at, Entry.id)
    )
    steps: dict[int, list[Step]] = defaultdict(list)
    for place, at, ticket, number, kind, direction, reentry, unknown, category, line in found:
        out = kind is EntryKind.EXIT or direction is Direction.OUT
        steps[place or 0].append(
            Step(
                at,
                reissued.get(ticket, ticket) if ticket else None,
                abs(number) if out else number,
                out=out,
                counted=kind is EntryKind.ROOM_COUNT,
                reentry=bool(reentry),
                category=None if unknown else category,
                line=line,
            )
        )
    return steps


def _reissued(event_id: int) -> dict[int, int]:
    """Replaced tickets and the last one that stands for the same person."""
    found = db.session.execute(
        select(Ticket.id, Ticket.replaced_by_id).where(Ticket.event_id == event_id, Ticket.replaced_by_id.is_not(None))
    )
    after = {old: new for old, new in found if new is not None}
    last: dict[int, int] = {}
    for old, newer in after.items():
        seen, new = {old}, newer
        while new in after and new not in seen:
            seen.add(new)
            new = after[new]
        last[old] = new
    return last
