"""Open data attacked as a whole: every table of two editions, all that can be added, subtracted and compared."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.exports.open_data import attendance_csv
from analytics.queries.editions import Issued
from analytics.rules import Attendance
from analytics.rules.editions import PublicFigures, public_figures
from analytics.rules.suppression import LEAST, Line
from app.programme.queries import published
from app.programme.rules.facts import EventFacts
from tests.analytics.attacker import TOTAL, Key, numbers_of, values_of
from tests.analytics.figures import figures_from
from tests.make import Make

AT = datetime(2026, 10, 6, tzinfo=UTC)
DAYS = ("2026-10-03", "2026-10-04")
People = dict[tuple[str, str], int]
World = tuple[dict[Line, int], People]
"""Visits by day, session and category, and different people by day and category."""
ALL = Attendance.PEOPLE
EACH_DAY = Attendance.PEOPLE_BY_DAY


def world(people: Mapping[str, tuple[int, ...]], **sessions: Mapping[str, int]) -> World:
    """Sessions of the first day; people of the first day, and of the second if given."""
    visits = {(DAYS[0], code, key): numbers.get(key, 0) for code, numbers in sessions.items() for key in people}
    return visits, {(day, key): number for key, of in people.items() for day, number in zip(DAYS, of, strict=False)}


def files(worlds: list[World], measures: list[Attendance]) -> list[dict[Key, str]]:
    """What the CSV of each edition says."""
    before: list[PublicFigures] = []
    found = []
    for number, ((visits, people), measure) in enumerate(zip(worlds, measures, strict=True), start=1):
        figures = figures_from(visits, people)
        before.append(public_figures(figures, measure, editions=before))
        issued = Issued(number, number, measure, AT, figures, before[-1], None, {})
        text = attendance_csv(EVENT["facts"], issued).decode("utf-8-sig")
        found.append(numbers_of(csv.DictReader(io.StringIO(text))))
    return found


EVENT: dict[str, EventFacts] = {}


@pytest.fixture(autouse=True)
def fair(make: Make) -> None:
    """Whose programme stands in the files."""
    EVENT["facts"] = published(make.release(make.event("fair")).id).programme.event


def truth_of(world: World) -> dict[Key, int]:
    """All numbers, under the names that the files have for them."""
    found: dict[Key, int] = defaultdict(int)
    visits, people = world
    for (day, code, key), number in visits.items():
        for at, of in ((day, code), (day, TOTAL), (TOTAL, TOTAL)):
            found["visits", at, of, key] += number
            found["visits", at, of, TOTAL] += number
    for (_day, key), number in people.items():
        for measure in (ALL, EACH_DAY):
            found[measure.value, TOTAL, TOTAL, key] += number
            found[measure.value, TOTAL, TOTAL, TOTAL] += number
    return found


def narrow(worlds: list[World], measures: list[Attendance]) -> dict[Key, list[int]]:
    """Hidden numbers of the newest edition that a reader of all of them knows better than one of five."""
    read, true = files(worlds, measures), truth_of(worlds[-1])
    assert {key for key in read[-1] if 0 < true[key] < LEAST} <= {k for k, n in read[-1].items() if n == "–"}
    assert all(number in ("–", str(true[key])) for key, number in read[-1].items())
    told_before = {key for one in read[:-1] for key, number in one.items() if number == str(true[key])}
    hidden = [key for key, number in read[-1].items() if number == "–" and key not in told_before and true[key]]
    return {key: values for key, values in values_of(read, true, hidden, LEAST).items() if len(values) < LEAST}


def test_a_session_that_everybody_came_to_does_not_tell_who_came_to_another() -> None:
    """All 40 + 200 heard the opening. Of 44 + 210 visits in all 4 + 10 remain, as the row of the workshop says too."""
    people = {"x": (40,), "y": (200,)}
    opening, workshop = {"x": 40, "y": 200}, {"x": 4, "y": 10}
    assert narrow([world(people, opening=opening, workshop=workshop)], [ALL]) == {}


def test_the_fullest_session_of_one_category_does_not_tell_how_many_people_another_has() -> None:
    """12 of the 12 + 1 people came to one session; so the other category is one person."""
    assert (
        narrow([world({"x": (1,), "y": (12,), "z": (90,)}, a={"x": 0, "y": 12, "z": 30}, b={"x": 1, "y": 7})], [ALL])
        == {}
    )


def test_a_correction_does_not_tell_a_small_number_by_what_the_edition_before_showed() -> None:
    """Three pupils were found later: 53 − 50 says so, unless these totals are hidden now."""
    people = {"x": (60,), "y": (90,)}
    before = world(people, a={"x": 0, "y": 43}, b={"x": 50, "y": 20})
    after = world(people, a={"x": 3, "y": 40}, b={"x": 50, "y": 20})
    assert narrow([before, after], [ALL, ALL]) == {}
    assert narrow([before, world(people | {"x": (63,)}, a={"x": 3, "y": 43}, b={"x": 50, "y": 20})], [ALL, ALL]) == {}


def test_a_small_number_that_was_corrected_to_nobody_stays_hidden() -> None:
    """Three were counted twice: 0 beside 12 fewer would say how many they had been."""
    people = {"x": (60,), "y": (90,)}
    before = world(people, a={"x": 3, "y": 43}, b={"x": 50, "y": 20})
    after = world(people, a={"x": 0, "y": 43}, b={"x": 50, "y": 20})
    first, second = files([before, after], [ALL, ALL])
    assert {key for key, number in first.items() if number == "–"} <= {k for k, n in second.items() if n == "–"}
    assert narrow([before, after], [ALL, ALL]) == {}


def test_values_that_a_hidden_number_skips_do_not_end_those_that_it_may_have() -> None:
    """All six heard both talks. One of x makes 2 visits, so x may have 2, 4, 6, 8 or 10 of them: five values."""
    assert narrow([world({"x": (1,), "y": (5,)}, a={"x": 1, "y": 5}, b={"x": 1, "y": 5})], [ALL]) == {}


def test_a_third_edition_after_a_hidden_total_is_found() -> None:
    """Of five two were counted twice, and of y three more came: the total of all is hidden already."""
    first, second = {"x": (5,), "y": (5,)}, {"x": (5,), "y": (8,)}
    worlds_then = [world(first, a={"x": number, "y": 5}, b={"x": 5, "y": 5}) for number in (5, 3)]
    keeps_it_from_all([*worlds_then, world(second, a={"x": 3, "y": 5}, b={"x": 5, "y": 5})], [ALL] * 3)


def test_what_was_hidden_once_and_is_again_what_the_first_edition_showed_covers_nothing() -> None:
    """Nobody of y came, then one, then nobody after all: so all six visits that are left are of x."""
    now = {"x": (10,), "y": (1,)}
    worlds_then = [world({"x": (7,), "y": (0,)}, a={"x": 7, "y": 0}), world(now, a={"x": 6, "y": 1})]
    keeps_it_from_all([*worlds_then, world(now, a={"x": 6, "y": 0})], [ALL] * 3)


def test_where_two_tables_cannot_stand_beside_each_other_visits_are_withheld() -> None:
    """Two of three heard the talk, and five of five: any total of visits would say how many of the three it was."""
    read = files([world({"x": (3,), "y": (5,)}, a={"x": 3, "y": 5}, b={"x": 0, "y": 5})], [ALL])[0]
    assert {number for key, number in read.items() if key[0] == "visits"} == {"–"}


def test_people_after_an_edition_of_visits_do_not_tell_what_that_one_hid() -> None:
    """The same world twice, first its visits, then its people: together they would be the first test's two tables."""
    opened = world({"x": (40,), "y": (200,)}, opening={"x": 40, "y": 200}, workshop={"x": 4, "y": 10})
    assert narrow([opened, opened], [Attendance.VISITS, ALL]) == {}


