"""The roll-ups of an event as they stand in their tables."""

from sqlalchemy import String, bindparam, select, type_coerce

from app.direct import Bound, Direct
from checkin.models import RollUp, RollUpApart, RollUpPlace, RollUpRoom
from checkin.queries.rollups import RolledUp
from checkin.rules.found import Found
from checkin.rules.rollup import Apart, Cell


def kept(bind: Bound, event_id: int) -> RolledUp:
    """The roll-ups of an event as they stand in their tables."""
    asked = {"event_id": event_id}
    made = RolledUp(cells={Cell(*row[:-1]): row[-1] for row in CELLS.rows(bind, asked) if row[-1]})
    for row in PLACES.rows(bind, asked):
        made.places[row.place_id] = row.venue_id, row.counted_at
        if row.counted_at is not None:
            made.rooms[row.place_id] = Found(0, 0, {})
    for row in ROOMS.rows(bind, asked):
        before = made.rooms.get(row.place_id, Found(0, 0, {})).people
        made.rooms[row.place_id] = Found(row.day, row.slot, {**before, row.category_id: row.number})
    made.apart = {row.registration_id: Apart(row.people, row.tickets) for row in APART.rows(bind, asked)}
    return made


CELLS = Direct(
    select(
        type_coerce(RollUp.cut, String).label("cut"), RollUp.place_id, RollUp.venue_id, RollUp.day, RollUp.slot,
        RollUp.category_id, RollUp.method, RollUp.booked, RollUp.anonymous, RollUp.corrected, RollUp.device_id,
        RollUp.number,
    ).where(RollUp.event_id == bindparam("event_id"))
)  # fmt: skip
PLACES = Direct(
    select(RollUpPlace.place_id, RollUpPlace.venue_id, RollUpPlace.counted_at).where(
        RollUpPlace.event_id == bindparam("event_id")
    )
)
ROOMS = Direct(
    select(RollUpRoom.place_id, RollUpRoom.category_id, RollUpRoom.day, RollUpRoom.slot, RollUpRoom.number)
    .where(RollUpRoom.event_id == bindparam("event_id"))
    .order_by(RollUpRoom.place_id, RollUpRoom.category_id)
)
APART = Direct(
    select(RollUpApart.registration_id, RollUpApart.people, RollUpApart.tickets).where(
        RollUpApart.event_id == bindparam("event_id")
    )
)
