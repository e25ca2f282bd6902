"""The roll-ups of an event are made anew while doors go on: counted before anything is locked, swapped in a moment."""

from collections.abc import Callable

from sqlalchemy import text

from app.db import db, transaction
from checkin.operations.rolling import replace_all
from checkin.queries.rolled import lines_in
from checkin.queries.rollups import counted_from_ledger

ATTEMPTS = 3


def rebuild(event_id: int, *, told: Callable[[int], None] = lambda _lines: None) -> int:
    """Exchange them; how many lines they were made from. If lines come while they are counted, it is tried again, at
    last with the doors waiting. `told`: how many lines more were counted."""
    for attempt in range(ATTEMPTS):
        db.session.rollback()
        lines = lines_in(event_id)
        made = counted_from_ledger(db.session.connection(), event_id, told_of=told)
        with transaction():
            _nobody_writes()
            now = lines_in(event_id)
            if now != lines and attempt + 1 < ATTEMPTS:
                continue
            connection = db.session.connection()
            if now != lines:
                made = counted_from_ledger(connection, event_id)
            replace_all(connection, event_id, made)
        break
    return now


def _nobody_writes() -> None:
    """Until the end of the transaction. On SQLite one writes at a time anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE entry IN SHARE MODE"))
