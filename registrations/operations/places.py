"""The places of event sessions: promised and given back, never more promised than there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, Integer, bindparam, or_, select, update

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
    one_party: bool = False

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
    EventSession.one_party,
)


_BY_CODE = select(*_COLUMNS).where(
    EventSession.event_id == bindparam("event_id"), EventSession.code.in_(bindparam("codes", expanding=True))
)
_BY_ID = select(*_COLUMNS).where(EventSession.id.in_(bindparam("ids", expanding=True)))


def sessions_by_code(event_id: int, codes: frozenset[str]) -> dict[str, Bookable]:
    """Those of these event sessions that the event has."""
    if not codes:
        return {}
    found = db.session.execute(_BY_CODE, {"event_id": event_id, "codes": sorted(codes)})
    return {row.code: Bookable(*row) for row in found}


def sessions_by_id(ids: frozenset[int]) -> dict[int, Bookable]:
    """These event sessions."""
    if not ids:
        return {}
    return {row.id: Bookable(*row) for row in db.session.execute(_BY_ID, {"ids": sorted(ids)})}


_OF_SESSION = SessionPlaces.session_id == bindparam("session")
_MORE_PLACES = bindparam("more", type_=Integer)
_FEWER = (
    update(SessionPlaces)
    .where(_OF_SESSION)
    .values(promised=SessionPlaces.promised + _MORE_PLACES)
    .execution_options(synchronize_session=False)
)
_MORE = _FEWER.where(
    or_(
        SessionPlaces.capacity.is_(None),
        (SessionPlaces.promised + _MORE_PLACES <= SessionPlaces.capacity)
        & (SessionPlaces.present + _MORE_PLACES <= SessionPlaces.capacity)
        & (
            SessionPlaces.present + SessionPlaces.promised - SessionPlaces.arrived + _MORE_PLACES
            <= SessionPlaces.capacity
        ),
    )
)
_MORE_ALONE = _MORE.where(SessionPlaces.promised == bindparam("own"))
"""For a session that one party has alone: nobody but this registration holds places there."""


def move_places(moves: Mapping[int, int], *, sessions: Mapping[int, Bookable], own: Mapping[int, int]) -> None:
    """Promise more places (+) or give back (-), per session id, in ascending id so that nobody waits in a circle.

    own: what the registration holds there already. Raises SessionsFull naming every event session without room, or
    that another party has alone.
    """
    full = [one for one in sorted(moves) if not _moved(one, moves[one], _alone(sessions[one], own))]
    if full:
        raise SessionsFull(sessions[one].code for one in full)


def _alone(session: Bookable, own: Mapping[int, int]) -> int | None:
    """What may be promised at most before, and all of it to the one who asks; None: others may be there."""
    return own.get(session.id, 0) if session.one_party else None


def _moved(session_id: int, number: int, alone: int | None = None) -> bool:
    """One conditional change: the row itself says whether there is room, whoever else asks at this moment."""
    if number == 0:
        return True
    values = {"session": session_id, "more": number}
    if number < 0 or alone is None:
        result = db.session.execute(_MORE if number > 0 else _FEWER, values)
    else:
        result = db.session.execute(_MORE_ALONE, {**values, "own": alone})
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
