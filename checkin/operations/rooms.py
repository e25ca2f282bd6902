"""Counted rooms while batches pass the door: every line moves what their counts find, however late it comes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.direct import Bound
from app.values import replace
from checkin.queries import rooms
from checkin.queries.rooms import KnownPlace
from checkin.queries.rows import DoorEvent, DoorPlace, Written
from checkin.rules import EntryKind
from checkin.rules.facts import NewLine
from checkin.rules.people import total, turned
from checkin.rules.rooms import Counted, Moved, Room, Standing, room_of
from checkin.rules.space import Space
from checkin.rules.stay import Line


@dataclass
class Rooms:
    """Rooms whose counts may be newer than the scans in hand. Of all others a line moves the figures as if nobody had
    counted, for then it is later than every count. known: what the roll-ups knew when the rooms were opened."""

    bind: Bound
    event: DoorEvent
    known: Mapping[int, KnownPlace | None]
    by_place: dict[int, Room] = field(default_factory=dict)
    ledger: dict[int, Standing] = field(default_factory=dict)

    def read(self, places: Iterable[DoorPlace]) -> None:
        """These rooms as the ledger has them from now on, when nothing waits to be written."""
        found = {place.id: place.space for place in places if place.space}
        self.ledger |= rooms.standing(self.bind, self.event.id, found.keys(), self.event.keys)
        self.by_place |= {
            place_id: room_of(space.kind, self.event.unknown, self.ledger[place_id])
            for place_id, space in found.items()
        }

    def with_line(self, place: DoorPlace, space: Space, line: NewLine, at: datetime) -> Space:
        """The figures after people without a ticket came, left, or were counted in a room that has just been read."""
        if line.kind is not EntryKind.ROOM_COUNT:
            return self._moved(place, space, Moved(at, line.people, line.kind is EntryKind.EXIT))
        before = self.ledger[place.id]
        self.ledger[place.id] = replace(before, counts=[*before.counts, Counted(at, line.people)])
        return self._now(place, space, room_of(space.kind, self.event.unknown, self.ledger[place.id]))

    def without_line(self, place: DoorPlace, space: Space, line: Written) -> Space:
        """The figures as if that line had not been written."""
        kind, at = line.columns["kind"], line.columns["at"]
        if kind is EntryKind.ROOM_COUNT:
            return self._now(place, space, self.by_place[place.id].without_count(line.id))
        return self._moved(place, space, Moved(at, turned(line.people), kind is EntryKind.EXIT))

    def with_holder(self, place: DoorPlace, space: Space, before: Sequence[Line], after: Sequence[Line]) -> Space:
        """The figures after what one ticket holder did at a place has become something else."""
        room = self.by_place.get(place.id)
        return self._now(place, space, room.with_holder(before, after)) if room else space

    def _moved(self, place: DoorPlace, space: Space, line: Moved) -> Space:
        room = self.by_place.get(place.id)
        if room is None:
            return space.with_anonymous(total(line.people), leaving=line.leaving)
        return self._now(place, space, room.with_moved(line))

    def _now(self, place: DoorPlace, space: Space, room: Room) -> Space:
        self.by_place[place.id] = room
        return space.holding(total(room.without_ticket()))


def open_rooms(bind: Bound, event: DoorEvent, places: Collection[DoorPlace], *, since: Callable[[], datetime]) -> Rooms:
    """The rooms among these places, locked already, with a count that stands and was made at the time that `since` says
    or later: who came or left before a count changes what it finds."""
    found = Rooms(bind, event, rooms.known_places(bind, [place.id for place in places]))
    counted = {place_id: known.counted_at for place_id, known in found.known.items() if known and known.counted_at}
    if counted:
        earliest = since()
        found.read(place for place in places if place.id in counted and counted[place.id] >= earliest)
    return found
