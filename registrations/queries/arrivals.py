"""When groups said that they will arrive, so that the doors know when many come at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from registrations.models import PartyNumber, Registration
from registrations.rules import PartyKind


@dataclass(frozen=True)
class ExpectedGroup:
    """A class or a delegation that stands, and when it comes."""

    at: datetime
    kind: PartyKind
    name: str | None
    grade: str | None
    class_name: str | None
    people: int
    confirmed: bool


def expected_groups(event_id: int) -> list[ExpectedGroup]:
    """Groups that stated a time, in its order; cancelled and stopped ones left out."""
    found = db.session.execute(
        select(Registration, func.coalesce(func.sum(PartyNumber.number), 0))
        .outerjoin(PartyNumber, PartyNumber.registration_id == Registration.id)
        .where(
            Registration.event_id == event_id,
            Registration.expected_at.is_not(None),
            Registration.cancelled_at.is_(None),
            Registration.blocked_at.is_(None),
        )
        .group_by(Registration.id)
        .order_by(Registration.expected_at, Registration.id)
    )
    return [
        ExpectedGroup(
            at=row.expected_at,
            kind=row.party_kind,
            name=row.group_name,
            grade=row.group_grade,
            class_name=row.group_class,
            people=int(people),
            confirmed=row.numbers_confirmed_at is not None or row.party_kind is not PartyKind.CLASS,
        )
        for row, people in found
        if row.expected_at is not None
    ]
