"""Whoever comes into a room has left the one before, and who comes in was there before or not: which exits, admissions
and returns follow from what one person or party did in all rooms, in the order of time,
whatever the order in which it was told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from app.programme.rules import Reentry
from app.values import Value
from checkin.rules import ConflictKind, Direction
from checkin.rules.decision import who_leave
from checkin.rules.people import NOBODY, Numbers, beyond, named_as, plus, renamed, total, turned, within
from checkin.rules.stay import Line, stay

Told = TypeVar("Told")
Lines = Mapping[int, Sequence[Line]]
"""By place."""
Ends = Mapping[int, datetime]
"""When what goes on there is over, by place; an entrance, which nobody leaves by coming in elsewhere, has none."""


class Move(Value, frozen=True):
    """These people left that place, because of the line by which they came into another one."""

    place: int
    cause: Line
    people: Numbers


class Rule(Value, frozen=True):
    """What a place says of who comes: who may come back, and the places taken on a booking."""

    reentry: Reentry
    booked: Numbers


class LetIn(Value, frozen=True):
    """So many were let in by a scan, whatever was counted of them; people None: whoever was expected of a party.
    `order` breaks ties of time. besides: those beyond the party may come in without a ticket, if nobody of the party is
    in twice."""

    at: datetime
    order: int
    people: Numbers | None
    besides: bool = False


class AllOut(Value, frozen=True):
    """Of a party so many left as were there, by a scan that did not say how many."""

    at: datetime
    order: int


class Came(Value, frozen=True):
    """What that comes to: who is new (on a booked place or not), who came back, who came in besides the party without a
    ticket, and who was in already or is beyond the party, with the kind under which that is listed and the first
    admission before; or who left."""

    booked: Numbers = NOBODY
    unbooked: Numbers = NOBODY
    back: Numbers = NOBODY
    besides: Numbers = NOBODY
    over: Numbers = NOBODY
    left: Numbers = NOBODY
    kind: ConflictKind = ConflictKind.SURPLUS
    first: tuple[datetime, int | None] | None = None

    def lines(self, scan: LetIn | AllOut) -> Iterable[Line]:
        """What stands of it on the ticket once it is counted."""
        made = partial(Line, scan.at, scan.order, Direction.IN)
        lines = made(self.booked, booked=True), made(self.unbooked), made(self.back, reentry=True)
        yield from (line for line in lines if total(line.people))
        if total(self.left):
            yield Line(scan.at, scan.order, Direction.OUT, turned(self.left))


def moves(lines: Lines, ends: Ends, party: Numbers) -> list[Move]:
    """The exits that follow from these lines, which have none of them. Of a party only as many leave a room as the
    party is too small for both; nobody leaves what is over."""
    story = _Story(lines, ends, party)
    for line, place in sorted(_each(lines), key=_by_time):
        story.tell(line, place)
    return story.moves


def who_came(
    lines: Lines, ends: Ends, party: Numbers, scans: Mapping[int, Sequence[LetIn | AllOut]], rules: Mapping[int, Rule]
) -> dict[int, Came]:
    """What these scans come to, by their order, among all other lines but the exits that follow."""
    story = _Story({place: lines.get(place, ()) for place in {*lines, *scans}}, ends, party)
    found: dict[int, Came] = {}
    everything: list[tuple[Line | LetIn | AllOut, int]] = [*_each(lines), *_each(scans)]
    for one, place in sorted(everything, key=_by_time):
        if isinstance(one, Line):
            story.tell(one, place)
            continue
        came = story.judge(one, place, rules[place]) if isinstance(one, LetIn) else story.leave(place)
        found[one.order] = came
        for line in came.lines(one):
            story.tell(line, place)
    return found


class _Story:
    """What was told so far, with the exits that followed from it."""

    def __init__(self, lines: Lines, ends: Ends, party: Numbers) -> None:
        self.told: dict[int, list[Line]] = {place: [] for place in sorted(lines)}
        self.ends = ends
        self.party = party
        self.moves: list[Move] = []

    def tell(self, line: Line, place: int) -> None:
        self.told[place].append(line)
        if line.direction is Direction.OUT or place not in self.ends:
            return
        here = named_as(stay(self.told[place]).inside, self.party)
        others = self._others(place, line.at)
        insides = [named_as(stay(self.told[other]).inside, self.party) for other in others]
        for other, leaving in zip(others, who_leave(here, insides, self.party), strict=True):
            if total(leaving):
                self.told[other].append(Line(line.at, line.order, Direction.OUT, turned(leaving)))
                self.moves.append(Move(other, line, leaving))

    def judge(self, let_in: LetIn, place: int, rule: Rule) -> Came:
        """As the door's decision takes a party apart."""
        before, party = stay(self.told[place]), self.party
        admitted, inside = named_as(before.admitted, party), named_as(before.inside, party)
        missing, places = beyond(party, admitted), beyond(rule.booked, named_as(before.booked, rule.booked))
        returning = {Reentry.FREE: admitted, Reentry.AFTER_EXIT: beyond(admitted, inside)}.get(rule.reentry, NOBODY)
        asked = let_in.people
        if asked is None:
            asked = within(missing, places) or missing or returning or party
        if not asked.keys() <= party.keys():
            asked = renamed(asked, party)
        mine = within(asked, party)
        new = within(mine, missing)
        on_places = within(new, places)
        known = beyond(mine, new)
        back = within(known, returning)
        in_twice, surplus = beyond(known, back), beyond(asked, party)
        besides = surplus if let_in.besides and not total(in_twice) and total(plus(new, back)) else NOBODY
        twice = not total(missing) and not total(back)
        return Came(
            booked=on_places,
            unbooked=beyond(new, on_places),
            back=back,
            besides=besides,
            over=plus(in_twice, beyond(surplus, besides)),
            kind=ConflictKind.DOUBLE_ADMISSION if twice else ConflictKind.SURPLUS,
            first=(before.first_at, before.first_gate_id) if before.first_at else None,
        )

    def leave(self, place: int) -> Came:
        """All who are there; if nobody is, the whole party, as it was told."""
        inside = stay(self.told[place]).inside
        return Came(left=inside if total(inside) else self.party)

    def _others(self, here: int, at: datetime) -> list[int]:
        """Other places that are not over; where nothing has changed for longest stands first."""
        told = self.told
        known = [place for place, end in self.ends.items() if place != here and told.get(place) and end > at]
        return sorted(known, key=lambda place: (self._changed(place, at), place))

    def _changed(self, place: int, at: datetime) -> datetime:
        """When something changed there last, before that moment: what one scan brings about is told line by line."""
        return max((line.at for line in self.told[place] if line.at < at), default=at)


def _each(by_place: Mapping[int, Sequence[Told]]) -> Iterable[tuple[Told, int]]:
    return ((one, place) for place, here in by_place.items() for one in here)


def _by_time(one: tuple[Line | LetIn | AllOut, int]) -> tuple[datetime, int]:
    line, _ = one
    return line.at, line.order
