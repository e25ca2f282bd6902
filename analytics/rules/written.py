"""Values of the rules as plain JSON, and back by their types: what an edition keeps is read again as what it was.

A field that comes to a dataclass later needs a default, for editions from before it do not have it.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
_TIMES = (datetime, date, time)


def written(value: Any) -> Any:
    """Plain JSON. A mapping that is not of text to something is a list of pairs, which keeps its order everywhere."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, _TIMES):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: written(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        if all(type(key) is str for key in value):
            return {key: written(one) for key, one in value.items()}
        return [[written(key), written(one)] for key, one in value.items()]
    items = sorted(value, key=str) if isinstance(value, frozenset) else value
    return [written(one) for one in items] if isinstance(items, tuple | list) else value


def read(kind: type[Value], raw: Any) -> Value:
    """What was written, as a value of this kind. Raises ValueError or TypeError for what it cannot be."""
    value: Value = _read(kind, raw)
    return value


def _read(hint: Any, raw: Any) -> Any:
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        return _one_of(parts, raw)
    if isinstance(kind, type) and issubclass(kind, Mapping):
        pairs = raw.items() if isinstance(raw, dict) else raw
        return {_read(parts[0], key): _read(parts[1], one) for key, one in pairs}
    if kind is frozenset:
        return frozenset(_read(parts[0], one) for one in raw)
    if kind is tuple:
        return tuple(_read(one, part) for one, part in zip(_each(parts, len(raw)), raw, strict=True))
    return _read_whole(kind, raw) if isinstance(kind, type) else raw


def _read_whole(kind: Any, raw: Any) -> Any:
    make: Any = kind
    if is_dataclass(kind):
        known = get_type_hints(kind)
        return make(**{name: _read(known[name], one) for name, one in raw.items() if name in known})
    if issubclass(kind, tuple):
        return kind(*(_read(one, part) for one, part in zip(get_type_hints(kind).values(), raw, strict=True)))
    if kind in _TIMES:
        return kind.fromisoformat(raw)
    return kind(raw) if issubclass(kind, Enum) else raw


def _one_of(kinds: tuple[Any, ...], raw: Any) -> Any:
    """The first kind whose values look so in JSON."""
    if raw is None:
        return None
    return _read(next(kind for kind in kinds if kind is not NoneType and _fits(kind, raw)), raw)


def _fits(kind: Any, raw: Any) -> bool:
    if is_dataclass(kind):
        return isinstance(raw, dict)
    if kind in (int, bool, float):
        return isinstance(raw, int | float)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return raw in {one.value for one in kind}
    return isinstance(raw, str) if kind in (str, *_TIMES) else isinstance(raw, list | dict)


def _each(parts: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    return (parts[0],) * number if parts[1:] == (...,) else parts
