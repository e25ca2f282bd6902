"""Tickets that doors gave out: how many a device has, what is awaited, and what has come meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.direct import Bound, Direct, among
from checkin.models import AwaitedTicket, Entry, GivenTicket, Scan, of_scan
from checkin.rules import EntryKind
from registrations.models import Ticket

A_DAY = timedelta(days=1)
AWAITING = Direct(
    select(AwaitedTicket.scan_id)
    .where(among(AwaitedTicket.scan_id, "ids"))
    .order_by(AwaitedTicket.scan_id)
    .with_for_update()
)
"""Held while such a scan is taken back: it becomes its ticket's before or after."""


@dataclass(frozen=True)
class Arrived:
    """A scan whose ticket is here now."""

    scan_id: UUID
    event_id: int
    ticket_id: int


def given_by(bind: Bound, device_id: int, *, at: datetime) -> int:
    """How many tickets a device has given out within a day, as they came here."""
    ((number,),) = _GIVEN.rows(bind, {"device_id": device_id, "since": at - A_DAY})
    return int(number)


def let_in_before(bind: Bound, event_id: int, rid: bytes, place_id: int) -> bool:
    """Whether a scan of the same awaited ticket let somebody in there, and that stands."""
    return bool(_LET_IN.rows(bind, {"event_id": event_id, "rid": rid, "place_id": place_id}))


def arrived(*, limit: int = 100) -> list[Arrived]:
    """Scans that awaited a ticket which is here now, in the order in which they were made."""
    rows = db.session.execute(
        select(AwaitedTicket.scan_id, AwaitedTicket.event_id, Ticket.id)
        .join(Ticket, (Ticket.event_id == AwaitedTicket.event_id) & (Ticket.rid == AwaitedTicket.rid))
        .join(Scan, Scan.id == AwaitedTicket.scan_id)
        .order_by(Scan.at, Scan.id)
        .limit(limit)
    )
    return [Arrived(*row) for row in rows]


_undo = aliased(Entry)
_GIVEN = Direct(
    select(func.count())
    .select_from(GivenTicket)
    .where(GivenTicket.device_id == bindparam("device_id"), GivenTicket.given_at > bindparam("since"))
)
_LET_IN = Direct(
    select(Entry.id)
    .join(AwaitedTicket, of_scan(lambda column: column == AwaitedTicket.scan_id))
    .where(AwaitedTicket.event_id == bindparam("event_id"), AwaitedTicket.rid == bindparam("rid"))
    .where(Entry.place_id == bindparam("place_id"), Entry.kind != EntryKind.UNDO)
    .where(~exists().where(_undo.undoes_id == Entry.id))
    .limit(1)
)
