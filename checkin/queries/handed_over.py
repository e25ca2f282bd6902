"""The device that a file of scans is from, how far its clock was off, and which of its scans are here already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Device, DeviceContact, DeviceGate
from app.accounts.queries import AT_ITS_GATES, bound_to
from app.db import Texts, db
from app.web.actors import DeviceActor
from checkin.models import Gate, Scan


@dataclass(frozen=True)
class KeptBefore:
    """When and where a scan was made that is kept already, and by which device, where one made it."""

    at: datetime
    gate: Texts | None
    device: str | None


def device_with_clock(event_id: int, uuid: UUID) -> tuple[DeviceActor, timedelta] | None:
    """A device of this event, ended and revoked ones included, and what its clock lacked at the last contact."""
    rows = db.session.execute(
        select(
            Device.id, Device.gate_id, Device.rights, Device.revoked_at, DeviceContact.clock_offset_ms,
            DeviceGate.gate_id.label("bound_to"),
        )
        .outerjoin(DeviceContact, DeviceContact.device_id == Device.id)
        .outerjoin(DeviceGate, AT_ITS_GATES)
        .where(Device.event_id == event_id, Device.uuid == uuid)
    ).all()  # fmt: skip
    if not rows:
        return None
    row = rows[0]
    revoked, gates = row.revoked_at is not None, bound_to(rows)
    actor = DeviceActor(row.id, event_id, row.gate_id, tuple(row.rights), revoked=revoked, gates=gates)
    return actor, timedelta(milliseconds=row.clock_offset_ms or 0)


def kept_before(event_id: int, ids: Collection[UUID]) -> dict[UUID, KeptBefore]:
    """Those of these scans that this event keeps already, as they were kept."""
    rows = db.session.execute(
        select(Scan.id, Scan.at, Gate.name, Device.name)
        .outerjoin(Gate, Gate.id == Scan.gate_id)
        .outerjoin(Device, Device.id == Scan.device_id)
        .where(Scan.event_id == event_id, Scan.id.in_(ids))
    )
    return {scan_id: KeptBefore(at, gate, device) for scan_id, at, gate, device in rows}


def known_ids(ids: Collection[UUID]) -> set[UUID]:
    """Those of these scans that the server has already."""
    return set(db.session.scalars(select(Scan.id).where(Scan.id.in_(ids))))
