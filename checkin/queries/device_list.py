"""An event's scanners as people look after them: what each said of itself, and which gates are not ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from app.accounts.models import Account, Device, DeviceContact
from app.db import Texts, db
from app.direct import Direct, here
from app.errors import NotFound
from app.programme.models import Event
from checkin.models import Gate
from checkin.rules.readiness import Missing, lacks, oldest_pack
from checkin.rules.times import event_day

CLOCK_NOTED = timedelta(seconds=30)


@dataclass(frozen=True)
class DeviceLine:
    """A paired scanner and what it last said of itself. `clock_offset_ms`: what its clock is behind ours."""

    uuid: UUID
    name: str
    gate_id: int | None
    gate: Texts | None
    account: str | None
    rights: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    wipe_asked_at: datetime | None
    last_seen_at: datetime | None
    queue_length: int | None
    clock_offset_ms: int | None
    version: str | None
    pack: str | None
    pack_at: datetime | None
    storage: str | None
    wipe_told_at: datetime | None

    def state(self, at: datetime) -> str:
        """`revoked`, `ended`, `waiting` (readings not yet sent), `unheard` or `paired`."""
        if self.revoked_at or self.expires_at <= at:
            return "revoked" if self.revoked_at else "ended"
        if self.queue_length:
            return "waiting"
        return "paired" if self.last_seen_at else "unheard"

    def works(self, at: datetime) -> bool:
        """Whether it still reads codes."""
        return self.state(at) not in ("revoked", "ended")

    @property
    def clock_behind(self) -> int:
        """Whole seconds that its clock is behind ours (negative: ahead), if they are worth a word."""
        offset = timedelta(milliseconds=self.clock_offset_ms or 0)
        return round(offset.total_seconds()) if abs(offset) >= CLOCK_NOTED else 0


@dataclass(frozen=True)
class Unready:
    """A device, or a gate without one, that is not ready, and what it lacks."""

    gate: Texts | None
    device: str | None
    lacks: Missing


class GateInUse(NamedTuple):
    """A gate that is not retired."""

    id: int
    name: Texts


def devices_of(event_id: int) -> list[DeviceLine]:
    """The event's scanners, the newest first."""
    return DEVICES.ask(here(), {"event_id": event_id}).each(DeviceLine)


def pin_of(device_id: int) -> str | None:
    """The stored form of the PIN with which a supervisor's word counts on this device; None: it asks for none."""
    return db.session.scalar(select(Device.pin_hash).where(Device.id == device_id))


def device_in(event_id: int, uuid: UUID) -> Device:
    """One scanner of this event. Raises NotFound."""
    found = db.session.scalars(select(Device).filter_by(event_id=event_id, uuid=uuid)).one_or_none()
    if found is None:
        raise NotFound
    return found


def is_close(event: Event, at: datetime) -> bool:
    """Whether doors open soon or are open: from the day before the event to its last day."""
    today = event_day(at, ZoneInfo(event.timezone), event.day_ends_at)
    return event.starts_on - timedelta(days=1) <= today <= event.ends_on


def lacking(event: Event, device: DeviceLine, *, at: datetime) -> Missing | None:
    """What this device lacks to be ready for offline."""
    return lacks(last_seen_at=device.last_seen_at, pack_at=device.pack_at, oldest=_oldest(event, at))


def gates_in_use(event_id: int) -> list[GateInUse]:
    """Gates where a device should stand, in their order."""
    return GATES_IN_USE.ask(here(), {"event_id": event_id}).each(GateInUse)


def unready(
    event: Event, devices: Sequence[DeviceLine], gates: Sequence[GateInUse], *, at: datetime
) -> list[Unready]:  # fmt: skip
    """Gates where no device stands, in their order, and devices that could not do without a network."""
    working = [device for device in devices if device.works(at)]
    kept, oldest = {device.gate_id for device in working}, _oldest(event, at)
    bare = [Unready(name, None, Missing.NO_DEVICE) for gate_id, name in gates if gate_id not in kept]
    looked = [
        (device, lacks(last_seen_at=device.last_seen_at, pack_at=device.pack_at, oldest=oldest)) for device in working
    ]
    return bare + [Unready(device.gate, device.name, missing) for device, missing in looked if missing]


def _oldest(event: Event, at: datetime) -> datetime:
    zone = ZoneInfo(event.timezone)
    today = event_day(at, zone, event.day_ends_at)
    return oldest_pack(at, starts_on=event.starts_on, today=min(today, event.ends_on), zone=zone)


DEVICES = Direct(
    select(
        Device.uuid, Device.name, Gate.id.label("gate_id"), Gate.name.label("gate"), Account.name.label("account"),
        Device.rights, Device.created_at, Device.expires_at,
        func.coalesce(Device.revoked_at, Account.disabled_at).label("revoked_at"), Device.wipe_asked_at,
        DeviceContact.last_seen_at, DeviceContact.queue_length, DeviceContact.clock_offset_ms, DeviceContact.version,
        DeviceContact.pack, DeviceContact.pack_at, DeviceContact.storage, DeviceContact.wipe_told_at,
    )
    .outerjoin(Gate, Gate.id == Device.gate_id)
    .outerjoin(Account, Account.id == Device.account_id)
    .outerjoin(DeviceContact, DeviceContact.device_id == Device.id)
    .where(Device.event_id == bindparam("event_id"))
    .order_by(Device.revoked_at.is_not(None), Device.created_at.desc(), Device.id.desc())
)  # fmt: skip
GATES_IN_USE = Direct(
    select(Gate.id, Gate.name)
    .where(Gate.event_id == bindparam("event_id"), Gate.retired_at.is_(None))
    .order_by(Gate.position, Gate.id)
)
