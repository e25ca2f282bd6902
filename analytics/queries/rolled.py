"""The tally of an event from its roll-ups: the same as counting its ledger, whatever the number of lines.

The roll-ups rest on the ledger alone. Where a figure rests on more (how many a party is now, which paper replaced
which, under which venue a session stands), the few registrations concerned are counted from their lines.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import aliased

from analytics.queries.ledger import IMPORTED, count_ledger, counted_rooms, imports_in, read_registrations
from analytics.rules.crossing import Read
from analytics.rules.ledger import Place, Tally, tally
from analytics.rules.rolled import Sums
from analytics.rules.running import Running
from app.db import db
from app.direct import Asked as Question
from app.direct import Bound, Direct, at_one_go
from app.programme.models import Event
from checkin.models import Entry, RollUp, RollUpApart, RollUpPlace
from checkin.queries.kept import PLACES, ROOMS
from checkin.queries.rollups import rolled_for
from checkin.rules import Cut
from checkin.rules.found import Found
from checkin.rules.rollup import Cell
from registrations.models import PartyNumber, Ticket

PEOPLE = (Cut.PEOPLE, Cut.DAYS, Cut.VENUES, Cut.RETURNS)
ENTERED = (Cut.ENTRIES, Cut.ONCE)


@dataclass(frozen=True)
class Asked:
    """Of which event, and what has to be known of it beside its sums. undivided: its category for who was not asked;
    corrected: not without the lines by which people have corrected it."""

    event: Event
    places: Mapping[int, Place]
    undivided: int | None
    corrected: bool = True


def rolled_tally(
    event: Event, *, places: Mapping[int, Place], undivided: int | None, corrected: bool = True
) -> Tally:  # fmt: skip
    """The same as `count_ledger`, in the session's own state of the database."""
    bind, asked = db.session.connection(), Asked(event, places, undivided, corrected)
    around = around_of(bind, event.id)
    if stands_elsewhere(around.known, places):
        return count_ledger(event, places=dict(places), undivided=undivided, corrected=corrected)
    return load(bind, event.id, corrected=corrected).tally(counted_in(around.known), beside(bind, asked, around))


def load(bind: Connection, event_id: int, *, corrected: bool) -> Running:
    """All sums, read from the roll-ups."""
    running, asked = Running(), {"event_id": event_id}
    wanted = "all" if corrected else "without corrections"
    running.take((Cell(*row[:-1]), int(row[-1])) for row in _PEOPLE[wanted].rows(bind, asked))
    running.take((Cell(*row[:-1]), int(row[-1])) for row in _HOW[wanted].rows(bind, asked))
    for place, slot, anonymous, number in _WHEN[wanted].rows(bind, asked):
        running.places[place].slots[slot, bool(anonymous)] = int(number)
    return running


class Around(NamedTuple):
    """What stands around the sums of an event. known: every place with lines; rooms: whom the counts of rooms find;
    imported: rows of what sources say of the whole event; apart: registrations whose figures rest on more than their
    lines."""

    known: "Mapping[int, KnownPlace]"
    rooms: Mapping[int, Found]
    imported: Sequence[Any]
    apart: Set[int]


def ask_around(bind: Bound, event_id: int) -> list[Question]:
    """Ask for it, between other questions that take the same way to the server."""
    return [one.ask(bind, {"event_id": event_id}) for one in (PLACES, ROOMS, IMPORTED, _PARTED, _REPLACED)]


def around_in(asked: Sequence[Question]) -> Around:
    """What was asked for."""
    places, rooms, imported, parted, replaced = [one.rows() for one in asked]
    apart = {row.registration_id for row in parted} | _replaced(replaced)
    return Around(_known(places), _found_in(rooms), imported, apart)


def around_of(bind: Bound, event_id: int) -> Around:
    """Both."""
    with at_one_go(bind):
        asked = ask_around(bind, event_id)
    return around_in(asked)


