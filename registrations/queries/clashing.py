"""Who holds places in sessions that a release puts at one time: nobody books so, but a session may move afterwards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import select

from app.db import db
from app.programme.models import EventSession
from app.programme.rules.facts import Programme
from registrations.models import Booking, BookingLine, PartyNumber, Registration
from registrations.rules import BookingState, PartyKind, Stay, overlaps

HELD = (BookingState.CONFIRMED, BookingState.OFFERED)


@dataclass(frozen=True)
class Clash:
    """Sessions at one time, by code, in which a registration holds more places than it has people."""

    registration_id: int
    codes: tuple[str, ...]


@dataclass
class _Places:
    """What one registration holds in one session."""

    session_id: int
    numbers: dict[int, int] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)


def clashes(
    event_id: int, programme: Programme, codes: Iterable[str], *, registration_id: int | None = None
) -> list[Clash]:
    """Of every registration, or of one, what it holds at the time of these sessions and could not all attend, as the
    programme has it. One drops in beside anything; a team comes and goes. Two statements."""
    moved = {one for one in codes if _counts(programme, one)}
    if not moved:
        return []
    concerned = (
        select(Booking.registration_id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .where(EventSession.event_id == event_id, EventSession.code.in_(moved), BookingLine.state.in_(HELD))
    )
    if registration_id is not None:
        concerned = concerned.where(Booking.registration_id == registration_id)
    parties: dict[int, dict[int, int]] = {}
    for row in db.session.scalars(select(PartyNumber).where(PartyNumber.registration_id.in_(concerned))):
        parties.setdefault(row.registration_id, {})[row.category_id] = row.number
    held = db.session.execute(
        select(Booking.registration_id, EventSession.id, EventSession.code,
               BookingLine.category_id, BookingLine.attendee_id, BookingLine.number)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(
            Booking.registration_id.in_(concerned),
            BookingLine.state.in_(HELD),
            Registration.cancelled_at.is_(None),
            Registration.blocked_at.is_(None),
            Registration.erased_at.is_(None),
            Registration.party_kind != PartyKind.TEAM,
        )
        .order_by(Booking.registration_id)
    )  # fmt: skip
    return [
        Clash(one, group)
        for one, lines in groupby(held, key=lambda line: line[0])
        for group in _too_much(lines, parties.get(one, {}), programme)
        if moved.intersection(group)
    ]


def who_clash(clashing: Iterable[Clash], *, most: int) -> dict[tuple[str, ...], tuple[int, list[Registration]]]:
    """By sessions: how many registrations, and the first of them."""
    by_codes: dict[tuple[str, ...], list[int]] = {}
    for one in clashing:
        by_codes.setdefault(one.codes, []).append(one.registration_id)
    shown = {one for ids in by_codes.values() for one in ids[:most]}
    rows = {one.id: one for one in db.session.scalars(select(Registration).where(Registration.id.in_(shown)))}
    return {codes: (len(ids), [rows[one] for one in ids[:most] if one in rows]) for codes, ids in by_codes.items()}


def _counts(programme: Programme, code: str) -> bool:
    session = programme.session.get(code)
    return session is not None and not session.cancelled and not session.drop_in


def _too_much(lines: Iterable[Any], party: dict[int, int], programme: Programme) -> Iterator[tuple[str, ...]]:
    places: dict[str, _Places] = {}
    for _, session_id, code, category, attendee, number in lines:
        if _counts(programme, code):
            here = places.setdefault(code, _Places(session_id))
            here.numbers[category] = here.numbers.get(category, 0) + number
            here.people |= {attendee} - {None}
    codes = {here.session_id: code for code, here in places.items()}
    stays = (
        Stay(
            here.session_id,
            programme.session[code].starts_at,
            programme.session[code].ends_at,
            here.numbers,
            frozenset(here.people),
        )
        for code, here in places.items()
    )
    for group in overlaps(stays, party):
        yield tuple(codes[one] for one in group)
