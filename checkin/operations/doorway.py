"""The door while batches pass it: what was read under the lock, moved on by every decision, and what to write."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any, NamedTuple
from uuid import UUID

from app.direct import Bound
from checkin.operations.booked import booking_of
from checkin.operations.elsewhere import earliest_of, entered, newcomers, open_stays
from checkin.operations.ledger import Pending, columns_of, conflict_row, dimensions_of, entry_row
from checkin.operations.rooms import Rooms, open_rooms
from checkin.operations.sent import Sent
from checkin.operations.stays import Stays
from checkin.queries import door
from checkin.queries.rooms import TELLING
from checkin.queries.rows import DoorEvent, DoorPlace, DoorTicket, Lines, Party, Written
from checkin.rules import Act, ConflictKind, Direction, EntryKind
from checkin.rules.claims import Claim
from checkin.rules.facts import Decision, NewLine, PlaceFacts, TicketFacts
from checkin.rules.following import with_following
from checkin.rules.people import Numbers, turned
from checkin.rules.space import Space
from checkin.rules.stay import Line, stay
from registrations.rules import PartyKind

FROM_THE_FIRST = datetime.min.replace(tzinfo=UTC)
LATER_THAN_STORED = 1 << 62
"""Where the order of lines begins that have no number of the database yet."""


class Late(NamedTuple):
    """A scan that happened before something that its person did and that was told already."""

    claim: Claim
    ticket: DoorTicket
    at: datetime


@dataclass
class Doorway:
    """The event, and everything that the scans of some batches are decided from. `passing`: the batch in hand;
    `told_late`: places of which it told what may not be the newest there, and the earliest of it."""

    bind: Bound
    event: DoorEvent
    passing: Sent
    tickets: dict[str, DoorTicket]
    numbers: dict[str, DoorTicket]
    parties: dict[int, Party]
    lines: Lines
    places: dict[str, DoorPlace]
    undoable: frozenset[int]
    claims: Collection[Claim]
    rooms: Rooms
    pending: Pending = field(default_factory=Pending)
    written: int = 0
    kept: list[UUID] = field(default_factory=list)
    clocks_flagged: set[int] = field(default_factory=set)
    late: list[Late] = field(default_factory=list)
    perhaps: list[Late] = field(default_factory=list)
    told_late: dict[int, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = self.event.keys
        self.by_id = {place.id: place for place in self.places.values()}
        self.spaces = {place.id: place.space for place in self.places.values()}
        self.stays = Stays(self.lines)
        self.days = self.event.days
        self.pending.rolling.places = self.rooms.known
        self.pending.rolling.newcomers = newcomers(self.parties, self.lines, self.tickets.values())

    def place_facts(self, place: DoorPlace) -> PlaceFacts:
        """The place as it is now."""
        event = self.event
        reentry, space = place.reentry or event.reentry, self.spaces[place.id]
        return PlaceFacts(
            place.window, reentry, event.unknown, place.admission, space, place.cancelled, over_full=event.over_full
        )

    def ticket_facts(self, ticket: DoorTicket, place: DoorPlace, at: datetime) -> TicketFacts:
        """The ticket as it is now, in front of this place at this time."""
        whose = self.parties[ticket.registration_id]
        history, party = self.lines.get(ticket.person), self.party_of(ticket)
        booked, places = booking_of(ticket, whose, place.session_id, party)
        here, then = self.stays.until(ticket, place, at)
        dropped = whose.ended.get(ticket.id)
        return TicketFacts(
            party=party,
            team=ticket.party_kind is PartyKind.TEAM,
            blocked=ticket.blocked,
            replaced=dropped is False,
            cancelled=ticket.cancelled or bool(dropped),
            booked=booked,
            places=places,
            here=here,
            then=then,
            elsewhere=tuple(open_stays(history, place, at, places=self.by_id)) if history else (),
        )

    def party_of(self, ticket: DoorTicket) -> Numbers:
        """The people this ticket is good for."""
        if ticket.attendee_category_id is not None:
            return {self.keys[ticket.attendee_category_id]: 1}
        return self.parties[ticket.registration_id].numbers

    def may_undo(self, line: Written) -> bool:
        """Whether this line was there when registrations and places were locked, or comes from these very batches.
        What another door has written since belongs to what comes after us."""
        return line.id in self.undoable or line.columns["scan_id"] in self.scans

    @cached_property
    def scans(self) -> frozenset[UUID]:
        """The ids of these very batches' scans."""
        return frozenset(claim.id for claim in self.claims)

    def take(
        self, claim: Claim, decision: Decision, place: DoorPlace, ticket: DoorTicket | None, at: datetime
    ) -> list[dict[str, Any]]:
        """Let the decision's lines happen: histories and figures move on, rows wait to be written."""
        common = self.made_now(claim, at)
        whose = dimensions_of(ticket, common["day"], self.event) if ticket else {}
        rows = []
        for line in decision.lines:
            where = self.places[line.place] if line.place else place
            row = entry_row(common, columns_of(line), whose if line.on_ticket else {}, {"place_id": where.id})
            self.pending.add_entry(row, {self.event.categories[key]: number for key, number in line.people.items()})
            self.move_on(line, where, ticket if line.on_ticket else None, at, common["gate_id"])
            if claim.shown is not None or claim.act.is_count or self.passing.kept_since is not None:
                self.note_told_late(where.id, at)
            rows.append(row)
        return rows

    def note_late(self, claim: Claim, ticket: DoorTicket, at: datetime) -> None:
        """What follows for what was told already is put right at the end (`mend_moves`), where no line says so too."""
        lines = [line for of_place in self.lines.get(ticket.person, {}).values() for line in of_place]
        late = any(line.at > at for line in lines)
        if late or (claim.shown is not None and len(lines) > 1):
            (self.late if late else self.perhaps).append(Late(claim, ticket, at))

    def note_told_late(self, place_id: int, at: datetime) -> None:
        """Who was one too many there since then is looked for at the end (`list_overfull`)."""
        self.told_late[place_id] = min(at, self.told_late.get(place_id, at))

    def flag(
        self, kind: ConflictKind, claim: Claim, place: DoorPlace, *, row: Any = None, ticket: DoorTicket | None = None
    ) -> None:
        """List something that people should look at."""
        about = {"event_id": self.event.id, "kind": kind, "scan_id": claim.id, "place_id": place.id}
        whose = {"entry": row["uuid"] if row else None, "ticket_id": ticket.id if ticket else None}
        self.pending.conflicts.append(conflict_row(**about, **whose, found_at=self.passing.received_at))

    def change_space(self, place: DoorPlace, space: Space) -> None:
        """A session's figures from now on."""
        before = self.spaces[place.id]
        if before and before.counts_exits is not space.counts_exits:
            self.note_told_late(place.id, FROM_THE_FIRST)
        self.spaces[place.id] = space
        assert place.session_id is not None
        self.pending.spaces[place.session_id] = space

    def flush(self) -> None:
        """Write what is decided, and read histories again with the numbers that the database gave."""
        self.pending.flush(self.bind)
        _, self.lines = door.histories(self.bind, self.event, self.parties)
        self.stays = Stays(self.lines)
        self.rooms.read(self.by_id[place_id] for place_id in self.rooms.by_place)

    def look_into(self, place: DoorPlace) -> None:
        """The room is about to be counted: what it is counted against is read again."""
        self.flush()
        self.rooms.read([place])

    def made_now(self, claim: Claim, at: datetime) -> dict[str, Any]:
        """The columns that say when, where and by which scan a line was made."""
        event, passing = self.event, self.passing
        day, slot_of_day = self.days.of(at)
        return {
            "event_id": event.id,
            "gate_id": event.gates[claim.gate].id,
            "scan_id": claim.id,
            "device_id": passing.device_id,
            "account_id": passing.account_id,
            "device_at": claim.at,
            "received_at": passing.received_at,
            "at": at,
            "day": day,
            "slot": slot_of_day,
        }

    def undo(self, claim: Claim, line: Written, at: datetime, *, reason: str = "undone") -> None:
        """The line gets one that turns every sign of it; histories and figures move back."""
        given = {**line.columns, **self.made_now(claim, at), "kind": EntryKind.UNDO, "undoes_id": line.id}
        said = claim.why or (claim.force if claim.act is Act.UNDO else None)
        why = said.value if said else reason
        self.add(given | {"reason": why, "day": line.columns["day"], "slot": line.columns["slot"]}, turned(line.people))
        self._move_back(line)

    def add(self, columns: dict[str, Any], people: Numbers) -> None:
        numbers = {self.event.categories[key]: number for key, number in people.items()}
        self.note_told_late(columns["place_id"], columns["at"])
        self.pending.add_entry(entry_row(columns), numbers)

    def _move_back(self, line: Written) -> None:
        place = self.by_id.get(line.columns["place_id"])
        space = self.spaces[place.id] if place else None
        if line.columns["ticket_id"] is not None:
            history = self.history_of(line)
            earlier, before = list(history), stay(history)
            history[:] = [one for one in history if one.order != line.id]
            self.stays.forget()
            changed = space.with_stay(before, stay(history)) if space else None
            if line.columns["party_kind"] is PartyKind.TEAM:
                changed = space
            if place and changed:
                changed = self.rooms.with_holder(place, changed, earlier, history)
        else:
            changed = self.rooms.without_line(place, space, line) if place and space else None
        if changed and line.columns["kind"] in TELLING and line.columns["reason"] is None:
            changed = changed.with_exits_counted(counted=door.presence_is_told(self.bind, self.event, line))
        if place and changed and changed is not space:
            self.change_space(place, changed)

    def history_of(self, line: Written) -> list[Line]:
        """The list that holds this line among what its person did at its place; an empty one if nobody has a ticket."""
        for (registration_id, _), history in self.lines.items():
            of_place = history.get(line.columns["place_id"], [])
            if registration_id == line.columns["registration_id"] and any(one.order == line.id for one in of_place):
                return of_place
        return []

    def move_on(self, line: NewLine, place: DoorPlace, ticket: DoorTicket | None, at: datetime, gate_id: int) -> None:
        old = space = self.spaces[place.id]
        if ticket is not None:
            space = self._with_line(line, place, ticket, at, gate_id)
        elif space:
            space = self.rooms.with_line(place, space, line, at)
        if space and line.kind in TELLING and line.reason is None:
            space = space.with_exits_counted()
        if space and space is not old:
            self.change_space(place, space)

    def _with_line(
        self, line: NewLine, place: DoorPlace, ticket: DoorTicket, at: datetime, gate_id: int
    ) -> Space | None:
        """The figures once this line stands in the ticket's history, as the next scan finds it."""
        self.written += 1
        direction = Direction.OUT if line.kind is EntryKind.EXIT else Direction.IN
        order = LATER_THAN_STORED + self.written
        made = Line(at, order, direction, line.people, line.reentry, bool(line.booked), gate_id)
        before, after = self.stays.add(ticket, place, made)
        space = self.spaces[place.id]
        if space and ticket.party_kind is not PartyKind.TEAM:
            space = space.with_stay(before, after)
        if space and place.id in self.rooms.by_place:
            history = self.lines[ticket.person][place.id]
            space = self.rooms.with_holder(place, space, history[:-1], history)
        return space


