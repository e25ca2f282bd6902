"""Day close: the places of each event day, what was counted there, what was said of it, and what came later."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select

from app.accounts.models import Account
from app.db import db
from app.programme.models import Category, Event
from checkin.models import Entry, EntryNumber, Place, PlaceClose, Scan
from checkin.queries.paper import PaperPlace, paper_places
from checkin.queries.undone import stands
from checkin.rules import CountingState, Direction, EntryKind, Method
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


@dataclass(frozen=True)
class ClosingPlace:
    """A place at day close. begins_at: a session, or the day of an entrance; counted: who came in by category,
    re-entries left out; methods: of its lines."""

    place: PaperPlace
    begins_at: datetime
    word: Word | None = None
    late: Late | None = None
    counted: Mapping[str, int] = field(default_factory=dict)
    methods: tuple[Method, ...] = ()


def closing_days(event: Event) -> dict[date, list[ClosingPlace]]:
    """Every day of the event with its places; a session of several days belongs to the last one."""
    places = paper_places(event)
    words, late = _words(event.id), _late(event.id)
    counted, methods = _counted(event.id), _methods(event.id)
    length = (event.ends_on - event.starts_on).days + 1
    days: dict[date, list[ClosingPlace]] = {event.starts_on + timedelta(offset): [] for offset in range(length)}
    for one in places:
        found = ClosingPlace(
            one, begins_at=_begins_at(one, event), word=words.get(one.id), late=late.get(one.id),
            counted=counted.get(one.id, {}), methods=tuple(methods.get(one.id, ())),
        )  # fmt: skip
        days.setdefault(_day_of(one, event), []).append(found)
    return dict(sorted(days.items()))


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


def _words(event_id: int) -> dict[int, Word]:
    found = db.session.execute(
        select(PlaceClose.place_id, PlaceClose.state, PlaceClose.closed_at, Account.name)
        .join(Place, Place.id == PlaceClose.place_id)
        .outerjoin(Account, Account.id == PlaceClose.account_id)
        .where(Place.event_id == event_id)
    )
    return {place: Word(state, at, name) for place, state, at, name in found}


def _late(event_id: int) -> dict[int, Late]:
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
        .where(Entry.event_id == event_id, Entry.received_at > PlaceClose.closed_at)
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


def _counted(event_id: int) -> dict[int, dict[str, int]]:
    found = db.session.execute(
        select(Entry.place_id, Category.key, func.sum(EntryNumber.number))
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(Category, Category.id == EntryNumber.category_id)
        .where(_standing(event_id), Entry.direction == Direction.IN, Entry.reentry.is_(False))
        .where(Entry.kind != EntryKind.ROOM_COUNT)
        .group_by(Entry.place_id, Category.key, Category.position)
        .order_by(Category.position)
    )
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    for place, key, number in found:
        if place is not None:
            counted[place][key] = int(number)
    return counted


def _methods(event_id: int) -> dict[int, list[Method]]:
    found = db.session.execute(select(Entry.place_id, Entry.method).where(_standing(event_id)).distinct()).all()
    methods: dict[int, list[Method]] = defaultdict(list)
    for method in Method:
        for place, known in found:
            if known is method and place is not None:
                methods[place].append(method)
    return methods


def _standing(event_id: int) -> ColumnElement[bool]:
    return (Entry.event_id == event_id) & (Entry.kind != EntryKind.UNDO) & stands()
