"""The door's decision about a ticket: facts in, verdict and ledger lines out. It looks at no clock and no database.

Several verdicts can apply at once; the first decides, in this order: not one of our codes, blocked, replaced,
cancelled, pending, outside the window, in already or come back, confirmed here, waiting here, not booked here. Whoever
leaves is only stopped if blocked. An at-once room that is full takes nobody back either: its limit is a promise. Who
comes under a category that was corrected since is still the same person.
"""

from collections.abc import Iterable, Sequence

from app.programme.rules import Reentry
from app.values import replace
from checkin.rules import ConflictKind, EntryKind, Method, Verdict
from checkin.rules.alone import admit_alone
from checkin.rules.entitled import needs_no_booking, outside_window, stopped
from checkin.rules.facts import Booked, Code, Coming, Decision, NewLine, OpenStay, PlaceFacts, TicketFacts, Wish
from checkin.rules.people import NOBODY, Numbers, beyond, named_as, plus, total, turned, within
from checkin.rules.stay import NEVER_CAME, Stay

NOT_OURS = {
    Code.OTHER_EVENT: Verdict.OTHER_EVENT,
    Code.UNKNOWN: Verdict.UNKNOWN,
    Code.UNREADABLE: Verdict.UNREADABLE,
}
NEVER_FORCED = (Verdict.BLOCKED, Verdict.OTHER_EVENT, Verdict.UNKNOWN, Verdict.UNREADABLE)
MOVED = "moved"
"""The reason on exits that follow from coming into another room."""
SETTLED = (Verdict.ADMITTED, Verdict.READMITTED, Verdict.LEFT)


def decide(wish: Wish, place: PlaceFacts, ticket: TicketFacts) -> Decision:
    """The verdict on a ticket of this event, and what to write for it."""
    return admit_alone(wish, place, ticket) or decide_by_numbers(wish, place, ticket)


def decide_by_numbers(wish: Wish, place: PlaceFacts, ticket: TicketFacts) -> Decision:
    """The same for a party of any size that may have been here or elsewhere."""
    ticket = ticket if wish.leaving else _named_as_now(ticket)
    plain = _judge(wish, place, ticket)
    if plain.verdict in SETTLED:
        return plain
    if wish.done and not wish.leaving:
        return _as_fact(wish, place, ticket, plain)
    if wish.forced and plain.verdict not in NEVER_FORCED and (plain.verdict is not Verdict.FULL or place.over_full):
        return _overridden(wish, place, ticket, plain)
    return plain


def decide_unknown(wish: Wish, place: PlaceFacts, code: Code) -> Decision:
    """The verdict on what is no ticket of this event; somebody let in on it already is counted without a category."""
    if not wish.done or wish.leaving:
        return Decision(NOT_OURS[code])
    people = wish.people or {place.unknown: 1}
    line = NewLine(EntryKind.ENTRY, people, wish.method, on_ticket=False, new_today=wish.new_today)
    return Decision(Verdict.PROVISIONAL, (line,), ConflictKind.UNKNOWN_TICKET, refused_as=NOT_OURS[code])


def _named_as_now(ticket: TicketFacts) -> TicketFacts:
    """Whoever came or booked under another category, by the categories that the party has now."""
    party = ticket.party
    places = named_as(ticket.places, party)
    here, then = _stay_named_as(ticket.here, party, places), ticket.then
    then = here if then is ticket.here else _stay_named_as(then, party, places)
    elsewhere = tuple(OpenStay(one.place, named_as(one.inside, party)) for one in ticket.elsewhere)
    if places is ticket.places and here is ticket.here and then is ticket.then and not elsewhere:
        return ticket
    return replace(ticket, places=places, here=here, then=then, elsewhere=elsewhere)


def _stay_named_as(stay: Stay, party: Numbers, places: Numbers) -> Stay:
    if stay is NEVER_CAME:
        return stay
    admitted, inside = named_as(stay.admitted, party), named_as(stay.inside, party)
    booked = named_as(stay.booked, places)
    if admitted is stay.admitted and inside is stay.inside and booked is stay.booked:
        return stay
    return replace(stay, admitted=admitted, inside=inside, booked=booked)


def _judge(wish: Wish, place: PlaceFacts, ticket: TicketFacts) -> Decision:
    if ticket.blocked:
        return Decision(Verdict.BLOCKED)
    if wish.leaving:
        return _leave(wish, ticket)
    refused = stopped(place, ticket) or outside_window(wish, place, ticket)
    return Decision(refused) if refused else _enter(wish, place, ticket)


def _leave(wish: Wish, ticket: TicketFacts) -> Decision:
    """Who leaves is always stored, before any entry too; of a party whose numbers are not given, all who are inside."""
    people = wish.people or (ticket.then.inside if total(ticket.then.inside) else ticket.party)
    return Decision(Verdict.LEFT, (NewLine(EntryKind.EXIT, turned(people), _method(wish, ticket)),))


