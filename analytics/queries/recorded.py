"""Lines of the ledger with what they say of parties: of a whole event in pieces that memory holds, of a few
registrations, and those that came."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, bindparam, func, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased

from analytics.rules.recorded import Recorded
from app.bulk import heaps
from app.direct import Bound, Direct, among
from checkin.models import Entry, EntryNumber
from checkin.queries.rollups import ADMITTING
from checkin.queries.undone import stands
from checkin.rules import Direction
from registrations.models import PartyNumber, Registration, Ticket
from registrations.rules import PartyKind

AT_ONCE = 2_000
"""Registrations whose lines are asked for together: on PostgreSQL all that is found comes to memory. With 10,000 a
process kept 10 MiB more of it for good, in the same time."""
STRETCH = 50_000
"""Lines that are added up in the database together: it puts them in order in memory."""
LISTED = 1000
Lines = list[tuple[Any, ...]]


class Touched(NamedTuple):
    """Lines that came without a ticket, and all lines of registrations before and after what came."""

    taps: list[Recorded]
    before: list[Lines]
    after: list[Lines]


def registrations_recorded(bind: Bound, event_id: int) -> Iterator[Lines]:
    """Standing lines of each registration's tickets."""
    ends = _ENDS.rows(bind, {"event_id": event_id})[0]
    for first in range(ends.first or 0, (ends.last or -1) + 1, AT_ONCE):
        asked = {"event_id": event_id, "first": first, "beyond": first + AT_ONCE}
        for _, lines in groupby(_plain(bind, _OF_EVENT, asked), itemgetter(0)):
            yield list(lines)


def taps_recorded(bind: Bound, event_id: int) -> list[Recorded]:
    """Standing lines without a ticket, those that say the same together."""
    sums: dict[tuple[Any, ...], int] = defaultdict(int)
    for first, last in stretches(bind, event_id):
        for *same, number in _TAPS.rows(bind, {"event_id": event_id, "first": first, "last": last}):
            sums[tuple(same)] += int(number)
    return [
        Recorded(
            None, None, 0, party, place, category, many, method, day, reentry, "", -number, organisation, language,
            lead, new_today,
        )
        for number, ((party, place, category, method, day, reentry, organisation, language, lead, new_today), many)
        in enumerate(sums.items(), 1)
    ]  # fmt: skip


def stretches(bind: Bound, event_id: int) -> Iterator[tuple[int, int]]:
    """The ids of an event's lines in pieces, each as its first and last."""
    ends = _LINE_ENDS.rows(bind, {"event_id": event_id})[0]
    last = ends.last or -1
    for first in range(ends.first or 0, last + 1, STRETCH):
        yield first, min(first + STRETCH - 1, last)


def recorded_of(bind: Bound, registrations: Collection[int]) -> list[Recorded]:
    """Standing lines of the tickets of these."""
    return [Recorded(*row[:-1]) for row in _of(bind, registrations) if row[-1] is None]


def touched_by(bind: Bound, fresh: Collection[int]) -> Touched:
    """What the lines with these ids, which came, changed. What is undone is told of as less of the same."""
    rows = [row for ids in _listed(fresh) for row in _CAME.rows(bind, {"ids": ids})]
    taps = [Recorded(*row) for row in rows if row.ticket_id is None]
    before: dict[int, Lines] = defaultdict(list)
    after: dict[int, Lines] = defaultdict(list)
    registrations = {row.registration_id for row in rows if row.ticket_id is not None}
    for *line, undone_by in _of(bind, registrations):
        one = tuple(line)
        if undone_by is None:
            after[one[0]].append(one)
        if one[11] not in fresh and (undone_by is None or undone_by in fresh):
            before[one[0]].append(one)
    return Touched(taps, list(before.values()), list(after.values()))


def sizes_of(bind: Bound, registrations: Collection[int]) -> dict[int, int]:
    """How many people these parties are, where it is known."""
    found = (row for ids in _listed(registrations) for row in _SIZES.rows(bind, {"ids": ids}))
    return {row.registration_id: int(row.number) for row in found}


def _of(bind: Bound, registrations: Collection[int]) -> Iterator[tuple[Any, ...]]:
    for ids in _listed(registrations):
        yield from _plain(bind, _OF_REGISTRATIONS, {"ids": ids})


