"""What doors saw over time: arrivals by gate, and who came and went at each place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    TextClause,
    and_,
    bindparam,
    func,
    or_,
    select,
    type_coerce,
    union,
)
from sqlalchemy.orm import aliased

from analytics.queries.following import Followed, one_state
from analytics.queries.ledger import ADMITTING, standing
from analytics.queries.recalling import recalled
from analytics.queries.recorded import stretches
from analytics.rules.stays import Step
from app.db import Texts, is_writing
from app.direct import Direct, among, at_one_go, here
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
    methods: how many of them are known by which method."""

    id: int | None
    name: Texts | None
    slots: dict[int, int]
    methods: Mapping[Method, int] = MappingProxyType({})


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
                asked = {"event_id": event_id, "first": first, "last": last}
                self._take(_WITHIN.rows(bind, asked), 1)
                self._take(_TAKEN_WITHIN.rows(bind, asked), -1)
        elif fresh:
            with at_one_go(bind):
                came, taken = [one.ask(bind, {"ids": sorted(fresh)}) for one in (_FRESH, _TAKEN_BACK)]
            self._take(came.rows(), 1)
            self._take(taken.rows(), -1)
        self.followed.standing = seen

    def _take(self, found: Iterable[Any], sign: int) -> None:
        for gate_id, slot, method, number, lines in found:
            key = (gate_id, slot, method)
            one = self.sums.setdefault(key, [0, 0])
            one[0] += sign * int(number)
            one[1] += sign * lines
            if not one[1]:
                del self.sums[key]


def gates_of(event: Event) -> list[GateSlots]:
    """Everybody let in, re-entries apart, by gate in the event's order. Lines are counted once; from then on what came
    since."""
    slots: dict[int | None, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    methods: dict[int | None, dict[Method, int]] = defaultdict(lambda: dict.fromkeys(Method, 0))
    for (gate_id, slot, method), number in _let_in(event.id).items():
        slots[gate_id][slot] += number
        methods[gate_id][method] += number
    names = _NAMES.rows(here(), {"event_id": event.id})
    told = [(one, name) for one, name in names if one in slots] + ([(None, None)] if None in slots else [])
    return [
        GateSlots(one, name, dict(slots[one]), {way: n for way, n in methods[one].items() if n}) for one, name in told
    ]


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


def watched_of(event: Event) -> list[Watched]:
    """Sessions where somebody was counted out or the room was counted, with all that stands there, by time."""
    places = _TELLING.rows(here(), {"event_id": event.id})
    steps = _steps(event.id, [row.id for row in places]) if places else {}
    return [
        Watched(code, capacity, any(one.out for one in steps[place]), steps[place]) for place, code, capacity in places
    ]


def _steps(event_id: int, places: list[int]) -> dict[int, list[Step]]:
    bind, asked = here(), {"event_id": event_id, "places": places}
    with at_one_go(bind):
        found, after = _STEPS.ask(bind, asked), _REISSUED.ask(bind, asked)
    reissued = _reissued(dict(after.rows()))
    steps: dict[int, list[Step]] = defaultdict(list)
    for place, at, ticket, number, kind, direction, reentry, unknown, category, line in found.rows():
        out = kind is EntryKind.EXIT or direction is Direction.OUT
        steps[place].append(
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


def _reissued(after: dict[int, int]) -> dict[int, int]:
    """Replaced tickets and the last one that stands for the same person. after: the next one of each."""
    last: dict[int, int] = {}
    for old, newer in after.items():
        seen, new = {old}, newer
        while new in after and new not in seen:
            seen.add(new)
            new = after[new]
        last[old] = new
    return last


def _let_in_by(chosen: ColumnElement[bool]) -> Direct:
    """Everybody let in by these lines, re-entries apart."""
    divided = (Entry.gate_id, Entry.slot, Entry.method)
    return Direct(
        select(*divided, func.sum(EntryNumber.number).label("number"), func.count().label("lines"))
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(chosen, or_(*(Entry.kind == kind for kind in ADMITTING)), Entry.slot.is_not(None))
        .where(Entry.reentry.is_(False), func.coalesce(type_coerce(Entry.direction, String), "in") == "in")
        .group_by(*divided)
    )


def _where_stands(of_a_kind: TextClause) -> Select[Any]:
    return select(Entry.place_id).where(standing(_OF_EVENT), of_a_kind, Entry.place_id.is_not(None))


def _taken_back_by(chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    return Entry.id.in_(select(_undo.undoes_id).where(chosen, _undo.undoes_id.is_not(None)))


def _in_stretch(line: Any) -> ColumnElement[bool]:
    return and_(line.event_id + 0 == bindparam("event_id"), line.id.between(bindparam("first"), bindparam("last")))


_OF_EVENT: Any = bindparam("event_id")
_FRESH = _let_in_by(among(Entry.id, "ids") & Entry.undoes_id.is_(None))
_TAKEN_BACK = _let_in_by(_taken_back_by(among(_undo.id, "ids")))
_WITHIN = _let_in_by(_in_stretch(Entry) & Entry.undoes_id.is_(None))
_TAKEN_WITHIN = _let_in_by(_taken_back_by(_in_stretch(_undo)))
_NAMES = Direct(select(Gate.id, Gate.name).where(Gate.event_id == _OF_EVENT).order_by(Gate.position, Gate.id))
_TELLING = Direct(
    select(Place.id, EventSession.code, SessionPlaces.capacity)
    .join(EventSession, EventSession.id == Place.session_id)
    .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
    .where(Place.event_id == _OF_EVENT)
    .where(Place.id.in_(union(*(_where_stands(of_a_kind) for of_a_kind in (OF_AN_EXIT, OF_A_ROOM_COUNT)))))
    .order_by(EventSession.starts_at, EventSession.code)
)
_STEPS = Direct(
    select(
        Entry.place_id, Entry.at, Entry.ticket_id, EntryNumber.number, Entry.kind, Entry.direction, Entry.reentry,
        Category.unknown, Category.id, Entry.id.label("line"),
    )
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .join(Category, Category.id == EntryNumber.category_id)
    .where(standing(_OF_EVENT), among(Entry.place_id, "places"))
    .order_by(Entry.at, Entry.id)
)  # fmt: skip
_REISSUED = Direct(
    select(Ticket.id, Ticket.replaced_by_id).where(Ticket.event_id == _OF_EVENT, Ticket.replaced_by_id.is_not(None))
)
