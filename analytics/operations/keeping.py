"""Sums that this process made are written down, so that the next start need not read every line of the ledger."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from analytics.models import KeptSum
from analytics.queries.apart import Sums
from analytics.queries.crossing import kept_as
from analytics.queries.recalling import made_by
from analytics.queries.unwritten import Unwritten, unwritten
from app.db import db, transaction
from app.programme.models import Event

A_FEW = 20
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def keep_sums(_at: datetime, *, ending: bool = False) -> int:
    """Write down what is worth it, a few at a time; how many sums. A chore, and with `ending` one of the last things
    that a server does, all at once. Whoever writes last stays: each is right for the state that it is of. Those of an
    event that was deleted meanwhile are nobody's any more."""
    found = list(islice(unwritten(ending=ending), None if ending else A_FEW))
    db.session.rollback()
    if found:
        with transaction():
            write_down(found)
    for one in found:
        one.written()
    return len(found)


def keep_crossings(app: Flask, event_id: int, sums: Iterable[Sums]) -> None:
    """Write down what all crossings of an event come to, a few at a time. In a thread of its own, for whoever asks for
    them only reads."""
    with app.app_context():
        found = (Unwritten(event_id, kept_as((event_id, *one[:3])), one[3], bool) for one in sums)
        while some := list(islice(found, A_FEW)):
            with transaction():
                write_down(some)


def write_down(found: Collection[Unwritten]) -> None:
    """In the place of what was written under these names."""
    there = set(db.session.scalars(select(Event.id).where(Event.id.in_({one.event_id for one in found}))))
    rows = [
        {"event_id": one.event_id, "what": one.what, "body": one.body, "made_by": made_by()}
        for one in sorted(found)
        if one.event_id in there
    ]
    if not rows:
        return
    adding = _INSERT[db.engine.dialect.name](KeptSum)
    changed = {"made_by": adding.excluded.made_by, "body": adding.excluded.body}
    db.session.execute(adding.on_conflict_do_update(index_elements=["event_id", "what"], set_=changed), rows)
