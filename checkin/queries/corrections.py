"""Corrections that were made, and what a place's lines say for who makes another."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select

from app.accounts.models import Account
from app.db import Texts, db
from app.errors import NotFound
from app.programme.models import Category, Event, EventSession, Venue
from checkin.models import NOT_PLAIN, Entry, EntryNumber, Place, Scan
from checkin.queries.undone import stands
from checkin.rules import Direction, EntryKind, Method
from checkin.rules.correcting import CorrectionReason


@dataclass(frozen=True)
class MadeCorrection:
    """One correction. changes: by category, signed; standing: nobody took it back."""

    scan_id: UUID
    made_at: datetime
    made_by: str | None
    session: Texts | None
    venue: Texts | None
    day: date | None
    reason: CorrectionReason
    new_today: bool
    changes: Mapping[str, int]
    methods: tuple[Method, ...]
    standing: bool


def corrections_of(event_id: int, *, limit: int, skip: int = 0) -> list[MadeCorrection]:
    """The newest first, those that were taken back too."""
    heads = db.session.execute(
        select(
            Entry.scan_id, func.min(Entry.received_at), func.min(Account.name), func.min(Entry.reason),
            Entry.new_today, Entry.place_id,
        )
        .outerjoin(Account, Account.id == Entry.account_id)
        .where(Entry.event_id == event_id, Entry.kind == EntryKind.CORRECTION, Entry.scan_id.is_not(None))
        .group_by(Entry.scan_id, Entry.new_today, Entry.place_id)
        .order_by(func.min(Entry.id).desc())
        .limit(limit)
        .offset(skip)
    ).all()  # fmt: skip
    changes, methods, standing = _changes([row[0] for row in heads])
    names = _names({row[5] for row in heads})
    return [
        MadeCorrection(
            scan_id=scan_id,
            made_at=at,
            made_by=name,
            session=names[place][0],
            venue=names[place][1],
            day=names[place][2],
            reason=CorrectionReason(reason),
            new_today=bool(new_today),
            changes=changes[scan_id],
            methods=tuple(method for method in Method if method in methods[scan_id]),
            standing=scan_id in standing,
        )
        for scan_id, at, name, reason, new_today, place in heads
        if scan_id is not None and reason is not None
    ]


def correction_count(event_id: int) -> int:
    """How many were made, whether they stand or not."""
    chosen = select(func.count(Entry.scan_id.distinct()))
    return db.session.scalar(chosen.where(Entry.event_id == event_id, Entry.kind == EntryKind.CORRECTION)) or 0


def correction_scan(event: Event, scan_id: UUID) -> Scan:
    """The scan of a correction of this event. Raises NotFound."""
    scan = db.session.get(Scan, scan_id)
    of_correction = exists().where(Entry.scan_id == scan_id, NOT_PLAIN, Entry.kind == EntryKind.CORRECTION)
    if scan is None or scan.event_id != event.id or not db.session.scalar(select(of_correction)):
        raise NotFound
    return scan


def counted_at(event_id: int, place_id: int) -> dict[str, int]:
    """Who came in at a place by category, as its standing lines say, re-entries left out."""
    found = db.session.execute(
        select(Category.key, func.sum(EntryNumber.number))
        .select_from(Entry)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(Category, Category.id == EntryNumber.category_id)
        .where(_inward(event_id, place_id))
        .group_by(Category.key)
    )
    return {key: int(number) for key, number in found if number}


def known_without_ticket(event_id: int, place_id: int, *, new_today: bool) -> dict[tuple[str, Method], int]:
    """Who of them is known without a ticket, by category and method; those new that day, or those not."""
    found = db.session.execute(
        select(Category.key, Entry.method, func.sum(EntryNumber.number))
        .select_from(Entry)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(Category, Category.id == EntryNumber.category_id)
        .where(_inward(event_id, place_id), Entry.ticket_id.is_(None))
        .where(func.coalesce(Entry.new_today, False).is_(new_today))
        .group_by(Category.key, Entry.method)
    )
    return {(key, method): int(number) for key, method, number in found}


def _inward(event_id: int, place_id: int) -> ColumnElement[bool]:
    return (
        (Entry.event_id == event_id)
        & (Entry.place_id == place_id)
        & (Entry.direction == Direction.IN)
        & Entry.kind.not_in((EntryKind.UNDO, EntryKind.ROOM_COUNT))
        & Entry.reentry.is_(False)
        & stands()
    )


def _changes(
    scans: list[UUID | None],
) -> tuple[dict[UUID | None, dict[str, int]], dict[UUID | None, set[Method]], set[UUID | None]]:
    """Of each correction its changes and methods, and which of them stand. Of one that was written anew, because fewer
    people are left to take off, what stands; of one that was taken back, what it said at first."""
    found = db.session.execute(
        select(Entry.scan_id, Category.key, Entry.method, EntryNumber.number, stands(), Entry.received_at)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(Category, Category.id == EntryNumber.category_id)
        .where(Entry.scan_id.in_(scans), NOT_PLAIN, Entry.kind == EntryKind.CORRECTION)
        .order_by(Category.position, Entry.id)
    ).all()
    standing = {row[0] for row in found if row[4]}
    first = {scan_id: min(row[5] for row in found if row[0] == scan_id) for scan_id in scans}
    changes: dict[UUID | None, dict[str, int]] = defaultdict(dict)
    methods: dict[UUID | None, set[Method]] = defaultdict(set)
    for scan_id, key, method, number, stands_still, at in found:
        if stands_still if scan_id in standing else at == first[scan_id]:
            changes[scan_id][key] = changes[scan_id].get(key, 0) + number
            methods[scan_id].add(method)
    return changes, methods, standing


def _names(places: set[int | None]) -> dict[int | None, tuple[Texts | None, Texts | None, date | None]]:
    found = db.session.execute(
        select(Place.id, EventSession.title, Venue.name, Place.day)
        .outerjoin(EventSession, EventSession.id == Place.session_id)
        .outerjoin(Venue, Venue.id == Place.venue_id)
        .where(Place.id.in_(places))
    )
    return {place: (session, venue, day) for place, session, venue, day in found}
