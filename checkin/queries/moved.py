"""What came into a ledger since somebody looked, and what it adds to the roll-ups: for who keeps their sums in memory.

It is reckoned as the door reckons it (`checkin/operations/rolling.py`), by the same rules, for all devices together.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from app.direct import Asked, Bound, Direct, among, at_one_go
from app.programme.models import Event
from checkin.models import Entry, EntryNumber, RollUp, RollUpPlace
from checkin.queries import rollups
from checkin.queries.newest import AllOf, NewestLine
from checkin.queries.rollups import told
from checkin.rules import Cut, Direction, EntryKind
from checkin.rules.rollup import Cells, Told, difference, of_nobody, of_registration

WINDOW = 1000
"""Where several write at once, a line with a smaller id may come later than one with a greater: by so many at most,
else all is read anew."""
FAR, A_PART = 10_000, 50
"""What takes long to make anew is followed so far at most, over less than that part of all lines."""
_undone = aliased(Entry)


class Standing(NamedTuple):
    """What tells whether the figures of an event may have changed: how many lines there are, the newest one and when
    it arrived; how often the roll-ups were made anew; and the number that rises with every change of a registration."""

    lines: int
    newest_id: int
    newest_at: datetime | None
    made: int
    change_number: int


def standing_of(bind: Bound, event_id: int) -> Standing:
    """The present state of an event, by one statement, so that all of it is of one moment. The lines are counted as
    they are written: where several write at once, one with a smaller id may come later than the newest."""
    return standing_in(STANDING.ask(bind, {"event_id": event_id}))


def standing_in(asked: Asked) -> Standing:
    """The same where `STANDING` was asked for it."""
    found = asked.rows()[0]
    return Standing(int(found.lines), found.newest_id, found.newest_at, found.made, found.change_number or 0)


def ids_near(bind: Bound, event_id: int, newest_id: int) -> set[int]:
    """The newest lines up to this one, of which not all may be here yet."""
    return _ids_after(bind, event_id, _before(bind, newest_id))


def still_near(bind: Bound, near: Collection[int], fresh: Collection[int], newest_id: int) -> set[int]:
    """The same of a state whose lines are those of an earlier one and the `fresh` ones: nothing is asked for it."""
    after = _before(bind, newest_id)
    return {one for one in (*near, *fresh) if one > after}


def ask_newer(bind: Bound, event_id: int, before: Standing, *, far: bool = False) -> Asked:
    """Ask for lines with a greater id than there was before, at most one more than can be followed."""
    return (_NEWER_FAR if far else _NEWER).ask(bind, {"event_id": event_id, "after": before.newest_id})


def fresh_since(
    bind: Bound, event_id: int, before: Standing, now: Standing, seen: Collection[int], *, newer: Asked | None = None,
    far: bool = False,
) -> frozenset[int] | None:  # fmt: skip
    """Lines that came between two states, the newest ones of the first in `seen`; None: nobody can say which. Asked in
    the second of these states. Nearly always they are those with a greater id (newer: these, where they were asked for
    already); only where these are too few one with a smaller id came late, and is looked for among the newest of
    before. far: for what takes long to make anew."""
    lines = now.lines - before.lines
    if before.made != now.made or not 0 <= lines <= max(WINDOW, min(FAR, now.lines // A_PART) if far else 0):
        return None
    if not lines:
        return frozenset()
    fresh = {row.id for row in (newer or ask_newer(bind, event_id, before, far=far)).rows()}
    if len(fresh) < lines and (near := _before(bind, before.newest_id)) < before.newest_id:
        fresh = _ids_after(bind, event_id, near).difference(seen, {before.newest_id})
    return frozenset(fresh) if len(fresh) == lines else None


def places_of(bind: Bound, ids: Collection[int]) -> Counter[int]:
    """How many of these lines are at each place, or take back what was there."""
    found = _PLACES.rows(bind, {"ids": sorted(ids)})
    return Counter(place for row in found for place in {row.place_id, row.undone_at} if place is not None)


def added_by(bind: Bound, ids: Collection[int]) -> Cells:
    """What these lines, which came, add to the roll-ups. Asked in the state of the database in which they were found to
    be fresh."""
    with at_one_go(bind):
        fresh, theirs = [one.ask(bind, {"ids": sorted(ids)}) for one in (_FRESH, _OF_THEIR_REGISTRATIONS)]
    return _added(fresh.rows(), theirs.rows())


def _before(bind: Bound, newest_id: int) -> int:
    """On SQLite one writes at a time, so ids rise with time."""
    return newest_id - WINDOW if bind.dialect.name == "postgresql" else newest_id


def _ids_after(bind: Bound, event_id: int, after: int) -> set[int]:
    return {row.id for row in _IDS.rows(bind, {"event_id": event_id, "after": after})}


def _added(fresh: Sequence[Any], theirs: Sequence[Any]) -> Cells:
    """theirs: lines of the registrations of fresh ones."""
    cells: Cells = defaultdict(int)
    for row in fresh:
        if row.ticket_id is None and row.admits and row.inward and row.place_id is not None:
            for cell, more in of_nobody(told(row, row.venue), new_today=bool(row.new_today)):
                cells[cell._replace(device=0)] += more
    _add_registrations(cells, theirs, {row.uuid for row in fresh})
    return cells


def _add_registrations(cells: Cells, lines: Sequence[Any], uuids: set[Any]) -> None:
    """What their lines add now, less what they added before."""
    before: dict[int, list[Told]] = defaultdict(list)
    after: dict[int, list[Told]] = defaultdict(list)
    for row in lines:
        if row.undone_by is not None and row.undone_by not in uuids:
            continue
        line = told(row, row.venue)
        if row.uuid not in uuids:
            before[row.registration_id].append(line)
        if row.undone_by is None:
            after[row.registration_id].append(line)
    for one in sorted({*before, *after}):
        for cell, more in difference(of_registration(before[one])[0], of_registration(after[one])[0]):
            cells[cell._replace(device=0)] += more


_IS_LINES = (RollUp.event_id == bindparam("event_id"), RollUp.cut == Cut.LINES)
_newest = aliased(Entry)
_NEWEST = NewestLine(bindparam("event_id", type_=Integer))
STANDING = Direct(
    select(
        select(func.coalesce(func.sum(RollUp.number), 0)).where(*_IS_LINES).scalar_subquery().label("lines"),
        select(func.coalesce(func.max(RollUp.venue_id), 0)).where(*_IS_LINES).scalar_subquery().label("made"),
        func.coalesce(_NEWEST, 0).label("newest_id"),
        select(_newest.received_at).where(_newest.id == _NEWEST).scalar_subquery().label("newest_at"),
        select(Event.change_number).where(Event.id == bindparam("event_id")).scalar_subquery().label("change_number"),
    )
)
_ALL_OF_EVENT = AllOf(Entry.event_id) == bindparam("event_id", type_=BigInteger)
_IDS = Direct(select(Entry.id).where(_ALL_OF_EVENT, Entry.id > bindparam("after")))
_NEWER, _NEWER_FAR = (Direct(_IDS.statement.limit(most + 1)) for most in (WINDOW, FAR))
_PLACES = Direct(
    select(Entry.place_id, _undone.place_id.label("undone_at"))
    .outerjoin(_undone, _undone.id == Entry.undoes_id)
    .where(among(Entry.id, "ids"))
)
_fresh = aliased(Entry)
_THEIR_REGISTRATIONS = select(_fresh.registration_id).where(among(_fresh.id, "ids"), _fresh.ticket_id.is_not(None))
_OF_THEIR_REGISTRATIONS = rollups.told_of(Entry.registration_id.in_(_THEIR_REGISTRATIONS))
_KIND = func.coalesce(type_coerce(_undone.kind, String), type_coerce(Entry.kind, String))


def _is(kind: EntryKind) -> ColumnElement[bool]:
    """What the line is, or of an undo what it takes back."""
    return _KIND.bool_op("=")(kind.value)


_FRESH = Direct(
    select(
        Entry.id,
        type_coerce(Entry.uuid, String).label("uuid"),
        Entry.registration_id,
        Entry.ticket_id,
        literal(0).label("person"),
        type_coerce(Entry.party_kind, String).label("party_kind"),
        Entry.place_id,
        func.coalesce(EntryNumber.category_id, 0).label("category_id"),
        func.coalesce(EntryNumber.number, 0).label("number"),
        type_coerce(Entry.method, String).label("method"),
        type_coerce(Entry.day, String).label("day"),
        func.coalesce(Entry.slot, 0).label("slot"),
        rollups.BOOKED.label("booked"),
        Entry.reentry,
        type_coerce(Entry.at, String).label("at"),
        literal(0).label("device"),
        _is(EntryKind.CORRECTION).label("corrected"),
        or_(*map(_is, rollups.ADMITTING)).label("admits"),
        or_(Entry.direction.is_(None), Entry.direction == Direction.IN).label("inward"),
        func.coalesce(Entry.new_today, false()).label("new_today"),
        func.coalesce(RollUpPlace.venue_id, 0).label("venue"),
    )
    .outerjoin(EntryNumber, EntryNumber.entry_id == Entry.id)
    .outerjoin(_undone, _undone.id == Entry.undoes_id)
    .outerjoin(RollUpPlace, RollUpPlace.place_id == Entry.place_id)
    .where(among(Entry.id, "ids"))
    .order_by(Entry.id)
)
