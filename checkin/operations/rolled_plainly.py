"""What a line adds to the roll-ups by which somebody comes in alone, for the first time: most lines are like that."""

from collections.abc import Mapping, Set
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from checkin.queries.rollups import ADMITTING, ordinal
from checkin.rules import Cut, Direction, EntryKind, Method
from checkin.rules.rollup import Cell, Told, of_registration
from registrations.rules import PartyKind

Numbers = Mapping[int, int]
REMEMBERED_VALUES = 4096
_ADMITTING = frozenset(ADMITTING)
_INWARD = (Direction.IN, None)
_SAID_NAMES = ("place_id", "method", "day", "slot", "booked", "reentry", "device_id", "kind")
SAID = itemgetter(*_SAID_NAMES)
"""What of a line of somebody alone the roll-ups depend on, besides the venue, the category and the number."""


@lru_cache(maxsize=REMEMBERED_VALUES)
def lines_at(place_id: int, device_id: int) -> Cell:
    return Cell(Cut.LINES.value, place_id, device=device_id)


@lru_cache(maxsize=REMEMBERED_VALUES)
def rows_of_one(event_id: int, venue: int, *said: Any) -> tuple[tuple[Any, ...], ...]:
    """Rows of the roll-ups that a line of somebody alone adds, as they are written."""
    place_id, *_, device_id, _, _ = said
    cells = {**dict(of_somebody_alone(venue, *said)), lines_at(place_id, device_id or 0): 1}
    return tuple((event_id, *cell, number) for cell, number in sorted(cells.items()))


@lru_cache(maxsize=REMEMBERED_VALUES)
def of_somebody_alone(venue: int, *said: Any) -> tuple[tuple[Cell, int], ...]:
    """What somebody adds who has a ticket alone and came by one line, which says what `SAID` takes of it, and then a
    category and its number."""
    row = dict(zip(_SAID_NAMES, said, strict=False)) | {"ticket_id": 0, "party_kind": PartyKind.PERSON, "at": 0}
    cells, _ = of_registration([written(row, said[-1], 0, venue)])
    return tuple(cells.items())


def lets_in(row: Mapping[str, Any]) -> bool:
    return row["kind"] in _ADMITTING and row["place_id"] is not None and row["direction"] in _INWARD


def is_plain(
    row: Mapping[str, Any], numbers: Numbers, newcomers: Set[int], counted_at: datetime | None
) -> bool:  # fmt: skip
    """Whether somebody came alone by this line, for the first time, later than every count of the room."""
    if row["registration_id"] not in newcomers or not is_alone(row, numbers):
        return False
    comes_in = row["kind"] is EntryKind.ENTRY and row["direction"] is Direction.IN and row["place_id"] is not None
    return (comes_in or lets_in(row)) and (counted_at is None or row["at"] > counted_at)


def is_alone(row: Mapping[str, Any], numbers: Numbers) -> bool:
    """Whether this line is of a party of one, known by a ticket."""
    return len(numbers) == 1 and row["ticket_id"] is not None and row["party_kind"] == PartyKind.PERSON


def written(row: Mapping[str, Any], one: tuple[int, int], order: int, venue: int) -> Told:
    """A line that is being written, of one category, as the rules want it; a team comes on no booked place."""
    booked = None if row["party_kind"] == PartyKind.TEAM else row["booked"]
    return Told(
        row["ticket_id"] or 0, 0, row["party_kind"] != PartyKind.PERSON, row["place_id"], venue, *one,
        Method(row["method"]).value, ordinal(row["day"]), row["slot"] or 0, -1 if booked is None else int(booked),
        row["reentry"], row["at"], order, row["device_id"] or 0, row["kind"] is EntryKind.CORRECTION,
    )  # fmt: skip
