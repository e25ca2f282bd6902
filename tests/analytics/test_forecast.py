"""The forecast of no-shows on simulated events whose truth is known: its intervals hold as often as they say."""

import math
import random
from collections.abc import Callable

import pytest

from analytics.rules.belief import KIND, LEAD, REMINDED, SPREAD, Belief, Party, Past, learn, moved
from analytics.rules.forecast import forecast, more_than_half
from analytics.rules.scoring import ENOUGH, Held, Issued, Score, Worth, score
from analytics.rules.waves import Waves

EVENTS, LARGE = 160, 100
ONES = [Party(1)] * 60


def party(chance: random.Random) -> Party:
    """Somebody as they register: mostly one or two people, now and then a class."""
    kind = chance.choices(("person", "family", "class"), (12, 6, 1))[0]
    size = {"person": 1, "family": chance.randint(2, 5), "class": chance.randint(20, 35)}[kind]
    return Party(size, kind, chance.choice(list(LEAD)), reminded=chance.random() < 0.5)


def single(chance: random.Random) -> Party:
    """Somebody who comes alone: large sessions are reckoned quickly so."""
    return Party(1, lead=chance.choice(list(LEAD)))


def comes(one: Party, chance: random.Random, truth: float) -> bool:
    return chance.random() < moved(truth, one.shift)


def session(chance: random.Random, truth: float, apart: float, parties: int) -> list[Past]:
    """Parties of one session. apart: how far its chance lies from the event's, a standard deviation in log-odds."""
    own = moved(truth, chance.gauss(0, apart))
    found = [party(chance) if parties < LARGE else single(chance) for _ in range(parties)]
    return [Past(one, comes(one, chance, own)) for one in found]


def coverage(
    drawn: Callable[[random.Random], float], *, past: int, seed: int, parties: int = 30, apart: float = SPREAD
) -> float:
    """The part of simulated sessions whose number lay in the interval; each event has a chance of its own that `drawn`
    gives, and `past` sessions of thirty parties that were closed before."""
    chance, inside = random.Random(seed), 0
    for _ in range(EVENTS):
        truth = drawn(chance)
        belief = learn(session(chance, truth, apart, 30) for _ in range(past))
        coming = session(chance, truth, apart, parties)
        made = forecast([one.party for one in coming], belief)
        inside += made.low <= sum(one.party.size for one in coming if one.came) <= made.high
    return inside / EVENTS


def of_the_prior(chance: random.Random) -> float:
    """At free events 40 to 60 per cent come."""
    return chance.betavariate(12, 12)


@pytest.mark.parametrize("parties", [10, 200])
@pytest.mark.parametrize("past", [0, 8])
def test_nine_of_ten_intervals_hold_in_small_and_large_sessions_first_and_later(past: int, parties: int) -> None:
    assert 0.85 <= coverage(of_the_prior, past=past, parties=parties, seed=past + parties) <= 0.98


def test_how_far_sessions_lie_apart_is_learnt_from_them() -> None:
    """Large sessions that differ much more than the prior thinks, and hardly at all."""
    throws = [[Past(Party(1), came=n < came) for n in range(100)] for came in (20, 80, 30, 70, 35, 65, 40, 60)]
    alike = [[Past(Party(1), came=n < 50) for n in range(100)]] * 8
    apart, even = learn(throws), learn(alike)
    assert deviation(apart) == pytest.approx(0.19, abs=0.04)
    assert deviation(even) < 0.06


def deviation(belief: Belief) -> float:
    """Of the chance of the next session."""
    return math.sqrt(belief.mean * (1 - belief.mean) / (belief.came + belief.stayed + 1))


def test_intervals_hold_often_enough_where_sessions_differ_twice_as_much_as_thought() -> None:
    assert coverage(of_the_prior, past=8, seed=5, apart=2 * SPREAD) >= 0.83


def test_an_event_unlike_the_prior_is_learnt_from_its_own_sessions() -> None:
    """Eight of ten come, which the prior thinks unlikely: the interval misses before it is learnt, and holds after."""
    before = coverage(lambda _: 0.8, past=0, seed=3)
    after = coverage(lambda _: 0.8, past=8, seed=4)
    assert before < 0.75
    assert after >= 0.85


def test_a_class_is_one_throw_and_not_thirty_two() -> None:
    together, apart = forecast([Party(32)]), forecast([Party(1)] * 32)
    assert (together.low, together.high) == (0, 32)
    assert 5 <= apart.low < apart.high <= 26
    assert together.chances[1:32] == (0.0,) * 31


def test_without_anything_known_it_is_the_beta_binomial() -> None:
    made, belief = forecast(ONES), learn([])
    exact = [beta_binomial(60, number, belief.came, belief.stayed) for number in range(61)]
    assert made.chances == pytest.approx(exact, abs=2e-4)
    assert sum(made.chances) == pytest.approx(1, abs=1e-6)
    assert made.mean == pytest.approx(30, abs=0.05)
    assert (made.low, made.high) == (17, 43)


def beta_binomial(of: int, number: int, came: float, stayed: float) -> float:
    def beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    ways = math.lgamma(of + 1) - math.lgamma(number + 1) - math.lgamma(of - number + 1)
    return math.exp(ways + beta(number + came, of - number + stayed) - beta(came, stayed))


