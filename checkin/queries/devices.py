"""Rare questions about devices: whose they are, what they counted, whether their clock is known to be wrong."""

from sqlalchemy import Connection, exists, func, select

from app.accounts.models import Device
from app.programme.models import Event
from checkin.models import Conflict, Entry, EntryNumber, Scan
from checkin.queries.rows import DoorEvent
from checkin.rules import ConflictKind


def account_of(bind: Connection, device_id: int) -> int | None:
    """Who signed in to make this device."""
    account_id: int | None = bind.scalar(select(Device.account_id).where(Device.id == device_id))
    return account_id


def counted_by(bind: Connection, device_id: int, place_id: int, event: DoorEvent) -> dict[str, int]:
    """People without a ticket that a device has counted at a place, by category, undone ones taken off."""
    rows = bind.execute(
        select(EntryNumber.category_id, func.sum(EntryNumber.number))
        .join(Entry, Entry.id == EntryNumber.entry_id)
        .where(Entry.device_id == device_id, Entry.place_id == place_id, Entry.ticket_id.is_(None))
        .group_by(EntryNumber.category_id)
    )
    keys = {category_id: key for key, category_id in event.categories.items()}
    return {keys[category_id]: int(number) for category_id, number in rows if number}


def clock_is_flagged(bind: Connection, device_id: int) -> bool:
    """Whether this device's clock is listed as a conflict that nobody has resolved."""
    flagged = (
        exists()
        .where(Conflict.scan_id == Scan.id, Scan.device_id == device_id)
        .where(Conflict.kind == ConflictKind.CLOCK, Conflict.resolved_at.is_(None))
    )
    return bool(bind.scalar(select(flagged)))


def same_host(bind: Connection, event_id: int, host_id: int) -> bool:
    """Whether another event is of the same host; hosts see nothing of each other."""
    return bind.scalar(select(Event.host_id).where(Event.id == event_id)) == host_id