def open_doorway(
    bind: Bound,
    event: DoorEvent,
    claims: Collection[Claim],
    tickets: list[DoorTicket],
    *,
    first: Sent,
    since: Callable[[], datetime] | None = None,
    parties: Iterable[Any] | None = None,
) -> Doorway:
    """Read, and on PostgreSQL lock, what these scans are decided from; `tickets` are locked already, those behind
    scans to be undone too. `since`: says when the earliest of them was made, if not at the time it says. `parties`: see
    `Opening`."""
    ours = {one.registration_id for one in tickets if one.event_id == event.id}
    undoes = with_following(claim.undoes for claim in claims if claim.undoes)
    undone = door.written_by(bind, event, undoes) if undoes else []
    undone = [line for line in undone if line.columns["registration_id"] in ours | {None}]
    known, lines = door.histories(bind, event, ours, read=parties)
    of_scans = since or (lambda: min(claim.at for claim in claims))
    earliest = partial(earliest_of, of_scans, undone)
    beside = entered(lines, earliest) | {line.columns["place_id"] for line in undone} if lines or undone else set()
    places = door.places(bind, event, {claim.place for claim in claims}, beside=beside)
    return Doorway(
        bind=bind,
        event=event,
        passing=first,
        tickets={ticket.code: ticket for ticket in tickets},
        numbers={ticket.number: ticket for ticket in tickets if ticket.event_id == event.id},
        parties=known,
        lines=lines,
        places=places,
        undoable=frozenset(line.id for line in undone),
        claims=claims,
        rooms=open_rooms(bind, event, places.values(), since=earliest),
    )