def _enter(wish: Wish, place: PlaceFacts, ticket: TicketFacts) -> Decision:
    missing, returning = _missing(ticket), _returning(place, ticket)
    asked = _asked(wish, ticket)
    if not total(missing) and (not total(returning) or (asked and not total(within(asked, returning)))):
        return Decision(Verdict.ALREADY_IN)
    if asked is None:
        if not total(missing) and place.reentry is Reentry.FREE:
            return _admit(wish, place, ticket, Coming(back=ticket.here.admitted))
        return _confirm(wish, place, ticket)
    coming = _coming(asked, place, ticket)
    refused = _refused(wish, place, ticket, coming)
    too_many = total(coming.surplus) > 0 and refused is not None and refused.verdict is Verdict.FULL
    if refused and not too_many:
        return refused
    if too_many or total(coming.excess):
        return _confirm(wish, place, ticket)
    return _admit(wish, place, ticket, coming)


def _confirm(wish: Wish, place: PlaceFacts, ticket: TicketFacts) -> Decision:
    """Ask for the numbers, if one of the party could come in at all; and say by how many it may be more than the party.
    A party that brought more people than there is room for beside it is asked again: it is not turned away for them."""
    expected = _expected(place, ticket)
    first = next(iter(expected))
    refused = _refused(wish, place, ticket, _coming({first: 1}, place, ticket))
    coming = _coming(expected, place, ticket)
    more = place.takes_walk_ins and _fits(wish, place, replace(coming, surplus={first: 1}))
    places = place.space.besides(*_seats(place, coming), wish.at) if more and place.space else None
    return refused or Decision(Verdict.CONFIRM_PARTY, expected=expected, offers_place=more, places=places)


def _expected(place: PlaceFacts, ticket: TicketFacts) -> Numbers:
    """Who may still come: first on the booked places, then the rest of the party, then who went out."""
    missing = _missing(ticket)
    return within(missing, beyond(ticket.places, ticket.here.booked)) or missing or _returning(place, ticket)


def _asked(wish: Wish, ticket: TicketFacts) -> Numbers | None:
    """The numbers that came; one person needs no question, and has the category of the ticket."""
    if total(ticket.party) == 1 and (wish.people is None or total(wish.people) == 1):
        return ticket.party
    return wish.people


def _missing(ticket: TicketFacts) -> Numbers:
    """Who of the party was not admitted here yet."""
    return beyond(ticket.party, ticket.here.admitted)


def _returning(place: PlaceFacts, ticket: TicketFacts) -> Numbers:
    """Who may come back now."""
    if place.reentry is Reentry.FREE:
        return ticket.here.admitted
    return ticket.then.outside if place.reentry is Reentry.AFTER_EXIT else NOBODY


def _coming(asked: Numbers, place: PlaceFacts, ticket: TicketFacts) -> Coming:
    mine = within(asked, ticket.party)
    new = within(mine, _missing(ticket))
    booked = within(new, beyond(ticket.places, ticket.here.booked))
    known = beyond(mine, new)
    back = within(known, _returning(place, ticket))
    return Coming(booked, beyond(new, booked), back, beyond(asked, ticket.party), beyond(known, back))


def _refused(wish: Wish, place: PlaceFacts, ticket: TicketFacts, coming: Coming) -> Decision | None:
    """Why these people cannot come in, or None."""
    if place.admission is None or ticket.team:
        return None
    if total(coming.surplus) and not place.takes_walk_ins:
        return Decision(Verdict.REFUSED, error="more_than_party")
    if total(coming.unbooked) and not needs_no_booking(wish, place, ticket):
        if total(coming.booked):
            return Decision(Verdict.REFUSED, error="more_than_booked")
        return _not_booked(wish, place, ticket, total(coming.unbooked))
    if not _fits(wish, place, coming):
        return Decision(Verdict.FULL)
    return None


def _not_booked(wish: Wish, place: PlaceFacts, ticket: TicketFacts, needed: int) -> Decision:
    left = place.room_left(wish.at)
    room = left is None or left >= needed
    if ticket.booked is Booked.WAITING:
        return Decision(Verdict.WAITLISTED, offers_place=room)
    if place.takes_walk_ins and room:
        return Decision(Verdict.NOT_BOOKED, offers_place=True)
    return Decision(Verdict.CANCELLED if ticket.booked is Booked.CANCELLED else Verdict.NOT_BOOKED)


def _fits(wish: Wish, place: PlaceFacts, coming: Coming) -> bool:
    """Booked people may take every seat, held ones too; others what is left when the held ones are kept."""
    if place.space is None:
        return True
    return place.space.takes(*_seats(place, coming), wish.at)


def _seats(place: PlaceFacts, coming: Coming) -> tuple[int, int]:
    """How many places these people take, and how many of those without a booking."""
    others = total(coming.unbooked) + total(coming.surplus)
    back = total(coming.back) if place.counts_presence else 0
    return total(coming.booked) + others + back, others


