"""What a device says of itself from time to time, apart from its scans."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Device, DeviceContact, DeviceGate
from app.audit import record
from app.db import db
from app.web.actors import Actor, DeviceActor
from checkin.models import Gate
from checkin.operations.ledger import LARGEST
from checkin.queries.gates import gate_by_code

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Report:
    """What a device knows of itself; None: it did not say."""

    sent_at: datetime
    queue_length: int | None = None
    pack: str | None = None
    pack_at: datetime | None = None
    version: str | None = None
    storage: str | None = None
    gate: str | None = None


def note_report(scanner: DeviceActor, report: Report, *, at: datetime, told_until: datetime | None) -> bool:
    """Keep what it says; whether it shall forget everything now. What it did not say stays as it was."""
    device = db.session.get_one(Device, scanner.device_id)
    wipes = device.wipe_asked_at is not None
    if report.gate and not (device.paired or scanner.revoked):
        _move(device, report.gate, at)
    offset = round((at - report.sent_at).total_seconds() * 1000)
    said = {
        "clock_offset_ms": max(-LARGEST, min(offset, LARGEST)),
        "queue_length": report.queue_length,
        "version": report.version,
        "pack": report.pack,
        "pack_at": report.pack_at,
        "storage": report.storage,
        "wipe_told_at": at if wipes else None,
        "told_until": told_until,
    }
    _keep(device.id, {"last_seen_at": at, **{name: value for name, value in said.items() if value is not None}})
    return wipes


def _move(device: Device, code: str, at: datetime) -> None:
    """A person who may keep every door has gone to another one with it."""
    gate = gate_by_code(device.event_id, code)
    if gate is None or gate.id == device.gate_id:
        return
    before = db.session.get(Gate, device.gate_id) if device.gate_id else None
    device.gate_id = gate.id
    if db.session.get(DeviceGate, (device.id, gate.id)) is None:
        db.session.add(DeviceGate(device_id=device.id, gate_id=gate.id, since=at))
    db.session.flush()
    actor, subject = Actor(account_id=device.account_id), f"device:{device.uuid}"
    record(actor, "device.move", subject, at=at, event_id=device.event_id, before=before and before.code, gate=code)


def _keep(device_id: int, columns: dict[str, Any]) -> None:
    insert = _INSERT[db.engine.dialect.name](DeviceContact).values(device_id=device_id, **columns)
    db.session.execute(insert.on_conflict_do_update(index_elements=["device_id"], set_=columns))
