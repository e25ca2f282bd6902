"""Closing a day: the organiser says of each place whether it was counted. What comes later is kept, and marked late."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from app.audit import record
from app.db import db, lock
from app.programme.models import Event
from app.web.actors import Actor
from checkin.models import PlaceClose
from checkin.operations.sealing import seal_lines
from checkin.rules import CountingState

MOST_BLOCKS = 1000


def close_places(event: Event, day: date, states: Mapping[int, CountingState], *, at: datetime, actor: Actor) -> None:
    """Keep the word for each of these places (by id), in place of an earlier one; the audit log keeps both."""
    lock(Event, [event.id])
    found = db.session.scalars(select(PlaceClose).where(PlaceClose.place_id.in_(list(states))))
    there = {one.place_id: one for one in found}
    before = {str(place): there[place].state.value for place in states if place in there}
    for place, state in states.items():
        close = there.get(place)
        if close is None:
            db.session.add(PlaceClose(place_id=place, state=state, account_id=actor.account_id, closed_at=at))
        else:
            close.state, close.account_id, close.closed_at = state, actor.account_id, at
    after = {str(place): state.value for place, state in states.items()}
    facts = {"day": day.isoformat(), "before": before, "after": after}
    record(actor, "day.close", f"event:{event.uuid}", at=at, event_id=event.id, **facts)


def seal_ledger(at: datetime) -> None:
    """Seal everything written so far, outside any transaction; if a door is just writing, the next minute does."""
    for _ in range(MOST_BLOCKS):
        if not seal_lines(at):
            return
