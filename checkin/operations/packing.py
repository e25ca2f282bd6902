"""The blind pack of an event: what its doors need to decide alone, for whoever holds the tickets in hand."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from app.programme.models import Event
from checkin.operations.booked import booking_of
from checkin.queries import door
from checkin.queries.gates import categories_of, gates_of
from checkin.queries.packs import Mark, NamedPlace, PackedRows, gate_numbers, named_places, packed_rows, state_of
from checkin.queries.rows import DoorEvent, DoorPlace, DoorTicket
from checkin.rules import packed
from checkin.rules.facts import Booked
from checkin.rules.packed import PackedBooking, PackedTicket
from checkin.rules.people import Numbers
from checkin.rules.space import Space
from registrations.rules import PartyKind

OLD_AFTER = timedelta(minutes=30)
KEPT_AFTER_END = timedelta(hours=12)
EVENTS_KEPT = 3


@dataclass(frozen=True)
class Outlook:
    """The event around its tickets as a pack tells it, and what that is known by: the same tag, the same pack."""

    event: DoorEvent
    head: dict[str, Any]
    places: list[NamedPlace]
    newest: Mark
    tag: str


@dataclass(frozen=True)
class Sealed:
    """Rows of tickets as they leave, and how far they know."""

    rows: bytes
    number: int
    mark: Mark


class Shelf:
    """The newest sealed rows of a few events: thirty doors that start together have them sealed once."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.kept: dict[int, tuple[str, Sealed]] = {}

    def take(self, seen: Outlook, make: Callable[[], Sealed]) -> Sealed:
        """Those with this tag; whoever comes while they are sealed waits for them."""
        with self.lock:
            tag, sealed = self.kept.get(seen.event.id, ("", None))
            if sealed is None or tag != seen.tag:
                sealed = make()
                self.kept.pop(seen.event.id, None)
                self.kept[seen.event.id] = seen.tag, sealed
                for event_id in list(self.kept)[:-EVENTS_KEPT]:
                    del self.kept[event_id]
            return sealed


def outlook(event: Event, at: datetime) -> Outlook:
    """What a pack says of the event. Two packs with the same tag say the same, but for the time."""
    bind = door.connection()
    state = state_of(event.id)
    facts = door.door_event(bind, event.slug, event.id)
    named = named_places(event.id)
    places = door.places(bind, facts, [place.code for place in named], hold=False)
    numbers = gate_numbers(event.id)
    head: dict[str, Any] = {
        "format": 1,
        "event": event.slug,
        "title": event.title,
        "timezone": event.timezone,
        "ends_at": _ms(_ends_at(event)),
        "old_after": int(OLD_AFTER.total_seconds()),
        "salt": base64.b64encode(event.scan_salt).decode(),
        "reentry": facts.reentry.value,
        "unknown": facts.unknown,
        "over_full": facts.over_full,
        "party_first_words": event.party_first_words,
        "categories": [
            {
                "n": one.id,
                "key": one.key,
                "label": one.label,
                "belongs": one.belongs,
                **({"first_words": one.first_words} if one.first_words else {}),
            }
            for one in categories_of(event.id)
        ],
        "gates": [
            {
                "n": numbers[gate.code],
                "code": gate.code,
                "name": gate.name,
                "kind": gate.kind.value,
                "new_today": gate.new_today,
                "places": [place.code for place in gate.places],
                "rooms": {place.code: place.room for place in gate.places if place.room},
            }
            for gate in gates_of(event, at)
        ],
        "places": [_place(one, places[one.code], facts) for one in named if one.code in places],
    }
    tag = hashlib.sha256(json.dumps([head, state], sort_keys=True).encode()).hexdigest()[:24]
    return Outlook(facts, head, named, Mark(state[0], state[3]), tag)


