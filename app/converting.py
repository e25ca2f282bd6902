"""Values on their way to the driver and back, converted by the columns' own types, or as they would, but sooner."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, Dialect, Enum, LargeBinary, Time, Uuid
from sqlalchemy.types import TypeEngine

from app.db import UtcDateTime
from app.quick_json import as_json

REMEMBERED = (Enum, UtcDateTime, Date, Time)
REMEMBERED_VALUES = 512
Convert = Callable[[Any], Any] | None


def to_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    """What makes a value of this kind one that the driver takes; None: nothing, it takes it as it is."""
    if dialect.name == "sqlite" and isinstance(kind, UtcDateTime):
        return _moment_as_text
    if dialect.name == "sqlite" and isinstance(kind, Boolean):
        return None  # the driver takes True for 1; asking each value what it is took as long as writing it
    if dialect.name == "sqlite" and isinstance(kind, LargeBinary):
        return None  # the driver takes bytes as they are
    if dialect.name == "sqlite" and isinstance(kind, Uuid):
        return _uuid_as_text
    if dialect.name == "sqlite" and isinstance(kind, JSON) and kind.none_as_null:
        return _json_or_empty
    return _remembered(kind, kind.dialect_impl(dialect).bind_processor(dialect))


def all_to_driver(convert: Callable[[Any], Any], values: Iterable[Any]) -> list[Any]:
    """What `convert` makes of each of these values."""
    if convert is _uuid_as_text:  # without a call for each: a scan is written with five of them
        return [None if value is None else value.int.to_bytes(16).hex() for value in values]
    return list(map(convert, values))


def _uuid_as_text(value: UUID | None) -> str | None:
    """As SQLAlchemy keeps it, without its two calls."""
    return None if value is None else value.int.to_bytes(16).hex()


def _json_or_empty(value: Any) -> str | None:
    return None if value is None else as_json(value).decode()


_moment_as_text = lru_cache(maxsize=REMEMBERED_VALUES)(UtcDateTime.as_text)
"""One for all columns: the same moment goes into several."""


def from_driver(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    """What makes a value of the driver one of this kind; None: nothing, it is one."""
    return _remembered(kind, kind.dialect_impl(dialect).result_processor(dialect, None))


def _remembered(kind: TypeEngine[Any], convert: Convert) -> Convert:
    """The same few words and moments come again and again; only what can change in place is converted each time."""
    if convert is None or not isinstance(kind, REMEMBERED):
        return convert
    return lru_cache(maxsize=REMEMBERED_VALUES)(convert)
