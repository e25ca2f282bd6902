"""A counted room is what its lines come to in the order of time, whatever the order in which they were told."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.programme.rules import CapacityKind
from checkin.rules import Direction
from checkin.rules.people import Numbers, total, turned
from checkin.rules.rooms import Counted, Moved, Room, Standing, room_of
from checkin.rules.stay import Line

NOON = datetime(2026, 10, 3, 3, tzinfo=UTC)
numbers = st.dictionaries(st.sampled_from(["adult", "child", "unknown"]), st.integers(1, 9), min_size=1)
minutes = st.integers(0, 9)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


taps = st.builds(
    lambda minute, people, leaving: Moved(at(minute), turned(people) if leaving else people, leaving),
    minutes, numbers, st.booleans(),
)  # fmt: skip
counts = st.builds(lambda minute, people: Counted(at(minute), people), minutes, numbers)
passages = st.tuples(st.sampled_from("xyz"), minutes, st.sampled_from(Direction))
days = st.tuples(
    st.lists(taps, max_size=6), st.lists(counts, max_size=4), st.lists(passages, max_size=8),
    st.sampled_from(CapacityKind),
)  # fmt: skip


def holders(found: list[tuple[str, int, Direction]]) -> dict[str, list[Line]]:
    lines: dict[str, list[Line]] = defaultdict(list)
    for order, (who, minute, way) in enumerate(found):
        people = {"adult": 1} if way is Direction.IN else {"adult": -1}
        lines[who].append(Line(at(minute), order, way, people, reentry=False))
    return lines


def room(kind: CapacityKind, taps: list[Moved], counts: list[Counted], lines: dict[str, list[Line]]) -> Room:
    numbered = [Counted(one.at, one.people, number) for number, one in enumerate(counts, 1)]
    return room_of(kind, "unknown", Standing(numbered, list(lines.values()), taps))


def figures(one: Room) -> tuple[Numbers, Numbers, Numbers]:
    return one.without_ticket(), one.present(), one.visits()


@given(days, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(day: Any, random: Any) -> None:
    taps, counts, found, kind = day
    lines = holders(found)
    whole = figures(room(kind, taps, counts, lines))
    random.shuffle(taps)
    random.shuffle(counts)
    assert figures(room(kind, taps, counts, lines))[:2] == whole[:2]
    assert total(figures(room(kind, taps, counts, lines))[2]) == total(whole[2])


@given(days, st.randoms(use_true_random=False))
def test_line_by_line_comes_to_the_same_as_from_nothing(day: Any, random: Any) -> None:
    taps, counts, found, kind = day
    lines = holders(found)
    moving, told = room(kind, [], counts, {}), defaultdict[str, list[Line]](list)
    steps: list[Any] = [*taps, *((who, line) for who, of_person in lines.items() for line in of_person)]
    random.shuffle(steps)
    for step in steps:
        if isinstance(step, Moved):
            moving = moving.with_moved(step)
        else:
            who, line = step
            before = list(told[who])
            told[who].append(line)
            moving = moving.with_holder(before, told[who])
    assert figures(moving) == figures(room(kind, taps, counts, lines))


@given(days)
def test_an_undone_count_is_as_if_it_had_never_been(day: Any) -> None:
    taps, counts, found, kind = day
    lines, wrong = holders(found), Counted(at(5), {"unknown": 50})
    with_it = room(kind, taps, [*counts, wrong], lines).without_count(len(counts) + 1)
    assert figures(with_it) == figures(room(kind, taps, counts, lines))


def test_a_count_finds_whoever_is_there_beside_ticket_holders_and_the_newest_speaks() -> None:
    lines = holders([("x", 1, Direction.IN), ("y", 1, Direction.IN), ("y", 3, Direction.OUT)])
    taps = [Moved(at(1), {"adult": 30}), Moved(at(5), {"adult": 4}), Moved(at(7), {"child": -1}, leaving=True)]
    first, second = Counted(at(2), {"unknown": 20}), Counted(at(5), {"adult": 10, "child": 3})
    assert room(CapacityKind.AT_ONCE, taps, [first], lines).without_ticket() == {"unknown": 18, "adult": 4, "child": -1}
    both = room(CapacityKind.AT_ONCE, taps, [second, first], lines)
    assert (both.without_ticket(), both.visits()) == ({"adult": 9, "child": 2}, {"unknown": 18})
    assert room(CapacityKind.SEATS, taps, [second, first], lines).without_ticket() == {"unknown": 18, "adult": 4}


def test_who_came_back_before_the_admission_that_stands_was_inside_by_then() -> None:
    lines = [
        Line(at(10), 1, Direction.IN, {"visitor": 1}, reentry=True),
        Line(at(30), 2, Direction.IN, {"visitor": 1}),
    ]
    found = room_of(CapacityKind.AT_ONCE, "unknown", Standing([Counted(at(20), {"visitor": 3})], [lines]))
    assert found.counts[0].holders == {"visitor": 1}