def seal(seen: Outlook, salt: bytes, since: Mark | None, at: datetime) -> Sealed:
    """Every ticket's row, or with `since` those of tickets about which anything has changed; in the order of their ids,
    so that it does not tell who registered when."""
    names = {category_id: key for key, category_id in seen.event.categories.items()}
    found = packed_rows(seen.event.id, names, since, at)
    of_session = {place.session_id: place.number for place in seen.places if place.session_id is not None}
    tickets = (_ticket(ticket, found, of_session, names) for ticket in found.tickets)
    rows = sorted(packed.row(ticket, salt=salt, keys=seen.event.categories) for ticket in tickets)
    return Sealed(b"".join(rows), len(rows), Mark(seen.newest.change, found.last_settled))


def pack(seen: Outlook, sealed: Sealed, since: Mark | None, at: datetime) -> bytes:
    """The pack as one record."""
    head = {
        **seen.head,
        "generated_at": _ms(at),
        "since": str(since) if since else None,
        "mark": str(sealed.mark),
    }
    return packed.whole(head, sealed.rows, sealed.number)


def is_wiped(event: Event, at: datetime) -> bool:
    """Whether the event has been over so long that no door holds a pack of it any more."""
    return at > _ends_at(event)


def _ends_at(event: Event) -> datetime:
    end = datetime.combine(event.ends_on + timedelta(days=1), event.day_ends_at, ZoneInfo(event.timezone))
    return end.astimezone(UTC) + KEPT_AFTER_END


def _ticket(ticket: DoorTicket, found: PackedRows, of_session: dict[int, int], names: dict[int, str]) -> PackedTicket:
    people: Numbers
    if ticket.attendee_category_id is not None:
        people = {names[ticket.attendee_category_id]: 1}
    else:
        people = found.parties[ticket.registration_id].numbers if ticket.registration_id in found.parties else {}
    return PackedTicket(
        code=ticket.code,
        flags=_flags(ticket, found),
        name=ticket.name or "",
        party=people,
        bookings=list(_bookings(ticket, found, of_session, people)),
        lines=found.histories.get(ticket.person, []),
    )


def _flags(ticket: DoorTicket, found: PackedRows) -> int:
    party = found.parties.get(ticket.registration_id)
    left = party.ended.get(ticket.id) if party else None
    stands = {
        packed.TEAM: ticket.party_kind is PartyKind.TEAM,
        packed.BLOCKED: ticket.blocked,
        packed.REPLACED: left is False,
        packed.CANCELLED: ticket.cancelled or bool(left),
        packed.NO_PHOTO: ticket.no_photo,
        packed.NOTED: bool(ticket.note),
        packed.CLASS: ticket.party_kind is PartyKind.CLASS,
        packed.DELEGATION: ticket.party_kind is PartyKind.DELEGATION,
    }
    return sum(flag for flag, is_so in stands.items() if is_so)


def _bookings(
    ticket: DoorTicket, found: PackedRows, of_session: dict[int, int], people: Numbers
) -> Iterable[PackedBooking]:
    party = found.parties.get(ticket.registration_id)
    for session_id in sorted({one.session_id for one in party.places} if party else ()):
        assert party is not None
        booked, places = booking_of(ticket, party, session_id, people)
        if booked is not Booked.NOT and session_id in of_session:
            yield PackedBooking(of_session[session_id], booked, places)


def _place(named: NamedPlace, place: DoorPlace, event: DoorEvent) -> dict[str, Any]:
    return {
        "n": named.number,
        "code": named.code,
        "name": named.name,
        "starts_at": _ms(named.starts_at),
        "ends_at": _ms(named.ends_at),
        "window": [_ms(place.window.from_), _ms(place.window.to)],
        "reentry": (place.reentry or event.reentry).value,
        "admission": place.admission.value if place.admission else None,
        "cancelled": place.cancelled,
        "space": _space(place.space) if place.space else None,
    }


def _space(space: Space) -> dict[str, Any]:
    return {
        "kind": space.kind.value,
        "capacity": space.capacity,
        "promised": space.promised,
        "arrived": space.arrived,
        "present": space.present,
        "anonymous": space.anonymous,
        "counts_exits": space.counts_exits,
        "held_until": _ms(space.held_until),
    }


def _ms(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1000)
