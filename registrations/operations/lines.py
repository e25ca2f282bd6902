"""Booking lines: read as one stand a booking, written so that a line of a category is taken up again, not added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Function, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db
from app.direct import Direct, at_one_go, here
from app.rows import whole_row
from registrations.models import Booking, BookingLine
from registrations.rules import BookingState
from registrations.rules.bookings import LIVE, Seat, Stand, total

TRACE = ("waited_at", "promoted_at", "offered_at", "lapsed_at")
"""What stays known of a booking on the waiting list."""
_NEW = Direct(whole_row(Booking).returning(Booking.id))
_NEW_LINES = Direct(whole_row(BookingLine))


@dataclass(frozen=True)
class Wanted:
    """A booking to be written: in which session, how many in which state."""

    session_id: int
    stand: Stand


@dataclass(frozen=True)
class Stood:
    """A booking as it stands: its row's id, and how many of whom in which state."""

    booking_id: int
    session_id: int
    stand: Stand


def stands_of(registration_id: int) -> dict[int, Stood]:
    """A registration's bookings by session id, cancelled ones too, which stand empty. Hold the places first."""
    found = db.session.execute(
        select(Booking.id, Booking.session_id, BookingLine)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(Booking.registration_id == registration_id)
        .execution_options(populate_existing=True)
    ).all()
    lines: dict[tuple[int, int], list[BookingLine]] = {}
    for booking_id, session_id, line in found:
        lines.setdefault((booking_id, session_id), []).append(line)
    return {
        session_id: Stood(booking_id, session_id, stand_of((one.state, _seat(one), one.number) for one in of_it))
        for (booking_id, session_id), of_it in lines.items()
    }


def stand_of(lines: Iterable[tuple[BookingState, Seat, int]]) -> Stand:
    """Lines as a stand; what is over is left out."""
    seats: dict[str, dict[Seat, int]] = {state.value: {} for state in LIVE}
    for state, seat, number in lines:
        if state in LIVE:
            counted = seats[state.value]
            counted[seat] = counted.get(seat, 0) + number
    return Stand(**seats)


def write_bookings(registration_id: int, wanted: Iterable[Wanted], *, at: datetime, change_number: int) -> None:
    """New bookings with their lines."""
    new = list(wanted)
    if not new:
        return
    connection = here()
    rows = [
        {
            "uuid": uuid4(),
            "registration_id": registration_id,
            "session_id": one.session_id,
            "created_at": at,
            "joined_waiting_at": at if total(one.stand.waiting) else None,
            "waited_at": at if total(one.stand.waiting) else None,
            "change_number": change_number,
        }
        for one in new
    ]
    with at_one_go(connection):
        asked = [(row["session_id"], _NEW.ask(connection, row)) for row in rows]
    ids = {session_id: made.rows()[0].id for session_id, made in asked}
    lines = [line for one in new for line in _lines(ids[one.session_id], one.stand, at)]
    if lines:
        _NEW_LINES.write(connection, lines)


def write_stand(before: Stood, wanted: Stand, *, at: datetime, change_number: int) -> None:
    """Make a booking's lines say what it shall be; lines that say so already keep their time."""
    of_it = select(BookingLine).where(BookingLine.booking_id == before.booking_id).order_by(BookingLine.id)
    free = list(db.session.scalars(of_it.execution_options(populate_existing=True)))
    missing: list[dict[str, Any]] = []
    for line in _lines(before.booking_id, wanted, at):
        row = next((one for one in free if (one.state, _seat(one)) == (line["state"], _seat_in(line))), None)
        if row is None:
            missing.append(line)
            continue
        free.remove(row)
        if row.number != line["number"]:
            row.number, row.state_at = line["number"], at
    for line in missing:
        row = next((one for one in free if _seat(one) == _seat_in(line)), None)
        if row is None:
            db.session.add(BookingLine(**line))
            continue
        free.remove(row)
        row.number, row.state, row.state_at = line["number"], line["state"], at
    for row in free:
        if row.state in LIVE:
            row.state, row.state_at = BookingState.CANCELLED, at
    db.session.flush()
    _touch(before, wanted, at, change_number)


def move_lines(
    booking_ids: Iterable[int],
    *,
    before: BookingState,
    after: BookingState,
    at: datetime,
    change_number: int,
    **columns: Any,
) -> None:
    """The lines of many bookings from one state to another, and what changes in their rows with it."""
    ids = sorted(booking_ids)
    if not ids:
        return
    lines = update(BookingLine).where(BookingLine.booking_id.in_(ids), BookingLine.state == before)
    rows = update(Booking).where(Booking.id.in_(ids))
    quiet: Mapping[str, Any] = {"synchronize_session": False}
    db.session.execute(lines.values(state=after, state_at=at).execution_options(**quiet))
    values = {"change_number": change_number, "version": Booking.version + 1, **columns}
    db.session.execute(rows.values(values).execution_options(**quiet))


def first(column: InstrumentedAttribute[datetime | None], at: datetime) -> Function[datetime]:
    """A moment that is kept from the first time on."""
    return func.coalesce(column, at)


def _touch(before: Stood, wanted: Stand, at: datetime, change_number: int) -> None:
    """Who waits keeps the place in the queue for as long as any of the party waits; an offer ends with its places."""
    values: dict[str, Any] = {"change_number": change_number, "version": Booking.version + 1}
    if not total(wanted.waiting):
        values |= {"joined_waiting_at": None, "passed_over": 0}
    elif not total(before.stand.waiting):
        values |= {"joined_waiting_at": at, "passed_over": 0, "waited_at": first(Booking.waited_at, at)}
    if total(wanted.waiting) < total(before.stand.waiting) and total(wanted.confirmed) > total(before.stand.confirmed):
        values["promoted_at"] = first(Booking.promoted_at, at)
    if not total(wanted.offered):
        values["offer_ends_at"] = None
    row = update(Booking).where(Booking.id == before.booking_id)
    db.session.execute(row.values(values).execution_options(synchronize_session=False))


def _lines(booking_id: int, stand: Stand, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "booking_id": booking_id,
            "category_id": category_id,
            "attendee_id": attendee_id,
            "number": number,
            "state": state,
            "state_at": at,
        }
        for state in LIVE
        for (category_id, attendee_id), number in stand.seats_in(state).items()
        if number
    ]


def _seat(line: BookingLine) -> Seat:
    return line.category_id, line.attendee_id


def _seat_in(line: Mapping[str, Any]) -> Seat:
    return line["category_id"], line["attendee_id"]
