"""Whether somebody answers for the children of a party, and how many there are."""

from sqlalchemy import func, select

from app.db import db
from app.programme.models import Category
from registrations.models import Consent, PartyNumber
from registrations.rules import ConsentKind


def answered_for(registration_id: int) -> bool:
    """Whether a grown-up who registers, or a guardian, answers for the party's children."""
    stands = select(Consent.id).where(
        Consent.registration_id == registration_id,
        Consent.kind == ConsentKind.GUARDIAN,
        Consent.given.is_(True),
        Consent.withdrawn_at.is_(None),
    )
    return db.session.scalars(stands.limit(1)).first() is not None


def children_of(registration_id: int) -> int:
    """How many people of the party are of categories for whom somebody else has to answer."""
    query = (
        select(func.coalesce(func.sum(PartyNumber.number), 0))
        .join(Category, Category.id == PartyNumber.category_id)
        .where(PartyNumber.registration_id == registration_id, Category.minor.is_(True))
    )
    return int(db.session.scalar(query) or 0)
