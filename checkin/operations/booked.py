"""What a ticket has booked where it stands, and whether whoever comes takes a booked place."""

from collections.abc import Iterable
from functools import partial

from checkin.queries.rows import DoorPlace, DoorTicket, Party, Written
from checkin.rules import EntryKind
from checkin.rules.facts import Booked, NewLine
from checkin.rules.people import Numbers, beyond, plus, total, within
from registrations.rules import BookingState

HOLDING = frozenset(state for state in BookingState if state.holds_places)


def booking_of(ticket: DoorTicket, party: Party, session_id: int | None, people: Numbers) -> tuple[Booked, Numbers]:
    """What stands of this ticket's booking in a session, and the places it holds."""
    if session_id is None:
        return Booked.NOT, {}
    mine = [one for one in party.places if one.session_id == session_id]
    if ticket.attendee_id is not None:
        mine = [one for one in mine if one.attendee_id in (None, ticket.attendee_id)]
    held: Numbers = {}
    for one in mine:
        if one.state in HOLDING:
            held = plus(held, {one.category: one.number})
    if ticket.attendee_id is not None:
        held = within(held, people)
    if total(held):
        return Booked.CONFIRMED, held
    states = {one.state for one in mine}
    return next((booked for booked, found in _STANDS_FOR if states & found), Booked.NOT), {}


def admission_by_return(
    line: Written, people: Numbers, booked: Numbers, *, place: DoorPlace | None
) -> Iterable[NewLine]:
    """What a return says once it is the admission of these people; whoever else came back stays one."""
    kept = partial(NewLine, EntryKind.ENTRY, method=line.columns["method"])
    of_session = place is not None and place.session_id is not None
    lines = (
        kept(people=within(people, booked), booked=True),
        kept(people=beyond(people, booked), booked=False if of_session else None),
        kept(people=beyond(line.people, people), reentry=True),
    )
    return (one for one in lines if one.people)


_STANDS_FOR = (
    (Booked.PENDING, {BookingState.PENDING, BookingState.APPLIED}),
    (Booked.WAITING, {BookingState.WAITING}),
    (Booked.CANCELLED, {BookingState.CANCELLED}),
)
