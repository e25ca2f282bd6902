"""How many reminders of an event went out, without looking at every letter each time it is asked."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, bindparam, func, select

from app.direct import Direct, here
from app.outbox.models import Letter
from app.outbox.rules import LetterState

KIND = "reminder"
KEPT = 20
WINDOW = 1000
"""On PostgreSQL a letter with a smaller id may be seen later than one with a greater: by so many at most."""


@dataclass
class _Sent:
    """Reminders of an event that were sent, up to a letter before which none is on its way any more."""

    lock: Any = field(default_factory=Lock)
    upto: int = 0
    number: int = 0

    def look(self, event_id: int) -> int:
        """What was sent stays so; others may still be, as long as they are on their way."""
        bind = here()
        upto = int(_NEWEST.rows(bind, {})[0].newest) - (WINDOW if bind.dialect.name == "postgresql" else 0)
        later = _SINCE.rows(bind, {"event_id": event_id, "upto": self.upto})
        sent = [row.id for row in later if row.state is LetterState.SENT]
        going = (row.id for row in later if row.state is LetterState.CLAIMED or row.due_at is not None)
        number, upto = self.number + len(sent), min([upto, *(one - 1 for one in going)])
        if upto > self.upto:
            self.number, self.upto = self.number + sum(1 for one in sent if one <= upto), upto
        return number


def reminded(event_id: int) -> int:
    """Their number, as it stands now."""
    everything: dict[int, _Sent] = current_app.extensions.setdefault("uketsuke_reminders", {})
    if len(everything) >= KEPT and event_id not in everything:
        everything.clear()
    sent = everything.setdefault(event_id, _Sent())
    with sent.lock:
        return sent.look(event_id)


_NEWEST = Direct(select(func.coalesce(func.max(Letter.id), 0).label("newest")))
_SINCE = Direct(
    select(Letter.id, Letter.state, Letter.due_at)
    .where(Letter.event_id + 0 == bindparam("event_id", type_=BigInteger()), Letter.kind == KIND)
    .where(Letter.id > bindparam("upto", type_=BigInteger()))
)
"""By their own numbers: an index by event would bring up all letters of it."""
