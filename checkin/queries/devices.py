"""Rare questions about devices: whose they are, what they counted, whether their clock is known to be wrong."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account, Device, DeviceGate
from app.accounts.queries import AT_ITS_GATES, bound_to
from app.direct import Bound, Direct, among, at_one_go
from app.programme.models import Event
from app.web.actors import DeviceActor
from app.writer import Wire
from checkin.models import Conflict, Entry, EntryNumber, Scan
from checkin.queries.rows import DoorEvent
from checkin.rules import ConflictKind, Direction, EntryKind


def account_of(bind: Bound, device_id: int) -> int | None:
    """Who signed in to make this device."""
    account_id: int | None = _ACCOUNT.rows(bind, {"device_id": device_id})[0].account_id
    return account_id


def working_devices(
    wire: Wire, slug: str, tokens: Collection[bytes], *, at: datetime
) -> dict[bytes, tuple[DeviceActor, datetime]]:
    """Devices of the event with this slug by what is kept of their tokens, and when each ends: neither revoked nor
    paired by somebody who is disabled since. It is asked first of all: on PostgreSQL the transaction begins with it."""
    known = wire.remembered
    new = [token for token in tokens if (slug, token) not in known]
    if new:
        with at_one_go(wire):
            asked = _WORKING.ask(wire, {"slug": slug, "tokens": new, "at": at})
        rows = asked.rows()
        for row in rows:
            gates = bound_to(one for one in rows if one.id == row.id)
            device = DeviceActor(row.id, row.event_id, row.gate_id, tuple(row.rights), revoked=False, gates=gates)
            known[slug, row.token_hash] = device, row.expires_at
    return {token: known[slug, token] for token in tokens if (slug, token) in known}


def counted_by(bind: Bound, device_id: int, place_id: int, event: DoorEvent) -> dict[bool, dict[str, int]]:
    """People without a ticket that a device has counted in at a place, those new today and those not, by category;
    undone ones left out, whoever undid them."""
    rows = _COUNTED.rows(bind, {"device_id": device_id, "place_id": place_id})
    keys = event.keys
    counted: dict[bool, dict[str, int]] = {True: {}, False: {}}
    for row in rows:
        counted[bool(row.new_today)][keys[row.category_id]] = int(row.number)
    return counted


def clock_is_flagged(bind: Bound, event_id: int, device_id: int) -> bool:
    """Whether this device's clock is listed as a conflict that nobody has resolved."""
    return bool(_FLAGGED.rows(bind, {"event_id": event_id, "device_id": device_id}))


def same_host(bind: Bound, event_id: int, host_id: int) -> bool:
    """Whether another event is of the same host; hosts see nothing of each other."""
    return [row.host_id for row in _HOST.rows(bind, {"event_id": event_id})] == [host_id]


_ACCOUNT = Direct(select(Device.account_id).where(Device.id == bindparam("device_id")))
_WORKING = Direct(
    select(
        Device.token_hash, Device.id, Device.event_id, Device.gate_id, Device.rights, Device.expires_at,
        DeviceGate.gate_id.label("bound_to"),
    )
    .join(Event, Event.id == Device.event_id)
    .outerjoin(Account, Account.id == Device.account_id)
    .outerjoin(DeviceGate, AT_ITS_GATES)
    .where(among(Device.token_hash, "tokens"), Event.slug == bindparam("slug"), Device.expires_at > bindparam("at"))
    .where(Device.revoked_at.is_(None), Account.disabled_at.is_(None))
)  # fmt: skip
_HOST = Direct(select(Event.host_id).where(Event.id == bindparam("event_id")))
_UNDO = aliased(Entry)
_COUNTED = Direct(
    select(Entry.new_today, EntryNumber.category_id, func.sum(EntryNumber.number).label("number"))
    .join(Entry, Entry.id == EntryNumber.entry_id)
    .where(Entry.device_id == bindparam("device_id"), Entry.place_id == bindparam("place_id"))
    .where(Entry.ticket_id.is_(None), Entry.direction == Direction.IN)
    .where(Entry.kind != EntryKind.UNDO, ~exists().where(_UNDO.undoes_id == Entry.id))
    .group_by(Entry.new_today, EntryNumber.category_id)
)
_FLAGGED = Direct(
    select(Conflict.id)
    .join(Scan, Scan.id == Conflict.scan_id)
    .where(Conflict.event_id == bindparam("event_id"), Conflict.resolved_at.is_(None))
    .where(Conflict.kind == ConflictKind.CLOCK, Scan.device_id == bindparam("device_id"))
    .limit(1)
)
