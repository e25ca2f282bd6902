"""Places of an event's sessions by what became of them, added up once for all who ask."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, func, literal_column, select

from analytics.queries.keeping import kept, kept_each
from analytics.queries.touched import session_ids, touched
from app.direct import Direct, among, here
from app.programme.models import Event, EventSession
from app.programme.rules.facts import EventSessionFacts
from registrations.models import Booking, BookingLine, Registration
from registrations.queries import booked_beside
from registrations.queries.waiting import undecided_in
from registrations.rules import BookingState

Booked = dict[int, dict[BookingState, int]]
"""Places by session and state; teams take none."""


def booked_of(event_id: int, change_number: int) -> Booked:
    """Every session with bookings; looked for what changed only if the number is another, and added up again only
    where that was."""
    return kept(("booked-states", event_id), change_number, lambda: _by_session(event_id))


def undecided_of(event_id: int) -> Booked:
    """By session and state how many parties wait for a word; counted again only where a registration changed."""
    marks = touched(event_id).sessions
    return kept_each(("undecided", event_id), {one: marks[one] for one in session_ids(event_id)}, undecided_in)


def booked_both_of(event: Event, sessions: Iterable[EventSessionFacts]) -> dict[tuple[str, str], int]:
    """How many registrations hold places in both of two sessions, by their codes in order of time; looked through only
    after one of them changed."""
    rests_on = (event.change_number, tuple((one.code, one.starts_at) for one in sessions))
    return kept(("booked-both", event.id), rests_on, lambda: _booked_both(event.id))


def _booked_both(event_id: int) -> dict[tuple[str, str], int]:
    """A session is looked through again where a registration changed, so of two the one that changed last knows."""
    marks, known = touched(event_id).sessions, _in_time(event_id)
    beside = kept_each(("booked-beside", event_id), {one: marks[one] for one in known}, booked_beside)
    found = {}
    for one, others in beside.items():
        for other, number in others.items():
            if other in known and marks[one] >= marks[other]:
                earlier, later = sorted((known[one], known[other]))
                found[earlier[-1], later[-1]] = number
    return found


def _in_time(event_id: int) -> dict[int, tuple[datetime, int, str]]:
    """When each session begins, and its code."""
    return {row.id: (row.starts_at, row.id, row.code) for row in _IN_TIME.rows(here(), {"event_id": event_id})}


def _by_session(event_id: int) -> Booked:
    marks = touched(event_id).sessions
    rests_on = {one: marks[one] for one in session_ids(event_id)}
    found = kept_each(("booked-in", event_id), rests_on, lambda stale: _booked(event_id, stale))
    return {one: states for one, states in found.items() if states}


def _booked(event_id: int, sessions: Collection[int]) -> Booked:
    booked: Booked = {one: {} for one in sessions}
    for row in _BOOKED.rows(here(), {"event_id": event_id, "sessions": sorted(sessions)}):
        booked[row.session_id][row.state] = int(row.number)
    return booked


_OF_EVENT = bindparam("event_id", type_=BigInteger())
_TEAMS = select(Registration.id).where(
    Registration.event_id == _OF_EVENT,
    Registration.party_kind == literal_column("'team'"),  # a constant: else the index of teams is not used
)
_IN_TIME = Direct(
    select(EventSession.id, EventSession.starts_at, EventSession.code).where(EventSession.event_id == _OF_EVENT)
)
_BOOKED = Direct(
    select(Booking.session_id, BookingLine.state, func.sum(BookingLine.number).label("number"))
    .join(BookingLine, BookingLine.booking_id == Booking.id)
    .where(among(Booking.session_id, "sessions"), Booking.registration_id.not_in(_TEAMS))
    .group_by(Booking.session_id, BookingLine.state)
)
"""Few registrations are teams, so asking whether one is among them needs no look at the registrations: indexes alone
are read, in which all of this stands."""
