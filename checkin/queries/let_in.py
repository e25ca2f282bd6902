"""Every scan by which somebody of a registration was let in, whatever was counted, and what is listed of them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from app.direct import Bound, Direct, among
from app.values import Value
from checkin.models import OF_A_REFUSED_SCAN, AwaitedTicket, Conflict, Entry, Scan
from checkin.rules import ConflictKind
from registrations.models import Ticket

TAKEN_BACK = "taken_back"
"""The fact of a scan that a door or a person took back."""


class PassedScan(Value, frozen=True):
    """A scan of a ticket that may have let somebody in."""

    id: UUID
    at: datetime
    device_at: datetime | None
    place_id: int
    gate_id: int | None
    device_id: int | None
    account_id: int | None
    ticket_id: int
    attendee_id: int | None
    code_kind: str | None
    forced: str | None
    facts: dict[str, Any]


class ScanToUndo(Value, frozen=True):
    """A scan that somebody wants to take back. awaits: its ticket is not here yet; listed: people are asked to look at
    those whom it let in and nobody counted."""

    id: UUID
    at: datetime
    received_at: datetime
    gate_id: int | None
    device_id: int | None
    account_id: int | None
    ticket_id: int | None
    facts: dict[str, Any]
    awaits: bool
    listed: bool

    @property
    def let_in(self) -> bool:
        """Whether somebody passed by it of whom it wrote nothing, or did until it was taken back."""
        return self.awaits or self.listed or bool(self.facts.get(TAKEN_BACK))


class Listed(Value, frozen=True):
    """What was found of a scan; resolution None: nobody has settled it."""

    id: int
    scan_id: UUID
    kind: ConflictKind
    resolution: str | None


def scans_of(bind: Bound, event_id: int, registration_id: int) -> dict[UUID, PassedScan]:
    """Those that wrote a line, or were answered otherwise than that their people come in."""
    asked = {"event_id": event_id, "registration_id": registration_id}
    rows = [*_WROTE.rows(bind, asked), *_REFUSED.rows(bind, asked)]
    return {scan.id: scan for scan in (PassedScan(*row) for row in rows)}


def uncounted_after(
    bind: Bound, event_id: int, tickets: Collection[int], since: datetime
) -> list[tuple[int, datetime]]:
    """Tickets and times of scans after `since` of which it is listed that they let in somebody whom nobody counted."""
    asked = {"event_id": event_id, "tickets": list(tickets), "since": since}
    return [(row.ticket_id, row.at) for row in _UNCOUNTED_AFTER.rows(bind, asked)]


def scan_to_undo(bind: Bound, event_id: int, scan_id: UUID) -> ScanToUndo | None:
    """The scan that somebody wants to take back, as it was kept."""
    rows = _TO_UNDO.rows(bind, {"event_id": event_id, "id": scan_id})
    return ScanToUndo(*rows[0]) if rows else None


def listed_of(bind: Bound, event_id: int, scan_ids: Collection[UUID]) -> dict[UUID, Listed]:
    """The newest word on each of these scans that somebody was let in and not counted."""
    rows = _LISTED.rows(bind, {"event_id": event_id, "ids": list(scan_ids)}) if scan_ids else []
    return {row.scan_id: Listed(*row) for row in rows}


_SCANS = select(
    Scan.id, Scan.at, Scan.device_at, Scan.place_id, Scan.gate_id, Scan.device_id, Scan.account_id, Scan.ticket_id,
    Ticket.attendee_id, Scan.code_kind, Scan.forced, Scan.facts,
).join(Ticket, Ticket.id == Scan.ticket_id)  # fmt: skip
_OF_REGISTRATION: Any = bindparam("registration_id")
_WROTE = Direct(
    _SCANS.where(
        Scan.id.in_(select(Entry.scan_id).where(Entry.registration_id == _OF_REGISTRATION)),
        Scan.event_id + 0 == bindparam("event_id"),
    )
)
_REFUSED = Direct(
    _SCANS.where(
        Scan.event_id == bindparam("event_id"),
        Scan.ticket_id.in_(select(Ticket.id).where(Ticket.registration_id == _OF_REGISTRATION)),
        OF_A_REFUSED_SCAN,
    )
)
_UNCOUNTED = (Conflict.kind == ConflictKind.DOUBLE_ADMISSION) | (Conflict.kind == ConflictKind.SURPLUS)
_UNCOUNTED_AFTER = Direct(
    select(Conflict.ticket_id, Scan.at)
    .join(Scan, Scan.id == Conflict.scan_id)
    .where(Conflict.event_id == bindparam("event_id"), among(Conflict.ticket_id, "tickets"), _UNCOUNTED)
    .where(Scan.at > bindparam("since"))
)
_TO_UNDO = Direct(
    select(
        Scan.id, Scan.at, Scan.received_at, Scan.gate_id, Scan.device_id, Scan.account_id, Scan.ticket_id, Scan.facts,
        exists().where(AwaitedTicket.scan_id == Scan.id),
        exists().where(
            Conflict.event_id == bindparam("event_id"), Conflict.resolved_at.is_(None), Conflict.scan_id == Scan.id,
            _UNCOUNTED,
        ),
    ).where(Scan.id == bindparam("id"), Scan.event_id == bindparam("event_id"))
)  # fmt: skip
_LISTED = Direct(
    select(Conflict.id, Conflict.scan_id, Conflict.kind, Conflict.resolution)
    .where(Conflict.event_id == bindparam("event_id"), among(Conflict.scan_id, "ids"))
    .where(_UNCOUNTED)
    .order_by(Conflict.id)
)
