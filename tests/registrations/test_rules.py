"""Parties, overlaps, short numbers and codes: arithmetic without a database."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.rules import EventStatus
from registrations.rules import (
    ALPHABET,
    CODE_BITS,
    PartyKind,
    Reading,
    Stay,
    Window,
    check_digit,
    derive,
    in_groups,
    is_short_number,
    overlaps,
    party_kind,
    party_total,
    read_code,
    short_number,
    spoken,
    ticket_code,
    window,
)

ADULT, CHILD = 1, 2
TEN = datetime(2026, 10, 3, 1, 0, tzinfo=UTC)
CODES = json.loads((Path(__file__).parents[1] / "checkin/scanner/codes.json").read_text())


def stay(session_id: int, start: int, end: int, *, attendees: frozenset[int] = frozenset(), **numbers: int) -> Stay:
    """A stay from `start` to `end` minutes after ten; a= adults, c= children."""
    counted = {category: numbers[key] for key, category in (("a", ADULT), ("c", CHILD)) if key in numbers}
    return Stay(session_id, TEN + timedelta(minutes=start), TEN + timedelta(minutes=end), counted, attendees)


def test_a_party_is_the_sum_of_its_categories() -> None:
    assert party_total({ADULT: 2, CHILD: 3}) == 5


def test_one_person_is_a_person_and_more_are_a_family() -> None:
    assert [party_kind({ADULT: 1}), party_kind({ADULT: 1, CHILD: 1})] == [PartyKind.PERSON, PartyKind.FAMILY]


OVERLAPS = {
    "nothing": ([], ()),
    "one session": ([stay(1, 0, 60, a=2)], ()),
    "one after the other": ([stay(1, 0, 60, a=2), stay(2, 60, 90, a=2)], ()),
    "all in both": ([stay(1, 0, 60, a=2), stay(2, 59, 90, a=2)], ((1, 2),)),
    "the party parts": ([stay(1, 0, 60, a=1), stay(2, 30, 90, a=1, c=1)], ()),
    "one adult too many": ([stay(1, 0, 60, a=1), stay(2, 30, 90, a=2)], ((1, 2),)),
    "categories do not stand in for each other": ([stay(1, 0, 60, c=1), stay(2, 30, 90, c=1)], ((1, 2),)),
    "more of a category than the party has": ([stay(1, 0, 60, a=1), stay(2, 0, 60, c=2)], ((1, 2),)),
    "three that meet two by two": ([stay(1, 0, 60, a=1), stay(2, 50, 110, a=1), stay(3, 100, 160, a=2)], ((2, 3),)),
    "one all day and two in it": ([stay(1, 0, 600, a=2), stay(2, 0, 60, a=1), stay(3, 90, 120, a=1)],
                                  ((1, 2), (1, 3))),
    "three at once": ([stay(1, 0, 60, a=1), stay(2, 0, 60, a=1), stay(3, 0, 60, a=1)], ((1, 2, 3),)),
    "one name in two rooms": ([stay(1, 0, 60, a=1, attendees=frozenset({7})),
                               stay(2, 30, 90, a=1, attendees=frozenset({7}))], ((1, 2),)),
    "two names in two rooms": ([stay(1, 0, 60, a=1, attendees=frozenset({7})),
                                stay(2, 30, 90, a=1, attendees=frozenset({8}))], ()),
}  # fmt: skip


@pytest.mark.parametrize("name", OVERLAPS)
def test_overlap_of(name: str) -> None:
    stays, expected = OVERLAPS[name]
    assert overlaps(stays, {ADULT: 2, CHILD: 1}) == expected


STAYS = st.lists(
    st.builds(
        lambda start, length, adults, children: (start, length, adults, children),
        st.integers(0, 20),
        st.integers(1, 8),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
    max_size=6,
)


@given(STAYS)
def test_overlap_agrees_with_a_count_of_every_minute(drawn: list[tuple[int, int, int, int]]) -> None:
    stays = [stay(n, start, start + length, a=a, c=c) for n, (start, length, a, c) in enumerate(drawn)]
    party = {ADULT: 3, CHILD: 2}
    crowded = any(
        sum(one.numbers[category] for one in stays if one.starts_at <= minute < one.ends_at) > party[category]
        for category in party
        for minute in (TEN + timedelta(minutes=m) for m in range(30))
    )
    assert bool(overlaps(stays, party)) == crowded


def test_the_check_digit_is_that_of_the_published_example() -> None:
    assert check_digit("572") == "4"


@given(st.integers(0, 999_999))
def test_a_short_number_has_seven_digits_that_belong_together(number: int) -> None:
    assert is_short_number(short_number(number))


@given(st.integers(0, 999_999), st.integers(0, 6), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(number: int, place: int, by: int) -> None:
    right = short_number(number)
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert not is_short_number(wrong)


@given(st.integers(0, 999_999), st.integers(0, 5))
def test_every_swap_of_two_neighbours_is_found(number: int, place: int) -> None:
    right = short_number(number)
    swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert is_short_number(swapped) == (swapped == right)


@pytest.mark.parametrize("text", ["", "123456", "12345678", "12345x7", "１２３４５６７"])
def test_other_texts_are_no_short_numbers(text: str) -> None:
    assert not is_short_number(text)


def test_a_short_number_is_shown_in_two_groups() -> None:
    assert spoken("4821937") == "482-1937"


@given(st.integers(0, 2**CODE_BITS - 1))
def test_a_code_has_26_characters_and_is_read_back_as_itself(bits: int) -> None:
    code = ticket_code(bits)
    assert len(code) == 26
    assert set(code) <= set(ALPHABET)
    assert read_code(in_groups(code)) == Reading(code=code)


def test_different_bits_make_different_codes_up_to_the_last_bit() -> None:
    assert [ticket_code(0), ticket_code(1), ticket_code(2**130 - 1)] == ["A" * 26, "A" * 25 + "B", "7" * 26]


@pytest.mark.parametrize("case", CODES, ids=[case["name"] for case in CODES])
def test_the_server_reads_a_text_as_the_scanner_does(case: dict[str, str]) -> None:
    assert read_code(case["text"]) == Reading(code=case.get("ticket"), number=case.get("number"))


def test_an_endless_text_is_not_searched() -> None:
    assert read_code("https://example.org/" + "t/" * 100_000) == Reading()


@given(st.text(max_size=60))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    reading = read_code(text)
    assert reading.code is None or len(reading.code) == 26


def test_row_id_and_key_are_parts_of_the_salted_hash_and_differ_between_events() -> None:
    one, other = derive(b"s" * 32, "A" * 26), derive(b"t" * 32, "A" * 26)
    assert one.rid.hex() == "3aaa11cc04315d7f38322d2b"
    assert (len(one.key), one.key == other.key, one.rid == other.rid) == (32, False, False)


LAST_DAY = date(2026, 10, 4)
WINDOWS = [
    ("2026-10-03T12:00", EventStatus.PUBLISHED, None, None, Window.OPEN),
    ("2026-10-04T23:59", EventStatus.PUBLISHED, None, None, Window.OPEN),
    ("2026-10-05T03:59", EventStatus.PUBLISHED, None, None, Window.OPEN),
    ("2026-10-05T04:00", EventStatus.PUBLISHED, None, None, Window.OVER),
    ("2026-10-05T00:30", EventStatus.PUBLISHED, None, "2026-10-05T00:00", Window.OVER),
    ("2026-10-03T11:59", EventStatus.PUBLISHED, "2026-10-03T12:00", None, Window.NOT_YET),
    ("2026-10-03T12:00", EventStatus.PUBLISHED, "2026-10-03T12:00", "2026-10-03T12:01", Window.OPEN),
    ("2026-10-03T12:01", EventStatus.PUBLISHED, "2026-10-03T12:00", "2026-10-03T12:01", Window.OVER),
    ("2026-10-03T12:00", EventStatus.CLOSED, None, None, Window.OVER),
    ("2026-10-03T12:00", EventStatus.ARCHIVED, "2026-10-04T12:00", None, Window.OVER),
]


@pytest.mark.parametrize(("at", "status", "opens", "closes", "expected"), WINDOWS)
def test_a_registration_window(
    at: str, status: EventStatus, opens: str | None, closes: str | None, expected: Window
) -> None:
    times = [tokyo(text) if text else None for text in (opens, closes)]
    found = window(status, *times, ends_on=LAST_DAY, day_ends_at=time(4), timezone="Asia/Tokyo", at=tokyo(at))
    assert found is expected


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Tokyo"))
