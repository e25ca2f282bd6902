"""Who is in a room has left the others, whatever the order in which it was told."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from app.programme.rules import Reentry
from checkin.rules import Direction
from checkin.rules.moving import AllOut, LetIn, Rule, moves, who_came
from checkin.rules.people import beyond, plus, total, turned, within
from checkin.rules.stay import Line, stay

NOON = datetime(2026, 10, 3, 3, tzinfo=UTC)
PARTY = {"a": 3, "b": 2}
PLACES = (1, 2, 3)
ENDS = dict.fromkeys(PLACES, NOON + timedelta(days=1))
numbers = st.dictionaries(st.sampled_from("ab"), st.integers(1, 2), min_size=1)
steps = st.lists(
    st.tuples(st.sampled_from(PLACES), st.integers(0, 500), st.sampled_from(Direction), numbers),
    unique_by=lambda one: one[1],
    max_size=9,
)
more_or_less = st.dictionaries(st.sampled_from("ab"), st.integers(1, 5), min_size=1)
Scanned = tuple[int, int, str, dict[str, int]]
Told = list[tuple[int, int, Direction, dict[str, int]]]


def walk(told: Told) -> dict[int, list[Line]]:
    lines: dict[int, list[Line]] = {place: [] for place in PLACES}
    for order, (place, minute, direction, people) in enumerate(told):
        signed = people if direction is Direction.IN else turned(people)
        lines[place].append(Line(NOON + timedelta(minutes=minute), order, direction, signed))
    return lines


@given(steps.flatmap(lambda day: st.tuples(st.just(day), st.permutations(day))))
def test_the_order_of_arrival_changes_nothing(told: tuple[Told, Told]) -> None:
    one, other = ([(move.place, move.cause.at, move.people) for move in moves(walk(day), ENDS, PARTY)] for day in told)
    assert one == other


@given(steps)
def test_a_party_is_never_more_in_all_rooms_than_it_is(told: Told) -> None:
    lines = walk(told)
    assume(not any(beyond(stay(of_place).admitted, PARTY) for of_place in lines.values()))
    for move in moves(lines, ENDS, PARTY):
        lines[move.place].append(Line(move.cause.at, move.cause.order, Direction.OUT, turned(move.people)))
    one, other, third = (stay(lines[place]).inside for place in PLACES)
    assert beyond(plus(plus(one, other), third), PARTY) == {}


def test_nobody_leaves_what_is_over() -> None:
    lines = walk([(1, 0, Direction.IN, {"a": 3}), (2, 60, Direction.IN, {"a": 3})])
    over = {**ENDS, 1: NOON + timedelta(minutes=60)}
    assert (moves(lines, over, PARTY), len(moves(lines, ENDS, PARTY))) == ([], 1)


def test_two_lines_of_one_moment_empty_the_same_rooms_as_one() -> None:
    before = [(2, 0, Direction.IN, {"a": 2}), (3, 0, Direction.IN, {"a": 2})]
    party, left = {"a": 4}, []
    for told in ([{"a": 3}], [{"a": 1}, {"a": 2}]):
        lines = walk([*before, *((1, 9, Direction.IN, people) for people in told)])
        rooms: dict[int, int] = {}
        for move in moves(lines, ENDS, party):
            rooms[move.place] = rooms.get(move.place, 0) + move.people["a"]
        left.append(rooms)
    assert left == [{2: 2, 3: 1}] * 2


scans = st.lists(
    st.tuples(st.sampled_from(PLACES), st.integers(0, 500), st.sampled_from(["in", "expected", "out"]), more_or_less),
    unique_by=lambda one: one[1],
    min_size=2,
    max_size=7,
)


@given(scans.flatmap(lambda day: st.tuples(st.just(day), st.permutations(day))), st.sampled_from(Reentry))
def test_what_scans_come_to_follows_the_time(told: tuple[list[Scanned], list[Scanned]], reentry: Reentry) -> None:
    """However many they brought, more than the party too, and whether they said so or not."""
    results = []
    for day in told:
        by_place: dict[int, list[LetIn | AllOut]] = {place: [] for place in PLACES}
        for order, (place, minute, what, people) in enumerate(day):
            at = NOON + timedelta(minutes=minute)
            let_in = LetIn(at, order, people if what == "in" else None, besides=True)
            by_place[place].append(AllOut(at, order) if what == "out" else let_in)
        came = who_came({}, ENDS, PARTY, by_place, dict.fromkeys(PLACES, Rule(reentry, {"a": 1})))
        results.append({day[order][1]: found for order, found in came.items()})
    assert results[0] == results[1]
    for found in results[0].values():
        assert not (total(found.besides) and total(within(found.over, PARTY))), "who is in twice keeps the others out"
