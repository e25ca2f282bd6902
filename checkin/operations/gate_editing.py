"""Gates as the organiser wants them: added, changed, put in order; one that was used is retired and can come back."""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.audit import record
from app.db import Texts, db, lock, savepoint
from app.errors import Refused
from app.programme.models import Event, Room, Venue
from app.programme.operations import ChangedMeanwhile
from app.web.actors import Actor
from app.web.languages import plain
from checkin.models import Gate, GateRoom
from checkin.operations.gates import made_by_itself, note_places
from checkin.rules import GateKind


@dataclass(frozen=True)
class GateWish:
    """A gate as it shall be; `rooms`: those whose door it keeps, none at an entrance."""

    name: Texts
    venue: Venue
    rooms: Sequence[Room]
    new_today: bool

    @property
    def kind(self) -> GateKind:
        return GateKind.ROOMS if self.rooms else GateKind.ENTRANCE


def add_gate(event: Event, wish: GateWish, *, at: datetime, actor: Actor) -> Gate:
    """A further gate, the last in order."""
    last = db.session.scalar(select(func.max(Gate.position)).where(Gate.event_id == event.id))
    gate = Gate(
        event_id=event.id,
        venue_id=wish.venue.id,
        code=_code(event.id, wish.name),
        name=wish.name,
        kind=wish.kind,
        new_today=wish.new_today,
        position=(last or 0) + 1,
    )
    db.session.add(gate)
    db.session.flush()
    _keep_rooms(gate, wish.rooms)
    record(actor, "gate.add", f"gate:{gate.code}", at=at, event_id=event.id)
    return gate


def change_gate(gate: Gate, wish: GateWish, *, version: int, at: datetime, actor: Actor) -> None:
    """Make it what the form says. Raises ChangedMeanwhile."""
    (held,) = lock(Gate, [gate.id])
    if held.version != version:
        raise ChangedMeanwhile(held.version)
    before = {"kind": held.kind.value, "new_today": held.new_today}
    held.name, held.venue_id, held.kind, held.new_today = wish.name, wish.venue.id, wish.kind, wish.new_today
    db.session.flush()
    _keep_rooms(held, wish.rooms)
    record(actor, "gate.change", f"gate:{held.code}", at=at, event_id=held.event_id, before=before)


def move_gate(event: Event, gate: Gate, *, up: bool, at: datetime, actor: Actor) -> None:
    """One place nearer to the beginning or the end of the list."""
    chosen = select(Gate.id).where(Gate.event_id == event.id, Gate.retired_at.is_(None))
    order = list(db.session.scalars(chosen.order_by(Gate.position, Gate.id)))
    place = order.index(gate.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for one in lock(Gate, order):
        one.position = order.index(one.id)
    db.session.flush()
    record(actor, "gate.move", f"gate:{gate.code}", at=at, event_id=event.id)


def retire_gate(event: Event, gate: Gate, *, at: datetime, actor: Actor) -> bool:
    """Nobody stands there any more; True if it could be deleted, because nobody ever did. What was counted stays."""
    (held,) = lock(Gate, [gate.id])
    code = held.code
    if not made_by_itself(event, code) and _deleted(held):
        record(actor, "gate.delete", f"gate:{code}", at=at, event_id=event.id)
        return True
    if held.retired_at is None:
        held.retired_at = at
        db.session.flush()
        record(actor, "gate.retire", f"gate:{code}", at=at, event_id=event.id)
    return False


def use_gate_again(gate: Gate, *, at: datetime, actor: Actor) -> None:
    """It is used as before."""
    (held,) = lock(Gate, [gate.id])
    held.retired_at = None
    db.session.flush()
    record(actor, "gate.return", f"gate:{held.code}", at=at, event_id=held.event_id)


def _keep_rooms(gate: Gate, rooms: Sequence[Room]) -> None:
    db.session.execute(delete(GateRoom).where(GateRoom.gate_id == gate.id))
    for room in rooms:
        if room.venue_id != gate.venue_id:
            raise Refused("two_venues")
        db.session.add(GateRoom(gate_id=gate.id, room_id=room.id))
    db.session.flush()
    note_places(gate.event_id)


def _deleted(gate: Gate) -> bool:
    try:
        with savepoint():
            db.session.execute(delete(Gate).where(Gate.id == gate.id))
    except IntegrityError:
        return False
    db.session.expunge(gate)
    return True


def _code(event_id: int, name: Texts) -> str:
    """A name for addresses that no other gate here has: from the English name if there is one."""
    words = unicodedata.normalize("NFKD", plain({"ja": name["en"]}) if "en" in name else "").lower()
    wanted = re.sub("[^a-z0-9]+", "-", words.encode("ascii", "ignore").decode())[:30].strip("-")
    taken = set(db.session.scalars(select(Gate.code).where(Gate.event_id == event_id)))
    if wanted and wanted not in taken and wanted != "new":
        return wanted
    return f"{wanted or 'gate'}-{secrets.token_hex(3)}"
