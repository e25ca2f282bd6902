"""The waiting lists as those who wait, and who looks after them, see them."""

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from registrations.models import Booking, BookingLine, Registration
from registrations.rules import BookingState


def positions_of(registration_id: int) -> dict[int, int]:
    """Where this registration stands in the queue of each session it waits for, from 1; by session id."""
    mine, ahead = aliased(Booking), aliased(Booking)
    still_waits = (
        select(BookingLine.id)
        .join(Registration, Registration.id == ahead.registration_id)
        .where(
            BookingLine.booking_id == ahead.id,
            BookingLine.state == BookingState.WAITING,
            Registration.blocked_at.is_(None),
        )
        .correlate(ahead)
        .exists()
    )
    mine_drawn, their_drawn = (func.coalesce(one.draw_position, 0) for one in (mine, ahead))
    earlier = or_(
        ahead.joined_waiting_at < mine.joined_waiting_at,
        and_(
            ahead.joined_waiting_at == mine.joined_waiting_at,
            or_(their_drawn < mine_drawn, and_(their_drawn == mine_drawn, ahead.id <= mine.id)),
        ),
    )
    query = (
        select(mine.session_id, func.count(ahead.id))
        .join(ahead, and_(ahead.session_id == mine.session_id, earlier))
        .where(mine.registration_id == registration_id, mine.joined_waiting_at.is_not(None), still_waits)
        .group_by(mine.session_id)
    )
    return {session_id: int(number) for session_id, number in db.session.execute(query)}
