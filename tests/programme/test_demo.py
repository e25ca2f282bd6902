"""The events that travel with the program: the published facts and nothing beside them, and a practice that adds up."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.programme.forms import read_event_file
from app.programme.queries import took_part
from app.programme.rules import AdmissionRule, CapacityKind, OrganisationKind, SessionStatus
from app.web.languages import without_readings
from tests.make import NOON, Make
from tests.programme.files import DEMO, bring_in, demo

PUBLISHED = {"organisation": 62, "spectator": 412, "student": 485, "guardian": 101, "related": 101}
KANJI = re.compile("[々〆㐀-䶿一-鿿豈-﫿]")


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text of a document with its path."""
    if isinstance(value, dict):
        if value and set(value) <= {"ja", "en", "ja-easy"}:
            yield path, value
        else:
            for name, inner in value.items():
                yield from texts(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, f"{path}[{number}]")


def practice() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((DEMO / "practice.json").read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("name", ["yocolab-2023", "practice"])
def test_every_kanji_of_easy_japanese_has_its_reading(name: str) -> None:
    bare = re.compile(r"(?:｜[^｜《》]+|[々〆ヶ㐀-䶿一-鿿豈-﫿]+)《[ぁ-ゖァ-ヺー・]+》")
    missing = {
        path: easy for path, text in texts(demo(name)) if KANJI.search(bare.sub("", easy := text.get("ja-easy", "")))
    }
    assert missing == {}
    assert all("《" not in without_readings(text.get("ja-easy", "")) for _, text in texts(demo(name)))


def test_practice_speaks_all_three_languages_everywhere() -> None:
    assert {path for path, text in texts(demo("practice")) if set(text) != {"ja", "en", "ja-easy"}} == set()


def test_the_yokohama_attendance_is_the_published_one_with_a_source_that_names_no_method() -> None:
    read = read_event_file((DEMO / "yocolab-2023.json").read_bytes(), at=NOON)
    assert read.attendance is not None
    assert read.attendance.people == PUBLISHED
    assert sum(PUBLISHED.values()) == 1161
    assert (read.attendance.source.provenance, read.attendance.source.measure) == ("published", "people")
    assert read.practice is None


def test_twenty_organisations_nineteen_schools_and_ten_departments_took_part(app: Flask, make: Make) -> None:
    counted = took_part(bring_in(make.host(), demo("yocolab-2023")).event_id)
    groups = {OrganisationKind.SCHOOL: "schools", OrganisationKind.DEPARTMENT: "departments"}
    sums: Counter[str] = Counter()
    for kind, number in counted.items():
        sums[groups.get(kind, "organisations")] += number
    assert sums == {"organisations": 20, "schools": 19, "departments": 10}


def test_organisations_that_the_source_does_not_name_are_numbered_lines_that_say_so() -> None:
    unnamed = [one for one in demo("yocolab-2023")["organisations"] if not one["named"]]
    assert Counter(one["name"]["ja"].rpartition(" ")[0] for one in unnamed) == {
        "出典に名前がない団体": 4, "出典に名前がない学校": 14, "出典に名前がない部局": 4
    }  # fmt: skip


def test_nothing_is_given_as_a_fact_that_the_source_does_not_hold() -> None:
    document = demo("yocolab-2023")
    assert {one["code"] for one in document["sessions"] if "capacity" in one} == set()
    assert {room["code"] for venue in document["venues"] for room in venue["rooms"] if "capacity" in room} == set()
    assert all("admission" in one["not_in_source"] for one in document["sessions"])
    assert all("reading" not in one for one in document["speakers"])
    for section in ("venues", "organisations", "sessions", "categories"):
        for one in document[section]:
            marked = set(one["not_in_source"])
            assert "reading" not in one or "reading" in marked, one
            for name in ("title", "name", "label", "kind", "description", "address", "access", "belongs"):
                value = one.get(name)
                languages = set(value) - {"ja"} if isinstance(value, dict) else set()
                assert name in marked or {f"{name}.{language}" for language in languages} <= marked, (one, name)


def test_practice_says_that_it_is_made_up() -> None:
    document = demo("practice")
    assert document["event"]["fictional"] is True
    assert "架空" in document["event"]["title"]["ja"]
    assert all(one["name"]["ja"].startswith("架空の") for one in document["organisations"])
    assert Counter(one["kind"] for one in document["organisations"]) == {
        "npo": 8, "company": 8, "community": 4, "school": 19, "department": 10
    }  # fmt: skip


def test_practice_shows_every_admission_rule_both_capacities_and_a_cancelled_session() -> None:
    sessions = read_event_file((DEMO / "practice.json").read_bytes(), at=NOON).programme.sessions
    assert {one.admission for one in sessions} == set(AdmissionRule)
    assert {one.capacity_kind for one in sessions} == set(CapacityKind)
    assert {one.status for one in sessions} == set(SessionStatus)
    assert {one.room is None for one in sessions} == {True, False}


@pytest.mark.parametrize("minute", range(0, 24 * 60, 47))
def test_at_every_hour_of_the_third_to_sixth_day_a_session_is_open_to_everybody(minute: int) -> None:
    loaded = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    sessions = read_event_file((DEMO / "practice.json").read_bytes(), at=loaded).programme.sessions
    for day in range(4):
        at = datetime(2026, 11, 23, 15, 0, tzinfo=UTC) + timedelta(days=day, minutes=minute)
        open_now = [
            one for one in sessions
            if one.admission is AdmissionRule.BOOKING_AND_WALK_IN and one.door_opens_at <= at < one.door_closes_at
        ]  # fmt: skip
        assert open_now, at


def test_the_recipe_counts_the_published_numbers_of_people() -> None:
    recipe = practice()["practice"]
    people: Counter[str] = Counter()
    for line in recipe["attendance"]:
        if "party" not in line:
            people[line["category"]] += line["new"]
    came = {line["party"] for line in recipe["attendance"] if "party" in line}
    for party in recipe["parties"]:
        if party["code"] in came:
            people.update(party["numbers"])
    assert people == PUBLISHED


def test_the_recipe_keeps_within_the_seats_of_every_session() -> None:
    document = practice()
    sizes = {one["code"]: sum(one["numbers"].values()) for one in document["practice"]["parties"]}
    seats = {
        one["code"]: one["capacity"]
        for one in document["sessions"]
        if "capacity" in one and one["capacity_kind"] == "seats"
    }
    for name in ("attendance", "bookings"):
        taken: Counter[str] = Counter()
        for line in document["practice"][name]:
            taken[line["session"]] += line["number"] if "number" in line else sizes[line["party"]]
        assert {code: number for code, number in taken.items() if number > seats.get(code, 1_000_000)} == {}


def test_of_single_people_with_a_booking_as_many_stay_away_as_do_at_free_events() -> None:
    """30 to 45 per cent, and never more bookings than seats; classes come. Of a circle of twelve chance takes more."""
    document = practice()
    sessions = {one["code"]: one for one in document["sessions"]}
    booked: Counter[str] = Counter()
    away: Counter[str] = Counter()
    for line in document["practice"]["attendance"]:
        session = sessions[line["session"]]
        if line["method"] == "scanned" and session["admission"] in ("booking_and_walk_in", "booking_only"):
            away[line["session"]] += line.get("stayed_away", 0)
            booked[line["session"]] += line["number"] + line.get("stayed_away", 0)
        else:
            assert "stayed_away" not in line
    assert 0.30 <= away.total() / booked.total() <= 0.45
    assert {code for code in booked if booked[code] > sessions[code].get("capacity", 1_000_000)} == set()
    before_today = [code for code in booked if sessions[code]["starts_at"]["day"] < 3]
    large = [code for code in before_today if booked[code] > 12]
    assert large == ["finding-treasure", "working-together", "housing-estate", "first-step"]
    assert [code for code in large if not 0.30 <= away[code] / booked[code] <= 0.45] == []
    assert len(before_today) - len(large) == 8
    circles = sum(away[code] for code in before_today if code not in large)
    assert 0.30 <= circles / sum(booked[code] for code in before_today if code not in large) <= 0.45


def test_most_spectators_of_the_recipe_are_tapped() -> None:
    lines = [one for one in practice()["practice"]["attendance"] if one.get("category") == "spectator"]
    tapped = sum(one["number"] for one in lines if one["method"] == "tapped")
    assert tapped * 2 > sum(one["number"] for one in lines)
