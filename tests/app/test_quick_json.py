"""The quick reader and writer of JSON mean what the standard library's mean."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from app.quick_json import (
    as_json,
    each_as_json,
    each_in_one_way,
    from_json,
    in_one_way,
    in_utc,
    uuid_text,
    uuids_as_hex,
)

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


@given(some.lists(VALUES))
@example(["line\nand line", {"b": 1, "a": "\x7f"}])
@example(["plain", {"b": "\n", "a": 2}])
@example([])
def test_many_values_are_written_as_each_of_them_is(values: list[Any]) -> None:
    assert each_as_json(values) == [as_json(one).decode() for one in values]
    assert each_in_one_way(values) == [in_one_way(one) for one in values]


@given(some.lists(some.none() | some.uuids()))
def test_ids_go_to_the_driver_without_hyphens(values: list[UUID | None]) -> None:
    assert uuids_as_hex(values) == [None if one is None else one.hex for one in values]


@given(some.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=some.just(UTC)))  # noqa: DTZ001
@example(datetime(2026, 10, 3, 3, tzinfo=UTC))
@example(datetime(2026, 10, 3, 3, 0, 0, 999_999, UTC))
def test_a_moment_is_written_as_python_writes_it(at: datetime) -> None:
    assert in_utc(at, " ", 6) + "+00:00" == at.isoformat(" ", "microseconds")
    assert in_utc(at, "T", 3) + "+00:00" == at.isoformat("T", "milliseconds")


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
