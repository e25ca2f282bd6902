"""The device that a file of scans is from, as it speaks for itself, and how far its clock was off."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import Device, DeviceContact
from app.db import db
from app.web.actors import DeviceActor
from checkin.models import Scan


def device_with_clock(event_id: int, uuid: UUID) -> tuple[DeviceActor, timedelta] | None:
    """A device of this event, ended and revoked ones included, and what its clock lacked at the last contact."""
    row = db.session.execute(
        select(Device.id, Device.gate_id, Device.rights, Device.revoked_at, DeviceContact.clock_offset_ms)
        .outerjoin(DeviceContact, DeviceContact.device_id == Device.id)
        .where(Device.event_id == event_id, Device.uuid == uuid)
    ).one_or_none()
    if row is None:
        return None
    actor = DeviceActor(row.id, event_id, row.gate_id, tuple(row.rights), revoked=row.revoked_at is not None)
    return actor, timedelta(milliseconds=row.clock_offset_ms or 0)


def count_known(ids: Collection[UUID]) -> int:
    """How many of these scans the server has already."""
    return int(db.session.scalar(select(func.count()).where(Scan.id.in_(ids))) or 0)
