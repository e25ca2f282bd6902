"""Small numbers are hidden, and who adds and subtracts everything that is shown does not get them back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.rules.suppression import LEAST, TOTAL, WIDTH, Cell, Line, hide, hide_list, possible, totals

MOST = 10
TINY = st.dictionaries(
    st.tuples(st.sampled_from(["1", "2"]), st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"])),
    st.sampled_from([0, 1, 2, 3, 5]),
    min_size=1,
    max_size=4,
)
LARGER = st.dictionaries(
    st.tuples(st.sampled_from("123"), st.sampled_from("abcd"), st.sampled_from("wxyz")),
    st.one_of(st.integers(0, 6), st.integers(0, 300)),
    min_size=1,
    max_size=48,
)


def attacker(shown: Mapping[Cell, int], hidden: Set[Cell], lines: list[Line], most: int) -> Iterator[dict[Cell, int]]:
    """Every table that looks the same from outside, by trying all of them: hidden numbers are from 1 to `most`."""
    unknown = [line for line in lines if line in hidden]
    for values in product(range(1, most + 1), repeat=len(unknown)):
        guess = {line: shown[line] for line in lines if line not in hidden} | dict(zip(unknown, values, strict=True))
        sums = totals(guess)
        if all(sums[cell] == value for cell, value in shown.items()):
            yield sums


def attacked(numbers: Mapping[Line, int], hidden: Set[Cell], *, most: int = MOST) -> dict[Cell, set[int]]:
    """Per hidden number everything that it can be, as far as `most` for those that nothing limits."""
    shown = {cell: value for cell, value in totals(numbers).items() if cell not in hidden}
    found: dict[Cell, set[int]] = defaultdict(set)
    for sums in attacker(shown, hidden, list(numbers), most):
        for cell in hidden:
            found[cell].add(sums[cell])
    return found


@settings(max_examples=60)
@given(TINY)
def test_trying_every_table_leaves_five_values_in_a_row_for_each_hidden_number(numbers: dict[Line, int]) -> None:
    hidden = hide(numbers)
    sums = totals(numbers)
    for cell, values in attacked(numbers, hidden).items():
        around = {value for value in range(sums[cell] - WIDTH, sums[cell] + WIDTH + 1) if value in values}
        runs = [all(value + step in around for step in range(WIDTH + 1)) for value in around]
        assert any(runs), (cell, sums[cell], values)


@settings(max_examples=60)
@given(TINY)
def test_what_is_reckoned_possible_is_what_trying_every_table_finds(numbers: dict[Line, int]) -> None:
    hidden = {cell for cell, value in totals(numbers).items() if 0 < value < LEAST}
    found = attacked(numbers, hidden, most=MOST)
    for cell, (least, most) in possible(numbers, hidden).items():
        tried = found[cell]
        assert min(tried) == least
        assert (max(tried) == most) if most <= MOST else (max(tried) >= MOST)


@given(LARGER)
def test_every_small_number_is_hidden_zero_is_shown_and_all_that_is_hidden_is_covered(numbers: dict[Line, int]) -> None:
    hidden, sums = hide(numbers), totals(numbers)
    assert {cell for cell, value in sums.items() if 0 < value < LEAST} <= hidden
    assert all(sums[cell] > 0 for cell in hidden)
    for cell, (least, most) in possible(numbers, hidden).items():
        assert (least <= sums[cell] <= most, most - least >= WIDTH) == (True, True)


@given(LARGER, st.sets(st.sampled_from(["w", "x"])))
def test_what_must_be_hidden_besides_is_and_hiding_twice_hides_no_more(
    numbers: dict[Line, int], columns: set[str]
) -> None:
    also: set[Cell] = {(None, None, column) for column in columns}
    hidden, sums = hide(numbers, also=also), totals(numbers)
    assert {cell for cell in also if sums.get(cell)} <= hidden
    assert hide(numbers, also=hidden) == hidden


def test_hiding_small_numbers_alone_would_give_them_away() -> None:
    numbers = {("1", "a", "x"): 3, ("1", "a", "y"): 12, ("1", "b", "x"): 20, ("1", "b", "y"): 7}
    alone = {("1", "a", "x")}
    assert (possible(numbers, alone), attacked(numbers, alone)) == ({("1", "a", "x"): (3, 3)}, {("1", "a", "x"): {3}})
    assert hide(numbers) == set(numbers)


def test_the_smallest_others_are_hidden_and_no_total_where_it_can_be_helped() -> None:
    assert hide_list({"a": 62, "b": 412, "c": 485, "d": 101, "e": 101}) == frozenset()
    assert hide_list({"a": 3, "b": 40, "c": 12, "d": 0}) == {"a", "c"}
    assert hide_list({"a": 1, "b": 4, "c": 0}) == {"a", "b", None}
    assert hide_list({"a": 2}) == {"a", None}
    assert hide_list({}) == frozenset()


def test_a_hidden_number_is_no_zero_so_two_single_people_are_not_enough() -> None:
    """1 + 1 = 2: who knows that neither is 0 knows both."""
    numbers = {("1", "a", "x"): 1, ("1", "a", "y"): 1, ("1", "b", "z"): 50}
    hidden = hide(numbers)
    assert ("1", "a", None) in hidden
    assert TOTAL in hidden or ("1", "b", None) in hidden