def beside(bind: Connection, asked: Asked, around: Around) -> Tally:
    """What has to be added to the sums: whom room counts find in place of who was counted without a ticket there, what
    a source says of the whole event, and registrations whose figures rest on more than their lines."""
    sums, counted = Sums(), counted_in(around.known)
    sums.take_rooms(around.rooms if counted else {})
    sums.add(tally((), places=asked.places, imports=imports_in(asked.event, around.imported)))
    if around.apart:
        read = _count_apart(bind, sums, asked, around.apart)
        if touched := counted & {line[2] for line in read.lines}:
            _find_again(bind, sums, asked, touched, read, rolled=around.rooms)
    return sums.closed()


def people_on_day(bind: Connection, event_id: int, day: date) -> int:
    """People who came that day, as the figures have them."""
    number = sum(int(row.number or 0) for row in _OF_DAY.rows(bind, {"event_id": event_id, "day": day.toordinal()}))
    if apart := apart_of(bind, event_id):
        sums = Sums()
        venues = {place_id: Place(None, one.venue) for place_id, one in places_known(bind, event_id).items()}
        _take_apart(bind, sums, event_id, apart, venues, corrected=True)
        number += sum(more for key, more in sums.people_by_day.items() if key.where == day)
    return number


class KnownPlace(NamedTuple):
    """A place with lines: under which venue it was added up, and whether its room was counted."""

    venue: int
    counted: bool


def places_known(bind: Connection, event_id: int) -> dict[int, KnownPlace]:
    """Every place with lines."""
    return _known(PLACES.rows(bind, {"event_id": event_id}))


def _known(rows: Iterable[Any]) -> dict[int, KnownPlace]:
    return {row.place_id: KnownPlace(row.venue_id, row.counted_at is not None) for row in rows}


def counted_in(known: Mapping[int, KnownPlace]) -> frozenset[int]:
    """Those whose room was counted."""
    return frozenset(place_id for place_id, one in known.items() if one.counted)


def stands_elsewhere(known: Mapping[int, KnownPlace], places: Mapping[int, Place]) -> bool:
    """Whether a session stands under another venue than it was added up under."""
    return any(one not in places or (places[one].venue or 0) != there.venue for one, there in known.items())


def _found_in(rows: Iterable[Any]) -> dict[int, Found]:
    rooms: dict[int, Found] = {}
    for place, category, day, slot, number in rows:
        rooms.setdefault(place, Found(day, slot, {})).people[category] = number
    return rooms


def apart_of(bind: Connection, event_id: int) -> set[int]:
    """Registrations that came on several tickets for one person, or of which more were at different places than the
    party is now, and those of which papers stand for each other's people."""
    asked = {"event_id": event_id}
    found = {row.registration_id for row in _PARTED.rows(bind, asked)}
    return found | _replaced(_REPLACED.rows(bind, asked))


def _replaced(found: Sequence[Any]) -> set[int]:
    """Registrations in which somebody came on a ticket that another one's stands for now, and those of these."""
    concerned = {one for row in found if row.has_come for one in (row.before, row.after)}
    size = -1
    while concerned and size != len(concerned):
        size = len(concerned)
        for row in found:
            if row.before in concerned or row.after in concerned:
                concerned |= {row.before, row.after}
    return concerned


def _count_apart(bind: Connection, sums: Sums, asked: Asked, apart: Set[int]) -> Read:
    return _take_apart(bind, sums, asked.event.id, apart, asked.places, corrected=asked.corrected)


def _take_apart(
    bind: Connection, sums: Sums, event_id: int, apart: Set[int], places: Mapping[int, Place], *, corrected: bool
) -> Read:
    """What the roll-ups hold of these registrations is taken off, and their lines are counted instead: the lines."""
    for cell, number in rolled_for(bind, apart).items():
        if corrected or not cell.corrected:
            sums.take(cell, -number)
    read = read_registrations(event_id, apart, corrected=corrected, bind=bind)
    sums.add(read.counted(places))
    return read


def _find_again(
    bind: Connection, sums: Sums, asked: Asked, touched: Set[int], read: Read, *, rolled: Mapping[int, Found]
) -> None:
    """The same for the rooms which these lines are about and which were counted."""
    sums.take_rooms({place: _turned(found) for place, found in rolled.items() if place in touched})
    came = {line[0] for line in read.lines}
    rooms = counted_rooms(asked.event.id, touched, came=came, undivided=asked.undivided, bind=bind)
    sums.add(tally((), places={}, rooms=rooms))


