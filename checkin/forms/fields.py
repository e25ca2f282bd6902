"""The fields of what a scanner sends: each strictly read, with a sentence of what was expected."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from checkin.rules.times import Reading

MOST_SCANS = 500
FEW = 256
MOST_PEOPLE, MOST_IDS = 9999, 20
LONGEST_CODE = 2000
LONGEST_DEVICE_NAME = 80
LARGEST_SEQ, EARLIEST_YEAR, LATEST_YEAR = 2**31 - 1, 2000, 2200
LONGEST_RUN, FARTHEST_OFF = 40, 50 * 366 * 86_400_000
_MILLISECOND = timedelta(milliseconds=1)
_READING = frozenset({"run", "ran", "offset", "steady"})
_CLOCKS = "expected run, and ran and offset in milliseconds"
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_NUMBER = re.compile("[0-9]{7}")
LENGTH_OF_ID = len(str(UUID(int=0)))


class Wrong(ValueError):
    """What was expected of one field."""


@dataclass(frozen=True)
class Field:
    """How a value is read. few: the same few words come again and again, and are read once."""

    read: Callable[[Any], Any]
    required: bool = False
    few: bool = False


class Shape(dict[str, Field]):
    """Fields by name, and which of them must be there. quick: reads each as its field does, but may raise TypeError."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        super().__init__(fields)
        self.required = tuple(name for name, field in fields.items() if field.required)
        self.needed = frozenset(self.required)
        self.quick = {name: lru_cache(FEW)(field.read) if field.few else field.read for name, field in fields.items()}


def moment(value: Any) -> datetime:
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is UTC and EARLIEST_YEAR <= at.year < LATEST_YEAR:
            return at
        if at.tzinfo is not None and EARLIEST_YEAR <= at.year < LATEST_YEAR:
            return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise Wrong("expected a time with zone, as 2026-10-03T12:00:00Z")


def text(most: int) -> Callable[[Any], str]:
    """A text that a database can keep: no NUL, no half characters."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= most or _UNKEPT.search(value):
            raise Wrong(f"expected a text of 1 to {most} characters")
        return value

    return read


def any_text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_CODE:
        raise Wrong(f"expected a text of at most {LONGEST_CODE} characters")
    return value


def short_number(value: Any) -> str:
    """Seven digits, whether or not they belong together: who was counted with them is not turned away afterwards."""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Wrong("expected seven digits")
    return value


def one_of(kinds: type[Any]) -> Callable[[Any], Any]:
    members = {member.value: member for member in kinds}

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in members:
            raise Wrong("expected one of " + ", ".join(members))
        return members[value]

    return read


def outward_id(value: Any) -> UUID:
    """Read in C, in the one form that has hyphens at their places."""
    try:
        if len(value) == LENGTH_OF_ID:
            return msgspec.convert(value, UUID)
    except (TypeError, ValueError, msgspec.ValidationError):  # half characters are a ValueError
        pass
    raise Wrong("expected a UUID")


def outward_ids(value: Any) -> tuple[UUID, ...]:
    if not isinstance(value, list) or len(value) > MOST_IDS:
        raise Wrong(f"expected a list of at most {MOST_IDS} UUIDs")
    return tuple(map(outward_id, value))


def sequence(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_SEQ:
        raise Wrong(f"expected a whole number from 0 to {LARGEST_SEQ}")
    return value


def storage(value: Any) -> str:
    """How a browser keeps things: a word, or whether it promised to."""
    return ("kept" if value else "not_kept") if isinstance(value, bool) else text(LONGEST_DEVICE_NAME)(value)


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("expected true or false")
    return value


def reading(value: Any) -> Reading:
    """What a device's clocks said, in milliseconds."""
    if not isinstance(value, dict) or not _READING.issuperset(value):
        raise Wrong(_CLOCKS)
    run, ran, offset, steady = value.get("run"), value.get("ran"), value.get("offset"), value.get("steady", False)
    if not isinstance(run, str) or not 1 <= len(run) <= LONGEST_RUN or not isinstance(steady, bool):
        raise Wrong(_CLOCKS)
    if type(ran) is not int or not 0 <= ran <= FARTHEST_OFF:
        raise Wrong(_CLOCKS)
    if offset is None:
        return Reading(run, ran * _MILLISECOND)
    if type(offset) is not int or abs(offset) > FARTHEST_OFF:
        raise Wrong(_CLOCKS)
    return Reading(run, ran * _MILLISECOND, offset * _MILLISECOND, steady)


def people(value: Any) -> dict[str, int]:
    if not isinstance(value, dict) or not 1 <= len(value) <= 50:
        raise Wrong("expected numbers by category")
    for category, number in value.items():
        if len(category) > 40 or _UNKEPT.search(category) or type(number) is not int or abs(number) > MOST_PEOPLE:
            raise Wrong(f"expected whole numbers of at most {MOST_PEOPLE} by category")
    return {category: number for category, number in value.items() if number}


def scans(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_SCANS:
        raise Wrong(f"expected a list of 1 to {MOST_SCANS} scans")
    return value
