"""Reading event files: every fault is listed with its path, what stands there and what was expected."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.programme.forms import LARGEST_FILE, read_event_file
from app.programme.rules.faults import BadDocument
from tests.make import NOON
from tests.programme.files import demo, session, small

Document = dict[str, Any]
MINIMAL = small()
A_TITLE = "a title or name: language → text, ja or en at least. Easy Japanese writes readings as 漢字《かんじ》."
A_MOMENT = (
    "YYYY-MM-DDTHH:MM in the event's zone, or with an offset such as +09:00; or {day, time} in an event with `relative`"
)
A_CODE = "lower-case letters, digits, single - or _; part of addresses, so it stays"
FIELDS = (
    "code, title, reading, description, access, kind, track, series, for_children, languages, status, starts_at, "
    "ends_at, room, further_rooms, online_url, capacity, capacity_kind, one_party, drop_in, booking_closes_at, "
    "admission, door, reentry, "
    "appearances, organisations, also_spelled, not_in_source"
)
RULES = "walk_in, booking_and_walk_in, booking_only, approval, lottery, closed"


def faults(text: bytes) -> list[str]:
    try:
        read_event_file(text, at=NOON)
    except BadDocument as bad:
        return [str(fault) for fault in bad.faults]
    return []


def faults_after(change: Callable[[Document], object], document: Document | None = None) -> list[str]:
    document = json.loads(json.dumps(document or MINIMAL))
    change(document)
    return faults(json.dumps(document).encode())


def test_the_smallest_file_and_both_demonstrations_have_no_faults() -> None:
    assert faults(json.dumps(MINIMAL).encode()) == []
    for name in ("yocolab-2023", "practice"):
        assert faults(json.dumps(demo(name)).encode()) == []


def test_every_fault_is_listed_at_once() -> None:
    def spoil(document: Document) -> None:
        document["sessions"] = [
            session("a", "2026-10-03T10:00", "2026-10-03T09:00"),
            session("b", "2026-10-03T10:00", "2026-10-03T12:00", room="hall/attic", admission="free", capacity=-1),
            session("b", "2026-10-05T10:00", "2026-10-05T12:00", title={"ja": "長" * 300}, extra=1),
            {"code": "c"},
        ]
        document["event"]["languages"] = []
        document["categories"][1]["unknown"] = False

    assert faults_after(spoil) == [
        "event.languages: [] – expected at least 1",
        f'sessions[1].admission: "free" – expected one of {RULES}',
        "sessions[1].capacity: -1 – expected 0 or more",
        f"sessions[2].extra: 1 – expected no such name; known are {FIELDS}",
        'sessions[2].title.ja: "' + "長" * 78 + "… – expected at most 200 characters",
        f"sessions[3].title: missing – expected {A_TITLE}",
        *[f"sessions[3].{name}: missing – expected {A_MOMENT}" for name in ("starts_at", "ends_at")],
        'sessions[2].code: "b" – expected a code of its own; sessions[1] has it already',
        "categories: [] – expected exactly one category with unknown: true, and its key is unknown",
        'sessions[1].room: "hall/attic" – expected one of the rooms of this file: hall/foyer',
        'sessions[0].ends_at: "2026-10-03T09:00" – expected a time after starts_at ("2026-10-03T10:00")',
        'sessions[2].ends_at: "2026-10-05T12:00" – expected a day of the event, 2026-10-03 to 2026-10-03',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "$: line 1, column 1 – expected JSON: Expecting value"),
        (b'{"a": 1', "$: line 1, column 8 – expected JSON: Expecting ',' delimiter"),
        (b"\xff\xfe", "$: byte 0 – expected text in UTF-8"),
        (b'{"a": NaN}', "$: NaN – expected numbers that JSON knows"),
        (b'{"a": 1e999}', "$: 1e999 – expected numbers that JSON knows"),
        (b'{"a": {"b": 1, "b": 2}}', "a.b: 2 times – expected each name once in an object"),
        (b'"text"', '$: "text" – expected an object {…}'),
        (b"[" * 100_000, "$: a very deep document – expected at most 40 levels"),
        (b"[" * 50 + b"]" * 50, "[0]" * 41 + ": a very deep document – expected at most 40 levels"),
        (b" " * (LARGEST_FILE + 1), f"$: {LARGEST_FILE + 1} bytes – expected at most {LARGEST_FILE} bytes"),
    ],
    ids=[
        "empty",
        "cut off",
        "not UTF-8",
        "NaN",
        "infinite",
        "a name twice",
        "not an object",
        "deep",
        "deeper",
        "large",
    ],
)
def test_what_is_no_json_document_is_told_in_one_sentence(text: bytes, told: str) -> None:
    assert faults(text) == [told]


def test_a_byte_order_mark_is_read_over() -> None:
    assert faults(b"\xef\xbb\xbf" + json.dumps(MINIMAL).encode()) == []


def test_fifty_thousand_sessions_get_a_clear_answer_at_once() -> None:
    def multiply(document: Document) -> None:
        document["sessions"] = document["sessions"] * 50_000

    assert faults_after(multiply) == ["sessions: 50000 items – expected at most 5000"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(format="other/1"), 'format: "other/1" – expected "uketsuke-event/1"'),
        (lambda d: d["event"].update(slug="Spring Walk"),
         f'event.slug: "Spring Walk" – expected {A_CODE}'),
        (lambda d: d["event"].update(title={"ja-easy": "はる"}),
         'event.title: {"ja-easy": "はる"} – expected ' + A_TITLE),
        (lambda d: d["event"].update(title={"ja": "春\u0000"}),
         "event.title.ja: '春\\x00' – expected text without the character U+0000"),
        (lambda d: d["event"].update(title={"ja": "春\n夏"}),
         "event.title.ja: '春\\n夏' – expected text without line breaks"),
        (lambda d: d["event"].update(title={"ja": "\ud800"}),
         "event.title.ja: '\\ud800' – expected text without the character U+D800"),
        (lambda d: d["event"].update(timezone="Mars/Base"),
         'event.timezone: "Mars/Base" – expected a zone such as Asia/Tokyo'),
        (lambda d: d["event"].update(ends_on="2026-02-30"), 'event.ends_on: "2026-02-30" – expected a day that exists'),
        (lambda d: d["event"].update(ends_on="2026-10-02"),
         'event.ends_on: "2026-10-02" – expected starts_on ("2026-10-03") or a later day'),
        (lambda d: d["event"].update(reading="春のまちあるき"),
         'event.reading: "春のまちあるき" – expected the kana reading (よみ), without kanji'),
        (lambda d: d["event"].update(not_in_source=["sumary"]),
         'event.not_in_source[0]: "sumary" – expected the name of a field of this object'),
        (lambda d: d["event"].update(registration={"opens_at": "2026-10-02T10:00", "closes_at": "2026-10-01T10:00"}),
         'event.registration.closes_at: "2026-10-01T10:00" – expected a time after opens_at'),
        (lambda d: d["event"].update(starts_on={"day": 1}),
         'event.starts_on: {"day": 1} – expected a date; {day} needs event.relative'),
        (lambda d: d["categories"].append({"key": "adult", "label": {"ja": "x"}}),
         'categories[2].key: "adult" – expected a key of its own; categories[0] has it already'),
        (lambda d: d["venues"][0]["rooms"].append({"code": "foyer", "name": {"ja": "x"}}),
         'venues[0].rooms[1].code: "foyer" – expected a code of its own; venues[0].rooms[0] has it already'),
        (lambda d: d.update(participations=[{"organisation": "npo", "role": "organiser"}]),
         'participations[0].organisation: "npo" – expected one of the organisations of this file: there are none'),
        (lambda d: d["sessions"][0].update(appearances=[{"speaker": "ana", "role": "speaker"}]),
         'sessions[0].appearances[0].speaker: "ana" – expected one of the speakers of this file: there are none'),
        (lambda d: d["sessions"][0].update(further_rooms=["hall/foyer"]),
         'sessions[0].further_rooms: "hall/foyer" – expected rooms beside the main one'),
        (lambda d: d["sessions"][0].update(starts_at="2026-10-03T25:00"),
         f'sessions[0].starts_at: "2026-10-03T25:00" – expected {A_MOMENT}'),
        (lambda d: d["sessions"][0].update(ends_at="2026-10-32T10:00"),
         'sessions[0].ends_at: "2026-10-32T10:00" – expected a day and time that exist'),
        (lambda d: d["sessions"][0].update(door={"closes_minutes_after_end": -121}),
         "sessions[0].door.closes_minutes_after_end: -121 – expected a door that closes at the start or later"),
        (lambda d: d["sessions"][0].update(online_url="javascript:alert(1)"),
         'sessions[0].online_url: "javascript:alert(1)" – expected a web address'),
        (lambda d: d.update(practice={"seed": 1, "names": {"family": [], "given": []}, "attendance": []}),
         "event.fictional: missing – expected true, because the file holds a recipe for practice"),
        (lambda d: d.update(attendance={"source": {"title": {"ja": "x"}, "provenance": "published"},
                                        "lines": [{"category": "child", "number": 1}]}),
         'attendance.lines[0].category: "child" – expected one of the categories of this file: adult, unknown'),
    ],
)  # fmt: skip
def test_each_fault_says_where_what_and_what_was_expected(change: Callable[[Document], object], told: str) -> None:
    assert faults_after(change)[0] == told


def test_a_number_with_a_zero_fraction_is_a_whole_number() -> None:
    text = json.dumps(MINIMAL).replace('"capacity": 40', '"capacity": 40.0')
    room = read_event_file(text.encode(), at=NOON).programme.venues[0].rooms[0]
    assert repr(room.capacity) == "40"


BERLIN = small(timezone="Europe/Berlin", starts_on="2026-03-28", ends_on="2026-10-26")
SKIPPED = '"2026-03-29T02:30" – expected a time that the clocks of Europe/Berlin do not skip that day'
TWICE = '"2026-10-25T02:30" – expected an offset, because the clocks show this time twice that day'
BACKWARDS = '"2026-10-25T02:45+02:00" – expected a time after starts_at ("2026-10-25T02:30+01:00")'


@pytest.mark.parametrize(
    ("starts", "ends", "told"),
    [
        ("2026-03-29T02:30", "2026-03-29T04:00", [f"sessions[0].starts_at: {SKIPPED}"]),
        ("2026-10-25T02:30", "2026-10-25T04:00", [f"sessions[0].starts_at: {TWICE}"]),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:15+01:00", []),
        ("2026-10-25T02:30+01:00", "2026-10-25T02:45+02:00", [f"sessions[0].ends_at: {BACKWARDS}"]),
        ("2026-03-29T01:30", "2026-03-29T03:30", []),
    ],
    ids=["skipped", "twice", "twice, with offsets", "twice, backwards", "across the change"],
)
def test_a_clock_change_is_either_certain_or_a_fault(starts: str, ends: str, told: list[str]) -> None:
    assert faults_after(lambda d: d["sessions"][0].update(starts_at=starts, ends_at=ends), BERLIN) == told


def test_a_session_may_end_after_midnight_until_the_event_day_ends() -> None:
    late = {"starts_at": "2026-10-03T22:00", "ends_at": "2026-10-04T04:00"}
    assert faults_after(lambda d: d["sessions"][0].update(late)) == []
    late["ends_at"] = "2026-10-04T04:01"
    assert faults_after(lambda d: d["sessions"][0].update(late)) == [
        'sessions[0].ends_at: "2026-10-04T04:01" – expected a day of the event, 2026-10-03 to 2026-10-03'
    ]


def test_relative_days_outside_the_event_are_named_as_days() -> None:
    document = demo("practice")
    document["sessions"][0]["starts_at"] = {"day": 7, "time": "10:00"}
    document["sessions"][0]["ends_at"] = {"day": 7, "time": "11:00"}
    assert faults(json.dumps(document).encode()) == [
        'sessions[0].ends_at: {"day": 7, "time": "11:00"} – expected a day of the event, day 1 to 6'
    ]


def test_a_fault_of_shape_in_one_field_does_not_hide_the_faults_of_others() -> None:
    def spoil(document: Document) -> None:
        document["sessions"][0].update(title={"ja": ""}, ends_at="2026-10-03T09:00", room="hall/attic")

    assert len(faults_after(spoil)) == 3
