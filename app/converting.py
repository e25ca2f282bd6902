"""Values on their way to the driver and back, converted by the columns' own types, or as they would, but sooner."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, Dialect, Enum, LargeBinary, Time, Uuid
from sqlalchemy.types import TypeEngine

from app.db import UtcDateTime
from app.quick_json import as_json, each_as_json, uuids_as_hex

REMEMBERED = (Enum, UtcDateTime, Date, Time)
REMEMBERED_VALUES = 512
A_FEW = 8
"""More rows than these are converted column by column."""
Convert = Callable[[Any], Any] | None
Row = TypeVar("Row")
Made = dict[tuple[int, Any], tuple[Any, list[Any]]]
"""Columns that were converted, by which they are and by what. They are kept, for another may be taken for one that is
gone."""


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
    """What `convert` makes of each of these values; what all of them say alike is converted once."""
    if convert is _uuid_as_text:  # all of them in C: a scan is written with five
        return uuids_as_hex(values)
    given = list(values)
    if convert is _json_or_empty:
        return each_as_json(given) if None not in given else list(map(convert, given))
    if given and given[0] is given[-1] and given.count(given[0]) == len(given):
        return [convert(given[0])] * len(given)
    return list(map(convert, given))


def columns_to_driver(inputs: Iterable[tuple[int, Callable[[Any], Any]]], columns: list[Any], made: Made) -> list[Any]:
    """These columns as the driver takes them. inputs: the places of those to convert, and by what; made: what was
    converted before, so that a column that is written twice is converted once."""
    for place, convert in inputs:
        which = id(columns[place]), convert
        if which not in made:
            made[which] = columns[place], all_to_driver(convert, columns[place])
        columns[place] = made[which][1]
    return columns


def padded(values: list[Any]) -> list[Any]:
    """The last value again and again up to a power of two, so that a few statements serve lists of any length."""
    if len(values) == 1:
        return values
    missing = (1 << (len(values) - 1).bit_length()) - len(values) if values else 0
    return values + values[-1:] * missing


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


def rows_from_driver(
    outputs: Sequence[tuple[int, Callable[[Any], Any]]],
    found: Sequence[Sequence[Any]],
    make: Callable[..., Row],
    *,
    named: bool,
) -> list[Row]:
    """What `make` makes of these rows' values as Python has them. outputs: the places of those to convert, and by what;
    named: it makes tuples with names, which need no call for each."""
    if len(found) > A_FEW:
        columns: list[Iterable[Any]] = list(zip(*found, strict=True))
        for place, convert in outputs:
            columns[place] = map(convert, columns[place])
        make_named: Callable[[Iterable[Any]], Row] = partial(tuple.__new__, make)  # type: ignore[type-var,arg-type]
        return list(map(make_named, zip(*columns, strict=True)) if named else map(make, *columns))
    rows = []
    for one in found:
        values = list(one)
        for place, convert in outputs:
            values[place] = convert(values[place])
        rows.append(make(*values))
    return rows


def _remembered(kind: TypeEngine[Any], convert: Convert) -> Convert:
    """The same few words and moments come again and again; only what can change in place is converted each time."""
    if convert is None or not isinstance(kind, REMEMBERED):
        return convert
    return lru_cache(maxsize=REMEMBERED_VALUES)(convert)
