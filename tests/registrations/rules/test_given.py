"""Codes that doors give out: the scanner's and ours are the same, and only the event's own mark is believed."""

import base64
import json
from pathlib import Path
from secrets import randbits

import pytest

from registrations.rules import CODE_BITS, read_code, ticket_code
from registrations.rules.given import RANDOM_BITS, given_code, is_given

SALT, OTHER = bytes(range(32)), bytes(32)
SHARED = json.loads((Path(__file__).parents[2] / "checkin" / "scanner" / "given.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("one", SHARED, ids=lambda one: one["code"])
def test_a_code_follows_from_salt_and_bits_as_in_the_scanner(one: dict[str, str]) -> None:
    salt = base64.b64decode(one["salt"])
    assert given_code(salt, int(one["bits"], 16)) == one["code"]
    assert is_given(salt, one["code"])
    assert read_code(one["code"]).code == one["code"]


def test_no_other_event_no_other_text_and_no_ordinary_ticket_has_the_mark() -> None:
    code = given_code(SALT, randbits(RANDOM_BITS))
    assert not is_given(OTHER, code)
    assert not is_given(SALT, code[:-1] + ("A" if code[-1] != "A" else "B"))
    assert not is_given(SALT, code.lower())
    assert not any(is_given(SALT, ticket_code(randbits(CODE_BITS))) for _ in range(1000))