def _admit(wish: Wish, place: PlaceFacts, ticket: TicketFacts, coming: Coming) -> Decision:
    lines = (*_entries(wish, place, ticket, coming), *_moves(place, ticket, coming))
    came = total(coming.booked) + total(coming.unbooked) + total(coming.surplus)
    return Decision(Verdict.ADMITTED if came else Verdict.READMITTED, lines)


def _entries(wish: Wish, place: PlaceFacts, ticket: TicketFacts, coming: Coming) -> Iterable[NewLine]:
    method = _method(wish, ticket)
    at_entrance = place.admission is None
    if total(coming.booked):
        yield NewLine(EntryKind.ENTRY, coming.booked, method, booked=True)
    if total(coming.unbooked):
        yield NewLine(EntryKind.ENTRY, coming.unbooked, method, booked=None if at_entrance else False)
    if total(coming.back):
        yield NewLine(EntryKind.ENTRY, coming.back, method, reentry=True)
    if total(coming.surplus):
        yield NewLine(EntryKind.ENTRY, coming.surplus, method, on_ticket=False, new_today=wish.new_today)


def _moves(place: PlaceFacts, ticket: TicketFacts, coming: Coming) -> Iterable[NewLine]:
    """Entering a room closes the stay in others; of a party only as many leave as it is too small for all of them."""
    if place.admission is None:
        return
    new = plus(coming.booked, coming.unbooked)
    here = within(plus(plus(ticket.then.inside, new), coming.back), plus(ticket.here.admitted, new))
    leavers = who_leave(here, [other.inside for other in ticket.elsewhere], ticket.party)
    for other, leaving in zip(ticket.elsewhere, leavers, strict=True):
        if total(leaving):
            yield NewLine(EntryKind.EXIT, turned(leaving), Method.SCANNED, place=other.place, reason=MOVED)


def who_leave(here: Numbers, elsewhere: Sequence[Numbers], party: Numbers) -> Iterable[Numbers]:
    """Who leaves each of the other rooms, in their order, once so many of the party are here."""
    everywhere = here
    for inside in elsewhere:
        everywhere = plus(everywhere, inside)
    for inside in elsewhere:
        leaving = within(beyond(everywhere, party), inside)
        everywhere = plus(everywhere, turned(leaving))
        yield leaving


def _as_fact(wish: Wish, place: PlaceFacts, ticket: TicketFacts, plain: Decision) -> Decision:
    """Who is in is in: stored whatever the rules say, and listed for people to look at. A supervisor's word names only
    what does not hang on who was first: doors without a network come to the same in whatever order they send."""
    if plain.verdict is Verdict.ALREADY_IN:
        return Decision(Verdict.ALREADY_IN, conflict=ConflictKind.DOUBLE_ADMISSION)
    asked = _asked(wish, ticket) or _expected(place, ticket)
    coming = _coming(asked, place, ticket)
    vouched = wish.forced and plain.verdict not in NEVER_FORCED
    conflict: ConflictKind | None = ConflictKind.OVERRIDE if vouched else ConflictKind.NOT_ENTITLED
    kept = Coming(coming.booked, coming.unbooked, coming.back)
    if plain.verdict in (Verdict.FULL, Verdict.CONFIRM_PARTY) or plain.error:
        if (place.takes_walk_ins or ticket.team) and not total(coming.excess):
            kept = replace(kept, surplus=coming.surplus)
        over = total(coming.excess) + total(coming.surplus) - total(kept.surplus)
        fits = ticket.team or _fits(wish, place, kept)
        conflict = (ConflictKind.SURPLUS if over else None) if fits else ConflictKind.OVER_CAPACITY
    admitted = _admit(wish, place, ticket, kept)
    refused_as = None if plain.verdict is Verdict.CONFIRM_PARTY else plain.verdict
    return Decision(admitted.verdict, admitted.lines, conflict, refused_as)


def _overridden(wish: Wish, place: PlaceFacts, ticket: TicketFacts, plain: Decision) -> Decision:
    """A supervisor's word; a ticket that is in already counts nobody again. Where full is final, it makes no room."""
    if plain.verdict is Verdict.ALREADY_IN:
        again = within(_asked(wish, ticket) or ticket.party, ticket.here.admitted)
        coming = Coming(back=again)
    else:
        asked = _asked(wish, ticket)
        if asked is None:
            return Decision(Verdict.CONFIRM_PARTY, expected=_expected(place, ticket))
        coming = _coming(asked, place, ticket)
        coming = Coming(coming.booked, coming.unbooked, coming.back, plus(coming.surplus, coming.excess))
    if not place.over_full and not ticket.team and not _fits(wish, place, coming):
        return Decision(Verdict.FULL)
    admitted = _admit(wish, place, ticket, coming)
    return Decision(admitted.verdict, admitted.lines, ConflictKind.OVERRIDE, plain.verdict)


def _method(wish: Wish, ticket: TicketFacts) -> Method:
    return wish.method if total(ticket.party) == 1 else Method.GROUP_CONFIRMED
