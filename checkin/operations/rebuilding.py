"""The roll-ups of an event are made anew while doors go on: counted before anything is locked, swapped in a moment."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from sqlalchemy import Connection, delete, insert, text

from app.bulk import pour, uncollected
from app.db import db, transaction
from app.direct import asking
from checkin.models import RollUp, RollUpApart, RollUpPlace, RollUpRoom
from checkin.operations import rolled_rows
from checkin.queries.rollups import RolledUp, lines_in
from checkin.rules import Cut
from checkin.rules.rollup import Cell, Cells

ATTEMPTS = 3
READERS = 2
"""Connections that read the ledger on PostgreSQL side by side. That they may see different states does no harm: if a
line came while they read, it is all done again."""


def rebuild(event_id: int, *, told: Callable[[int], None] = lambda _lines: None) -> int:
    """Exchange them; how many lines they were made from. If lines come while they are counted, it is tried again, at
    last with the doors waiting. `told`: how many lines more were counted."""
    from checkin.queries.summed import summed_from_ledger

    for attempt in range(ATTEMPTS):
        db.session.rollback()
        reader = db.session.connection()
        lines = lines_in(reader, event_id)
        with uncollected(), ExitStack() as open_:
            readers = [open_.enter_context(asking()) for _ in range(READERS)]
            made = summed_from_ledger(reader, event_id, readers=readers, told_of=told)
        with transaction():
            _nobody_writes()
            writer = db.session.connection()
            now = lines_in(writer, event_id)
            if now != lines and attempt + 1 < ATTEMPTS:
                continue
            replace_all(writer, event_id, made if now == lines else summed_from_ledger(writer, event_id))
        break
    return now


def make_anew(connection: Connection, event_id: int) -> None:
    """The same inside a transaction that is under way."""
    from checkin.queries.summed import summed_from_ledger

    replace_all(connection, event_id, summed_from_ledger(connection, event_id))


def replace_all(connection: Connection, event_id: int, made: RolledUp) -> None:
    """Put these roll-ups in place of what an event had; a row that counts no line says how often that was done, so that
    who keeps sums in memory reads them anew."""
    times = connection.scalar(rolled_rows.TIMES_MADE, {"event_id": event_id}) or 0
    for kind in (RollUpRoom, RollUpApart, RollUpPlace, RollUp):
        connection.execute(delete(rolled_rows.table_of(kind)).where(rolled_rows.table_of(kind).c.event_id == event_id))
    places = [
        {"place_id": place_id, "event_id": event_id, "venue_id": venue, "counted_at": counted_at}
        for place_id, (venue, counted_at) in sorted(made.places.items())
    ]
    for kind, rows in (
        (RollUpPlace, places),
        (RollUpRoom, list(rolled_rows.room_rows(event_id, made.rooms))),
        (RollUpApart, list(rolled_rows.apart_rows(event_id, made.apart))),
    ):
        if rows:
            connection.execute(insert(rolled_rows.table_of(kind)), rows)
    pour(connection, RollUp.__tablename__, rolled_rows.CELL_COLUMNS, _cell_rows(event_id, made.cells, times + 1))


def _cell_rows(event_id: int, cells: Cells, times: int) -> Iterator[tuple[object, ...]]:
    for cell, number in sorted(cells.items()):
        yield event_id, *cell, number
    yield event_id, *Cell(Cut.LINES.value, venue=times), 0


def _nobody_writes() -> None:
    """Until the end of the transaction. On SQLite one writes at a time anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE entry IN SHARE MODE"))
