"""The places of event sessions: promised and given back, never more promised than there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, or_, select, update

from app.db import db
from app.programme.models import EventSession, SessionPlaces
from app.programme.rules import AdmissionRule, SessionStatus
from registrations.operations.refusals import SessionsFull


@dataclass(frozen=True)
class Bookable:
    """What decides about a booking of one event session."""

    id: int
    code: str
    status: SessionStatus
    admission: AdmissionRule
    starts_at: datetime
    ends_at: datetime
    door_opens_at: datetime

    def takes_bookings(self, at: datetime) -> bool:
        """Whether one can still book it: until it ends."""
        return self.status is SessionStatus.PLANNED and self.admission.takes_bookings and at < self.ends_at

    def door_has_opened(self, at: datetime) -> bool:
        """From then on people may be in: places are no longer given back, the door releases what nobody takes."""
        return at >= self.door_opens_at


_COLUMNS = (
    EventSession.id,
    EventSession.code,
    EventSession.status,
    EventSession.admission,
    EventSession.starts_at,
    EventSession.ends_at,
    EventSession.door_opens_at,
)


def sessions_by_code(event_id: int, codes: frozenset[str]) -> dict[str, Bookable]:
    """Those of these event sessions that the event has."""
    if not codes:
        return {}
    query = select(*_COLUMNS).where(EventSession.event_id == event_id, EventSession.code.in_(codes))
    return {row.code: Bookable(*row) for row in db.session.execute(query)}


def sessions_by_id(ids: frozenset[int]) -> dict[int, Bookable]:
    """These event sessions."""
    if not ids:
        return {}
    query = select(*_COLUMNS).where(EventSession.id.in_(ids))
    return {row.id: Bookable(*row) for row in db.session.execute(query)}


def move_places(moves: Mapping[int, int], *, codes: Mapping[int, str]) -> None:
    """Promise more places (+) or give back (-), per session id, in ascending id so that nobody waits in a circle.

    Raises SessionsFull naming every event session without room, by `codes`.
    """
    full = [session_id for session_id in sorted(moves) if not _moved(session_id, moves[session_id])]
    if full:
        raise SessionsFull(codes[session_id] for session_id in full)


def _moved(session_id: int, number: int) -> bool:
    """One conditional change: the row itself says whether there is room, whoever else asks at this moment."""
    if number == 0:
        return True
    places = SessionPlaces
    change = update(places).where(places.session_id == session_id).values(promised=places.promised + number)
    if number > 0:
        room = (
            (places.promised + number <= places.capacity)
            & (places.present + number <= places.capacity)
            & (places.present + places.promised - places.arrived + number <= places.capacity)
        )
        change = change.where(or_(places.capacity.is_(None), room))
    result = db.session.execute(change.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
