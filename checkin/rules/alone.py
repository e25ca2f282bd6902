"""What nearly every scan is: one person comes in who was never here and is nowhere else.

Nothing is decided here that `decide_by_numbers` would decide otherwise; it is only said for one, without sums over
categories. A test by properties holds both against each other.
"""

from datetime import datetime

from checkin.rules import EntryKind, Verdict
from checkin.rules.entitled import needs_no_booking, outside_window, stopped
from checkin.rules.facts import Decision, NewLine, PlaceFacts, TicketFacts, Wish
from checkin.rules.people import total
from checkin.rules.space import Space
from checkin.rules.stay import NEVER_CAME
from checkin.rules.times import Window


def admit_alone(wish: Wish, place: PlaceFacts, ticket: TicketFacts) -> Decision | None:
    """The admission of one person; None: it is not that simple, or they are not simply admitted."""
    if wish.leaving or ticket.blocked or not _is_one_newcomer(wish, ticket):
        return None
    if stopped(place, ticket) or outside_window(wish, place, ticket):
        return None
    on_booking = bool(ticket.places)
    if place.admission is None:
        booked = True if on_booking else None
    elif ticket.team or _lets_in_one(wish, place, ticket):
        booked = on_booking
    else:
        return None
    return Decision(Verdict.ADMITTED, (NewLine(EntryKind.ENTRY, ticket.party, wish.method, booked=booked),))


def admits_alike(window: Window, space: Space | None, at: datetime) -> bool:
    """Whether a person comes in on a booked place then, where another one like them was admitted on one before: nothing
    is left to ask but the time and the seats. space: None where nobody books."""
    if not window.from_ <= at <= window.to:
        return False
    left = space.seats_left() if space else None
    return left is None or left >= 1


def _is_one_newcomer(wish: Wish, ticket: TicketFacts) -> bool:
    party = ticket.party
    if ticket.here is not NEVER_CAME or ticket.then is not NEVER_CAME or ticket.elsewhere:
        return False
    if len(party) != 1 or 1 not in party.values():
        return False
    return wish.people is None or total(wish.people) == 1


def _lets_in_one(wish: Wish, place: PlaceFacts, ticket: TicketFacts) -> bool:
    """Whether a session's room takes this person: on the booked place, or without one."""
    if not ticket.places and not needs_no_booking(wish, place, ticket):
        return False
    left = place.seats_left() if ticket.places else place.room_left(wish.at)
    return left is None or left >= 1