SMALL = st.sampled_from([0, 1, 2, 3, 4, 5, 7, 12, 40])


@st.composite
def worlds(draw: st.DrawFn, *, most: int = 2) -> World:
    """Up to two sessions a day; some that everybody came to, some with all but a few, some with few. most: days, and
    categories with one more."""
    days = DAYS[: draw(st.integers(1, most))]
    keys = "xyz"[: draw(st.integers(2, most + 1))]
    people = {(day, key): draw(SMALL) for day in days for key in keys}
    visits = {}
    for day in days:
        for code in "ab"[: draw(st.integers(1, 2))]:
            full = draw(st.sampled_from([0, 1, 2, None]))
            for key in keys:
                most = people[day, key]
                number = max(0, most - full) if full is not None else draw(st.integers(0, most))
                visits[day, f"{code}{day}", key] = number
    return visits, people


@st.composite
def corrected(draw: st.DrawFn, times: int = 1) -> tuple[World, ...]:
    """The same world before and after some numbers were corrected."""
    found = [draw(worlds(most=1 if times > 1 else 2))]
    for _time in range(times):
        visits, people = dict(found[-1][0]), dict(found[-1][1])
        for line in draw(st.lists(st.sampled_from(sorted(visits)), max_size=3)):
            day, _code, key = line
            visits[line] = max(0, visits[line] + draw(st.integers(-4, 4)))
            fullest = max(number for one, number in visits.items() if (one[0], one[2]) == (day, key))
            people[day, key] = max(fullest, people[day, key] + draw(st.integers(-3, 3)))
        found.append((visits, people))
    return tuple(found)


