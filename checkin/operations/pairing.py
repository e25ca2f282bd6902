"""A code shown at a gate makes scanners of devices: nobody signs in on them, and they end by themselves."""

import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.models import Account, Device, Membership, Pairing
from app.accounts.queries import digest
from app.audit import record
from app.db import db, lock
from app.errors import NotFound
from app.programme.models import Event
from app.web.actors import RIGHTS, Actor, Right
from checkin.models import Gate
from checkin.operations.devices import Enrolled, add_device, name_apart
from checkin.queries.gates import WITH_A_DOOR
from checkin.rules.pairing import PairedAs

CODE_LASTS = timedelta(minutes=15)
MOST_DEVICES = 50


def open_pairing(
    event: Event,
    gate: Gate,
    *,
    code_hash: bytes,
    paired_as: PairedAs,
    devices: int,
    devices_end_at: datetime,
    pin_hash: str | None,
    at: datetime,
    actor: Actor,
    names: bool = False,
) -> Pairing:
    """A code for so many devices at this gate, good for a quarter of an hour. names: they may search without a
    network."""
    pairing = Pairing(
        event_id=event.id,
        gate_id=gate.id,
        account_id=actor.account_id,
        code_hash=code_hash,
        rights=paired_as.rights(names=names),
        pin_hash=pin_hash,
        devices=devices,
        devices_end_at=devices_end_at,
        created_at=at,
        expires_at=at + CODE_LASTS,
    )
    db.session.add(pairing)
    db.session.flush()
    about = {"gate": gate.code, "rights": pairing.rights, "devices": devices}
    record(actor, "pairing.open", f"pairing:{pairing.uuid}", at=at, event_id=event.id, **about)
    return pairing


def renew_pairing(pairing: Pairing, *, code_hash: bytes, at: datetime, actor: Actor) -> None:
    """Another code for the devices that are left; the one before is worth nothing any more."""
    (held,) = lock(Pairing, [pairing.id])
    held.code_hash, held.expires_at = code_hash, at + CODE_LASTS
    db.session.flush()
    record(actor, "pairing.renew", f"pairing:{held.uuid}", at=at, event_id=held.event_id)


def close_pairing(pairing: Pairing, *, at: datetime, actor: Actor) -> None:
    """The code is worth nothing any more; devices that it paired stay."""
    (held,) = lock(Pairing, [pairing.id])
    if held.expires_at > at:
        held.expires_at = at
        db.session.flush()
        record(actor, "pairing.close", f"pairing:{held.uuid}", at=at, event_id=held.event_id)


def pair(code_hash: bytes, *, name: str, at: datetime, former: Collection[UUID] = ()) -> tuple[Enrolled, Event, Gate]:
    """A device with this code's rights at its gate, and bound to it. former: see `add_device`.

    Raises NotFound alike for a code that was never shown, is used up, is over, or whose maker may not make it any more.
    """
    found = db.session.scalars(select(Pairing.id).where(Pairing.code_hash == code_hash)).one_or_none()
    if found is None:
        raise NotFound("no_such_code")
    (pairing,) = lock(Pairing, [found])
    event, gate = db.session.get_one(Event, pairing.event_id), db.session.get_one(Gate, pairing.gate_id)
    if pairing.code_hash != code_hash or not _is_good(pairing, event, gate, at):
        raise NotFound("no_such_code")
    pairing.joined += 1
    token = secrets.token_urlsafe(32)
    device = Device(
        event_id=event.id,
        gate_id=gate.id,
        account_id=pairing.account_id,
        name=name_apart(event, name),
        token_hash=digest(token),
        rights=list(pairing.rights),
        pin_hash=pairing.pin_hash,
        created_at=at,
        expires_at=pairing.devices_end_at,
        paired=True,
    )
    add_device(device, former=former)
    actor = Actor(account_id=pairing.account_id)
    record(actor, "device.pair", f"device:{device.uuid}", at=at, event_id=event.id, pairing=str(pairing.uuid))
    return Enrolled(device, token), event, gate


def end_of_devices(event: Event, *, whole_event: bool, at: datetime) -> datetime:
    """A day after the event's last day has ended, or a day from now; at least a day in any case."""
    last = datetime.combine(event.ends_on + timedelta(days=2), event.day_ends_at, ZoneInfo(event.timezone))
    tomorrow = at + timedelta(days=1)
    return max(last.astimezone(UTC), tomorrow) if whole_event else tomorrow


def _is_good(pairing: Pairing, event: Event, gate: Gate, at: datetime) -> bool:
    in_time = at < pairing.expires_at and at < pairing.devices_end_at
    there = gate.retired_at is None and event.status in WITH_A_DOOR
    return in_time and there and pairing.joined < pairing.devices and _maker_still_may(pairing, event)


def _maker_still_may(pairing: Pairing, event: Event) -> bool:
    """Whether who showed the code could still show it."""
    roles = db.session.scalars(
        select(Membership.role)
        .join(Account, Account.id == Membership.account_id)
        .where(Account.id == pairing.account_id, Account.disabled_at.is_(None), Membership.host_id == event.host_id)
        .where(Membership.event_id.is_(None) | (Membership.event_id == event.id))
    )
    return any(Right.EDIT_EVENT in RIGHTS[role] for role in roles)
