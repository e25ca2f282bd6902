"""Since when a ticket lets nobody in because somebody cancelled."""

from datetime import datetime

from app.direct import Bound
from checkin.queries import statements


def cancelled_when(bind: Bound, registration_id: int, session_id: int | None) -> datetime | None:
    """When the registration was cancelled, else the last booking of this session; None: the session itself was."""
    asked = {"registration_id": registration_id, "session_id": session_id}
    (row,) = statements.CANCELLED.rows(bind, asked)
    when: datetime | None = row.cancelled_at or row.booking_at
    return when