ATTACKED = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEW = settings(parent=ATTACKED, max_examples=5)
PEOPLE = st.sampled_from([ALL, EACH_DAY])


@ATTACKED
@given(worlds(), PEOPLE)
def test_whoever_adds_subtracts_and_compares_all_of_an_edition_gets_nothing_back(
    one: World, measure: Attendance
) -> None:
    assert narrow([one], [measure]) == {}


@ATTACKED
@given(corrected(), PEOPLE)
def test_nor_by_taking_one_edition_from_the_next(both: tuple[World, ...], measure: Attendance) -> None:
    keeps_it_from_all(list(both), [measure, measure])


def test_visits_of_one_edition_beside_people_of_the_next_tell_nothing_where_visits_are_withheld() -> None:
    """All seven of y came on the second day, as edition 1 says. Eight people would say that one came on the first."""
    people = {"x": (12, 40), "y": (0, 7), "z": (12, 0)}
    visits, came = world(people, a={"x": 10, "y": 0, "z": 10})
    visits |= {(DAYS[1], "b", key): number for key, number in (("x", 40), ("y", 7), ("z", 0))}
    after = (visits | {(DAYS[0], "a", "y"): 1}, came | {(DAYS[0], "y"): 1})
    read = files([(visits, came), after], [EACH_DAY, EACH_DAY])
    assert read[0]["visits", DAYS[1], "b", "y"] == "7"
    assert {number for key, number in read[1].items() if key[0] == "visits"} == {"–"}
    assert (read[1]["people_by_day", TOTAL, TOTAL, "x"], read[1]["people_by_day", TOTAL, TOTAL, "y"]) == ("52", "–")
    assert narrow([(visits, came), after], [EACH_DAY, EACH_DAY]) == {}


@FEW
@given(corrected(), st.lists(st.sampled_from(list(Attendance)), min_size=2, max_size=2))
def test_nor_if_they_name_different_measures(both: tuple[World, ...], measures: list[Attendance]) -> None:
    keeps_it_from_all(list(both), measures)


@FEW
@given(corrected(times=2), PEOPLE)
def test_nor_from_three_editions(three: tuple[World, ...], measure: Attendance) -> None:
    keeps_it_from_all(list(three), [measure] * 3)


def keeps_it_from_all(worlds: list[World], measures: list[Attendance]) -> None:
    """Nothing is known better than one of five; or the newest edition shows no number at all, so that whatever a reader
    can work out then is from those before, which cannot be called back."""
    assert narrow(worlds, measures) == {} or set(files(worlds, measures)[-1].values()) <= {"–", "0"}
