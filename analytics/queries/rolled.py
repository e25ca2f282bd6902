"""The tally of an event from its roll-ups: the same as counting its ledger, whatever the number of lines.

The roll-ups rest on the ledger alone. Where a figure rests on more (how many a party is now, which paper replaced
which, under which venue a session stands), the few registrations concerned are counted from their lines.
"""

from collections.abc import Collection, Mapping, Set
from datetime import date

from sqlalchemy import ColumnElement, String, and_, exists, func, or_, select, true, type_coerce
from sqlalchemy.orm import aliased

from analytics.queries.ledger import count_ledger, counted_rooms, imports_of, read_registrations
from analytics.rules.crossing import Read
from analytics.rules.ledger import Place, Tally, tally
from analytics.rules.rolled import Sums, admission_of
from app.db import db
from app.programme.models import Event
from checkin.models import Entry, RollUp, RollUpApart, RollUpPlace, RollUpRoom
from checkin.queries.rollups import rolled_for
from checkin.rules import Cut
from checkin.rules.found import Found
from checkin.rules.rollup import Cell
from registrations.models import PartyNumber, Ticket

PEOPLE = (Cut.PEOPLE, Cut.DAYS, Cut.VENUES, Cut.RETURNS)


def rolled_tally(
    event: Event, *, places: Mapping[int, Place], undivided: int | None, corrected: bool = True
) -> Tally:  # fmt: skip
    """The same as `count_ledger`."""
    known = _places(event.id)
    if any(place_id not in places or (places[place_id].venue or 0) != venue for place_id, (venue, _) in known.items()):
        return count_ledger(event, places=dict(places), undivided=undivided, corrected=corrected)
    sums = Sums()
    counted = {place_id for place_id, (_, is_counted) in known.items() if is_counted}
    _take_people(sums, event.id, corrected=corrected)
    _take_entries(sums, event.id, counted, corrected=corrected)
    apart = _apart(event.id)
    apart |= _replaced(event.id)
    sums.take_rooms(_rooms(event.id) if counted else {})
    sums.add(tally((), places=places, imports=imports_of(event)))
    if apart:
        read = _count_apart(sums, event.id, apart, places=places, corrected=corrected)
        if touched := counted & {line[2] for line in read.lines}:
            _find_again(sums, event.id, touched, read, undivided=undivided)
    return sums.closed()


def people_on_day(event_id: int, day: date) -> int:
    """People who came that day, as the figures have them."""
    row = RollUp.__table__.c
    rolled = select(func.sum(row.number)).where(
        row.event_id == event_id, row.cut == Cut.DAYS, row.day == day.toordinal()
    )
    number = int(db.session.scalar(rolled) or 0)
    apart = _apart(event_id) | _replaced(event_id)
    if apart:
        sums = Sums()
        venues = {place_id: Place(None, venue) for place_id, (venue, _) in _places(event_id).items()}
        _count_apart(sums, event_id, apart, places=venues, corrected=True)
        number += sum(more for key, more in sums.people_by_day.items() if key.where == day)
    return number


def _places(event_id: int) -> dict[int, tuple[int, bool]]:
    """Of every place with lines under which venue it was added up, and whether its room was counted."""
    kind = RollUpPlace
    found = db.session.execute(select(kind.place_id, kind.venue_id, kind.counted_at).where(kind.event_id == event_id))
    return {place_id: (venue_id, counted_at is not None) for place_id, venue_id, counted_at in found}


def _take_people(sums: Sums, event_id: int, *, corrected: bool) -> None:
    row = RollUp.__table__.c
    divided = (row.cut, row.place_id, row.venue_id, row.day, row.category_id, row.method, row.anonymous)
    found = db.session.connection().execute(
        select(type_coerce(row.cut, String), *divided[1:], func.sum(row.number))
        .where(row.event_id == event_id, row.cut.in_(PEOPLE), _wanted(corrected=corrected))
        .group_by(*divided)
    )
    for cut, place, venue, day, category, method, anonymous, number in found:
        cell = Cell(cut, place, venue, day, 0, category, method, -1, bool(anonymous))
        sums.take(cell, int(number))


