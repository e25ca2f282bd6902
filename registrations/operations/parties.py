"""Who comes: the party's numbers, and the booking lines that follow from them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from app.db import db
from app.direct import Direct, here
from app.errors import Invalid
from app.programme.models import Category
from app.rows import whole_row
from registrations.models import PartyNumber, Registration
from registrations.operations.places import Bookable
from registrations.operations.refusals import NumbersByName, PartyTooLarge, SessionsOverlap, TooManyNames
from registrations.queries import LiveEvent
from registrations.queries.people import Person, has_own_tickets
from registrations.rules import GROUPS, LARGEST_GROUP, Application, PartyKind, Stay, overlaps, party_total

NOBODY_BY_NAME: Mapping[int, frozenset[int]] = {}
_CATEGORIES = Direct(
    select(Category.id, Category.key).where(Category.event_id == bindparam("event_id"), Category.unknown.is_(False))
)
_NUMBERS = Direct(whole_row(PartyNumber))


def party_limit(event: LiveEvent, kind: PartyKind | None) -> int:
    """How many may come with one registration."""
    return max(event.party_limit, LARGEST_GROUP) if kind in GROUPS else event.party_limit


def numbers_by_category(event: LiveEvent, asked: Mapping[str, int], *, limit: int) -> dict[int, int]:
    """Category id to number. Raises Invalid for a category that one cannot choose, PartyTooLarge for the sum."""
    known = {row.key: row.id for row in _CATEGORIES.rows(here(), {"event_id": event.id})}
    wrong = [key for key, number in asked.items() if key not in known or number < 0]
    if wrong:
        raise Invalid("category", f"Not a category of this event: {', '.join(sorted(wrong))}.")
    numbers = {known[key]: number for key, number in asked.items() if number}
    if not 1 <= party_total(numbers) <= limit:
        raise PartyTooLarge(limit)
    return numbers


def party_of(registration_id: int) -> dict[int, int]:
    """How many of each category, by its id."""
    query = select(PartyNumber.category_id, PartyNumber.number).where(PartyNumber.registration_id == registration_id)
    return {row.category_id: row.number for row in db.session.execute(query)}


def rewrite_party(registration_id: int, numbers: Mapping[int, int]) -> None:
    """The party's numbers are these from now on."""
    db.session.execute(delete(PartyNumber).where(PartyNumber.registration_id == registration_id))
    write_party(registration_id, numbers)


def refuse_numbers(people: Sequence[Person], numbers: Mapping[int, int], *, party: Mapping[int, int]) -> None:
    """Raises a Refusal if the party's numbers cannot become these: fewer than have names, or others
    where each has a ticket."""
    if has_own_tickets(people) and dict(numbers) != dict(party):
        raise NumbersByName
    of: dict[int, int] = {}
    for one in people:
        of[one.category_id] = of.get(one.category_id, 0) + bool(one.name)
    if any(number > numbers.get(category, 0) for category, number in of.items()):
        raise TooManyNames


def refuse_overlaps(
    stays: Iterable[tuple[Bookable, Mapping[int, int]]],
    party: Mapping[int, int],
    *,
    attendees: Mapping[int, frozenset[int]] = NOBODY_BY_NAME,
) -> None:
    """Raises SessionsOverlap if the party cannot attend all of these, or if one of the `attendees` (by session) would
    be in two of them at once. What one drops in at overlaps with nothing."""
    chosen = {session.id: (session, numbers) for session, numbers in stays if not session.drop_in}
    groups = overlaps(
        (
            Stay(session.id, session.starts_at, session.ends_at, numbers, attendees.get(session.id, frozenset()))
            for session, numbers in chosen.values()
        ),
        party,
    )
    if groups:
        raise SessionsOverlap(tuple(chosen[one][0].code for one in group) for group in groups)


def write_party(registration_id: int, numbers: Mapping[int, int]) -> None:
    """Keep the party's numbers."""
    rows = [
        {"registration_id": registration_id, "category_id": category_id, "number": number}
        for category_id, number in numbers.items()
    ]
    _NUMBERS.write(here(), rows)


def numbers_stand_since(
    registration: Registration, application: Application, *, at: datetime, anew: bool
) -> datetime | None:
    """Since when the numbers of a class stand; None: they may still change, whatever was said of other numbers."""
    if registration.party_kind is not PartyKind.CLASS:
        return registration.numbers_confirmed_at
    if not application.numbers_stand:
        return None
    return at if anew else registration.numbers_confirmed_at or at
