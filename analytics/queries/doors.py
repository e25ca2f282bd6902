"""What doors saw over time: arrivals by gate, and who came and went at each place."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, Connection, func, select, union
from sqlalchemy.orm import aliased

from analytics.queries.following import Followed, one_state
from analytics.queries.ledger import ADMITTING, standing
from analytics.queries.recalling import recalled
from analytics.queries.recorded import stretches
from analytics.rules.stays import Step
from app.db import Texts, db, is_writing
from app.direct import here
from app.programme.models import Category, Event, EventSession, SessionPlaces
from checkin.models import OF_A_ROOM_COUNT, OF_AN_EXIT, Entry, EntryNumber, Gate, Place
from checkin.queries.moved import standing_of
from checkin.rules import Direction, EntryKind, Method
from registrations.models import Ticket

KEPT = 20
GATES = "gates"
_undo = aliased(Entry)


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


@dataclass
class LetIn:
    """Everybody let in at an event so far, by gate, slot and method: how many, and of how many lines."""

    followed: Followed = field(default_factory=Followed)
    sums: dict[tuple[int | None, int, Method], list[int]] = field(default_factory=dict)

    @classmethod
    def recalled(cls, event_id: int) -> "LetIn":
        """As the server before left it, or anew."""
        found = recalled(here(), event_id, GATES)
        return cls() if found is None else cls(Followed(Lock(), *found[0]), found[1])

    def packed(self) -> tuple[Any, ...]:
        """What `recalled` needs."""
        return self.followed.packed(), self.sums

    def look(self, bind: Connection, event_id: int) -> None:
        """Move on to this state: lines that came are added, those that they take back are taken off."""
        fresh = self.followed.look(bind, event_id)
        seen, self.followed.standing = self.followed.standing, None  # until all of it is done
        if fresh is None:
            self.sums = {}
            for first, last in stretches(bind, event_id):
                self._take_all(bind, partial(_within, event_id, first, last))
        elif fresh:
            self._take_all(bind, lambda line: line.id.in_(fresh))
        self.followed.standing = seen

    def _take_all(self, bind: Connection, among: Callable[[Any], ColumnElement[bool]]) -> None:
        self._take(bind, among(Entry) & Entry.undoes_id.is_(None), 1)
        self._take(bind, Entry.id.in_(select(_undo.undoes_id).where(among(_undo), _undo.undoes_id.is_not(None))), -1)

    def _take(self, bind: Connection, chosen: ColumnElement[bool], sign: int) -> None:
        found = bind.execute(
            select(Entry.gate_id, Entry.slot, Entry.method, func.sum(EntryNumber.number), func.count())
            .join(EntryNumber, EntryNumber.entry_id == Entry.id)
            .where(chosen, Entry.kind.in_(ADMITTING), Entry.slot.is_not(None), Entry.reentry.is_(False))
            .where(func.coalesce(Entry.direction, Direction.IN) == Direction.IN)
            .group_by(Entry.gate_id, Entry.slot, Entry.method)
        )
        for gate_id, slot, method, number, lines in found:
            key = (gate_id, slot or 0, Method(method))
            one = self.sums.setdefault(key, [0, 0])
            one[0] += sign * int(number)
            one[1] += sign * lines
            if not one[1]:
                del self.sums[key]


def gates_of(event: Event) -> list[GateSlots]:
    """Everybody let in, re-entries apart, by gate in the event's order. Lines are counted once; from then on what came
    since."""
    slots: dict[int | None, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    methods: dict[int | None, set[Method]] = defaultdict(set)
    for (gate_id, slot, method), number in _let_in(event.id).items():
        slots[gate_id][slot] += number
        methods[gate_id].add(method)
    names = db.session.execute(
        select(Gate.id, Gate.name).where(Gate.event_id == event.id).order_by(Gate.position, Gate.id)
    )
    told = [(one, name) for one, name in names if one in slots] + ([(None, None)] if None in slots else [])
    return [GateSlots(one, name, dict(slots[one]), frozenset(methods[one])) for one, name in told]


def _let_in(event_id: int) -> dict[tuple[int | None, int, Method], int]:
    """Inside a transaction that writes nothing is kept: it may yet be taken back."""
    if is_writing():
        let_in = LetIn()
    else:
        all_kept: dict[int, LetIn] = current_app.extensions.setdefault("uketsuke_gates", {})
        if len(all_kept) >= KEPT and event_id not in all_kept:
            all_kept.clear()
        let_in = all_kept.get(event_id) or all_kept.setdefault(event_id, LetIn.recalled(event_id))
    with let_in.followed.lock:
        if not let_in.followed.is_of(standing_of(here(), event_id)):
            with one_state() as bind:
                let_in.look(bind, event_id)
        return {key: number for key, (number, _lines) in let_in.sums.items()}


def _within(event_id: int, first: int, last: int, line: Any) -> ColumnElement[bool]:
    chosen: ColumnElement[bool] = line.id.between(first, last) & (line.event_id + 0 == event_id)
    return chosen


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
