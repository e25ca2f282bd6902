"""The quick reader and writer of JSON mean what the standard library's mean."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from app.quick_json import as_json, from_json, in_one_way, uuid_text

TEXTS = some.text(some.characters(codec=None))
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: some.lists(inner) | some.dictionaries(TEXTS, inner),
)


@given(VALUES)
@example("\x7f")
def test_what_is_hashed_is_the_text_that_was_always_hashed(value: Any) -> None:
    if _holds_a_float(value):
        return
    assert in_one_way(value) == json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@given(VALUES)
def test_whatever_is_json_is_read_alike(value: Any) -> None:
    text = json.dumps(value).encode()
    assert from_json(text) == json.loads(text)


@given(some.uuids())
def test_an_id_is_written_as_it_always_was(value: UUID) -> None:
    assert uuid_text(value) == str(value)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"nonsense", b'{"a": 1} x', b"\xff\xfe", b'"\xff"', b"[" * 100_000, b"\x00"]
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises((ValueError, RecursionError)):
        from_json(text)


def test_half_characters_and_other_encodings_are_left_to_the_standard_library() -> None:
    assert from_json(b'["\\ud800"]') == ["\ud800"]
    assert from_json("[1]".encode("utf-16")) == [1]
    assert from_json(b"\xef\xbb\xbf[1]") == [1]


def test_a_name_is_written_as_it_is() -> None:
    assert as_json({"name": "架空 花子"}) == '{"name":"架空 花子"}'.encode()


def _holds_a_float(value: Any) -> bool:
    """No claim holds one: each is refused where a whole number is asked for."""
    if isinstance(value, dict):
        return any(map(_holds_a_float, value.values()))
    return any(map(_holds_a_float, value)) if isinstance(value, list) else isinstance(value, float)
