"""JSON of the hot path, read and written by a library in C: the same values as with the standard library's module, at
an eighth of its price."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

_quickly_written = msgspec.json.Encoder().encode
_lines = msgspec.json.Encoder().encode_lines
_written = json.JSONEncoder(separators=(",", ":"), default=msgspec.to_builtins).encode
_in_hex = msgspec.json.Encoder(uuid_format="hex").encode
_in_order = msgspec.json.Encoder(order="sorted").encode
_lines_in_order = msgspec.json.Encoder(order="sorted").encode_lines
_one_way = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode
_quickly = msgspec.json.Decoder().decode


def from_json(text: bytes) -> Any:
    """The value in this text. What only the standard library reads (half characters, other encodings) is left to it,
    so that one odd scan holds up no other. Raises ValueError or RecursionError."""
    try:
        return _quickly(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return json.loads(text)


def as_json(value: Any) -> bytes:
    """A value as JSON in UTF-8, without blanks. Half characters, which UTF-8 has no place for, are escaped."""
    try:
        return _quickly_written(value)
    except UnicodeEncodeError:
        return _written(value).encode()


def each_as_json(values: list[Any]) -> list[str]:
    """Each of these values as `as_json` writes it, all at once."""
    try:
        return _lines(values).decode().split("\n")[:-1]
    except UnicodeEncodeError:
        return [as_json(value).decode() for value in values]


def uuid_text(value: UUID) -> str:
    """The same as `str`, made in C."""
    text: str = msgspec.to_builtins(value)
    return text


def in_utc(at: datetime, between: str, digits: int) -> str:
    """A moment of UTC as `isoformat` writes it, without the zone: in C, for Python asks the zone at length. between:
    the day and the time; digits: of the second's fraction."""
    text: str = msgspec.to_builtins(at)  # 2026-10-03T12:00:00.123456Z, without a fraction if there is none
    if at.microsecond:
        return f"{text[:10]}{between}{text[11 : 20 + digits]}"
    return f"{text[:10]}{between}{text[11:19]}.{'0' * digits}"


def uuids_as_hex(values: Iterable[UUID | None]) -> list[str | None]:
    """Their digits without hyphens, all of them in two calls; None stays."""
    texts: list[str | None] = _quickly(_in_hex(list(values)))
    return texts


def in_one_way(value: Any) -> bytes:
    """The one JSON text of a value, whatever the order of its names: what is hashed and kept, so it never changes."""
    try:
        text = _in_order(value)
    except (ValueError, OverflowError, RecursionError):
        return _one_way(value).encode()
    return text if _is_plain(text) else _one_way(value).encode()


def each_in_one_way(values: list[Any]) -> list[bytes]:
    """The same of each of these, all at once where all are plain."""
    try:
        text = _lines_in_order(values)
    except (ValueError, OverflowError, RecursionError):
        text = b"\\"
    return text.split(b"\n")[:-1] if _is_plain(text) else list(map(in_one_way, values))


def _is_plain(text: bytes) -> bool:
    """Whether the standard library writes the same: in all else the two differ."""
    return text.isascii() and b"\\" not in text and b"\x7f" not in text
