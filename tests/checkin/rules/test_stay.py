"""A stay is what happened in the order of time, whatever the order in which it was told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.values import replace
from checkin.rules import Direction
from checkin.rules.people import beyond, named_as, plus, total, turned, within
from checkin.rules.stay import Line, returns_alone, stay

NOON = datetime(2026, 10, 3, 3, tzinfo=UTC)
numbers = st.dictionaries(st.sampled_from("abc"), st.integers(1, 9), max_size=3)


def line(minute: int, direction: Direction, people: dict[str, int], *, reentry: bool = False) -> Line:
    signed = people if direction is Direction.IN else turned(people)
    return Line(NOON + timedelta(minutes=minute), minute, direction, signed, reentry=reentry)


days = st.lists(
    st.builds(line, st.integers(0, 500), st.sampled_from(Direction), numbers.filter(bool), reentry=st.booleans()),
    unique_by=lambda one: one.at,
    max_size=12,
)


@given(days.flatmap(lambda day: st.tuples(st.just(day), st.permutations(day))))
def test_the_order_of_arrival_changes_nothing(told: tuple[list[Line], list[Line]]) -> None:
    day, shuffled = told
    assert stay(day) == stay(shuffled)


@given(days)
def test_nobody_is_inside_who_was_never_admitted_and_nobody_is_less_than_nobody(day: list[Line]) -> None:
    whole = stay(day)
    assert beyond(whole.inside, whole.admitted) == {}
    assert all(number > 0 for number in whole.inside.values())
    assert plus(whole.inside, whole.outside) == whole.admitted


@given(days)
def test_coming_back_and_leaving_never_change_who_was_admitted(day: list[Line]) -> None:
    entries = [one for one in day if one.direction is Direction.IN and not one.reentry]
    assert stay(day).admitted == stay(entries).admitted
    assert total(stay(day).admitted) == sum(total(one.people) for one in entries)


@given(numbers, numbers)
def test_within_and_beyond_make_the_whole(one: dict[str, int], limit: dict[str, int]) -> None:
    assert plus(within(one, limit), beyond(one, limit)) == one
    assert plus(one, turned(one)) == {}


@given(numbers, numbers)
def test_people_named_otherwise_are_as_many_as_there_is_room_for(one: dict[str, int], limit: dict[str, int]) -> None:
    named = named_as(one, limit)
    assert total(named) == min(total(one), total(limit)) or named == one
    assert within(within(one, limit), named) == within(one, limit)
    assert named == one or beyond(named, limit) == {}


def test_who_leaves_or_comes_back_under_a_corrected_category_is_one_of_those_admitted() -> None:
    day = [
        line(0, Direction.IN, {"a": 3}),
        line(10, Direction.OUT, {"b": 2}),
        line(20, Direction.IN, {"b": 1}, reentry=True),
    ]
    at = [stay(day, until=NOON + timedelta(minutes=minute)).inside for minute in (0, 10, 20)]
    assert at == [{"a": 3}, {"a": 1}, {"a": 2}]


def test_a_stay_until_a_moment_knows_nothing_of_what_came_later() -> None:
    day = [
        line(0, Direction.IN, {"a": 2}),
        line(10, Direction.OUT, {"a": 1}),
        line(20, Direction.IN, {"a": 1}, reentry=True),
    ]
    at = [stay(day, until=NOON + timedelta(minutes=minute)).inside for minute in (0, 10, 20)]
    assert at == [{"a": 2}, {"a": 1}, {"a": 2}]


@given(days)
def test_whoever_came_back_alone_is_admitted_by_it_and_nobody_is_alone_then(day: list[Line]) -> None:
    alone = returns_alone(day)
    entries = [replace(one, people=people, reentry=False, order=900 + one.order) for one, people in alone]
    rest = [replace(one, people=beyond(one.people, people)) for one, people in alone]
    others = [one for one in day if one not in [line for line, _ in alone]]
    assert returns_alone([*others, *entries, *(one for one in rest if one.people)]) == []
    assert total(stay([*others, *entries]).admitted) == total(stay(day).admitted) + sum(total(n) for _, n in alone)
