"""Everything that stands in a session's room with the scans that brought it, and which of these are listed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.direct import Bound, Direct, among
from app.values import Value
from checkin.models import OF_AN_EXIT, Conflict, Entry, EntryNumber, Scan
from checkin.rules import ConflictKind, Direction, EntryKind, Verdict
from checkin.rules.filling import Passed
from checkin.rules.stay import Line
from registrations.models import Registration, Ticket
from registrations.rules import PartyKind

ASKED_FIRST = (Verdict.ADMITTED, Verdict.READMITTED, Verdict.COUNTED)
"""A door that was answered so, and had shown nothing before, let in nobody until it was told."""
NOT_FOR_ROOM = (ConflictKind.NOT_ENTITLED, ConflictKind.OVERRIDE)
"""Who is listed so would not have come in by the room that there is."""


_OF_ROOM = (ConflictKind.OVER_CAPACITY, ConflictKind.UNREAD_TICKET)


class ListedScan(Value, frozen=True):
    """A scan that is listed, as `kind`; resolution None: nobody has settled it."""

    id: int
    scan_id: UUID
    place_id: int
    kind: ConflictKind
    resolution: str | None


class Bringing(Value, frozen=True):
    """A scan that brought somebody in, with what a list needs to say of it."""

    place_id: int
    entry: UUID
    ticket_id: int | None


def places_listed(bind: Bound, event_id: int, places: Collection[int]) -> set[int]:
    """Those of these places where somebody is listed as one too many for the room, and nobody has settled it."""
    asked = {"event_id": event_id, "places": list(places)}
    return {row.place_id for row in _OPEN.rows(bind, asked)}


def left_since(bind: Bound, event_id: int, place_id: int, since: datetime) -> int:
    """How many people were told to have left a place from then on, at most: some may not have."""
    ((number,),) = _LEFT.rows(bind, {"event_id": event_id, "place_id": place_id, "since": since})
    return -int(number or 0)


def listed_at(bind: Bound, event_id: int, places: Collection[int]) -> dict[int, list[ListedScan]]:
    """By place what was ever listed there and has to do with its room, the oldest first."""
    found: dict[int, list[ListedScan]] = defaultdict(list)
    for row in _LISTED.rows(bind, {"event_id": event_id, "places": list(places)}):
        found[row.place_id].append(ListedScan(*row))
    return found


def passed_at(
    bind: Bound, event_id: int, place_id: int, keys: Mapping[int, str], *, unread: Collection[UUID]
) -> tuple[list[Passed], dict[UUID, Bringing]]:
    """What stands at a place in the order of its lines; and who may be listed there: of a ticket that is still awaited
    nobody knows whether it has a place. keys: of categories; unread: scans with a ticket that nobody could read."""
    lines: dict[int, list[Any]] = defaultdict(list)
    for row in _PASSED.rows(bind, {"event_id": event_id, "places": [place_id]}):
        lines[row.id].append(row)
    passed: list[Passed] = []
    bringing: dict[UUID, Bringing] = {}
    for of_line in lines.values():
        row = of_line[0]
        passed.append(_passed(row, {keys[one.category_id]: one.number for one in of_line}, unread))
        awaited = row.verdict is Verdict.PROVISIONAL and row.ticket_id is None
        if row.scan_id and not awaited and row.kind in (EntryKind.ENTRY, EntryKind.COUNT):
            bringing.setdefault(row.scan_id, Bringing(place_id, row.uuid, row.of_ticket))
    return passed, bringing


def _passed(row: Any, people: dict[str, int], unread: Collection[UUID]) -> Passed:
    leaving = row.kind is EntryKind.EXIT
    direction = row.direction or (Direction.OUT if leaving else Direction.IN)
    return Passed(
        line=Line(row.at, row.id, direction, people, row.reentry, bool(row.booked)),
        kind=row.kind,
        scan=row.scan_id,
        holder=(row.registration_id, row.attendee_id) if row.ticket_id is not None else None,
        team=PartyKind.TEAM in (row.party_kind, row.of_party),
        fact=row.shown is not None or row.verdict not in ASKED_FIRST,
        may_be_booked=row.scan_id in unread and row.ticket_id is None,
    )


_UNDO = aliased(Entry)
_OF_PLACE = (Entry.event_id == bindparam("event_id"), among(Entry.place_id, "places"))
_TICKET = func.coalesce(Entry.ticket_id, Scan.ticket_id)
_PASSED = Direct(
    select(
        Entry.id, Entry.uuid, Entry.at, Entry.kind, Entry.direction, Entry.reentry, Entry.booked, Entry.registration_id,
        Entry.ticket_id, Ticket.attendee_id, Entry.party_kind, Registration.party_kind.label("of_party"), Entry.scan_id,
        Scan.ticket_id.label("of_ticket"), Scan.shown, Scan.verdict, EntryNumber.category_id, EntryNumber.number,
    )
    .join(EntryNumber, EntryNumber.entry_id == Entry.id)
    .outerjoin(Scan, Scan.id == Entry.scan_id)
    .outerjoin(Ticket, Ticket.id == _TICKET)
    .outerjoin(Registration, Registration.id == Ticket.registration_id)
    .where(*_OF_PLACE, Entry.kind != EntryKind.UNDO, ~exists().where(_UNDO.undoes_id == Entry.id))
    .order_by(Entry.id)
)  # fmt: skip
_LEFT = Direct(
    select(func.sum(EntryNumber.number))
    .join(Entry, Entry.id == EntryNumber.entry_id)
    .where(Entry.event_id == bindparam("event_id"), Entry.place_id == bindparam("place_id"), OF_AN_EXIT)
    .where(Entry.at >= bindparam("since"))
)
_TOO_MANY = (
    Conflict.event_id == bindparam("event_id"),
    among(Conflict.place_id, "places"),
    Conflict.scan_id.is_not(None),
)
_OPEN = Direct(
    select(Conflict.place_id).where(
        *_TOO_MANY, Conflict.kind == ConflictKind.OVER_CAPACITY, Conflict.resolved_at.is_(None)
    )
)
_LISTED = Direct(
    select(Conflict.id, Conflict.scan_id, Conflict.place_id, Conflict.kind, Conflict.resolution)
    .where(*_TOO_MANY)
    .where(or_(*(Conflict.kind == kind for kind in (*_OF_ROOM, *NOT_FOR_ROOM))))
    .order_by(Conflict.id)
)
