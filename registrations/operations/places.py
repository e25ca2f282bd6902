"""The places of event sessions: promised and given back, never more promised than there are.

The row of a session's places owns its limit: whatever changes a booking of the session holds that row first, several in
ascending id. Who only takes places asks the row itself, in one conditional change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Update, bindparam, or_, select, update

from app.db import lock
from app.direct import Direct, among, here
from app.programme.models import EventSession, SessionPlaces
from app.programme.rules import AdmissionRule, SessionStatus
from registrations.queries import LiveEvent
from registrations.rules import Hand
from registrations.rules.bookings import ASKING, Asking, Room
from registrations.rules.waiting import WaitingMode, promotion_ends

BY_STAFF = {*ASKING, AdmissionRule.CLOSED}


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
    booking_closes_at: datetime | None = None
    one_party: bool = False
    drop_in: bool = False
    capacity: int | None = None

    @property
    def is_planned(self) -> bool:
        """Whether it takes place."""
        return self.status is SessionStatus.PLANNED

    @property
    def asking(self) -> Asking:
        """What becomes of a wish: places at once, an approval, a draw."""
        return ASKING.get(self.admission, Asking.PLACES)

    def takes_bookings(self, at: datetime, hand: Hand = Hand.PUBLIC) -> bool:
        """Whether one can still book or apply: until the organiser's date, or until it ends; staff until it ends, and
        what is for invited people only as well."""
        if hand is Hand.STAFF:
            return self.is_planned and self.admission in BY_STAFF and at < self.ends_at
        return self.is_planned and self.admission in ASKING and at < (self.booking_closes_at or self.ends_at)

    def takes_teams(self, at: datetime) -> bool:
        """Whether those who work there can be entered for it: they take no seat, so only until it ends."""
        return self.is_planned and at < self.ends_at

    def could_take(self, number: int) -> bool:
        """Whether so many could ever come at once."""
        return self.capacity is None or number <= self.capacity

    def door_has_opened(self, at: datetime) -> bool:
        """From then on people may be in: places are no longer given back, the door releases what nobody takes."""
        return at >= self.door_opens_at

    def lets_wait(self, event: LiveEvent, at: datetime) -> bool:
        """Whether one may join those who wait: while somebody could still be moved up."""
        return (
            event.waiting_mode is not WaitingMode.OFF
            and self.takes_bookings(at)
            and at < promotion_ends(self.starts_at, event.waiting_ends_minutes)
        )


_COLUMNS = (
    EventSession.id,
    EventSession.code,
    EventSession.status,
    EventSession.admission,
    EventSession.starts_at,
    EventSession.ends_at,
    EventSession.door_opens_at,
    EventSession.booking_closes_at,
    EventSession.one_party,
    EventSession.drop_in,
    SessionPlaces.capacity,
)
_PLACES = SessionPlaces.session_id == EventSession.id


_BY_CODE = Direct(
    select(*_COLUMNS)
    .outerjoin(SessionPlaces, _PLACES)
    .where(EventSession.event_id == bindparam("event_id"), among(EventSession.code, "codes"))
)
_BY_ID = Direct(select(*_COLUMNS).outerjoin(SessionPlaces, _PLACES).where(among(EventSession.id, "ids")))


def sessions_by_code(event_id: int, codes: frozenset[str]) -> dict[str, Bookable]:
    """Those of these event sessions that the event has."""
    if not codes:
        return {}
    found = _BY_CODE.rows(here(), {"event_id": event_id, "codes": sorted(codes)})
    return {row.code: Bookable(*row) for row in found}


def sessions_by_id(ids: Iterable[int]) -> dict[int, Bookable]:
    """These event sessions."""
    chosen = sorted(set(ids))
    if not chosen:
        return {}
    return {row.id: Bookable(*row) for row in _BY_ID.rows(here(), {"ids": chosen})}


_OF_SESSION = SessionPlaces.session_id == bindparam("session")
_MORE_PLACES = bindparam("more", type_=Integer)
_MORE: Update = (
    update(SessionPlaces)
    .where(
        _OF_SESSION,
        SessionPlaces.waiting == 0,
        or_(
            SessionPlaces.capacity.is_(None),
            (SessionPlaces.promised + _MORE_PLACES <= SessionPlaces.capacity)
            & (SessionPlaces.present + _MORE_PLACES <= SessionPlaces.capacity)
            & (
                SessionPlaces.present + SessionPlaces.promised - SessionPlaces.arrived + _MORE_PLACES
                <= SessionPlaces.capacity
            ),
        ),
    )
    .values(promised=SessionPlaces.promised + _MORE_PLACES)
)
_TAKE = Direct(_MORE)
_TAKE_ALONE = Direct(_MORE.where(SessionPlaces.promised == 0))
"""For a session that one party has alone."""
_WAIT = Direct(
    update(SessionPlaces)
    .where(_OF_SESSION, or_(SessionPlaces.capacity.is_(None), SessionPlaces.capacity >= _MORE_PLACES))
    .values(waiting=SessionPlaces.waiting + 1)
)


def take_places(session: Bookable, number: int) -> bool:
    """Promise this many places to a party that has none there; False if there are not so many, or others wait.

    One conditional change: the row itself says whether there is room, whoever else asks at this moment.
    """
    return _changed(_TAKE_ALONE if session.one_party else _TAKE, session.id, number)


def join_queue(session: Bookable, number: int) -> bool:
    """One more party waits; False if it is larger than the session can ever take."""
    return _changed(_WAIT, session.id, number)


def hold_places(session_ids: Iterable[int]) -> dict[int, SessionPlaces]:
    """The rows of these sessions, locked in ascending id and read afresh."""
    return {row.session_id: row for row in lock(SessionPlaces, session_ids)}


def room_of(places: SessionPlaces, session: Bookable, *, own: int = 0, waits: bool = False) -> Room:
    """What the row has for a party that holds `own` places there; of what one party has alone, nothing for others."""
    free = free_places(places)
    if session.one_party and places.promised != own:
        free = 0
    return Room(free, places.capacity, queued=places.waiting > 0, waits=waits)


def free_places(places: SessionPlaces) -> int | None:
    """Places that may still be promised: not promised, and not taken by who just came. None: no limit."""
    if places.capacity is None:
        return None
    expected = places.present + places.promised - places.arrived
    return max(0, places.capacity - max(places.promised, places.present, expected))


def _changed(statement: Direct, session_id: int, number: int) -> bool:
    return statement.change(here(), {"session": session_id, "more": number}) == 1
