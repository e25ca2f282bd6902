"""The row that owns each session's limit is kept equal to the programme, and never below what is promised."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.db import db, lock
from app.errors import Refused
from app.programme.models import EventSession, Room, SessionPlaces


@dataclass(frozen=True)
class Shortage:
    """A session that would take fewer people than it is promised to."""

    session: str
    capacity: int
    promised: int


class TooFewPlaces(Refused):
    """What was asked for leaves sessions with fewer places than are promised in them."""

    def __init__(self, shortages: list[Shortage]) -> None:
        self.shortages = tuple(shortages)
        told = ", ".join(f"{one.session}: {one.capacity} for {one.promised} promised" for one in shortages)
        super().__init__("promised", f"More places are promised than there would be: {told}.")


def keep_limits(sessions: Any) -> list[Shortage]:
    """Give these sessions (a condition on EventSession) the limit that they or their rooms state, under its lock.

    What would fall below the promises stays as it is and comes back.
    """
    found = db.session.execute(
        select(EventSession.id, EventSession.code, EventSession.capacity, Room.capacity, SessionPlaces.session_id)
        .outerjoin(Room, Room.id == EventSession.room_id)
        .outerjoin(SessionPlaces, SessionPlaces.session_id == EventSession.id)
        .where(sessions)
    ).all()
    limits = {row[0]: row[2] if row[2] is not None else row[3] for row in found}
    codes = {row[0]: row[1] for row in found}
    held = {places.session_id: places for places in lock(SessionPlaces, [row[4] for row in found if row[4]])}
    short, new = [], []
    for session_id, capacity in sorted(limits.items()):
        places = held.get(session_id)
        if places is None:
            new.append({"session_id": session_id, "capacity": capacity})
        elif capacity is not None and places.promised > capacity:
            short.append(Shortage(codes[session_id], capacity, places.promised))
        elif places.capacity != capacity:
            places.capacity = capacity
    if new:
        db.session.execute(SessionPlaces.__table__.insert(), new)  # type: ignore[attr-defined]
    db.session.flush()
    return short
