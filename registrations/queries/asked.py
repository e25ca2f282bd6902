"""What the organiser asks of one registration as it stands, and what it has answered."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from app.db import db
from app.programme.models import Category
from registrations.models import PartyNumber
from registrations.queries.questions import answers_given, given_to, standing_questions
from registrations.queries.sheets import Sheet
from registrations.rules import GROUPS
from registrations.rules.questions import Occasion, QuestionFacts, Value, concerns, outstanding


@dataclass(frozen=True)
class Asked:
    """Questions that concern a registration, their conditions apart, and its answers to them."""

    questions: tuple[QuestionFacts, ...] = ()
    occasion: Occasion = field(default_factory=Occasion)
    given: dict[UUID, Value] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[QuestionFacts, ...]:
        """Questions that have to be answered and are not."""
        return outstanding(self.questions, self.occasion, self.given)


def asked_of(sheet: Sheet) -> Asked:
    """What is asked of whom this sheet is about; no query where an event asks nothing."""
    if not sheet.live.asks:
        return Asked()
    standing = standing_questions(sheet.live.id)
    occasion = Occasion(
        group=sheet.registration.party_kind in GROUPS,
        minors=_brings_minors(sheet.registration.id),
        sessions=frozenset(one.code for one in sheet.standing),
    )
    chosen = tuple(one for one in standing if concerns(one, occasion))
    return Asked(chosen, occasion, given_to(chosen, answers_given(sheet.registration.id)))


def minor_categories(event_id: int) -> frozenset[str]:
    """Keys of the event's categories for whose people somebody else answers."""
    return frozenset(db.session.scalars(select(Category.key).where(Category.event_id == event_id, Category.minor)))


def _brings_minors(registration_id: int) -> bool:
    minors = (
        select(PartyNumber.number)
        .join(Category, Category.id == PartyNumber.category_id)
        .where(PartyNumber.registration_id == registration_id, Category.minor.is_(True))
    )
    return db.session.execute(minors.limit(1)).first() is not None
