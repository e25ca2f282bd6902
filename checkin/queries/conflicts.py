"""What doors listed for people to look at, with everything one needs to decide, and nothing more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account, Device, DeviceGate
from app.db import Texts, db
from app.errors import NotFound
from app.programme.models import Category, Event, EventSession, Venue
from checkin.models import Conflict, Entry, EntryNumber, Gate, Place, Scan, of_scan
from checkin.queries.door import entrance_code, session_code
from checkin.queries.gates import gate_names
from checkin.rules import Act, ConflictKind, EntryKind, Verdict
from checkin.rules.settling import DISMISSED, REVOCABLE
from registrations.models import Attendee, Registration, Ticket

LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class ConflictLine:
    """One of them: which door, when by its clock and by ours, where, whom it is about, and what was counted."""

    uuid: UUID
    kind: ConflictKind
    found_at: datetime
    resolved_at: datetime | None
    resolution: str | None
    resolved_by: str | None
    scan_id: UUID | None
    act: Act | None
    at: datetime | None
    device_at: datetime | None
    received_at: datetime | None
    facts: Mapping[str, Any] | None
    forced: str | None
    shown: Verdict | None
    device: str | None
    device_uuid: UUID | None
    gate: Texts | None
    session: Texts | None
    venue: Texts | None
    day: date | None
    number: str | None
    name: str | None
    counted: Mapping[str, int]
    first_gate: Texts | None
    first_device: str | None
    bound_to: Sequence[Texts]
    """Of what came from another gate: the gates of its device."""

    @property
    def late(self) -> bool:
        """Whether it came long after it was made."""
        return bool(self.at and self.received_at and self.received_at - self.at > LATE)

    @property
    def first_at(self) -> datetime | None:
        """When the ticket first came in there."""
        first = (self.facts or {}).get("first")
        return datetime.fromisoformat(first[0]) if first else None

    @property
    def uncounted(self) -> Mapping[str, int]:
        """Whom it let in and nobody counted."""
        found: Mapping[str, int] = (self.facts or {}).get("uncounted") or {}
        return found

    @property
    def instead_of(self) -> str | None:
        """What the answer would have been."""
        return (self.facts or {}).get("refused_as")

    @property
    def unread(self) -> str | None:
        """The short number of a ticket that nobody could read, of people who are counted and not tied to it yet."""
        noted: str | None = (self.facts or {}).get("number")
        return noted if self.kind is ConflictKind.UNREAD_TICKET else None

    @property
    def can_be_tied(self) -> bool:
        return bool(self.unread and self.counted) and self.resolved_at is None

    @property
    def can_be_dismissed(self) -> bool:
        return self.kind in DISMISSED and self.act is not Act.UNDO

    @property
    def can_be_reopened(self) -> bool:
        return self.resolution in REVOCABLE

    @property
    def can_be_accepted(self) -> bool:
        return self.kind not in (ConflictKind.DOUBLE_ADMISSION, ConflictKind.SURPLUS) or bool(self.uncounted)


@dataclass(frozen=True)
class Sought:
    """Which of them are looked at."""

    settled: bool = False
    kind: ConflictKind | None = None
    device: UUID | None = None


def conflict_counts(event_id: int, sought: Sought) -> dict[ConflictKind, int]:
    """How many there are of each kind, whatever kind is looked at."""
    chosen = _chosen(select(Conflict.kind, func.count()), event_id, Sought(sought.settled, None, sought.device))
    return {kind: int(number) for kind, number in db.session.execute(chosen.group_by(Conflict.kind))}


def conflict_lines(event_id: int, sought: Sought, *, limit: int, skip: int = 0) -> list[ConflictLine]:
    """Open ones oldest first, settled ones newest first."""
    columns = (
        Conflict.uuid, Conflict.kind, Conflict.found_at, Conflict.resolved_at, Conflict.resolution,
        Account.name.label("resolved_by"), Conflict.scan_id, Scan.act, Scan.at, Scan.device_at, Scan.received_at,
        Scan.facts, Scan.forced, Scan.shown, Device.name.label("device"), Device.uuid.label("device_uuid"),
        Gate.name.label("gate"), EventSession.title.label("session"), Venue.name.label("venue"), Place.day,
        Ticket.number, func.coalesce(Attendee.name, Registration.group_name, Registration.contact_name).label("name"),
    )  # fmt: skip
    order = (Conflict.resolved_at.desc(), Conflict.id.desc()) if sought.settled else (Conflict.id,)
    chosen = (
        _chosen(select(*columns), event_id, sought)
        .outerjoin(Account, Account.id == Conflict.resolved_by_id)
        .outerjoin(Gate, Gate.id == Scan.gate_id)
        .outerjoin(Place, Place.id == Conflict.place_id)
        .outerjoin(EventSession, EventSession.id == Place.session_id)
        .outerjoin(Venue, Venue.id == Place.venue_id)
        .outerjoin(Ticket, Ticket.id == Conflict.ticket_id)
        .outerjoin(Registration, Registration.id == Ticket.registration_id)
        .outerjoin(Attendee, Attendee.id == Ticket.attendee_id)
        .order_by(*order)
        .limit(limit)
        .offset(skip)
    )
    rows = db.session.execute(chosen).mappings().all()
    counted = _counted({row["scan_id"] for row in rows if row["scan_id"]})
    firsts = {row["scan_id"]: first[1] for row in rows if (first := (row["facts"] or {}).get("first"))}
    gates = gate_names(set(firsts.values()) - {None}) if firsts else {}
    devices = _first_devices(firsts) if firsts else {}
    strays = {row["device_uuid"] for row in rows if row["kind"] is ConflictKind.OTHER_GATE}
    bound_to = _gates_of(strays) if strays else {}
    return [
        ConflictLine(
            **row,
            counted=counted.get(row["scan_id"], {}),
            first_gate=gates.get(firsts.get(row["scan_id"], 0)),
            first_device=devices.get(row["scan_id"]),
            bound_to=bound_to.get(row["device_uuid"], ()),
        )
        for row in rows
    ]


def conflict_in(event: Event, uuid: UUID) -> Conflict:
    """One of this event. Raises NotFound."""
    found = db.session.scalars(select(Conflict).filter_by(event_id=event.id, uuid=uuid)).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_ones(event_id: int, sought: Sought, *, limit: int) -> list[int]:
    """The ids of the open ones of a kind and device, oldest first."""
    return list(db.session.scalars(_chosen(select(Conflict.id), event_id, sought).order_by(Conflict.id).limit(limit)))


def place_code(place_id: int | None) -> str | None:
    """How scanners call a place."""
    found = db.session.execute(
        select(EventSession.code, Venue.slug, Place.day)
        .select_from(Place)
        .outerjoin(EventSession, EventSession.id == Place.session_id)
        .outerjoin(Venue, Venue.id == Place.venue_id)
        .where(Place.id == place_id)
    ).one_or_none()
    if found is None:
        return None
    code: str | None = found[0]
    return session_code(code) if code is not None else entrance_code(found[1], found[2] or date.min)


def _chosen(columns: Any, event_id: int, sought: Sought) -> Any:
    state = Conflict.resolved_at.is_not(None) if sought.settled else Conflict.resolved_at.is_(None)
    chosen = (
        columns.select_from(Conflict)
        .outerjoin(Scan, Scan.id == Conflict.scan_id)
        .outerjoin(Device, Device.id == Scan.device_id)
        .where(Conflict.event_id == event_id, state)
    )
    if sought.kind is not None:
        chosen = chosen.where(Conflict.kind == sought.kind)
    return chosen.where(Device.uuid == sought.device) if sought.device is not None else chosen


def _gates_of(devices: Iterable[UUID]) -> dict[UUID, list[Texts]]:
    """The gates that these devices are bound to, first where each stands now."""
    found = db.session.execute(
        select(Device.uuid, Gate.name)
        .join(DeviceGate, DeviceGate.device_id == Device.id)
        .join(Gate, Gate.id == DeviceGate.gate_id)
        .where(Device.uuid.in_(list(devices)))
        .order_by((DeviceGate.gate_id == Device.gate_id).desc(), Gate.position, Gate.id)
    )
    gates: dict[UUID, list[Texts]] = defaultdict(list)
    for uuid, name in found:
        gates[uuid].append(name)
    return gates


def _first_devices(scans: Iterable[UUID]) -> dict[UUID, str]:
    """The device that let the ticket of each of these scans in first there, by the time that the scan was told."""
    found = db.session.execute(
        select(Scan.id, Scan.facts, Entry.at, Device.name)
        .join(Conflict, Conflict.scan_id == Scan.id)
        .join(Ticket, Ticket.id == Conflict.ticket_id)
        .join(Entry, and_(Entry.registration_id == Ticket.registration_id, Entry.ticket_id == Ticket.id))
        .join(Device, Device.id == Entry.device_id)
        .where(Scan.id.in_(list(scans)), Entry.place_id == Conflict.place_id, Entry.kind != EntryKind.UNDO)
        .order_by(Entry.id.desc())
    )
    return {scan: name for scan, facts, at, name in found if datetime.fromisoformat(facts["first"][0]) == at}


def _counted(scans: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """What stands in the ledger by each of these scans, by category; exits are negative."""
    later = aliased(Entry)
    found = db.session.execute(
        select(Entry.scan_id, Category.key, func.sum(EntryNumber.number))
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .join(Category, Category.id == EntryNumber.category_id)
        .where(of_scan(lambda column: column.in_(list(scans))), Entry.kind != EntryKind.UNDO)
        .where(~exists().where(later.undoes_id == Entry.id), Entry.reentry.is_(False))
        .group_by(Entry.scan_id, Category.key)
    )
    counted: dict[UUID, dict[str, int]] = defaultdict(dict)
    for scan_id, key, number in found:
        if scan_id is not None and number:
            counted[scan_id][key] = int(number)
    return counted
