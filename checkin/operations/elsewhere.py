"""Where else the people in front of a door are inside."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from checkin.queries.rows import DoorPlace, Lines
from checkin.rules.facts import OpenStay
from checkin.rules.people import total
from checkin.rules.stay import Line, stay


def open_stays(
    history: Mapping[int, list[Line]], here: DoorPlace, at: datetime, *, places: Mapping[int, DoorPlace]
) -> Iterable[OpenStay]:
    """The other sessions that are not over and that one person is inside at this time."""
    for place_id, lines in history.items():
        other = places.get(place_id)
        if other is None or other.id == here.id or other.ends_at is None or other.ends_at <= at:
            continue
        there = stay(lines)
        if total(there.inside) and there.last_at and there.last_at <= at:
            yield OpenStay(other.code, there.inside)


def entered(lines: Lines) -> set[int]:
    """Places where somebody of these tickets is inside."""
    return {
        place_id for history in lines.values() for place_id, of_place in history.items() if total(stay(of_place).inside)
    }
