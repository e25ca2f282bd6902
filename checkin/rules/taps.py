"""What becomes of people without a ticket: walk-ins by taps, head counts, room counts; and of an undo. Plain values in
and out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.values import replace
from checkin.rules import ConflictKind, EntryKind, Method, Verdict
from checkin.rules.facts import Decision, NewLine, PlaceFacts, Wish
from checkin.rules.people import NOBODY, Numbers, beyond, total, turned, within

UNDO_WITHIN = timedelta(minutes=10)
_ONE_WAY = Decision(Verdict.REFUSED, error="count_has_no_direction")


def decide_walk_in(wish: Wish, place: PlaceFacts) -> Decision:
    """People without a ticket who come in, or go out: stored if the place takes walk-ins and has room. Who has one that
    could not be read may have a booking: they need no more than a seat, and somebody looks at them later."""
    people = wish.people or {place.unknown: 1}
    if wish.leaving:
        return Decision(Verdict.LEFT, (NewLine(EntryKind.EXIT, turned(people), wish.method, on_ticket=False),))
    line = NewLine(EntryKind.ENTRY, people, wish.method, on_ticket=False, new_today=wish.new_today)
    plain = _refused_walk_in(wish, place, total(people))
    if plain is None:
        return Decision(Verdict.COUNTED, (line,), ConflictKind.UNREAD_TICKET if wish.unread else None)
    if wish.done:
        vouched = ConflictKind.OVERRIDE if wish.forced else ConflictKind.NOT_ENTITLED
        conflict = ConflictKind.OVER_CAPACITY if plain.verdict is Verdict.FULL else vouched
        return Decision(Verdict.COUNTED, (line,), conflict, plain.verdict)
    if wish.forced and (place.over_full or _has_room(wish, place, total(people))):
        return Decision(Verdict.COUNTED, (line,), ConflictKind.OVERRIDE, plain.verdict)
    return Decision(Verdict.FULL) if wish.forced else plain


def decide_given(wish: Wish, place: PlaceFacts, *, counted: bool) -> Decision:
    """Somebody with a ticket that another door gave out, of which we have not heard yet: let in as a walk-in is, and
    without a category, until it is here. `counted`: the same ticket was let in here before."""
    if wish.leaving:
        return Decision(Verdict.LEFT)
    if counted:
        return Decision(Verdict.ALREADY_IN, conflict=ConflictKind.DOUBLE_ADMISSION if wish.done else None)
    people = wish.people or {place.unknown: 1}
    plain = _refused_walk_in(wish, place, total(people))
    if plain and not wish.done:
        return Decision(Verdict.NOT_BOOKED) if plain.error else plain
    line = NewLine(EntryKind.ENTRY, people, wish.method, on_ticket=False, new_today=wish.new_today)
    return Decision(Verdict.PROVISIONAL, (line,), ConflictKind.UNKNOWN_TICKET, plain.verdict if plain else None)


def on_a_ticket(decision: Decision, place: PlaceFacts) -> Decision:
    """A walk-in who gets a ticket: the lines are the ticket's."""
    booked = None if place.admission is None else False
    mine = (replace(line, on_ticket=True, new_today=None, booked=booked) for line in decision.lines)
    return replace(decision, lines=tuple(mine))


def _refused_walk_in(wish: Wish, place: PlaceFacts, number: int) -> Decision | None:
    if place.cancelled:
        return Decision(Verdict.CANCELLED)
    if wish.at < place.window.from_:
        return Decision(Verdict.TOO_EARLY)
    if wish.at > place.window.to:
        return Decision(Verdict.TOO_LATE)
    if not place.takes_walk_ins and not wish.unread:
        return Decision(Verdict.REFUSED, error="no_walk_ins")
    return None if _has_room(wish, place, number) else Decision(Verdict.FULL)


def _has_room(wish: Wish, place: PlaceFacts, number: int) -> bool:
    left = place.seats_left() if wish.unread else place.room_left(wish.at)
    return left is None or number <= left


def decide_head_count(wish: Wish, place: PlaceFacts, counted: Mapping[bool, Numbers]) -> Decision:
    """Plus is what somebody saw; minus at most what the same device has `counted` here in that category, new today or
    not: what was counted as the wish says is taken off first. A count has no direction: who left is a minus."""
    if wish.leaving:
        return _ONE_WAY
    people = wish.people or NOBODY
    minus: Numbers = {category: -number for category, number in people.items() if number < 0}
    kept = {wish.new_today: {category: number for category, number in people.items() if number > 0}}
    for new_today in (wish.new_today, not wish.new_today):
        off = within(minus, counted.get(new_today, NOBODY))
        minus = beyond(minus, off)
        kept[new_today] = {**kept.get(new_today, {}), **turned(off)}
    lines = tuple(
        NewLine(EntryKind.COUNT, numbers, wish.method, on_ticket=False, new_today=new_today)
        for new_today, numbers in kept.items()
        if numbers
    )
    seats = place.seats_left()
    over = seats is not None and sum(total(line.people) for line in lines) > seats >= 0
    return Decision(Verdict.COUNTED, lines, ConflictKind.OVER_CAPACITY if over and lines else None)


def decide_room_count(wish: Wish, place: PlaceFacts) -> Decision:
    """How many are in a session's room, ticket holders too, by category or undivided: a fact, whatever the rules say.
    Who passes an entrance is in no room."""
    if wish.leaving:
        return _ONE_WAY
    if place.space is None:
        return Decision(Verdict.REFUSED, error="no_room")
    people = wish.people or NOBODY
    line = NewLine(EntryKind.ROOM_COUNT, people, Method.ROOM_COUNT, on_ticket=False)
    over = place.space.capacity is not None and total(people) > place.space.capacity
    return Decision(Verdict.COUNTED, (line,), ConflictKind.OVER_CAPACITY if over else None)


@dataclass(frozen=True, slots=True)
class Undoable:
    """What an undo points at: by which device and when it was made, how long we have had it when the undo arrives, and
    whether it wrote lines that still stand."""

    own: bool
    made_at: datetime
    had_for: timedelta
    wrote: bool
    stands: bool


def decide_undo(at: datetime, target: Undoable | None, *, supervisor: bool) -> Decision:
    """The device that made it may undo within the allowed time, a supervisor always; a second time is harmless.

    That it was in time is a word of the device's own clock: if it comes late, from offline, it is kept and listed.
    """
    if target is None or not target.wrote:
        return Decision(Verdict.REFUSED, error="nothing_to_undo")
    if not supervisor and not target.own:
        return Decision(Verdict.REFUSED, error="not_your_scan")
    if not supervisor and at - target.made_at > UNDO_WITHIN:
        return Decision(Verdict.REFUSED, error="too_late_to_undo")
    late = not supervisor and target.stands and target.had_for > UNDO_WITHIN
    return Decision(Verdict.UNDONE, conflict=ConflictKind.NOT_ENTITLED if late else None)
