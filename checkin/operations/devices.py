"""A browser becomes a door for a day's work, and stops being one."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Device, DeviceGate
from app.accounts.queries import digest
from app.audit import record
from app.db import db
from app.programme.models import Event
from app.web.actors import Actor, DeviceActor, Right
from checkin.rules import DeviceRight

DEVICE_LASTS = timedelta(hours=16)


@dataclass(frozen=True)
class Enrolled:
    """A new device and its token, which is shown only now: the database keeps a hash."""

    device: Device
    token: str


def name_apart(event: Event, name: str) -> str:
    """The name of a new device, with a number behind it if another one of the event has it: who ends one of them must
    know which."""
    longest = Device.name.type.length
    taken = set(db.session.scalars(select(Device.name).where(Device.event_id == event.id)))
    behind = (f" ({number})" for number in count(2))
    found = name
    while found in taken:
        end = next(behind)
        found = name[: longest - len(end)] + end
    return found


def add_device(device: Device, *, former: Collection[UUID] = ()) -> None:
    """A new device at its gate. former: the devices that its browser was; what they kept at their gates and had not
    sent comes in by this one."""
    db.session.add(device)
    db.session.flush()
    mine = select(Device.id).where(Device.event_id == device.event_id, Device.uuid.in_(former))
    before = db.session.scalars(select(DeviceGate.gate_id).where(DeviceGate.device_id.in_(mine)))
    gates = {device.gate_id, *before} - {None}
    since = device.created_at
    db.session.add_all(DeviceGate(device_id=device.id, gate_id=gate_id, since=since) for gate_id in sorted(gates))
    db.session.flush()


def enrol_device(
    event: Event, gate_id: int, *, name: str, actor: Actor, at: datetime, former: Collection[UUID] = ()
) -> Enrolled:
    """A scanner at this gate, made by somebody who is signed in; who may edit the event gets a supervisor's rights."""
    token = secrets.token_urlsafe(32)
    supervises = actor.may(Right.EDIT_EVENT, host_id=event.host_id, event_id=event.id)
    rights = [DeviceRight.SCAN, DeviceRight.SEARCH, *([DeviceRight.SUPERVISOR] if supervises else [])]
    device = Device(
        event_id=event.id,
        gate_id=gate_id,
        account_id=actor.account_id,
        name=name_apart(event, name),
        token_hash=digest(token),
        rights=[right.value for right in rights],
        created_at=at,
        expires_at=at + DEVICE_LASTS,
    )
    add_device(device, former=former)
    record(actor, "device.enrol", f"device:{device.uuid}", at=at, event_id=event.id)
    return Enrolled(device, token)


def end_device(scanner: DeviceActor, *, at: datetime) -> None:
    """The device ends itself: its token is worth nothing from now on. What it sent stays."""
    device = db.session.get_one(Device, scanner.device_id)
    device.expires_at = at
    db.session.flush()
