"""Lines of who came plainly, told in the few words in which they differ. A hundred of them become columns of the tables
at once: a row of its own for each, with every column in it, costs as much again as to decide about it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from checkin.models import Entry
from checkin.rules import Act, Direction, EntryKind, Method, Verdict
from registrations.rules import PartyKind

TOLD = (
    "id", "event_id", "device_id", "seq", "gate_id", "place_id", "ticket_id", "registration_id", "organisation_kind",
    "language", "lead_days", "device_at", "received_at", "at", "day", "slot", "booked", "body_hash", "facts", "shown",
    "category_id",
)  # fmt: skip
"""What is told of each, in this order. The scan's id is the line's too; one person came, who is of this category."""
FEWEST = 2
"""One alone is written as a row, like all else."""
EMPTY_ENTRY: dict[str, Any] = {
    **{one.name: None for one in Entry.__table__.columns if one.name != "id"}, "reentry": False,
}  # fmt: skip
PlainLine = tuple[Any, ...]
Columns = dict[str, Sequence[Any]]
_EVERY_LINE = {**EMPTY_ENTRY, "kind": EntryKind.ENTRY, "direction": Direction.IN, "method": Method.SCANNED,
               "party_kind": PartyKind.PERSON}  # fmt: skip
_EVERY_SCAN = {"account_id": None, "act": Act.SCAN, "code_kind": "ticket", "verdict": Verdict.ADMITTED, "forced": None}
_OF_SCANS_ALONE = {"seq", "body_hash", "facts", "shown"}
_OF_LINES_ALONE = {"registration_id", "organisation_kind", "language", "lead_days", "day", "slot", "booked"}


def scan_row(one: PlainLine) -> dict[str, Any]:
    """As the table of scans has it."""
    told = dict(zip(TOLD, one, strict=True))
    return {**{name: told[name] for name in _SCAN_TOLD}, **_EVERY_SCAN}


def line_row(one: PlainLine) -> dict[str, Any]:
    """As the ledger has it."""
    told = dict(zip(TOLD, one, strict=True))
    return {**_EVERY_LINE, **{name: told[name] for name in _LINE_TOLD}, "uuid": told["id"], "scan_id": told["id"]}


def people(one: PlainLine) -> dict[int, int]:
    """Numbers per category id."""
    return {one[_CATEGORY]: 1}


def by_column(told: Sequence[PlainLine]) -> Columns:
    """The words of each under their names, in the order of the scans' ids: two who write the same ones at a time would
    wait for each other otherwise."""
    ids = [one[_ID].int for one in told]
    ordered = told if ids == sorted(ids) else sorted(told, key=_number)
    return dict(zip(TOLD, zip(*ordered, strict=True), strict=True))


def scan_columns(columns: Columns) -> Columns:
    """As the table of scans has them."""
    return columns | {name: [value] * len(columns["id"]) for name, value in _EVERY_SCAN.items()}


def line_columns(columns: Columns) -> Columns:
    """As the ledger has them."""
    same = {name: [value] * len(columns["id"]) for name, value in _EVERY_LINE.items()}
    return {**same, **columns, "uuid": columns["id"], "scan_id": columns["id"]}


def number_columns(columns: Columns) -> Columns:
    """Their numbers, one for each; `entry`: the line by its uuid."""
    ids = columns["id"]
    return {"entry": ids, "category_id": columns["category_id"], "number": [1] * len(ids)}


def event_of(told: Sequence[PlainLine]) -> int:
    """They are all of one event."""
    event_id: int = told[0][_EVENT]
    return event_id


def places_of(told: Iterable[PlainLine]) -> set[int]:
    """Where they came."""
    return {one[_PLACE] for one in told}


def registrations_of(told: Iterable[PlainLine]) -> set[int]:
    """Whose tickets they have."""
    return {one[_REGISTRATION] for one in told}


def alike(told: Iterable[PlainLine]) -> Counter[PlainLine]:
    """How often each came by the words on which the roll-ups depend: `SAME`."""
    return Counter(map(_same, told))


def _number(one: PlainLine) -> int:
    """Compared as a number: the order of uuids themselves takes ten times as long to find."""
    number: int = one[_ID].int
    return number


SAME = ("place_id", "day", "slot", "booked", "device_id", "category_id")
_ID, _EVENT, _PLACE, _REGISTRATION, _CATEGORY = map(
    TOLD.index, ("id", "event_id", "place_id", "registration_id", "category_id")
)
_SCAN_TOLD = [name for name in TOLD if name not in _OF_LINES_ALONE and name != "category_id"]
_LINE_TOLD = [name for name in TOLD if name in EMPTY_ENTRY]
_same = itemgetter(*map(TOLD.index, SAME))
