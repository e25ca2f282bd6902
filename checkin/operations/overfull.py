"""Who was one too many for a session's room is listed in the order of time, whichever door was heard of first: what is
told late may show that somebody else was, or nobody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.programme.rules import CapacityKind
from checkin.operations.doorway import Doorway
from checkin.operations.ledger import conflict_row
from checkin.operations.listing import settle_listed
from checkin.queries.filled import NOT_FOR_ROOM, ListedScan, left_since, listed_at, passed_at, places_listed
from checkin.queries.rows import DoorPlace
from checkin.rules import Act, ConflictKind, EntryKind
from checkin.rules.claims import Claim
from checkin.rules.filling import beyond_the_room
from checkin.rules.settling import Settlement

OVER = ConflictKind.OVER_CAPACITY
AGAIN = (Settlement.RETOLD, Settlement.TAKEN_OFF, Settlement.LINKED, Settlement.TIED)
"""Settled because nobody of it stood there any more, or it was judged anew: if somebody does, it is listed again."""


def list_overfull(doorway: Doorway) -> None:
    """In the rooms where lines were told late or taken back by the batch in hand, once all of it is judged."""
    since = {place_id: at for place_id, at in sorted(doorway.told_late.items()) if doorway.spaces.get(place_id)}
    touched = [doorway.by_id[place_id] for place_id in since]
    doorway.told_late.clear()
    if not touched:
        return
    mine = {
        scan.id for scan in doorway.passing.batch.scans if isinstance(scan, Claim) and scan.act is not Act.ROOM_COUNT
    }
    waiting = [row for row in doorway.pending.conflicts if row["kind"] is OVER and row["scan_id"] in mine]
    listed = places_listed(doorway.bind, doorway.event.id, [place.id for place in touched])
    listed.update(row["place_id"] for row in waiting)
    again = [place for place in touched if place.id in listed or _may_be_overfull(doorway, place, since[place.id])]
    if again:
        asked = {place.id for place in again}
        judged = [row for row in waiting if row["place_id"] in asked]
        doorway.pending.conflicts = [row for row in doorway.pending.conflicts if row not in judged]
        doorway.flush()
    for place in again:
        _list_again(doorway, place)


def _may_be_overfull(doorway: Doorway, place: DoorPlace, since: datetime) -> bool:
    """Whether there may have been too many from then on: those who are there now, those who have left since, and those
    whose place may have been held."""
    space, known = doorway.spaces[place.id], doorway.rooms.known.get(place.id)
    if space is None or space.capacity is None or not space.is_known:
        return False
    if known and known.counted_at:
        return True
    most = space.present + max(0, space.promised - space.arrived)
    if most <= space.capacity and space.kind is CapacityKind.AT_ONCE:
        most += left_since(doorway.bind, doorway.event.id, place.id, since) + _leaving_now(doorway, place)
    return most > space.capacity


def _leaving_now(doorway: Doorway, place: DoorPlace) -> int:
    """The same of what waits to be written."""
    waiting = zip(doorway.pending.entries, doorway.pending.numbers, strict=True)
    exits = (people for row, people in waiting if row["kind"] is EntryKind.EXIT and row["place_id"] == place.id)
    return -sum(sum(people.values()) for people in exits)


def _list_again(doorway: Doorway, place: DoorPlace) -> None:
    event, space = doorway.event, doorway.spaces[place.id]
    assert space is not None
    listed = listed_at(doorway.bind, event.id, [place.id]).get(place.id, [])
    unread = {one.scan_id for one in listed if one.kind is ConflictKind.UNREAD_TICKET}
    refused = {one.scan_id for one in listed if one.kind in NOT_FOR_ROOM}
    passed, bringing = passed_at(doorway.bind, event.id, place.id, event.keys, unread=unread)
    beyond = beyond_the_room(space, event.unknown, passed)
    beyond = [scan_id for scan_id in beyond if scan_id in bringing and scan_id not in refused]
    counts = {one.scan for one in passed if one.kind is EntryKind.ROOM_COUNT}
    undone = {claim.undoes for claim in doorway.claims}
    over = [one for one in listed if one.kind is OVER and one.scan_id not in counts]
    for one in over:
        if one.resolution is None and one.scan_id not in beyond:
            settle_listed(doorway, one.id, Settlement.TAKEN_OFF if one.scan_id in undone else Settlement.RETOLD)
    for scan_id in _not_listed(beyond, over):
        brought = bringing[scan_id]
        doorway.pending.conflicts.append(
            conflict_row(
                event_id=event.id,
                kind=OVER,
                scan_id=scan_id,
                entry=brought.entry,
                ticket_id=brought.ticket_id,
                place_id=place.id,
                found_at=doorway.passing.received_at,
            )
        )


def _not_listed(beyond: Sequence[UUID], over: Sequence[ListedScan]) -> list[UUID]:
    """Those on whom no word stands; what people have said of one of them stays."""
    newest = {one.scan_id: one.resolution for one in over}
    return [scan_id for scan_id in beyond if scan_id not in newest or newest[scan_id] in AGAIN]
