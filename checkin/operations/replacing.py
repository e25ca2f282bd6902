"""Whoever keeps a door replaces a lost ticket, and the record of acts says who did."""

from datetime import datetime

from app.audit import record
from app.web.actors import Actor, DeviceActor
from checkin.queries import devices, door
from registrations.operations.replacing import Replaced, replace_ticket


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
