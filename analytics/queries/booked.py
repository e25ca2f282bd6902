"""Places of an event's sessions by what became of them, added up once for all who ask."""

from collections import defaultdict

from sqlalchemy import BigInteger, bindparam, func, literal_column, select

from analytics.queries.keeping import kept
from app.direct import Direct, here
from app.programme.models import Event, EventSession
from registrations.models import Booking, BookingLine, Registration
from registrations.rules import BookingState

Booked = dict[int, dict[BookingState, int]]
"""Places by session and state; teams take none."""


def booked_of(event_id: int, change_number: int) -> Booked:
    """Every session with bookings; added up again only if a registration was changed: then the number is another."""
    return kept(("booked-states", event_id), change_number, lambda: _booked(event_id))


def change_number_of(event_id: int) -> int:
    """The number that rises with every change of a registration of the event, as it stands now."""
    return int(CHANGED.rows(here(), {"event_id": event_id})[0].change_number)


def _booked(event_id: int) -> Booked:
    booked: Booked = defaultdict(dict)
    for row in _BOOKED.rows(here(), {"event_id": event_id}):
        booked[row.session_id][row.state] = int(row.number)
    return dict(booked)


_OF_EVENT = bindparam("event_id", type_=BigInteger())
CHANGED = Direct(select(Event.change_number).where(Event.id == _OF_EVENT))
_TEAMS = select(Registration.id).where(
    Registration.event_id == _OF_EVENT,
    Registration.party_kind == literal_column("'team'"),  # a constant: else the index of teams is not used
)
_BOOKED = Direct(
    select(Booking.session_id, BookingLine.state, func.sum(BookingLine.number).label("number"))
    .join(BookingLine, BookingLine.booking_id == Booking.id)
    .join(EventSession, EventSession.id == Booking.session_id)
    .where(EventSession.event_id == _OF_EVENT, Booking.registration_id.not_in(_TEAMS))
    .group_by(Booking.session_id, BookingLine.state)
)
"""Few registrations are teams, so asking whether one is among them needs no look at the registrations: indexes alone
are read, in which all of this stands."""
