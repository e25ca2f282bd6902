"""Who is next on a waiting list."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations.rules.waiting import MOST_PASSED, Turn, Waiting, next_in_line, offer_ends, promotion_ends
from tests.make import NOON


@pytest.mark.parametrize(
    ("queue", "free", "turn"),
    [
        ([], 5, Turn()),
        ([Waiting(1, 2)], 2, Turn((1,))),
        ([Waiting(1, 2)], None, Turn((1,))),
        ([Waiting(1, 3)], 2, Turn()),
        ([Waiting(1, 3), Waiting(2, 2)], 2, Turn((2,), {1: 1})),
        ([Waiting(1, 3, 2), Waiting(2, 1), Waiting(3, 1)], 2, Turn((2,), {1: 3})),
        ([Waiting(1, 3, 3), Waiting(2, 1)], 2, Turn()),
        ([Waiting(1, 1), Waiting(2, 3, 3), Waiting(3, 1)], 2, Turn((1,))),
        ([Waiting(1, 3), Waiting(2, 3), Waiting(3, 1), Waiting(4, 1)], 2, Turn((3, 4), {1: 2, 2: 2})),
        ([Waiting(1, 9), Waiting(2, 1)], 2, Turn((2,))),
    ],
    ids=[
        "nobody",
        "fits exactly",
        "no limit",
        "does not fit",
        "a smaller one passes",
        "passed for the third time",
        "collected for",
        "the first is served before it is collected",
        "two are passed twice",
        "never fits, keeps nobody back",
    ],
)
def test_whole_parties_in_order(queue: list[Waiting], free: int | None, turn: Turn) -> None:
    assert next_in_line(queue, free, capacity=8) == turn


def test_what_one_party_has_alone_goes_to_the_first_that_fits() -> None:
    assert next_in_line([Waiting(1, 2), Waiting(2, 1)], 4, capacity=4, alone=True) == Turn((1,))


@given(st.lists(st.integers(1, 6), max_size=12), st.lists(st.integers(0, 4), min_size=1, max_size=40))
def test_nobody_is_passed_more_than_three_times_and_nothing_is_given_twice(sizes: list[int], freed: list[int]) -> None:
    """However places become free, one after the other."""
    queue = [Waiting(number, size) for number, size in enumerate(sizes)]
    passes = dict.fromkeys(range(len(sizes)), 0)
    free = 0
    for more in freed:
        free += more
        before = [one.id for one in queue]
        turn = next_in_line(queue, free)
        for one in turn.served:
            free -= sizes[one]
            for other in before[: before.index(one)]:
                passes[other] += other not in turn.served
        queue = [Waiting(one.id, one.places, turn.passed.get(one.id, one.passed)) for one in queue
                 if one.id not in turn.served]  # fmt: skip
        assert free >= 0
    assert max(passes.values(), default=0) <= MOST_PASSED
    assert {one.id: one.passed for one in queue} == {one.id: passes[one.id] for one in queue}


def test_an_offer_stands_as_long_as_anybody_is_moved_up() -> None:
    start = NOON + timedelta(days=3)
    assert promotion_ends(start, 120) == start - timedelta(hours=2)
    assert offer_ends(NOON, start, offer_minutes=60, ends_minutes=120) == NOON + timedelta(hours=1)
    assert offer_ends(NOON, start, offer_minutes=6000, ends_minutes=120) == start - timedelta(hours=2)