def _turned(found: Found) -> Found:
    return found._replace(people={category: -number for category, number in found.people.items()})


_R = RollUp
_OF_EVENT = _R.event_id == bindparam("event_id")
_WANTED: dict[str, ColumnElement[bool]] = {"all": true(), "without corrections": _R.corrected.is_(False)}
_CUT = type_coerce(_R.cut, String).label("cut")
_NUMBER = func.sum(_R.number).label("number")


def _cells(wanted: ColumnElement[bool]) -> Direct:
    """Of people and returns as a cell has them."""
    divided = (_R.cut, _R.place_id, _R.venue_id, _R.day, _R.category_id, _R.method, _R.anonymous)
    return Direct(
        select(
            _CUT, *divided[1:4], literal(0).label("slot"), *divided[4:6], literal(-1).label("booked"), _R.anonymous,
            _NUMBER,
        )
        .where(_OF_EVENT, or_(*(_R.cut == cut for cut in PEOPLE)), wanted)
        .group_by(*divided)
    )  # fmt: skip


def _how(wanted: ColumnElement[bool]) -> Direct:
    """How they came."""
    divided = (_R.cut, _R.place_id, _R.venue_id, _R.day, _R.category_id, _R.method, _R.booked, _R.anonymous)
    return Direct(
        select(_CUT, *divided[1:4], literal(0).label("slot"), *divided[4:], _NUMBER)
        .where(_OF_EVENT, or_(*(_R.cut == cut for cut in ENTERED)), wanted)
        .group_by(*divided)
    )


def _when(wanted: ColumnElement[bool]) -> Direct:
    """When they came."""
    divided = (_R.place_id, _R.slot, _R.anonymous)
    entered = or_(*(_R.cut == cut for cut in ENTERED))
    return Direct(select(*divided, _NUMBER).where(_OF_EVENT, entered, _R.slot != 0, wanted).group_by(*divided))


_PEOPLE = {name: _cells(wanted) for name, wanted in _WANTED.items()}
_HOW = {name: _how(wanted) for name, wanted in _WANTED.items()}
_WHEN = {name: _when(wanted) for name, wanted in _WANTED.items()}
_ON_DAY = _R.day == bindparam("day")
_OF_DAY = Direct(
    select(_NUMBER)
    .where(_OF_EVENT, _R.cut == Cut.DAYS, _ON_DAY)
    .union_all(
        select(_NUMBER)
        .select_from(RollUpPlace)
        .join(_R, and_(_R.place_id == RollUpPlace.place_id, _R.venue_id == RollUpPlace.venue_id))
        .where(_OF_EVENT, _R.cut == Cut.ONCE, _ON_DAY, RollUpPlace.event_id == bindparam("event_id"))
    )
)
"""Who came once is looked up place by place, in the order of the key, for rows of other days are many."""
_SIZE = (
    select(func.sum(PartyNumber.number))
    .where(PartyNumber.registration_id == RollUpApart.registration_id)
    .scalar_subquery()
)
_PARTED = Direct(
    select(RollUpApart.registration_id)
    .where(RollUpApart.event_id == bindparam("event_id"))
    .where(or_(RollUpApart.tickets, and_(RollUpApart.people > 0, RollUpApart.people > _SIZE)))
)
_old, _new, _came = aliased(Ticket), aliased(Ticket), aliased(Ticket)
_REPLACED = Direct(
    select(
        _old.registration_id.label("before"),
        _new.registration_id.label("after"),
        exists()
        .where(Entry.registration_id == _old.registration_id, Entry.ticket_id == _came.id)
        .where(_came.replaced_by_id.is_not(None))
        .label("has_come"),
    )
    .join(_new, _new.id == _old.replaced_by_id)
    .where(_old.event_id == bindparam("event_id"), _old.replaced_by_id.is_not(None))
    .where(
        or_(
            _old.registration_id != _new.registration_id,
            func.coalesce(_old.attendee_id, 0) != func.coalesce(_new.attendee_id, 0),
        )
    )
)
