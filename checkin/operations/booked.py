"""What a ticket has booked where it stands."""

from checkin.queries.rows import DoorTicket, Party
from checkin.rules.facts import Booked
from checkin.rules.people import Numbers, plus, total, within
from registrations.rules import BookingState


def booking_of(ticket: DoorTicket, party: Party, session_id: int | None, people: Numbers) -> tuple[Booked, Numbers]:
    """What stands of this ticket's booking in a session, and the places it holds."""
    if session_id is None:
        return Booked.NOT, {}
    mine = [
        one
        for one in party.places
        if one.session_id == session_id
        and (ticket.attendee_id is None or one.attendee_id in (None, ticket.attendee_id))
    ]
    held: Numbers = {}
    for one in mine:
        if one.state.holds_places:
            held = plus(held, {one.category: one.number})
    if ticket.attendee_id is not None:
        held = within(held, people)
    if total(held):
        return Booked.CONFIRMED, held
    states = {one.state for one in mine}
    return next((booked for booked, found in _STANDS_FOR if states & found), Booked.NOT), {}


_STANDS_FOR = (
    (Booked.PENDING, {BookingState.PENDING, BookingState.APPLIED}),
    (Booked.WAITING, {BookingState.WAITING}),
    (Booked.CANCELLED, {BookingState.CANCELLED}),
)
