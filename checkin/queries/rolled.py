"""The roll-ups of an event compared with what its ledger comes to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.direct import Bound
from checkin.queries.kept import kept
from checkin.queries.rollups import RolledUp
from checkin.rules import Cut
from checkin.rules.rollup import Cell


@dataclass(frozen=True)
class WrongSum:
    """A roll-up that is not what the ledger comes to; `what` names it."""

    what: str
    kept: Any
    counted: Any


@dataclass(frozen=True)
class Comparison:
    """How many roll-ups the ledger comes to, and every one that is wrong."""

    sums: int
    wrong: list[WrongSum]


def doubtful(bind: Bound, event_id: int) -> Comparison:
    """Every roll-up of the event, counted again from nothing. Asked for in one transaction, so that lines which come
    meanwhile are in both or in neither where the database holds one state of itself for a reader."""
    from checkin.queries.summed import summed_from_ledger

    stands, counted = kept(bind, event_id), summed_from_ledger(bind, event_id)
    return Comparison(len(counted.cells), list(_wrong(stands, counted)))


def _wrong(stands: RolledUp, counted: RolledUp) -> Iterator[WrongSum]:
    for cell in sorted(stands.cells.keys() | counted.cells.keys()):
        if stands.cells.get(cell, 0) != counted.cells.get(cell, 0):
            yield WrongSum(_named(cell), stands.cells.get(cell, 0), counted.cells.get(cell, 0))
    yield from _different("place", stands.places, counted.places)
    rooms = ({place: sorted(one.people.items()) for place, one in of.rooms.items()} for of in (stands, counted))
    yield from _different("room counts of place", *rooms)
    apart = ({one: tuple(said) for one, said in of.apart.items() if any(said)} for of in (stands, counted))
    yield from _different("registration apart", *apart)


def _different(what: str, kept_rows: dict[int, Any], counted_rows: dict[int, Any]) -> Iterable[WrongSum]:
    for key in sorted(kept_rows.keys() | counted_rows.keys()):
        if kept_rows.get(key) != counted_rows.get(key):
            yield WrongSum(f"{what} {key}", kept_rows.get(key), counted_rows.get(key))


def _named(cell: Cell) -> str:
    """`people category 3 scanned device 7`: by what it is divided."""
    parts = [Cut(cell.cut).value]
    for name in ("place", "venue", "day", "slot", "category", "device"):
        value = getattr(cell, name)
        if value:
            parts.append(f"{name} {date.fromordinal(value) if name == 'day' else value}")
    parts += [word for word, is_so in (("anonymous", cell.anonymous), ("corrected", cell.corrected)) if is_so]
    booked = {1: ["booked"], 0: ["not booked"]}.get(cell.booked, [])
    return " ".join(parts + booked + ([cell.method] if cell.method else []))
