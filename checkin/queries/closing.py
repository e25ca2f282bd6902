"""Day close: the places of each event day, what was counted there, what was said of it, and what came later."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select

from app.accounts.models import Account
from app.db import db
from app.programme.models import Category, Event
from checkin.models import Entry, EntryNumber, Place, PlaceClose, RollUp, RollUpPlace, Scan
from checkin.queries.paper import PaperPlace
from checkin.queries.undone import stands
from checkin.rules import CountingState, Cut, Direction, EntryKind, Method
from checkin.rules.times import day_window, event_day

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Word:
    """What the organiser said of a place, and when."""

    state: CountingState
    at: datetime
    by: str | None


@dataclass(frozen=True)
class Late:
    """What came of a place after it was closed: one for each scan, however many lines it wrote."""

    lines: int
    newest_at: datetime


class Came(NamedTuple):
    """What came in at a place. people: by the ids of categories, re-entries left out; methods: how that is known."""

    people: Mapping[int, int]
    methods: tuple[Method, ...]
    late: Late | None


@dataclass(frozen=True)
class ClosingPlace:
    """A place at day close. begins_at: a session, or the day of an entrance; counted: who came in by category,
    re-entries left out; methods: how that is known."""

    place: PaperPlace
    begins_at: datetime
    word: Word | None = None
    late: Late | None = None
    counted: Mapping[str, int] = field(default_factory=dict)
    methods: tuple[Method, ...] = ()


def days_of(
    event: Event, places: Iterable[PaperPlace], words: Mapping[int, Word], came: Mapping[int, Came]
) -> dict[date, list[ClosingPlace]]:  # fmt: skip
    """Every day of the event with its places; a session of several days belongs to the last one."""
    keys = _keys(event.id)
    length = (event.ends_on - event.starts_on).days + 1
    days: dict[date, list[ClosingPlace]] = {event.starts_on + timedelta(offset): [] for offset in range(length)}
    for one in places:
        here = came[one.id]
        counted = {key: here.people[category] for category, key in keys if category in here.people}
        found = ClosingPlace(one, _begins_at(one, event), words.get(one.id), here.late, counted, here.methods)
        days.setdefault(_day_of(one, event), []).append(found)
    return dict(sorted(days.items()))


def words_of(event_id: int) -> dict[int, Word]:
    """What the organiser said, by place."""
    found = db.session.execute(
        select(PlaceClose.place_id, PlaceClose.state, PlaceClose.closed_at, Account.name)
        .join(Place, Place.id == PlaceClose.place_id)
        .outerjoin(Account, Account.id == PlaceClose.account_id)
        .where(Place.event_id == event_id)
    )
    return {place: Word(state, at, name) for place, state, at, name in found}


def came_in(event_id: int, places: Collection[int]) -> dict[int, Came]:
    """What came in at each of these places, from the roll-ups; late lines from the ledger."""
    people: dict[int, dict[int, int]] = {one: defaultdict(int) for one in places}
    ways: dict[int, set[Method]] = {one: set() for one in places}
    for place, category, method, number in _sums(event_id, places):
        people[place][category] += number
        if number:
            ways[place].add(Method(method))
    _add_other_ways(ways, event_id)
    late = _late(event_id, places)
    return {
        one: Came(
            {category: number for category, number in people[one].items() if number},
            tuple(method for method in Method if method in ways[one]),
            late.get(one),
        )
        for one in places
    }


def still_open(places: Iterable[ClosingPlace], *, at: datetime) -> dict[str, int]:
    """Of these places: how many nobody has closed, how many of them have begun and show nobody, how many lines came
    late."""
    listed = list(places)
    bare = [one for one in listed if one.word is None and not one.methods and one.begins_at <= at]
    return {
        "not_closed": sum(one.word is None for one in listed),
        "nobody_counted": len(bare),
        "late_lines": sum(one.late.lines for one in listed if one.late),
    }


def _day_of(place: PaperPlace, event: Event) -> date:
    if place.day is not None or place.ends_at is None:
        return place.day or event.ends_on
    return event_day(place.ends_at - MOMENT, ZoneInfo(event.timezone), event.day_ends_at)


def _begins_at(place: PaperPlace, event: Event) -> datetime:
    return place.starts_at or day_window(_day_of(place, event), ZoneInfo(event.timezone), event.day_ends_at).from_


def _late(event_id: int, places: Collection[int]) -> dict[int, Late]:
    """Corrections are no late lines: somebody makes them because the place is closed. Nor is what was written anew of a
    scan that had come before, as when its ticket is known by now, unless it changes how many came there. What one scan
    wrote is one: so is a family in place of the one person who was counted until its ticket came."""
    came = case((_comes_in(), EntryNumber.number), else_=0)
    scans = (
        select(
            Entry.place_id,
            case((Entry.scan_id.is_(None), func.count(Entry.id.distinct())), else_=1).label("lines"),
            func.max(Entry.received_at).label("newest_at"),
        )
        .join(PlaceClose, PlaceClose.place_id == Entry.place_id)
        .outerjoin(Scan, Scan.id == Entry.scan_id)
        .outerjoin(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.event_id == event_id, PlaceClose.place_id.in_(places), Entry.received_at > PlaceClose.closed_at)
        .where(Entry.kind != EntryKind.CORRECTION)
        .group_by(Entry.place_id, Entry.scan_id, Scan.received_at, PlaceClose.closed_at)
        .having(Entry.scan_id.is_(None) | (Scan.received_at > PlaceClose.closed_at) | (func.sum(came) != 0))
        .subquery()
    )
    found = db.session.execute(
        select(scans.c.place_id, func.sum(scans.c.lines), func.max(scans.c.newest_at)).group_by(scans.c.place_id)
    )
    return {place: Late(int(lines), newest) for place, lines, newest in found if place is not None}


def _comes_in() -> ColumnElement[bool]:
    """Lines that say how many came, and what takes them back."""
    return (Entry.direction == Direction.IN) & Entry.reentry.is_(False) & (Entry.method != Method.ROOM_COUNT)


def _sums(event_id: int, places: Collection[int]) -> Iterable[Any]:
    """Who came in, by place, category and method."""
    return db.session.execute(
        select(RollUp.place_id, RollUp.category_id, RollUp.method, func.sum(RollUp.number))
        .where(RollUp.event_id == event_id, RollUp.cut.in_((Cut.ONCE, Cut.ENTRIES)), RollUp.place_id.in_(places))
        .group_by(RollUp.place_id, RollUp.category_id, RollUp.method)
    )


def _add_other_ways(ways: Mapping[int, set[Method]], event_id: int) -> None:
    """Counts of rooms. Where nothing says how who came in is known, as at a door where somebody only left, the lines
    themselves are asked."""
    rooms = select(RollUpPlace.place_id, RollUpPlace.counted_at).where(RollUpPlace.place_id.in_(ways))
    silent = set()
    for place, counted_at in db.session.execute(rooms):
        if counted_at is not None:
            ways[place].add(Method.ROOM_COUNT)
        elif not ways[place]:
            silent.add(place)
    if silent:
        standing = (Entry.event_id == event_id) & (Entry.kind != EntryKind.UNDO) & stands()
        lines = select(Entry.place_id, Entry.method).where(standing, Entry.place_id.in_(silent)).distinct()
        for one, method in db.session.execute(lines):
            if one is not None:
                ways[one].add(method)


def _keys(event_id: int) -> list[tuple[int, str]]:
    found = select(Category.id, Category.key).where(Category.event_id == event_id).order_by(Category.position)
    return [(one, key) for one, key in db.session.execute(found)]
