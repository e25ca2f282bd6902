"""Who could not be in two places: what parties have at the time of one session, and for whom that is too much."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, or_, select

from app.db import db
from app.programme.models import EventSession
from registrations.models import Booking, BookingLine, PartyNumber
from registrations.operations.places import Bookable
from registrations.rules import BookingState, Stay, overlaps
from registrations.rules.bookings import LIVE

HELD = (BookingState.CONFIRMED, BookingState.OFFERED)


@dataclass(frozen=True)
class Beside:
    """One party: who it is, what it has or wants in this session, and what else it has then, by booking and state."""

    party: dict[int, int]
    here: Stay
    others: list[tuple[int, BookingState, Stay]] = field(default_factory=list)

    @property
    def too_much(self) -> bool:
        """Whether it could not do all of that."""
        return bool(overlaps([self.here, *(stay for _, _, stay in self.others)], self.party))


def busy(session: Bookable, registration_ids: Sequence[int], states: Iterable[BookingState] = HELD) -> set[int]:
    """Who of these could not come: what they have in these states at the same time leaves too few of them."""
    return {one for one, of in beside(session, registration_ids, states).items() if of.too_much}


def beside(session: Bookable, registration_ids: Sequence[int], states: Iterable[BookingState]) -> dict[int, Beside]:
    """For each registration what it has here, and in these states at the same time. One drops in beside anything."""
    parties = _parties(registration_ids)
    lines = db.session.execute(
        select(Booking.id, Booking.registration_id, EventSession.id, EventSession.starts_at, EventSession.ends_at,
               BookingLine.category_id, BookingLine.attendee_id, BookingLine.number, BookingLine.state)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(EventSession, EventSession.id == Booking.session_id)
        .where(
            Booking.registration_id.in_(registration_ids),
            EventSession.starts_at < session.ends_at,
            EventSession.ends_at > session.starts_at,
            EventSession.drop_in.is_(False),
            or_(
                BookingLine.state.in_(tuple(states)) & (EventSession.id != session.id),
                and_(EventSession.id == session.id, BookingLine.state.in_(LIVE)),
            ),
        )
    ).all()  # fmt: skip
    found: dict[
        tuple[int, int, BookingState | None], tuple[int, dict[int, int], set[int], tuple[int, datetime, datetime]]
    ] = {}
    for booking, registration, other, starts_at, ends_at, category, attendee, number, state in lines:
        key = (registration, other, None if other == session.id else state)
        _, numbers, people, _ = found.setdefault(key, (booking, {}, set(), (other, starts_at, ends_at)))
        numbers[category] = numbers.get(category, 0) + number
        people.update([attendee] if attendee is not None else [])
    made = {
        registration: Beside(parties.get(registration, {}), Stay(*times, numbers, frozenset(people)))
        for (registration, _, state), (_, numbers, people, times) in found.items()
        if state is None
    }
    for (registration, _, has), (booking, numbers, people, times) in found.items():
        if has is not None and registration in made:
            made[registration].others.append((booking, has, Stay(*times, numbers, frozenset(people))))
    return made


def _parties(registration_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    parties: dict[int, dict[int, int]] = {}
    found = select(PartyNumber).where(PartyNumber.registration_id.in_(registration_ids))
    for row in db.session.scalars(found):
        parties.setdefault(row.registration_id, {})[row.category_id] = row.number
    return parties
