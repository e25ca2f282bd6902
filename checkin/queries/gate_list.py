"""Gates and codes that pair devices, as the organiser's lists show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import Account, Device, Pairing
from app.db import Texts, db
from app.errors import NotFound
from app.programme.models import Event, EventVenue, Room, Venue
from checkin.models import Gate, GateRoom


@dataclass(frozen=True)
class GateLine:
    """A gate with where it is; `devices`: how many are paired there now."""

    gate: Gate
    venue_name: Texts
    venue: str
    room_names: list[Texts]
    rooms: list[str]
    devices: int

    @property
    def code(self) -> str:
        return self.gate.code

    @property
    def name(self) -> Texts:
        return self.gate.name

    @property
    def kind(self) -> str:
        return self.gate.kind.value

    @property
    def new_today(self) -> bool:
        return self.gate.new_today

    @property
    def version(self) -> int:
        return self.gate.version


def gate_lines(event: Event, *, at: datetime) -> list[GateLine]:
    """Every gate in its order, retired ones last."""
    found = db.session.execute(
        select(Gate, Venue)
        .join(Venue, Venue.id == Gate.venue_id)
        .where(Gate.event_id == event.id)
        .order_by(Gate.retired_at.is_not(None), Gate.position, Gate.id)
    ).all()
    rooms: dict[int, list[Room]] = {}
    for gate_id, room in db.session.execute(
        select(GateRoom.gate_id, Room)
        .join(Room, Room.id == GateRoom.room_id)
        .join(Gate, Gate.id == GateRoom.gate_id)
        .where(Gate.event_id == event.id)
        .order_by(Room.position, Room.code)
    ):
        rooms.setdefault(gate_id, []).append(room)
    devices = _devices_at(event.id, at)
    return [
        GateLine(
            gate,
            venue.name,
            venue.slug,
            [room.name for room in rooms.get(gate.id, [])],
            [room_key(venue, room) for room in rooms.get(gate.id, [])],
            devices.get(gate.id, 0),
        )
        for gate, venue in found
    ]


def gate_line(event: Event, code: str, *, at: datetime) -> GateLine:
    """One of them. Raises NotFound."""
    for line in gate_lines(event, at=at):
        if line.code == code:
            return line
    raise NotFound


def rooms_for_gates(event: Event) -> dict[str, tuple[Venue, Room]]:
    """Every room of the event's venues by its key, in order."""
    found = db.session.execute(
        select(Venue, Room)
        .join(EventVenue, EventVenue.venue_id == Venue.id)
        .join(Room, Room.venue_id == Venue.id)
        .where(EventVenue.event_id == event.id)
        .order_by(EventVenue.position, Room.position, Room.code)
    )
    return {room_key(venue, room): (venue, room) for venue, room in found}


def room_key(venue: Venue, room: Room) -> str:
    """How a form names a room."""
    return f"{venue.slug}/{room.code}"


def open_pairings(event: Event, *, at: datetime) -> list[tuple[Pairing, Texts]]:
    """Codes that still pair devices, and where; the newest first."""
    found = db.session.execute(
        select(Pairing, Gate.name)
        .join(Gate, Gate.id == Pairing.gate_id)
        .where(Pairing.event_id == event.id, Pairing.expires_at > at, Pairing.joined < Pairing.devices)
        .order_by(Pairing.id.desc())
    )
    return [(pairing, name) for pairing, name in found]


def pairing_in(event: Event, uuid: UUID) -> tuple[Pairing, Gate]:
    """One code of this event and its gate. Raises NotFound."""
    found: Any = db.session.execute(
        select(Pairing, Gate)
        .join(Gate, Gate.id == Pairing.gate_id)
        .where(Pairing.event_id == event.id, Pairing.uuid == uuid)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def _devices_at(event_id: int, at: datetime) -> dict[int, int]:
    found = db.session.execute(
        select(Device.gate_id, func.count())
        .outerjoin(Account, Account.id == Device.account_id)
        .where(Device.event_id == event_id, Device.revoked_at.is_(None), Account.disabled_at.is_(None))
        .where(Device.expires_at > at)
        .group_by(Device.gate_id)
    )
    return {gate_id: int(number) for gate_id, number in found if gate_id is not None}
