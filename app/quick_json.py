"""JSON of the hot path, read and written by a library in C: the same values as with the standard library's module, at
an eighth of its price."""

import json
from typing import Any
from uuid import UUID

import msgspec

_quickly_written = msgspec.json.Encoder().encode
_written = json.JSONEncoder(separators=(",", ":")).encode
_in_order = msgspec.json.Encoder(order="sorted").encode
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


def uuid_text(value: UUID) -> str:
    """The same as `str`, made in C."""
    return _quickly_written(value)[1:-1].decode()


def in_one_way(value: Any) -> bytes:
    """The one JSON text of a value, whatever the order of its names: what is hashed and kept, so it never changes."""
    try:
        text = _in_order(value)
    except (ValueError, OverflowError, RecursionError):
        return _one_way(value).encode()
    plain = text.isascii() and b"\\" not in text and b"\x7f" not in text  # these the two write differently
    return text if plain else _one_way(value).encode()