def test_walk_ins_are_safe_when_in_nineteen_of_twenty_cases_there_is_a_seat_for_them() -> None:
    made = forecast(ONES)
    safe = made.safe_walk_ins(60)
    assert safe == 17
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
    assert learn([]) == learn([[]])
    assert learn([[Past(sure, came=True)] * 30]).mean < learn([[Past(unsure, came=True)] * 30]).mean
    assert learn([[Past(unsure, came=False)] * 30]).mean < 0.5


def test_many_sessions_teach_more_than_one_large_one() -> None:
    """The hundredth party of a session says little that the others of that day did not."""
    came, stayed = [Past(Party(1), came=True)] * 8, [Past(Party(1), came=False)] * 2
    one, many = learn([(came + stayed) * 10]), learn([came + stayed] * 10)
    assert one.past == many.past == 100
    assert one.mean < many.mean < 0.8
    assert one.came + one.stayed < many.came + many.stayed


def test_sessions_that_differ_keep_the_interval_wide() -> None:
    full, empty = ([Past(Party(1), came=came)] * 30 for came in (True, False))
    half = [Past(Party(1), came=came) for came in (True, False)] * 15
    alike, apart = forecast(ONES, learn([half] * 12)), forecast(ONES, learn([full, empty] * 6))
    assert alike.high - alike.low < forecast(ONES).high - forecast(ONES).low < apart.high - apart.low


def test_whatever_is_past_the_next_session_may_differ() -> None:
    belief = learn([[Past(Party(1), came=True), Past(Party(1), came=False)] * 500] * 50)
    assert belief.mean == pytest.approx(0.5)
    assert belief.came + belief.stayed < 400


@pytest.mark.parametrize("came", [True, False])
def test_a_past_without_exception_is_no_certainty(came: bool) -> None:
    made = forecast([Party(1)] * 10, learn([[Past(Party(1), came=came)] * 200] * 10))
    assert 0.001 < made.chances[0 if came else 10] + sum(made.chances[1:10]) < 1


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


def test_exactly_half_is_not_more_than_half() -> None:
    made = forecast([Party(1)] * 2)
    assert more_than_half(made) == pytest.approx(made.chances[2])
    assert Issued(2, 0, 2, 0.0, came=1).brier == 0
    assert Issued(2, 0, 2, 1.0, came=2).brier == 0
    odd = forecast([Party(1)] * 3)
    assert more_than_half(odd) == pytest.approx(odd.chances[2] + odd.chances[3])


def scored(half: float, *, rightly: int, wrongly: int) -> Score:
    """More than half came; so many forecasts gave it this chance, so many the other one."""
    return score([Issued(10, 0, 10, half, came=9)] * rightly + [Issued(10, 0, 10, 1 - half, came=9)] * wrongly)


def test_the_verdict_says_what_chance_would_hardly_show_and_nothing_of_a_few_sessions() -> None:
    assert score([]).worth is Worth.NOT_JUDGED
    assert scored(0.9, rightly=ENOUGH - 1, wrongly=0).worth is Worth.TOO_FEW
    assert scored(0.9, rightly=ENOUGH, wrongly=0).worth is Worth.BETTER
    assert scored(0.9, rightly=0, wrongly=ENOUGH).worth is Worth.WORSE
    assert scored(0.5, rightly=ENOUGH, wrongly=0).worth is Worth.ALIKE
    assert scored(0.9, rightly=9, wrongly=2).worth is Worth.ALIKE, "better by a little, which is chance"


def test_too_few_intervals_held_only_if_chance_would_hardly_do_that() -> None:
    few = {judged: max(n for n in range(judged + 1) if Score(judged, n, 0.1).too_few_held) for judged in (4, 10, 40)}
    assert few == {4: 1, 10: 6, 40: 32}
    assert not Score(0, 0, None).too_few_held


def test_waves_say_of_a_large_session_what_rows_of_chances_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes with and without a common measure; a belief of nothing, and one far from the middle."""
    for sizes in ((1,), (1, 2, 3), (2, 4), (1, 32)):
        parties = [Party(size, reminded=known) for size in sizes for known in (True, False) for _ in range(30)]
        for belief in (learn([]), Belief(60, 5)):
            waves = forecast(parties, belief)
            monkeypatch.setattr("analytics.rules.forecast.ALIKE", len(parties) + 1)
            rows = forecast(parties, belief)
            monkeypatch.undo()
            assert (isinstance(waves.spread, Waves), isinstance(rows.spread, Waves)) == (True, False)
            assert (waves.low, waves.high, waves.safe_walk_ins(999)) == (rows.low, rows.high, rows.safe_walk_ins(999))
            assert waves.chances == pytest.approx(rows.chances, abs=1e-7)


def test_one_party_more_among_thousands_is_the_same_belief() -> None:
    """Which of what was reckoned still holds, and by how much it is off: less than one person of 4,000."""
    past = [Past(Party(1), came=n % 3 > 0) for n in range(1998)]
    one, more = learn([past] * 40), learn([past] * 39 + [[*past, Past(Party(1), came=True)]])
    assert one != more
    assert one.rounded == more.rounded
    assert 4000 * one.rounded.mean == pytest.approx(4000 * one.mean, abs=0.5)
