"""In which order overlapping lotteries are drawn: the first win, in order of session start, takes back the rest."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from app.db import Texts, db
from app.programme.models import EventSession
from app.programme.rules import AdmissionRule, SessionStatus
from registrations.models import Booking, BookingLine, Lottery, Registration
from registrations.rules import BookingState


@dataclass(frozen=True)
class Earlier:
    """A session that has to be drawn first."""

    code: str
    title: Texts


def drawn_first(session_id: int) -> list[Earlier]:
    """Lotteries at the same time that begin earlier and are not drawn yet, if somebody has applied there and here: who
    wins both keeps the earlier one. Those that do not take place keep nobody back."""
    this, other = aliased(EventSession), aliased(EventSession)
    earlier = or_(
        other.starts_at < this.starts_at,
        and_(other.starts_at == this.starts_at, other.id < this.id),
    )
    query = (
        select(other.code, other.title)
        .join(this, this.event_id == other.event_id)
        .outerjoin(Lottery, Lottery.session_id == other.id)
        .where(
            this.id == session_id,
            this.drop_in.is_(False),
            other.drop_in.is_(False),
            other.admission == AdmissionRule.LOTTERY,
            other.status == SessionStatus.PLANNED,
            Lottery.drawn_at.is_(None),
            other.ends_at > this.starts_at,
            earlier,
            _applicants(other.id).where(Booking.registration_id.in_(_applicants(session_id))).exists(),
        )
        .order_by(other.starts_at, other.id)
    )
    return [Earlier(code, title) for code, title in db.session.execute(query)]


def _applicants(session_id: Any) -> Select[Any]:
    return (
        select(Booking.registration_id)
        .join(BookingLine, BookingLine.booking_id == Booking.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(
            Booking.session_id == session_id,
            BookingLine.state == BookingState.APPLIED,
            Registration.cancelled_at.is_(None),
            Registration.blocked_at.is_(None),
        )
    )
