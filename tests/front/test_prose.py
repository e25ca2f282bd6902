"""Markdown in the texts of a programme: on the pages, and without its signs in every file that leaves the house."""

import json

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from tests.make import Make
from tests.programme.files import publish, small

TEXT = "**はじめに**\n\n- [地図](https://example.jp/?at=1)\n- <script>alert(1)</script>\n\n[だめ](javascript:alert(1))"
LEFT = "はじめに\n・地図 (https://example.jp/?at=1)\n・<script>alert(1)</script>\n[だめ](javascript:alert(1))"
MADE = (
    "<strong>はじめに</strong>",
    '<a href="https://example.jp/?at=1" rel="nofollow noopener noreferrer">地図</a>',
)


@pytest.fixture(autouse=True)
def _published(make: Make) -> None:
    document = small(description={"ja": TEXT}, access={"ja": TEXT}, how_to_take_part={"ja": TEXT})
    document["sessions"][0] |= {
        "description": {"ja": TEXT, "ja-easy": "**町《まち》**を 歩《ある》く"},
        "access": {"ja": TEXT},
    }
    document["venues"][0]["access"] = {"ja": TEXT}
    document["venues"][0]["rooms"][0]["access"] = {"ja": "*入口* は右"}
    publish(make.host(), document)


@pytest.mark.parametrize(("path", "times"), [("", 3), ("sessions/walk", 2), ("venues/hall", 1)])
def test_descriptions_access_and_how_to_take_part_are_read_as_markdown(
    client: FlaskClient, path: str, times: int
) -> None:
    for language in ("ja", "en"):
        page = client.get(f"/events/walk/{path}?lang={language}").text
        assert [page.count(one) for one in MADE] == [times, times]
        assert ("<script>alert" in page, 'href="javascript' in page) == (False, False)


def test_a_single_paragraph_in_a_list_has_no_frame_and_says_its_own_language(client: FlaskClient) -> None:
    assert '<span class="prose"><em>入口</em> は右</span>' in client.get("/events/walk/venues/hall?lang=ja").text
    assert '<span class="prose" lang="ja"><em>入口</em> は右' in client.get("/events/walk/venues/hall?lang=en").text


def test_readings_become_ruby_inside_markdown(client: FlaskClient) -> None:
    page = client.get("/events/walk/sessions/walk?lang=ja-easy").text
    assert "<strong><ruby>町<rp>（</rp><rt>まち</rt><rp>）</rp></ruby></strong>を <ruby>歩" in page


def test_files_carry_the_words_alone(client: FlaskClient) -> None:
    feed = Calendar.from_ical(client.get("/events/walk/data/programme.ics?lang=ja").data)
    assert str(feed.walk("VEVENT")[0]["DESCRIPTION"]) == LEFT
    linked = json.loads(client.get("/events/walk/data/programme.jsonld?lang=ja").data)
    assert linked["subEvent"][0]["description"] == LEFT
    schedule = json.loads(client.get("/events/walk/data/schedule.json?lang=ja").data)
    days = schedule["schedule"]["conference"]["days"]
    assert [one["abstract"] for room in days[0]["rooms"].values() for one in room] == [LEFT]
    assert client.get("/events/walk/data/event-list.csv").text.count(LEFT) == 2


def test_words_are_found_through_their_signs(client: FlaskClient) -> None:
    assert "1件が見つかりました" in client.get("/events/walk/timetable?q=はじめに&lang=ja").text
