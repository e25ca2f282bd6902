"""New ledger lines are sealed in blocks, outside the transactions of scans: a chore, about once a minute."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.db import db, transaction
from checkin.models import Seal
from checkin.queries.sealed import forms, newest_line, newest_seal
from checkin.rules.sealing import NOTHING_BEFORE, block_digest

LARGEST_BLOCK = 5000
PATIENCE = "SET LOCAL lock_timeout = '500ms'"


def seal_lines(at: datetime) -> int:
    """Seal what is new, one block at most; how many lines. Several processes may do this at once: each block is written
    by one of them."""
    last = newest_seal()
    after, before, known = (last.last_entry_id, last.digest, last.id) if last else (0, NOTHING_BEFORE, None)
    until = _settled() if newest_line() > after else after
    found = forms(after, until, most=LARGEST_BLOCK) if until > after else []
    db.session.rollback()
    if not found:
        return 0
    digest = block_digest(before, (form for _, form in found))
    with transaction():
        _one_at_a_time()
        newest = newest_seal()
        if (newest.id if newest else None) != known:
            return 0
        db.session.add(Seal(last_entry_id=found[-1][0], lines=len(found), digest=digest, sealed_at=at))
    return len(found)


def seal_in_passing(at: datetime) -> int:
    """The chore: one block, and how many lines it has if it is full, for more may wait behind it. What came meanwhile
    waits for the next minute: sealed at once, it would be done again and again as long as doors are busy, and take a
    quarter of the processor from them."""
    sealed = seal_lines(at)
    return sealed if sealed == LARGEST_BLOCK else 0


def _settled() -> int:
    """Up to which id no line can be added any more.

    PostgreSQL gives out ids before their transactions end: for a moment, nobody may be writing lines. If somebody does
    for long, it is tried again a minute later.
    """
    if db.engine.dialect.name == "sqlite":
        return newest_line()
    try:
        with transaction():
            db.session.execute(text(PATIENCE))
            db.session.execute(text("LOCK TABLE entry IN SHARE MODE"))
            return newest_line()
    except OperationalError:
        return 0


def _one_at_a_time() -> None:
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE seal IN SHARE ROW EXCLUSIVE MODE"))
