"""What the holder of a private link agreed to, and what has to be asked because children come along."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.programme.rules.facts import CategoryFacts
from app.web.languages import day
from registrations.forms.children import ChildrenFields
from registrations.queries import Sheet, consents_of
from registrations.queries.consents import answered_for, children_of
from registrations.rules import ConsentKind, PartyKind

ASKED = (PartyKind.PERSON, PartyKind.FAMILY, PartyKind.DELEGATION)
"""Kinds of parties in which somebody has to answer for children; for a class its teacher does."""


@dataclass(frozen=True)
class Agreed:
    """One consent that stands: `kind` privacy, photo or guardian; `by` contact or guardian; `on` with readings."""

    kind: str
    by: str
    given: bool
    version: int | None
    on: str


def agreed_by(sheet: Sheet) -> list[Agreed]:
    """Everything that stands, in the order in which it was given."""
    return [
        Agreed(one.kind.value, one.given_by, one.given, version, day(one.given_at, sheet.event.timezone))
        for one, version in consents_of(sheet.registration.id)
        if one.withdrawn_at is None and (one.given or one.kind is ConsentKind.PHOTO)
    ]


def ask_about_children(form: ChildrenFields, sheet: Sheet, categories: Sequence[CategoryFacts]) -> None:
    """Let the form ask who answers for children who were not there before, unless somebody answers for all already."""
    row = sheet.registration
    if row.party_kind in ASKED and any(one.minor for one in categories) and not answered_for(row.id):
        form.ask_about_children(categories, sheet.live.guardian_age, answered_for=children_of(row.id))


def ask_new_holder(form: ChildrenFields, sheet: Sheet, categories: Sequence[CategoryFacts]) -> int:
    """Let the form of who takes a registration over ask about all its children; how many there are."""
    row = sheet.registration
    coming = children_of(row.id) if row.party_kind in ASKED else 0
    if coming:
        form.ask_about_children(categories, sheet.live.guardian_age)
        form.adult.flags.required = True
    return coming