def _plain(bind: Bound, asked: Direct, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    return chain.from_iterable(heaps(bind, asked, parameters, size=LISTED))


def _listed(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for first in range(0, len(ordered), LISTED):
        yield ordered[first : first + LISTED]


_undo, _undone = aliased(Entry), aliased(Entry)
_PARTY = (
    type_coerce(Entry.organisation_kind, String).label("organisation"),
    Entry.language,
    Entry.lead_days.label("lead"),
)
_LINE = (
    Entry.registration_id,
    Entry.ticket_id,
    func.coalesce(Ticket.attendee_id, 0).label("person"),
    type_coerce(Entry.party_kind, String).label("party"),
    Entry.place_id,
    EntryNumber.category_id,
    EntryNumber.number,
    type_coerce(Entry.method, String).label("method"),
    type_coerce(Entry.day, String).label("day"),
    Entry.reentry,
    type_coerce(Entry.at, String).label("at"),
    Entry.id,
    *_PARTY,
)
_STANDING = stands()
_LETS_IN: tuple[ColumnElement[bool], ...] = (
    Entry.place_id.is_not(None),
    or_(Entry.direction.is_(None), Entry.direction == Direction.IN),
)
_ADMITS = or_(*(Entry.kind == kind for kind in ADMITTING))
_ENDS = Direct(
    select(func.min(Registration.id).label("first"), func.max(Registration.id).label("last")).where(
        Registration.event_id == bindparam("event_id")
    )
)
_LINE_ENDS = Direct(
    select(
        select(func.min(Entry.id)).where(Entry.event_id == bindparam("event_id")).scalar_subquery().label("first"),
        select(func.max(Entry.id)).where(Entry.event_id == bindparam("event_id")).scalar_subquery().label("last"),
    )
)
_OF_EVENT = Direct(
    select(*_LINE)
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .join(Ticket, Ticket.id == Entry.ticket_id)
    .where(Entry.registration_id >= bindparam("first"), Entry.registration_id < bindparam("beyond"))
    .where(Entry.event_id + 0 == bindparam("event_id"), _STANDING, _ADMITS, *_LETS_IN)
    .order_by(Entry.registration_id)
)
_OF_REGISTRATIONS = Direct(
    select(*_LINE, _undo.id.label("undone_by"))
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .join(Ticket, Ticket.id == Entry.ticket_id)
    .outerjoin(_undo, _undo.undoes_id == Entry.id)
    .where(among(Entry.registration_id, "ids"), _ADMITS, *_LETS_IN)
)
_SAME = (
    Entry.party_kind, Entry.place_id, EntryNumber.category_id, Entry.method, Entry.day, Entry.reentry,
    Entry.organisation_kind, Entry.language, Entry.lead_days, Entry.new_today,
)  # fmt: skip
_TAPS = Direct(
    select(
        type_coerce(Entry.party_kind, String).label("party"), Entry.place_id, EntryNumber.category_id,
        type_coerce(Entry.method, String).label("method"), type_coerce(Entry.day, String).label("day"), Entry.reentry,
        *_PARTY, Entry.new_today, func.sum(EntryNumber.number).label("number"),
    )
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .where(Entry.id.between(bindparam("first"), bindparam("last")))
    .where(Entry.event_id + 0 == bindparam("event_id"), Entry.ticket_id.is_(None), _STANDING, _ADMITS, *_LETS_IN)
    .group_by(*_SAME)
)  # fmt: skip
_KIND = func.coalesce(type_coerce(_undone.kind, String), type_coerce(Entry.kind, String))
_CAME = Direct(
    select(*(literal(0).label("person") if one.key == "person" else one for one in _LINE), Entry.new_today)
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .outerjoin(_undone, _undone.id == Entry.undoes_id)
    .where(among(Entry.id, "ids"), or_(*(_KIND.bool_op("=")(kind.value) for kind in ADMITTING)), *_LETS_IN)
)
_SIZES = Direct(
    select(PartyNumber.registration_id, func.sum(PartyNumber.number).label("number"))
    .join(Registration, Registration.id == PartyNumber.registration_id)
    .where(among(PartyNumber.registration_id, "ids"), Registration.party_kind != PartyKind.PERSON)
    .group_by(PartyNumber.registration_id)
)
