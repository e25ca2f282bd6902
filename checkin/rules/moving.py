"""Whoever comes into a room has left the one before: which exits follow from what one person or party did in all rooms,
in the order of time, whatever the order in which it was told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.values import Value
from checkin.rules import Direction
from checkin.rules.decision import who_leave
from checkin.rules.people import Numbers, named_as, total, turned
from checkin.rules.stay import Line, stay


class Move(Value, frozen=True):
    """These people left that place, because of the line by which they came into another one."""

    place: int
    cause: Line
    people: Numbers


def moves(lines: Mapping[int, Sequence[Line]], ends: Mapping[int, datetime], party: Numbers) -> list[Move]:
    """The exits that follow from these lines by place, which have none of them. Of a party only as many leave a room as
    the party is too small for both; nobody leaves what is over.

    ends: when what goes on there is over, of every place."""
    told: dict[int, list[Line]] = {place: [] for place in sorted(lines)}
    in_order = sorted(((one, place) for place, here in lines.items() for one in here), key=_by_time)
    found: list[Move] = []
    for line, place in in_order:
        told[place].append(line)
        if line.direction is Direction.OUT:
            continue
        here = named_as(stay(told[place]).inside, party)
        others = _others(told, place, ends, line.at)
        insides = [named_as(stay(told[other]).inside, party) for other in others]
        for other, leaving in zip(others, who_leave(here, insides, party), strict=True):
            if total(leaving):
                told[other].append(Line(line.at, line.order, Direction.OUT, turned(leaving)))
                found.append(Move(other, line, leaving))
    return found


def _others(told: Mapping[int, Sequence[Line]], here: int, ends: Mapping[int, datetime], at: datetime) -> list[int]:
    """Other places that are not over; where nothing has changed for longest stands first."""
    known = [place for place, lines in told.items() if place != here and lines and ends[place] > at]
    return sorted(known, key=lambda place: (told[place][-1].at, place))


def _by_time(one: tuple[Line, int]) -> tuple[datetime, int]:
    line, _ = one
    return line.at, line.order
