"""A scan that arrives late may be of somebody who was in another room soon after: who left which room when is put
right, so that nobody is in two rooms because one door had no network."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from checkin.operations.doorway import Doorway, Late
from checkin.operations.overfull import list_overfull
from checkin.operations.retelling import EARLIER, retell
from checkin.queries import door
from checkin.queries.let_in import uncounted_after
from checkin.queries.rows import DoorTicket, Written
from checkin.rules import Direction, EntryKind, Method
from checkin.rules.decision import MOVED
from checkin.rules.facts import NewLine
from checkin.rules.moving import Move, moves
from checkin.rules.people import Numbers, turned

Told = tuple[int, datetime, frozenset[tuple[str, int]]]


def mend_moves(doorway: Doorway) -> None:
    """Put right what follows from the late scans of the batch in hand, once all of it is judged."""
    for late in [*doorway.late, *_perhaps(doorway)]:
        doorway.flush()
        retell(doorway, late)
        _mend(doorway, late)
    doorway.late.clear()
    doorway.perhaps.clear()
    list_overfull(doorway)


def _perhaps(doorway: Doorway) -> list[Late]:
    """Those after which somebody was let in of whom no line says so."""
    perhaps = doorway.perhaps
    if not perhaps:
        return []
    tickets, since = {late.ticket.id for late in perhaps}, min(late.at for late in perhaps)
    found = uncounted_after(doorway.bind, doorway.event.id, tickets, since)
    found += [(row["ticket_id"], row["at"]) for row in doorway.pending.scans if "uncounted" in row["facts"]]
    return [late for late in perhaps if any(ticket == late.ticket.id and at > late.at for ticket, at in found)]


def _mend(doorway: Doorway, late: Late) -> None:
    """From this moment on those exits stand that follow from coming into another room, as if all had been told in the
    order of time."""
    written = _in_rooms(doorway, late.ticket)
    wanted = [one for one in _wanted(doorway, late.ticket, written) if one.cause.at >= late.at]
    missing = Counter(_told(one.place, one.cause.at, one.people) for one in wanted)
    for line in written.values():
        if not _is_move(line) or line.at < late.at:
            continue
        told = _told(line.columns["place_id"], line.at, turned(line.people))
        if missing[told]:
            missing[told] -= 1
        else:
            doorway.undo(late.claim, line, late.at, reason=EARLIER)
    for move in wanted:
        told = _told(move.place, move.cause.at, move.people)
        if missing[told]:
            missing[told] -= 1
            _leave(doorway, late.ticket, move, written[move.cause.order])


def _in_rooms(doorway: Doorway, ticket: DoorTicket) -> dict[int, Written]:
    """What stands of this ticket's people in sessions that this door holds, by its number."""
    ids = [
        line.order
        for place_id, lines in doorway.lines[ticket.person].items()
        if (place := doorway.by_id.get(place_id)) and place.ends_at
        for line in lines
    ]
    return {line.id: line for line in door.numbered(doorway.bind, doorway.event, ids)} if ids else {}


def _wanted(doorway: Doorway, ticket: DoorTicket, written: Mapping[int, Written]) -> list[Move]:
    others = {line.id for line in written.values() if not _is_move(line)}
    lines = {
        place_id: [one for one in of_place if one.order in others]
        for place_id, of_place in doorway.lines[ticket.person].items()
    }
    lines = {place_id: of_place for place_id, of_place in lines.items() if of_place}
    ends = {place_id: end for place_id in lines if (end := doorway.by_id[place_id].ends_at)}
    return moves(lines, ends, doorway.party_of(ticket))


def _is_move(line: Written) -> bool:
    return bool(line.columns["reason"] == MOVED)


def _told(place_id: int, at: datetime, people: Numbers) -> Told:
    return place_id, at, frozenset(people.items())


def _leave(doorway: Doorway, ticket: DoorTicket, move: Move, cause: Written) -> None:
    """By the scan that brought them into the other room."""
    place, people = doorway.by_id[move.place], turned(move.people)
    doorway.add(
        {
            **cause.columns,
            "place_id": place.id,
            "received_at": doorway.passing.received_at,
            "kind": EntryKind.EXIT,
            "direction": Direction.OUT,
            "method": Method.SCANNED,
            "booked": None,
            "reentry": False,
            "new_today": None,
            "reason": MOVED,
        },
        people,
    )
    line = NewLine(EntryKind.EXIT, people, Method.SCANNED, reason=MOVED)
    doorway.move_on(line, place, ticket, move.cause.at, cause.columns["gate_id"])
