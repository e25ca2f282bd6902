"""Tickets that doors give out to walk-ins, and scans of such a ticket that come before we have heard of it."""

from datetime import datetime

from checkin.operations.doorway import Doorway
from checkin.queries.given import given_by, let_in_before
from checkin.queries.rows import DoorPlace, DoorTicket, Party
from checkin.rules.claims import Claim
from registrations.operations.giving import give_out, is_taken, take_back_given
from registrations.rules import derive
from registrations.rules.given import is_given

MOST_A_DAY = 1000
"""So many tickets one device gives out in a day: more than anybody taps, too few to flood an event."""


def ticket_for(doorway: Doorway, claim: Claim, at: datetime) -> DoorTicket | str:
    """The ticket that this claim gives out, or why there is none: its people are counted without one. Nobody's ticket
    is touched: a code that exists, or that no door of this event can have made, makes none."""
    assert claim.new_code is not None
    assert claim.rid is not None
    assert claim.people is not None
    event, sent, code = doorway.event, doorway.passing, claim.new_code
    if not is_given(event.salt, code):
        return "code_not_ours"
    if is_taken(doorway.bind, event.id, event.salt, code, claim.rid):
        return "code_taken"
    device_id = sent.device.device_id
    waiting = sum(row["device_id"] == device_id for row in doorway.pending.given)
    if given_by(doorway.bind, device_id, at=sent.received_at) + waiting >= MOST_A_DAY:
        return "too_many_given"
    numbers = {event.categories[key]: number for key, number in claim.people.items()}
    made = give_out(doorway.bind, event.id, event.salt, code=code, uuid=claim.rid, numbers=numbers, at=at)
    doorway.pending.given.append(
        {"ticket_id": made.ticket_id, "scan_id": claim.id, "device_id": device_id, "given_at": sent.received_at}
    )
    ticket = DoorTicket(
        id=made.ticket_id,
        event_id=event.id,
        registration_id=made.registration_id,
        attendee_id=None,
        code=code,
        number=made.number,
        party_kind=made.party_kind,
        language="ja",
        registered_at=at,
        cancelled=False,
        blocked=False,
        contact_name=None,
        note=None,
        no_photo=False,
        attendee_name=None,
        attendee_category_id=None,
        organisation_kind=None,
    )
    doorway.tickets[code], doorway.numbers[made.number] = ticket, ticket
    doorway.parties[made.registration_id] = Party(dict(claim.people), (), {})
    return ticket


def take_back(doorway: Doorway, registration_id: int) -> None:
    """The giving was undone: the ticket is good for nothing any more."""
    take_back_given(doorway.bind, doorway.event.id, registration_id, at=doorway.passing.received_at)


def is_awaited(doorway: Doorway, code: str | None) -> bool:
    """Whether a door of this event gave this code out, and we have not heard of it yet."""
    return code is not None and is_given(doorway.event.salt, code)


def came_before(doorway: Doorway, code: str, place: DoorPlace) -> bool:
    """Whether the same awaited ticket was let in there already."""
    if doorway.pending.awaited:
        doorway.flush()
    return let_in_before(doorway.bind, doorway.event.id, derive(doorway.event.salt, code).rid, place.id)


def await_ticket(doorway: Doorway, claim: Claim, code: str) -> None:
    """Keep in mind which ticket this scan is of; its code is kept nowhere."""
    rid = derive(doorway.event.salt, code).rid
    doorway.pending.awaited.append({"scan_id": claim.id, "event_id": doorway.event.id, "rid": rid})
