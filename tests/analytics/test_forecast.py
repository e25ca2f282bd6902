"""The forecast of no-shows on simulated events whose truth is known: its intervals hold as often as they say."""

import math
import random
from collections.abc import Callable

import pytest

from analytics.rules.forecast import (
    KIND,
    LEAD,
    PRIOR_CAME,
    PRIOR_STAYED,
    REMINDED,
    Belief,
    Held,
    Issued,
    Party,
    Past,
    forecast,
    half_or_more,
    learn,
    moved,
    score,
)

EVENTS = 250
ONES = [Party(1)] * 60


def party(chance: random.Random) -> Party:
    """Somebody as they register: mostly one or two people, now and then a class."""
    kind = chance.choices(("person", "family", "class"), (12, 6, 1))[0]
    size = {"person": 1, "family": chance.randint(2, 5), "class": chance.randint(20, 35)}[kind]
    return Party(size, kind, chance.choice(list(LEAD)), reminded=chance.random() < 0.5)


def comes(one: Party, chance: random.Random, truth: float) -> bool:
    return chance.random() < moved(truth, one.shift)


def coverage(drawn: Callable[[random.Random], float], *, past: int, seed: int, parties: int = 30) -> float:
    """The part of simulated sessions whose number lay in the interval; each event has a chance of its own that `drawn`
    gives, and `past` parties whose sessions were closed before."""
    chance, inside = random.Random(seed), 0
    for _ in range(EVENTS):
        truth = drawn(chance)
        before = [party(chance) for _ in range(past)]
        belief = learn(Past(one, comes(one, chance, truth)) for one in before)
        coming = [party(chance) for _ in range(parties)]
        made = forecast(coming, belief)
        inside += made.low <= sum(one.size for one in coming if comes(one, chance, truth)) <= made.high
    return inside / EVENTS


def of_the_prior(chance: random.Random) -> float:
    return chance.betavariate(PRIOR_CAME, PRIOR_STAYED)


@pytest.mark.parametrize(("past", "seed"), [(0, 1), (40, 2)])
def test_nine_of_ten_intervals_hold_where_the_prior_is_right(past: int, seed: int) -> None:
    assert 0.87 <= coverage(of_the_prior, past=past, seed=seed) <= 0.96


def test_an_event_unlike_the_prior_is_learnt_from_its_own_sessions() -> None:
    """Eight of ten come, which the prior thinks unlikely: the interval misses before it is learnt, and holds after."""
    before = coverage(lambda _: 0.8, past=0, seed=3)
    after = coverage(lambda _: 0.8, past=120, seed=4)
    assert before < 0.75
    assert after >= 0.85


def test_a_class_is_one_throw_and_not_thirty_two() -> None:
    together, apart = forecast([Party(32)]), forecast([Party(1)] * 32)
    assert (together.low, together.high) == (0, 32)
    assert 5 <= apart.low < apart.high <= 26
    assert together.chances[1:32] == (0.0,) * 31


def test_without_anything_known_it_is_the_beta_binomial() -> None:
    made = forecast(ONES)
    exact = [beta_binomial(60, number, PRIOR_CAME, PRIOR_STAYED) for number in range(61)]
    assert made.chances == pytest.approx(exact, abs=2e-4)
    assert sum(made.chances) == pytest.approx(1, abs=1e-6)
    assert made.mean == pytest.approx(30, abs=0.05)
    assert (made.low, made.high) == (18, 42)


def beta_binomial(of: int, number: int, came: float, stayed: float) -> float:
    def beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    ways = math.lgamma(of + 1) - math.lgamma(number + 1) - math.lgamma(of - number + 1)
    return math.exp(ways + beta(number + came, of - number + stayed) - beta(came, stayed))


def test_walk_ins_are_safe_when_in_nineteen_of_twenty_cases_there_is_a_seat_for_them() -> None:
    made = forecast(ONES)
    safe = made.safe_walk_ins(60)
    assert safe == 18
    assert made.at_most(60 - safe) >= 0.95 > made.at_most(60 - safe - 1)
    assert made.safe_walk_ins(40) == 0
    assert made.safe_walk_ins(None) is None


def test_what_is_known_of_a_party_moves_its_chance_the_right_way() -> None:
    means = [forecast([Party(1, lead=lead)] * 20).mean for lead in ("same_day", "1-3", "4-7", "8-14", "15-30", "31+")]
    assert means == sorted(means, reverse=True)
    assert forecast([Party(1, reminded=True)] * 20).mean > forecast([Party(1)] * 20).mean
    assert forecast([Party(1, "class")] * 20).mean > forecast([Party(1)] * 20).mean
    assert {abs(move) <= 1.6 for move in (*LEAD.values(), *KIND.values(), REMINDED)} == {True}


def test_a_party_that_would_have_come_anyway_teaches_less() -> None:
    sure, unsure = Party(1, "class", "same_day"), Party(1)
    assert learn([]) == Belief()
    assert learn([Past(sure, came=True)] * 30).mean < learn([Past(unsure, came=True)] * 30).mean
    assert learn([Past(unsure, came=False)] * 30).mean < 0.5


def test_the_past_never_makes_it_surer_than_sixty_throws() -> None:
    belief = learn([Past(Party(1), came=True), Past(Party(1), came=False)] * 500)
    assert belief.came + belief.stayed == pytest.approx(PRIOR_CAME + PRIOR_STAYED + 60)
    assert belief.past == 1000


def test_nobody_expected_is_nobody() -> None:
    made = forecast([])
    assert (made.low, made.high, made.expected, made.safe_walk_ins(20)) == (0, 0, 0, 20)


def test_forecasts_are_scored_as_they_were_given() -> None:
    issued = [
        Issued(60, 31, 44, 0.9, came=40),
        Issued(60, 31, 44, 0.5, came=20),
        Issued(60, 31, 44, 0.1, came=50),
        Issued(60, 31, 44, 0.9, came=None),
    ]
    assert [one.held for one in issued] == [Held.INSIDE, Held.BELOW, Held.ABOVE, Held.OPEN]
    found = score(issued)
    assert (found.judged, found.inside) == (3, 1)
    assert found.coverage == pytest.approx(1 / 3)
    assert found.brier == pytest.approx((0.01 + 0.25 + 0.81) / 3)
    assert score([]).coverage is None
    assert half_or_more(forecast(ONES)) == pytest.approx(0.5, abs=0.05)
