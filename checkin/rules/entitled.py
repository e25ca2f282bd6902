"""What a ticket may do at a place before anybody is counted: nothing here looks at numbers."""

from app.programme.rules import AdmissionRule
from checkin.rules import Verdict
from checkin.rules.facts import Booked, PlaceFacts, TicketFacts, Wish


def stopped(place: PlaceFacts, ticket: TicketFacts) -> Verdict | None:
    """Why this ticket lets nobody in here, whenever it comes."""
    if ticket.replaced:
        return Verdict.REPLACED
    if ticket.cancelled or place.cancelled:
        return Verdict.CANCELLED
    return Verdict.PENDING if ticket.booked is Booked.PENDING else None


def outside_window(wish: Wish, place: PlaceFacts, ticket: TicketFacts) -> Verdict | None:
    """Whether it comes at the wrong time; the team comes whenever it likes."""
    if ticket.team:
        return None
    if wish.at < place.window.from_:
        return Verdict.TOO_EARLY
    return Verdict.TOO_LATE if wish.at > place.window.to else None


def needs_no_booking(wish: Wish, place: PlaceFacts, ticket: TicketFacts) -> bool:
    """Whether somebody without a booked place simply comes in, if there is room."""
    if place.admission is AdmissionRule.WALK_IN:
        return True
    if wish.as_walk_in:
        return place.takes_walk_ins or ticket.booked is Booked.WAITING
    if ticket.booked is Booked.WAITING or not place.takes_walk_ins:
        return False
    return ticket.booked is Booked.CONFIRMED or place.room_left(wish.at) is None
