"""The ledger of an event, counted: one statement reads its standing lines, the measures add them up.

Pages read the roll-ups instead (`analytics/queries/rolled.py`); this is what those are compared with, and what counts
the few registrations of which they cannot say everything. Adding up here instead of in SQL was measured: for 10,000
lines grouping in SQLite takes about twice as long, and the measures would stand in two places.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import aliased

from analytics.rules import Measure
from analytics.rules.crossing import Attributes, Read
from analytics.rules.ledger import Imported, Line, Place, Tally
from analytics.rules.rooms import Movement, room_visits
from app.db import db
from app.direct import Bound, Direct, here
from app.programme.models import Event
from checkin.models import OF_A_CORRECTION, Entry, EntryNumber, FigureSource
from checkin.queries.undone import stands
from checkin.rules import Direction, EntryKind, Method
from registrations.models import PartyNumber, Registration, Ticket
from registrations.rules import PartyKind

ADMITTING = (EntryKind.ENTRY, EntryKind.COUNT, EntryKind.CORRECTION, EntryKind.IMPORT)
READ = (*ADMITTING, EntryKind.ROOM_COUNT)


def count_ledger(event: Event, *, places: dict[int, Place], undivided: int | None, corrected: bool = True) -> Tally:
    """People and visits of an event. undivided: its category for who was not asked. corrected: not without the lines
    by which people have corrected it."""
    return read_ledger(event, undivided=undivided, corrected=corrected).counted(places)


def read_ledger(event: Event, *, undivided: int | None, corrected: bool = True) -> Read:
    """The standing lines of an event, and what is needed to count them."""
    bind = db.session.connection()
    lines = _lines(bind, event.id, _kinds(READ, corrected=corrected))
    singles = _singles(bind, event.id)
    reissued = _reissued(bind, event.id)
    if singles:
        reissued |= _of_a_party_that_came(bind, event.id, {line[0] for line in lines}, reissued)
    rooms = {line[2] for line in lines if line[5] == Method.ROOM_COUNT}
    return Read(
        [line for line in lines if line[5] != Method.ROOM_COUNT] if rooms else lines,
        singles=singles,
        sizes=_sizes(bind, event.id),
        reissued=reissued,
        rooms=room_visits(_movements(bind, event.id, rooms, reissued), undivided=undivided) if rooms else {},
        imports=imports_of(event, bind),
    )


def read_registrations(event_id: int, registrations: Set[int], *, corrected: bool, bind: Connection) -> Read:
    """What `read_ledger` reads of the tickets of these registrations."""
    of_these = Entry.registration_id.in_(registrations) & Entry.ticket_id.is_not(None)
    lines = _lines(bind, event_id, _kinds(ADMITTING, corrected=corrected), of_these)
    return Read(
        lines,
        singles=_singles(bind, event_id, registrations),
        sizes=_sizes(bind, event_id, registrations),
        reissued=_standing_for(bind, event_id, {line[0] for line in lines}),
    )


def counted_rooms(
    event_id: int, places: Set[int], *, came: Set[int | None], undivided: int | None, bind: Connection
) -> dict[int, list[Line]]:
    """Whom the room counts of these places find; `came`: tickets of parties that may have come on several."""
    return room_visits(_movements(bind, event_id, places, _standing_for(bind, event_id, came)), undivided=undivided)


def _standing_for(bind: Connection, event_id: int, came: Set[int | None]) -> dict[int, int]:
    """Tickets and the one as which they are counted now."""
    reissued = _reissued(bind, event_id)
    return reissued | _of_a_party_that_came(bind, event_id, came, reissued)


def has_corrections(event_id: int) -> bool:
    """Whether any line by which somebody corrected the figures stands."""
    return bool(_CORRECTED.rows(here(), {"event_id": event_id}))


def attributes_of(event_id: int) -> dict[int, Attributes]:
    """What each line that let somebody in says of the party, by its id."""
    entry = Entry.__table__.c
    found = db.session.connection().execute(
        select(
            entry.id,
            type_coerce(entry.party_kind, String),
            type_coerce(entry.organisation_kind, String),
            entry.language,
            entry.lead_days,
        ).where(standing(event_id), Entry.kind.in_(ADMITTING), Entry.place_id.is_not(None))
    )
    return {row[0]: Attributes(*row[1:]) for row in found}


def standing(event_id: Any) -> ColumnElement[bool]:
    """The lines of an event that nobody took back."""
    return and_(Entry.event_id == event_id, Entry.kind != EntryKind.UNDO, stands())


def _kinds(kinds: tuple[EntryKind, ...], *, corrected: bool) -> tuple[EntryKind, ...]:
    return tuple(kind for kind in kinds if corrected or kind is not EntryKind.CORRECTION)


def _lines(
    bind: Connection, event_id: int, kinds: tuple[EntryKind, ...], chosen: ColumnElement[bool] | None = None
) -> list[Line]:
    """Lines that let somebody in, and room counts; words and times stay as stored, for they are only compared. A team
    takes no place, so it came neither on a booked one nor without."""
    entry, number = Entry.__table__.c, EntryNumber.__table__.c
    found = bind.execute(
        select(
            entry.ticket_id,
            type_coerce(entry.party_kind, String),
            entry.place_id,
            number.category_id,
            number.number,
            type_coerce(entry.method, String),
            entry.day,
            entry.slot,
            entry.new_today,
            case((entry.party_kind == PartyKind.TEAM, null()), else_=entry.booked),
            entry.reentry,
            type_coerce(entry.at, String),
            entry.id,
        )
        .join(EntryNumber.__table__, number.entry_id == entry.id)
        .where(standing(event_id), Entry.kind.in_(kinds), Entry.place_id.is_not(None), _inward())
        .where(true() if chosen is None else chosen)
    )
    return cast("list[Line]", found.all())


def _inward() -> ColumnElement[bool]:
    return Entry.direction.is_(None) | (Entry.direction == Direction.IN)


def _singles(bind: Connection, event_id: int, registrations: Set[int] | None = None) -> set[int]:
    """Tickets of one named person."""
    chosen = select(Ticket.id).where(Ticket.event_id == event_id, Ticket.attendee_id.is_not(None))
    return set(bind.scalars(chosen.where(_among(registrations))))


def _among(registrations: Set[int] | None) -> ColumnElement[bool]:
    return true() if registrations is None else Ticket.registration_id.in_(registrations)


def _of_a_party_that_came(
    bind: Connection, event_id: int, came: Set[int | None], reissued: Mapping[int, int]
) -> dict[int, int]:
    """Tickets of persons whose party came on its one ticket too (a door without a connection read a paper that was
    replaced), and that ticket: nobody knows which of the party came on their own, so all are counted as the party."""
    party = aliased(Ticket)
    query = (
        select(Ticket.id, party.id)
        .join(party, party.registration_id == Ticket.registration_id)
        .where(Ticket.event_id == event_id, Ticket.attendee_id.is_not(None), party.attendee_id.is_(None))
    )
    pairs = [(one, whole) for one, whole in bind.execute(query) if {one, whole} <= came]
    return {one: reissued.get(whole, whole) for one, whole in pairs}


def _sizes(bind: Connection, event_id: int, registrations: Set[int] | None = None) -> dict[int, int]:
    """How many people the tickets of whole parties are for."""
    chosen = (
        select(Ticket.id, func.sum(PartyNumber.number))
        .join(Registration, Registration.id == Ticket.registration_id)
        .join(PartyNumber, PartyNumber.registration_id == Registration.id)
        .where(Ticket.event_id == event_id, Ticket.attendee_id.is_(None))
        .where(Registration.party_kind != PartyKind.PERSON, _among(registrations))
        .group_by(Ticket.id)
    )
    return {ticket_id: int(number) for ticket_id, number in bind.execute(chosen)}


def _reissued(bind: Connection, event_id: int) -> dict[int, int]:
    """Replaced tickets and the one that stands for the same person now."""
    found = bind.execute(
        select(Ticket.id, Ticket.replaced_by_id).where(Ticket.event_id == event_id, Ticket.replaced_by_id.is_not(None))
    )
    after = {old: new for old, new in found if new is not None}
    return {old: _last(old, after) for old in after}


def _last(ticket_id: int, after: Mapping[int, int]) -> int:
    seen = {ticket_id}
    while ticket_id in after and after[ticket_id] not in seen:
        ticket_id = after[ticket_id]
        seen.add(ticket_id)
    return ticket_id


def _movements(bind: Connection, event_id: int, places: Set[int], reissued: Mapping[int, int]) -> list[Movement]:
    """Everything that stands at places where a room was counted; who came at the very moment of a count is in it."""
    moving = (
        select(
            Entry.id,
            type_coerce(Entry.kind, String),
            (Entry.kind == EntryKind.EXIT) | (func.coalesce(Entry.direction, Direction.IN) == Direction.OUT),
            Entry.ticket_id,
            Entry.place_id,
            EntryNumber.category_id,
            EntryNumber.number,
            Entry.day,
            Entry.slot,
            Entry.reentry,
        )
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(standing(event_id), Entry.place_id.in_(places))
        .order_by(Entry.at, Entry.kind == EntryKind.ROOM_COUNT, Entry.id, EntryNumber.category_id)
    )
    found = [Movement._make(row) for row in bind.execute(moving)]
    return [one._replace(ticket=reissued.get(one.ticket, one.ticket) if one.ticket else None) for one in found]


def imports_of(event: Event, bind: Bound) -> list[Imported]:
    """What sources give for the whole event, with the measure they state, or else the one the event reports."""
    return imports_in(event, IMPORTED.rows(bind, {"event_id": event.id}))


def imports_in(event: Event, rows: Iterable[Any]) -> list[Imported]:
    """The same of what `IMPORTED` found."""
    usual = event.people_measure or Measure.PEOPLE
    return [Imported(row.category_id, int(row.number), row.method, Measure(row.measure or usual)) for row in rows]


_undo = aliased(Entry)
IMPORTED = Direct(
    select(
        EntryNumber.category_id,
        func.sum(EntryNumber.number).label("number"),
        type_coerce(Entry.method, String).label("method"),
        FigureSource.measure,
    )
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .outerjoin(FigureSource, FigureSource.id == Entry.source_id)
    .where(Entry.event_id == bindparam("event_id"), Entry.place_id.is_(None))
    .where(or_(*(Entry.kind == kind for kind in ADMITTING)), ~exists().where(_undo.undoes_id == Entry.id))
    .group_by(EntryNumber.category_id, Entry.method, FigureSource.measure)
)
_CORRECTED = Direct(
    select(Entry.id)
    .where(Entry.event_id == bindparam("event_id"), OF_A_CORRECTION, ~exists().where(_undo.undoes_id == Entry.id))
    .limit(1)
)
