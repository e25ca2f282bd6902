"""How rows of the roll-ups are written: sums are added to, facts are put in place of what was known."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from app.db import Model
from app.direct import Direct
from checkin.models import RollUp, RollUpApart, RollUpPlace, RollUpRoom
from checkin.rules import Cut
from checkin.rules.found import Found
from checkin.rules.rollup import Apart


def table_of(kind: type[Model]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)
    return table


def _upsert(make: Any, kind: type[Model], keys: Collection[str], changes: Any) -> Direct:
    table = table_of(kind)
    statement = make(table).values({column.name: bindparam(column.name) for column in table.columns})
    return Direct(statement.on_conflict_do_update(index_elements=list(keys), set_=changes(statement.excluded)))


def _on_both(kind: type[Model], keys: Collection[str], changes: Any) -> dict[str, Direct]:
    made = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return {name: _upsert(make, kind, keys, changes) for name, make in made.items()}


CELL_COLUMNS = (
    "event_id", "cut", "place_id", "venue_id", "day", "slot", "category_id", "method", "booked", "anonymous",
    "corrected", "device_id", "number",
)  # fmt: skip
TIMES_MADE = select(func.max(RollUp.venue_id)).where(RollUp.event_id == bindparam("event_id"), RollUp.cut == Cut.LINES)
ADD_CELLS = _on_both(RollUp, CELL_COLUMNS[:-1], lambda new: {"number": RollUp.number + new.number})
SET_PLACE = _on_both(RollUpPlace, ["place_id"], lambda new: {"counted_at": new.counted_at})
SET_APART = _on_both(
    RollUpApart, ["registration_id"], lambda new: {"people": new.people, "tickets": new.tickets}
)  # fmt: skip
CLEAR_ROOM = Direct(delete(table_of(RollUpRoom)).where(RollUpRoom.place_id == bindparam("place")))
ADD_ROOM = Direct(
    insert(table_of(RollUpRoom)).values({one.name: bindparam(one.name) for one in table_of(RollUpRoom).c})
)


def room_rows(event_id: int, rooms: Mapping[int, Found | None]) -> Iterable[dict[str, Any]]:
    for place_id, found in sorted(rooms.items()):
        for category_id, number in sorted(found.people.items()) if found else ():
            where = {"place_id": place_id, "category_id": category_id, "event_id": event_id}
            yield {**where, "day": found.day, "slot": found.slot, "number": number} if found else where


def apart_rows(event_id: int, apart: Mapping[int, Apart]) -> Iterable[dict[str, Any]]:
    for registration_id, (people, tickets) in sorted(apart.items()):
        yield {"registration_id": registration_id, "event_id": event_id, "people": people, "tickets": tickets}
