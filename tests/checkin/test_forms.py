"""The shape of scans: what is understood, and every fault of what is not."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import Invalid
from checkin import forms
from checkin.forms import read_batch, read_claim
from checkin.rules import Act, Direction, Reason, Verdict
from checkin.rules.claims import Claim, Malformed
from checkin.rules.times import Reading

PLAIN = {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "act": "scan",
    "at": "2026-10-03T12:00:00+09:00",
    "gate": "north",
    "place": "session:talk",
    "code": "X",
}
CLOCKS = "clock: expected run, and ran and offset in milliseconds"
SOMEDAY = "expected a time with zone, as 2026-10-03T12:00:00Z"


def faults(**change: Any) -> tuple[str, ...]:
    claim = read_claim({**PLAIN, **change})
    assert isinstance(claim, Malformed)
    return claim.faults


def test_a_whole_scan_is_understood() -> None:
    whole = {
        **PLAIN, "seq": 7, "direction": "out", "people": {"a": 2, "b": 0}, "new_today": False, "force": "other",
        "shown": "admitted", "dry_run": True, "undoes": PLAIN["id"].upper(),
    }  # fmt: skip
    claim = read_claim(whole)
    assert isinstance(claim, Claim)
    assert (claim.id, claim.undoes) == (UUID(PLAIN["id"]), UUID(PLAIN["id"]))
    assert (claim.act, claim.direction, claim.force, claim.shown) == (
        Act.SCAN, Direction.OUT, Reason.OTHER, Verdict.ADMITTED,
    )  # fmt: skip
    assert claim.at == datetime(2026, 10, 3, 3, tzinfo=UTC)
    assert (claim.seq, claim.people, claim.new_today, claim.dry_run) == (7, {"a": 2}, False, True)


def test_empty_values_are_as_if_they_were_not_there() -> None:
    bare, empty = read_claim(PLAIN), read_claim({**PLAIN, "people": None, "force": None, "shown": None, "seq": None})
    assert isinstance(bare, Claim)
    assert isinstance(empty, Claim)
    assert (empty.people, empty.force, empty.shown, empty.seq, empty.direction) == (
        None,
        None,
        None,
        None,
        Direction.IN,
    )
    assert bare.body != empty.body


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": 7}, ("id: expected a UUID",)),
        ({"id": "\ud800" * 36}, ("id: expected a UUID",)),
        ({"id": [1] * 36}, ("id: expected a UUID",)),
        ({"id": "{0f8fad5b-d9cb-469f-a165-70867728950e}"}, ("id: expected a UUID",)),
        ({"id": None}, ("id: missing",)),
        ({"act": "dance"}, ("act: expected one of scan, walk_in, head_count, room_count, undo",)),
        ({"at": "2026-10-03T12:00:00"}, (f"at: {SOMEDAY}",)),
        ({"at": 1790000000}, (f"at: {SOMEDAY}",)),
        ({"at": "0001-01-01T00:00:00Z"}, (f"at: {SOMEDAY}",)),
        ({"gate": ""}, ("gate: expected a text of 1 to 200 characters",)),
        ({"gate": "\0"}, ("gate: expected a text of 1 to 200 characters",)),
        ({"place": "\ud800"}, ("place: expected a text of 1 to 200 characters",)),
        ({"place": "x" * 201}, ("place: expected a text of 1 to 200 characters",)),
        ({"code": 5}, ("code: expected a text of at most 2000 characters",)),
        ({"code": None}, ("code: missing",)),
        ({"seq": True}, ("seq: expected a whole number from 0 to 2147483647",)),
        ({"seq": 2**31}, ("seq: expected a whole number from 0 to 2147483647",)),
        ({"people": {}}, ("people: expected numbers by category",)),
        ({"people": {"a": 1.0}}, ("people: expected whole numbers of at most 9999 by category",)),
        ({"people": {"a": 10**30}}, ("people: expected whole numbers of at most 9999 by category",)),
        ({"people": {"a": 0}}, ("people: expected at least one person, and no negative number",)),
        ({"people": {"a": -1}}, ("people: expected at least one person, and no negative number",)),
        ({"new_today": "yes"}, ("new_today: expected true or false",)),
        ({"force": "because"}, (f"force: expected one of {', '.join(Reason)}",)),
        ({"clock": {"run": "a", "ran": -1}}, (CLOCKS,)),
        ({"clock": {"run": "", "ran": 1}}, (CLOCKS,)),
        ({"clock": {"run": "a", "ran": 1, "offset": 0.5}}, (CLOCKS,)),
        ({"clock": {"run": "a", "ran": 1, "offset": 10**15}}, (CLOCKS,)),
        ({"clock": {"run": "a", "ran": 1, "steady": 1}}, (CLOCKS,)),
        ({"clock": {"run": "a", "ran": 1, "speed": 1}}, (CLOCKS,)),
        ({"act": "undo"}, ("undoes: missing",)),
        ({"act": "walk_in", "code": None}, ("people: missing",)),
        ({"act": "head_count"}, ("people: missing",)),
        ({"colour": 1, "seq": "x", "at": 0}, ("colour: unknown field", f"at: {SOMEDAY}",
                                              "seq: expected a whole number from 0 to 2147483647")),
    ],
    ids=str,
)  # fmt: skip
def test_every_fault_is_named(change: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert faults(**change) == expected


def test_what_a_device_says_of_its_clocks_is_read_in_milliseconds() -> None:
    claim = read_claim({**PLAIN, "clock": {"run": "a", "ran": 1500, "offset": -250, "steady": True}})
    bare = read_claim({**PLAIN, "clock": {"run": "a", "ran": 0, "offset": None}})
    assert isinstance(claim, Claim)
    assert isinstance(bare, Claim)
    assert claim.clock == Reading("a", timedelta(milliseconds=1500), timedelta(milliseconds=-250), steady=True)
    assert bare.clock == Reading("a", timedelta(0))


def test_a_head_count_may_take_off() -> None:
    claim = read_claim({**PLAIN, "act": "head_count", "people": {"a": -3, "b": 2}})
    assert isinstance(claim, Claim)
    assert claim.people == {"a": -3, "b": 2}


def test_what_a_scan_says_decides_its_hash_and_the_order_of_its_fields_does_not() -> None:
    same = read_claim(dict(reversed(PLAIN.items())))
    other = read_claim({**PLAIN, "direction": "in"})
    first = read_claim(PLAIN)
    assert isinstance(first, Claim)
    assert isinstance(same, Claim)
    assert isinstance(other, Claim)
    assert (first.body == same.body, first.body == other.body) == (True, False)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(anything)
def test_no_json_at_all_breaks_the_reader(value: Any) -> None:
    assert isinstance(read_claim(value), Malformed)


@given(st.dictionaries(st.sampled_from([*PLAIN, "people", "seq", "undoes", "shown", "force"]), anything, max_size=6))
def test_a_scan_with_anything_in_its_fields_is_understood_or_named_faulty(change: dict[str, Any]) -> None:
    assert isinstance(read_claim({**PLAIN, **change}), Claim | Malformed)


@given(st.binary(max_size=60))
def test_no_body_at_all_breaks_the_reader(body: bytes) -> None:
    with pytest.raises(Invalid):
        read_batch(body)


def test_a_batch_keeps_the_order_of_its_scans() -> None:
    body = {"sent_at": PLAIN["at"], "pack": "7", "scans": [PLAIN, 5, {**PLAIN, "code": "Y"}]}
    batch = read_batch(json.dumps(body).encode())
    assert [scan.code if isinstance(scan, Claim) else None for scan in batch.scans] == ["X", None, "Y"]
    assert batch.pack == "7"


_ODD = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["scan", "in", "", "2026-10-03"]))


@given(st.dictionaries(st.sampled_from([*PLAIN, "seq", "people", "rid", "dry_run", "unheard"]), _ODD))
def test_reading_all_at_once_is_as_reading_one_by_one(change: dict[str, Any]) -> None:
    sent = {**PLAIN, **change}
    values, faults = forms._read(sent, forms._CLAIM)
    slowly, every_fault = forms._read_one_by_one(sent, forms._CLAIM)
    assert faults == every_fault
    assert faults or values == slowly
    bare, names = forms._read(change, forms._CLAIM), forms._read_one_by_one(change, forms._CLAIM)
    assert bare[1] == names[1]


_SAID = st.one_of(
    _ODD,
    st.sampled_from([
        3.0, "walk_in", "out", "admitted", "2026-10-03T12:00:00.123456789Z", "0f8fad5bd9cb469fa16570867728950e",
        "0F8FAD5B-D9CB-469F-A165-70867728950E", {"run": "a", "ran": 5}, {"run": 1}, "\ud800", "\0", [], "x" * 2001,
    ]),
)  # fmt: skip


@given(
    st.lists(
        st.none() | st.dictionaries(st.sampled_from([*PLAIN, "seq", "direction", "shown", "clock", "people"]), _SAID),
        min_size=1,
        max_size=3,
    )
)
@example([{"id": "0f8fad5bd9cb469fa16570867728950e"}, {"seq": 3.0}])
@example(
    [{"seq": 3, "shown": "admitted", "direction": "out", "clock": {"run": "a", "ran": 5}}, None, {"people": {"a": 1}}]
)
@example([{"seq": True}, {"at": "2026-10-03T12:00:00.123456789Z"}, {"code": "x" * 2001}, {"act": "walk_in"}])
def test_a_batch_is_read_as_each_of_its_scans_alone(changes: list[dict[str, Any] | None]) -> None:
    scans = [{**PLAIN, **change} if change is not None else [] for change in changes]
    batch = read_batch(json.dumps({"sent_at": PLAIN["at"], "scans": scans}).encode())
    assert batch.scans == tuple(map(read_claim, scans))


@given(
    st.from_regex(
        r"[0-9a-fA-F]{7,9}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{3,5}-[0-9a-fA-FgG_ -]{12}", fullmatch=True
    )
)
def test_an_id_has_hyphens_at_their_places_and_letters_of_either_case(text: str) -> None:
    form = re.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
    read = read_claim({**PLAIN, "id": text})
    if form.fullmatch(text):
        assert isinstance(read, Claim)
        assert read.id == UUID(text)
    else:
        assert read == Malformed(text, ("id: expected a UUID",))


@pytest.mark.parametrize("name", ["act", "direction", "gate", "place", "shown", "force"])
@pytest.mark.parametrize("wrong", [[], {}, 1, True, ["door"]])
def test_a_value_that_is_no_word_is_a_fault_however_often_it_comes(name: str, wrong: Any) -> None:
    for _ in range(2):
        read = read_claim({**PLAIN, name: wrong})
        assert isinstance(read, Malformed)
        assert [fault.partition(":")[0] for fault in read.faults] == [name]
