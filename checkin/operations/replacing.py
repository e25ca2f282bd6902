"""Whoever keeps a door replaces a lost ticket or takes that back, and the record of acts says who did."""

from datetime import datetime

from app.audit import record
from app.errors import Refused
from app.web.actors import Actor, DeviceActor
from checkin.queries import devices, door
from checkin.queries.replacing import act_of_replacing, is_used
from checkin.rules.desk import RestoreReason
from registrations.operations.replacing import Replaced, hold_replacement, replace_ticket, take_back_replacement


def replace_at_desk(event_id: int, number: str, *, actor: Actor, at: datetime) -> Replaced:
    """At a desk, by a person. Raises NotFound, Refused, a Refusal."""
    made = replace_ticket(event_id, number, at=at)
    record(actor, "ticket.replace", f"registration:{made.registration.uuid}", at=at, event_id=event_id)
    return made


def replace_at_door(scanner: DeviceActor, number: str, *, at: datetime) -> Replaced:
    """At a door, by a device: written down under who paired it. Raises NotFound, Refused, a Refusal."""
    made = replace_ticket(scanner.event_id, number, at=at)
    actor = Actor(account_id=devices.account_of(door.connection(), scanner.device_id))
    about = f"registration:{made.registration.uuid}"
    record(actor, "ticket.replace", about, at=at, event_id=scanner.event_id, device=scanner.device_id)
    return made


def restore_at_desk(event_id: int, number: str, reason: RestoreReason, *, actor: Actor, at: datetime) -> str:
    """At a desk, by a person: see _restore."""
    return _restore(event_id, number, reason, actor=actor, at=at)


def restore_at_door(scanner: DeviceActor, number: str, reason: RestoreReason, *, at: datetime) -> str:
    """At a door, by a device, written down under who paired it: see _restore."""
    actor = Actor(account_id=devices.account_of(door.connection(), scanner.device_id))
    return _restore(scanner.event_id, number, reason, actor=actor, at=at, device=scanner.device_id)


def _restore(
    event_id: int, number: str, reason: RestoreReason, *, actor: Actor, at: datetime, device: int | None = None
) -> str:
    """The replacement that made the ticket with this number was a mistake: the short number that is good again. Only
    while no door has seen the new code. Raises NotFound; Refused with `used`, or what `hold_replacement` says."""
    held = hold_replacement(event_id, number)
    undoes = act_of_replacing(held.registration.uuid, event_id=event_id, at=held.new.issued_at)
    if undoes is None:
        raise Refused("no_replacement")
    if is_used(held.new):
        raise Refused("used")
    take_back_replacement(held, at=at)
    facts = {"undoes": str(undoes), "reason": reason.value} | ({"device": device} if device else {})
    record(actor, "ticket.restore", f"registration:{held.registration.uuid}", at=at, event_id=event_id, **facts)
    return held.lost.number