def _take_entries(sums: Sums, event_id: int, counted: Collection[int], *, corrected: bool) -> None:
    """How they came, then when; who came without a ticket into a room that was counted is left out."""
    row = RollUp.__table__.c
    chosen = and_(
        row.event_id == event_id,
        row.cut == Cut.ENTRIES,
        _wanted(corrected=corrected),
        or_(row.anonymous.is_(False), row.place_id.not_in(counted)) if counted else true(),
    )
    connection = db.session.connection()
    divided = (row.place_id, row.day, row.category_id, row.method, row.booked, row.anonymous)
    how = connection.execute(select(*divided, func.sum(row.number)).where(chosen).group_by(*divided))
    for place, day, category, method, booked, anonymous, number in how:
        cell = Cell(Cut.ENTRIES.value, place, 0, day, 0, category, method, booked, bool(anonymous))
        sums.admissions[admission_of(cell)] += int(number)
    when = connection.execute(
        select(row.place_id, row.slot, func.sum(row.number))
        .where(chosen, row.slot != 0)
        .group_by(row.place_id, row.slot)
    )
    for place, slot, number in when:
        sums.arrivals[place, slot] += int(number)


def _wanted(*, corrected: bool) -> ColumnElement[bool]:
    return true() if corrected else RollUp.corrected.is_(False)


def _rooms(event_id: int) -> dict[int, Found]:
    kind = RollUpRoom
    found = db.session.execute(
        select(kind.place_id, kind.category_id, kind.day, kind.slot, kind.number).where(kind.event_id == event_id)
    )
    rooms: dict[int, Found] = {}
    for place, category, day, slot, number in found:
        rooms.setdefault(place, Found(day, slot, {})).people[category] = number
    return rooms


def _apart(event_id: int) -> set[int]:
    """Registrations that came on several tickets for one person, or of which more were at different places than the
    party is now."""
    size = (
        select(func.sum(PartyNumber.number))
        .where(PartyNumber.registration_id == RollUpApart.registration_id)
        .scalar_subquery()
    )
    found = db.session.scalars(
        select(RollUpApart.registration_id)
        .where(RollUpApart.event_id == event_id)
        .where(or_(RollUpApart.tickets, and_(RollUpApart.people > 0, RollUpApart.people > size)))
    )
    return set(found)


def _replaced(event_id: int) -> set[int]:
    """Registrations in which somebody came on a ticket that another one's stands for now, and those of these."""
    old, new, came = aliased(Ticket), aliased(Ticket), aliased(Ticket)
    has_come = (
        exists()
        .where(Entry.registration_id == old.registration_id, Entry.ticket_id == came.id)
        .where(came.replaced_by_id.is_not(None))
    )
    found = db.session.execute(
        select(old.registration_id, new.registration_id, has_come)
        .join(new, new.id == old.replaced_by_id)
        .where(old.event_id == event_id, old.replaced_by_id.is_not(None))
        .where(
            or_(
                old.registration_id != new.registration_id,
                func.coalesce(old.attendee_id, 0) != func.coalesce(new.attendee_id, 0),
            )
        )
    ).all()
    concerned = {one for before, after, is_there in found if is_there for one in (before, after)}
    size = -1
    while concerned and size != len(concerned):
        size = len(concerned)
        for before, after, _ in found:
            if before in concerned or after in concerned:
                concerned |= {before, after}
    return concerned


def _count_apart(
    sums: Sums, event_id: int, apart: Set[int], *, places: Mapping[int, Place], corrected: bool
) -> Read:  # fmt: skip
    """What the roll-ups hold of these registrations is taken off, and their lines are counted instead: the lines."""
    for cell, number in rolled_for(db.session.connection(), apart).items():
        if corrected or not cell.corrected:
            sums.take(cell, -number)
    read = read_registrations(event_id, apart, corrected=corrected)
    sums.add(read.counted(places))
    return read


def _find_again(sums: Sums, event_id: int, touched: Set[int], read: Read, *, undivided: int | None) -> None:
    """The same for the rooms which these lines are about and which were counted."""
    rolled = {place: found for place, found in _rooms(event_id).items() if place in touched}
    sums.take_rooms({place: _turned(found) for place, found in rolled.items()})
    rooms = counted_rooms(event_id, touched, came={line[0] for line in read.lines}, undivided=undivided)
    sums.add(tally((), places={}, rooms=rooms))


def _turned(found: Found) -> Found:
    return found._replace(people={category: -number for category, number in found.people.items()})
