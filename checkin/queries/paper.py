"""Places that people count on paper, and what was typed of their sheets."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account
from app.clock import lasts_all_day
from app.db import Texts, db
from app.errors import NotFound
from app.programme.models import Category, Event, EventSession, Room, Venue
from app.programme.rules import SessionStatus
from checkin.models import Entry, EntryNumber, Place, Scan
from checkin.queries.door import entrance_code, session_code
from checkin.rules import EntryKind, Method
from checkin.rules.times import event_day


@dataclass(frozen=True)
class PaperPlace:
    """What one enters: a session with its room and times, or a venue's entrance on a day."""

    id: int
    code: str
    name: Texts
    room: Texts | None
    starts_at: datetime | None
    ends_at: datetime | None
    day: date | None

    @property
    def all_day(self) -> bool:
        """Whether a session lasts the whole day, so that its hours say nothing."""
        return bool(self.starts_at and self.ends_at and lasts_all_day(self.starts_at, self.ends_at))

    def is_open_on(self, event: Event, moment: datetime) -> bool:
        """Whether this is a time of its days, each of which ends when the event's day does."""
        zone = ZoneInfo(event.timezone)
        day = event_day(moment, zone, event.day_ends_at)
        if self.starts_at is None or self.ends_at is None:
            return day == self.day
        last = (self.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
        return event_day(self.starts_at, zone, event.day_ends_at) <= day <= last

    def usual_moment(self, zone: ZoneInfo, at: datetime) -> datetime | None:
        """When people came if nobody says better: at the start; where they come all day at noon, or by now (`at`)."""
        day = self.starts_at.astimezone(zone).date() if self.starts_at and self.all_day else self.day
        return self.starts_at if day is None else min(datetime.combine(day, time(12), zone), at)


@dataclass(frozen=True)
class TypedSheet:
    """What was typed of one sheet. `standing`: nobody took it back."""

    scan_id: UUID
    counted_at: datetime
    typed_at: datetime
    typed_by: str | None
    new_today: bool
    people: dict[str, int]
    standing: bool


def paper_places(event: Event) -> list[PaperPlace]:
    """Every place of the event: entrances by day, then sessions in order of time."""
    entrances = db.session.execute(
        select(Place.id, Venue.slug, Venue.name, Place.day)
        .join(Venue, Venue.id == Place.venue_id)
        .where(Place.event_id == event.id)
        .order_by(Place.day, Venue.slug)
    )
    sessions = db.session.execute(
        select(Place.id, EventSession.code, EventSession.title, Room.name, EventSession.starts_at, EventSession.ends_at)
        .join(EventSession, EventSession.id == Place.session_id)
        .outerjoin(Room, Room.id == EventSession.room_id)
        .where(Place.event_id == event.id, EventSession.status == SessionStatus.PLANNED)
        .order_by(EventSession.starts_at, EventSession.code)
    )
    return [
        *(
            PaperPlace(row[0], entrance_code(row[1], row[3] or date.min), row[2], None, None, None, row[3])
            for row in entrances
        ),
        *(PaperPlace(row[0], session_code(row[1]), row[2], row[3], row[4], row[5], None) for row in sessions),
    ]


def paper_place(event: Event, code: str) -> PaperPlace:
    """One of them. Raises NotFound."""
    for place in paper_places(event):
        if place.code == code:
            return place
    raise NotFound


def sheets_typed(event_id: int, place_id: int) -> list[TypedSheet]:
    """What was typed for a place, the newest first."""
    later = aliased(Entry)
    found = db.session.execute(
        select(
            Scan.id, Scan.at, Scan.received_at, Account.name, Entry.new_today, Category.key, EntryNumber.number,
            exists().where(later.undoes_id == Entry.id),
        )
        .join(Entry, Entry.scan_id == Scan.id)
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(Category, Category.id == EntryNumber.category_id)
        .outerjoin(Account, Account.id == Scan.account_id)
        .where(Scan.event_id == event_id, Scan.place_id == place_id)
        .where(Entry.method == Method.PAPER, Entry.ticket_id.is_(None), Entry.kind != EntryKind.UNDO)
        .order_by(Scan.received_at.desc(), Scan.id, Category.position)
    )  # fmt: skip
    people: dict[UUID, dict[str, int]] = defaultdict(dict)
    sheets: dict[UUID, TypedSheet] = {}
    for scan_id, at, typed_at, name, new_today, key, number, undone in found:
        people[scan_id][key] = number
        sheets[scan_id] = TypedSheet(scan_id, at, typed_at, name, bool(new_today), people[scan_id], standing=not undone)
    return list(sheets.values())


def sheet_scan(event: Event, scan_id: UUID) -> Scan:
    """The scan of a typed sheet of this event. Raises NotFound."""
    scan = db.session.get(Scan, scan_id)
    of_paper = exists().where(Entry.scan_id == scan_id, Entry.method == Method.PAPER, Entry.ticket_id.is_(None))
    if scan is None or scan.event_id != event.id or not db.session.scalar(select(of_paper)):
        raise NotFound
    return scan
