"""The counters of event sessions counted again from the ledger and the bookings, from nothing."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.programme.models import Category, EventSession, SessionPlaces
from app.programme.rules import CapacityKind
from checkin.models import Entry, EntryNumber, Place
from checkin.queries.rooms import TELLING, standing_in
from checkin.rules import Direction, EntryKind
from checkin.rules.people import total
from checkin.rules.rooms import room_of
from checkin.rules.stay import Line, stay
from registrations.models import Booking, BookingLine, Registration, Ticket
from registrations.rules import BookingState, PartyKind

FIGURES = ("promised", "present", "arrived", "anonymous", "counts_exits")


@dataclass(frozen=True)
class Wrong:
    """A counter that is not what the ledger (or, of `promised`, the bookings) says."""

    session: str
    figure: str
    counter: int
    recounted: int


@dataclass(frozen=True)
class Recount:
    """How many sessions were counted again, and every counter that is wrong."""

    sessions: int
    wrong: list[Wrong]


def recounted(event_id: int) -> Recount:
    """Every session of the event."""
    found = db.session.execute(
        select(
            EventSession.id, EventSession.code, EventSession.capacity_kind, SessionPlaces, func.coalesce(Place.id, 0)
        )
        .join(SessionPlaces, SessionPlaces.session_id == EventSession.id)
        .outerjoin(Place, Place.session_id == EventSession.id)
        .where(EventSession.event_id == event_id)
        .order_by(EventSession.code)
        .execution_options(populate_existing=True)
    ).all()
    promised = _promised(event_id)
    unknown = str(db.session.scalar(select(Category.id).where(Category.event_id == event_id, Category.unknown)))
    wrong = []
    for session_id, code, kind, places, place_id in found:
        mine = _figures(_standing_lines(event_id, place_id), kind, unknown)
        told = {**mine, "promised": promised.get(session_id, 0)}
        wrong += [
            Wrong(code, figure, int(getattr(places, figure)), told[figure])
            for figure in FIGURES
            if int(getattr(places, figure)) != told[figure]
        ]
    return Recount(len(found), wrong)


def _figures(lines: Collection[Any], kind: CapacityKind, unknown: str) -> dict[str, int]:
    """Present, arrived, anonymous and whether exits are counted, from the standing lines of one place."""
    people: dict[tuple[int, int | None], dict[int, Line]] = defaultdict(dict)
    for row in lines:
        if row.ticket_id is not None and row.party_kind is not PartyKind.TEAM:
            _add(people[row.registration_id, row.attendee_id], row)
    stays = [stay(of_person.values()) for of_person in people.values()]
    inside = sum(total(one.admitted if kind is CapacityKind.SEATS else one.inside) for one in stays)
    arrived = sum(total(one.booked) for one in stays)
    keys = {row.category_id: str(row.category_id) for row in lines}
    anonymous = total(room_of(kind, unknown, standing_in(lines, keys)).without_ticket())
    return {
        "present": inside + max(0, anonymous),
        "arrived": arrived,
        "anonymous": anonymous,
        "counts_exits": int(any(row.kind in TELLING and row.reason is None for row in lines)),
    }


def _add(lines: dict[int, Line], row: Any) -> None:
    """A line of several categories comes in several rows."""
    before = lines[row.id].people if row.id in lines else {}
    direction = row.direction or (Direction.OUT if row.kind is EntryKind.EXIT else Direction.IN)
    people = {**before, str(row.category_id): row.number}
    lines[row.id] = Line(row.at, row.id, direction, people, row.reentry, bool(row.booked))


def _standing_lines(event_id: int, place_id: int) -> Sequence[Any]:
    """Lines of a place that nothing undoes. Those of all places at once are more than memory should hold."""
    undo = aliased(Entry)
    return db.session.execute(
        select(
            Entry.id, Entry.place_id, Entry.ticket_id, Entry.registration_id, Ticket.attendee_id, Entry.at, Entry.kind,
            Entry.direction, Entry.reentry, Entry.booked, Entry.reason, Entry.party_kind, EntryNumber.category_id,
            EntryNumber.number,
        )
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .outerjoin(Ticket, Ticket.id == Entry.ticket_id)
        .outerjoin(undo, undo.undoes_id == Entry.id)
        .where(Entry.event_id == event_id, Entry.place_id == place_id, Entry.kind != EntryKind.UNDO, undo.id.is_(None))
    ).all()  # fmt: skip


def _promised(event_id: int) -> dict[int, int]:
    """Places that bookings hold, by session; teams take no seat."""
    holding = [state for state in BookingState if state.holds_places]
    found = db.session.execute(
        select(Booking.session_id, func.sum(BookingLine.number))
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(Registration.event_id == event_id, BookingLine.state.in_(holding))
        .where(or_(Registration.party_kind.is_(None), Registration.party_kind != PartyKind.TEAM))
        .group_by(Booking.session_id)
    )
    return {session_id: int(number) for session_id, number in found}
