"""Looking for sessions in a timetable: by words in any width and kana, by day, place, kind, language, room left."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import frozen
from app.front.rules import Choice, chosen
from app.programme.rules.facts import Programme
from app.programme.rules.search import findable
from tests.make import NOON, Make
from tests.programme.files import demo, programme, publish, session, small


@pytest.fixture(autouse=True)
def _on_the_third_of_october() -> Iterator[None]:
    with frozen(NOON):
        yield


@pytest.fixture(scope="module")
def practice() -> Programme:
    return programme(demo("practice"))


def codes(practice: Programme, with_room: set[str] = frozenset(), **choice: Any) -> list[str]:  # type: ignore[assignment]
    return [one.code for one in chosen(practice, Choice(**choice), with_room=with_room)]


@pytest.mark.parametrize(
    "typed", ["ロボット", "ﾛﾎﾞｯﾄ", "ろぼっと", "robot", "ＲＯＢＯＴ", "はじめての　ろぼっと", "ロボット 工作"]
)
def test_words_are_found_in_any_width_case_and_kana(practice: Programme, typed: str) -> None:
    assert codes(practice, words=typed) == ["first-robot"]


def test_every_word_must_be_there(practice: Programme) -> None:
    assert codes(practice, words="ロボット サミット") == []


def test_a_reading_finds_what_is_written_in_kanji(practice: Programme) -> None:
    assert "finding-treasure" in codes(practice, words="たからさがし")


def test_nothing_looked_for_is_everything(practice: Programme) -> None:
    assert codes(practice) == [one.code for one in practice.sessions]


def test_signs_alone_find_nothing(practice: Programme) -> None:
    assert codes(practice, words="%_'") == []


def test_readings_in_brackets_do_not_part_a_word() -> None:
    document = small()
    document["sessions"][0]["title"] |= {"ja-easy": "春《はる》の まち歩《ある》き"}
    assert codes(programme(document), words="まち歩き") == ["walk"]


def test_signs_between_letters_do_not_matter() -> None:
    assert findable("Co-lab. ヨコラボ！") == findable("ＣＯＬＡＢ　よこらぼ")


def test_choices_add_up(practice: Programme) -> None:
    children = codes(practice, for_children=True)
    assert children == [one.code for one in practice.sessions if one.for_children]
    first = practice.sessions[0].starts_at.date()
    assert set(codes(practice, for_children=True, day=first)) == {
        one.code for one in practice.sessions if one.for_children and one.starts_at.date() == first
    }
    assert codes(practice, room_left=True, with_room={"first-robot", "opening"}) == ["opening", "first-robot"]


def test_a_room_that_says_nothing_of_steps_follows_its_venue_and_unknown_is_not_step_free() -> None:
    document = small()
    assert codes(programme(document), step_free=True) == []
    document["venues"][0]["step_free"] = True
    assert codes(programme(document), step_free=True) == ["walk"]
    document["venues"][0]["rooms"][0]["step_free"] = False
    assert codes(programme(document), step_free=True) == []


def test_the_address_says_what_is_looked_for(client: FlaskClient, make: Make) -> None:
    publish(make.host(), demo("practice"))
    page = client.get("/events/practice/timetable?q=ﾛﾎﾞｯﾄ&lang=ja").text
    assert "1件が見つかりました" in page
    assert "はじめてのロボット工作" in page
    assert "こどもラボ" not in page
    assert 'value="ﾛﾎﾞｯﾄ"' in page


def test_nothing_found_says_what_to_do(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    page = client.get("/events/walk/timetable?q=zzz&lang=en").text
    assert "0 sessions found" in page
    assert "No session is all of this. Take something away." in page


@pytest.mark.parametrize("query", ["day=yesterday", "venue=none", "kind=%3Cscript%3E", "spoken=xx", "lang=xx"])
def test_a_wrong_value_means_all(client: FlaskClient, make: Make, query: str) -> None:
    document = small()
    document["sessions"].append(session("talk", "2026-10-03T13:00", "2026-10-03T14:00"))
    publish(make.host(), document)
    page = client.get(f"/events/walk/timetable?{query}").text
    assert "<script>" not in page
    assert page.count('class="choosing-found"') == 0


def test_a_very_long_word_is_cut_and_answered(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    assert client.get("/events/walk/timetable?q=" + "あ" * 2000).status_code == 200


def test_each_choice_is_kept_apart_by_readers(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    tags = {client.get(f"/events/walk/timetable{query}").headers["ETag"] for query in ("", "?q=a", "?q=b")}
    assert len(tags) == 3


def three_days() -> dict[str, Any]:
    document = small(starts_on="2026-10-02", ends_on="2026-10-04")
    document["sessions"] = [
        session(f"d{day}", f"2026-10-0{day}T{hour}:00", f"2026-10-0{day}T{hour + 1}:00", track=f"track{day}")
        for day, hour in ((2, 10), (3, 10), (4, 14))
    ]
    return document


@pytest.mark.parametrize(
    ("hour", "order"),
    [(0, ["d3", "d4", "d2"]), (2, ["d4", "d2", "d3"]), (24 + 6, ["d2", "d3", "d4"])],
    ids=["today first", "today is done", "all is done"],
)
def test_the_timetable_opens_on_today_or_the_next_day_with_sessions(
    client: FlaskClient, make: Make, hour: int, order: list[str]
) -> None:
    publish(make.host(), three_days())
    with frozen(NOON.replace(hour=0) + timedelta(hours=hour)):
        page = client.get("/events/walk/timetable?lang=en").text
        assert sorted(order, key=lambda code: page.index(f'sessions/{code}"')) == order
        links = [page.index(f'href="#day-2026-10-0{code[1]}"') for code in order]
        assert links == sorted(links)
        assert ("Earlier days" in page) == (order[0] != "d2")


def test_an_event_that_is_over_stays_in_order(client: FlaskClient, make: Make) -> None:
    publish(make.host(), three_days())
    with frozen(NOON + timedelta(days=30)):
        assert "Earlier days" not in client.get("/events/walk/timetable?lang=en").text


def test_a_track_is_chosen_by_its_code(client: FlaskClient, make: Make) -> None:
    publish(make.host(), three_days())
    page = client.get("/events/walk/timetable?track=track3&lang=en").text
    assert "1 session found" in page
    assert ("Talk d3" in page, "Talk d4" in page) == (True, False)


def test_what_is_told_of_the_words_is_no_longer_than_what_is_looked_for(client: FlaskClient, make: Make) -> None:
    publish(make.host(), small())
    assert "あ" * 101 not in client.get("/events/walk/timetable?q=" + "あ" * 2000).text.split("choosing-found")[1]
