"""Corrections: what each reason allows, and lines that add up to just the changes, known as they were."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import Method
from checkin.rules.correcting import CorrectionReason, correction_lines, differences, is_possible, not_covered

TAPS = {("adult", Method.TAPPED): 20, ("adult", Method.PAPER): 5, ("unknown", Method.TAPPED): 50}
WRONG, TWICE, FOUND, ESTIMATED = CorrectionReason


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"adult": -2, "child": 2}, {WRONG}),
        ({"unknown": -5, "adult": 3, "child": 2}, {WRONG, ESTIMATED}),
        ({"adult": -2}, {TWICE}),
        ({"adult": 4, "child": 1}, {FOUND}),
        ({"adult": -4, "child": 1}, set()),
    ],
)
def test_what_each_reason_allows(changes: dict[str, int], reasons: set[CorrectionReason]) -> None:
    assert {one for one in CorrectionReason if is_possible(one, changes, unknown="unknown")} == reasons


def test_differences_leave_out_what_stays() -> None:
    assert differences({"adult": 5, "child": 2}, {"adult": 3, "child": 2, "unknown": 1}) == {"adult": -2, "unknown": 1}


def lines(reason: CorrectionReason, changes: dict[str, int]) -> dict[str, dict[str, int]]:
    made = correction_lines(reason, changes, TAPS, new_today=True)
    return {line.method.value: dict(line.people) for line in made}


def test_who_was_in_the_wrong_category_is_known_as_before() -> None:
    assert lines(WRONG, {"adult": -22, "child": 22}) == {
        "tapped": {"adult": -20, "child": 20},
        "paper": {"adult": -2, "child": 2},
    }


def test_an_estimate_is_marked_as_one_and_a_sheet_as_paper() -> None:
    assert lines(ESTIMATED, {"unknown": -30, "adult": 20, "child": 10}) == {
        "tapped": {"unknown": -30},
        "estimated": {"adult": 20, "child": 10},
    }
    assert (lines(FOUND, {"child": 7}), lines(TWICE, {"adult": -3})) == (
        {"paper": {"child": 7}},
        {"tapped": {"adult": -3}},
    )


def test_only_what_is_known_without_a_ticket_can_be_taken_off() -> None:
    assert not_covered({"adult": -26, "child": -1, "unknown": -50}, TAPS) == {"adult": 25, "child": 0}


@given(st.dictionaries(st.sampled_from(["adult", "unknown"]), st.integers(1, 25), min_size=1), st.integers(0, 100))
def test_the_lines_add_up_to_the_changes_whatever_they_are(less: dict[str, int], part: int) -> None:
    moved = sum(less.values())
    first = moved * part // 100
    changes = {key: -number for key, number in less.items()} | {"child": first, "guardian": moved - first}
    changes = {key: number for key, number in changes.items() if number}
    sums: dict[str, int] = defaultdict(int)
    for line in correction_lines(WRONG, changes, TAPS, new_today=False):
        assert sum(line.people.values()) == 0
        for key, number in line.people.items():
            sums[key] += number
    assert dict(sums) == changes
